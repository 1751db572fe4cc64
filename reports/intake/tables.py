"""Which table a sheet belongs to, by its head, and its rows in the form of the dataset."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reports.dataset.schema import Field, TableSchema
from reports.errors import Problem
from reports.intake import numbers, periods
from reports.intake.cells import CellError, is_blank, shown, text_of
from reports.intake.ledger import Row
from reports.intake.numbers import Mark
from reports.intake.rows import Batch, Incoming, Line, Raw, Sheet
from reports.model.periods import Period

Marked = Mark | Literal["unclear", "mixed"] | None
"""The decimal mark of a column; None where no cell of it has one."""

Ask = Callable[[str], Mark | None]
"""Ask a question whose answer is a decimal mark; None where nobody can be asked."""

BY_HAND = ("series", "known_conflicts")
"""Tables that an editor keeps: a series has its place in reading, a conflict was looked at."""

_SUPPLIED_LATER = {"tariff_levels": {"definition_key"}}
_PERIODS = ("period", "from_period")
_ALIASES = {
    "series": "series_id",
    "source": "source_id",
    "month": "period",
    "publication_date": "published",
    "date_published": "published",
    "release_date": "published",
    "remarks": "note",
    "指标": "series_id",
    "时期": "period",
    "数值": "value",
    "发布日期": "published",
    "来源": "source_id",
    "状态": "status",
    "备注": "note",
}


@dataclass
class Reading:
    """What is known while sheets are read: the schemas, the series, how decimals are marked."""

    schemas: Mapping[str, TableSchema]
    series: Mapping[str, Row]
    decimal: Mark | None
    ask: Ask
    problems: list[Problem] = field(default_factory=list)
    rows: list[Incoming] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    @property
    def batch(self) -> Batch:
        """Return what was read."""
        return Batch(tuple(self.rows), tuple(self.problems), refused=frozenset(self.refused))


def column_name(text: str) -> str:
    """Return the name of a column as a table has it: lower case, words joined by `_`."""
    words = unicodedata.normalize("NFKC", text).strip().lower()
    return re.sub(r"[\s\-./]+", "_", words).strip("_")


def columns_in(head: tuple[str, ...], schemas: Mapping[str, TableSchema]) -> int:
    """Return how many names of a head some table knows as columns."""
    known = {field.name for schema in schemas.values() for field in schema.fields} | {*_ALIASES}
    return sum(column_name(name) in known for name in head)


def read_sheet(sheet: Sheet, reading: Reading) -> None:
    """Add the rows of a sheet to what was read, and all that is wrong with them."""
    found = recognised(sheet, reading.schemas)
    if isinstance(found, list):
        reading.problems += found
        return
    schema, columns = found
    marks = _marks(sheet, schema, columns, reading)
    for row in sheet.rows:
        if all(is_blank(cell) for cell in row.cells):
            continue
        cells, problems = _cells(sheet, row, schema, columns, marks)
        if not problems:
            problems = _placed(sheet, row, schema.name, cells, reading)
        if problems:
            reading.problems += problems
            reading.refused |= {shown(cell) for cell in row.cells}


def recognised(
    sheet: Sheet, schemas: Mapping[str, TableSchema]
) -> tuple[TableSchema, tuple[str, ...]] | list[Problem]:
    """Return the table of a sheet and its columns in order, or what is wrong with its head."""
    if not any(sheet.head):
        return [
            Problem(sheet.file, sheet.head_line, "", "has no head", expected="names of columns")
        ]
    fitting = [
        (schema, columns)
        for schema in schemas.values()
        if (columns := _columns(sheet.head, schema)) is not None
    ]
    named = [(schema, columns) for schema, columns in fitting if schema.name in sheet.name.lower()]
    fitting = named if len(fitting) > 1 and len(named) == 1 else fitting
    if len(fitting) != 1:
        return [_unrecognised(sheet, schemas, [schema.name for schema, _ in fitting])]
    schema, columns = fitting[0]
    twice = [name for name in dict.fromkeys(columns) if name and columns.count(name) > 1]
    if twice:
        message = "the column stands here twice"
        return [Problem(sheet.file, sheet.head_line, name, message) for name in twice]
    if schema.name in BY_HAND:
        message = f"is the table {schema.name}, which an editor keeps by hand"
        return [
            Problem(sheet.file, sheet.head_line, "", message, expected=f"a row in {schema.path}")
        ]
    return schema, columns


def _columns(head: tuple[str, ...], schema: TableSchema) -> tuple[str, ...] | None:
    """Return the columns that a head names, or None if it is not that of the table."""
    known = {field.name for field in schema.fields}
    names = tuple(column_name(name) for name in head)
    columns = tuple(
        name if name in known or _ALIASES.get(name) not in known else _ALIASES[name]
        for name in names
    )
    needed = set(schema.primary_key) - _SUPPLIED_LATER.get(schema.name, set())
    fits = needed <= set(columns) and set(columns) - {""} <= known
    return columns if fits else None


def _unrecognised(sheet: Sheet, schemas: Mapping[str, TableSchema], fitting: list[str]) -> Problem:
    place = (sheet.file, sheet.head_line)
    if fitting:
        message = f"may be the head of {' or '.join(fitting)}"
        return Problem(
            *place, "", message, expected="more columns, or the table's name as file name"
        )
    names = {column_name(name) for name in sheet.head} - {""}
    names = {_ALIASES.get(name, name) for name in names}
    known = {schema.name: {field.name for field in schema.fields} for schema in schemas.values()}
    nearest = max(schemas.values(), key=lambda schema: len(names & known[schema.name]))
    shared = names & known[nearest.name]
    if not shared:
        message = "has the head of no table"
        return Problem(*place, "", message, ", ".join(sheet.head)[:80], "names of columns")
    unknown = sorted(names - known[nearest.name])
    lacking = sorted(set(nearest.primary_key) - names)
    if unknown:
        message = f"is no column of {nearest.name}, the nearest table"
        return Problem(*place, unknown[0], message, ", ".join(unknown), "its columns and no others")
    message = f"has no column {', '.join(lacking)}, which the rows of {nearest.name} need"
    return Problem(*place, lacking[0], message)


def _marks(
    sheet: Sheet, schema: TableSchema, columns: tuple[str, ...], reading: Reading
) -> dict[str, Marked]:
    """Return the decimal mark of each column of numbers; ask where none of its cells shows it."""
    types = {field.name: field.type for field in schema.fields}
    return {
        name: _mark(sheet, place, name, reading)
        for place, name in enumerate(columns)
        if types.get(name) in ("number", "integer")
    }


def _mark(sheet: Sheet, place: int, name: str, reading: Reading) -> Marked:
    cells = [
        (row.number, cell)
        for row in sheet.rows
        if place < len(row.cells) and isinstance(cell := row.cells[place], str)
    ]
    if reading.decimal:
        return reading.decimal
    seen = numbers.marks(cell for _, cell in cells)
    if seen:
        return seen.pop() if len(seen) == 1 else "mixed"
    unclear = [(line, cell) for line, cell in cells if numbers.is_ambiguous(cell)]
    if not unclear:
        return None
    line, cell = unclear[0]
    return reading.ask(f"{sheet.file}:{line} [{name}]: {cell.strip()}") or "unclear"


def _cells(
    sheet: Sheet,
    row: Line,
    schema: TableSchema,
    columns: tuple[str, ...],
    marks: Mapping[str, Marked],
) -> tuple[dict[str, str], list[Problem]]:
    fields = {field.name: field for field in schema.fields}
    cells: dict[str, str] = {}
    problems: list[Problem] = []
    beyond = [cell for cell in row.cells[len(columns) :] if not is_blank(cell)]
    if beyond:
        expected = f"at most {len(columns)} cells"
        message = "has more cells than the head"
        problems.append(
            Problem(sheet.file, row.number, "", message, shown(beyond[0])[:80], expected)
        )
    for name, raw in zip(columns, row.cells, strict=False):
        if not name:
            if not is_blank(raw):
                message = "stands in a column without a name"
                problems.append(Problem(sheet.file, row.number, "", message, shown(raw)[:80]))
            continue
        try:
            cells[name] = _period_text(raw) if name in _PERIODS else _text(raw, fields[name], marks)
        except CellError as error:
            value = shown(raw)[:80]
            problems.append(
                Problem(sheet.file, row.number, name, error.message, value, error.expected)
            )
    return cells, problems


def _text(raw: Raw, field: Field, marks: Mapping[str, Marked]) -> str:
    mark = marks.get(field.name)
    if mark != "unclear" and mark != "mixed":
        return text_of(raw, field, mark)
    if isinstance(raw, str) and mark == "unclear" and numbers.is_ambiguous(raw):
        message = "may be read with a decimal comma or a decimal point"
        raise CellError(message, "--decimal point or --decimal comma")
    if isinstance(raw, str) and mark == "mixed" and re.search("[.,]", raw):
        message = "stands in a column with decimal points and decimal commas"
        raise CellError(message, "one decimal mark in a column")
    return text_of(raw, field, None)


def _period_text(raw: Raw) -> str:
    """Return the text of a period; a month that a spreadsheet took for a date is its first day."""
    if isinstance(raw, str):
        if raw.lstrip().startswith("="):
            raise CellError("is a formula", "its value")
        return raw.strip()
    text = shown(raw)
    if isinstance(raw, date):
        if raw.day == 1:
            return f"{raw.year:04}-{raw.month:02}"
        raise CellError("is a day, not a period", periods.EXPECTED)
    if len(text) == 6 and text.isdigit():
        return text
    # 2025.1 may be January or October: a spreadsheet drops the closing zero.
    raise CellError("is a number, not a period", periods.EXPECTED)


def _placed(
    sheet: Sheet, row: Line, table: str, cells: dict[str, str], reading: Reading
) -> list[Problem]:
    """Add a row, its period in the form of the dataset and, a running total, in its series."""
    name = next((name for name in _PERIODS if cells.get(name)), None)
    remark = ""
    if name is not None:
        series = reading.series.get(cells.get("series_id", ""))
        try:
            if series is None:
                cells[name] = _alone(cells[name])
            else:
                span = periods.parse(cells[name])
                placed = periods.place(
                    span, series, cells.get("published", ""), reading.series.__contains__
                )
                cells |= {name: placed.period, "series_id": placed.series_id}
                remark = placed.remark
        except periods.PeriodError as error:
            value = cells[name][:80]
            return [Problem(sheet.file, row.number, name, error.message, value, error.expected)]
    reading.rows.append(Incoming(table, cells, sheet.file, row.number, remark))
    return []


def _alone(text: str) -> str:
    """Return a period whose series is unknown, which is what the row is refused for."""
    try:
        return str(Period.parse(text))
    except ValueError:
        return text
