"""A row that was mended stays mended when its file comes in again, whatever came after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.intake import Addition, files_reader, prepare, write
from tests.intake.desks import DECEMBER, EXPORTS, PAGE, observations, small, sources

pytestmark = pytest.mark.slow

RIGHT = (*DECEMBER[:2], "5021.3", *DECEMBER[3:])


def adding(folder: Path, row: tuple[str, ...], today: str, correct: str | None = None) -> Addition:
    beside = folder.parent
    read = files_reader([sources(beside), observations(beside, row)], None, lambda _: None)
    addition = prepare(folder, read, date.fromisoformat(today), correct)
    if addition.contents and not addition.errors:
        write(folder, addition)
    return addition


def test_the_right_row_again_is_unchanged_after_a_revision(tmp_path: Path) -> None:
    folder = small(tmp_path / "package")
    adding(folder, DECEMBER, "2026-01-09")
    adding(folder, RIGHT, "2026-01-12", "Two digits were swapped")
    revised = (EXPORTS, "2025-12", "5030", "2026-02-09", PAGE, "reported", "")
    assert adding(folder, revised, "2026-02-09").plan.written[-1].kind == "revised"
    (_, change) = adding(folder, RIGHT, "2026-02-10").plan.changes
    assert (change.kind, change.remark) == ("unchanged", "corrected so on 2026-01-12")
    # The correction is older than this row, and says nothing of it.
    wrong = (*revised[:2], "5021.3", *revised[3:])
    (error,) = adding(folder, wrong, "2026-02-10").errors
    assert "contradicts what is known of that day, '5030'" in error.message
