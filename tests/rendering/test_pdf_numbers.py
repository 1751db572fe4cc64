"""The words of a printed edition: each number is a fact's, a date's, a name's or a page's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.model import Edition, fact_spans, numerals, printed_facts
from reports.rendering import annex
from reports.rendering.gate import names_of
from tests.rendering.example_edition import example_edition
from tests.rendering.printing import Printed, print_edition

pytestmark = pytest.mark.slow

pdfium = pytest.importorskip("pypdfium2")


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
    # Reference marks stand close to each other: "1,2".
    loose = {part for text in found - known for part in text.split(",")}
    bare = {text.rstrip("%") for text in known}
    marks = {str(source.number) for source in edition.sources}
    left = {text.rstrip("%") for text in loose} - bare
    # This reader takes the mark behind a number for a part of it.
    assert {text for text in left if not _ends_in_a_mark(text, bare, marks)} == set()


def _ends_in_a_mark(text: str, known: set[str], marks: set[str]) -> bool:
    return any(text[:at] in known and text[at:] in marks for at in range(1, len(text)))


def test_the_annex_names_every_fact_on_paper_once(printed: Printed) -> None:
    entries = annex.annex_entries(printed.edition, printed.edition.sources)[0]
    keys = [span.key for entry in entries for span in fact_spans(entry.text)]
    values = [key for key in keys if not key.startswith(("=", "@"))]
    assert sorted(values) == [fact.key for fact in printed_facts(printed.edition)]


def test_the_annex_stands_in_the_text_with_formula_and_source(printed: Printed) -> None:
    words = words_of(printed.data)
    assert "Where each number comes from" in words
    assert "May 2025: 2.3%; 24,827 ÷ 24,266.5 − 1 [4]." in words


def test_the_numbers_of_sources_are_written_as_ranges() -> None:
    assert annex._ranges([1, 4, 5, 6, 8, 9]) == "1, 4 to 6, 8, 9"
