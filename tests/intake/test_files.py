"""Files that come in: encodings, separators, heads of tables, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from reports.intake import files
from reports.intake.numbers import Mark
from reports.intake.rows import Sheet
from reports.intake.tables import Ask, recognised
from tests.dataset.packages import DATA, read
from tests.intake.desks import (
    DECEMBER,
    EXPORTS,
    OBSERVATION,
    PAGE,
    SOURCE,
    csv_file,
    text,
    workbook,
)
from tests.intake.opening import CHINESE, PLAIN, SCHEMAS, batch_of, cells, opened, refusal, sheet_of

# CSV.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_line_ends_and_separators(
    tmp_path: Path, encoding: str, end: str, separator: str
) -> None:
    content = text(OBSERVATION, CHINESE, end=end, separator=separator)
    path = tmp_path / "in.csv"
    path.write_bytes(content.encode(encoding))
    assert cells(path) == PLAIN
    assert bool(opened(path).notes) == (encoding == "gb18030")


def test_bytes_of_another_encoding_are_refused(tmp_path: Path) -> None:
    for word in ("Müller", "café", "Ende für", "Zölle"):
        row = (*DECEMBER[:6], word)
        path = csv_file(tmp_path / "in.csv", OBSERVATION, row, encoding="latin-1")
        assert "is neither UTF-8 nor GB18030" in refusal(path)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    head, row = text(OBSERVATION), text(DECEMBER)
    path.write_text(f"\n{head}\n\n{row}{row}", "utf-8")
    sheet = sheet_of(path)
    assert (sheet.head_line, [line.number for line in sheet.rows]) == (2, [5, 6])


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    for content, word in (
        (b"", "holds no row"),
        (b"\n\n", "holds no row"),
        (b"\xff\xfe\x00", "is neither UTF-8 nor GB18030"),
        (b"a\0b", "is no text"),
        (b'a,"b\n', "is no CSV"),
        (b'a,"b"c\n', "is no CSV"),
        (b"\xd0\xcf\x11\xe0rest", "an old or an encrypted workbook"),
        (b"PK\x03\x04rest", "is no workbook that can be read"),
        (b"a," + b"x" * 10_001, "has too long a cell"),
    ):
        path.write_bytes(content)
        assert word in refusal(path)
    assert "no such file" in refusal(tmp_path / "nowhere.csv")
    assert "is no file" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "is no file" in refusal(tmp_path / "pipe")


def test_a_file_over_the_stated_size_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in.csv"
    with path.open("wb") as file:
        file.truncate(files.LARGEST_FILE + 1)
    monkeypatch.setattr(Path, "read_bytes", None)
    assert "is too large (20,000,001 bytes); expected at most 20,000,000" in refusal(path)


def test_a_file_of_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 2)
    path = csv_file(tmp_path / "in.csv", OBSERVATION, DECEMBER, DECEMBER)
    assert "has too many rows" in refusal(path)


# Heads.


def heading(*names: str, name: str = "in") -> Any:
    found = recognised(Sheet("in.csv", name, names, ()), SCHEMAS)
    return found if isinstance(found, list) else (found[0].name, found[1])


@pytest.mark.parametrize("table", sorted(set(SCHEMAS) - {"series", "known_conflicts"}))
def test_each_table_is_known_by_its_head(table: str) -> None:
    for head in (read(DATA, table)[0], [name.upper() for name in read(DATA, table)[0]]):
        assert heading(*head)[0] == table


def test_the_layout_of_the_collectors_is_known(tmp_path: Path) -> None:
    assert heading(*OBSERVATION)[0] == "observations"
    assert heading(*SOURCE)[0] == "sources"
    assert heading("event_id", "status", "status_changed")[0] == "tariffs"


def test_names_of_columns_are_taken_as_people_write_them() -> None:
    head = ("Series ID", " Period ", "VALUE", "Release-Date", "source", "Status")
    columns = ("series_id", "period", "value", "published", "source_id", "status")
    assert heading(*head) == ("observations", columns)
    chinese = ("指标", "时期", "数值", "发布日期", "来源", "状态")
    assert heading(*chinese) == ("observations", columns)


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (("a", "b"), "has the head of no table"),
        (("series_id", "period", "value"), "has no column published"),
        ((*OBSERVATION, "colour"), "[colour]: is no column of observations"),
        ((*OBSERVATION, "Value"), "[value]: the column stands here twice"),
        (("event_id", "source_id"), "may be the head of tariffs or calendar"),
        (("",), "has no head"),
        (tuple(read(DATA, "series")[0]), "which an editor keeps by hand"),
    ],
)
def test_heads_that_are_refused(head: tuple[str, ...], word: str) -> None:
    found = heading(*head)
    assert isinstance(found, list)
    assert word in str(found[0])


def test_the_name_of_a_file_decides_between_tables() -> None:
    assert heading("event_id", "source_id", "announced", name="calendar june")[0] == "calendar"
    assert "may be the head of tariffs or calendar" in str(heading("event_id", "announced")[0])


def test_nothing_is_left_out_in_silence(tmp_path: Path) -> None:
    for head, row, word in (
        (OBSERVATION, (*DECEMBER, "more"), "has more cells than the head (found 'more')"),
        ((*OBSERVATION, ""), (*DECEMBER, "more"), "stands in a column without a name"),
    ):
        (problem,) = batch_of(csv_file(tmp_path / "in.csv", head, row)).problems
        assert f"in.csv:2: {word}" in str(problem)
        book = workbook(tmp_path / "in.xlsx", o=[head, row])
        (problem,) = batch_of(book).problems
        assert "in.xlsx [o]:2: " in str(problem)
    for blank in ((*DECEMBER, "", ""), DECEMBER[:6]):
        assert len(batch_of(csv_file(tmp_path / "in.csv", OBSERVATION, blank)).rows) == 1


# Numbers of a column.


def values(
    tmp_path: Path, *numbers: str, decimal: Mark | None = None, ask: Ask = lambda _: None
) -> Any:
    rows = [
        (EXPORTS, f"2025-{month:02}", number, "2026-01-09", PAGE, "reported", "")
        for month, number in enumerate(numbers, 1)
    ]
    path = csv_file(tmp_path / "in.csv", OBSERVATION, *rows, separator=";")
    batch = batch_of(path, decimal, ask)
    return [row.cells["value"] for row in batch.rows], [str(p) for p in batch.problems]


def test_one_number_of_a_column_tells_how_the_others_are_meant(tmp_path: Path) -> None:
    assert values(tmp_path, "1,234", "1,234.5") == (["1234", "1234.5"], [])
    assert values(tmp_path, "1,234", "12,5") == (["1.234", "12.5"], [])
    assert values(tmp_path, "1.234", "12,5") == (["1234", "12.5"], [])
    assert values(tmp_path, "1.234", "12.5") == (["1.234", "12.5"], [])


def test_an_unclear_number_is_asked_not_guessed(tmp_path: Path) -> None:
    found, problems = values(tmp_path, "1,234", "17")
    assert found == ["17"]
    (problem,) = problems
    assert "in.csv:2 [value]: may be read with a decimal comma or a decimal point" in problem
    assert problem.endswith("(found '1,234'); expected --decimal point or --decimal comma")
    for mark, value in (("point", "1234"), ("comma", "1.234")):
        chosen: Any = mark
        assert values(tmp_path, "1,234", decimal=chosen) == ([value], [])
        ask = Mock(return_value=mark)
        assert values(tmp_path, "1,234", "2,345", ask=ask)[0][0] == value
        ask.assert_called_once_with("in.csv:2 [value]: 1,234")


def test_numbers_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    found, problems = values(tmp_path, "12.5", "12,5", "1,234", "17")
    assert found == ["17"]
    assert all("decimal points and decimal commas" in problem for problem in problems)
    assert values(tmp_path, "12.5", decimal="comma")[1] == [
        "in.csv:2 [value]: is no number (found '12.5'); expected digits such as -12.5"
    ]
