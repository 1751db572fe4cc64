"""The nouns of the intake: what came in, where it stood, what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.errors import Problem

Raw = str | date | Decimal | bool
"""A cell as its file holds it; blank is an empty string."""

Kind = Literal["new", "revised", "restated", "older", "corrected", "updated", "unchanged"]

KINDS: dict[Kind, str] = {
    "new": "a period, event, source or other row that was not known",
    "revised": "a newer vintage with another value",
    "restated": "a newer vintage with the same value",
    "older": "a vintage from before a known one, with another value",
    "corrected": "a row that mends an error of our own",
    "updated": "an event or a source of which more is known",
    "unchanged": "known already",
}


@dataclass(frozen=True)
class Line:
    """A row of a file or sheet, with the line it stands on."""

    number: int
    cells: tuple[Raw, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as it came in: a CSV file, or a sheet of a workbook."""

    file: str
    """For messages: `june.csv`, or `june.xlsx [observations]`."""
    name: str
    """The name of the file or sheet without an ending: a hint at the table."""
    head: tuple[str, ...]
    rows: tuple[Line, ...]
    head_line: int = 1


@dataclass(frozen=True)
class Incoming:
    """A row for a table of the dataset; its cells are in the form of the dataset.

    It holds the columns that were supplied, and no others: an absent one is not an empty one.
    """

    table: str
    cells: Mapping[str, str]
    file: str
    line: int
    remark: str = ""
    """What was read into it, such as a running total that went to the series of its own."""


@dataclass(frozen=True)
class Batch:
    """All that came in, with what is wrong with it."""

    rows: tuple[Incoming, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    """Keys of rows that were refused: a reference to one is no fault of its own."""


@dataclass(frozen=True)
class Change:
    """What an incoming row does to the dataset."""

    kind: Kind
    table: str
    key: tuple[str, ...]
    cells: Mapping[str, str]
    """The whole row, as it stands in the table afterwards."""
    file: str
    line: int
    old: Mapping[str, str] = field(default_factory=dict)
    """The row it is compared with: the vintage before, or the row as it stood."""
    columns: tuple[str, ...] = ()
    """The columns of a known row that change."""
    remark: str = ""


@dataclass(frozen=True)
class Plan:
    """What a batch would change, and what of it is refused."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Rows that are refused, as errors, and what an editor should look at, as warnings."""

    @property
    def written(self) -> tuple[Change, ...]:
        """Return the changes that are written."""
        return tuple(change for change in self.changes if change.kind != "unchanged")
