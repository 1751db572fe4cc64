"""From the text of an answer to checked cells: JSON objects, CSV rows, numbers, days, periods."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from reports.fetching.values import FetchedRow, FetchError
from reports.model.periods import Period

LARGEST = Decimal("1e15")
_MONTH = re.compile(r"(\d{4})-?M?(\d{2})")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
# Decimal would also take 1_000, other digits than ours, and exponents that fill the memory.
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([Ee][+-]?[0-9]{1,2})?")
_LONGEST_CELL = 100_000


def json_object(text: str) -> Mapping[str, Any]:
    """Return the object that a text is, with exact numbers; raise FetchError for anything else."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise FetchError("answers JSON that is broken or cut off") from error
    if not isinstance(found, dict):
        raise FetchError("answers JSON that is no object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def objects(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the list of objects under a name; raise FetchError where it is something else."""
    listed = found.get(name)
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise FetchError(f"answers JSON without a list of objects under {name!r}")
    return listed


def cell(row: Mapping[str, Any], column: str) -> Any:
    """Return a cell; raise FetchError where its column is missing, which is no empty cell."""
    if column not in row:
        raise FetchError(f"lacks the column {column!r}: has it been renamed?")
    return row[column]


def csv_rows(text: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV text that must have some columns; raise FetchError."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        head = reader.fieldnames or ()
        for column in columns:
            cell(dict.fromkeys(head), column)
        rows = list(reader)
    except csv.Error as error:
        raise FetchError("answers CSV that is broken or cut off") from error
    # A short row is filled with None, a long one has its rest under None.
    if any(None in row or None in row.values() for row in rows):
        raise FetchError("answers CSV whose rows differ in length: it is broken or cut off")
    return rows


def number(value: object, column: str) -> Decimal:
    """Return the number that a cell holds; raise FetchError for a cell of another type."""
    # A bool is an int in Python, and no number here.
    text = "" if isinstance(value, bool) else str(value)
    found = Decimal(text) if _NUMBER.fullmatch(text) else LARGEST
    if abs(found) >= LARGEST:
        raise FetchError(f"has no number where the column {column!r} should hold one")
    return found


def day(value: object, column: str) -> date:
    """Return the day that a cell holds; raise FetchError for anything else."""
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise FetchError(f"has no day where the column {column!r} should hold one") from error


def period(value: object, column: str) -> Period:
    """Return the month or quarter of `2025-05`, `2025-M05`, `202505` or `2025-Q2`."""
    text = str(value)
    found = _MONTH.fullmatch(text)
    if found and 1 <= int(found[2]) <= 12:
        return Period(int(found[1]), int(found[2]))
    if found := _QUARTER.fullmatch(text):
        return Period(int(found[1]), 3 * int(found[2]) - 2, 3)
    raise FetchError(f"has no month or quarter where the column {column!r} should hold one")


def not_ahead(found: Period, today: date) -> Period:
    """Return a period that has begun; raise FetchError for a forecast, which is no observation."""
    if found.index > Period.of(today).index:
        raise FetchError(f"gives a value for {found}, which lies ahead")
    return found


def distinct(rows: Iterable[FetchedRow]) -> tuple[FetchedRow, ...]:
    """Return rows in order, repeated ones once; raise FetchError where two of them differ."""
    found: dict[tuple[str, Period, date], FetchedRow] = {}
    for row in rows:
        key = row.series_id, row.period, row.published
        if found.setdefault(key, row).value != row.value:
            raise FetchError(f"gives two values for {row.series_id} in {row.period}")
    return tuple(found[key] for key in sorted(found))
