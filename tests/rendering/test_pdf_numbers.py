"""The numbers of the finished PDF: each is printed by a fact, a date, a name or our numbering."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pypdfium2 as pdfium
import pytest

from reports.model import Edition, fact_spans, numerals, printed_facts
from reports.rendering import annex
from reports.rendering.gate import names_of
from tests.rendering.example_edition import example_edition
from tests.rendering.printing import Printed, print_edition


@pytest.fixture(scope="module")
def printed() -> Printed:
    return print_edition(example_edition())


def words_of(data: bytes) -> str:
    """Return all words of a PDF as another program reads them."""
    document = pdfium.PdfDocument(data)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\xad", "-").split())


def allowed(edition: Edition) -> Iterator[str]:
    """Yield the numbers that a printed page of an edition may hold."""
    for span in fact_spans(edition):
        yield from (numeral.text for numeral in numerals(span.text))
    for fact in printed_facts(edition):
        for words in (fact.shown, fact.label, fact.key, fact.expression, fact.formula):
            yield from (numeral.text for numeral in numerals(words))
    for source in edition.sources:
        yield str(source.number)
        for words in (source.publisher, source.title):
            yield from (numeral.text for numeral in numerals(words))


def test_no_number_on_paper_is_naked(printed: Printed) -> None:
    edition = printed.edition
    known = set(allowed(edition)) | {str(n) for n in range(1, printed.plan.pages + 1)}
    words = words_of(printed.data)
    assert "5,864.6" in words
    found = {numeral.text for numeral in numerals(words, names_of(edition))}
    # Reference marks stand close to what they belong to: "1,2".
    marks = {text for text in found if re.fullmatch(r"\d+(,\d+)*", text)}
    loose = {part for text in marks for part in text.split(",")} | (found - marks)
    assert {text.rstrip("%") for text in loose} - {text.rstrip("%") for text in known} == set()


def test_the_annex_names_every_fact_on_paper_once(printed: Printed) -> None:
    entries = annex.annex_entries(printed.edition, printed.edition.sources)[0]
    keys = [span.key for entry in entries for span in fact_spans(entry.text)]
    values = [key for key in keys if not key.startswith(("=", "@"))]
    assert sorted(values) == [fact.key for fact in printed_facts(printed.edition)]


def test_the_annex_stands_in_the_text_with_formula_and_source(printed: Printed) -> None:
    words = words_of(printed.data)
    assert "Where each number comes from" in words
    assert ".ytd-change, January–May 2025: 2.3%; 24,827 ÷ 24,266.5 − 1 [4]." in words


def test_the_numbers_of_sources_are_written_as_ranges() -> None:
    assert annex._ranges([1, 4, 5, 6, 8, 9]) == "1, 4 to 6, 8, 9"
