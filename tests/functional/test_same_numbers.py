"""The page and the PDF of an edition say the same numbers, to the digit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.model import Edition, FactSpan, from_json
from reports.pipeline import BuildRequest, build
from reports.rendering.annex import HEADING
from reports.resources import data_dir
from tests.conftest import LONDON, Build

pytestmark = pytest.mark.slow

pdfium = pytest.importorskip("pypdfium2")
NUMBER = re.compile(r"(?<![\d.,])[+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:%|(?![\d,]))")
YEAR_WITH_MARK = re.compile(r"(?:19|20)\d\d\.\d+")
LICENCE = "Open Font License 1.1"
SKIPPED = {"script", "style", "svg", "details", "sup", "nav", "head"}
"""Not said by the page: code, what is drawn twice for two widths, data tables, marks, links."""
VOID = {"meta", "link", "img", "br", "input", "hr", "col"}


class Words(HTMLParser):
    """The text of a page; `everything` keeps drawings and data tables."""

    def __init__(self, *, everything: bool) -> None:
        super().__init__()
        self.skipped = {"script", "style", "head"} if everything else SKIPPED
        self.open: list[str] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag not in VOID:
            self.open.append(tag)
        self.parts.append(" " if tag not in {"a", "data", "span", "strong", "b"} else "")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.skipped & set(self.open):
            self.parts.append(data)


def page_text(html: str, *, everything: bool = False) -> str:
    words = Words(everything=everything)
    words.feed(html)
    return squeezed("".join(words.parts))


def pdf_text(path: Path) -> str:
    document = pdfium.PdfDocument(path)
    return squeezed(" ".join(page.get_textpage().get_text_range() for page in document))


def squeezed(text: str) -> str:
    text = text.replace("\u00a0", " ").replace("\ufffe", "").replace("\u00ad", "")
    return re.sub(r"\s+", " ", text)


def telling(text: str) -> Counter[str]:
    """Count the numbers that cannot be a reference mark, a page or a day."""
    found = NUMBER.findall(text.replace(LICENCE, ""))
    return Counter(
        n for n in found if re.search(r"[.,+−]\d|\d%", n) and not YEAR_WITH_MARK.fullmatch(n)
    )


def fact_spans(part: object) -> Iterator[FactSpan]:
    """Yield the facts that a page says outside its data tables and drawings."""
    if isinstance(part, FactSpan):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from fact_spans(item)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in ("data", "drawn", "said"):
                yield from fact_spans(getattr(part, field.name))


@pytest.fixture(
    scope="module",
    params=[
        LONDON,
        pytest.param("2025-10-13", marks=pytest.mark.slow),
        pytest.param("2025-12-22", marks=pytest.mark.slow),
    ],
)
def forms(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, london: Build
) -> Path:
    if request.param == LONDON:
        return london.folder
    output = tmp_path_factory.mktemp("forms")
    day = date.fromisoformat(request.param)
    return build(BuildRequest(data_dir(), output, day, processes=False)).folder


def test_every_number_of_the_page_is_in_the_pdf(forms: Path) -> None:
    """All but the list of sources, which names those of data tables on the page alone."""
    html = next(forms.glob("*.html")).read_text("utf-8")
    page = telling(page_text(html.partition('<section id="sources"')[0]))
    missing = page - telling(pdf_text(next(forms.glob("*.pdf"))))
    assert page.total() > 50
    assert sorted(missing) == []


def test_every_number_of_the_pdf_is_in_the_page(forms: Path) -> None:
    page = page_text(next(forms.glob("*.html")).read_text("utf-8"), everything=True)
    body, annex, _ = pdf_text(next(forms.glob("*.pdf"))).partition(HEADING)
    assert annex
    printed = telling(body)
    assert sorted(set(printed) - set(telling(page))) == []


def test_every_fact_reads_alike_in_both(forms: Path) -> None:
    edition: Edition = from_json((forms / "edition.json").read_text("utf-8"))
    page = page_text(next(forms.glob("*.html")).read_text("utf-8"))
    printed = pdf_text(next(forms.glob("*.pdf")))
    said = {squeezed(span.text) for span in fact_spans(edition)}
    assert len(said) > 20
    assert [text for text in said if text not in page] == []
    assert [text for text in said if text not in printed] == []
