"""The validator of the standard agrees with ours, says where, and runs once for a dataset."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports import validated
from reports.dataset import check_dataset, standard
from reports.dataset.standard import check_standard, fingerprint
from reports.errors import Problem
from reports.store import COMMITTED
from reports.validated import standard_problems
from tests.dataset.packages import DATA, copy, edit, edit_descriptor, read, write

pytestmark = pytest.mark.slow

SCHEMA_FAULTS = [
    ("observations", 40, "value", "1,5"),
    ("observations", 44, "value", ""),
    ("observations", 45, "published", "2025-02-30"),
    ("observations", 48, "period", "2025-13"),
    ("observations", 51, "status", "guessed"),
    ("observations", 53, "source_id", "nowhere"),
    ("observations", 54, "series_id", "no_such_series"),
    ("observations", 55, "note", "x" * 700),
    ("series", 19, "decimals", "one"),
    ("series", 20, "decimals", "-1"),
    ("series", 30, "rank", "1"),
    ("delegates", 2, "lead", "perhaps"),
    ("delegates", 3, "meeting_id", "M99"),
    ("sources", 2, "url", "javascript:alert(1)"),
    ("known_conflicts", 3, "basis", "week"),
]
"""One fault of each kind that a schema can know, in one dataset."""


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy(tmp_path_factory.mktemp("spoilt"))
    for table, line, column, value in SCHEMA_FAULTS:
        edit(folder, table, line, **{column: value})
    rows = read(folder, "tariffs")
    write(folder, "tariffs", [*rows, rows[-1]])
    return folder


@pytest.fixture(scope="module")
def found(spoilt: Path) -> tuple[Problem, ...]:
    return check_standard(spoilt)


def test_the_dataset_is_a_valid_data_package() -> None:
    assert check_standard(DATA) == ()


@pytest.mark.parametrize(("table", "line", "column", "value"), SCHEMA_FAULTS)
def test_a_fault_of_the_schema_is_named_with_its_place(
    table: str, line: int, column: str, value: str, found: tuple[Problem, ...]
) -> None:
    (problem,) = [p for p in found if (p.file, p.line, p.column) == (f"{table}.csv", line, column)]
    assert problem.severity == "error"
    assert problem.message.startswith("is no valid Data Package: ")
    assert problem.expected
    assert problem.value in ("", value[:80])


def test_ours_finds_all_that_the_standard_does_and_no_less(
    spoilt: Path, found: tuple[Problem, ...]
) -> None:
    """So a build may rely on ours alone, which takes a tenth of the time."""
    ours = {(problem.file, problem.line) for problem in check_dataset(spoilt)}
    theirs = {(problem.file, problem.line) for problem in found}
    assert theirs <= ours
    assert len(theirs) == len(SCHEMA_FAULTS) + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(licenses="free"),
        lambda d: d["resources"][1].update(encoding="utf-16"),
        lambda d: d["resources"][1].update(title=5),
        lambda d: d["resources"][1]["schema"].update(
            fields=[*d["resources"][1]["schema"]["fields"], 5]
        ),
        lambda d: d["resources"][1]["schema"]["fields"][2].update(decimalChar=","),
    ],
    ids=["licences", "encoding", "title", "field", "decimal"],
)
def test_a_descriptor_that_means_something_else_to_others_is_a_fault(
    change: Callable[[dict[str, Any]], object], tmp_path: Path
) -> None:
    edit_descriptor(copy(tmp_path), change)
    assert check_dataset(tmp_path) == ()
    problems = check_standard(tmp_path)
    assert problems
    assert all(problem.severity == "error" and problem.expected for problem in problems)


@pytest.mark.slow
def test_only_the_first_rows_of_a_long_table_are_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(copy(tmp_path), "statements", 60, stance="x", side="nowhere")
    assert any(problem.line == 60 for problem in check_standard(tmp_path))
    monkeypatch.setattr(standard, "MOST_ROWS", 50)
    assert check_standard(tmp_path) == ()


def test_a_dataset_that_passed_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, output = tmp_path / "data", tmp_path / "output"
    data.mkdir()
    output.mkdir()
    copy(data)
    runs: list[Path] = []
    answers: list[tuple[Problem, ...]] = [()]

    def run(folder: Path) -> tuple[Problem, ...]:
        runs.append(folder)
        return answers[-1]

    monkeypatch.setattr(standard, "check_standard", run)
    assert standard_problems(data, output) == standard_problems(data, output) == ()
    assert len(runs) == 1
    edit(data, "statements", 2, summary="Another summary")
    answers.append((Problem("statements.csv", 2, "summary", "is wrong"),))
    for times in (2, 3):  # What it refuses, it refuses each time.
        assert standard_problems(data, output) == answers[-1]
        assert len(runs) == times


def test_a_record_that_cannot_be_kept_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standard, "check_standard", lambda folder: ())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / validated._RECORD).mkdir()
    for output in (None, tmp_path / "nowhere", tmp_path / "out"):
        assert standard_problems(DATA, output) == ()
    assert not (tmp_path / "nowhere").exists()


def test_any_change_of_a_table_or_the_descriptor_changes_the_fingerprint(tmp_path: Path) -> None:
    seals = {fingerprint(copy(tmp_path))}
    for path in sorted(tmp_path.iterdir()):
        path.write_bytes(path.read_bytes() + b"\n")
        seals.add(fingerprint(tmp_path))
    assert len(seals) == len(list(tmp_path.iterdir())) + 1


def test_what_a_writer_committed_is_read_where_it_waits(tmp_path: Path) -> None:
    old = fingerprint(copy(tmp_path))
    page, place = "customs-2026-01-09", tmp_path / COMMITTED
    rows = read(tmp_path, "sources")
    write(tmp_path, "sources", [*rows, {**rows[-1], "source_id": page}])
    place.mkdir()
    (tmp_path / "sources.csv").rename(place / "sources.csv")
    write(tmp_path, "sources", rows)
    edit(tmp_path, "observations", 40, source_id=page)
    assert standard_problems(tmp_path) == ()
    new = fingerprint(tmp_path)
    edit(place, "sources", 2, url="javascript:alert(1)")
    assert len({old, new, fingerprint(tmp_path)}) == 3
    (problem,) = standard_problems(tmp_path)
    assert (problem.file, problem.line, problem.column) == ("sources.csv", 2, "url")


def test_a_build_reads_its_dataset_without_the_validator() -> None:
    code = (
        "import sys; from pathlib import Path; import reports.pipeline\n"
        "from reports.dataset import load_dataset\n"
        "load_dataset(Path('data')); sys.exit('frictionless' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=DATA.parent, check=False)
    assert done.returncode == 0
