"""Mutated files and datasets end in success or in a clear error, and an error changes nothing."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from reports import cli
from reports.dataset import check_dataset
from tests.intake.desks import (
    DECEMBER,
    EXPORTS,
    OBSERVATION,
    PAGE,
    SOURCE,
    SOURCE_ROW,
    TODAY,
    as_saved_by_a_spreadsheet,
    bytes_of,
    csv_file,
    repacked,
    small,
    text,
    workbook,
)
from tests.intake.killing import deadline

pytestmark = pytest.mark.slow

FEW, MANY = 8, 400
"""Examples of each of the five kinds: in the quick suite, and in the long run of 2,000."""
LONGEST = 10

# Mutations of bytes: where, what, and with what.
EDIT = st.tuples(
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["flip", "set", "insert", "delete", "repeat", "cut"]),
    st.one_of(st.integers(0, 255), st.sampled_from(list(b'",;\n\r\t\0=-.0\xff\xef'))),
)
EDITS = st.lists(EDIT, min_size=1, max_size=6)

ODD = """
1,234|1.234,5|5012.3|=1+1|-|1e9|NaN|inf|０|\u202e|May 2025|2025年5月|1-5月|1-2月|2025Q1|2025-13
9999-12-31|0000-00-00|9 June 2025|2026-01-09|45817|09/06/2025|pmi_mfg
rare_earth_exports_t|rare_earth_exports_ytd_t
SP001|reported|derived|reported-date-estimated|TC01|TC02|M01|yes|a"b|headline|ended|held|2025-11|year
"""
VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "a\nb", "9" * 400, "x" * 700, PAGE, *re.split(r"[|\n]", ODD.strip())]
    ),
    st.text(max_size=12),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.dates().map(str),
)
GOOD = (
    (OBSERVATION, DECEMBER),
    (SOURCE, SOURCE_ROW),
    (
        ("event_id", "status", "status_changed", "status_source_id", "status_kind"),
        ("TC01", "lifted", "2026-01-05", PAGE, "ended"),
    ),
    (
        ("meeting_id", "status", "end", "outcome", "outcome_published", "place_published", "city"),
        ("M01", "held", "2025-01-17", "A call.", "2026-01-09", "", "Rome"),
    ),
    (
        ("date", "imposed_by", "average_rate_pct", "definition", "published", "source_id"),
        ("2026-01-05", "US", "47", "rate stated by President Trump", "2026-01-09", PAGE),
    ),
    (
        ("series_id", "period", "basis", "change_pct", "published", "source_id"),
        (EXPORTS, "2025-12", "year", "-3.2", "2026-01-09", PAGE),
    ),
)
CELLS = st.one_of(
    VALUES, st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.just("")
)


def rows_of(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[int, Any]]]:
    """Return rows as cells that replace those of a good row, by their places."""
    row = st.dictionaries(st.integers(0, 6), cells, max_size=3)
    return st.lists(row, min_size=1, max_size=4)


def mutated(content: bytes, edits: list[tuple[float, str, int]]) -> bytes:
    """Return bytes with edits, each at a share of their length."""
    found = bytearray(content)
    for share, kind, byte in edits:
        place = int(share * len(found))
        if kind == "insert":
            found.insert(place, byte)
        elif kind == "cut":
            del found[max(place, 1) :]
        elif kind == "repeat":
            found[place:place] = found[place : place + byte]
        elif kind == "delete":
            del found[place : place + byte]
        elif found:
            found[place] = byte if kind == "set" else found[place] ^ (1 << byte % 8)
    return bytes(found)


def added(folder: Path, *files: Path | str) -> int:
    """Add files to a dataset and hold the run to what every run must be."""
    before = bytes_of(folder)
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["reports", "data", "add", "--yes", "--today", TODAY]
    sys.argv += ["--data", str(folder), "--decimal", "point", *map(str, files)]
    try:
        with redirect_stdout(out), redirect_stderr(err), deadline(LONGEST):
            status = cli.run()
    finally:
        sys.argv = argv
    assert status in (0, 3), err.getvalue()
    if status:
        *faults, error = err.getvalue().splitlines()
        assert error.startswith("Error: ")
        # Faults that the dataset had before are listed above.
        assert all(line.startswith(("error: ", "warning: ", "and ")) for line in faults)
        assert bytes_of(folder) == before
    else:
        assert [p for p in check_dataset(folder) if p.severity == "error"] == []
    assert not (folder / ".staged").exists()
    assert not (folder / ".committed").exists()
    return status


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a dataset, and files that it takes as they are."""
    folder = tmp_path_factory.mktemp("mutations")
    small(folder / "data")
    rows = [OBSERVATION, DECEMBER, (EXPORTS, "2025-11", "5,494.2", "9 January 2026", *DECEMBER[4:])]
    csv_file(folder / "sources.csv", SOURCE, SOURCE_ROW)
    (folder / "good.csv").write_text(text(*rows, separator=";"), "utf-8")
    book = workbook(folder / "good.xlsx", observations=rows, sources=[SOURCE, SOURCE_ROW])
    as_saved_by_a_spreadsheet(book)
    trial = copytree(folder / "data", folder / "trial")
    assert added(trial, folder / "good.csv", folder / "sources.csv") == 0
    assert added(trial, folder / "good.xlsx") == 0
    return folder


def fresh(place: Path) -> Path:
    """Return a new copy of the dataset."""
    folder = place / "mutated"
    rmtree(folder, ignore_errors=True)
    return copytree(place / "data", folder)


def bytes_of_an_input(place: Path, name: str, edits: Any) -> None:
    file = place / f"mutated-{name}"
    file.write_bytes(mutated((place / name).read_bytes(), edits))
    added(fresh(place), file, place / "sources.csv")


def parts_of_a_workbook(place: Path, name: str, edits: Any) -> None:
    """Mutate what is packed: bytes of the archive itself mostly fail its sums."""
    file = place / "parts.xlsx"
    file.write_bytes((place / "good.xlsx").read_bytes())
    with zipfile.ZipFile(file) as book:
        part = book.read(name)
    repacked(file, **{name: mutated(part, edits)})
    added(fresh(place), file)


def bytes_of_the_dataset(place: Path, name: str, edits: Any) -> None:
    folder = fresh(place)
    path = folder / name
    path.write_bytes(mutated(path.read_bytes(), edits))
    added(folder, place / "good.csv", place / "sources.csv")


def replaced(good: tuple[str, ...], cells: dict[int, Any]) -> list[Any]:
    """Return a row with other cells."""
    return [cells.get(place, cell) for place, cell in enumerate(good)]


def cells_of_a_file(place: Path, good: tuple[Any, Any], rows: list[dict[int, str]]) -> None:
    head, row = good
    quoted = [
        [f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in replaced(row, cells)]
        for cells in rows
    ]
    file = place / "cells.csv"
    lines = "\r\n".join(",".join(line) for line in (head, *quoted))
    file.write_bytes(lines.encode("utf-8", "surrogatepass"))
    added(fresh(place), file, place / "sources.csv")


def cells_of_a_workbook(place: Path, good: tuple[Any, Any], rows: list[dict[int, Any]]) -> None:
    head, row = good
    try:
        sheets = {"a": [head, *(replaced(row, cells) for cells in rows)]}
        file = workbook(place / "cells.xlsx", **sheets, sources=[SOURCE, SOURCE_ROW])
    except (IllegalCharacterError, ValueError):
        return  # No spreadsheet can hold it.
    added(fresh(place), file)


FILES = st.sampled_from(["good.csv", "good.xlsx"])
NAMES = "observations.csv sources.csv series.csv tariffs.csv meetings.csv known_conflicts.csv"
TABLES = st.sampled_from([*NAMES.split(), "datapackage.json"])
PARTS = st.sampled_from(
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
KINDS: dict[str, tuple[Any, tuple[Any, Any]]] = {
    "the bytes of an input": (bytes_of_an_input, (FILES, EDITS)),
    "the parts of a workbook": (parts_of_a_workbook, (PARTS, EDITS)),
    "the bytes of the dataset": (bytes_of_the_dataset, (TABLES, EDITS)),
    "the cells of a file": (cells_of_a_file, (st.sampled_from(GOOD), rows_of(VALUES))),
    "the cells of a workbook": (cells_of_a_workbook, (st.sampled_from(GOOD), rows_of(CELLS))),
}


def mutate(place: Path, kind: str, examples: int) -> None:
    run, (first, second) = KINDS[kind]

    @seed(4)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(first, second)
    def hold(one: Any, other: Any) -> None:
        run(place, one, other)

    hold()


@pytest.mark.parametrize("kind", KINDS)
def test_some_mutations(place: Path, kind: str) -> None:
    mutate(place, kind, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_two_thousand_mutations(place: Path, kind: str) -> None:
    mutate(place, kind, MANY)
