"""Facts: every number an edition prints, with what it was computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Method = Literal[
    "reported",
    "stated",
    "change_percent",
    "difference",
    "share_percent",
    "sum",
    "product",
    "days",
    "weeks",
    "count",
    "run_below_zero",
    "run_below_zero_next",
    "months_exceeded",
    "months_undercut",
    "mondays",
]
"""How a value follows from its inputs; `recomputed` does it."""
Status = Literal["reported", "derived", "estimated date", "single source", "in conflict"]


@dataclass(frozen=True)
class RowRef:
    """A row of the dataset: its table, its key in words and the day it became known.

    Not its line: a row that is added elsewhere in a file must not change an edition.
    """

    table: str
    key: str
    vintage: date


@dataclass(frozen=True)
class Input:
    """A value that a fact was computed from, and the key of that value as a fact of its own."""

    name: str
    """For a reader: "Rare-earth exports, April 2025"."""
    value: Decimal | date
    key: str = ""


@dataclass(frozen=True)
class Fact:
    """A number, rank, date difference or comparison, unrounded, that can be traced to its rows."""

    key: str
    """Stable from edition to edition: `rare_earth_exports_t.change_on_month`."""
    label: str
    """What it measures, for a reader: "Rare-earth exports, change on month"."""
    value: Decimal
    """The value before any rounding; of a comparison the number it speaks of."""
    shown: str
    """The value as printed in running text, with its unit: "5,864.6 tonnes"."""
    unit: str
    period: str
    """The period or day it speaks of: "May 2025"."""
    method: Method
    formula: str
    """How it was computed, in words: "the month ÷ the month before − 1"."""
    expression: str
    """The same in terms of its inputs: "5,864.6 ÷ 4,784.8 − 1"."""
    inputs: tuple[Input, ...]
    status: Status
    sources: tuple[str, ...]
    rows: tuple[RowRef, ...]


@dataclass(frozen=True)
class SourceEntry:
    """An endnote: a page that a number or statement of the edition comes from."""

    number: int
    id: str
    publisher: str
    title: str
    url: str
    published: date | None
    """None when the page is undated or younger than the edition; its title is then left out."""


def recomputed(fact: Fact) -> Decimal:
    """Return the value of a fact computed again from its inputs, by its method.

    Raise ArithmeticError or IndexError where the inputs do not allow it.
    """
    numbers = [item.value for item in fact.inputs if isinstance(item.value, Decimal)]
    days = [item.value for item in fact.inputs if isinstance(item.value, date)]
    if fact.method in ("days", "weeks", "mondays"):
        return _of_days(fact.method, days)
    return _of_numbers(fact.method, numbers)


def _of_days(method: Method, days: list[date]) -> Decimal:
    between = (days[1] - days[0]).days
    if method == "weeks":
        return Decimal(between // 7)
    return Decimal(between // 7 + 1 if method == "mondays" else between)


def _of_numbers(method: Method, numbers: list[Decimal]) -> Decimal:
    first = numbers[0]
    if method in ("reported", "stated"):
        return first
    if method == "change_percent":
        return (first / numbers[1] - 1) * 100
    if method == "difference":
        return first - numbers[1]
    if method == "share_percent":
        return first / numbers[1] * 100
    if method == "sum":
        return sum(numbers, Decimal(0))
    if method == "product":
        return first * numbers[1]
    return Decimal(_count(method, numbers))


def _count(method: Method, numbers: list[Decimal]) -> int:
    if method == "count":
        return len(numbers)
    if method == "months_exceeded":
        return sum(other < numbers[0] for other in numbers[1:])
    if method == "months_undercut":
        return sum(other > numbers[0] for other in numbers[1:])
    below = sum(number < 0 for number in numbers)
    return below + 1 if method == "run_below_zero_next" else below
