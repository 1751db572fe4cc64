"""Cells in the forms that people use, brought into the form of the dataset column by column."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from reports.dataset.schema import Field
from reports.intake import numbers
from reports.intake.rows import Raw
from reports.model.periods import MONTHS

_DAY = "a date such as 2025-06-09"
_EPOCH = date(1899, 12, 30)
"""Day 0 of the serial numbers in which spreadsheets keep dates."""
_SERIAL = re.compile(r"[34]\d{4}|5[0-4]\d{3}", re.ASCII)
_NAMES = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_NAMES |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[t ]00:00(?::00)?z?)?"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_UNCLEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", re.ASCII)
_YES = {"yes", "y", "true", "1", "是"}
_NO = {"no", "n", "false", "0", "否"}


class CellError(ValueError):
    """A cell that is not understood: what is wrong with it and what would be right."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


def is_blank(raw: Raw) -> bool:
    """Tell whether a cell holds nothing."""
    return isinstance(raw, str) and not raw.strip()


def shown(raw: Raw) -> str:
    """Return a cell for a message."""
    if isinstance(raw, Decimal):
        return numbers.written(raw)
    return str(raw).strip()


def text_of(raw: Raw, field: Field, mark: numbers.Mark | None) -> str:
    """Return a cell in the form of the dataset; raise CellError for what is not understood."""
    if is_blank(raw):
        return ""
    if isinstance(raw, str) and raw.lstrip().startswith("="):
        raise CellError("is a formula", "its value")
    if field.type == "date":
        return _date(raw)
    if field.type in ("number", "integer"):
        return _number(raw, mark)
    if field.type == "boolean":
        return _boolean(raw, field)
    if isinstance(raw, bool):
        raise CellError("is true or false", "text")
    return shown(raw)


def _number(raw: Raw, mark: numbers.Mark | None) -> str:
    if isinstance(raw, bool | date):
        raise CellError("is no number", numbers.EXPECTED)
    if isinstance(raw, Decimal):
        return numbers.written(raw)
    found = numbers.read(raw, mark)
    if found is None:
        raise CellError("is no number", numbers.EXPECTED)
    return found


def _boolean(raw: Raw, field: Field) -> str:
    word = shown(raw).lower()
    if word in _YES:
        return field.true_values[0]
    if word in _NO:
        return field.false_values[0]
    raise CellError("is neither yes nor no", f"{field.true_values[0]} or {field.false_values[0]}")


def _date(raw: Raw) -> str:
    if isinstance(raw, date):
        return raw.isoformat()
    text = " ".join(unicodedata.normalize("NFKC", shown(raw)).lower().split())
    for form, order in ((_YEAR_FIRST, (1, 2, 3)), (_COMPACT, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        if match := form.fullmatch(text):
            return _day(*(match[place] for place in order))
    if match := _MONTH_FIRST.fullmatch(text):
        return _day(match[3], match[1], match[2])
    if _UNCLEAR.fullmatch(text):
        raise CellError("may be read with the day or the month first", _DAY)
    if _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(days=int(text))
        raise CellError("is a number, perhaps a date that lost its format", f"{day}, if it is one")
    raise CellError("is no date", _DAY)


def _day(year: str, month: str, day: str) -> str:
    number = int(month) if month.isdigit() else _NAMES.get(month, 0)
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        raise CellError("is no day of the calendar", _DAY) from None
