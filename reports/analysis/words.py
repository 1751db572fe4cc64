"""Wording rules: which verb, rank or count a number allows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from reports.analysis.measures import MONTHS_IN_YEAR, Measure, Rank, Streak
from reports.analysis.rounding import round_half_up

Tense = Literal["past", "present"]

LITTLE_PERCENT = Decimal("0.5")
HALVED = (Decimal(-52), Decimal(-48))
DOUBLED = (Decimal(95), Decimal(105))
A_YEAR_OF_MONTHS = 11
WORTH_SAYING = 5
MOSTLY_KNOWN = Decimal("0.75")

_VERBS: dict[Tense, dict[str, str]] = {
    "past": {
        "up": "rose",
        "down": "fell",
        "same": "were unchanged",
        "little": "were little changed",
        "halved": "halved",
        "doubled": "doubled",
    },
    "present": {
        "up": "rise",
        "down": "fall",
        "same": "are unchanged",
        "little": "are little changed",
        "halved": "halve",
        "doubled": "double",
    },
}
_COUNTS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]


def movement(measure: Measure) -> str:
    """Classify a change: up, down, same, little, halved or doubled.

    A level is little changed below half a percent; it halves only from 48% to 52% down and
    doubles only from 95% to 105% up. A rate that rounds to no change is the same.
    """
    value = measure.value
    if measure.unit != "%":
        rounded = round_half_up(value, 1)
        return "same" if rounded == 0 else "up" if rounded > 0 else "down"
    if value == 0:
        return "same"
    if abs(value) < LITTLE_PERCENT:
        return "little"
    if HALVED[0] <= value <= HALVED[1]:
        return "halved"
    if DOUBLED[0] <= value <= DOUBLED[1]:
        return "doubled"
    return "up" if value > 0 else "down"


def moved(measure: Measure, tense: Tense = "past", *, plural: bool = True) -> str:
    """Return the verb that a change allows: "rose", "fell", "were little changed", "halved"."""
    verb = _VERBS[tense][movement(measure)]
    if plural:
        return verb
    if tense == "past":
        return verb.replace("were ", "was ")
    return verb.replace("are ", "is ") if verb.startswith("are ") else verb + "s"


def count_word(number: int) -> str:
    """Return a whole number in words up to twenty ("four"), in figures beyond."""
    return _COUNTS[number] if 0 <= number < len(_COUNTS) else f"{number:,}"


def ordinal_word(number: int) -> str:
    """Return "fourth" for 4 up to twelfth, "29th" beyond."""
    if 0 < number < len(_ORDINALS):
        return _ORDINALS[number]
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else suffix}"


def listing(items: Sequence[str]) -> str:
    """Join words as a sentence does: "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def rank_phrase(rank: Rank | None, *, lowest: bool = False) -> str:
    """Return what a rank allows to be said, or nothing.

    "the highest in a year" needs each of the 12 months before that are known to be lower, eleven
    of them at least; when only the month a year before was higher it is "the highest in the year
    since May 2024". A reach of less than half a year is not worth a clause, and
    one over months of which a quarter or more are not known is not firm enough.
    """
    word = "lowest" if lowest else "highest"
    if rank is None or rank.beaten < WORTH_SAYING:
        return ""
    since = rank.since.period if rank.since else rank.first.previous()
    reach = rank.rows[0].period.index - since.index
    if rank.beaten < MOSTLY_KNOWN * (reach - 1):
        return ""
    if rank.since is None:
        return f"the {word} since at least {rank.first.label}"
    if reach == MONTHS_IN_YEAR and rank.beaten == A_YEAR_OF_MONTHS:
        return f"the {word} in the year since {rank.since.period.label}"
    if MONTHS_IN_YEAR < reach <= 18 and rank.beaten >= A_YEAR_OF_MONTHS:
        return f"the {word} in a year"
    return f"the {word} since {rank.since.period.label}"


def streak_phrase(streak: Streak) -> str:
    """Return "the fourth month in a row" or "at least the 29th month in a row"."""
    least = "at least " if streak.bounded else ""
    return f"{least}the {ordinal_word(streak.months)} month in a row"
