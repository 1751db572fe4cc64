"""The flash always has one page, neither overfull nor half empty, and keeps both standards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from reports import drawings
from reports.briefings import build_edition, load_editorial
from reports.errors import RenderError
from reports.model import Edition, Prose, TableBlock
from reports.rendering.gate import findings
from reports.rendering.layout import plan_layout
from reports.rendering.one_page import fitted_to_page
from reports.rendering.pages import MOST_WHITE
from reports.rendering.pdf import PdfResult, render_pdf
from reports.rendering.web import render_html
from reports.verapdf import is_installed, validator
from tests.conftest import ROOT
from tests.test_every_number import MONDAYS, dataset

pytestmark = pytest.mark.slow

SHAPES = (date(2025, 1, 27), date(2025, 6, 9), date(2025, 10, 20), date(2026, 2, 23))
"""A thin week, London, a rich week, and one long after the newest row."""


@cache
def whole(day: date) -> Edition:
    return build_edition(dataset().as_of(day), load_editorial(ROOT / "data", day), "flash")


def printed(edition: Edition) -> PdfResult:
    plan = plan_layout(edition)
    drawn = drawings.Studio().draw(drawings.for_print(edition, plan))
    return render_pdf(edition, {name: svg.decode() for name, svg in drawn.items()}, plan)


@pytest.mark.parametrize("day", MONDAYS, ids=str)
def test_every_week_is_fitted_to_one_page(day: date) -> None:
    edition = fitted_to_page(whole(day))
    plan = plan_layout(edition)
    assert plan.pages == 1
    assert findings(edition) == ()
    assert {unit.page for unit in plan.units.values()} == {1}
    known, shown = (e.changes.rows if e.changes else () for e in (whole(day), edition))
    assert len(shown) >= min(2, len(known))
    tables = [b for s in edition.sections for b in s.blocks if isinstance(b, TableBlock)]
    assert len(tables[0].table.rows) >= 3


@pytest.mark.parametrize("day", SHAPES, ids=str)
def test_the_printed_flash_is_one_full_page(day: date) -> None:
    done = printed(fitted_to_page(whole(day)))
    assert (done.pages, done.annex_pages, done.warnings) == (1, 0, ())


def test_page_and_pdf_say_the_same() -> None:
    edition = fitted_to_page(whole(SHAPES[1]))
    drawn = drawings.Studio().draw(drawings.for_web(edition))
    html = render_html(edition, {name: svg.decode() for name, svg in drawn.items()})
    assert edition.changes
    assert html.count('<span class="tag ') == len(edition.changes.rows)
    assert len(whole(SHAPES[1]).changes.rows) > len(edition.changes.rows)  # type: ignore[union-attr]


def test_words_that_no_page_can_hold_are_refused() -> None:
    edition = whole(SHAPES[1])
    long = replace(edition, headline=("A headline that goes on and on " * 40,))
    with pytest.raises(RenderError, match="does not fit on one page") as caught:
        fitted_to_page(long)
    assert "shorten" in caught.value.hint


def test_a_flash_that_turns_out_longer_than_planned_is_no_flash() -> None:
    edition = fitted_to_page(whole(SHAPES[1]))
    tall = tuple(
        replace(section, blocks=(*section.blocks, Prose((("Another line. " * 400,),))))
        for section in edition.sections
    )
    with pytest.raises(RenderError, match="does not fit on one page"):
        printed(replace(edition, sections=tall))


def test_white_at_the_foot_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = fitted_to_page(whole(SHAPES[1]))
    bare = replace(edition, changes=None, lead=(), sections=())
    done = printed(bare)
    assert done.pages == 1
    assert f"over {MOST_WHITE:.0f} mm" in done.warnings[0]


@pytest.mark.parametrize("profile", ["PDFUA-1", "PDFA-3A"])
def test_the_flash_keeps_both_standards(tmp_path: Path, profile: str) -> None:
    if not is_installed():
        pytest.skip("veraPDF is not installed")
    path = tmp_path / "flash.pdf"
    path.write_bytes(printed(fitted_to_page(whole(SHAPES[2]))).data)
    with validator() as verapdf:
        verdict = verapdf.validate(path, profile)
    assert verdict.failures == ()
    assert verdict.checks > 5_000
