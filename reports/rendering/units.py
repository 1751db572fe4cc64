"""The parts of an edition as units of layout: what stays together, how high, how it gives way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reports.charts import height_range
from reports.model import (
    Edition,
    Exhibit,
    Prose,
    Section,
    TableBlock,
    TableSpec,
    Text,
)
from reports.rendering import ends, heights
from reports.rendering.balance import Balance
from reports.rendering.columns import fitted
from reports.rendering.heights import Extent
from reports.rendering.lines import Ruler, balanced, styles
from reports.rendering.pages import GLUED, Unit
from reports.rendering.rows import Placed, rows

GAPS = {
    "masthead": Extent.fixed(0.0),
    "headline": Extent(6.0, 9.5, 16.0),
    "standfirst": Extent(2.8, 3.5, 5.0),
    "key_figures": Extent(5.2, 7.5, 14.0),
    "lead": Extent(4.2, 5.4, 10.0),
    "changes": Extent(4.6, 7.0, 15.0),
    "inside": Extent(2.4, 3.4, 6.0),
    "section": Extent(4.2, 6.4, 15.0),
    "one_line": Extent(3.0, 4.0, 9.0),
    "first_row": Extent(2.2, 3.4, 7.0),
    "row": Extent(3.0, 4.8, 12.0),
    "colophon": Extent(3.0, 4.0, 8.0),
}
NO_GAP = Extent.fixed(0.0)
_MOST_WHITE_BESIDE = 8.0
"""Prose may be so much higher, in mm, than the chart beside it."""
_TWO_COLUMNS_FROM = 5
"""Prose of so many lines across the page is set in two columns."""
_GAP_SAVED = GAPS["row"].best
"""What two rows take more than one, in mm."""
_LONG_TABLE = 6
"""A table of so many rows may be cut where pages end too ill otherwise."""
_ROWS_KEPT = 3
"""As many rows of a table that is cut stay together at either end."""
_TOP_COST = {
    "exhibit": 2.0,
    "titled table": 4.0,
    "rest of prose": 40.0,
    "rest of table": 250.0,
    "other": 30.0,
}


@dataclass(frozen=True)
class Draft:
    """A section before pages are known: its headline in lines, its blocks in rows."""

    section: Section
    headline: tuple[Text, ...]
    rows: tuple[tuple[Placed, ...], ...]


def make_draft(ruler: Ruler, section: Section) -> Draft:
    """Break the headline of a section into lines and put its blocks into rows."""
    font = styles()["section_heading"]
    headline = balanced(section.headline, heights.span_mm("full"), font)
    grid = () if section.one_line else rows(fitted(block, ruler) for block in section.blocks)
    grid = _joined(_regrouped(ruler, _stacked(ruler, grid)))
    return Draft(section, headline, tuple(_measured(ruler, row) for row in grid))


def _joined(grid: tuple[tuple[Placed, ...], ...]) -> tuple[tuple[Placed, ...], ...]:
    """Set running text that follows running text as one, not in columns of different breadths."""
    done: list[tuple[Placed, ...]] = []
    for row in grid:
        above = _prose_across(done[-1]) if done else None
        below = _prose_across(row)
        if above and below:
            done[-1] = (Placed(Prose((*above.paragraphs, *below.paragraphs)), "full"),)
        else:
            done.append(row)
    return tuple(done)


def _prose_across(row: tuple[Placed, ...]) -> Prose | None:
    """Return the running text of a row that holds nothing else."""
    block = row[0].block
    return block if len(row) == 1 and isinstance(block, Prose) else None


def prose_balances(
    ruler: Ruler, lead: tuple[Text, ...], rows: Iterable[tuple[str, tuple[Placed, ...]]]
) -> Iterator[tuple[str, Balance]]:
    """Yield how running text across the page is balanced: the lead, and that of rows by key."""
    if lead:
        yield "lead", heights.paragraphs_balance(ruler, lead)
    for key, row in rows:
        prose = _prose_across(row)
        if prose and row[0].width == "full":
            yield key, heights.paragraphs_balance(ruler, prose.paragraphs)


def _measured(ruler: Ruler, row: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """Give a few lines of prose one broad column, where two would hold a line or two each."""
    block = row[0].block
    if len(row) > 1 or not isinstance(block, Prose) or row[0].width != "full":
        return row
    lines = sum(heights.paragraph_lines(ruler, block.paragraphs, "full"))
    return row if lines >= _TWO_COLUMNS_FROM else (Placed(block, "two_thirds"),)


def loosened(draft: Draft, key: str) -> Draft:
    """Return a draft with the prose across the page of a row, by its key, in one broad column.

    That takes more height than two columns do.
    """
    rows = tuple(
        (Placed(row[0].block, "two_thirds"),)
        if f"{draft.section.key}.{number}" == key and _prose_across(row)
        else row
        for number, row in enumerate(draft.rows)
    )
    return replace(draft, rows=rows)


def _stacked(ruler: Ruler, grid: tuple[tuple[Placed, ...], ...]) -> tuple[tuple[Placed, ...], ...]:
    """Set two blocks below each other where that takes less height than side by side."""
    done: list[tuple[Placed, ...]] = []
    for row in grid:
        alone = [(Placed(cell.block, "full"),) for cell in row]
        height = sum(_row_extent(ruler, cell, {}).best for cell in alone)
        chart = any(isinstance(cell.block, Exhibit) for cell in row)
        if len(row) == 2 and not chart and height + _GAP_SAVED < _row_extent(ruler, row, {}).best:
            done += alone
        else:
            done.append(row)
    return tuple(done)


def _regrouped(
    ruler: Ruler, grid: tuple[tuple[Placed, ...], ...]
) -> tuple[tuple[Placed, ...], ...]:
    """Where prose outgrows the charts it stands beside, set charts in pairs and prose below them.

    A long half column leaves as much white under its chart; across the page the same prose takes
    half the height.
    """
    pairs = [row for row in grid if _chart_and_prose(row)]
    if len(pairs) != 2 or grid.index(pairs[1]) != grid.index(pairs[0]) + 1:
        return grid
    if not any(_outgrown(ruler, row) for row in pairs):
        return grid
    cells = [cell for row in pairs for cell in row]
    charts = tuple(cell for cell in cells if isinstance(cell.block, Exhibit))
    paragraphs = [cell.block.paragraphs for cell in cells if isinstance(cell.block, Prose)]
    prose = Placed(Prose(tuple(text for texts in paragraphs for text in texts)), "full")
    first = grid.index(pairs[0])
    return (*grid[:first], charts, (prose,), *grid[first + 2 :])


def _chart_and_prose(row: tuple[Placed, ...]) -> bool:
    kinds = sorted(type(cell.block).__name__ for cell in row)
    return kinds == ["Exhibit", "Prose"] and all(cell.width == "half" for cell in row)


def _outgrown(ruler: Ruler, row: tuple[Placed, ...]) -> bool:
    most = {type(cell.block): _row_extent(ruler, (cell,), {}).high for cell in row}
    return most[Prose] > most[Exhibit] + _MOST_WHITE_BESIDE


def front_units(ruler: Ruler, edition: Edition, headline: int, standfirst: int) -> Iterator[Unit]:
    """Yield the units of the first page; headline and standfirst are counted in lines."""
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
        yield Unit(key, size, GAPS[key], 0.0, GLUED)


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
        key = f"{section.key}.{number}"
        gap, cost = (GAPS["row"], _top_cost(row)) if number else (GAPS["first_row"], GLUED)
        block = divisible(row)
        if isinstance(block, TableBlock):
            yield from _table_units(ruler, key, block.table, gap, cost)
        elif isinstance(block, Prose):
            yield from _prose_units(ruler, key, block, gap, cost)
        else:
            yield Unit(key, _row_extent(ruler, row, drawn), gap, 0.0, cost)


def divisible(row: tuple[Placed, ...]) -> TableBlock | Prose | None:
    """Return the long table, or the paragraphs across the page, that a row may be cut within."""
    block = row[0].block
    if len(row) > 1 or row[0].width != "full":
        return None
    if isinstance(block, TableBlock) and len(block.table.rows) >= _LONG_TABLE:
        return block
    return block if isinstance(block, Prose) and len(block.paragraphs) > 1 else None


def _table_units(
    ruler: Ruler, key: str, table: TableSpec, gap: Extent, cost: float
) -> Iterator[Unit]:
    """Yield a long table by rows: `talks.4`, then `talks.4+3` for its fourth row and on.

    At the top of a page a row has the head of the table above it again.
    """
    lines = heights.row_lines(ruler, table, "full")
    head = heights.table_head_height(ruler, table, "full")
    title = heights.table_title_height(ruler, table, "full")
    yield Unit(key, heights.rows_extent(lines[:_ROWS_KEPT]).plus(title + head), gap, 0.0, cost)
    last = len(lines) - _ROWS_KEPT
    for start in range(_ROWS_KEPT, last + 1):
        size = heights.rows_extent(lines[start : start + 1 if start < last else None])
        if start == last:
            size = size.plus(heights.table_note_height(ruler, table, "full"))
        yield Unit(f"{key}+{start}", size, NO_GAP, -head, _TOP_COST["rest of table"])


def _prose_units(ruler: Ruler, key: str, prose: Prose, gap: Extent, cost: float) -> Iterator[Unit]:
    """Yield paragraphs in two columns: `talks.0`, then `talks.0+1` for the second one and on.

    Columns are balanced, so a paragraph counts for what it adds to those before it. At the top of a
    page it is the first one, which has no indent.
    """
    counts = heights.paragraph_lines(ruler, prose.paragraphs, "full")
    until = [heights.columns_height(counts[:end]) for end in range(len(counts) + 1)]
    for number in range(len(counts)):
        size = Extent.fixed(until[number + 1] - until[number])
        if number:
            (first,) = heights.paragraph_lines(ruler, prose.paragraphs[number : number + 1], "full")
            rest = heights.columns_height((first, *counts[number + 1 :]))
            saving = until[-1] - until[number] - rest
            yield Unit(f"{key}+{number}", size, NO_GAP, saving, _TOP_COST["rest of prose"])
        else:
            yield Unit(key, size, gap, 0.0, cost)


def closing_unit() -> Unit:
    """Return the closing line under all else."""
    return Unit("colophon", Extent.fixed(ends.colophon_height()), GAPS["colophon"], 0.0, GLUED)


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
