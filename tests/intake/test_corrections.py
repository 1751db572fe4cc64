"""A row that was mended stays mended when its file comes in again, whatever came after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.errors import DataError
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
    adding(folder, RIGHT, "2026-01-12", "Digits were swapped")
    revised = (EXPORTS, "2025-12", "5030", "2026-02-09", PAGE, "reported", "")
    assert adding(folder, revised, "2026-02-09").plan.written[-1].kind == "revised"
    (_, change) = adding(folder, RIGHT, "2026-02-10").plan.changes
    assert (change.kind, change.remark) == ("unchanged", "corrected so on 2026-01-12")
    # The correction is older than this row, and says nothing of it.
    wrong = (*revised[:2], "5021.3", *revised[3:])
    (error,) = adding(folder, wrong, "2026-02-10").errors
    assert "contradicts what is known of that day, '5030'" in error.message


def test_what_a_row_that_was_there_has_now_is_told_of_the_dataset(tmp_path: Path) -> None:
    folder = small(tmp_path / "package")
    adding(folder, (EXPORTS, "1-12月", "63205.6", "2026-01-09", PAGE, "reported", ""), "2026-01-09")
    (warning,) = adding(folder, (*DECEMBER[:2], "9012.3", *DECEMBER[3:]), "2026-01-09").warnings
    assert (warning.file, warning.column) == ("package/observations.csv", "value")
    assert "add up to 9012.3" in warning.message


def test_a_table_that_is_gone_since_the_plan_is_an_error(tmp_path: Path) -> None:
    folder = small(tmp_path / "package")
    read = files_reader([sources(tmp_path)], None, lambda _: None)
    addition = prepare(folder, read, date(2026, 1, 9))
    (folder / "sources.csv").unlink()
    with pytest.raises(DataError, match="has been changed meanwhile"):
        write(folder, addition)
