"""One rounding for an edition: decimal, half up, with a true minus."""

from decimal import Decimal

import pytest

from reports.analysis import (
    grouped,
    percent,
    points,
    round_half_up,
    signed,
    signed_percent,
    trimmed,
)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("24266.5", 0, "24267"),
        ("-24266.5", 0, "-24267"),
        ("0.25", 1, "0.3"),
        ("2.675", 2, "2.68"),
        ("-0.04", 1, "0.0"),
    ],
)
def test_halves_round_away_from_zero(value: str, decimals: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), decimals)) == rounded


def test_thousands_are_grouped_from_four_digits() -> None:
    assert grouped(Decimal("5864.60"), 1) == "5,864.6"
    assert grouped(Decimal("999"), 0) == "999"
    assert grouped(Decimal("-1234.5"), 0) == "−1,235"


def test_published_zeros_at_the_end_are_dropped() -> None:
    assert trimmed(Decimal("5864.60")) == "5,864.6"
    assert trimmed(Decimal("24827")) == "24,827"
    assert trimmed(Decimal("100")) == "100"


def test_percent_is_whole_from_ten_and_has_one_decimal_below() -> None:
    assert percent(Decimal("22.567")) == "23%"
    assert percent(Decimal("-2.31")) == "2.3%"
    assert percent(Decimal("9.96")) == "10%"
    assert percent(Decimal("9.94")) == "9.9%"


def test_signs_of_table_entries() -> None:
    assert signed_percent(Decimal("22.567")) == "+23%"
    assert signed_percent(Decimal("-2.31")) == "−2.3%"
    assert signed(Decimal("-0.04"), 1) == "0.0"
    assert points(Decimal("-0.35")) == "0.4"
