"""From checked cells to frozen rows, each with its reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from reports.dataset.reading import Table
from reports.dataset.rows import Located
from reports.dataset.schema import NOT_READ, TABLES, columns_of
from reports.errors import Problem
from reports.model.periods import Period

KNOWN_ON = {
    "observations": "published",
    "stated_changes": "published",
    "definitions": "published",
    "known_conflicts": "published",
    "meetings": "announced",
    "delegates": "published",
    "tariffs": "announced",
    "tariff_levels": "published",
    "controls": "published",
    "statements": "date",
    "calendar": "announced",
    "impacts": "published",
}
"""The column with the day from which a row counts; series and sources count always."""

_UNDATED = date.min

_KEY_WORDS = {
    "observations": ("series_id", "period"),
    "stated_changes": ("series_id", "period", "basis", "source_id"),
    "definitions": ("series_id", "from_period"),
    "tariff_levels": ("definition_key", "imposed_by", "date"),
    "delegates": ("meeting_id", "name"),
}


def _open_ended(values: dict[str, Any]) -> dict[str, Any]:
    """Take a meeting without an end for one that is not over."""
    if values["end"] is not None:
        return values
    return {**values, "end": values["start"], "status": "under way"}


_READ_AS = {"meetings": {"end": "Day | None"}}
_FINISH: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"meetings": _open_ended}


def _yes(cell: str) -> bool:
    return cell == "yes"


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("; ")) if cell else ()


def _or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda cell: read(cell) if cell else None


_READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": _yes,
    "Day": date.fromisoformat,
    "Decimal": Decimal,
    "Period": Period.parse,
    "tuple[str, ...]": _split,
}
_EXPECTED = {
    "int": "a whole number",
    "Day": "a date such as 2025-06-09",
    "Decimal": "a number such as -12.5",
    "Period": "a period such as 2025-05, 2025Q1 or 2025-01/2025-02",
}
_READERS |= {f"{name} | None": _or_none(read) for name, read in _READERS.items()}


def parse_rows(
    table: Table, bad_lines: frozenset[int] = frozenset()
) -> tuple[tuple[Any, ...], list[Problem]]:
    """Read the rows of a table, leaving out the lines that are known to be wrong."""
    name = table.schema.name
    row_type = TABLES[name]
    types = {field.name: str(field.type) for field in fields(row_type)} | _READ_AS.get(name, {})
    finish = _FINISH.get(name, dict)
    columns = [column for column in columns_of(name) if column not in NOT_READ.get(name, ())]
    readers = [_READERS[types[column]] for column in columns]
    cells = [table.frame[column].tolist() for column in columns]
    rows: list[Any] = []
    problems: list[Problem] = []
    for line, texts in zip(table.lines, zip(*cells, strict=True), strict=True):
        if line in bad_lines:
            continue
        values: dict[str, Any] = {}
        for column, read, text in zip(columns, readers, texts, strict=True):
            try:
                values[column] = read(text)
            except (ValueError, ArithmeticError):
                problems.append(
                    Problem(
                        table.schema.path,
                        line,
                        column,
                        "is not understood",
                        text[:80],
                        _EXPECTED[types[column].removesuffix(" | None")],
                    )
                )
        if len(values) == len(columns):
            rows.append(row_type(**finish(values), ref=_reference(name, table, values, line)))
    return tuple(rows), problems


def _reference(name: str, table: Table, values: dict[str, Any], line: int) -> Located:
    words = _KEY_WORDS.get(name, table.schema.primary_key)
    key = " ".join(str(values[column]) for column in words if values[column] is not None)
    known = KNOWN_ON.get(name)
    return Located(name, key, values[known] if known else _UNDATED, line, table.schema.path)
