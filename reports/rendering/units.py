"""The parts of an edition as units of layout: what stays together, how high, how it gives way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from reports.charts import height_range
from reports.model import Edition, Exhibit, Section, SourceEntry, TableBlock, Text
from reports.rendering import ends, heights
from reports.rendering.heights import Extent
from reports.rendering.lines import Ruler, balanced, styles
from reports.rendering.pages import Unit
from reports.rendering.rows import Placed, rows

GAPS = {
    "masthead": Extent.fixed(0.0),
    "headline": Extent(7.0, 9.5, 13.0),
    "standfirst": Extent(3.0, 3.5, 4.5),
    "key_figures": Extent(6.0, 7.5, 11.0),
    "lead": Extent(4.6, 5.4, 8.0),
    "changes": Extent(5.0, 7.0, 12.0),
    "inside": Extent(2.6, 3.4, 5.0),
    "section": Extent(4.6, 6.4, 14.0),
    "one_line": Extent(3.0, 4.0, 8.0),
    "first_row": Extent(2.6, 3.4, 6.0),
    "row": Extent(3.4, 4.8, 12.0),
    "colophon": Extent(3.0, 4.0, 8.0),
}
_TOP_COST = {"exhibit": 2.0, "titled table": 4.0, "sources": 6.0, "other": 30.0}
SOURCE_COLUMNS = (3, 2)
"""Endnotes stand in so many columns: the first choice, unless pages end better with the other."""


@dataclass(frozen=True)
class Draft:
    """A section before pages are known: its headline in lines, its blocks in rows."""

    section: Section
    headline: tuple[Text, ...]
    rows: tuple[tuple[Placed, ...], ...]


def make_draft(section: Section) -> Draft:
    """Break the headline of a section into lines and put its blocks into rows."""
    font = styles()["section_heading"]
    headline = balanced(section.headline, heights.span_mm("full"), font)
    return Draft(section, headline, () if section.one_line else rows(section.blocks))


def front_units(ruler: Ruler, edition: Edition, headline: int, standfirst: int) -> Iterator[Unit]:
    sizes = {
        "masthead": Extent.fixed(ends.masthead_height(ruler, edition)),
        "headline": Extent.fixed(ends.headline_height(headline)),
        "standfirst": Extent.fixed(ends.standfirst_height(standfirst)),
        "key_figures": Extent.fixed(ends.key_figures_height(ruler, edition)),
        "lead": Extent.fixed(heights.paragraphs_height(ruler, edition.lead, "full")),
    }
    if edition.changes is not None:
        table = heights.table_extent(ruler, edition.changes, "full")
        sizes["changes"] = table.plus(heights.section_rule())
    sizes["inside"] = Extent.fixed(ends.inside_height(edition))
    for key, size in sizes.items():
        yield Unit(key, size, GAPS[key], 0.0, inf)


def section_units(
    ruler: Ruler, draft: Draft, drawn: Mapping[str, tuple[str, float]]
) -> Iterator[Unit]:
    """Yield the head of a section and its rows; `drawn` fixes the heights of charts by key."""
    section = draft.section
    rule = heights.section_rule()
    if section.one_line:
        size = Extent.fixed(heights.one_line_height(ruler, section))
        yield Unit(f"{section.key}.head", size, GAPS["one_line"], rule)
        return
    size = Extent.fixed(heights.section_head_height(len(draft.headline)))
    yield Unit(f"{section.key}.head", size, GAPS["section"], rule)
    for number, row in enumerate(draft.rows):
        gap, cost = (GAPS["row"], _top_cost(row)) if number else (GAPS["first_row"], inf)
        yield Unit(f"{section.key}.{number}", _row_extent(ruler, row, drawn), gap, 0.0, cost)


def source_units(ruler: Ruler, sources: tuple[SourceEntry, ...], columns: int) -> Iterator[Unit]:
    """Yield the endnotes, an entry for each column at a time, and the closing line."""
    sizes = ends.endnote_heights(ruler, sources, "third" if columns == 3 else "half")
    head = heights.section_head_height(0)
    for start in range(0, len(sizes), columns):
        entries = sizes[start : start + columns]
        size = heights.NOTE_MM.plus(sum(entries) / columns)
        if start:
            none = Extent.fixed(0.0)
            yield Unit(f"sources.{start}", size, none, 0.0, _TOP_COST["sources"])
        else:
            # Columns of entries that do not break end unevenly, by half an entry or so.
            uneven = head + max(sizes) / 2
            yield Unit("sources.0", size.plus(uneven), GAPS["section"], heights.section_rule())
    yield Unit("colophon", Extent.fixed(ends.colophon_height()), GAPS["colophon"], 0.0, inf)


def _top_cost(row: tuple[Placed, ...]) -> float:
    if any(isinstance(cell.block, Exhibit) for cell in row):
        return _TOP_COST["exhibit"]
    tables = [cell.block.table for cell in row if isinstance(cell.block, TableBlock)]
    return _TOP_COST["titled table" if any(table.title for table in tables) else "other"]


def _row_extent(
    ruler: Ruler, row: tuple[Placed, ...], drawn: Mapping[str, tuple[str, float]]
) -> Extent:
    charts = chart_extents(row)
    charts |= {key: Extent.fixed(drawn[key][1]) for key in charts if key in drawn}
    lines = sibling_lines(ruler, row)
    extents = []
    for cell in row:
        if isinstance(cell.block, Exhibit):
            overhead = heights.exhibit_overhead(ruler, cell.block, cell.width, lines)
            extents.append(charts[cell.block.chart.key].plus(overhead))
        else:
            extents.append(heights.block_extent(ruler, cell.block, cell.width))
    return Extent(
        max(extent.low for extent in extents),
        max(extent.best for extent in extents),
        max(extent.high for extent in extents),
    )


def chart_extents(row: tuple[Placed, ...]) -> dict[str, Extent]:
    """Return how high each chart of a row may be, by its key.

    Siblings are drawn equally high where the ranges of their charts allow it.
    """
    ranges = {
        cell.block.chart.key: height_range(cell.block.chart, heights.SLOT_OF[cell.width])
        for cell in row
        if isinstance(cell.block, Exhibit)
    }
    if ranges:
        low, high = max(low for low, _ in ranges.values()), min(high for _, high in ranges.values())
        if low <= high:
            ranges = dict.fromkeys(ranges, (low, high))
    return {key: Extent(low, (low + high) / 2, high) for key, (low, high) in ranges.items()}


def sibling_lines(ruler: Ruler, row: tuple[Placed, ...]) -> tuple[int, int]:
    """Return the most lines that a title and a subtitle in the row take."""
    heads = [
        heights.head_lines(ruler, cell.block, cell.width)
        for cell in row
        if isinstance(cell.block, Exhibit)
    ]
    return max((title for title, _ in heads), default=0), max((sub for _, sub in heads), default=0)
