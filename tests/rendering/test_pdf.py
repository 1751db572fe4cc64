"""The PDF as a reader, a screen reader and an archive get it."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, ClassVar, TypeVar

import pikepdf
import pytest
from pypdf import PdfReader

from reports.errors import RenderError
from reports.model import Edition, Exhibit, Prose, SourceEntry, TableBlock, plain, printed_sources
from reports.rendering import pdf, typesetting
from reports.rendering.fonts import faces
from reports.rendering.layout import plan_layout
from reports.rendering.measure import faults, require_glyphs, require_own_fonts
from reports.rendering.typesetting import LocalTypesetter, fetcher
from tests.rendering.example_edition import example_edition
from tests.rendering.printing import Printed, placeholders, print_edition

pytestmark = pytest.mark.slow

Kind = TypeVar("Kind", Prose, TableBlock, Exhibit)


@pytest.fixture(scope="module")
def printed() -> Printed:
    return print_edition(example_edition())


@pytest.fixture(scope="module")
def file(printed: Printed) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed.data)) as opened:
        yield opened


@pytest.fixture(scope="module")
def text(printed: Printed) -> str:
    pages = PdfReader(io.BytesIO(printed.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def kids(element: Any) -> list[Any]:
    """Return what a structure element holds: elements, references and marks."""
    held = element.get("/K", pikepdf.Array())
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def elements(file: pikepdf.Pdf) -> list[Any]:
    """Return the structure elements in reading order."""
    found, waiting = [], kids(file.Root.StructTreeRoot)
    while waiting:
        element = waiting.pop(0)
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found.append(element)
            waiting = kids(element) + waiting
    return found


def test_one_file_claims_the_archive_standard_and_the_one_for_access(file: pikepdf.Pdf) -> None:
    metadata = file.open_metadata()
    claims = {name: metadata.get(name) for name in ("pdfaid:part", "pdfaid:conformance")}
    assert claims == {"pdfaid:part": "3", "pdfaid:conformance": "A"}
    assert metadata.get("{http://www.aiim.org/pdfua/ns/id/}part") == "1"
    assert b"pdfaExtension:schemas" in file.Root.Metadata.read_bytes()


def test_metadata_come_from_the_edition_and_dates_from_its_day(
    file: pikepdf.Pdf, printed: Printed
) -> None:
    head = printed.edition.masthead
    title = "US–China Trade Briefing, 9 June 2025: London talks open with rare earths at the centre"
    assert str(file.Root.Lang) == "en-GB"
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
    assert file.docinfo["/Title"] == title
    assert file.docinfo["/Author"] == head.name
    assert file.docinfo["/Subject"] == printed.edition.description
    assert "Tariffs" in str(file.docinfo["/Keywords"])
    assert file.docinfo["/CreationDate"] == file.docinfo["/ModDate"] == "D:20250609235959Z"


def test_bookmarks_follow_the_headings(printed: Printed) -> None:
    outline: list[Any] = PdfReader(io.BytesIO(printed.data)).outline
    top, below = outline
    assert top.title == plain(printed.edition.headline)
    chapters = [item.title for item in below if not isinstance(item, list)]
    expected = ["What changed since last week"]
    for section in printed.edition.sections:
        told = plain(section.headline)
        expected.append(f"{section.kicker}: {told}" if told else section.kicker)
    assert chapters == [*expected, "Sources", "Where each number comes from"]
    titles = [item.title for sub in below if isinstance(sub, list) for item in sub]
    assert "Both sides cut duties sharply in May; the reprieve ends on 12 August" in titles
    assert {"United States", "China", "Where the two sides stand", "Terms"} <= set(titles)


def test_headings_are_tagged_in_order_and_skip_no_level(
    file: pikepdf.Pdf, printed: Printed
) -> None:
    levels = [int(str(e.S)[2]) for e in elements(file) if re.fullmatch(r"/H\d", str(e.S))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert levels.count(2) == len(printed.edition.sections) + 3
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_drawing_has_its_alt_text(file: pikepdf.Pdf, printed: Printed) -> None:
    alts = [str(e.Alt) for e in elements(file) if str(e.S) == "/Figure"]
    assert len(alts) == len(printed.plan.charts)
    assert "Bar of time: day 26 of the 90 days of the truce." in alts
    assert all(alts)


def test_tables_have_heads_that_their_cells_name(file: pikepdf.Pdf) -> None:
    cells = [e for e in elements(file) if str(e.S) == "/TD"]
    assert cells
    ids = {bytes(e.ID) for e in elements(file) if str(e.S) == "/TH"}
    for cell in cells:
        named = [bytes(head) for head in cell.A.Headers]
        assert named
        assert set(named) <= ids


def test_chinese_text_is_text_and_told_to_be_chinese(file: pikepdf.Pdf, text: str) -> None:
    assert "何立峰" in text
    assert "中美经贸周报" in text
    chinese = [e for e in elements(file) if "/Lang" in e]
    assert [str(e.Lang) for e in chinese] == ["zh-Hans"] * 3


def test_running_heads_are_artifacts(file: pikepdf.Pdf) -> None:
    in_tree = {
        (element.Pg.objgen, int(kid))
        for element in elements(file)
        for kid in kids(element)
        if isinstance(kid, int)
    }
    for page in file.pages:
        for instruction in pikepdf.parse_content_stream(page):
            if str(instruction.operator) == "BDC":
                mark: Any = instruction.operands[1]
                assert (page.objgen, int(mark.MCID)) in in_tree


def test_only_our_fonts_are_embedded(file: pikepdf.Pdf) -> None:
    own = {face.family.replace(" ", "-") for face in faces()}
    names = {
        str(item.BaseFont)
        for item in file.objects
        if isinstance(item, pikepdf.Dictionary)
        and item.get("/Type") == "/Font"
        and item.get("/Subtype") == "/Type0"
    }
    assert len(names) >= 6
    for name in names:
        assert re.match(r"/[A-Z]{6}\+", name), name
        family = name.partition("+")[2]
        assert any(family.startswith(ours) for ours in own), name


def test_text_says_what_the_edition_says(printed: Printed, text: str) -> None:
    edition = printed.edition
    # A line may be cut behind a hyphen.
    said = text.replace("\N{NO-BREAK SPACE}", " ").replace("- ", "-")
    assert edition.masthead.cut_off in said
    assert edition.changes is not None
    texts = [*edition.lead, *(cell.text for row in edition.changes.rows for cell in row)]
    texts += [paragraph for prose in blocks(edition, Prose) for paragraph in prose.paragraphs]
    texts += [row[0].text for table in blocks(edition, TableBlock) for row in table.table.rows]
    texts += [exhibit.title for exhibit in blocks(edition, Exhibit)]
    for spans in texts:
        # Reference marks stand between the pieces.
        for piece in (span for span in spans if isinstance(span, str)):
            assert piece.strip() in said, piece


def test_every_reference_mark_leads_to_an_entry(file: pikepdf.Pdf, printed: Printed) -> None:
    targets = set(PdfReader(io.BytesIO(printed.data)).named_destinations)
    cited = printed_sources(printed.edition)
    assert {f"source-{source.number}" for source in cited} <= targets
    links = [e for e in elements(file) if str(e.S) == "/Link"]
    assert len(links) > 2 * len(cited)


def test_pages_leave_no_more_white_than_the_style_allows(printed: Printed) -> None:
    assert list(faults(printed.found)) == []
    assert 4 <= len(printed.found.white) <= 6


def test_the_plan_knows_heights_to_a_fraction_of_a_line(printed: Printed) -> None:
    assert len(printed.found.heights) > 25
    for key, unit in printed.plan.units.items():
        assert printed.found.pages[key] == (unit.page,), key
        assert printed.found.heights[key] == pytest.approx(unit.height, abs=1.0), key


@pytest.mark.slow
def test_the_same_edition_gives_the_same_bytes(printed: Printed) -> None:
    plan = plan_layout(example_edition())
    result = pdf.render_pdf(example_edition(), placeholders(plan), plan)
    assert result.data == printed.data
    assert result.pages == len(printed.found.white)
    assert result.warnings == ()


def test_a_character_without_a_glyph_stops_the_build(printed: Printed) -> None:
    letters = {**printed.found.letters, ("Archivo", "Noto Sans SC"): frozenset("a\u2021\U0001f600")}
    with pytest.raises(RenderError, match=r"‡.*U\+2021.*U\+1F600"):
        require_glyphs(replace(printed.found, letters=letters), printed.edition)


def test_a_character_without_a_glyph_is_shown_among_its_words(printed: Printed) -> None:
    edition = replace(printed.edition, lead=(("The talks ended in a deal \U0001f600 at last.",),))
    found = replace(printed.found, letters={("Archivo",): frozenset("\U0001f600")})
    with pytest.raises(RenderError, match="ended in a deal \U0001f600 at last"):
        require_glyphs(found, edition)


def test_a_font_that_is_not_ours_stops_the_build(printed: Printed) -> None:
    class Document:
        fonts: ClassVar = {"x": SimpleNamespace(family="DejaVu Sans"),
                           "y": SimpleNamespace(family="Archivo")}  # fmt: skip

    with pytest.raises(RenderError, match="DejaVu Sans"):
        require_own_fonts(Document())


def page(*sheets: str) -> str:
    """Return a page as the template gives it: cut into sheets by form feeds."""
    bodies = "\f".join(f"<div>{sheet}</div>" for sheet in sheets)
    return f'<html lang="en"><head><title>t</title></head><body>\f{bodies}\f</body>'


def test_a_missing_chart_stops_the_build() -> None:
    typesetter = LocalTypesetter()
    typesetter.lay_out(page('<img alt="a" src="chart:kpi-ore">'))
    with pytest.raises(RenderError, match="chart:kpi-ore"):
        typesetter.write({"kpi-zinc": "<svg/>"}, ())


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.svg",
        "https://example.org/a.svg",
        "file:///etc/passwd",
        "ftp://example.org/a.svg",
        "data:image/svg+xml,<svg/>",
        "fonts:../../pyproject.toml",
        "fonts:%2e%2e/cut.py",
        "fonts:NewsreaderTextScreen-400.ttf",
        "jar:file:///etc/passwd",
    ],
)
def test_nothing_but_charts_and_fonts_is_read(address: str) -> None:
    with pytest.raises(ValueError, match="nothing but charts and fonts"):
        fetcher().fetch(address)


@pytest.mark.parametrize(
    "markup",
    [
        '<img alt="a" src="file:///etc/hostname">',
        '<link rel="stylesheet" href="file:///etc/hostname">',
        "<style>@import url(http://example.org/a.css)</style>",
        '<p style="background:url(https://example.org/a.png)">a</p>',
    ],
)
def test_an_address_in_the_page_stops_the_build(markup: str) -> None:
    with pytest.raises(RenderError, match="nothing but charts and fonts"):
        LocalTypesetter().lay_out(page(markup))


@pytest.mark.slow
def test_an_address_in_a_chart_stops_the_build() -> None:
    edition = example_edition()
    plan = plan_layout(edition)
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>'
    with pytest.raises(RenderError, match="Failed to render SVG image chart:kpi-ore"):
        pdf.render_pdf(edition, {**placeholders(plan), "kpi-ore": svg}, plan)


def test_a_warning_of_the_library_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> bytes:
        logging.getLogger("weasyprint").warning("Ignored property %s", "colour")
        return b""

    monkeypatch.setattr(typesetting, "write", faulty)
    plan = plan_layout(example_edition())
    with pytest.raises(RenderError, match="weasyprint: Ignored property colour"):
        pdf.render_pdf(example_edition(), placeholders(plan), plan)


def test_text_of_the_dataset_is_escaped() -> None:
    edition = example_edition()
    hostile = '<img src="file:///etc/hostname">&amp;'
    source = SourceEntry(1, edition.sources[0].id, "Press", hostile, "javascript:alert(1)", None)
    edition = replace(edition, headline=(hostile,), sources=(source, *edition.sources[1:]))
    page = pdf.print_html(edition, plan_layout(edition))
    assert "<img src=" not in page
    assert page.count("&lt;img") == 3  # title, headline, endnote
    assert "javascript:" not in page


def test_an_unknown_source_or_fact_stops_the_build() -> None:
    edition = replace(example_edition(), sources=example_edition().sources[:-1])
    with pytest.raises(RenderError, match="metalnomist"):
        plan_layout(edition)


def blocks(edition: Edition, kind: type[Kind]) -> list[Kind]:
    """Return the blocks of one kind in reading order."""
    every = (block for section in edition.sections for block in section.blocks)
    return [block for block in every if isinstance(block, kind)]
