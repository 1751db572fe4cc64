"""Files that come in: CSV in the encodings and with the separators that people send, and XLSX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.dataset.schema import TableSchema
from reports.errors import Problem
from reports.intake.rows import Line, Sheet
from reports.intake.tables import columns_in

LARGEST_FILE = 20_000_000
"""Bytes; the customs detail of a month is below 1 MB."""
MOST_ROWS = 50_000
LONGEST_CELL = 10_000

_BYTE_ORDER = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_IN_A_WORD = re.compile(r"(?<=[A-Za-z])[\u3400-\u9fff]|[\u3400-\u9fff](?=[A-Za-z])|[\ue000-\uf8ff]")
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Opened:
    """The sheets of a file, what is wrong with it, and what was assumed when it was read."""

    sheets: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def open_file(path: Path, schemas: Mapping[str, TableSchema]) -> Opened:
    """Read a file that somebody sent; what is wrong with it is returned, not raised."""
    try:
        if path.exists() and not path.is_file():
            return _wrong(path, "is no file", "a CSV or XLSX file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            expected = f"at most {LARGEST_FILE:,} bytes: split it, or drop what no table holds"
            return _wrong(path, f"is too large ({size:,} bytes)", expected)
        content = path.read_bytes()
    except OSError as error:
        return _wrong(path, f"cannot be read: {(error.strerror or str(error)).lower()}")
    except ValueError:
        return _wrong(path, "is no name of a file")
    if content.startswith(b"PK"):
        from reports.intake.xlsx import read_workbook

        return read_workbook(path.name, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _wrong(path, "is an old or an encrypted workbook", "an XLSX file without a password")
    return _csv(path, content, schemas)


def _wrong(path: Path, message: str, expected: str = "") -> Opened:
    return Opened(problems=(Problem(path.name, None, "", message, "", expected),))


def _csv(path: Path, content: bytes, schemas: Mapping[str, TableSchema]) -> Opened:
    encoding = _encoding(content)
    if encoding is None:
        return _wrong(path, "is neither UTF-8 nor GB18030", "text encoded as UTF-8")
    text = content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        return _wrong(path, "is no text", "a CSV or XLSX file")
    first = next((line for line in text.split("\n") if line.strip()), "")
    separator = max(_SEPARATORS, key=lambda sign: _known(first, sign, schemas))
    rows, problems = _rows(path.name, text, separator)
    if not rows:
        return Opened((), tuple(problems)) if problems else _wrong(path, "holds no row", "a head")
    head, *lines = rows
    names = tuple(str(cell) for cell in head.cells)
    sheet = Sheet(path.name, path.stem, names, tuple(lines), head.number)
    notes = () if encoding.startswith("utf") else (f"{path.name} was read as {encoding.upper()}",)
    return Opened((sheet,), tuple(problems), notes)


def _encoding(content: bytes) -> str | None:
    """Return the encoding of a text, or None where it is none that is read."""
    marked = next((name for sign, name in _BYTE_ORDER.items() if content.startswith(sign)), None)
    for name in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if name != "gb18030" or not _misread(text):
            return name
    return None


def _misread(text: str) -> bool:
    """Tell whether rare characters stand in Latin words: bytes of another encoding."""
    rare = "".join(_IN_A_WORD.findall(text))
    return rare.encode("gb2312", errors="ignore").decode("gb2312") != rare


def _known(head: str, separator: str, schemas: Mapping[str, TableSchema]) -> tuple[int, int]:
    """Return how well a separator splits a head: columns that are known, then cells."""
    try:
        cells = next(csv.reader([head], delimiter=separator))
    except (csv.Error, StopIteration):
        return (0, 0)
    return columns_in(tuple(cells), schemas), len(cells)


def _rows(name: str, text: str, separator: str) -> tuple[list[Line], list[Problem]]:
    csv.field_size_limit(LARGEST_FILE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Line] = []
    start = 1
    try:
        for cells in reader:
            number, start = start, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                rows.append(Line(number, tuple(cells)))
            if max(map(len, cells), default=0) > LONGEST_CELL:
                expected = f"at most {LONGEST_CELL} characters: a quote may be missing"
                return [], [Problem(name, number, "", "has too long a cell", "", expected)]
            if len(rows) > MOST_ROWS:
                expected = f"at most {MOST_ROWS:,} rows: split it"
                return [], [Problem(name, number, "", "has too many rows", "", expected)]
    except csv.Error as error:
        return [], [Problem(name, start, "", f"is no CSV: {error}", "", "quotes in pairs")]
    return rows, []
