"""Editor's files written for one test: read, bound, and their faults."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from reports.briefings import build_edition, editorial_faults, load_editorial
from reports.briefings.book import Book
from reports.briefings.editorial import Editorial, Voice, bind, editorial_path
from reports.errors import Problem
from reports.model import Edition
from tests.dataset.packages import shipped

DAY = date(2025, 6, 9)
HEAD = '+++\nauthor = "Ann"\n+++\n'
"""Three lines; a body begins on line 4."""


def write(data: Path, text: str, day: date = DAY) -> Path:
    """Write the editor's file of a day, byte for byte."""
    path = editorial_path(data, day)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def read(data: Path, text: str, day: date = DAY) -> Editorial:
    """Return an editor's file as read."""
    write(data, text, day)
    editorial = load_editorial(data, day)
    assert editorial
    return editorial


def voice(data: Path, text: str) -> Voice:
    """Return an editor's file bound to the shipped dataset of the day."""
    return bind(read(data, text), Book(shipped().as_of(DAY)))


def faults(data: Path, text: str, day: date = DAY) -> Sequence[Problem]:
    """Return the faults of an editor's file against the shipped dataset of the day."""
    return editorial_faults(read(data, text, day), shipped().as_of(day))


def printed(data: Path, text: str, day: date = DAY) -> Edition:
    """Return the edition of a day with an editor's file."""
    return build_edition(shipped().as_of(day), read(data, text, day))
