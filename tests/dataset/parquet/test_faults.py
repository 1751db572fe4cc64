"""The faults of a table in Parquet are told as clearly as those of CSV tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.dataset import check_dataset, load_dataset
from reports.dataset.parquet import read_detail
from reports.dataset.parquet_check import check_detail
from reports.dataset.schema import DETAIL, read_schema
from reports.errors import DataError
from tests.conftest import Said
from tests.dataset.packages import edit_descriptor, read, write
from tests.dataset.parquet.tables import (
    MANIFEST,
    MOVED,
    ROW,
    Change,
    csv_rows,
    flip,
    in_manifest,
    manifest,
    pack_rows,
    part,
    replaced,
    rewrite,
    seal,
)

pytestmark = pytest.mark.slow


def spoil(content: bytes) -> Change:
    return lambda folder: part(folder).write_bytes(content)


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
        assert said.err.splitlines()[-1].startswith("Error: ")
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


def test_a_row_of_both_tables_is_a_fault(folder: Path) -> None:
    again = csv_rows(folder)[5]
    write(folder, "observations", [*read(folder, "observations"), again])
    problems = check_dataset(folder)
    assert [(p.line, p.message) for p in problems] == [(6, "stands in observations.csv too")]
