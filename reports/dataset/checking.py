"""Check a table of strings against its schema: types, constraints and keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from reports.dataset.reading import Table
from reports.dataset.schema import Field, ForeignKey
from reports.errors import Problem

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
INTEGER = re.compile(r"-?[0-9]{1,15}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SHOWN = 80


def check_table(table: Table) -> list[Problem]:
    """Return every fault of the cells and the primary key of one table."""
    problems: list[Problem] = []
    for field in table.schema.fields:
        problems += _check_column(table, field)
    return problems + _check_key(table, table.schema.primary_key)


def check_references(tables: Mapping[str, Table], every: Iterable[Table]) -> list[Problem]:
    """Return a fault for each value that its foreign key does not find in the tables by name."""
    problems: list[Problem] = []
    for table in every:
        for key in table.schema.foreign_keys:
            if key.table in tables:
                problems += _check_reference(table, key, tables[key.table])
    return problems


def fault(cell: str, field: Field) -> tuple[str, str] | None:
    """Return what is wrong with a cell and what would be right, or None."""
    if not cell:
        return ("a value is missing", "a value") if field.required else None
    if cell != cell.strip():
        return "blanks stand before or after the value", cell.strip() or "a value"
    wrong = _TYPES[field.type](cell, field)
    if wrong:
        return wrong
    if field.enum and cell not in field.enum:
        return "is none of the values allowed", ", ".join(sorted(field.enum))
    if field.max_length is not None and len(cell) > field.max_length:
        return "is too long", f"at most {field.max_length} characters"
    if field.pattern is not None and not field.pattern.fullmatch(cell):
        return "has the wrong form", f"the form {field.pattern.pattern}"
    if field.minimum is not None and Decimal(cell) < field.minimum:
        return "is too small", f"at least {field.minimum}"
    return None


def _date(cell: str, _: Field) -> tuple[str, str] | None:
    expected = "a date such as 2025-06-09"
    if not DATE.fullmatch(cell):
        return "is no date", expected
    try:
        date.fromisoformat(cell)
    except ValueError:
        return "is no day of the calendar", expected
    return None


def _number(cell: str, _: Field) -> tuple[str, str] | None:
    return None if NUMBER.fullmatch(cell) else ("is no number", "digits such as -12.5")


def _integer(cell: str, _: Field) -> tuple[str, str] | None:
    return None if INTEGER.fullmatch(cell) else ("is no whole number", "digits such as 12")


def _boolean(cell: str, field: Field) -> tuple[str, str] | None:
    allowed = (*field.true_values, *field.false_values)
    return None if cell in allowed else ("is neither yes nor no", " or ".join(allowed))


def _string(_cell: str, _field: Field) -> tuple[str, str] | None:
    return None


_TYPES: dict[str, Callable[[str, Field], tuple[str, str] | None]] = {
    "boolean": _boolean,
    "date": _date,
    "integer": _integer,
    "number": _number,
    "string": _string,
}


def _check_column(table: Table, field: Field) -> list[Problem]:
    cells = table.frame[field.name].tolist()
    # A column repeats few values: each is judged once.
    wrong = {cell: found for cell in set(cells) if (found := fault(cell, field))}
    problems = [
        Problem(table.schema.path, line, field.name, wrong[cell][0], cell[:SHOWN], wrong[cell][1])
        for line, cell in zip(table.lines, cells, strict=True)
        if cell in wrong
    ]
    return problems + (_check_key(table, (field.name,)) if field.unique else [])


def _check_key(table: Table, key: tuple[str, ...]) -> list[Problem]:
    repeated = table.frame.duplicated(subset=list(key), keep="first")
    if not repeated.any():
        return []
    rows = table.frame[list(key)].agg(" ".join, axis=1).tolist()
    first: dict[str, int] = {}
    problems = []
    for line, row, again in zip(table.lines, rows, repeated.tolist(), strict=True):
        if again:
            message = f"stands here twice: line {first[row]} has the same key"
            expected = f"one row for each {', '.join(key)}"
            problems.append(
                Problem(table.schema.path, line, key[-1], message, row[:SHOWN], expected)
            )
        first.setdefault(row, line)
    return problems


def _check_reference(table: Table, key: ForeignKey, target: Table) -> list[Problem]:
    known = set(target.frame[key.target].tolist()) if key.target in target.frame else set()
    cells = table.frame[key.column]
    unknown = ~cells.isin([*known, ""])
    if not unknown.any():
        return []
    expected = f"a {key.target} of {target.schema.path}"
    return [
        Problem(table.schema.path, line, key.column, "is unknown", cell[:SHOWN], expected)
        for line, cell, bad in zip(table.lines, cells.tolist(), unknown.tolist(), strict=True)
        if bad
    ]
