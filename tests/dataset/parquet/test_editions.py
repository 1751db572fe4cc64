"""A table in Parquet gives what the same rows in CSV give, and is read no further than needed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reports import digest
from reports.dataset import (
    check_dataset,
    kept_files,
    load_dataset,
    packing,
    sealing,
    view_changes,
)
from reports.dataset.packing import pack
from reports.dataset.parts import MOST_ROWS
from reports.dataset.schema import DETAIL
from reports.dataset.standard import check_standard
from reports.errors import DataError, Problem
from reports.model.periods import Period
from tests.conftest import ROOT, Said
from tests.dataset.packages import copy, edit_descriptor
from tests.dataset.packages import read as csv_read
from tests.dataset.parquet.tables import (
    DAYS,
    MANIFEST,
    MOVED,
    ROW,
    Change,
    csv_rows,
    edition,
    flip,
    in_manifest,
    manifest,
    pack_rows,
    part,
    replaced,
    rewrite,
    rows_file,
    seal,
    take,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_an_edition_is_the_same_from_parquet_and_from_csv(original: Path, day: date) -> None:
    assert edition(original, day) == edition(ROOT / "data", day)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_is_kept_of_it_is_csv_and_gives_the_same_edition(
    original: Path, tmp_path: Path, day: date
) -> None:
    files, view = kept_files(original, day)
    assert not [name for name in files if DETAIL in name]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    kept = load_dataset(tmp_path)
    assert kept.parts == {}
    assert any(row["series_id"] in MOVED for row in csv_read(tmp_path, "observations"))
    assert view_changes(view, kept.as_of(day)) == []
    assert edition(tmp_path, day) == edition(ROOT / "data", day)
    assert check_standard(tmp_path) == ()


def test_vintages_sources_and_warnings_are_those_of_the_csv_rows(original: Path) -> None:
    now, plain = load_dataset(original), load_dataset(ROOT / "data")
    assert now.learning_days == plain.learning_days
    assert now.warnings == plain.warnings == check_dataset(original)
    for day in DAYS:
        view, other = now.as_of(day), plain.as_of(day)
        for series in MOVED:
            for row in view.observations(series):
                ours = view.vintages(series, row.period)
                theirs = other.vintages(series, row.period)
                assert [(r.value.as_tuple(), r.ref.plain, r.source_id) for r in ours] == [
                    (r.value.as_tuple(), r.ref.plain, r.source_id) for r in theirs
                ]


def test_a_value_of_a_later_day_is_cut(folder: Path) -> None:
    before = load_dataset(folder).as_of(date(2025, 6, 8))
    assert before.observation("rare_earth_exports_t", Period(2025, 5)) is None
    later = load_dataset(folder).as_of(date(2025, 6, 9))
    assert later.observation("rare_earth_exports_t", Period(2025, 5)) is not None


def test_a_second_vintage_is_a_revision(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    again = ROW | {"value": "6000.0", "published": "2025-08-01"}
    pack_rows(folder, [*take(folder), again])
    row = (
        load_dataset(folder)
        .as_of(date(2025, 8, 1))
        .observation("rare_earth_exports_t", Period(2025, 5))
    )
    assert row is not None
    assert row.revised_from is not None or row.conflict


def test_the_place_of_a_row_is_its_file_and_number(original: Path) -> None:
    dataset = load_dataset(original)
    row = dataset.as_of(DAYS[0]).observation("rare_earth_exports_t", Period(2025, 5))
    assert row is not None
    place = dataset.place(row.ref.plain)
    assert place is not None
    assert place.file == f"{DETAIL}/{part(original).name}"
    found = duckdb.execute(
        f"SELECT series_id, period FROM read_parquet('{part(original)}', file_row_number=true) "
        f"WHERE file_row_number = {place.line - 1}"
    ).fetchall()
    assert found == [("rare_earth_exports_t", "2025-05")]


def many(prefix: str, count: int) -> list[dict[str, str]]:
    months = [f"{year}-{month:02}" for year in range(2000, 2020) for month in range(1, 13)]
    return [
        ROW | {"series_id": f"{prefix}_{n // 240:06}", "period": months[n % 240]}
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def two_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset whose second part holds no series of the catalogue."""
    folder = copy(tmp_path_factory.mktemp("two"))
    pack_rows(folder, [*take(folder), *many("zz", 110_000)])
    return folder


def test_only_the_parts_that_may_hold_a_series_are_read(two_parts: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(two_parts, tmp_path / "data")
    assert len(manifest(folder)["resources"]) == 2
    dataset = load_dataset(folder)
    assert list(dataset.parts) == [f"{DETAIL}/{part(folder).name}"]
    content = bytearray(part(folder, 1).read_bytes())
    content[1000] ^= 255
    part(folder, 1).write_bytes(content)
    assert edition(folder, DAYS[0]) == edition(ROOT / "data", DAYS[0])
    (problem,) = check_dataset(folder)
    assert problem.file == f"{DETAIL}/{part(folder, 1).name}"
    assert "other bytes" in problem.message


def test_a_row_group_without_a_series_of_the_catalogue_is_not_read(
    two_parts: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(two_parts, tmp_path / "data")
    path = part(folder)
    groups = duckdb.execute(
        "SELECT row_group_id, min(data_page_offset), max(data_page_offset) FROM "
        f"parquet_metadata('{path}') GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert len(groups) > 2
    content = bytearray(path.read_bytes())
    # The series of the catalogue stand in the first group; all data pages of the third are lost.
    content[groups[2][1] : groups[2][2]] = b"\xff" * (groups[2][2] - groups[2][1])
    path.write_bytes(content)
    seal(folder)
    assert edition(folder, DAYS[0]) == edition(ROOT / "data", DAYS[0])
    assert [p.file for p in check_dataset(folder)] == [f"{DETAIL}/{path.name}"]


def test_columns_that_no_view_shows_are_not_read(folder: Path) -> None:
    replaced("note", "repeat('x', 50000)")(folder)
    load_dataset(folder)
    (problem,) = check_dataset(folder)
    assert (problem.column, problem.line) == ("note", 3)


def test_a_check_tells_some_rows_of_a_fault_and_counts_the_rest(folder: Path) -> None:
    rewrite("SELECT * EXCLUDE n REPLACE ('x' || n AS value) FROM {source} ORDER BY n")(folder)
    told = [p for p in check_dataset(folder) if p.column == "value"]
    assert "more rows are wrong" in told[-1].message or len(told) >= 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (in_manifest(rows=5), "another number of rows"),
        (in_manifest(rows=MOST_ROWS + 1), "another number of rows"),
        (in_manifest(first=["a", "", ""]), "another first key"),
        (in_manifest(last=["zz", "", ""]), "another last key"),
    ],
)
def test_a_check_holds_the_manifest_against_the_rows(
    change: Change, message: str, folder: Path
) -> None:
    change(folder)
    assert any(message in problem.message for problem in check_dataset(folder))


def test_rows_out_of_order_are_found(folder: Path) -> None:
    rewrite("SELECT * EXCLUDE n FROM {source} ORDER BY n DESC")(folder)
    assert any("is out of order" in problem.message for problem in check_dataset(folder))


def test_a_file_that_stands_in_no_manifest_is_a_warning(folder: Path) -> None:
    shutil.copy(part(folder), folder / DETAIL / "left.parquet")
    (problem,) = check_dataset(folder)
    assert (problem.severity, problem.file) == ("warning", f"{DETAIL}/left.parquet")


def test_nothing_is_called_unchanged_that_rests_on_other_bytes(
    folder: Path, tmp_path: Path, reports: Callable[..., Said]
) -> None:
    options = ("--as-of", "2025-06-09", "--format", "html", "--json")
    build = ("build", *options, "--data", folder, "--output", tmp_path / "out")
    assert reports(*build).json["status"] == "built"
    assert reports(*build).json["status"] == "unchanged"
    stat = part(folder).stat()
    content = part(folder).read_bytes()
    before = digest.inputs_digest([folder])
    flip(folder)

    os.utime(part(folder), ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert digest.inputs_digest([folder]) == before
    assert reports(*build).status == 3
    part(folder).write_bytes(content)
    assert reports(*build).json["status"] == "unchanged"


def test_a_dataset_without_the_package_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    (problem,) = check_dataset(folder)
    assert (problem.file, problem.expected) == (
        MANIFEST,
        "pip install 'trade-reports[parquet]'",
    )


def test_a_dataset_of_csv_tables_does_not_import_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert load_dataset(ROOT / "data").parts == {}


def test_names_with_marks_of_a_pattern_are_names(folder: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a [1]* it's ?" / "year=2025"
    odd.parent.mkdir()
    folder.rename(odd)
    assert check_dataset(odd) == ()


def test_packing_again_gives_equal_bytes_and_leaves_no_old_part(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in (folder / DETAIL).iterdir()}
    pack(folder, [part(folder)])
    assert {path.name: path.read_bytes() for path in (folder / DETAIL).iterdir()} == before
    pack_rows(folder, [*csv_rows(folder), ROW | {"series_id": "hs85051110_fj_kg"}])
    names = {path.name for path in (folder / DETAIL).iterdir()}
    assert len(names) == 2
    assert not names & before.keys() - {"datapackage.json"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW | {"published": "2025-02-30"}, "is no date"),
        (ROW | {"published": ""}, "is no date"),
        (ROW | {"value": "1,5"}, "is no number"),
        (ROW | {"source_id": "nowhere"}, "is unknown"),
        (ROW | {"other": "x"}, "the schema knows no such column"),
        ({"series_id": "a"}, "the column is missing"),
        (ROW | {"published": "2025-05-30"}, "lies before the period is over"),
        (ROW | {"period": "2025Q2"}, "does not fit a series by month"),
        (ROW | {"correction": "A typo"}, "corrects no older row"),
        (
            ROW | {"series_id": "pmi_mfg", "published": "2025-05-31"},
            "stands in observations.csv too",
        ),
    ],
)
def test_packing_refuses_wrong_rows_and_changes_nothing(
    row: dict[str, str], message: str, folder: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(DataError, match=message):
        pack(folder, [rows_file(tmp_path / "rows.csv", [row])])
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_parts_are_on_the_disk_before_the_manifest_lists_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Path] = []
    written = sealing.write_json

    def write_json(path: Path, value: Mapping[str, Any]) -> None:
        done.append(path)
        written(path, value)

    monkeypatch.setattr(packing, "sync_folder", done.append)
    monkeypatch.setattr(packing, "write_json", write_json)
    pack(folder, [part(folder)])
    assert done[-3:] == [folder / DETAIL, folder, folder / MANIFEST]


def test_packing_clears_what_a_run_that_was_killed_has_left(folder: Path) -> None:
    left = folder / f".{DETAIL}.killed"
    left.mkdir()
    (left / "rows.db").write_bytes(b"many")
    pack(folder, [part(folder)])
    assert not left.exists()


def test_packing_refuses_a_key_that_stands_there_twice(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="twice"):
        pack(folder, [rows_file(tmp_path / "rows.csv", [ROW, ROW])])


def test_packing_keeps_decimals_and_refuses_binary_fractions(folder: Path, tmp_path: Path) -> None:
    columns = "'a_b' AS series_id, '2025-05' AS period, DATE '2025-06-09' AS published, "
    columns += "'SP001' AS source_id, 'reported' AS status"
    file = tmp_path / "rows.parquet"
    duckdb.execute(
        f"COPY (SELECT 1.50::DECIMAL(9,2) AS value, {columns}) TO '{file}' (FORMAT parquet)"
    )
    pack(folder, [file])
    assert csv_rows(folder)[0]["value"] == "1.50"
    duckdb.execute(f"COPY (SELECT 1.5::DOUBLE AS value, {columns}) TO '{file}' (FORMAT parquet)")
    with pytest.raises(DataError, match="wrong type"):
        pack(folder, [file])


def test_a_csv_table_may_not_be_named_like_a_part(folder: Path) -> None:
    edit_descriptor(folder, lambda d: d["resources"][1].update(path="observations.parquet"))
    problems: tuple[Problem, ...] = check_dataset(folder)
    assert any("is no CSV table" in problem.message for problem in problems)
