"""The flash on its one page: how much of the week has room, and where it stands.

An edition comes with more than a page holds. Rows of its tables, its chart and its lead are left
out until the rest fits, before any form of it is made, so that page and PDF say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import ceil

from reports.errors import RenderError
from reports.model import (
    Edition,
    Exhibit,
    Section,
    SourceEntry,
    Span,
    StrongSpan,
    TableBlock,
    TableSpec,
    Text,
    citations,
    plain,
    printed_sources,
    pruned,
)
from reports.rendering import ends, heights
from reports.rendering.context import long_day
from reports.rendering.heights import CELL_MM, Extent
from reports.rendering.layout import (
    Layout,
    balances,
    by_key,
    chart_slots,
    corrected,
    planned_section,
    planned_units,
    spark_slots,
)
from reports.rendering.lines import Ruler, balanced, styles, width_mm
from reports.rendering.pages import GLUED, Unit, fill_page
from reports.rendering.units import (
    GAPS,
    NO_GAP,
    closing_unit,
    front_units,
    make_draft,
    section_units,
)

FEWEST_DATES, PLENTY_OF_DATES = 3, 4
"""As many dates ahead count for more than rows of changes; those beyond plenty for little."""
_RESERVE = Unit("reserve", Extent.fixed(1.5), NO_GAP)
"""Kept free while parts are chosen, so that the plan of what was chosen cannot fail."""
_GAP = "sources"
_RAGGED = 6.0
"""What the lines of the sources are thought to leave free at their ends, in mm."""


@dataclass(frozen=True)
class Choice:
    """What of an edition the page is given."""

    changes: int
    dates: int
    chart: bool
    lead: bool

    @property
    def worth(self) -> int:
        """Return what it tells: rows of the week first, then dates, the chart and the lead."""
        first, near = min(self.dates, FEWEST_DATES), min(self.dates, PLENTY_OF_DATES)
        dates = 12 * first + 12 * near + 4 * (self.dates - near)
        return 12 * self.changes + dates + 30 * self.chart + 16 * self.lead

    def of(self, edition: Edition) -> Edition:
        """Return the edition with no more than that."""
        changes = edition.changes
        sections = (_shortened(section, self) for section in edition.sections)
        return pruned(
            replace(
                edition,
                lead=edition.lead if self.lead else (),
                changes=replace(changes, rows=changes.rows[: self.changes]) if changes else None,
                sections=tuple(section for section in sections if section),
            )
        )


def fitted_to_page(edition: Edition) -> Edition:
    """Return as much of an edition as one page has room for; raise RenderError for too long words.

    An edition that is no flash is returned as it is.
    """
    for choice in _best_first(edition):
        chosen = choice.of(edition)
        if fill_page(_units(chosen, {}, {})):
            return chosen
    raise RenderError(
        f"the flash of {edition.id.as_of} does not fit on one page",
        "shorten the editor’s headline, standfirst and notes of that day",
    )


def plan_page(
    edition: Edition,
    errors: Mapping[str, float],
    drawn: Mapping[str, tuple[str, float]],
) -> Layout:
    """Plan the page of a flash that was fitted to it; raise RenderError where it does not fit."""
    page = fill_page(_units(edition, errors, drawn))
    if page is None:
        raise RenderError(f"the flash of {edition.id.as_of} does not fit on one page")
    ruler = _ruler(edition)
    drafts = tuple(make_draft(ruler, section) for section in edition.sections)
    placed = by_key((page,))
    sections = tuple(planned_section(ruler, draft, placed) for draft in drafts)
    return Layout(
        charts=dict(sorted((*spark_slots(edition), *chart_slots(ruler, drafts, placed)))),
        headline=_headline(edition),
        standfirst=_standfirst(edition),
        front={key: at.gap for key, (_, at) in placed.items() if key in (*GAPS, _GAP)},
        front_cell=round(CELL_MM.at(placed["masthead"][1].stretch), 3),
        inside=(),
        sections=sections,
        sources=(),
        annex=(),
        label_lines=ends.key_figure_lines(ruler, edition)[0],
        source_columns=0,
        pages=1,
        units=planned_units(placed),
        balances=balances(ruler, edition, sections),
        one_page=True,
    )


def _best_first(edition: Edition) -> list[Choice]:
    """Return the choices that fit by their sums, those first that tell most in a good page."""
    parts = _Parts.of(edition)
    tables, charts = len(parts.changes), len(parts.chart) > 0
    found = [
        (choice.worth - page.cost, choice)
        for choice in (
            Choice(*counts)
            for counts in product(
                range(tables, min(tables, 1) - 1, -1),
                range(len(parts.dates), min(len(parts.dates), 1) - 1, -1),
                (True, False) if charts else (False,),
                (True, False) if edition.lead else (False,),
            )
        )
        if (page := fill_page(tuple(parts.chosen(choice))))
    ]
    return [choice for _, choice in sorted(found, key=lambda each: -each[0])]


@dataclass(frozen=True)
class _Parts:
    """The units of an edition before a choice; a table by the lines of its rows."""

    front: Mapping[str, Unit]
    changes: tuple[int, ...]
    above_changes: float
    chart: tuple[Unit, ...]
    watch: tuple[Unit, ...]
    dates: tuple[int, ...]
    around_dates: float
    cited: tuple[frozenset[str], ...]
    """The sources that stand in every choice; then those of the lead and of the chart."""
    cited_rows: tuple[tuple[frozenset[str], ...], tuple[frozenset[str], ...]]
    """The sources of each row of changes, and of each date."""
    widths: Mapping[str, float]
    """How long the short endnote of each source is, in mm."""

    @classmethod
    def of(cls, edition: Edition) -> _Parts:
        ruler = _ruler(edition)
        front = {unit.key: unit for unit in _front(ruler, edition)}
        changes = edition.changes
        watch = next((section for section in edition.sections if _table(section)), None)
        charts = tuple(section for section in edition.sections if not _table(section))
        table = _table(watch) if watch else None
        base = (edition.headline, edition.standfirst, edition.key_figures)
        return cls(
            front=front,
            changes=_lines(ruler, changes),
            above_changes=_around(ruler, changes) + heights.section_rule(),
            chart=tuple(unit for section in charts for unit in _of_section(ruler, section)),
            watch=_of_section(ruler, watch)[:1] if watch else (),
            dates=_lines(ruler, table),
            around_dates=_around(ruler, table),
            cited=tuple(_cited(part) for part in (base, edition.lead, charts)),
            cited_rows=(_cited_by_row(changes), _cited_by_row(table)),
            widths={s.id: _short_width(s) for s in printed_sources(edition)},
        )

    def chosen(self, choice: Choice) -> Iterator[Unit]:
        """Yield the units of a choice in the order of the page."""
        left_out = {"changes"} | (set() if choice.lead else {"lead"})
        yield from (unit for key, unit in self.front.items() if key not in left_out)
        if choice.changes:
            lines = list(self.changes[: choice.changes])
            size = heights.rows_extent(lines).plus(self.above_changes)
            yield Unit("changes", size, GAPS["changes"], 0.0, GLUED)
        if choice.chart:
            yield from self.chart
        if choice.dates:
            yield from self.watch
            size = heights.rows_extent(list(self.dates[: choice.dates])).plus(self.around_dates)
            yield Unit("dates", size, GAPS["first_row"], 0.0, GLUED)
        yield Unit(_GAP, Extent.fixed(self._sources_height(choice)), GAPS["first_row"])
        yield from (closing_unit(), _RESERVE)

    def _sources_height(self, choice: Choice) -> float:
        always, lead, chart = self.cited
        changes, dates = self.cited_rows
        rows = (*changes[: choice.changes], *dates[: choice.dates])
        cited = always.union(lead if choice.lead else (), chart if choice.chart else (), *rows)
        lines = ceil(sum(self.widths[each] for each in cited) / (heights.span_mm("full") - _RAGGED))
        return lines * heights.line_of("source_line")


def _of_section(ruler: Ruler, section: Section) -> tuple[Unit, ...]:
    return tuple(section_units(ruler, make_draft(ruler, section), {}))


def _lines(ruler: Ruler, table: TableSpec | None) -> tuple[int, ...]:
    return tuple(heights.row_lines(ruler, table, "full")) if table else ()


def _cited(part: object) -> frozenset[str]:
    return frozenset(citations(part, printed=True))


def _cited_by_row(table: TableSpec | None) -> tuple[frozenset[str], ...]:
    return tuple(_cited(row) for row in table.rows) if table else ()


def _short_width(source: SourceEntry) -> float:
    words = plain(short_endnotes((source,))[1:])
    return width_mm(words, styles()["source_line"].strong)


def _around(ruler: Ruler, table: TableSpec | None) -> float:
    """Return the height of a table without its rows."""
    if table is None:
        return 0.0
    return (
        heights.table_title_height(ruler, table, "full")
        + heights.table_head_height(ruler, table, "full")
        + heights.table_note_height(ruler, table, "full")
    )


def _units(
    edition: Edition, errors: Mapping[str, float], drawn: Mapping[str, tuple[str, float]]
) -> Sequence[Unit]:
    """Return the units of the page as it is planned."""
    ruler = _ruler(edition)
    sections = [
        unit
        for section in edition.sections
        for unit in section_units(ruler, make_draft(ruler, section), drawn)
    ]
    ending = (_sources_unit(ruler, edition), closing_unit())
    return [corrected(unit, errors) for unit in (*_front(ruler, edition), *sections, *ending)]


def _front(ruler: Ruler, edition: Edition) -> Iterator[Unit]:
    lines = len(_headline(edition)), len(_standfirst(edition))
    for unit in front_units(ruler, edition, *lines):
        if unit.key != "inside" and (unit.key != "lead" or edition.lead):
            yield unit


def _sources_unit(ruler: Ruler, edition: Edition) -> Unit:
    words = short_endnotes(printed_sources(edition))
    lines = heights.count(ruler, words, heights.span_mm("full"), "source_line")
    return Unit(_GAP, Extent.fixed(lines * heights.line_of("source_line")), GAPS["first_row"])


def short_endnotes(sources: Sequence[SourceEntry]) -> Text:
    """Return the endnotes in running words: number, publisher and day; titles are in the file."""
    spans: list[Span] = [StrongSpan("Sources")]
    for source in sources:
        day = f", {long_day(source.published)}" if source.published else ""
        spans += [
            " ",
            StrongSpan(f"{source.number}"),
            f"\N{NO-BREAK SPACE}{source.publisher}{day}.",
        ]
    return tuple(spans)


def _ruler(edition: Edition) -> Ruler:
    return Ruler({source.id: source.number for source in edition.sources})


def _headline(edition: Edition) -> tuple[Text, ...]:
    return balanced(edition.headline, heights.span_mm("full"), styles()["headline"])


def _standfirst(edition: Edition) -> tuple[Text, ...]:
    return balanced(edition.standfirst, heights.span_mm("full"), styles()["standfirst"])


def _table(section: Section) -> TableSpec | None:
    """Return the table of the dates ahead, if the section is the one that holds it."""
    return next((b.table for b in section.blocks if isinstance(b, TableBlock)), None)


def _shortened(section: Section, choice: Choice) -> Section | None:
    """Return a section with no more than what was chosen, or None where nothing was."""
    if any(isinstance(block, Exhibit) for block in section.blocks):
        return section if choice.chart else None
    table = _table(section)
    if table is None or not choice.dates:
        return None
    return replace(section, blocks=(TableBlock(replace(table, rows=table.rows[: choice.dates])),))
