"""The past in an edition: revisions, corrections and breaks are told, and drawn as ghosts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from reports.briefings import build_edition
from reports.briefings.ghosts import Past
from reports.briefings.news_revisions import revision_items
from reports.dataset import AsOfView
from reports.model import (
    ColumnChart,
    Edition,
    Exhibit,
    LineChart,
    LinePoint,
    Period,
    Points,
    fact_spans,
    plain,
)
from tests.analysis.test_comparability import broken
from tests.analysis.views import present
from tests.briefings.worlds import ONLINE, added, situation, value
from tests.dataset.packages import shipped

MENDED = "digits were swapped"
REVISED = ("cpi_yoy_pct", "2025-03", "-0.6", "06-05")
COLUMNS = "rare_earth_exports_t"


def changed(*rows: Any, today: str = "06-09", **tables: list[Any]) -> AsOfView:
    return added(today, observations=list(rows), **tables)


@cache
def edition_of(*row: str, **columns: Any) -> Edition:
    """Return the edition of 9 June 2025 on the dataset with one more row."""
    series_id, period, number, published = row
    return build_edition(changed(value(series_id, period, number, published, **columns)))


def exhibit(edition: Edition, key: str) -> Exhibit:
    found = (b for s in edition.sections for b in s.blocks if isinstance(b, Exhibit))
    return next(block for block in found if block.key == key)


def line(edition: Edition) -> LineChart:
    chart = exhibit(edition, "consumer-prices").chart
    assert isinstance(chart, LineChart)
    return chart


def columns(edition: Edition) -> ColumnChart:
    chart = exhibit(edition, "rare-earths-monthly").chart
    assert isinstance(chart, ColumnChart)
    return chart


def test_a_line_whose_past_moved_shows_last_weeks_with_its_neighbours() -> None:
    built = edition_of(*REVISED)
    was = [(str(point.period), str(point.value)) for point in line(built).ghost]
    assert was == [("2025-02", "-0.7"), ("2025-03", "-0.1"), ("2025-04", "-0.1")]
    assert line(built).ghost_label == "as of 2\N{NO-BREAK SPACE}June"
    source = plain(exhibit(built, "consumer-prices").source)
    assert "Grey: as known on 2\N{NO-BREAK SPACE}June. Source:" in source


def test_a_column_that_moved_keeps_last_weeks_height() -> None:
    built = edition_of(COLUMNS, "2025-04", "4900.5", "06-05", correction=MENDED)
    moved = [(str(bar.period), str(bar.before)) for bar in columns(built).bars if bar.before]
    assert moved == [("2025-04", "4784.8")]
    assert columns(built).ghost_label
    assert "Grey: as known" in plain(exhibit(built, "rare-earths-monthly").source)


@pytest.mark.parametrize(
    "row",
    [
        (COLUMNS, "2025-05", "5864.6", "06-09"),
        ("cpi_yoy_pct", "2025-03", "-0.10", "06-05"),
        ("cpi_yoy_pct", "2025-03", "-0.6", "06-01"),
    ],
    ids=["a new period", "another print", "moved before last week"],
)
def test_there_is_no_ghost_without_a_move_since_last_week(row: tuple[str, ...]) -> None:
    if row[:2] == (COLUMNS, "2025-05"):
        built = build_edition(shipped().as_of(changed().day))
    else:
        built = edition_of(*row)
    assert not line(built).ghost
    assert not line(built).ghost_label
    assert not any(bar.before for bar in columns(built).bars)
    assert "Grey:" not in plain(exhibit(built, "consumer-prices").source)


def test_a_ghost_never_bridges_what_was_not_known() -> None:
    now, _ = situation(changed(value(*REVISED)))
    rows = now.last._rows
    blind = tuple(
        row
        for row in rows["observations"]
        if (row.series_id, str(row.period)) != ("cpi_yoy_pct", "2025-02")
    )
    object.__setattr__(now, "last", replace(now.last, _rows=dict(rows) | {"observations": blind}))
    ghost = Past(now, "cpi_yoy_pct", 24).line
    assert ghost[0] == LinePoint(Period(2025, 2), None)


def test_an_old_value_that_a_chart_draws_is_behind_the_gridlines_that_it_needs() -> None:
    far = value("cpi_yoy_pct", "2025-03", "9.9", "05-02")
    built = build_edition(changed(far, value(*REVISED)))
    drawn = exhibit(built, "consumer-prices").drawn
    facts = {fact.key: fact for fact in built.facts}
    axis = next(facts[span.key] for span in fact_spans(drawn) if span.key.startswith("axis."))
    assert "2025-05-02" in {row.vintage.isoformat() for row in axis.rows}
    assert axis.value <= 10


def changes(edition: Edition) -> dict[str, tuple[str, str, str]]:
    """Return tag, before and now of each row of the table of changes, by its subject."""
    rows = present(edition.changes).rows
    texts = [[plain(cell.text) for cell in row] for row in rows]
    return {subject: (tag, was, now) for tag, subject, was, now in texts}


def test_a_revision_of_a_followed_series_is_news_with_old_and_new() -> None:
    tag, was, now = changes(edition_of(*REVISED))["Consumer prices, March\N{NO-BREAK SPACE}2025"]
    assert (tag, was) == ("Revised", "−0.1%")
    assert now == "−0.6%, as the source now has it."


def test_a_correction_of_ours_says_what_was_wrong() -> None:
    built = edition_of(COLUMNS, "2025-04", "4900.5", "06-05", correction=MENDED)
    tag, was, now = changes(built)["Rare-earth exports, April\N{NO-BREAK SPACE}2025"]
    assert (tag, was.split("\N{NO-BREAK SPACE}")[0]) == ("Corrected", "4,784.8")
    assert f"our figure was wrong: {MENDED}." in now


def about(edition: Edition) -> str:
    (section,) = [section for section in edition.sections if section.key == "about"]
    lists = [block for block in section.blocks if isinstance(block, Points)]
    return "\n".join(plain(text) for points in lists for text in points.items)


def test_about_the_data_tells_corrections_from_revisions() -> None:
    corrected = about(edition_of(COLUMNS, "2025-04", "4900.5", "06-05", correction=MENDED))
    assert "Revisions since last week: none." in corrected
    assert "Corrections of our own since last week: Rare-earth exports" in corrected
    assert f"4,784.8 to 4,900.5 ({MENDED})" in corrected
    revised = about(edition_of(*REVISED))
    assert "Revisions since last week: Consumer prices" in revised
    assert "Corrections" not in revised


def test_a_break_of_definition_is_news_from_its_day() -> None:
    later = replace(broken("cpi_yoy_pct", "2025-04", "2025-06-05"), source_id=ONLINE)
    now, book = situation(changed(definitions=[later]))
    (item,) = revision_items(now, book)
    assert (item.tag, item.before) == ("Redefined", "Measured as before")
    assert item.now.startswith("Measured without students from April 2025 on; no change")
    built = build_edition(now.view)
    assert any(tag == "Redefined" for tag, _, _ in changes(built).values())


def test_what_is_not_followed_is_no_news_of_the_table() -> None:
    now, book = situation(shipped().as_of(changed(today="07-18").day))
    assert revision_items(now, book) == []
    assert "Rare-earth products" in about(build_edition(now.view)).split("Revisions since")[1]
