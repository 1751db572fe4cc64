"""Facts: every number an edition prints, with what it was computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class RowRef:
    """A row of the dataset: its table, its key in words, the day it became known, its place."""

    table: str
    key: str
    vintage: date
    line: int


@dataclass(frozen=True)
class Fact:
    """A number, date difference or computed word, unrounded, that can be traced to its rows."""

    key: str
    """Stable name: `rare_earth_exports_t.change_on_month`."""
    label: str
    """What it measures, for a reader: "Rare-earth exports, change on month"."""
    value: Decimal | date | str
    """The value before any rounding."""
    shown: str
    """The value as printed in running text, with its unit: "5,864.6 tonnes"."""
    unit: str
    period: str
    """The period or day it speaks of: "May 2025"."""
    formula: str
    """How it was computed: "5,864.6 ÷ 4,784.8 − 1"; "as reported" if it was not."""
    status: str
    """reported, derived, estimated date, single source or in conflict."""
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
