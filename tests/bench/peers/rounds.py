"""Measure peers and ours in pairs: what each costs, what it makes, what is in it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
    same_bytes: bool
    """Whether two runs made the same files."""
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
    processors: Spread
    our_processors: Spread
    made: Made


def made_by(subject: Subject, prepared: Prepared, place: Path, environment: dict[str, str]) -> Made:
    """Run a subject twice, once looking at its memory, and look at what it makes."""
    first, second = place / "first", place / "second"
    for folder in (first, second):
        _ready(subject, folder, environment)
    megabytes = peak_memory(subject.chain(first), Place(first, environment))
    timed(subject.chain(second), Place(second, environment))
    names = [name for name in (subject.html, subject.pdf) if name]
    same = all(_digest(first / name) == _digest(second / name) for name in names)
    page, pdf = first / subject.html, first / subject.pdf
    wanted = prepared.content
    return Made(
        html_bytes=page.stat().st_size if subject.html else 0,
        html_found=found_in(page, sentences(wanted, subject.html_without))
        if subject.html
        else None,
        charts=charts_in(page) if subject.html else 0,
        pdf_bytes=pdf.stat().st_size if subject.pdf else 0,
        pdf_found=found_in(pdf, sentences(wanted, subject.pdf_without)) if subject.pdf else None,
        pdf=look(pdf) if subject.pdf else None,
        same_bytes=same,
        megabytes=megabytes,
    )


def measure(
    peers: list[Peer],
    ours: dict[str, Subject],
    prepared: Prepared,
    environment: dict[str, str],
    runs: int,
) -> Iterator[Pairs]:
    """Measure peers; within a round each runs next to what it is held against, which goes first
    in every other round."""
    made = {}
    taken: dict[str, list[tuple[Taken, Taken]]] = {peer.subject.name: [] for peer in peers}
    for number, peer in enumerate(peers):
        _tell(f"{peer.subject.name}: what it makes")
        place = prepared.folder / f"made-{number}"
        made[peer.subject.name] = made_by(peer.subject, prepared, place, environment)
    for turn in range(runs):
        for number, peer in enumerate(peers):
            _tell(f"{peer.subject.name}: round {turn + 1} of {runs}")
            pair = [peer.subject, ours[peer.against]]
            order = pair if turn % 2 else pair[::-1]
            costs = {}
            for subject in order:
                folder = prepared.folder / f"{turn}-{number}-{order.index(subject)}"
                _ready(subject, folder, environment)
                costs[subject.name] = timed(subject.chain(folder), Place(folder, environment))
            taken[peer.subject.name].append((costs[pair[0].name], costs[pair[1].name]))
    for peer in peers:
        yield _pairs(peer, taken[peer.subject.name], made[peer.subject.name])


def _pairs(peer: Peer, taken: list[tuple[Taken, Taken]], made: Made) -> Pairs:
    return Pairs(
        peer,
        clock=Spread.of(theirs.clock for theirs, _ in taken),
        our_clock=Spread.of(own.clock for _, own in taken),
        times=Spread.of(theirs.clock / own.clock for theirs, own in taken),
        processors=Spread.of(theirs.processors for theirs, _ in taken),
        our_processors=Spread.of(own.processors for _, own in taken),
        made=made,
    )


def _ready(subject: Subject, folder: Path, environment: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    timed(subject.before(folder), Place(folder, environment))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _tell(what: str) -> None:
    print(what, file=sys.stderr)  # noqa: T201
