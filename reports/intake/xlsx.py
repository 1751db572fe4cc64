"""Workbooks: read row by row, refused where they are bombs or hold formulas."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath, PurePosixPath
from typing import Any

from reports.errors import Problem
from reports.intake.files import LONGEST_CELL, MOST_ROWS, Opened
from reports.intake.rows import Line, Raw, Sheet

MOST_PARTS = 1_000
LARGEST_CONTENT = 60_000_000
"""Bytes of all parts, unpacked."""
HIGHEST_RATIO = 200
"""Unpacked against packed; sheets of real workbooks reach about 40."""
MOST_ELEMENTS = 500_000
"""Of all parts together: about 20,000 rows of observations. Empty cells are small and take long."""
MOST_COLUMNS = 200

_DECLARATION = re.compile(b"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
_DIGITS = ".15g"
"""What a spreadsheet shows of a number: the rest is noise of its binary form."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SyntaxError,  # The base of what both parsers of XML raise.
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def _broken() -> tuple[type[Exception], ...]:
    """Return what the reader of workbooks raises on files that are damaged."""
    from openpyxl.utils import exceptions

    own = (kind for kind in vars(exceptions).values() if isinstance(kind, type))
    return (*_BROKEN, *(kind for kind in own if issubclass(kind, Exception)))


class _Refused(Exception):  # noqa: N818 - it is no error of ours
    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


def read_workbook(name: str, content: bytes) -> Opened:
    """Read every sheet of a workbook; what is wrong with it is returned, not raised."""
    try:
        _guard(name, content)
        return Opened(tuple(_sheets(name, content)))
    except _Refused as refused:
        return Opened(problems=refused.problems)
    except _broken() as error:
        message = f"is no workbook that can be read: {type(error).__name__}"
        expected = "an XLSX file, saved again"
        return Opened(problems=(Problem(name, None, "", message, str(error)[:80], expected),))


def _guard(name: str, content: bytes) -> None:
    """Refuse an archive that unpacks to too much, or whose parts lie outside of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS:
            raise _Refused(_fault(name, "has too many parts", f"at most {MOST_PARTS}"))
        if unpacked > LARGEST_CONTENT:
            expected = f"at most {LARGEST_CONTENT:,} bytes"
            raise _Refused(_fault(name, f"unpacks to {unpacked:,} bytes", expected))
        for part in parts:
            path = PurePosixPath(part.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts:
                message = f"has a part with a path out of the file, {part.filename[:60]!r}"
                raise _Refused(_fault(name, message, "a workbook as a spreadsheet saves it"))
            if part.file_size > HIGHEST_RATIO * max(part.compress_size, 5_000):
                message = f"has a part that unpacks to {part.file_size:,} bytes"
                expected = f"at most {HIGHEST_RATIO} times its packed size"
                raise _Refused(_fault(name, message, expected))
        elements = 0
        for part in parts:
            text = archive.read(part)
            elements += text.count(b"<")
            # Entities of a document type could grow without bound; no workbook has any.
            if _DECLARATION.search(text[:4_000]):
                expected = "a workbook as a spreadsheet saves it"
                raise _Refused(_fault(name, "declares a document type", expected))
        if elements > MOST_ELEMENTS:
            expected = f"at most {MOST_ELEMENTS:,} elements: split it, or drop what no table holds"
            raise _Refused(_fault(name, f"holds too much ({elements:,} elements)", expected))


def _fault(name: str, message: str, expected: str) -> Problem:
    return Problem(name, None, "", message, "", expected)


def _sheets(name: str, content: bytes) -> Iterator[Sheet]:
    import warnings

    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Styles and extensions that are not read.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            faults: list[Problem] = []
            sheets = [_sheet(name, sheet, faults) for sheet in book.worksheets]
        finally:
            book.close()
    if faults:
        raise _Refused(*faults)
    filled = [sheet for sheet in sheets if sheet is not None]
    if not filled:
        raise _Refused(_fault(name, "holds no row", "a head and rows"))
    yield from filled


def _sheet(name: str, sheet: Any, faults: list[Problem]) -> Sheet | None:
    """Return a sheet, or None if it is empty."""
    file = f"{PurePath(name).name} [{sheet.title}]"
    # The stated size of a sheet may be wrong, and rows may be missing from it.
    sheet.reset_dimensions()
    lines: list[Line] = []
    for number, cells in _rows(file, sheet):
        row = tuple(_raw(cell, file, number, faults) for cell in cells)
        if any(cell != "" for cell in row):
            lines.append(Line(number, row))
        if len(faults) > 100:
            break
    if not lines:
        return None
    head, *rows = lines
    names = tuple(str(cell) for cell in head.cells)
    while names and not names[-1].strip():
        names = names[:-1]
    return Sheet(file, sheet.title, names, tuple(rows), head.number)


def _rows(file: str, sheet: Any) -> Iterator[tuple[int, Iterable[Any]]]:
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise _Refused(_fault(file, "has too many rows", f"at most {MOST_ROWS:,}: split it"))
        if len(cells) > MOST_COLUMNS:
            expected = f"at most {MOST_COLUMNS}"
            raise _Refused(_fault(file, "has too many columns", expected))
        yield number, cells


def _raw(cell: Any, file: str, line: int, faults: list[Problem]) -> Raw:
    """Return a cell; what may not stand in one is added to the faults."""
    value = cell.value
    if value is None:
        return ""
    wrong = _wrong(cell)
    if wrong:
        message, expected = wrong
        shown = str(value)[:60]
        faults.append(Problem(file, line, "", f"cell {cell.coordinate} {message}", shown, expected))
        return ""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else _number(value)


def _wrong(cell: Any) -> tuple[str, str] | None:
    """Return what is wrong with a cell and what would be right, or None."""
    value = cell.value
    if cell.data_type == "f" or (isinstance(value, str) and value.lstrip().startswith("=")):
        return "is a formula", "its value"
    if cell.data_type == "e":
        return "is an error of the spreadsheet", "a value"
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        return "is too long", f"at most {LONGEST_CELL} characters"
    if isinstance(value, datetime) and value.time() != time():
        return "has a time of day", "a day"
    if isinstance(value, time | timedelta):
        return "is a time of day", "a day or a number"
    return None


def _number(value: float) -> Decimal:
    number = Decimal(value) if isinstance(value, int) else Decimal(format(value, _DIGITS))
    if not number.is_finite():
        raise ValueError("a number without end")
    # A whole number has no decimal places, however it was kept.
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
