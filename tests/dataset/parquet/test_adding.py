"""Files that come in beside a table in Parquet: its rows are vintages like any other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.dataset import check_dataset, parquet_check
from reports.dataset.schema import DETAIL
from reports.errors import DataError
from reports.intake import Addition, files_reader, prepare, write
from tests.intake.desks import PAGE, observations, sources

pytestmark = pytest.mark.slow

MAY = ("rare_earth_exports_t", "2025-05", "5864.6", "2025-06-09", "SP001", "reported", "")
"""A row that the Parquet table holds, with the number printed otherwise."""
REVISED = ("rare_earth_exports_t", "2025-05", "5870", "2026-01-09", PAGE, "reported", "")
WRONG = (*MAY[:2], "5884.6", *MAY[3:])


def adding(folder: Path, beside: Path, *rows: tuple[str, ...], correct: str = "") -> Addition:
    paths = [sources(beside), observations(beside, *rows)]
    read = files_reader(paths, None, lambda _: None)
    return prepare(folder, read, date(2026, 3, 2), correct or None)


def kinds(addition: Addition) -> list[str]:
    return [row.kind for row in addition.plan.changes if row.table == "observations"]


def test_a_row_of_the_parquet_table_is_known(folder: Path, tmp_path: Path) -> None:
    addition = adding(folder, tmp_path, MAY)
    assert addition.errors == ()
    assert kinds(addition) == ["unchanged"]


def test_a_newer_vintage_revises_a_row_of_the_parquet_table(folder: Path, tmp_path: Path) -> None:
    addition = adding(folder, tmp_path, REVISED)
    assert kinds(addition) == ["revised"]
    assert addition.plan.written[-1].old["value"] == "5864.60"
    write(folder, addition)
    assert not [each for each in check_dataset(folder) if each.severity == "error"]


def test_another_value_of_its_day_is_refused_or_corrected(folder: Path, tmp_path: Path) -> None:
    (refused,) = adding(folder, tmp_path, WRONG).errors
    assert "contradicts what is known of that day, '5864.60'" in refused.message
    assert kinds(adding(folder, tmp_path, WRONG, correct="Digits were swapped")) == ["corrected"]


def test_no_file_is_taken_for_the_parquet_table(folder: Path, tmp_path: Path) -> None:
    path = observations(tmp_path, MAY).rename(tmp_path / f"{DETAIL}.csv")
    addition = prepare(folder, files_reader([path], None, lambda _: None), date(2026, 3, 2))
    assert kinds(addition) == ["unchanged"]


def test_a_spoilt_part_is_named(folder: Path, tmp_path: Path) -> None:
    for part in (folder / DETAIL).glob("*.parquet"):
        part.write_bytes(b"PAR1")
    with pytest.raises(DataError, match="has another size than its manifest says"):
        adding(folder, tmp_path, MAY)


def test_rows_that_no_edition_needs_are_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_check, "check_detail", lambda *_: pytest.fail("all are read"))
    assert adding(folder, tmp_path, REVISED).errors == ()
