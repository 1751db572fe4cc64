"""What an editor's file says, read but not yet tied to the data of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from reports.errors import Problem

SCENARIOS = "scenarios"
VIEW = "what would change our view"
SECTIONS = ("talks", "tariffs", "economy", "exports", "watch", SCENARIOS, VIEW)
"""The headings of a file; the last two are lists of the section "What to watch"."""
REFERENCE = '{{ fact("key") }}'
"""How a number is written."""
NAKED = "a number that is no fact"
"""The refusal of one that is typed."""


@dataclass(frozen=True)
class Words:
    """Words as typed."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Reference:
    """A number, named by the key of its fact."""

    key: str
    form: str
    """"" for the fact's own printed form, or one of `binding.FORMS`."""
    line: int


@dataclass(frozen=True)
class Premise:
    """A comparison that must hold on the day of the edition, or its sentence is not printed."""

    said: str
    key: str
    operator: str
    right: Decimal | str
    """A number, or the key of another fact."""
    percent: bool
    """The number was written with a percent sign."""
    line: int


@dataclass(frozen=True)
class Passage:
    """A paragraph, an item of a list, or a text of the head."""

    pieces: tuple[Words | Reference, ...]
    line: int
    item: bool = False
    premises: tuple[Premise, ...] = ()

    @property
    def written(self) -> str:
        """Return the passage in one line, as it stands in the file."""
        return "".join(
            piece.text if isinstance(piece, Words) else f'{{{{ fact("{piece.key}") }}}}'
            for piece in self.pieces
        )


@dataclass(frozen=True)
class Editorial:
    """An editor's file as read; `bind` makes of it what an edition prints."""

    file: str
    """Its name within the dataset: "editorial/2025-06-09.md"."""
    day: date
    author: str = ""
    headline: Passage | None = None
    standfirst: Passage | None = None
    premises: tuple[Premise, ...] = ()
    """Those of headline and standfirst."""
    watch: Mapping[str, Passage] = field(default_factory=dict)
    notes: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)
    """Paragraphs and items by the heading they stand under."""
    problems: tuple[Problem, ...] = ()
    """Every fault of the file that shows without data."""


class Faults:
    """Collect the faults of one file, so that an editor learns of all of them at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(self, line: int, column: str, message: str, expected: str, value: str = "") -> None:
        """Note a fault, with what would be right in its place."""
        self.found.append(Problem(self.file, line, column, message, value, expected))
