"""The endnotes and the annex: entries in columns, as units, and on the pages they were put on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Generic, TypeVar

from reports.model import SourceEntry, Width
from reports.rendering import ends, heights
from reports.rendering.annex import AnnexEntry
from reports.rendering.balance import even_columns, shortest_columns
from reports.rendering.heights import NOTE_MM, Extent
from reports.rendering.lines import Ruler
from reports.rendering.pages import Page, Placing, Unit
from reports.rendering.units import GAPS, NO_GAP, closing_unit

Entry = TypeVar("Entry")
COLUMNS: dict[int, Width] = {3: "third", 2: "half"}
"""Endnotes stand in so many columns: the first choice, unless pages end better with the other."""
_ANNEX_COLUMNS = 3
_TOP_COST = 6.0
"""What it costs to go on with entries on another page."""


@dataclass(frozen=True)
class Entries(Generic[Entry]):
    """Endnotes, or entries of the annex, that are to stand in columns."""

    key: str
    entries: tuple[Entry, ...]
    words: Sequence[float]
    """The height of the words of each in its column, in mm."""
    columns: int
    above: float
    """What stands above the columns, in mm: the heading with its rule, and words to the reader."""


@dataclass(frozen=True)
class PlannedColumns(Generic[Entry]):
    """The endnotes, or entries of the annex, of one page in columns of like height."""

    key: str
    columns: tuple[tuple[Entry, ...], ...]
    breadth: float
    """What its columns take, with the gutters between them and at both outer edges, in mm."""
    note: float
    """The white below each, in mm."""
    gap: float
    top: bool


def endnotes(ruler: Ruler, sources: tuple[SourceEntry, ...], columns: int) -> Entries[SourceEntry]:
    """Return the endnotes in so many columns."""
    words = ends.endnote_heights(ruler, sources, COLUMNS[columns])
    above = heights.section_head_height(0) + heights.BOX_MM["notes"]
    return Entries("sources", sources, words, columns, above)


def annex(ruler: Ruler, entries: tuple[AnnexEntry, ...]) -> Entries[AnnexEntry]:
    """Return the annex in its columns."""
    words = ends.annex_heights(ruler, entries)
    above = heights.section_head_height(0) + ends.guide_height(ruler)
    return Entries("annex", entries, words, _ANNEX_COLUMNS, above)


def back_units(notes: Entries[SourceEntry], numbers: Entries[AnnexEntry]) -> Iterator[Unit]:
    """Yield the units of the endnotes, the annex and the closing line."""
    yield from _units(notes)
    for unit in (*_units(numbers), closing_unit()):
        yield replace(unit, apart=True)


def _units(some: Entries[Entry]) -> Iterator[Unit]:
    """Yield entries, one for each column at a time: `sources`, then `sources+3` from the fourth on.

    As columns are balanced, entries count for what they add to those before them.
    """
    whole, columns = _height(some, 0), some.columns
    before = Extent.fixed(0.0)
    for start in range(0, len(some.words), columns):
        until = _height(some, 0, start + columns)
        size = Extent(*(u - b for u, b in zip(astuple(until), astuple(before), strict=True)))
        if start:
            saving = whole.best - before.best - _height(some, start).best
            yield Unit(f"{some.key}+{start}", size, NO_GAP, saving, _TOP_COST)
        else:
            yield Unit(some.key, size.plus(some.above), GAPS["section"], heights.section_rule())
        before = until


def _height(some: Entries[Entry], start: int, end: int | None = None) -> Extent:
    """Return the height of entries in columns with the least, the best and the most white below."""
    words = some.words[start:end]
    return Extent(
        *(
            shortest_columns([height + note for height in words], some.columns)
            for note in astuple(NOTE_MM)
        )
    )


def planned_columns(
    some: Entries[Entry], pages: tuple[Page, ...], errors: Mapping[str, float]
) -> Iterator[PlannedColumns[Entry]]:
    """Yield the entries page by page; `errors` are what the heights of units were corrected by."""
    gutter = heights.BOX_MM["gutter"]
    for page in pages:
        here = [item for item in page.placings if item.unit.key.partition("+")[0] == some.key]
        if not here:
            continue
        first, last = (int(item.unit.key.partition("+")[2] or 0) for item in (here[0], here[-1]))
        part = slice(first, last + some.columns)
        room = _room(some, here) - errors.get(here[0].unit.key, 0.0)
        note = _note(some.words[part], some.columns, room, NOTE_MM.at(here[0].stretch))
        cuts = _cuts(some.words[part], some.columns, note)
        columns = tuple(some.entries[part][start:end] for start, end in cuts)
        breadth = len(columns) * (heights.span_mm(COLUMNS[some.columns]) + gutter) + gutter
        at = here[0]
        yield PlannedColumns(at.unit.key, columns, breadth, note, at.gap, at.top)


def _room(some: Entries[Entry], here: Sequence[Placing]) -> float:
    """Return the height that was planned for the columns of a page."""
    height = sum(item.height for item in here)
    if here[0].unit.key == some.key:
        return height - some.above
    return height - here[0].unit.top_saving


def _note(words: Sequence[float], columns: int, room: float, wanted: float) -> float:
    """Return the white below each entry: as wanted, or as much as the room has for the columns.

    Units tell the height of like columns; one of many short entries grows by more white than that.
    """
    note = wanted
    for start, end in _cuts(words, columns, wanted):
        note = min(note, (room - sum(words[start:end])) / (end - start))
    return round(max(NOTE_MM.low, note), 3)


def _cuts(words: Sequence[float], columns: int, note: float) -> list[tuple[int, int]]:
    return even_columns([height + note for height in words], columns)
