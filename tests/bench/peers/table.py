"""The tables of `make bench-peers`, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.bench.peers.looking import Looked
from tests.bench.peers.peers import Peer, Subject
from tests.bench.peers.rounds import Made, Pairs, Spread

SPEED = (
    "| what | seconds | ours | seconds | times ours | at least | processor time, times ours |",
    "|---|---:|---|---:|---:|---:|---:|",
)
_COLUMNS = """what | memory | HTML | PDF | pages | tagged | fonts embedded | claims
same bytes every time | sentences in HTML; PDF | lacks"""
FILES = (
    f"| {_COLUMNS.replace(chr(10), ' | ')} |",
    "|---|---:|---:|---:|---:|---|---|---|---|---|---|",
)


def tables(
    pairs: Sequence[Pairs],
    ours: dict[str, Subject],
    made: dict[str, Made],
    absent: Iterable[tuple[Peer, str]],
    charts: int,
) -> str:
    """Return both tables, and a line for each peer that cannot be had or leaves something out.

    `charts` is how many a page has to show.
    """
    lines = [*SPEED, *(_speed_row(pair, ours[pair.peer.against]) for pair in pairs), ""]
    lines += [*FILES, *(_file_row(ours[key].name, one) for key, one in made.items())]
    lines += [_peer_file_row(pair) for pair in pairs]
    lines += ["", *(f"Skipped: {peer.subject.name}, since {reason}." for peer, reason in absent)]
    lines += list(_missing(pairs, charts))
    return "\n".join(lines).rstrip() + "\n"


def _speed_row(pair: Pairs, own: Subject) -> str:
    return _row(
        pair.peer.subject.name,
        _spread(pair.clock),
        own.name,
        _spread(pair.our_clock),
        _spread(pair.times),
        pair.peer.reach,
        _spread(pair.work),
    )


def _peer_file_row(pair: Pairs) -> str:
    same = "yes" if pair.same_bytes else "no"
    return _file_row(pair.peer.subject.name, pair.made, same, pair.peer.lacks)


def _file_row(name: str, made: Made, same: str = "", lacks: str = "") -> str:
    found = "; ".join(str(one) for one in (made.html_found, made.pdf_found) if one)
    return _row(
        name,
        f"{made.megabytes:.0f} MB",
        _size(made.html_bytes),
        _size(made.pdf_bytes),
        *(_pdf_cells(made.pdf) if made.pdf else ("", "", "", "")),
        same,
        found,
        lacks,
    )


def _pdf_cells(pdf: Looked) -> tuple[str, str, str, str]:
    loose = f"all but {', '.join(pdf.loose)}" if pdf.loose else f"all {pdf.fonts}"
    return (
        str(pdf.pages),
        "yes" if pdf.tagged else "no",
        loose,
        " and ".join(pdf.claims) or "none",
    )


def _missing(pairs: Sequence[Pairs], charts: int) -> Iterator[str]:
    for pair in pairs:
        if pair.made.html_found and pair.made.charts < charts:
            yield f"{pair.peer.subject.name} shows {pair.made.charts} of {charts} charts."
        for found in (pair.made.html_found, pair.made.pdf_found):
            if found and not found.complete:
                name = pair.peer.subject.name
                yield f"{name} does not say all; the first words that it lacks: {found.missing}"


def _size(count: int) -> str:
    return f"{count / 1000:,.0f} kB" if count else ""


def _spread(spread: Spread) -> str:
    return f"{spread.middle:.2f} ({spread.low:.2f}–{spread.high:.2f})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
