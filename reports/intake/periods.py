"""Periods as people write them, and the series that a running total belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.intake.ledger import Row
from reports.model.periods import MONTHS

EXPECTED = "a period such as 2025-05, May 2025, 2025Q1, 2025-01/2025-02 or Jan-May 2025"

_NAMES = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_NAMES |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DASHES = re.compile(r"\s*[-–—―~〜至到]\s*|\s+to\s+")
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_LAST = r"(?P<last>0?[1-9]|1[0-2])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_FORMS = [
    re.compile(form, re.ASCII)
    for form in (
        rf"{_YEAR}[-/.]{_MONTH}",
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])",
        rf"{_YEAR}-{_MONTH}/(?P<again>(?:19|20)\d\d)-{_LAST}",
        rf"{_YEAR}\s?q(?P<quarter>[1-4])",
        rf"q(?P<quarter>[1-4])\s?{_YEAR}",
        rf"(?:{_YEAR}年)?第?(?P<quarter>[一二三四1-4])季度?",
        rf"(?:{_YEAR}年)?{_MONTH}月份?",
        rf"(?:{_YEAR}年)?{_MONTH}月?-{_LAST}月份?",
        rf"{_NAME}(?:,?\s?{_YEAR})?",
        rf"{_YEAR}\s{_NAME}",
        rf"{_NAME}-(?P<end>[a-z]{{3,9}})\.?(?:,?\s?{_YEAR})?",
    )
]


@dataclass(frozen=True)
class Span:
    """A run of months, of a year that may be left out."""

    year: int | None
    first: int
    last: int
    quarter: bool = False


class PeriodError(ValueError):
    """A period that is not understood, or has no place in its series."""

    def __init__(self, message: str, expected: str = EXPECTED) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


def parse(text: str) -> Span:
    """Read a period in any of the forms that people use; raise PeriodError."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip().lower())
    for form in _FORMS:
        if match := form.fullmatch(plain):
            found = _span({name: part for name, part in match.groupdict().items() if part})
            if found:
                return found
    raise PeriodError("is no period")


def _span(parts: Mapping[str, str]) -> Span | None:
    year = int(parts["year"]) if "year" in parts else None
    if "quarter" in parts:
        last = 3 * _NUMERALS[parts["quarter"]]
        return Span(year, last - 2, last, quarter=True)
    first = int(parts["month"]) if "month" in parts else _NAMES.get(parts.get("name", ""), 0)
    last = int(parts["last"]) if "last" in parts else first
    if "end" in parts:
        last = _NAMES.get(parts["end"], 0)
    apart = parts.get("again", parts.get("year")) != parts.get("year")
    return None if not first or last < first or apart else Span(year, first, last)


@dataclass(frozen=True)
class Placed:
    """Where a figure goes, and what was read into its period."""

    series_id: str
    period: str
    remark: str = ""


def place(span: Span, series: Row, published: str, titles: Callable[[str], bool]) -> Placed:
    """Return the series and period of a figure; raise PeriodError where there is no place for it.

    A running total of a monthly series belongs to the series of its running totals. A year that is
    left out is the last one in which the period was over on the day of publication.
    """
    remark = ""
    year = span.year
    if year is None:
        year = _year(span, published)
        remark = f"of {year}, by the day of publication"
    series_id = series["series_id"]
    by = series["frequency"]
    if span.quarter or by == "quarter":
        return Placed(series_id, _quarter(span, year, by), remark)
    if by == "ytd" or span.first == span.last:
        if span.first not in (1, span.last):
            raise PeriodError("does not begin in January, as a running total does")
        return Placed(series_id, f"{year}-{span.last:02}", remark)
    if span.first != 1:
        raise PeriodError(f"spans several months; {series_id} is monthly")
    if span.last == 2:
        return Placed(series_id, f"{year}-01/{year}-02", remark)
    total = series["cross_check_series"]
    if not total or not titles(total):
        message = f"is a running total, and {series_id} has no series of running totals"
        raise PeriodError(message, "a single month, or the id of a series since January")
    remark = "; ".join(filter(None, (remark, f"a running total: goes to {total}")))
    return Placed(total, f"{year}-{span.last:02}", remark)


def _quarter(span: Span, year: int, by: str) -> str:
    whole = span.last - span.first == 2 and span.last % 3 == 0
    if by != "quarter":
        raise PeriodError(f"is a quarter in a series by {by}", "a month")
    if not whole:
        raise PeriodError("is no quarter", "a quarter such as 2025Q1")
    return f"{year}Q{span.last // 3}"


def _year(span: Span, published: str) -> int:
    if not published[:4].isdigit():
        raise PeriodError("has no year, and no day of publication tells it")
    year, month = int(published[:4]), int(published[5:7])
    return year if span.last <= month else year - 1
