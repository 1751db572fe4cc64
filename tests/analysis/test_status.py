"""How a series stands: its newest value, what it waits for, how often it was revised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reports.analysis.releases import awaited, deadline, overdue
from reports.analysis.status import SeriesStatus, series_status
from reports.dataset import AsOfView, CalendarEvent, Observation, SeriesInfo
from reports.dataset.rows import Located, Source
from reports.dataset.view import view_of
from reports.model import Period
from tests.analysis.views import EMPTY, row, series
from tests.dataset.packages import shipped

LEVEL = series("v", "level", "tonnes")
SOURCE = Source("S1", "Paper", "A page", None, date(2024, 12, 31), None, LEVEL.ref)


def known(
    info: SeriesInfo,
    rows: list[Observation],
    events: tuple[CalendarEvent, ...] = (),
    day: date = date(2025, 12, 31),
) -> AsOfView:
    tables: dict[str, tuple[Any, ...]] = dict.fromkeys(EMPTY, ())
    tables |= {
        "series": (info,),
        "observations": tuple(rows),
        "calendar": events,
        "sources": (SOURCE,),
    }
    return view_of(tables, day)


def status(
    info: SeriesInfo,
    rows: list[Observation],
    events: tuple[CalendarEvent, ...] = (),
    day: date = date(2025, 12, 31),
) -> SeriesStatus:
    (found,) = series_status(known(info, rows, events, day))
    return found


def event(day: str, period: str, **changes: Any) -> CalendarEvent:
    """Return a row of the calendar that announces a figure of the series."""
    ref = Located("calendar", "E1", date(2025, 1, 2), 2)
    made = CalendarEvent(
        "E1",
        date.fromisoformat(day),
        "day",
        "Figures",
        "data_release",
        date(2025, 1, 2),
        "S1",
        "Figures",
        "other",
        None,
        None,
        None,
        "v",
        Period.parse(period),
        None,
        None,
        ref,
    )
    return replace(made, **changes)


def test_the_newest_value_and_its_source_are_named() -> None:
    found = status(LEVEL, [row("v", "2024-10", "90"), row("v", "2024-11", "100")])
    assert found.latest
    assert (found.latest.period, found.latest.value) == (Period(2024, 11), Decimal(100))
    assert found.source == SOURCE


def test_a_series_without_a_value_waits_for_nothing() -> None:
    found = status(LEVEL, [])
    assert (found.latest, found.source, found.release, found.days_overdue) == (None, None, None, 0)
    assert (found.gaps, found.conflicts, found.revisions.count) == ((), (), 0)


@pytest.mark.parametrize(
    ("day", "late"), [("2025-06-10", 0), ("2025-06-14", 0), ("2025-06-15", 1), ("2025-07-14", 30)]
)
def test_it_is_overdue_from_the_day_after_the_deadline(day: str, late: int) -> None:
    rows = [row("v", "2025-04", "90", "2025-05-09")]
    found = status(LEVEL, rows, day=date.fromisoformat(day))
    assert found.release
    assert (found.release.period, found.release.day) == (Period(2025, 5), date(2025, 6, 9))
    assert not found.release.announced
    assert found.days_overdue == late


def test_a_sparse_series_is_never_overdue_and_waits_for_what_is_announced_only() -> None:
    info = replace(LEVEL, coverage="sparse")
    rows = [row("v", "2025-04", "90", "2025-05-09")]
    assert status(info, rows).release is None
    found = status(info, rows, (event("2025-06-20", "2025-05"),))
    assert found.release
    assert found.release.announced
    assert found.days_overdue == 0


def test_an_announced_day_comes_before_the_usual_one_and_moves_the_deadline() -> None:
    rows = [row("v", "2025-04", "90", "2025-05-09")]
    view = known(LEVEL, rows, (event("2025-06-20", "2025-05"),), date(2025, 6, 18))
    release = awaited(view, "v")
    assert release
    assert (release.day, release.announced) == (date(2025, 6, 20), True)
    assert deadline(view, "v") == release.deadline == date(2025, 6, 20)
    assert not overdue(view, "v")
    early = known(LEVEL, rows, (event("2025-06-02", "2025-05"),), date(2025, 6, 10))
    assert deadline(early, "v") == date(2025, 6, 14)


def test_of_an_announced_month_any_day_is_in_time() -> None:
    rows = [row("v", "2025-04", "90", "2025-05-09")]
    found = status(
        LEVEL, rows, (event("2025-07-01", "2025-05", date_precision="month"),), date(2025, 8, 2)
    )
    assert found.release
    assert (found.release.month_only, found.release.deadline) == (True, date(2025, 7, 31))
    assert found.days_overdue == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"superseded_on": date(2025, 2, 1), "superseded_source_id": "S1"},
        {"series_id": "other"},
        {"period": Period(2025, 4)},
        {"announced": date(2026, 1, 1)},
    ],
)
def test_what_is_not_announced_for_this_figure_by_this_day_counts_for_nothing(
    changes: dict[str, Any],
) -> None:
    events = (replace(event("2025-06-20", "2025-05"), **changes),)
    found = status(LEVEL, [row("v", "2025-04", "90", "2025-05-09")], events)
    assert found.release
    assert not found.release.announced


@pytest.mark.parametrize(
    ("frequency", "habit", "period"),
    [
        ("month", "combined", "2025-01/2025-02"),
        ("ytd", "combined", "2025-02"),
        ("month", "with_february", "2025-01"),
        ("month", "separate", "2025-01"),
    ],
)
def test_january_comes_with_february_where_the_catalogue_says_so(
    frequency: str, habit: str, period: str
) -> None:
    info = replace(LEVEL, frequency=frequency, january_february=habit)
    found = status(info, [row("v", "2024-12", "90")])
    assert found.release
    assert found.release.period == Period.parse(period)
    assert found.release.day.month == (2 if habit == "separate" else 3)


def test_a_quarter_is_followed_by_the_next() -> None:
    info = replace(series("v", "rate", "%"), frequency="quarter")
    found = status(info, [row("v", "2024Q2", "5"), row("v", "2024Q4", "5")])
    assert found.release
    assert found.release.period == Period.parse("2025Q1")
    assert found.gaps == (Period.parse("2024Q3"),)


def test_revisions_are_counted_and_measured_and_corrections_of_ours_apart() -> None:
    rows = [
        row("v", "2024-10", "100", "2024-11-09"),
        row("v", "2024-10", "110", "2024-12-09"),
        row("v", "2024-11", "200", "2024-12-09"),
        row("v", "2024-11", "190", "2024-12-20"),
        row("v", "2024-11", "190.2", "2024-12-21"),  # the same value, printed finer
        row("v", "2024-11", "209.2", "2025-01-09"),
        row("v", "2024-12", "50", "2025-01-09"),
        replace(row("v", "2024-12", "500", "2025-01-12"), correction="a digit was lost"),
    ]
    found = status(LEVEL, rows).revisions
    assert (found.count, found.corrections, found.unit) == (3, 1, "%")
    assert found.largest
    assert found.median
    assert round(found.largest, 3) == 10
    assert round(found.median, 1) == Decimal("10.0")
    before = status(LEVEL, rows, day=date(2024, 12, 10)).revisions
    assert (before.count, before.corrections) == (1, 0)


@pytest.mark.parametrize(
    ("measure", "unit", "told"), [("rate", "%", "pp"), ("balance", "USD bn", "USD bn")]
)
def test_what_is_no_level_is_revised_by_its_difference(measure: str, unit: str, told: str) -> None:
    rows = [row("v", "2024-10", "5.1", "2024-11-09"), row("v", "2024-10", "4.8", "2024-12-09")]
    found = status(series("v", measure, unit), rows).revisions
    assert (found.count, found.largest, found.unit) == (1, Decimal("-0.3"), told)
    assert found.median == Decimal("0.3")


def test_a_level_that_was_zero_is_revised_by_no_size() -> None:
    rows = [row("v", "2024-10", "0", "2024-11-09"), row("v", "2024-10", "40", "2024-12-09")]
    found = status(LEVEL, rows).revisions
    assert (found.count, found.largest, found.median) == (1, None, None)


def test_the_shipped_series_stand_as_their_rows_say() -> None:
    found = {each.info.series_id: each for each in series_status(shipped().as_of(date.max))}
    assert len(found) == len(shipped().as_of(date.max).catalogue)
    earths = found["rare_earth_exports_t"]
    assert earths.conflicts == (Period(2023, 5),)
    assert earths.revisions.count == 0
    assert found["magnet_exports_t"].gaps == (Period(2024, 3), Period(2024, 4))
    revised = {name: each.revisions for name, each in found.items() if each.revisions.count}
    assert revised
    assert all(each.largest and abs(each.largest) <= 5 for each in revised.values())


@pytest.mark.parametrize("day", ["2023-02-01", "2025-06-09", "2025-07-17", "2026-11-28"])
def test_a_day_tells_nothing_that_a_later_one_would_have_to_take_back(day: str) -> None:
    """Nothing younger than the day is in it: the view of a later one, cut there, says the same."""
    cut = date.fromisoformat(day)
    assert series_status(shipped().as_of(cut)) == series_status(
        shipped().as_of(date.max).earlier(cut)
    )
