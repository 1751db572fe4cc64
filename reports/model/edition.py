"""The edition: all that one briefing says on one day, before it is given a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reports.model.charts import Chart, Spark
from reports.model.facts import Fact, SourceEntry
from reports.model.text import FactSpan, Text
from reports.variants import FULL

Width = Literal["full", "two_thirds", "half", "third"]
Party = Literal["us", "cn"]


@dataclass(frozen=True)
class EditionId:
    """Which briefing, as of which day, for which readers."""

    briefing: str
    as_of: date
    variant: str = field(default=FULL, metadata={"sparse": True})
    """`full`, `flash`, or `partner-` and a country."""


@dataclass(frozen=True)
class Masthead:
    """What the head of the first page says; every item ready to print."""

    name: str
    name_local: str
    number: FactSpan
    """"No. 23"."""
    day: str
    """"Monday 9 June 2025"."""
    coverage: str
    """"covers 3–9 June"."""
    cut_off: str
    """"Data as known at the end of 9 June 2025, UTC"."""


@dataclass(frozen=True)
class KeyFigure:
    """One of the four figures that decide the week."""

    label: str
    value: FactSpan
    unit: str
    spark: Spark | None
    note: Text


@dataclass(frozen=True)
class Column:
    """A table column; `width` is its share of the table (the shares of a table add up to 1)."""

    label: str
    width: float
    kind: Literal["head", "text", "number", "spark", "tag"] = "text"


@dataclass(frozen=True)
class Cell:
    """A table cell: text, a status mark (p, r, e, b) that hangs beside it, or a spark."""

    text: Text = ()
    mark: str = ""
    spark: Spark | None = None
    muted: bool = False


@dataclass(frozen=True)
class TableSpec:
    """A table with row heads in its first column (unless that is a tag) and fixed widths."""

    key: str
    title: str
    """Empty where the heading above it says all: a section's, or the title of its exhibit."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text = ()
    scrolls: bool = False
    """Many number columns: on a small screen it scrolls; other tables become lists there."""


@dataclass(frozen=True)
class Prose:
    """Paragraphs; set in two columns where they span the page."""

    paragraphs: tuple[Text, ...]
    width: Width = "full"


@dataclass(frozen=True)
class FactStrip:
    """Three or four short answers in a tinted strip: where and when, which round."""

    items: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Delegate:
    """A person at the table."""

    name: str
    name_local: str
    """In Chinese script, or empty."""
    role: Text


@dataclass(frozen=True)
class Delegation:
    """One side's people, its head first; `note` says what is not known."""

    party: Party
    title: str
    members: tuple[Delegate, ...]
    note: Text = ()


@dataclass(frozen=True)
class Delegations:
    """Two cards, Washington and Beijing in that order."""

    sides: tuple[Delegation, ...]


@dataclass(frozen=True)
class Exhibit:
    """A chart with its finding, what it measures, its source line, alt text and data."""

    key: str
    number: str
    """"1", "3a"."""
    title: Text
    subtitle: str
    alt: str
    chart: Chart
    source: Text
    data: TableSpec
    width: Width = "full"
    drawn: tuple[FactSpan, ...] = ()
    """The numbers that stand in the drawing, its gridlines, its subtitle and its alt text."""


@dataclass(frozen=True)
class TableBlock:
    """A table on the page."""

    table: TableSpec
    width: Width = "full"


@dataclass(frozen=True)
class Points:
    """A short list under a small heading."""

    title: str
    items: tuple[Text, ...]
    width: Width = "half"


@dataclass(frozen=True)
class Terms:
    """Words explained, side by side."""

    title: str
    items: tuple[tuple[str, Text], ...]


Block = Prose | FactStrip | Delegations | Exhibit | TableBlock | Points | Terms


@dataclass(frozen=True)
class Section:
    """A section: its name, its finding and its blocks in reading order.

    Blocks narrower than the page that follow each other and fill a row stand side by side.
    """

    key: str
    """Stable: talks, tariffs, economy, exports, watch, numbers, about."""
    kicker: str
    """Its name: "The talks"."""
    headline: Text
    """Its finding; empty for numbers and about, whose kicker is the heading."""
    blocks: tuple[Block, ...]
    one_line: bool = False
    """No news: the section is only its one-line text and a date (its single Prose block)."""


@dataclass(frozen=True)
class Edition:
    """A whole briefing as a value; it serialises to canonical JSON and renders without its data."""

    id: EditionId
    masthead: Masthead
    headline: Text
    standfirst: Text
    key_figures: tuple[KeyFigure, ...]
    lead: tuple[Text, ...]
    changes: TableSpec | None
    """What changed since last week; its first column holds the tags."""
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...]
    sources: tuple[SourceEntry, ...]
    notes: tuple[Text, ...]
    """Notes for the reader about the edition as a whole: old data, overdue releases."""
    names: tuple[str, ...]
    """Proper names of the dataset with a number in them, which counts nothing."""
    description: str
    """The words of the standfirst, for metadata and sharing."""
