"""Round numbers on axes, and their words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import axis_start
from reports.charts.scales import level_ticks, rate_ticks, tick_labels
from reports.model import Period
from tests.charts.examples import JOBLESS, PRICES, line_chart


def decimals(words: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(word) for word in words.split())


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ("4709.6 6217 5864.6", "0 2000 4000 6000"),
        ("145 30 0", "0 50 100 150"),
        ("2626", "0 1000 2000 3000"),
        ("100", "0 50 100"),
        ("-12 44", "-20 0 20 40"),
        ("0 0", "0 1 2"),
        ("", "0 1 2"),
    ],
)
def test_volumes_start_at_zero(values: str, ticks: str) -> None:
    assert level_ticks(decimals(values)) == decimals(ticks)


@pytest.mark.parametrize(
    ("values", "with_zero", "ticks"),
    [
        ("5.0 5.4 5.1", False, "4.8 5.0 5.2 5.4"),
        ("-0.8 0.7", True, "-1 0 1"),
        ("-3.3 -0.8", True, "-4 -2 0"),
        ("5 5 5", False, "4.9 5.0 5.1"),
        ("0.4 6.2", False, "0 2.5 5.0 7.5"),
    ],
)
def test_rates_start_near_their_lowest(values: str, with_zero: bool, ticks: str) -> None:
    assert rate_ticks(decimals(values), with_zero=with_zero) == decimals(ticks)


@given(st.lists(st.decimals(-1_000_000, 1_000_000, places=2), max_size=9), st.booleans())
def test_an_axis_holds_every_value_on_three_to_five_lines(
    values: list[Decimal], with_zero: bool
) -> None:
    rates = rate_ticks(tuple(values), with_zero=with_zero)
    levels = level_ticks(tuple(values))
    assert 3 <= len(rates) <= 5
    assert 2 <= len(levels) <= 5
    assert 0 in levels
    if values:
        assert rates[0] <= min(values)
        assert max(values) <= rates[-1]
        assert levels[0] <= min(*values, Decimal(0))


def test_words_have_one_precision_and_the_unit_on_top() -> None:
    assert tick_labels(decimals("0 2000 4000 6000"), "tonnes") == (
        "0", "2,000", "4,000", "6,000\u00a0tonnes",
    )  # fmt: skip
    assert tick_labels(decimals("-1 0 1"), "%") == ("−1", "0", "1%")
    assert tick_labels(decimals("4.8 5.0 5.2"), "%") == ("4.8", "5.0", "5.2%")
    assert tick_labels(decimals("0 0.5 1.0"), "") == ("0", "0.5", "1.0")


def test_a_chart_says_where_its_axis_starts_unless_at_zero() -> None:
    assert axis_start(JOBLESS) == "4.8%"
    assert axis_start(PRICES) is None
    assert axis_start(line_chart("50.2 49.1", "", first=Period(2025, 1))) == "49.0%"
