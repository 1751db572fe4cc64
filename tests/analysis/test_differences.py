"""What two days know otherwise: each thing told once, under the name it deserves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analysis import Difference, differences
from reports.analysis.differences import KINDS, MEANINGS
from reports.dataset import AsOfView
from reports.dataset.parsing import KNOWN_ON
from reports.dataset.view import view_of
from reports.model import Period, RowRef
from tests.analysis.test_comparability import broken
from tests.briefings.worlds import added, value, world
from tests.dataset.packages import shipped

RARE_EARTHS = "rare_earth_exports_t"
EARLY, LATE = "06-09", "06-16"
TABLES = tuple(table for table in KNOWN_ON if table != "known_conflicts")


def between(before: str, now: str) -> tuple[Difference, ...]:
    """Return the differences of two days of the dataset."""
    days = (date.fromisoformat(before), date.fromisoformat(now))
    return differences(*(shipped().as_of(day) for day in days))


def of(found: Iterable[Difference], kind: str) -> list[Difference]:
    return [each for each in found if each.kind == kind]


def moved(*rows: Any, **tables: list[Any]) -> tuple[Difference, ...]:
    """Return what a week changes in a world with some observations."""
    now = world(LATE, observations=list(rows), **tables)
    return differences(now.earlier(date(2025, 6, 9)), now)


def test_a_new_period_is_news_and_no_revision() -> None:
    found = of(between("2025-06-02", "2025-06-09"), "new period")
    (row,) = [each for each in found if each.key == f"{RARE_EARTHS} 2025-05"]
    assert (row.label, row.old) == ("Rare-earth exports, all products, May 2025", "")
    assert (row.new, row.known) == ("5,864.60 tonnes", date(2025, 6, 9))
    assert not of(between("2025-06-02", "2025-06-09"), "revised value")


def test_a_revision_tells_old_and_new() -> None:
    (row,) = of(between("2025-07-11", "2025-07-18"), "revised value")
    assert (row.old, row.new) == ("2,117 tonnes", "2,115 tonnes")
    assert row.known == date(2025, 7, 18)
    assert [ref.vintage for ref in row.rows] == [date(2025, 7, 18)]


def test_another_precision_of_a_value_is_no_revision() -> None:
    (row,) = of(between("2025-07-11", "2025-07-18"), "same value")
    assert (row.old, row.new) == ("4,828.5 tonnes", "4,829 tonnes")


def test_a_contradiction_is_told_as_one() -> None:
    (row,) = of(between("2024-06-01", "2024-06-09"), "conflict")
    assert row.new == "4,816 tonnes (in conflict with 4,576 tonnes)"


def test_a_correction_of_ours_is_no_revision_of_the_provider() -> None:
    mended = "digits were swapped"
    wrong = value(RARE_EARTHS, "2025-05", "5684", EARLY)
    right = value(RARE_EARTHS, "2025-05", "5864", "06-12", correction=mended)
    later = value(RARE_EARTHS, "2025-05", "5864.6", "06-13")
    for rows in ((wrong, right), (wrong, right, later)):
        (row,) = moved(*rows)
        assert (row.kind, row.reason, row.old) == ("correction", mended, "5,684 tonnes")
        assert len(row.rows) == len(rows) - 1
    (row,) = moved(wrong, replace(right, correction=None))
    assert (row.kind, row.reason) == ("revised value", "")


def test_an_error_that_came_and_went_within_the_week_is_a_revision_of_what_stood() -> None:
    first = value(RARE_EARTHS, "2025-05", "5000", EARLY)
    typo = value(RARE_EARTHS, "2025-05", "8564", "06-11")
    right = value(RARE_EARTHS, "2025-05", "5864", "06-12", correction="digits were swapped")
    (row,) = moved(first, typo, right)
    assert (row.kind, row.old, row.new) == ("revised value", "5,000 tonnes", "5,864 tonnes")


def test_a_series_not_followed_before_is_no_change_from_zero() -> None:
    rows = [value(RARE_EARTHS, f"2025-0{month}", "0", "06-12") for month in (3, 4)]
    (row,) = moved(*rows)
    assert (row.kind, row.old, row.key) == ("newly followed", "", RARE_EARTHS)
    assert row.label == "Rare-earth exports, all products, from March 2025 on"
    assert len(row.rows) == 2


def test_a_changed_definition_names_both() -> None:
    row = value("cpi_yoy_pct", "2025-04", "1", EARLY)
    later = broken("cpi_yoy_pct", "2025-05", "2025-06-12")
    (found,) = moved(row, definitions=[later])
    assert (found.kind, found.old, found.new) == (
        "changed definition",
        "as before",
        "without students",
    )
    assert found.label == "Consumer prices, from May 2025 on"


def test_states_that_changed_are_told_with_both_states() -> None:
    found = of(between("2025-08-04", "2025-08-12"), "status changed")
    told = {(each.table, each.key): (each.old, each.new) for each in found}
    assert told["tariffs", "truce"] == ("runs to 12 August 2025", "runs to 10 November 2025")
    assert told["tariffs", "TU10"] == ("in force", "ended: extended")
    assert told["calendar", "EV16"] == ("scheduled", "not as scheduled")
    talks = of(between("2025-06-06", "2025-06-12"), "status changed")
    (london,) = [each for each in talks if each.key == "M05"]
    assert london.old == "scheduled in London"
    assert london.new.startswith("held in London: ")
    assert london.known == date(2025, 6, 11)


def test_a_label_holds_no_empty_place_for_a_number() -> None:
    found = between("2025-01-01", "2025-12-31")
    assert [each for each in found if each.table == "tariffs"]
    assert not [each for each in found if "{" in each.label + each.new]


def test_the_days_must_come_in_order() -> None:
    with pytest.raises(ValueError, match="2025-06-09 is later than 2025-06-02") as raised:
        between("2025-06-09", "2025-06-02")
    assert "\n" not in str(raised.value)


def test_every_kind_has_its_meaning() -> None:
    assert set(MEANINGS) == set(KINDS)
    assert {each.kind for each in between("2023-06-01", "2025-12-31")} <= set(KINDS)


def identities(view: AsOfView) -> Counter[RowRef]:
    return Counter(row.ref.plain for table in TABLES for row in view.rows(table))


_days = st.dates(date(2023, 1, 1), date(2026, 1, 31))


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(_days, st.integers(0, 500))
def test_every_new_row_stands_in_exactly_one_difference(day: date, more: int) -> None:
    now = shipped().as_of(day + timedelta(days=more))
    accounted_for(now.earlier(day), now)


def accounted_for(before: AsOfView, now: AsOfView) -> tuple[Difference, ...]:
    """Assert that the differences account for all rows, each under a name of its own."""
    found = differences(before, now)
    assert Counter(ref for each in found for ref in each.rows) == identities(now) - identities(
        before
    )
    names = [(each.kind, each.table, each.key) for each in found]
    assert len(set(names)) == len(names)
    assert all(before.day < each.known <= now.day for each in found)
    assert found == differences(before, now)
    assert not differences(now, now)
    return found


@st.composite
def vintages(draw: st.DrawFn) -> list[Any]:
    """Draw values of a few months with revisions, corrections, other prints and late starts."""
    rows = []
    for series_id in ("cpi_yoy_pct", RARE_EARTHS):
        for month in (1, 2, 3):
            period = Period(2025, month)
            days = draw(st.lists(st.integers(0, 21), max_size=3, unique=True))
            for place, day in enumerate(sorted(days)):
                number = draw(st.sampled_from(("1", "1.0", "1.04", "3", "3.1", "7")))
                fixed = draw(st.booleans()) if place else False
                published = (date(2025, 6, 1) + timedelta(days=day)).isoformat()
                rows.append(
                    value(
                        series_id,
                        str(period),
                        number,
                        published,
                        correction="misread" if fixed else None,
                    )
                )
    return rows


@pytest.mark.slow
@settings(deadline=None, max_examples=80)
@given(vintages(), st.integers(0, 21), st.integers(0, 21))
def test_drawn_vintages_are_told_apart(rows: list[Any], one: int, other: int) -> None:
    first, last = (date(2025, 6, 1) + timedelta(days=day) for day in sorted((one, other)))
    now = world(last.isoformat(), observations=rows)
    before = now.earlier(first)
    for each in accounted_for(before, now):
        known = before.observations(each.key.split()[0])
        if each.kind == "newly followed":
            assert not known
        if each.kind in ("revised value", "correction"):
            assert each.was
            assert each.was.value != each.now.value
            assert any(ref.vintage > first for ref in each.rows)
        if each.kind == "correction":
            assert each.reason == "misread"


def test_a_drawn_dataset_on_top_of_the_real_one_is_accounted_for() -> None:
    extra = [
        value("cpi_yoy_pct", "2025-04", "-0.4", "06-10", source_id="SP001"),
        value(RARE_EARTHS, "2025-05", "6000", "06-12", source_id="SP001", correction="misread"),
    ]
    now = added(LATE, observations=extra)
    found = accounted_for(now.earlier(date(2025, 6, 9)), now)
    assert [each.kind for each in found[:2]] == ["correction", "revised value"]
    assert Decimal("-0.4") == found[1].now.value
    assert view_of(now._rows, now.day).day == now.day
