"""What may not be compared is not: every refusal has its reason, and no measure goes round it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analysis import (
    change,
    highest_since,
    incomparable,
    latest,
    refused,
    share,
    streak_below_zero,
)
from reports.analysis.comparability import Basis, base_of
from reports.dataset import AsOfView, Definition, Observation
from reports.dataset.rows import Located
from reports.dataset.view import view_of
from reports.model import Period
from tests.analysis.views import DAY, EMPTY, present, row, series, stated, view
from tests.briefings.worlds import level, world
from tests.dataset.packages import shipped

MAY = Period(2025, 5)
RARE_EARTHS = "rare_earth_exports_t"


def at(day: str) -> AsOfView:
    return shipped().as_of(date.fromisoformat(day))


def broken(series_id: str, period: str, published: str = "2024-12-31") -> Definition:
    day = date.fromisoformat(published)
    ref = Located("definitions", f"{series_id} {period}", day, 2)
    return Definition(series_id, Period.parse(period), day, "without students", "S1", ref)


def observed(measure: str, rows: list[Observation], *breaks: Definition, **more: Any) -> AsOfView:
    """Return a view of one series "v" on rows and breaks."""
    tables: dict[str, tuple[Any, ...]] = dict.fromkeys(EMPTY, ())
    info = replace(series("v", measure, "tonnes" if measure == "level" else "%"), **more)
    tables |= {"series": (info,), "observations": tuple(rows), "definitions": breaks}
    return view_of(tables, DAY)


def contested(period: str, value: str, other: str) -> Observation:
    """Return a value that another source contradicts."""
    return replace(row("v", period, value), conflict=(row("v", period, other),))


def test_rare_earth_products_are_never_compared_with_rare_earths() -> None:
    now = at("2025-07-18")
    one = present(now.observation(RARE_EARTHS, MAY))
    other = present(now.observation("rare_earth_products_exports_t", MAY))
    assert "are different series" in present(incomparable(now, one, other))
    assert share(now, other, one) is None


def test_two_units_are_named() -> None:
    now = at("2025-07-18")
    tonnes = present(now.observation(RARE_EARTHS, MAY))
    dollars = present(latest(now, "rare_earth_exports_usd_m"))
    assert incomparable(now, tonnes, dollars) == "tonnes and USD m are different units"


def test_a_share_is_of_the_parent_alone() -> None:
    now = at("2025-07-21")
    whole = present(now.observation("magnet_exports_t", MAY))
    part = present(now.observation("magnet_exports_us_t", MAY))
    rare = present(now.observation(RARE_EARTHS, MAY))
    assert share(now, part, whole)
    assert share(now, part, rare) is None
    assert incomparable(now, part, whole)


def test_two_definitions_of_a_tariff_level_are_never_compared() -> None:
    one, other = level("US", "04-09", 145), level("US", "05-14", 30)
    assert incomparable(world("06-09"), other, one) is None
    average = replace(other, definition_key="average")
    assert incomparable(world("06-09"), average, one) == "the two levels are defined differently"


def test_a_break_of_definition_refuses_the_change_across_it() -> None:
    now = at("2025-06-18")
    youth = "unemployment_16_24_pct"
    reason = "from December 2023 on it is measured without students"
    june, july = Period(2023, 6), Period(2024, 6)
    before = row(youth, "2023-06", "21.3", "2023-07-17")
    rows = dict(now._rows) | {"observations": (*now._rows["observations"], before)}
    joined = view_of(rows, now.day)
    assert joined.observation(youth, june)
    assert change(joined, youth, "year", july) is None
    assert refused(joined, youth, "year", july) == reason
    unaware = view_of(rows | {"definitions": ()}, now.day)
    assert change(unaware, youth, "year", july)


def test_a_stated_change_across_a_break_is_refused_too() -> None:
    seen = view(series("v", "level", "t"), {"2025-05": "5"}, (stated("2025-05", "month", "9"),))
    assert present(change(seen, "v", "month", MAY)).stated
    seen = view_of({**seen._rows, "definitions": (broken("v", "2025-05"),)}, DAY)
    assert change(seen, "v", "month", MAY) is None


def test_a_combined_figure_is_named_where_a_month_has_no_base() -> None:
    rows = [row("v", "2025-01/2025-02", "8511"), row("v", "2025-03", "5666")]
    seen = observed("level", rows)
    reason = "January and February 2025 are one figure"
    assert refused(seen, "v", "month", Period(2025, 3)) == reason
    assert incomparable(seen, rows[1], rows[0]) is not None


def test_running_totals_are_compared_over_the_same_months_only() -> None:
    rows = [row("v", period, "9") for period in ("2024-05", "2025-04", "2025-05")]
    seen = observed("level", rows, frequency="ytd")
    assert change(seen, "v", "year", MAY)
    assert change(seen, "v", "month", MAY) is None
    assert "cover different months" in refused(seen, "v", "month", MAY)
    assert highest_since(seen, "v", MAY) is None


def test_the_conflict_of_may_2023_is_shown_and_computed_with_nowhere() -> None:
    now = at("2024-06-07")
    row = present(now.observation(RARE_EARTHS, Period(2023, 5)))
    assert [str(other.value) for other in row.conflict] == ["4576"]
    for period, basis in (((2024, 5), "year"), ((2023, 6), "month"), ((2023, 5), "month")):
        asked: Basis = "year" if basis == "year" else "month"
        assert change(now, RARE_EARTHS, asked, Period(*period)) is None
        assert refused(now, RARE_EARTHS, asked, Period(*period)) == (
            "sources contradict each other on May 2023"
        )
    assert change(at("2024-06-06"), RARE_EARTHS, "month", Period(2023, 6))


@pytest.mark.parametrize(
    ("other", "beaten", "first"), [("4900", 1, 4), ("3000", 2, 2), ("5000", 1, 4)]
)
def test_a_rank_passes_a_conflict_only_where_it_beats_every_source(
    other: str, beaten: int, first: int
) -> None:
    rows = [
        row("v", "2025-02", "100"),
        contested("2025-03", "200", other),
        row("v", "2025-04", "300"),
        row("v", "2025-05", "4900"),
    ]
    rank = present(highest_since(observed("level", rows), "v", MAY))
    assert (rank.beaten, rank.since, rank.first) == (beaten, None, Period(2025, first))


def test_a_rank_and_a_run_end_at_a_break() -> None:
    rows = [row("v", f"2025-0{month}", f"-{month}") for month in range(1, 6)]
    seen = observed("rate", rows, broken("v", "2025-03"))
    low = present(highest_since(seen, "v", MAY, lowest=True))
    assert (low.beaten, low.since, low.first) == (2, None, Period(2025, 3))
    run = present(streak_below_zero(seen, "v"))
    assert (run.months, run.first, run.bounded) == (3, Period(2025, 3), True)


def test_a_run_counts_neither_a_conflict_nor_a_combined_figure() -> None:
    rows = [row("v", "2025-03", "-1"), contested("2025-04", "-1", "1"), row("v", "2025-05", "-1")]
    assert present(streak_below_zero(observed("rate", rows), "v")).months == 1
    assert streak_below_zero(observed("rate", rows[:2]), "v") is None
    joint = row("v", "2025-01/2025-02", "-1")
    assert streak_below_zero(observed("rate", [joint]), "v") is None


def test_every_reason_is_a_clause_in_words() -> None:
    """Over all that was ever known: a change, or one clause that says why there is none."""
    now = at("2025-12-31")
    for info in now.catalogue:
        for each in now.observations(info.series_id):
            for basis in BASES:
                reason = refused(now, info.series_id, basis, each.period)
                assert (change(now, info.series_id, basis, each.period) is None) == bool(reason)
                assert not reason.endswith(".")


BASES: tuple[Basis, ...] = ("month", "year")
_values = st.decimals(-50, 50, places=1)


@st.composite
def views(draw: st.DrawFn) -> AsOfView:
    """Draw three years of a series with gaps, combined figures, conflicts and breaks."""
    rows = []
    for year in (2023, 2024, 2025):
        joint = draw(st.sampled_from(("joint", "apart", "both")))
        periods = [Period(year, 1, 2)] if joint != "apart" else []
        periods += [Period(year, month) for month in range(1 if joint != "joint" else 3, 13)]
        for period in periods:
            kind = draw(st.sampled_from(("known", "known", "known", "gap", "contested")))
            if kind == "gap":
                continue
            value = str(draw(_values))
            known = row("v", str(period), value)
            if kind == "contested":
                known = contested(str(period), value, str(draw(_values)))
            rows.append(known)
    starts = draw(st.lists(st.integers(0, 35), max_size=2, unique=True))
    breaks = [broken("v", str(Period(2023, 1).shift(start))) for start in starts]
    return observed(draw(st.sampled_from(("level", "rate", "index"))), rows, *breaks)


def obstacle(now: AsOfView, period: Period, base: Period) -> bool:
    """Tell whether anything stands between two periods, told apart from the code under test."""
    pair = [now.observation("v", each) for each in (period, base)]
    if any(each is None or each.conflict for each in pair) or period.length != base.length:
        return True
    months = range(base.index + 1, period.index + period.length)
    return any(each.from_period.index in months for each in now.definitions("v"))


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(views())
def test_a_change_is_never_computed_across_anything(now: AsOfView) -> None:
    level = now.series("v").measure == "level"
    for each in now.observations("v"):
        for basis in BASES:
            base = base_of(each.period, basis)
            known = now.observation("v", base)
            zero = level and known is not None and known.value == 0
            found = change(now, "v", basis, each.period)
            assert (found is None) == (obstacle(now, each.period, base) or zero)
            assert bool(refused(now, "v", basis, each.period)) == (found is None)
            if found:
                assert found.rows == (each, known)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(views(), st.booleans())
def test_a_rank_reaches_across_no_break_and_counts_no_conflict(now: AsOfView, lowest: bool) -> None:
    for each in now.observations("v"):
        rank = highest_since(now, "v", each.period, lowest=lowest)
        if rank is None:
            continue
        assert each.period.length == 1
        assert not any(used.conflict for used in rank.rows)
        reach = range(rank.first.index + 1, each.period.index + 1)
        assert not any(each.from_period.index in reach for each in now.definitions("v"))
        for used in rank.rows[1:]:
            months = used.period.length if now.series("v").measure == "level" else 1
            higher = used.value / months < each.value
            assert used is rank.since or (higher != lowest and used.value != each.value)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(views())
def test_a_run_below_zero_is_unbroken(now: AsOfView) -> None:
    run = streak_below_zero(now, "v")
    if run is None:
        return
    counted = run.rows[: run.months]
    newest = counted[0].period
    assert [each.period for each in counted] == [newest.shift(-n) for n in range(run.months)]
    assert all(each.value < 0 and not each.conflict for each in counted)
    inside = range(run.first.index + 1, newest.index + 1)
    assert not any(each.from_period.index in inside for each in now.definitions("v"))
    assert newest.length == 1
    assert Decimal(0) > counted[-1].value
