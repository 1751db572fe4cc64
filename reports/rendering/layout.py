"""The plan of the printed pages: what stands beside what, how high, and where pages end.

Made from the metrics of the fonts before anything is drawn or laid out, so that charts can be drawn
for their final place and the pages need one pass only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from reports.charts import SLOTS
from reports.model import (
    Edition,
    Exhibit,
    Prose,
    Section,
    SourceEntry,
    TableBlock,
    TableSpec,
    Text,
    printed_sources,
)
from reports.rendering import back, ends, heights
from reports.rendering.annex import AnnexEntry, annex_entries
from reports.rendering.balance import Balance
from reports.rendering.heights import CELL_MM
from reports.rendering.lines import Ruler, balanced, styles
from reports.rendering.pages import FAULT_COST, GLUED, Page, Placing, Unit, begin_pages, fill_pages
from reports.rendering.rows import Placed
from reports.rendering.units import (
    GAPS,
    Draft,
    chart_extents,
    divisible,
    front_units,
    loosened,
    make_draft,
    prose_balances,
    section_units,
    sibling_lines,
)
from reports.variants import FLASH

Form = tuple[int, tuple[AnnexEntry, ...]]
"""The columns of the endnotes, and the entries of the annex."""
Filled = tuple[Form, tuple[Page, ...]]
Drafts = tuple[Draft, ...]
Planner = Callable[[Edition, Mapping[str, float], Mapping[str, tuple[str, float]]], "Layout"]


@dataclass(frozen=True)
class PlannedRow:
    """Blocks side by side; `top` where it starts a page, else `gap` mm of white above it."""

    key: str
    cells: tuple[Placed, ...]
    gap: float
    top: bool
    cell: float
    """The padding above and below the words of its tables, in mm."""
    title_lines: int
    """Lines that the titles of sibling exhibits take, so that plots align; 0 for a lone one."""
    subtitle_lines: int

    @property
    def name(self) -> str:
        """Return the class of the row: row-half-half; a full row has none."""
        widths = "-".join(cell.width for cell in self.cells)
        return "" if widths == "full" else f"row-{widths}"


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
class ContentsItem:
    """An item of the line of contents on the first page."""

    label: str
    target: str
    page: int


@dataclass(frozen=True)
class PlannedUnit:
    """The page and the height planned for a unit; `saved` is what the top of a page saves."""

    page: int
    height: float
    saved: float


@dataclass(frozen=True)
class Layout:
    """The plan of an edition's pages, all sizes in mm."""

    charts: Mapping[str, tuple[str, float]]
    """The slot and the height that each chart and each spark must be drawn for, by its key."""
    headline: tuple[Text, ...]
    standfirst: tuple[Text, ...]
    front: Mapping[str, float]
    """The gaps of the first page, by what stands below them."""
    front_cell: float
    """The padding of the table of changes."""
    inside: tuple[ContentsItem, ...]
    sections: tuple[PlannedSection, ...]
    sources: tuple[back.PlannedColumns[SourceEntry], ...]
    annex: tuple[back.PlannedColumns[AnnexEntry], ...]
    label_lines: int
    """Lines that the labels of the key figures take, so that their values align."""
    source_columns: int
    pages: int
    units: Mapping[str, PlannedUnit] = field(repr=False)
    """What a measurement of the pages is held against."""
    balances: Mapping[str, Balance]
    """Running text in two columns by its unit, as it is to be set; any other is balanced there."""
    one_page: bool = False
    """The flash: it has neither endnotes in columns nor an annex, and one page only."""


def plan_layout(edition: Edition) -> Layout:
    """Plan the pages of an edition."""
    return _plan_of(edition)(edition, {}, {})


def plan_again(edition: Edition, plan: Layout, errors: Mapping[str, float]) -> Layout:
    """Plan the pages anew, knowing by how many mm the heights of units were misjudged, by key.

    The charts are drawn already and keep their heights.
    """
    return replace(_plan_of(edition)(edition, errors, plan.charts), charts=plan.charts)


def _plan_of(edition: Edition) -> Planner:
    """Return what plans an edition: the flash has a page of its own kind."""
    from reports.rendering.one_page import plan_page

    return plan_page if edition.id.variant == FLASH else _plan


def _plan(
    edition: Edition,
    errors: Mapping[str, float],
    drawn: Mapping[str, tuple[str, float]],
) -> Layout:
    ruler = Ruler({source.id: source.number for source in edition.sources})
    sources = printed_sources(edition)
    headline = balanced(edition.headline, heights.span_mm("full"), styles()["headline"])
    standfirst = balanced(edition.standfirst, heights.span_mm("full"), styles()["standfirst"])
    front = tuple(front_units(ruler, edition, len(headline), len(standfirst)))
    forms = tuple((c, annex) for annex in annex_entries(edition, sources) for c in back.COLUMNS)

    end = _back(ruler, sources, errors)

    def fill(drafts: Drafts) -> Filled:
        body = (*front, *(unit for draft in drafts for unit in section_units(ruler, draft, drawn)))
        return _fill([corrected(unit, errors) for unit in body], forms, end)

    drafts = tuple(make_draft(ruler, section) for section in edition.sections)
    drafts, ((columns, annex), pages) = _least_white(drafts, fill)
    placed = by_key(pages)
    notes, numbers = back.endnotes(ruler, sources, columns), back.annex(ruler, annex)
    sections = tuple(planned_section(ruler, draft, placed) for draft in drafts)
    return Layout(
        charts=dict(sorted((*spark_slots(edition), *chart_slots(ruler, drafts, placed)))),
        headline=headline,
        standfirst=standfirst,
        front={key: placing.gap for key, (_, placing) in placed.items() if key in GAPS},
        front_cell=round(CELL_MM.at(placed["masthead"][1].stretch), 3),
        inside=tuple(_contents(edition, placed)),
        sections=sections,
        sources=tuple(back.planned_columns(notes, pages, errors)),
        annex=tuple(back.planned_columns(numbers, pages, errors)),
        label_lines=ends.key_figure_lines(ruler, edition)[0],
        source_columns=columns,
        pages=len(pages),
        units=planned_units(placed),
        balances=balances(ruler, edition, sections),
    )


def _back(
    ruler: Ruler, sources: tuple[SourceEntry, ...], errors: Mapping[str, float]
) -> Callable[[int, tuple[AnnexEntry, ...]], Sequence[Unit]]:
    """Return what makes the units after the sections, once for each form of them."""

    @cache
    def units(columns: int, annex: tuple[AnnexEntry, ...]) -> Sequence[Unit]:
        notes, numbers = back.endnotes(ruler, sources, columns), back.annex(ruler, annex)
        return [corrected(unit, errors) for unit in back.back_units(notes, numbers)]

    return units


def _least_white(drafts: Drafts, fill: Callable[[Drafts], Filled]) -> tuple[Drafts, Filled]:
    """Fill pages; where one has a fault, give its prose one broad column if they are better so."""
    filled = fill(drafts)
    for page in filled[1]:
        for placing in page.placings if page.cost >= FAULT_COST else ():
            loose = tuple(loosened(draft, placing.unit.key) for draft in drafts)
            if loose != drafts and _cost((other := fill(loose))[1]) < _cost(filled[1]):
                drafts, filled = loose, other
    return drafts, filled


def _cost(pages: tuple[Page, ...]) -> float:
    # Rounded, as equal costs may come from sums that differ in their last digits.
    return round(sum(page.cost for page in pages), 6)


def _fill(
    body: Sequence[Unit],
    forms: tuple[Form, ...],
    back: Callable[[int, tuple[AnnexEntry, ...]], Sequence[Unit]],
) -> Filled:
    """Fill pages with the columns of endnotes and the form of the annex that suit them best.

    The longer annex is tried only where the shorter one leaves a fault. Where the first page is too
    full for it, it does without the line of contents.
    """
    short = [unit for unit in body if unit.key != "inside"]
    for units in (body, short):
        begun = begin_pages(units)
        found: list[tuple[float, Form, tuple[Page, ...]]] = []
        for form in forms:
            if form[1] is not forms[0][1] and min(cost for cost, *_ in found) < FAULT_COST:
                break
            pages = fill_pages((*units, *back(*form)), begun)
            found.append((_cost(pages), form, pages))
        _, form, pages = min(found, key=lambda one: one[0])
        if all(page.placings[0].unit.top_cost < GLUED for page in pages[1:]):
            break
    return form, pages


def corrected(unit: Unit, errors: Mapping[str, float]) -> Unit:
    """Return a unit as high as a measurement found it to be."""
    return replace(unit, extent=unit.extent.plus(errors.get(unit.key, 0.0)))


def by_key(pages: tuple[Page, ...]) -> dict[str, tuple[int, Placing]]:
    """Return the page and the place of each unit by its key."""
    return {
        placing.unit.key: (number, placing)
        for number, page in enumerate(pages, 1)
        for placing in page.placings
    }


def planned_units(placed: Mapping[str, tuple[int, Placing]]) -> dict[str, PlannedUnit]:
    """Return what is planned for each unit; its later parts count with the first on the page."""
    units: dict[str, PlannedUnit] = {}
    part = ""
    for key, (page, placing) in placed.items():
        if "+" in key and not placing.top:
            whole = units[part]
            units[part] = replace(whole, height=whole.height + placing.height)
            continue
        part = key
        saved = placing.unit.top_saving if placing.top else 0.0
        units[key] = PlannedUnit(page, placing.height - saved, saved)
    return units


def _contents(
    edition: Edition, placed: Mapping[str, tuple[int, Placing]]
) -> Iterator[ContentsItem]:
    for label, target in ends.inside_labels(edition):
        unit = "sources" if target == "sources" else f"{target}.head"
        if unit in placed:
            yield ContentsItem(label, target, placed[unit][0])


def planned_section(
    ruler: Ruler, draft: Draft, placed: Mapping[str, tuple[int, Placing]]
) -> PlannedSection:
    """Return a section with its rows where their units were placed."""
    key = draft.section.key
    page, head = placed[f"{key}.head"]
    planned = []
    for number, cells in enumerate(draft.rows):
        title, subtitle = sibling_lines(ruler, cells) if len(cells) > 1 else (0, 0)
        for part, some in _parts(f"{key}.{number}", cells, placed):
            _, placing = placed[part]
            cell = round(CELL_MM.at(placing.stretch), 3)
            row = PlannedRow(part, some, placing.gap, placing.top, cell, title, subtitle)
            planned.append(row)
    return PlannedSection(draft.section, draft.headline, tuple(planned), head.gap, head.top, page)


def balances(
    ruler: Ruler, edition: Edition, sections: Sequence[PlannedSection]
) -> dict[str, Balance]:
    """Return how running text across a page is balanced, by its unit."""
    rows = ((row.key, row.cells) for section in sections for row in section.rows)
    return dict(prose_balances(ruler, edition.lead, rows))


def _parts(
    key: str, cells: tuple[Placed, ...], placed: Mapping[str, tuple[int, Placing]]
) -> Iterator[tuple[str, tuple[Placed, ...]]]:
    """Yield a row by the pages it stands on: whole, but for what had to be cut."""
    block = divisible(cells)
    length = len(block.paragraphs if isinstance(block, Prose) else block.table.rows) if block else 0
    tops = [at for at in range(1, length) if _begins_page(f"{key}+{at}", placed)]
    if block is None or not tops:
        yield key, cells
        return
    for start, end in pairwise((0, *tops, length)):
        yield (f"{key}+{start}" if start else key), (Placed(_cut(block, start, end), "full"),)


def _cut(block: Prose | TableBlock, start: int, end: int) -> Prose | TableBlock:
    """Return some paragraphs, or some rows under the same heads."""
    if isinstance(block, Prose):
        return replace(block, paragraphs=block.paragraphs[start:end])
    table = block.table
    some = replace(
        table,
        key=f"{table.key}-{start}" if start else table.key,
        title="" if start else table.title,
        rows=table.rows[start:end],
        note=table.note if end == len(table.rows) else (),
    )
    return replace(block, table=some)


def _begins_page(key: str, placed: Mapping[str, tuple[int, Placing]]) -> bool:
    return key in placed and placed[key][1].top


def spark_slots(edition: Edition) -> Iterator[tuple[str, tuple[str, float]]]:
    """Yield the slot and the height of each spark by its key."""
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


def chart_slots(
    ruler: Ruler, drafts: tuple[Draft, ...], placed: Mapping[str, tuple[int, Placing]]
) -> Iterator[tuple[str, tuple[str, float]]]:
    """Yield the slot and the height of each chart by its key."""
    for draft in drafts:
        for number, row in enumerate(draft.rows):
            _, placing = placed[f"{draft.section.key}.{number}"]
            yield from _row_charts(ruler, row, placing.height)


def _row_charts(
    ruler: Ruler, row: tuple[Placed, ...], height: float
) -> Iterator[tuple[str, tuple[str, float]]]:
    """Yield what the charts of a row are drawn for; siblings are as high as the lowest of them."""
    extents = chart_extents(row)
    lines = sibling_lines(ruler, row)
    sizes = {}
    for cell in row:
        if isinstance(cell.block, Exhibit):
            key = cell.block.chart.key
            room = height - heights.exhibit_overhead(ruler, cell.block, cell.width, lines)
            sizes[key] = min(max(room, extents[key].low), extents[key].high)
    equal = len(set(extents.values())) == 1
    for cell in row:
        if isinstance(cell.block, Exhibit):
            key = cell.block.chart.key
            size = min(sizes.values()) if equal else sizes[key]
            yield key, (heights.SLOT_OF[cell.width], round(size, 2))
