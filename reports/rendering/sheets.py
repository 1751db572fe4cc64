"""What stands on each printed page, by the plan; each page is laid out as a document of its own.

A plan says where every page ends. So a page need not wait for those before it, and one that says
what it said in the build before need not be laid out again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.model import SourceEntry
from reports.rendering.annex import AnnexEntry
from reports.rendering.back import PlannedColumns
from reports.rendering.layout import Layout, PlannedRow, PlannedSection


@dataclass(frozen=True)
class SheetSection:
    """What of a section stands on a page."""

    planned: PlannedSection
    rows: tuple[PlannedRow, ...]
    begins: bool
    """Its head stands here as well."""


@dataclass(frozen=True)
class Sheet:
    """A printed page."""

    running: str
    """What its foot names: the section that stands first."""
    sections: tuple[SheetSection, ...]
    sources: PlannedColumns[SourceEntry] | None
    annex: PlannedColumns[AnnexEntry] | None
    closes: bool
    """The last lines of the edition stand here."""


def planned_sheets(layout: Layout, sources: str, annex: str) -> Iterator[Sheet]:
    """Yield the printed pages of a plan; endnotes and annex have a name as sections have."""
    page_of = {key: unit.page for key, unit in layout.units.items()}
    running = ""
    for number in range(1, layout.pages + 1):
        sections = tuple(_on_page(layout, page_of, number))
        notes = next((part for part in layout.sources if page_of[part.key] == number), None)
        proofs = next((part for part in layout.annex if page_of[part.key] == number), None)
        names = [part.planned.section.kicker for part in sections]
        names += [sources] * bool(notes) + [annex] * bool(proofs)
        running = (*names, running)[0]
        yield Sheet(running, sections, notes, proofs, page_of["colophon"] == number)


def _on_page(layout: Layout, page_of: dict[str, int], number: int) -> Iterator[SheetSection]:
    for planned in layout.sections:
        rows = tuple(row for row in planned.rows if page_of[row.key] == number)
        begins = page_of[f"{planned.section.key}.head"] == number
        if rows or begins:
            yield SheetSection(planned, rows, begins)
