"""The measures: what they compute, and when they decline to."""

from datetime import date
from decimal import Decimal

import pytest

from reports.analysis import (
    change,
    days_until,
    gaps,
    highest_since,
    latest,
    latest_change,
    share,
    streak_below_zero,
)
from reports.model import Period
from tests.analysis.views import present, rates, series, stated, view, volumes

MAY = Period(2025, 5)


def test_latest_is_the_period_that_ends_last() -> None:
    seen = volumes({"2025-01/2025-02": "8511", "2024-12": "3326"})
    assert present(latest(seen, "v")).period == Period(2025, 1, 2)


def test_latest_prefers_the_month_to_the_combined_period() -> None:
    seen = volumes({"2025-01/2025-02": "8511", "2025-02": "3217"})
    assert present(latest(seen, "v")).period == Period(2025, 2)


def test_change_of_a_level_is_in_percent_with_its_formula() -> None:
    found = present(change(volumes({"2025-04": "4784.8", "2025-05": "5864.60"}), "v", "month", MAY))
    assert round(found.value, 2) == Decimal("22.57")
    assert found.unit == "%"
    assert found.formula == "5,864.6 ÷ 4,784.8 − 1"


def test_change_of_a_rate_is_in_percentage_points() -> None:
    found = present(change(rates({"2025-04": "-2.7", "2025-05": "-3.3"}), "r", "month", MAY))
    assert (found.value, found.unit) == (Decimal("-0.6"), "pp")
    assert found.formula == "−3.3 − (−2.7)"


def test_a_month_is_never_compared_with_a_combined_period() -> None:
    seen = volumes({"2025-01/2025-02": "8511", "2025-03": "5666.3"})
    assert change(seen, "v", "month", Period(2025, 3)) is None


def test_combined_periods_compare_with_combined_periods() -> None:
    seen = volumes({"2024-01/2024-02": "8774", "2025-01/2025-02": "8511"})
    assert round(present(latest_change(seen, "v", "year")).value, 1) == Decimal("-3.0")


def test_a_missing_base_falls_back_to_what_the_source_states() -> None:
    seen = view(
        series("v", "level", "tonnes"), {"2025-04": "2627"}, (stated("2025-04", "month", "-51"),)
    )
    found = present(change(seen, "v", "month", Period(2025, 4)))
    assert (found.value, found.stated) == (Decimal(-51), True)
    assert change(seen, "v", "year", Period(2025, 4)) is None


def test_a_zero_base_gives_no_percentage() -> None:
    assert change(volumes({"2025-04": "0", "2025-05": "5"}), "v", "month", MAY) is None


def test_highest_since_stops_at_the_first_month_that_was_as_high() -> None:
    months = {f"2024-{m:02}": "4000" for m in range(6, 13)} | {
        f"2025-0{m}": "5000" for m in range(1, 5)
    }
    found = present(
        highest_since(volumes({"2024-05": "6217", **months, "2025-05": "5864.6"}), "v", MAY)
    )
    assert found.beaten == 11
    assert present(found.since).period == Period(2024, 5)


def test_highest_since_passes_over_unknown_months() -> None:
    found = present(highest_since(volumes({"2025-01": "1", "2025-05": "2"}), "v", MAY))
    assert (found.beaten, found.since) == (1, None)


def test_a_combined_period_stops_the_comparison_by_its_mean() -> None:
    found = present(
        highest_since(
            volumes({"2025-01/2025-02": "8000", "2025-03": "1", "2025-05": "3000"}), "v", MAY
        )
    )
    assert present(found.since).period == Period(2025, 1, 2)


def test_lowest_since_mirrors_highest() -> None:
    found = present(
        highest_since(
            volumes({"2025-03": "2", "2025-04": "5", "2025-05": "3"}), "v", MAY, lowest=True
        )
    )
    assert (found.beaten, present(found.since).period) == (1, Period(2025, 3))


def test_a_streak_counts_months_below_zero_and_ends_at_zero() -> None:
    found = present(
        streak_below_zero(
            rates({"2025-02": "0", "2025-03": "-0.1", "2025-04": "-0.1", "2025-05": "-0.1"}), "r"
        )
    )
    assert (found.months, found.bounded, found.first) == (3, False, Period(2025, 3))


@pytest.mark.parametrize(("january", "bounded"), [("-2", True), ("2", False)])
def test_a_streak_after_a_combined_fall_may_be_longer(january: str, bounded: bool) -> None:
    values = {"2024-12": "1", "2025-01/2025-02": january, "2025-03": "-1", "2025-04": "-1"}
    found = present(streak_below_zero(rates(values), "r"))
    assert (found.months, found.bounded) == (2, bounded)


def test_a_streak_that_fills_the_data_is_bounded() -> None:
    assert present(streak_below_zero(rates({"2025-04": "-1", "2025-05": "-1"}), "r")).bounded


def test_a_gap_ends_a_streak() -> None:
    assert present(streak_below_zero(rates({"2025-03": "-1", "2025-05": "-1"}), "r")).months == 1


def test_no_streak_without_a_newest_fall() -> None:
    assert streak_below_zero(rates({"2025-04": "-1", "2025-05": "0"}), "r") is None


def test_share_needs_the_same_period() -> None:
    seen = volumes({"2025-04": "200", "2025-05": "400"})
    april, may = seen.observations("v")
    assert present(share(seen, april, april)).value == 100
    assert share(seen, april, may) is None


def test_days_until_counts_from_the_day_of_the_view() -> None:
    assert days_until(volumes({"2025-05": "1"}).earlier(date(2025, 6, 9)), date(2025, 8, 12)) == 64


def test_gaps_names_the_months_that_are_not_known() -> None:
    seen = volumes({"2025-01/2025-02": "8", "2025-05": "1"})
    assert gaps(seen, "v", 6) == (Period(2024, 12), Period(2025, 3), Period(2025, 4))


def test_a_combined_period_that_is_split_is_passed_over() -> None:
    months = {"2025-01": "5000", "2025-02": "3000", "2025-01/2025-02": "8000", "2025-03": "1"}
    found = present(highest_since(volumes({**months, "2025-05": "6000"}), "v", MAY))
    assert (found.beaten, found.since) == (3, None)


def test_a_combined_period_ends_the_proof() -> None:
    months = {"2024-12": "1", "2025-01/2025-02": "4000", "2025-03": "1", "2025-05": "3000"}
    found = present(highest_since(volumes(months), "v", MAY))
    assert (found.beaten, found.since, found.first) == (1, None, Period(2025, 3))
