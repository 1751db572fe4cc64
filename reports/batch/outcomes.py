"""What a batch is asked for, and what becomes of each edition of it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

Step = Literal["day", "week", "month"]


@dataclass(frozen=True)
class EditionRequest:
    """One edition of a batch: of which day, for whom, in which forms."""

    as_of: date
    variant: str
    formats: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.as_of.isoformat()} {self.variant}"


@dataclass(frozen=True)
class Built:
    """An edition that was made and written."""

    request: EditionRequest
    paths: tuple[Path, ...]
    size: int
    """Bytes of all its files."""
    seconds: float
    """What its worker took."""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Unchanged:
    """An edition whose files stand as they would be made."""

    request: EditionRequest
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Failed:
    """An edition that could not be made, and why; the batch goes on."""

    request: EditionRequest
    reason: str
    hint: str = ""
    trace: str = ""
    """Where it happened, if it is no failure that the program expects."""


Outcome = Built | Unchanged | Failed


def days_between(first: date, last: date, step: Step) -> Iterator[date]:
    """Yield the days from the first to the last, by days, by weeks, or by months.

    By months, it is the day of the month of the first, or the last one of a shorter month.
    """
    day, count = first, 0
    while day <= last:
        yield day
        count += 1
        if step == "month":
            year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
            day = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
        else:
            day = first + timedelta(days=count * (7 if step == "week" else 1))
