"""From the bytes of a CSV file to a table of strings, with every fault of its form."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reports.dataset.schema import MAY_BE_EMPTY, TableSchema
from reports.errors import Problem
from reports.store import place_of

if TYPE_CHECKING:
    import pandas as pd

LONGEST_CELL = 10_000
"""Characters; longer cells are a fault of the form, such as a quote that is never closed."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ue000-\uf8ff\ufeff]")
"""What no cell may hold: controls, line separators, private use, a byte order mark."""


@dataclass(frozen=True)
class Table:
    """A table as text: one string column for each field, and the line each row starts on."""

    schema: TableSchema
    frame: pd.DataFrame
    lines: tuple[int, ...]


def read_table(
    folder: Path, schema: TableSchema, content: bytes | None = None
) -> tuple[Table | None, list[Problem]]:
    """Read one table with pandas; None where its form leaves nothing to check further.

    `content` stands in for the file: a table that is to be checked before it is written.
    """
    import pandas as pd

    if content is None:
        text, problems = _text(place_of(folder, schema.path), schema.path)
    else:
        text, problems = _decoded(content, schema.path)
    if text is None:
        return None, problems
    lines, faults = _form(text, schema)
    problems += faults
    if problems:
        return None, problems
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_filter=False)
    return Table(schema, frame, lines), []


def _text(path: Path, name: str) -> tuple[str | None, list[Problem]]:
    try:
        if path.exists() and not path.is_file():
            return None, [Problem(name, None, "", "is no file", expected="a file of text")]
        content = path.read_bytes()
    except FileNotFoundError:
        return None, [Problem(name, None, "", "the file is missing")]
    except OSError as error:
        return None, [Problem(name, None, "", f"cannot be read: {error.strerror}")]
    return _decoded(content, name)


def _decoded(content: bytes, name: str) -> tuple[str | None, list[Problem]]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        value = repr(content[error.start : error.start + 4])
        return None, [Problem(name, line, "", "is not UTF-8", value, "text encoded as UTF-8")]
    if text.startswith("\ufeff"):
        message = "begins with a byte order mark"
        return None, [Problem(name, 1, "", message, expected="UTF-8 without one")]
    found = CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        value = f"U+{ord(found[0]):04X}"
        return None, [Problem(name, line, "", "holds a control character", value, "plain text")]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        return None, [Problem(name, line, "", "ends a line with CR", expected="LF line ends")]
    return text, []


def _form(text: str, schema: TableSchema) -> tuple[tuple[int, ...], list[Problem]]:
    """Check head, cell counts and quotes; return the line on which each row starts."""
    name = schema.path
    csv.field_size_limit(2**31 - 1)  # Over-long cells are named below, with their column.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    lines: list[int] = []
    start = 1
    try:
        head = next(reader, None)
        problems += _head(head, schema)
        start = reader.line_num + 1
        for row in reader:
            line, start = start, reader.line_num + 1
            lines.append(line)
            if head and len(row) != len(head):
                problems.append(_ragged(row, head, name, line))
            problems += _cells(row, head or [], name, line)
    except csv.Error as error:
        return (), [*problems, Problem(name, start, "", f"is no CSV: {error}")]
    if not lines and not problems and schema.name not in MAY_BE_EMPTY:
        problems.append(Problem(name, None, "", "the table is empty", expected="at least one row"))
    return tuple(lines), problems


def _ragged(row: list[str], head: list[str], name: str, line: int) -> Problem:
    if not row:
        return Problem(name, line, "", "is empty", expected="a row, or no line")
    message = "has another number of cells than the head"
    return Problem(name, line, "", message, f"{len(row)} cells", f"{len(head)} cells")


def _head(head: list[str] | None, schema: TableSchema) -> list[Problem]:
    name = schema.path
    if not head:
        return [Problem(name, 1, "", "the file is empty", expected="a head and rows")]
    known = [field.name for field in schema.fields]
    problems = [
        Problem(name, 1, column, "the column is missing", expected="all columns of the schema")
        for column in known
        if column not in head
    ]
    problems += [
        Problem(name, 1, column, "the schema knows no such column", column, ", ".join(known))
        for column in dict.fromkeys(head)
        if column not in known
    ]
    return problems + [
        Problem(name, 1, column, "the column stands here twice", expected="each column once")
        for column in dict.fromkeys(head)
        if head.count(column) > 1
    ]


def _cells(row: list[str], head: list[str], name: str, line: int) -> list[Problem]:
    problems = []
    for column, cell in zip(head, row, strict=False):
        if "\n" in cell:
            problems.append(Problem(name, line, column, "the cell holds a line break", cell[:60]))
        elif len(cell) > LONGEST_CELL:
            expected = f"at most {LONGEST_CELL} characters"
            problems.append(
                Problem(name, line, column, "the cell is too long", cell[:60] + " ...", expected)
            )
    return problems
