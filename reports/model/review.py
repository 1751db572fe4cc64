"""Two editions side by side: what differs in what they know, print and draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports.model.edition import Edition, Exhibit
from reports.model.facts import Fact, RowRef


@dataclass(frozen=True)
class Piece:
    """Some words of a passage: in both editions, gone from the newer one, or new in it."""

    text: str
    kind: Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Passage:
    """A heading, paragraph or row of a table as each edition words it; empty where it has none."""

    kind: Literal["heading", "text", "row"]
    before: tuple[Piece, ...]
    now: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Tell whether the two editions word it differently."""
        return any(piece.kind != "same" for piece in (*self.before, *self.now))


@dataclass(frozen=True)
class ExhibitPair:
    """A chart of both editions; None where one has not drawn it."""

    before: Exhibit | None
    now: Exhibit | None


@dataclass(frozen=True)
class SectionPair:
    """A section of both editions in reading order."""

    key: str
    name: str
    passages: tuple[Passage, ...]
    exhibits: tuple[ExhibitPair, ...]

    @property
    def changed(self) -> bool:
        """Tell whether any of its passages is worded differently."""
        return any(passage.changed for passage in self.passages)


@dataclass(frozen=True)
class FactPair:
    """A fact of both editions by its key; None where one of them does not print it."""

    key: str
    before: Fact | None
    now: Fact | None

    @property
    def moved(self) -> bool:
        """Tell whether both editions print it, with different values."""
        return bool(self.before and self.now and self.before.value != self.now.value)


@dataclass(frozen=True)
class Change:
    """One thing that the newer edition's day knows otherwise, in words."""

    kind: str
    meaning: str
    table: str
    key: str
    label: str
    old: str
    """Empty where nothing was known."""
    new: str
    known: date
    sources: tuple[str, ...]
    rows: tuple[RowRef, ...]
    reason: str
    """Of a correction of ours, what was wrong."""


@dataclass(frozen=True)
class Review:
    """Everything that an editor compares before the newer of two editions goes out."""

    before: Edition
    now: Edition
    changes: tuple[Change, ...]
    """In the order in which they are told, kind by kind."""
    facts: tuple[FactPair, ...]
    sections: tuple[SectionPair, ...]
