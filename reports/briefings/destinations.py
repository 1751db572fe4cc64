"""Magnet exports by destination: the newest month for which enough of them are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.analysis import Measure, change
from reports.briefings.book import Book, spans_of
from reports.briefings.prose import cite, compose
from reports.dataset import Observation
from reports.model import (
    Cell,
    Column,
    DumbbellChart,
    DumbbellRow,
    Exhibit,
    Period,
    TableSpec,
    plain,
)

KEY = "magnets-by-destination"
MISSING = "[x]"
LEAST_PAIRS = 2
DESTINATIONS = (
    ("magnet_exports_de_t", "Germany"),
    ("magnet_exports_us_t", "United States"),
    ("magnet_exports_kr_t", "South Korea"),
    ("magnet_exports_vn_t", "Vietnam"),
    ("magnet_exports_in_t", "India"),
    ("magnet_exports_jp_t", "Japan"),
)


@dataclass(frozen=True)
class Pair:
    """A destination in two periods; what is not known is None."""

    label: str
    before: Observation | None
    now: Observation
    change: Measure | None


@dataclass(frozen=True)
class Comparison:
    """Two periods, the destinations known in the newer one, largest first."""

    period: Period
    base: Period
    basis: Literal["month", "year"]
    pairs: tuple[Pair, ...]

    @property
    def names(self) -> tuple[str, str]:
        """Return the names of both periods, with years where they differ."""
        if self.base.year == self.period.year:
            return self.period.name, self.base.name
        return self.period.label, self.base.label


def destinations(book: Book, figure: int, first: str = "") -> Exhibit | None:
    """Return magnet exports by destination: the newest month against the one before it.

    The finding is that of the destination named as `first`, if it has one.

    Destinations are sparse. The months are the newest for which at least two destinations are
    known; a month that is not known stays empty, and without two changes there is no exhibit.
    """
    known = [row.period for s, _ in DESTINATIONS for row in book.view.observations(s)]
    for period in sorted(set(known), reverse=True)[:2]:
        for basis in ("month", "year"):
            found = _compared(book, period, "month" if basis == "month" else "year")
            if sum(pair.change is not None for pair in found.pairs) >= LEAST_PAIRS:
                return _exhibit(book, figure, found, first)
    return None


def _compared(book: Book, period: Period, basis: Literal["month", "year"]) -> Comparison:
    view = book.view
    base = period.previous() if basis == "month" else period.year_before()
    pairs = [
        Pair(label, view.observation(s, base), now, _computed(book, s, basis, period))
        for s, label in DESTINATIONS
        if (now := view.observation(s, period))
    ]
    ordered = sorted(pairs, key=lambda pair: -pair.now.value)
    return Comparison(period, base, basis, tuple(ordered))


def _computed(
    book: Book, series_id: str, basis: Literal["month", "year"], period: Period
) -> Measure | None:
    """Return the change between two known values; a change that is only stated has no base."""
    measure = change(book.view, series_id, basis, period)
    return measure if measure and not measure.stated else None


def _exhibit(book: Book, figure: int, found: Comparison, first: str) -> Exhibit:
    names = found.names
    title = _title_of(book, found, first) or _title(book, found)
    rows = tuple(
        DumbbellRow(
            pair.label,
            pair.before.value if pair.before else None,
            pair.now.value,
            plain(compose(_moved(book, found, pair))),
        )
        for pair in found.pairs
    )
    drawn = [o for pair in found.pairs for o in (pair.now, pair.before) if o]
    chart = DumbbellChart(KEY, "tonnes", "ore", names[1], names[0], rows)
    marks = cite(*(o.source_id for o in drawn))
    scale = book.scale(chart, drawn)
    words = plain(compose(title))
    return Exhibit(
        key=KEY,
        number=str(figure),
        title=compose(title),
        subtitle=f"Magnets by destination, tonnes, {names[0]} and {names[1]}",
        alt=f"Dumbbell chart: magnet exports by destination, {names[0]} and {names[1]}. {words}.",
        chart=chart,
        source=compose(
            f"Only destinations with published figures; [x] not available. Source: GACC.{marks}"
        ),
        data=_table(book, found),
        width="half",
        drawn=(*spans_of(title, *(_moved(book, found, p) for p in found.pairs)), *scale),
    )


def _moved(book: Book, found: Comparison, pair: Pair) -> str:
    """Return a destination's change in percent, or [x] where its base is not known."""
    if pair.change is None:
        return MISSING
    return book.signed_change(pair.now.series_id, found.basis, pair.change)


def _table(book: Book, found: Comparison) -> TableSpec:
    return TableSpec(
        key=f"data-{KEY}",
        title="",
        columns=(
            Column("Destination", 0.34, "head"),
            Column(found.names[1], 0.22, "number"),
            Column(found.names[0], 0.22, "number"),
            Column("Change", 0.22, "number"),
        ),
        rows=tuple(
            (
                Cell((pair.label,)),
                Cell(compose(book.cell(pair.before) if pair.before else MISSING)),
                Cell(compose(book.cell(pair.now))),
                Cell(compose(_moved(book, found, pair))),
            )
            for pair in found.pairs
        ),
    )


def _title_of(book: Book, found: Comparison, first: str) -> str:
    """Return how one destination moved beside the largest of the others that moved."""
    moved = [pair for pair in found.pairs if pair.change and pair.change.value]
    own = next((pair for pair in moved if pair.label == first), None)
    other = next((pair for pair in moved if pair.label != first), None)
    if own is None or other is None:
        return ""
    mine, theirs = (_direction(book, found, pair) for pair in (own, other))
    return f"{own.label} took {mine} in {found.names[0]}, {other.label} {theirs}"


def _direction(book: Book, found: Comparison, pair: Pair) -> str:
    rose = pair.change is not None and pair.change.value > 0
    return _word(book, found, pair, "more" if rose else "less")


def _title(book: Book, found: Comparison) -> str:
    rises = [pair for pair in found.pairs if pair.change and pair.change.value > 0]
    falls = [pair for pair in found.pairs if pair.change and pair.change.value < 0]
    when = found.names[0]
    if rises and not falls:
        return f"Every known destination took {_word(book, found, rises[0], 'more')} in {when}"
    if falls and not rises:
        return f"Every known destination took {_word(book, found, falls[0], 'less')} in {when}"
    if not rises:
        return "Destinations were unchanged"
    more = _word(book, found, rises[0], "more")
    less = _word(book, found, falls[0], "less")
    return f"{rises[0].label} took {more} in {when}, {falls[0].label} {less}"


def _word(book: Book, found: Comparison, pair: Pair, word: str) -> str:
    if pair.change is None:
        return word
    return book.change(pair.now.series_id, found.basis, pair.change, word)
