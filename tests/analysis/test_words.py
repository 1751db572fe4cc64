"""Wording rules at their limits."""

from decimal import Decimal
from typing import Literal

import pytest

from reports.analysis import (
    Measure,
    Rank,
    Streak,
    count_word,
    highest_since,
    listing,
    moved,
    ordinal_word,
    rank_phrase,
    streak_phrase,
)
from reports.model import Period
from tests.analysis.views import volumes

MAY = Period(2025, 5)


def measure(value: str, unit: Literal["%", "pp"] = "%") -> Measure:
    return Measure(Decimal(value), unit, MAY, "", ())


@pytest.mark.parametrize(
    ("value", "verb"),
    [
        ("-47.9", "fell"),
        ("-48", "halved"),
        ("-52", "halved"),
        ("-52.1", "fell"),
        ("23", "rose"),
        ("0.49", "were little changed"),
        ("-0.5", "fell"),
        ("0", "were unchanged"),
        ("94.9", "rose"),
        ("100", "doubled"),
        ("106", "rose"),
    ],
)
def test_the_verb_of_a_level(value: str, verb: str) -> None:
    assert moved(measure(value)) == verb


def test_the_verb_of_a_rate_follows_its_printed_change() -> None:
    assert moved(measure("0.04", "pp"), plural=False) == "was unchanged"
    assert moved(measure("0.05", "pp"), plural=False) == "rose"
    assert moved(measure("-48", "pp")) == "fell"


def test_the_present_tense_agrees_in_number() -> None:
    assert moved(measure("5"), "present") == "rise"
    assert moved(measure("5"), "present", plural=False) == "rises"
    assert moved(measure("0.1"), "present", plural=False) == "is little changed"


def year_of(first_value: str, months: int = 12) -> Rank | None:
    start = MAY.shift(-months)
    values = {str(start): first_value}
    values |= {str(start.shift(i)): "4000" for i in range(1, months)}
    return highest_since(volumes({**values, str(MAY): "5864.6"}), "v", MAY)


def test_highest_in_a_year_needs_all_twelve_months_before() -> None:
    """May 2024 was higher than May 2025: the twelfth month breaks the phrase."""
    assert rank_phrase(year_of("6217")) == "the highest in the year since May 2024"
    assert rank_phrase(year_of("6217", months=13)) == "the highest in a year"


def test_a_longer_reach_names_the_month() -> None:
    assert rank_phrase(year_of("6217", months=20)) == "the highest since September 2023"


def test_a_short_reach_says_nothing() -> None:
    assert rank_phrase(year_of("6217", months=5)) == ""
    assert rank_phrase(year_of("6217", months=7)) == "the highest since October 2024"
    assert rank_phrase(None) == ""


def test_a_rank_without_a_higher_month_says_where_the_data_begin() -> None:
    assert rank_phrase(year_of("1")) == "the highest since at least May 2024"


def test_counts_and_lists() -> None:
    assert [count_word(n) for n in (1, 9, 20, 21)] == ["one", "nine", "twenty", "21"]
    assert [ordinal_word(n) for n in (4, 12, 21, 22, 23, 111)] == [
        "fourth", "twelfth", "21st", "22nd", "23rd", "111th",
    ]  # fmt: skip
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"


def test_a_bounded_streak_says_at_least() -> None:
    assert streak_phrase(Streak(4, MAY, False, ())) == "the fourth month in a row"
    assert streak_phrase(Streak(29, MAY, True, ())) == "at least the 29th month in a row"
