"""What can differ between two days: the kinds, and one difference with all it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from reports.model import MONTHS, RowRef

Kind = Literal[
    "new period",
    "newly followed",
    "revised value",
    "correction",
    "changed definition",
    "conflict",
    "status changed",
    "event learnt",
    "same value",
]
KINDS: tuple[Kind, ...] = (
    "correction",
    "revised value",
    "changed definition",
    "conflict",
    "status changed",
    "new period",
    "newly followed",
    "event learnt",
    "same value",
)
"""All kinds in the order they are told: what was said before and is not so comes first."""

MEANINGS: dict[Kind, str] = {
    "correction": "an error of our own was mended",
    "revised value": "the provider changed a value it had published",
    "changed definition": "a series measures something else from a period on",
    "conflict": "sources contradict each other, or do so no longer",
    "status changed": "something known before stands otherwise now",
    "new period": "a value for a period that had none",
    "newly followed": "a series of which nothing was known before",
    "event learnt": "something that was not known before",
    "same value": "another print of a value that stands as it did",
}


def places(value: Decimal) -> int:
    """Return the decimal places that a value was printed with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def dated(day: date) -> str:
    """Return a day in words: "9 June 2025"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Difference:
    """One thing that was known otherwise, or not at all, on the earlier day."""

    kind: Kind
    table: str
    key: str
    """The row in words, unique together with the kind: `rare_earth_exports_t 2025-05`."""
    label: str
    """What it is, for a reader: "Rare-earth exports, May 2025"."""
    old: str
    """How it stood; empty where nothing was known."""
    new: str
    known: date
    """The day the newest of it became known."""
    sources: tuple[str, ...]
    rows: tuple[RowRef, ...] = ()
    """The rows that the later day knows and the earlier one does not; each stands in one only."""
    reason: str = ""
    """Of a correction, what was wrong."""
    was: Any = field(default=None, repr=False)
    """The row that held on the earlier day, or None."""
    now: Any = field(default=None, repr=False)
    """The row that holds on the later day."""
