"""Files opened and read as `data add` does, and what tests ask of them."""

from __future__ import annotations

from pathlib import Path

from reports.dataset.schema import read_schema
from reports.intake.files import Opened, open_file
from reports.intake.numbers import Mark
from reports.intake.rows import Batch, Sheet
from reports.intake.tables import Ask, Reading, read_sheet
from tests.dataset.packages import DATA, read
from tests.intake.desks import DECEMBER, OBSERVATION

SCHEMAS, _ = read_schema(DATA)
SERIES = {row["series_id"]: row for row in read(DATA, "series")}
PLAIN = {**dict(zip(OBSERVATION, DECEMBER, strict=True)), "note": "稀土出口"}
CHINESE = tuple(PLAIN.values())


def opened(path: Path) -> Opened:
    """Return a file as opened."""
    return open_file(path, SCHEMAS)


def sheet_of(path: Path) -> Sheet:
    """Return the only sheet of a file that has no problem."""
    found = opened(path)
    assert not found.problems, found.problems
    (sheet,) = found.sheets
    return sheet


def refusal(path: Path) -> str:
    """Return why a file is refused."""
    found = opened(path)
    assert not found.sheets
    return str(found.problems[0])


def batch_of(path: Path, decimal: Mark | None = None, ask: Ask = lambda _: None) -> Batch:
    """Return the rows that are read from a file, and their problems."""
    found = opened(path)
    reading = Reading(SCHEMAS, SERIES, decimal, ask, list(found.problems))
    for sheet in found.sheets:
        read_sheet(sheet, reading)
    return reading.batch


def cells(path: Path) -> dict[str, str]:
    """Return the cells of the only row of a file that has no problem."""
    batch = batch_of(path)
    assert not batch.problems, batch.problems
    (row,) = batch.rows
    return dict(row.cells)
