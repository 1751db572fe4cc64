"""How the pages of the archive write sizes, days and times."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from reports.model import MONTHS
from reports.model.site import Ahead
from reports.rendering.context import long_day

_UNITS = ("bytes", "kB", "MB", "GB")
_STEP = 1000


def size(count: int) -> str:
    """Return a number of bytes as a reader wants it: "812 bytes", "233 kB", "1.2 MB"."""
    value, unit = Decimal(count), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    exact = unit < 2 or value >= 10
    rounded = value.quantize(Decimal(1) if exact else Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded}\N{NO-BREAK SPACE}{_UNITS[unit]}"


def moment(at: str) -> str:
    """Return a time of the ledger in words: "15 June 2025, 15:06 UTC"."""
    when = _read(at)
    return f"{long_day(when.date())}, {when:%H:%M}\N{NO-BREAK SPACE}UTC"


def day_of(at: str) -> str:
    """Return the day of a time of the ledger in words: "15 June 2025"."""
    return long_day(_read(at).date())


def short_day(day: date) -> str:
    """Return a day where its year is said already: "9 June"."""
    return f"{day.day}\N{NO-BREAK SPACE}{MONTHS[day.month - 1]}"


def when(event: Ahead) -> str:
    """Return the day or the month of what is ahead: "About 9 July 2025", "April 2026"."""
    day = event.start
    if event.is_month:
        return f"{MONTHS[day.month - 1]} {day.year}"
    return f"About {long_day(day)}" if event.is_expected else long_day(day)


def counted(count: int, noun: str) -> str:
    """Return a number of things: "1 edition", "52 editions"."""
    return f"{count:,}\N{NO-BREAK SPACE}{noun}{'' if count == 1 else 's'}"


def ended(words: str) -> str:
    """Return words as a sentence, with a stop at their end."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _read(at: str) -> datetime:
    return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
