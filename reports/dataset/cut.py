"""Cut rows as of a day: what was learnt later is blanked, what has no day is derived.

Cutting is idempotent and monotone: a row cut at a day and then at an earlier one is the row cut at
the earlier one. A view can therefore be cut again, and holds nothing younger than its day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from reports.dataset.parsing import KNOWN_ON
from reports.dataset.rows import (
    CalendarEvent,
    Control,
    MeasureState,
    Meeting,
    MeetingStatus,
    Source,
    Tariff,
)

Tables = Mapping[str, tuple[Any, ...]]

LATER = ("outcome_published", "place_published", "status_changed", "superseded_on")
"""Columns with the day on which other columns of their row became known."""


def cut_tables(tables: Tables, day: date) -> dict[str, tuple[Any, ...]]:
    """Return the rows that were known by the end of a day, as they were known."""
    return {name: _cut_table(name, rows, day) for name, rows in tables.items()}


def _cut_table(name: str, rows: tuple[Any, ...], day: date) -> tuple[Any, ...]:
    if name in KNOWN_ON:
        rows = tuple(row for row in rows if known_on(row) <= day)
    cut = _CUTS.get(name)
    return tuple(cut(row, day) for row in rows) if cut else rows


def known_on(row: Any) -> date:
    """Return the day from which a row counts."""
    known: date = getattr(row, KNOWN_ON[row.ref.table])
    if isinstance(row, Meeting) and row.dates_published:
        return max(known, row.dates_published)
    return known


def learning_days(row: Any) -> set[date]:
    """Return the days on which a row, or a column of it, became known."""
    known = known_on(row)
    later = (getattr(row, column, None) for column in LATER)
    return {known} | {max(known, day) for day in later if day}


def _cut_meeting(row: Meeting, day: date) -> Meeting:
    status: MeetingStatus = "held"
    end = row.end
    if day < row.start:
        status, end = "scheduled", row.start
    elif row.status == "under way" or row.end > day:
        # An end that lies ahead is not known: talks may close early or run on.
        status, end = "under way", day
    row = replace(row, end=end, status=status, ref=replace(row.ref, vintage=known_on(row)))
    if row.outcome_published is None or row.outcome_published > day:
        row = replace(
            row,
            outcome=None,
            outcome_published=None,
            outcome_source_id=None,
            outcome_verb=None,
            outcome_label=None,
        )
    if row.place_published and row.place_published > day:
        row = replace(
            row,
            name=row.provisional_name or row.name,
            label=row.provisional_label or row.label,
            city=None,
            country=None,
            place_published=None,
            provisional_name=None,
            provisional_label=None,
        )
    return row


def _cut_tariff(row: Tariff, day: date) -> Tariff:
    if row.status_changed is None or row.status_changed > day:
        row = replace(
            row, status=None, status_changed=None, status_source_id=None, status_kind=None
        )
    over = row.expires is not None and row.expires <= day
    return replace(row, state="ended" if over else _state(row.status_kind, row.effective, day))


def _cut_control(row: Control, day: date) -> Control:
    if row.status_changed is None or row.status_changed > day:
        row = replace(
            row, status=None, status_changed=None, status_source_id=None, status_kind=None
        )
    return replace(row, state=_state(row.status_kind, row.effective or row.announced, day))


def _state(status_kind: str | None, effective: date, day: date) -> MeasureState:
    if status_kind in ("ended", "superseded"):
        return "ended"
    if status_kind == "suspended":
        return "suspended"
    return "announced" if status_kind == "announced" or effective > day else "in force"


def _cut_event(row: CalendarEvent, day: date) -> CalendarEvent:
    if row.superseded_on and row.superseded_on > day:
        return replace(row, superseded_on=None, superseded_source_id=None)
    return row


def _cut_source(row: Source, day: date) -> Source:
    if row.later or (row.published or row.earliest or date.min) <= day:
        return row
    return replace(row, title="", published=None, earliest=None, later=True)


_CUTS: dict[str, Callable[[Any, date], Any]] = {
    "meetings": _cut_meeting,
    "tariffs": _cut_tariff,
    "controls": _cut_control,
    "calendar": _cut_event,
    "sources": _cut_source,
}
