"""Rows that are known by their key alone: events, sources, levels, stated changes.

Empty columns are filled. Columns that belong to a day of their own (a status and when it changed)
are replaced together by what a later day says. Anything else that differs is refused.
"""

from __future__ import annotations

from reports.dataset.schema import NOT_READ, TableSchema
from reports.errors import Problem
from reports.intake.ledger import Key, Row
from reports.intake.rows import Change, Incoming
from reports.intake.vintages import same_number

_STATUS = ("status", "status_changed", "status_source_id", "status_kind")
_PLACE = ("name", "label", "city", "country")

DATED: dict[str, dict[str, tuple[str, ...]]] = {
    "meetings": {
        "outcome_published": (
            "outcome",
            "outcome_published",
            "outcome_source_id",
            "outcome_verb",
            "outcome_label",
        ),
        "place_published": (
            *_PLACE,
            "place_published",
            "provisional_name",
            "provisional_label",
        ),
    },
    "tariffs": {"status_changed": _STATUS},
    "controls": {"status_changed": _STATUS},
    "calendar": {"superseded_on": ("superseded_on", "superseded_source_id")},
}
"""Columns that became known on a day of their own, by the column of that day."""

_SOURCES = {
    "outcome_published": "outcome_source_id",
    "status_changed": "status_source_id",
    "superseded_on": "superseded_source_id",
}


def changed(schema: TableSchema, row: Incoming, key: Key, known: Row) -> Change | list[Problem]:
    """Return what a row adds to the one that is known by its key, or why it may not."""
    differing = _differing(schema, row, known)
    new: dict[str, str] = {}
    problems: list[Problem] = []
    for day, group in DATED.get(row.table, {}).items():
        if any(column in differing for column in group):
            found = _group(row, day, group, differing, known)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                new |= found
        for column in group:
            differing.pop(column, None)
    for column, cell in differing.items():
        if not known[column] or column in NOT_READ.get(row.table, ()):
            new[column] = cell
        else:
            problems.append(_overwrites(row, column, cell, known))
    if problems:
        return problems
    cells = {**known, **new}
    if cells == known:
        return Change(
            "unchanged", row.table, key, known, row.file, row.line, old=known, remark=row.remark
        )
    columns = tuple(column for column in known if cells[column] != known[column])
    return Change(
        "updated",
        row.table,
        key,
        cells,
        row.file,
        row.line,
        known,
        columns,
        _remark(row, new, known),
    )


def _differing(schema: TableSchema, row: Incoming, known: Row) -> dict[str, str]:
    """Return the cells that say something else than the known row; an empty one says nothing."""
    numbers = {field.name for field in schema.fields if field.type == "number"}
    return {
        column: cell
        for column, cell in row.cells.items()
        if cell
        and cell != known[column]
        and not (column in numbers and same_number(cell, known[column]))
    }


def _group(
    row: Incoming, day: str, group: tuple[str, ...], differing: Row, known: Row
) -> Row | Problem:
    """Return the cells of a group as a later day has them, or why they may not change."""
    said = row.cells.get(day, "")
    touched = next(column for column in group if column in differing)
    if not known[day] and not said:
        # A status without a day follows from the dates; an empty cell may be filled.
        if all(not known[column] for column in group if column in differing):
            return {column: differing[column] for column in group if column in differing}
        return _problem(row, touched, "changes what is known, on no day", f"the day, in {day}")
    if known[day] and not said:
        return _problem(row, touched, f"differs, without a day later than {known[day]}", f"{day}")
    if said < known[day] or (said == known[day] and _overwritten(group, day, differing, known)):
        message = f"contradicts what is known since {known[day]}, {known[touched]!r}"
        return _problem(row, touched, message, f"a later day in {day}")
    if said == known[day]:
        return {column: differing[column] for column in group if column in differing}
    source = _SOURCES.get(day)
    if source and not row.cells.get(source):
        return _problem(row, source, "is missing: what is new needs a source", "a source_id")
    if day == "place_published":
        return _place(row, known)
    return {column: row.cells.get(column, "") for column in group}


def _overwritten(group: tuple[str, ...], day: str, differing: Row, known: Row) -> bool:
    return any(column in differing and known[column] for column in group if column != day)


def _place(row: Incoming, known: Row) -> Row:
    """Return the cells of a place: the name up to now is the one before the place was known."""
    new = {column: row.cells.get(column) or known[column] for column in _PLACE}
    for column in ("name", "label"):
        provisional = f"provisional_{column}"
        new[provisional] = row.cells.get(provisional) or known[provisional] or known[column]
    return {**new, "place_published": row.cells["place_published"]}


def _remark(row: Incoming, new: Row, known: Row) -> str:
    """Say for which days an older state is no longer told, where one is replaced."""
    for day in DATED.get(row.table, {}):
        if day in new and known[day] and new[day] != known[day]:
            return f"editions from {known[day]} to before {new[day]} no longer tell the old state"
    return row.remark


def _overwrites(row: Incoming, column: str, cell: str, known: Row) -> Problem:
    message = f"contradicts what is known, {known[column][:60]!r}, and has no day of its own"
    expected = "the known value, or a row of its own; an error of ours is mended by hand"
    return Problem(row.file, row.line, column, message, cell[:80], expected)


def _problem(row: Incoming, column: str, message: str, expected: str) -> Problem:
    return Problem(row.file, row.line, column, message, row.cells.get(column, "")[:80], expected)
