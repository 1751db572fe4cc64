"""A table in Parquet gives what the same rows in CSV give, and its faults are told as clearly."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import digest
from reports.briefings import build_edition
from reports.dataset import check_dataset, load_dataset
from reports.dataset.packing import pack
from reports.dataset.parquet import read_detail
from reports.dataset.parquet_check import check_detail
from reports.dataset.parts import MOST_ROWS
from reports.dataset.schema import DETAIL, read_schema
from reports.errors import DataError, Problem
from reports.model import to_json
from reports.model.periods import Period
from tests.conftest import ROOT, Said
from tests.dataset.packages import copy, edit_descriptor, read, write

pytestmark = pytest.mark.slow

MOVED = ("magnet_exports_t", "magnet_exports_us_t", "rare_earth_exports_t")
DAYS = (date(2025, 6, 9), date(2025, 6, 16), date(2025, 12, 31))
MANIFEST = f"{DETAIL}/datapackage.json"
ROW = {
    "series_id": "rare_earth_exports_t",
    "period": "2025-05",
    "value": "5864.60",
    "published": "2025-06-09",
    "source_id": "SP001",
    "status": "reported",
    "note": "",
    "derivation": "",
    "correction": "",
}
Change = Callable[[Path], object]


def take(folder: Path, series: tuple[str, ...] = MOVED) -> list[dict[str, str]]:
    """Take the rows of some series out of the CSV table of a dataset."""
    rows = read(folder, "observations")
    write(folder, "observations", (row for row in rows if row["series_id"] not in series))
    return [row for row in rows if row["series_id"] in series]


def rows_file(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def pack_rows(folder: Path, rows: list[dict[str, str]]) -> None:
    file = rows_file(folder / "taken.txt", rows)
    pack(folder, [file])
    file.unlink()


def moved(folder: Path) -> Path:
    """Return a copy of the dataset with three of its series in Parquet."""
    pack_rows(copy(folder), take(folder))
    return folder


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return moved(tmp_path_factory.mktemp("parquet"))


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """Return a dataset with a Parquet table, which a test may spoil."""
    return shutil.copytree(original, tmp_path / "data")


def manifest(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return value


def part(folder: Path, number: int = 0) -> Path:
    return folder / DETAIL / str(manifest(folder)["resources"][number]["path"])


def seal(folder: Path) -> None:
    """Make the manifest tell the truth of the bytes of its parts."""
    value = manifest(folder)
    for item in value["resources"]:
        content = (folder / DETAIL / item["path"]).read_bytes()
        item["bytes"] = len(content)
        item["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    (folder / MANIFEST).write_text(json.dumps(value), "utf-8")


def rewrite(select: str) -> Change:
    """Return a change that writes the first part anew from a query, sealed as if it were right."""

    def change(folder: Path) -> None:
        path = part(folder)
        old = path.with_suffix(".old")
        path.rename(old)
        source = f"(SELECT *, row_number() OVER () AS n FROM read_parquet('{old}'))"
        query = select.format(source=source)
        duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        old.unlink()
        value = manifest(folder)
        value["resources"][0]["rows"] = duckdb.execute(
            f"SELECT count(*) FROM read_parquet('{path}')"
        ).fetchall()[0][0]
        (folder / MANIFEST).write_text(json.dumps(value), "utf-8")
        seal(folder)

    return change


def replaced(column: str, value: str, row: int = 3) -> Change:
    """Return a change of one cell of the first part, by SQL."""
    cell = f"CASE WHEN n = {row} THEN {value} ELSE {column} END AS {column}"
    return rewrite(f"SELECT * EXCLUDE n REPLACE ({cell}) FROM {{source}} ORDER BY n")


def edition(folder: Path, day: date) -> str:
    return to_json(build_edition(load_dataset(folder).as_of(day)))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_an_edition_is_the_same_from_parquet_and_from_csv(original: Path, day: date) -> None:
    assert edition(original, day) == edition(ROOT / "data", day)


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


def spoil(content: bytes) -> Change:
    return lambda folder: part(folder).write_bytes(content)


def flip(folder: Path) -> None:
    content = bytearray(part(folder).read_bytes())
    content[len(content) // 3] ^= 255
    part(folder).write_bytes(content)


def sealed(change: Change) -> Change:
    def both(folder: Path) -> None:
        change(folder)
        seal(folder)

    return both


def link_out(folder: Path) -> None:
    path = part(folder)
    shutil.move(path, folder.parent / "elsewhere.parquet")
    path.symlink_to(folder.parent / "elsewhere.parquet")


def link_table_out(folder: Path) -> None:
    shutil.move(folder / DETAIL, folder.parent / "elsewhere")
    (folder / DETAIL).symlink_to(folder.parent / "elsewhere")


def in_manifest(**values: object) -> Change:
    def change(folder: Path) -> None:
        value = manifest(folder)
        value["resources"][0] |= values
        (folder / MANIFEST).write_text(json.dumps(value), "utf-8")

    return change


def into_folder(folder: Path) -> None:
    part(folder).unlink()
    part(folder).with_name(str(manifest(folder)["resources"][0]["path"])).mkdir()


def link_in_a_circle(folder: Path) -> None:
    path = part(folder)
    path.unlink()
    path.symlink_to(path)


def pipe_for_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    os.mkfifo(folder / MANIFEST)


FORMS: list[tuple[str, Change, str]] = [
    ("missing", lambda f: part(f).unlink(), "the file is missing"),
    ("a folder", into_folder, "is no file"),
    ("truncated", lambda f: part(f).write_bytes(part(f).read_bytes()[:900]), "another size"),
    ("truncated, sealed", sealed(spoil(b"PAR1" + b"x" * 900)), "no sound Parquet file"),
    ("empty", spoil(b""), "another size"),
    ("changed bytes", flip, "other bytes than its manifest says"),
    ("text", sealed(spoil(b"series_id,period\na,b\n")), "no sound Parquet file"),
    ("link out", link_out, "leads out of the folder"),
    ("table linked out", link_table_out, "leads out of the folder"),
    ("link in a circle", link_in_a_circle, ""),
    ("pipe for a manifest", pipe_for_manifest, "is no file"),
    ("path out", in_manifest(path="../x.parquet"), "no plain name of a file"),
    ("absolute path", in_manifest(path="/etc/x.parquet"), "no plain name of a file"),
    ("no hash", in_manifest(hash="md5:0"), "has not the form sha256"),
    ("no size", in_manifest(bytes="many"), "no whole numbers"),
    ("no keys", in_manifest(first=[], last=[]), "are not given"),
    ("keys that fall", in_manifest(first=["z", "", ""], last=["a", "", ""]), "do not follow"),
    ("no manifest", lambda f: (f / MANIFEST).unlink(), "the file is missing"),
    ("manifest of text", lambda f: (f / MANIFEST).write_text("{"), "is no JSON"),
    ("manifest of bytes", lambda f: (f / MANIFEST).write_bytes(b"\xff"), "is no manifest"),
    ("manifest of a list", lambda f: (f / MANIFEST).write_text("[]"), "is no manifest"),
    (
        "wrong type",
        rewrite("SELECT * EXCLUDE n REPLACE (value::DOUBLE AS value) FROM {source} ORDER BY n"),
        "wrong type (found 'DOUBLE')",
    ),
    (
        "wrong type of a day",
        rewrite("SELECT * EXCLUDE n REPLACE (published::VARCHAR AS published) FROM {source}"),
        "wrong type (found 'VARCHAR')",
    ),
    ("wrong name", rewrite("SELECT * EXCLUDE n RENAME (value AS worth) FROM {source}"), "missing"),
    ("extra column", rewrite("SELECT * FROM {source}"), "knows no such column"),
]


@pytest.mark.parametrize(("change", "message"), [f[1:] for f in FORMS], ids=[f[0] for f in FORMS])
def test_a_fault_of_the_form_is_one_clear_line(
    change: Change, message: str, folder: Path, reports: Callable[..., Said]
) -> None:
    change(folder)
    for command in (("check",), ("build", "--as-of", "2025-06-09", "--output", folder / "out")):
        said = reports(*command, "--data", folder)
        assert said.status == 3, said
        assert said.err.count("\n") == 1
        assert message in said.out + said.err
        assert DETAIL in said.out + said.err
    assert not (folder / "out").exists()


OTHER_STATUS = replaced("status", "if(status = 'derived', 'reported', 'derived')")


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_any_bytes_give_problems_and_no_exception(
    folder: Path, changes: list[tuple[int, int]]
) -> None:
    path = part(folder)
    content = path.read_bytes()
    spoilt = bytearray(content)
    for place, byte in changes:
        spoilt[place % len(spoilt)] = byte
    path.write_bytes(spoilt)
    before = (folder / MANIFEST).read_bytes()
    seal(folder)
    schema = read_schema(folder)[0][DETAIL]
    for problem in (*read_detail(folder, schema, MOVED)[1], *check_detail(folder, schema, {})):
        assert str(problem).startswith(f"{DETAIL}/{path.name}")
    path.write_bytes(content)
    (folder / MANIFEST).write_bytes(before)


CELLS: list[tuple[str, Change, str, str, int | None]] = [
    ("null value", replaced("value", "NULL"), "value", "a value is missing", 3),
    ("null day", replaced("published", "NULL"), "published", "a value is missing", 3),
    ("no number", replaced("value", "'1,5'"), "value", "is no number", 3),
    ("no source", replaced("source_id", "'nowhere'"), "source_id", "is unknown", 3),
    ("no status", replaced("status", "'guessed'"), "status", "none of the values", 3),
    ("no period", replaced("period", "'2025-13'"), "period", "has the wrong form", 3),
    ("no derivation", OTHER_STATUS, "derivation", "goes with status", 3),
    ("control", replaced("derivation", "'a' || chr(7)"), "derivation", "control character", 3),
    ("two lines", replaced("derivation", "'a' || chr(10)"), "derivation", "a line break", 3),
    (
        "twice",
        rewrite(
            "SELECT * EXCLUDE n FROM (FROM {source} UNION ALL FROM {source} WHERE n = 3) ORDER BY n"
        ),
        "published",
        "stands here twice",
        4,
    ),
    (
        "before its period",
        replaced("published", "DATE '2020-01-01'"),
        "published",
        "lies before the period is over",
        3,
    ),
]


@pytest.mark.parametrize(
    ("change", "column", "message", "row"), [c[1:] for c in CELLS], ids=[c[0] for c in CELLS]
)
def test_a_wrong_cell_is_named_with_file_and_row(
    change: Change, column: str, message: str, row: int, folder: Path
) -> None:
    change(folder)
    file = f"{DETAIL}/{part(folder).name}"
    with pytest.raises(DataError) as raised:
        load_dataset(folder)
    assert raised.value.exit_status == 3
    for problems in (raised.value.problems, check_dataset(folder)):
        assert any(
            (p.file, p.line, p.column) == (file, row, column) and message in p.message
            for p in problems
        ), problems


def test_a_series_outside_of_the_catalogue_is_kept_unless_the_schema_forbids_it(
    folder: Path, tmp_path: Path
) -> None:
    pack_rows(folder, [*csv_rows(folder), ROW | {"series_id": "hs85051110_fj_kg"}])
    assert check_dataset(folder) == ()
    key = {"fields": ["series_id"], "reference": {"resource": "series", "fields": ["series_id"]}}
    edit_descriptor(folder, lambda d: foreign_keys(d).append(key))
    (problem,) = check_dataset(folder)
    assert (problem.column, problem.line, problem.message) == ("series_id", 1, "is unknown")
    with pytest.raises(DataError, match="is unknown"):
        pack_rows(folder, [*csv_rows(folder), ROW | {"series_id": "no_such_series"}])


def foreign_keys(descriptor: dict[str, Any]) -> list[Any]:
    (resource,) = (item for item in descriptor["resources"] if item["name"] == DETAIL)
    keys: list[Any] = resource["schema"]["foreignKeys"]
    return keys


def csv_rows(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the Parquet table as a CSV file would hold them."""
    found = duckdb.execute(f"SELECT * FROM read_parquet('{folder / DETAIL}/*.parquet')")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, map(str, row), strict=True)) for row in found.fetchall()]


def test_a_row_of_both_tables_is_a_fault(folder: Path) -> None:
    again = csv_rows(folder)[5]
    write(folder, "observations", [*read(folder, "observations"), again])
    problems = check_dataset(folder)
    assert [(p.line, p.message) for p in problems] == [(6, "stands in observations.csv too")]


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
    ],
)
def test_packing_refuses_wrong_rows_and_changes_nothing(
    row: dict[str, str], message: str, folder: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(DataError, match=message):
        pack(folder, [rows_file(tmp_path / "rows.csv", [row])])
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


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
