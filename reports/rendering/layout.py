"""The plan of the printed pages: what stands beside what, how high, and where pages end.

Made from the metrics of the fonts before anything is drawn or laid out, so that charts can be drawn
for their final place and the pages need one pass only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf

from reports.charts import SLOTS
from reports.model import Edition, Exhibit, Section, SourceEntry, TableBlock, TableSpec, Text
from reports.rendering import heights
from reports.rendering.heights import Extent
from reports.rendering.lines import balanced, styles
from reports.rendering.pages import Page, Placing, Unit, fill_pages
from reports.rendering.rows import Placed, rows


@dataclass(frozen=True)
class PlannedRow:
    """Blocks side by side; `top` where it starts a page, else `gap` mm of white above it."""

    key: str
    cells: tuple[Placed, ...]
    gap: float
    top: bool
    title_lines: int
    """Lines that the titles of sibling exhibits take, so that their plots align; 0 for a lone one."""
    subtitle_lines: int

    @property
    def name(self) -> str:
        """Return the class of the row: row-half-half; a full row has none."""
        return "row-" + "-".join(cell.width for cell in self.cells) if len(self.cells) > 1 else ""


@dataclass(frozen=True)
class PlannedSection:
    """A section with its head in balanced lines, its rows and the page it starts on."""

    section: Section
    headline: tuple[Text, ...]
    rows: tuple[PlannedRow, ...]
    gap: float
    top: bool
    page: int


@dataclass(frozen=True)
class PlannedSources:
    """The endnotes that stand on one page."""

    key: str
    entries: tuple[SourceEntry, ...]
    gap: float
    top: bool


@dataclass(frozen=True)
class Layout:
    """The plan of an edition's pages, all sizes in mm."""

    charts: Mapping[str, tuple[str, float]]
    """The slot and the height that each chart and each spark must be drawn for, by its key."""
    headline: tuple[Text, ...]
    standfirst: tuple[Text, ...]
    front: Mapping[str, float]
    """The gaps of the first page, by what stands below them."""
    sections: tuple[PlannedSection, ...]
    sources: tuple[PlannedSources, ...]
    source_columns: int
    pages: int
    units: Mapping[str, tuple[int, float]] = field(repr=False)
    """The page and the height that each unit is planned for: what a measurement is held against."""


_GAPS = {
    "masthead": Extent.fixed(0.0),
    "headline": Extent(7.0, 9.5, 13.0),
    "standfirst": Extent(3.0, 3.5, 4.5),
    "key_figures": Extent(6.0, 7.5, 11.0),
    "lead": Extent(4.6, 5.4, 8.0),
    "changes": Extent(5.0, 7.0, 12.0),
    "inside": Extent(2.6, 3.4, 5.0),
    "section": Extent(4.6, 6.4, 12.0),
    "one_line": Extent(3.0, 4.0, 6.0),
    "first_row": Extent(2.6, 3.4, 5.0),
    "row": Extent(3.4, 4.8, 9.0),
    "colophon": Extent(3.0, 4.0, 8.0),
}
_TOP_COST = {"exhibit": 2.0, "titled table": 4.0, "sources": 6.0, "other": 30.0}
_THREE_COLUMNS_FROM = 19
"""So many sources are set in three columns rather than two."""


def plan_layout(edition: Edition, measured: Mapping[str, float] | None = None) -> Layout:
    """Plan the pages of an edition.

    `measured` gives the heights in mm that units turned out to have, by their key.
    """
    drafts = tuple(_draft(section) for section in edition.sections)
    headline = balanced(edition.headline, heights.span_mm("full"), styles()["headline"])
    standfirst = balanced(edition.standfirst, heights.span_mm("full"), styles()["standfirst"])
    units = [
        *_front_units(edition, len(headline), len(standfirst)),
        *(unit for draft in drafts for unit in _section_units(draft)),
        *_source_units(edition.sources),
    ]
    known = measured or {}
    pages = fill_pages([_as_known(unit, known) for unit in units])
    placed = _by_key(pages)
    return Layout(
        charts=dict(sorted((*_spark_slots(edition), *_chart_slots(drafts, placed)))),
        headline=headline,
        standfirst=standfirst,
        front={key: placing.gap for key, (_, placing) in placed.items() if key in _GAPS},
        sections=tuple(_planned(draft, placed) for draft in drafts),
        sources=tuple(_planned_sources(edition.sources, pages)),
        source_columns=_source_columns(len(edition.sources)),
        pages=len(pages),
        units={key: (page, placing.height) for key, (page, placing) in placed.items()},
    )


@dataclass(frozen=True)
class _Draft:
    """A section before pages are known: its headline in lines, its blocks in rows."""

    section: Section
    headline: tuple[Text, ...]
    rows: tuple[tuple[Placed, ...], ...]


def _draft(section: Section) -> _Draft:
    font = styles()["section_heading"]
    headline = balanced(section.headline, heights.span_mm("full"), font)
    return _Draft(section, headline, () if section.one_line else rows(section.blocks))


def _front_units(edition: Edition, headline: int, standfirst: int) -> Iterator[Unit]:
    sizes = {
        "masthead": heights.masthead_height(edition),
        "headline": heights.headline_height(headline),
        "standfirst": heights.standfirst_height(standfirst),
        "key_figures": heights.key_figures_height(edition),
        "lead": heights.paragraphs_height(edition.lead, "full"),
    }
    if edition.changes is not None:
        sizes["changes"] = heights.section_rule() + heights.table_height(edition.changes, "full")
    sizes["inside"] = heights.inside_height(edition)
    for key, size in sizes.items():
        yield Unit(key, Extent.fixed(size), _GAPS[key], 0.0, inf)


def _section_units(draft: _Draft) -> Iterator[Unit]:
    section = draft.section
    rule = heights.section_rule()
    if section.one_line:
        size = Extent.fixed(heights.one_line_height(section))
        yield Unit(f"{section.key}.head", size, _GAPS["one_line"], rule)
        return
    size = Extent.fixed(heights.section_head_height(len(draft.headline)))
    yield Unit(f"{section.key}.head", size, _GAPS["section"], rule)
    for number, row in enumerate(draft.rows):
        gap, cost = (_GAPS["row"], _top_cost(row)) if number else (_GAPS["first_row"], inf)
        yield Unit(f"{section.key}.{number}", _row_extent(row), gap, 0.0, cost)


def _source_units(sources: tuple[SourceEntry, ...]) -> Iterator[Unit]:
    columns = _source_columns(len(sources))
    sizes = heights.endnote_heights(sources, "third" if columns == 3 else "half")
    head = heights.section_head_height(0)
    for start in range(0, len(sizes), columns):
        size = max(sizes[start : start + columns])
        if start:
            none = Extent.fixed(0.0)
            yield Unit(f"sources.{start}", Extent.fixed(size), none, 0.0, _TOP_COST["sources"])
        else:
            rule = heights.section_rule()
            yield Unit("sources.0", Extent.fixed(head + size), _GAPS["section"], rule)
    size = heights.colophon_height()
    yield Unit("colophon", Extent.fixed(size), _GAPS["colophon"], 0.0, inf)


def _as_known(unit: Unit, known: Mapping[str, float]) -> Unit:
    if unit.key not in known:
        return unit
    size = Extent.fixed(known[unit.key])
    return Unit(unit.key, size, unit.gap, unit.top_saving, unit.top_cost)


def _top_cost(row: tuple[Placed, ...]) -> float:
    if any(isinstance(cell.block, Exhibit) for cell in row):
        return _TOP_COST["exhibit"]
    tables = [cell.block.table for cell in row if isinstance(cell.block, TableBlock)]
    return _TOP_COST["titled table" if any(table.title for table in tables) else "other"]


def _row_extent(row: tuple[Placed, ...]) -> Extent:
    lines = _sibling_lines(row)
    extents = [heights.block_extent(cell.block, cell.width, lines) for cell in row]
    return Extent(
        max(extent.low for extent in extents),
        max(extent.best for extent in extents),
        max(extent.high for extent in extents),
    )


def _sibling_lines(row: tuple[Placed, ...]) -> tuple[int, int]:
    """Return the most lines that a title and a subtitle in the row take."""
    heads = [
        heights.head_lines(cell.block, cell.width)
        for cell in row
        if isinstance(cell.block, Exhibit)
    ]
    return max((title for title, _ in heads), default=0), max((sub for _, sub in heads), default=0)


def _by_key(pages: tuple[Page, ...]) -> dict[str, tuple[int, Placing]]:
    return {
        placing.unit.key: (number, placing)
        for number, page in enumerate(pages, 1)
        for placing in page.placings
    }


def _planned(draft: _Draft, placed: Mapping[str, tuple[int, Placing]]) -> PlannedSection:
    key = draft.section.key
    page, head = placed[f"{key}.head"]
    planned = []
    for number, cells in enumerate(draft.rows):
        _, placing = placed[f"{key}.{number}"]
        title, subtitle = _sibling_lines(cells) if len(cells) > 1 else (0, 0)
        row = PlannedRow(f"{key}.{number}", cells, placing.gap, placing.top, title, subtitle)
        planned.append(row)
    return PlannedSection(draft.section, draft.headline, tuple(planned), head.gap, head.top, page)


def _planned_sources(
    sources: tuple[SourceEntry, ...], pages: tuple[Page, ...]
) -> Iterator[PlannedSources]:
    columns = _source_columns(len(sources))
    for page in pages:
        here = [item for item in page.placings if item.unit.key.startswith("sources.")]
        if here:
            first, last = (int(item.unit.key.partition(".")[2]) for item in (here[0], here[-1]))
            entries = sources[first : last + columns]
            yield PlannedSources(here[0].unit.key, entries, here[0].gap, here[0].top)


def _source_columns(count: int) -> int:
    return 3 if count >= _THREE_COLUMNS_FROM else 2


def _spark_slots(edition: Edition) -> Iterator[tuple[str, tuple[str, float]]]:
    tables: list[TableSpec] = [
        block.table
        for section in edition.sections
        for block in section.blocks
        if isinstance(block, TableBlock)
    ]
    if edition.changes is not None:
        tables.append(edition.changes)
    for figure in edition.key_figures:
        if figure.spark is not None:
            yield figure.spark.key, ("kpi_spark", SLOTS["kpi_spark"].height[0])
    for table in tables:
        for row in table.rows:
            for cell in row:
                if cell.spark is not None:
                    yield cell.spark.key, ("table_spark", SLOTS["table_spark"].height[0])


def _chart_slots(
    drafts: tuple[_Draft, ...], placed: Mapping[str, tuple[int, Placing]]
) -> Iterator[tuple[str, tuple[str, float]]]:
    for draft in drafts:
        for number, row in enumerate(draft.rows):
            _, placing = placed[f"{draft.section.key}.{number}"]
            yield from _row_charts(row, placing.height)


def _row_charts(row: tuple[Placed, ...], height: float) -> Iterator[tuple[str, tuple[str, float]]]:
    """Yield what the charts of a row are drawn for; siblings are as high as the lowest of them."""
    lines = _sibling_lines(row)
    sizes: dict[str, tuple[str, float]] = {}
    for cell in row:
        if isinstance(cell.block, Exhibit):
            extent = heights.chart_extent(cell.block, cell.width)
            room = height - heights.exhibit_overhead(cell.block, cell.width, lines)
            size = round(min(max(room, extent.low), extent.high), 2)
            sizes[cell.block.chart.key] = (heights.SLOT_OF[cell.width], size)
    for key, (slot, size) in sizes.items():
        least = min(other for place, other in sizes.values() if place == slot)
        yield key, (slot, least if least >= _low(row, key) else size)


def _low(row: tuple[Placed, ...], key: str) -> float:
    return next(
        heights.chart_extent(cell.block, cell.width).low
        for cell in row
        if isinstance(cell.block, Exhibit) and cell.block.chart.key == key
    )
