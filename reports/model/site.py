"""The archive as its pages tell of it: editions, their revisions, what each correction changed.

Plain values that follow from the archive alone: the same archive gives the same pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.model.edition import Masthead
from reports.model.review import Piece


@dataclass(frozen=True)
class Figure:
    """A key figure in words: "China's consumer prices, May", "−0.1%", "on year", what it means."""

    key: str
    """The fact that answers for the value."""
    label: str
    value: str
    unit: str
    note: str


@dataclass(frozen=True)
class File:
    """A file of an edition, by its path from the folder of its day."""

    path: str
    media_type: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Return its path from the folder of its revision."""
        return self.path.partition("/")[2]


@dataclass(frozen=True)
class Download:
    """What a list of editions offers: one file, or a group that the edition's page lists."""

    what: str
    """PDF, HTML, Facts, Rows or Charts; "One-page PDF" and the like of a variant."""
    path: str
    """From the folder of the day; empty for a group."""
    size: int
    count: int = 1


@dataclass(frozen=True)
class Removal:
    """When a revision was taken out of the archive, by whom and why."""

    at: str
    by: str
    reason: str


@dataclass(frozen=True)
class Issue:
    """A revision of an edition: when it was published, by whom, and what it corrects."""

    number: int
    manifest: str
    """The sha256 of its manifest, as the ledger has it."""
    at: str
    by: str
    reason: str
    removal: Removal | None = None


@dataclass(frozen=True)
class Moved:
    """A value that a correction changed, as both revisions print it; empty where one lacks it."""

    key: str
    label: str
    period: str
    before: str
    now: str


@dataclass(frozen=True)
class Card:
    """An edition as a list shows it, with its words for the search."""

    as_of: date
    issues: tuple[Issue, ...]
    """Every revision that the ledger knows, in their order."""
    headline: str
    number: str = ""
    """"No. 23"."""
    standfirst: str = ""
    figures: tuple[Figure, ...] = ()
    downloads: tuple[Download, ...] = ()
    moved: tuple[Moved, ...] = ()
    """The first values that the newest correction changed."""
    more_moved: int = 0
    passages: tuple[str, ...] = ()

    @property
    def served(self) -> Issue | None:
        """Return the newest revision that stands, or None where all were removed."""
        return next((each for each in reversed(self.issues) if each.removal is None), None)

    @property
    def is_corrected(self) -> bool:
        """Tell whether there is a correction among the revisions."""
        return len(self.issues) > 1

    @property
    def updated(self) -> str:
        """Return when anything last happened to the edition."""
        removed = (each.removal.at for each in self.issues if each.removal)
        return max((*(each.at for each in self.issues), *removed))


@dataclass(frozen=True)
class Reworded:
    """A passage as both revisions have it, cut where they part; empty where one lacks it."""

    before: tuple[Piece, ...]
    now: tuple[Piece, ...]


@dataclass(frozen=True)
class Correction:
    """What a revision changed against the one before it; lists are cut where they grow long."""

    values: tuple[Moved, ...]
    more_values: int
    passages: tuple[Reworded, ...]
    more_passages: int
    files: tuple[str, ...]
    """The names of all files that differ, were added or are gone."""
    is_compared: bool = True
    """False where the edition before is not there, or not in a form that can be read."""


@dataclass(frozen=True)
class RevisionPage:
    """A revision on the page of its edition."""

    issue: Issue
    files: tuple[File, ...]
    """Empty where it was removed."""
    correction: Correction | None
    """None for the first revision."""


@dataclass(frozen=True)
class Thumbnail:
    """A chart of an edition as its picture for sharing."""

    path: str
    number: str
    title: str
    alt: str


@dataclass(frozen=True)
class EditionPage:
    """The page of an edition."""

    card: Card
    name: str
    """Of the briefing; that of the archive where it is not known."""
    name_local: str
    masthead: Masthead | None
    """None where the text of the edition is not in a form that can be read."""
    thumbnails: tuple[Thumbnail, ...]
    revisions: tuple[RevisionPage, ...]
    """The newest first."""
    before: date | None
    after: date | None
    """The days of the neighbouring editions."""


@dataclass(frozen=True)
class Ahead:
    """What comes on a day, or in a month, by the newest edition."""

    start: date
    end: date
    """The day after its last."""
    event: str
    mark: str
    """What to read it against."""
    is_expected: bool
    """The day follows from the usual pattern; nobody has announced it."""

    @property
    def is_month(self) -> bool:
        """Tell whether only the month is known."""
        return (self.end - self.start).days > 1


@dataclass(frozen=True)
class Newest:
    """A series by its newest value."""

    key: str
    label: str
    shown: str
    period: str
    known: date | None
    """The day it became known."""
    status: str
    sources: tuple[tuple[str, str], ...]
    """Publisher with address, which may be empty."""


@dataclass(frozen=True)
class PlainTable:
    """A table in words, with the heads of its columns."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True)
class DataPage:
    """How the data stand by the newest edition."""

    as_of: date
    series: tuple[Newest, ...]
    freshness: PlainTable | None
    limits: tuple[str, ...]


@dataclass(frozen=True)
class Site:
    """What all pages share: the name of the briefing and every edition, the newest first."""

    name: str
    name_local: str
    briefing: str
    url: str
    """The address of the archive, with a slash at its end; empty where none is known."""
    origin: str
    """The sha256 of the first entry of the ledger, which no other archive has."""
    cards: tuple[Card, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years of the editions, the newest first."""
        return tuple(dict.fromkeys(card.as_of.year for card in self.cards))

    def of_year(self, year: int) -> tuple[Card, ...]:
        """Return the editions of a year."""
        return tuple(card for card in self.cards if card.as_of.year == year)

    @property
    def standing(self) -> tuple[Card, ...]:
        """Return the editions of which a revision stands."""
        return tuple(card for card in self.cards if card.served)
