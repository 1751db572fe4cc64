"""Measure peers and ours in pairs: what each costs, what it makes, what is in it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from tests.bench.peers.looking import Looked, look
from tests.bench.peers.measuring import Place, Taken, peak_memory, timed
from tests.bench.peers.peers import Peer, Subject
from tests.bench.peers.preparing import Prepared
from tests.bench.peers.reading import Found, charts_in, found_in, sentences


@dataclass(frozen=True)
class Spread:
    """A median with the lowest and the highest value."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return the spread of values."""
        known = sorted(values)
        return cls(median(known), known[0], known[-1])


@dataclass(frozen=True)
class Made:
    """What a subject made: sizes in bytes, and what was found in it."""

    html_bytes: int
    html_found: Found | None
    charts: int
    """Charts in the page."""
    pdf_bytes: int
    pdf_found: Found | None
    pdf: Looked | None
    digest: str
    """Of the files; another run that made the same has the same."""
    megabytes: float
    """The most memory that all its processes held at once."""


@dataclass(frozen=True)
class Pairs:
    """A peer and ours, run in turn."""

    peer: Peer
    clock: Spread
    our_clock: Spread
    times: Spread
    """Its time as a multiple of ours, of each pair."""
    work: Spread
    """The same of the time on all processors together."""
    same_bytes: bool
    """Whether every run made the same files."""
    made: Made


def made_by(subject: Subject, prepared: Prepared, place: Place) -> Made:
    """Run a subject in a fresh folder, looking at its memory, and look at what it makes."""
    _ready(subject, place)
    megabytes = peak_memory(subject.chain(place.folder), place)
    page, pdf = place.folder / subject.html, place.folder / subject.pdf
    html_words = sentences(prepared.content, subject.html_without)
    pdf_words = sentences(prepared.content, subject.pdf_without)
    return Made(
        html_bytes=page.stat().st_size if subject.html else 0,
        html_found=found_in(page, html_words) if subject.html else None,
        charts=charts_in(page) if subject.html else 0,
        pdf_bytes=pdf.stat().st_size if subject.pdf else 0,
        pdf_found=found_in(pdf, pdf_words) if subject.pdf else None,
        pdf=look(pdf) if subject.pdf else None,
        digest=_digest(subject, place.folder),
        megabytes=megabytes,
    )


def measure(
    peers: list[Peer], ours: dict[str, Subject], prepared: Prepared, everywhere: dict[str, str]
) -> Iterator[list[Pairs]]:
    """Run rounds for ever, and after each yield what is known of every peer.

    In a round, each peer runs next to what it is held against; they change places every round.
    """

    def place(name: str) -> Place:
        return Place(prepared.folder / name, everywhere)

    made = []
    for number, peer in enumerate(peers):
        _tell(f"{peer.subject.name}: what it makes")
        made.append(made_by(peer.subject, prepared, place(f"made-{number}")))
    known: list[list[Pair]] = [[] for _ in peers]
    for turn in count():
        for number, peer in enumerate(peers):
            _tell(f"{peer.subject.name}: round {turn + 1}")
            where = place(f"{turn}-{number}-theirs"), place(f"{turn}-{number}-ours")
            known[number].append(_pair(peer, ours[peer.against], *where, swapped=turn % 2 == 1))
        yield [_pairs(*one) for one in zip(peers, known, made, strict=True)]


@dataclass(frozen=True)
class Pair:
    """What a peer took, what ours took right before or after, and what files the peer made."""

    theirs: Taken
    own: Taken
    digest: str


def _pair(peer: Peer, own: Subject, there: Place, here: Place, *, swapped: bool) -> Pair:
    runs = [(peer.subject, there), (own, here)]
    taken = {}
    for subject, place in runs if swapped else runs[::-1]:
        _ready(subject, place)
        taken[subject.name] = timed(subject.chain(place.folder), place)
    digest = _digest(peer.subject, there.folder)
    return Pair(taken[peer.subject.name], taken[own.name], digest)


def _pairs(peer: Peer, known: list[Pair], made: Made) -> Pairs:
    return Pairs(
        peer,
        clock=Spread.of(one.theirs.clock for one in known),
        our_clock=Spread.of(one.own.clock for one in known),
        times=Spread.of(one.theirs.clock / one.own.clock for one in known),
        work=Spread.of(one.theirs.processors / one.own.processors for one in known),
        same_bytes=all(one.digest == made.digest for one in known),
        made=made,
    )


def _ready(subject: Subject, place: Place) -> None:
    place.folder.mkdir(parents=True)
    timed(subject.before(place.folder), place)


def _digest(subject: Subject, folder: Path) -> str:
    names = [name for name in (subject.html, subject.pdf) if name]
    return " ".join(hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names)


def _tell(what: str) -> None:
    print(what, file=sys.stderr)  # noqa: T201
