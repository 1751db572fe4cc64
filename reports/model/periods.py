"""Periods of observation: months, quarters and the combined January–February."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"([0-9]{4})Q([1-4])")


@dataclass(frozen=True, order=True)
class Period:
    """A run of whole months inside one year.

    `year` and `month` name its first month, `length` counts its months: 1 for a month, 3 for a
    quarter, 2 for the combined January–February that China's customs office publishes.
    """

    year: int
    month: int
    length: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2025-05`, `2025Q1` or `2025-01/2025-02`; raise ValueError for anything else."""
        if match := _MONTH.fullmatch(text):
            return cls(int(match[1]), int(match[2]))
        if match := _QUARTER.fullmatch(text):
            return cls(int(match[1]), 3 * int(match[2]) - 2, 3)
        first, _, last = text.partition("/")
        start, end = _MONTH.fullmatch(first), _MONTH.fullmatch(last)
        if start and end and start[1] == end[1] and int(start[2]) < int(end[2]):
            return cls(int(start[1]), int(start[2]), int(end[2]) - int(start[2]) + 1)
        raise ValueError(f"{text!r} is no period such as 2025-05, 2025Q1 or 2025-01/2025-02")

    @classmethod
    def of(cls, day: date) -> Period:
        """Return the month that holds a day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        if self.length == 1:
            return f"{self.year}-{self.month:02}"
        if self.length == 3 and self.month % 3 == 1:
            return f"{self.year}Q{(self.month + 2) // 3}"
        return f"{self.year}-{self.month:02}/{self.year}-{self.last_month:02}"

    @property
    def last_month(self) -> int:
        """Return the number (1 to 12) of the last month."""
        return self.month + self.length - 1

    @property
    def index(self) -> int:
        """Return the number of months from year 0 to the first month: a scale to count on."""
        return self.year * 12 + self.month - 1

    def shift(self, months: int) -> Period:
        """Return the period of the same length that lies so many months later."""
        year, month = divmod(self.index + months, 12)
        return Period(year, month + 1, self.length)

    def previous(self) -> Period:
        """Return the period of the same length that ends where this one starts."""
        return self.shift(-self.length)

    def year_before(self) -> Period:
        """Return the same months of the year before."""
        return self.shift(-12)

    @property
    def name(self) -> str:
        """Return the name without the year: May, first quarter, January and February."""
        if self.length == 1:
            return MONTHS[self.month - 1]
        if self.length == 3:
            return ("first", "second", "third", "fourth")[self.month // 3] + " quarter"
        joint = " and " if self.length == 2 else " to "
        return f"{MONTHS[self.month - 1]}{joint}{MONTHS[self.last_month - 1]}"

    @property
    def label(self) -> str:
        """Return the name with the year: May 2025, first quarter of 2025."""
        return f"{self.name} of {self.year}" if self.length == 3 else f"{self.name} {self.year}"

    @property
    def short(self) -> str:
        """Return a short label for table heads and axes: May, Q1, Jan–Feb."""
        if self.length == 1:
            return MONTHS[self.month - 1][:3]
        if self.length == 3:
            return f"Q{(self.month + 2) // 3}"
        return f"{MONTHS[self.month - 1][:3]}–{MONTHS[self.last_month - 1][:3]}"
