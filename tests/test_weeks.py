"""Every Monday of 2025 from the inauguration on builds without a warning and without a gap."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from reports.briefings import build_edition, load_editorial
from reports.model import Block, Edition, Exhibit, Prose, TableBlock, from_json, plain
from reports.pipeline import BuildRequest, build
from reports.rendering.layout import plan_layout
from reports.rendering.measure import faults
from reports.rendering.one_page import fitted_to_page
from reports.rendering.pdf import print_html
from reports.rendering.typesetting import LocalTypesetter
from reports.variants import FLASH
from tests.conftest import ROOT
from tests.test_every_number import dataset

FIRST, LAST = date(2025, 1, 20), date(2025, 12, 29)
MONDAYS = [FIRST + timedelta(weeks=week) for week in range((LAST - FIRST).days // 7 + 1)]


def test_the_weeks_are_all_there() -> None:
    assert len(MONDAYS) == 50
    assert MONDAYS[-1] == LAST


@pytest.mark.slow
@pytest.mark.parametrize("day", MONDAYS, ids=str)
def test_the_edition_of_a_week(day: date, weeks: Path) -> None:
    built = build(BuildRequest(ROOT / "data", weeks, day, strict=True, processes=False))
    assert built.warnings == ()
    assert built.pages is not None
    assert 3 <= built.pages - built.annex_pages <= 6
    assert built.annex_pages <= 2
    edition = from_json(built.paths["edition"].read_text("utf-8"))
    assert isinstance(edition, Edition)
    assert edition.id.as_of == day
    _has_no_gap(edition)
    _knows_nothing_younger(edition)


HARD = {
    "partner-vietnam": (date(2025, 7, 21), date(2025, 10, 13)),
    "partner-france": (date(2025, 2, 24),),
    "partner-germany": (date(2025, 9, 29),),
    "partner-japan": (date(2025, 10, 13), date(2025, 12, 8)),
    "partner-us": (date(2025, 7, 28), date(2025, 3, 24)),
    "flash": (date(2025, 3, 31), date(2025, 5, 19)),
    "full": (date(2025, 5, 12),),
}
"""Editions whose pages are hard to fill."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "day"), [(variant, day) for variant, days in HARD.items() for day in days], ids=str
)
def test_the_pages_of_an_edition_by_reader(variant: str, day: date) -> None:
    """Pages come out as planned, so that they are laid out once, and leave nothing to wish for."""
    edition = build_edition(dataset().as_of(day), load_editorial(ROOT / "data", day), variant)
    edition = fitted_to_page(edition) if variant == FLASH else edition
    plan = plan_layout(edition)
    with closing(LocalTypesetter()) as typesetter:
        found = typesetter.lay_out(print_html(edition, plan))
    assert list(faults(found, plan.one_page)) == []
    assert len(found.white) == plan.pages


def _has_no_gap(edition: Edition) -> None:
    assert plain(edition.headline)
    assert plain(edition.standfirst)
    assert len(edition.key_figures) == 4
    assert edition.lead
    keys = [section.key for section in edition.sections]
    assert keys == ["talks", "tariffs", "economy", "exports", "watch", "numbers", "about"]
    for section in edition.sections:
        assert section.blocks, section.key
        for block in section.blocks:
            assert _says_something(block), (section.key, block)


def _says_something(block: Block) -> bool:
    if isinstance(block, Prose):
        return all(plain(paragraph).strip() for paragraph in block.paragraphs)
    if isinstance(block, TableBlock):
        return bool(block.table.rows)
    if isinstance(block, Exhibit):
        return bool(plain(block.title).strip() and block.data.rows and block.alt)
    return True


def _knows_nothing_younger(edition: Edition) -> None:
    day = edition.id.as_of
    for fact in edition.facts:
        assert all(row.vintage <= day for row in fact.rows), fact.key
    for source in edition.sources:
        assert source.published is None or source.published <= day, source.id
