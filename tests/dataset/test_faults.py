"""Every fault of a dataset is found, with its place and what would be right, all at once."""

from __future__ import annotations

import errno
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.dataset import check_dataset, load_dataset
from reports.dataset.checking import fault
from reports.dataset.reading import read_table
from reports.dataset.schema import Field, read_schema
from reports.errors import DataError, Problem
from tests.dataset.packages import DATA, copy, edit, edit_descriptor, replace

Change = Callable[[Path], object]


def errors_after(folder: Path, change: Change) -> list[Problem]:
    """Return the errors in a copy of the dataset after a change."""
    change(copy(folder))
    return [problem for problem in check_dataset(folder) if problem.severity == "error"]


def cell(table: str, line: int, **cells: str) -> Change:
    return lambda folder: edit(folder, table, line, **cells)


def text(name: str, old: str, new: str) -> Change:
    return lambda folder: replace(folder, name, old, new)


def content(name: str, data: bytes) -> Change:
    return lambda folder: (folder / name).write_bytes(data)


def insert(name: str, line: int, data: bytes) -> Change:
    def change(folder: Path) -> None:
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        lines.insert(line - 1, data)
        (folder / name).write_bytes(b"".join(lines))

    return change


CELLS = [
    ("observations", 40, "value", "1,5", "is no number"),
    ("observations", 41, "value", "1e3", "is no number"),
    ("observations", 42, "value", "nan", "is no number"),
    ("observations", 43, "value", "٣", "is no number"),
    ("observations", 44, "value", "", "a value is missing"),
    ("observations", 45, "published", "2025-02-30", "is no day of the calendar"),
    ("observations", 46, "published", "9 June 2025", "is no date"),
    ("observations", 47, "published", "2023-01-30", "lies before the period is over"),
    ("observations", 48, "period", "2025-13", "has the wrong form"),
    ("observations", 49, "period", "2025-05/2025-03", "is not understood"),
    ("observations", 50, "period", "2025Q1", "does not fit a series by month"),
    ("observations", 51, "status", "guessed", "is none of the values allowed"),
    ("observations", 52, "status", "derived", "goes with status derived"),
    ("observations", 53, "source_id", "nowhere", "is unknown"),
    ("observations", 54, "series_id", "no_such_series", "is unknown"),
    ("observations", 55, "note", "x" * 700, "is too long"),
    ("observations", 56, "note", " blank", "blanks stand before or after"),
    ("observations", 57, "correction", "a digit was lost", "corrects no older row"),
    ("observations", 58, "correction", "read as 58", "has the wrong form"),
    ("observations", 59, "correction", "two digits were swapped", "holds the number 'two'"),
    ("definitions", 2, "definition", "a second sample", "holds the number 'second'"),
    ("definitions", 2, "from_period", "2023Q4", "does not fit a series by month"),
    ("definitions", 2, "series_id", "no_such_series", "is unknown"),
    ("definitions", 2, "definition", "", "a value is missing"),
    ("series", 19, "decimals", "one", "is no whole number"),
    ("series", 19, "decimals", "-1", "is too small"),
    ("series", 30, "rank", "1", "stands here twice"),
    ("series", 19, "comparable_with", "no_such_series", "names 'no_such_series'"),
    ("series", 19, "comparable_with", "gdp_yoy_pct; pmi_mfg", "which has another unit"),
    ("series", 19, "cross_check_series", "gdp_yoy_pct", "is no running total"),
    ("stated_changes", 2, "change_pct", "5", "stands beside change_pp"),
    ("delegates", 2, "lead", "perhaps", "is neither yes nor no"),
    ("delegates", 3, "name_local", "D. Trump", "nor in Chinese characters"),
    ("delegates", 2, "meeting_id", "M99", "is unknown"),
    ("meetings", 4, "end", "2025-05-09", "lies before start"),
    ("meetings", 4, "start", "2025-05-01", "lies before announced"),
    ("meetings", 4, "outcome_published", "2025-05-10", "lies before end"),
    ("meetings", 4, "outcome_label", "", "is empty though outcome is given"),
    ("meetings", 4, "label", "one two three four five six", "has the wrong form"),
    ("tariffs", 12, "effective", "2025-01-01", "lies before announced"),
    ("tariffs", 12, "label", "US duty of {no_such}%", "names {no_such}"),
    ("tariffs", 12, "label", "US duty of {measure}%", "names {measure}"),
    ("tariffs", 12, "label", "US duty of {10%", "holds a brace without its partner"),
    ("controls", 12, "status_changed", "2025-01-01", "lies before announced"),
    ("controls", 12, "status_kind", "", "is empty though status_changed is given"),
    ("calendar", 2, "announced", "2025-12-01", "lies after the event"),
    ("calendar", 14, "date", "2025-07-02", "is a day though only the month is known"),
    ("calendar", 2, "superseded_on", "2025-02-03", "superseded_source_id"),
    ("calendar", 13, "period", "", "is empty though series_id is given"),
    ("meetings", 13, "place_published", "2025-12-01", "lies before place_published"),
    ("stated_changes", 2, "change_pct", "5", "is a change in per cent of a rate"),
    ("observations", 60, "period", "٢٠٢٥-05", "has the wrong form"),
    ("impacts", 5, "published", "2025-05-25", "lies before date"),
    ("sources", 2, "url", "javascript:alert(1)", "has the wrong form"),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Problem]:
    """Return what is found in a few copies that hold all of the wrong cells, one in a row."""
    rounds: dict[int, list[Change]] = defaultdict(list)
    seen: Counter[tuple[str, int]] = Counter()
    for table, line, column, value, _ in CELLS:
        rounds[seen[table, line]].append(cell(table, line, **{column: value}))
        seen[table, line] += 1
    problems: list[Problem] = []
    for changes in rounds.values():
        folder = copy(tmp_path_factory.mktemp("data"))
        for change in changes:
            change(folder)
        problems += check_dataset(folder)
    return problems


@pytest.mark.parametrize(("table", "line", "column", "value", "message"), CELLS)
def test_a_wrong_cell_is_named_with_its_place(
    table: str, line: int, column: str, value: str, message: str, found: list[Problem]
) -> None:
    here = [p for p in found if (p.file, p.line) == (f"{table}.csv", line)]
    problem = next(p for p in here if message in str(p) and column in str(p))
    assert problem.severity == "error"
    assert problem.expected
    assert not value or value[:40] in problem.value or problem.column != column


FORMS: list[tuple[Change, str, int | None, str]] = [
    (lambda f: (f / "tariffs.csv").unlink(), "tariffs.csv", None, "the file is missing"),
    (content("tariffs.csv", b""), "tariffs.csv", 1, "the file is empty"),
    (content("tariffs.csv", b"\n"), "tariffs.csv", 1, "the file is empty"),
    (text("tariffs.csv", ",headline_rate_pct", ",rate"), "tariffs.csv", 1, "column is missing"),
    (text("tariffs.csv", ",headline_rate_pct", ",rate"), "tariffs.csv", 1, "knows no such column"),
    (text("tariffs.csv", ",measure", ",basis"), "tariffs.csv", 1, "stands here twice"),
    (insert("tariffs.csv", 5, b"TU99,US\n"), "tariffs.csv", 5, "another number of cells"),
    (insert("tariffs.csv", 5, b"\n"), "tariffs.csv", 5, "is empty"),
    (insert("tariffs.csv", 5, b'TU99,"US\n'), "tariffs.csv", 5, "is no CSV"),
    (insert("tariffs.csv", 5, b'TU99,"U"S\n'), "tariffs.csv", 5, "is no CSV"),
    (insert("tariffs.csv", 5, b"TU\xff99\n"), "tariffs.csv", 5, "is not UTF-8"),
    (insert("tariffs.csv", 5, b"TU\x0099\n"), "tariffs.csv", 5, "holds a control character"),
    (insert("tariffs.csv", 1, b"\xef\xbb\xbf"), "tariffs.csv", 1, "byte order mark"),
    (insert("tariffs.csv", 5, b"TU99\r\n"), "tariffs.csv", 5, "ends a line with CR"),
    (insert("tariffs.csv", 5, b'"TU\n99"' + b"," * 16 + b"\n"), "tariffs.csv", 5, "a line break"),
    (cell("tariffs", 5, measure="x" * 20_000), "tariffs.csv", 5, "the cell is too long"),
    (cell("tariffs", 5, measure="x" * 200_000), "tariffs.csv", 5, "the cell is too long"),
    (text("datapackage.json", "{", "["), "datapackage.json", 2, "is no JSON"),
    (content("datapackage.json", b"[]"), "datapackage.json", None, "is no descriptor"),
    (content("datapackage.json", b"\xff"), "datapackage.json", None, "is no JSON"),
    (lambda f: (f / "datapackage.json").unlink(), "datapackage.json", None, "cannot be read"),
]


@pytest.mark.parametrize(("change", "file", "line", "message"), FORMS)
def test_a_fault_of_the_form_is_named_with_its_place(
    change: Change, file: str, line: int | None, message: str, tmp_path: Path
) -> None:
    change(copy(tmp_path))
    problems = form_problems(tmp_path)
    assert any(
        (problem.file, problem.line) == (file, line) and message in problem.message
        for problem in problems
    ), problems


def form_problems(folder: Path) -> list[Problem]:
    """Return the faults of the descriptor and of the form of one table."""
    schemas, problems = read_schema(folder)
    if "tariffs" in schemas:
        problems += read_table(folder, schemas["tariffs"])[1]
    return problems


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["resources"].pop(1), "the table 'observations' is missing"),
        (lambda d: d["resources"][1]["schema"]["fields"].pop(), "lacks the field 'correction'"),
        (lambda d: d["resources"][1].update(path="../x.csv"), "leads out of the folder"),
        (lambda d: d["resources"][1].update(path=".x/observations.csv"), "is hidden"),
        (lambda d: d["resources"][1].pop("schema"), "is not understood"),
        (lambda d: d["resources"][1].update(schema="x"), "is not understood"),
        (lambda d: d["resources"][1]["schema"].update(primaryKey=["x"]), "name unknown fields"),
        (lambda d: d["resources"][1]["schema"]["fields"][0].update(type="geo"), "has the type"),
        (lambda d: d.update(resources=None), "the table 'series' is missing"),
        (lambda d: d["resources"][1].update(name={}), "the table 'observations' is missing"),
        (lambda d: key_of(d).update(fields=[[]]), "is no list of words"),
        (lambda d: key_of(d).update(fields=["period", "series_id"]), "number of fields than one"),
        (lambda d: key_of(d)["reference"].update(resource={}), "is no list of words"),
        (lambda d: d["resources"][1]["schema"].update(primaryKey="x"), "is no list of words"),
        (lambda d: limits_of(d).update(enum=["month", 1.5]), "is no list of words"),
        (lambda d: limits_of(d).update(maximum=5), "a constraint not checked: 'maximum'"),
    ],
)
def test_a_fault_of_the_descriptor_is_named(
    change: Callable[[dict[str, Any]], object], message: str, tmp_path: Path
) -> None:
    edit_descriptor(copy(tmp_path), change)
    problems = read_schema(tmp_path)[1]
    assert any(
        problem.file == "datapackage.json" and message in problem.message for problem in problems
    ), problems


def key_of(descriptor: dict[str, Any]) -> Any:
    return descriptor["resources"][1]["schema"]["foreignKeys"][0]


def limits_of(descriptor: dict[str, Any]) -> Any:
    return descriptor["resources"][1]["schema"]["fields"][5]["constraints"]


def test_the_place_of_talks_without_an_end_may_become_known_after_their_start(
    tmp_path: Path,
) -> None:
    edit(copy(tmp_path), "meetings", 13, end="", place_published="2025-10-31")
    assert [p for p in check_dataset(tmp_path) if p.severity == "error"] == []


def test_a_duplicate_vintage_names_the_line_of_the_first(tmp_path: Path) -> None:
    lines = (DATA / "observations.csv").read_bytes().splitlines(keepends=True)
    (problem,) = errors_after(tmp_path, insert("observations.csv", 42, lines[39]))
    assert (problem.file, problem.line, problem.column) == ("observations.csv", 42, "published")
    assert "line 40 has the same key" in problem.message
    assert problem.expected == "one row for each series_id, period, published"


def test_an_empty_table_is_a_fault_but_a_list_of_what_is_odd_may_be_empty(tmp_path: Path) -> None:
    head = (DATA / "impacts.csv").read_bytes().splitlines(keepends=True)[0]
    (problem,) = errors_after(tmp_path, content("impacts.csv", head))
    assert (problem.file, problem.message) == ("impacts.csv", "the table is empty")
    for table in ("definitions.csv", "known_conflicts.csv"):
        head = (DATA / table).read_bytes().splitlines(keepends=True)[0]
        assert errors_after(tmp_path, content(table, head)) == []


def test_a_folder_that_is_missing_or_no_folder_is_named(tmp_path: Path) -> None:
    (problem,) = check_dataset(tmp_path / "nowhere")
    assert "there is no such folder" in str(problem)
    (tmp_path / "file").touch()
    (problem,) = check_dataset(tmp_path / "file")
    assert "there is no such folder" in str(problem)


def test_a_table_that_is_a_folder_cannot_be_read(tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        (folder / "tariffs.csv").unlink()
        (folder / "tariffs.csv").mkdir()

    problems = errors_after(tmp_path, change)
    assert any("is no file" in problem.message for problem in problems)


def test_an_unreadable_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    problems = errors_after(tmp_path, lambda folder: folder)
    assert len(problems) == len(list(DATA.glob("*.csv")))
    assert all("cannot be read: Permission denied" in problem.message for problem in problems)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    copy(tmp_path)
    edit(tmp_path, "observations", 40, value="x")
    edit(tmp_path, "observations", 41, published="x")
    edit(tmp_path, "meetings", 4, end="2025-05-09")
    (tmp_path / "tariffs.csv").unlink()
    with pytest.raises(DataError) as raised:
        load_dataset(tmp_path)
    places = {(problem.file, problem.line) for problem in raised.value.problems}
    assert {
        ("observations.csv", 40),
        ("observations.csv", 41),
        ("meetings.csv", 4),
        ("tariffs.csv", None),
    } <= places
    assert raised.value.exit_status == 3
    assert "faults" in raised.value.message
    assert raised.value.hint


def test_a_missing_table_does_not_make_its_references_wrong(tmp_path: Path) -> None:
    problems = errors_after(tmp_path, lambda folder: (folder / "sources.csv").unlink())
    assert [str(problem) for problem in problems] == ["sources.csv: the file is missing"]


def test_markup_in_a_cell_is_data_like_any_other(tmp_path: Path) -> None:
    copy(tmp_path)
    edit(tmp_path, "statements", 2, summary="<script>alert(1)</script> & \"quoted\", 'too'")
    rows = load_dataset(tmp_path).as_of(date(2025, 12, 31)).statements
    assert any(row.summary.startswith("<script>") for row in rows)


def test_the_columns_of_a_table_may_stand_in_any_order(tmp_path: Path) -> None:
    copy(tmp_path)
    rows = [line.split(",") for line in (DATA / "delegates.csv").read_text("utf-8").splitlines()]
    assert {len(row) for row in rows if '"' not in "".join(row)} == {8}
    turned = [",".join(reversed(row)) for row in rows if '"' not in "".join(row)]
    (tmp_path / "delegates.csv").write_text("\n".join(turned) + "\n", encoding="utf-8")
    assert check_dataset(tmp_path) == ()


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=12), st.sampled_from(["boolean", "date", "integer", "number", "string"]))
def test_any_text_is_judged_without_an_exception(cell: str, kind: str) -> None:
    found = fault(cell, Field("column", kind, minimum=0 if kind == "integer" else None))
    assert found is None or all(found)


@settings(deadline=None, max_examples=15)
@given(st.binary(max_size=60))
def test_any_bytes_in_a_table_give_problems_and_no_exception(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("data")
    (folder / "tariffs.csv").write_bytes(data)
    table, problems = read_table(folder, read_schema(DATA)[0]["tariffs"])
    assert table is None
    assert {problem.file for problem in problems} == {"tariffs.csv"}


def test_the_problems_come_in_the_same_order_each_time(tmp_path: Path) -> None:
    copy(tmp_path)
    for line in (40, 41, 42):
        edit(tmp_path, "observations", line, value="x", published="y")
    problems = check_dataset(tmp_path)
    assert problems == check_dataset(tmp_path)
    assert [(p.line, p.column) for p in problems] == [
        (line, column) for column in ("value", "published") for line in (40, 41, 42)
    ]
