"""Files that come in: encodings, separators, workbooks, and what is refused."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from reports.dataset.schema import read_schema
from reports.intake import files, xlsx
from reports.intake.files import Opened, open_file
from reports.intake.numbers import Mark
from reports.intake.rows import Batch, Sheet
from reports.intake.tables import Ask, Reading, read_sheet, recognised
from tests.dataset.packages import DATA, read
from tests.intake.desks import (
    DECEMBER,
    EXPORTS,
    OBSERVATION,
    PAGE,
    SOURCE,
    SOURCE_ROW,
    as_saved_by_a_spreadsheet,
    csv_file,
    repacked,
    text,
    workbook,
)

SCHEMAS, _ = read_schema(DATA)
SERIES = {row["series_id"]: row for row in read(DATA, "series")}


def opened(path: Path) -> Opened:
    return open_file(path, SCHEMAS)


def sheet_of(path: Path) -> Sheet:
    found = opened(path)
    assert not found.problems, found.problems
    (sheet,) = found.sheets
    return sheet


def refusal(path: Path) -> str:
    found = opened(path)
    assert not found.sheets
    return str(found.problems[0])


def batch_of(path: Path, decimal: Mark | None = None, ask: Ask = lambda _: None) -> Batch:
    found = opened(path)
    reading = Reading(SCHEMAS, SERIES, decimal, ask, list(found.problems))
    for sheet in found.sheets:
        read_sheet(sheet, reading)
    return reading.batch


def cells(path: Path) -> dict[str, str]:
    batch = batch_of(path)
    assert not batch.problems, batch.problems
    (row,) = batch.rows
    return dict(row.cells)


# CSV.

PLAIN = {**dict(zip(OBSERVATION, DECEMBER, strict=True)), "note": "稀土出口"}
CHINESE = tuple(PLAIN.values())


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


# Workbooks.


def test_sheets_are_tables(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "week.xlsx",
        observations=[OBSERVATION, DECEMBER],
        pages=[(), SOURCE, SOURCE_ROW],
        empty=[],
    )
    batch = batch_of(path)
    assert not batch.problems
    assert [(row.table, row.file, row.line) for row in batch.rows] == [
        ("observations", "week.xlsx [observations]", 2),
        ("sources", "week.xlsx [pages]", 3),
    ]


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("value", 5012.3, "5012.3"),
        ("value", 5012.0, "5012"),
        ("value", 0.1 + 0.2, "0.3"),
        ("value", "5,012.3", "5012.3"),
        ("value", "5012.3", "5012.3"),
        ("value", -0.1, "-0.1"),
        ("value", 1e15, "1000000000000000"),
        ("published", date(2026, 1, 9), "2026-01-09"),
        ("published", datetime(2026, 1, 9), "2026-01-09"),  # noqa: DTZ001
        ("published", "9 January 2026", "2026-01-09"),
        ("period", date(2025, 12, 1), "2025-12"),
        ("period", "Dec 2025", "2025-12"),
        ("period", 202512, "2025-12"),
        ("note", 2025, "2025"),
    ],
)
def test_cells_of_a_spreadsheet(tmp_path: Path, column: str, value: Any, found: str) -> None:
    row = [*DECEMBER]
    row[OBSERVATION.index(column)] = value
    assert cells(workbook(tmp_path / "in.xlsx", o=[OBSERVATION, row]))[column] == found


def test_shared_strings_are_read(tmp_path: Path) -> None:
    path = as_saved_by_a_spreadsheet(workbook(tmp_path / "in.xlsx", o=[OBSERVATION, CHINESE]))
    with zipfile.ZipFile(path) as book:
        assert b"inlineStr" not in book.read("xl/worksheets/sheet1.xml")
    assert cells(path) == PLAIN


def test_dates_are_read_in_the_calendar_of_the_workbook(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(OBSERVATION)
    book.active.append([*DECEMBER[:3], date(2026, 1, 9), *DECEMBER[4:]])
    book.save(tmp_path / "in.xlsx")
    assert load_workbook(tmp_path / "in.xlsx").epoch == CALENDAR_MAC_1904
    assert cells(tmp_path / "in.xlsx")["published"] == "2026-01-09"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("=1+1", "cell C2 is a formula (found '=1+1')"),
        (ArrayFormula("C2", "=1+1"), "cell C2 is a formula"),
        (datetime(2026, 1, 9, 14, 30), "cell C2 has a time of day"),  # noqa: DTZ001
        ("#N/A", "cell C2 is an error of the spreadsheet"),
        ("x" * 10_001, "cell C2 is too long"),
    ],
)
def test_cells_that_are_refused(tmp_path: Path, value: Any, word: str) -> None:
    path = workbook(tmp_path / "in.xlsx", o=[OBSERVATION, [*DECEMBER[:2], value, *DECEMBER[3:]]])
    assert word in refusal(path)
    assert "in.xlsx [o]:2" in refusal(path)


def test_a_period_that_a_spreadsheet_may_have_spoilt_is_refused(tmp_path: Path) -> None:
    for period in (2025.1, date(2025, 12, 5), True):
        row = [EXPORTS, period, *DECEMBER[2:]]
        (problem,) = batch_of(workbook(tmp_path / "in.xlsx", o=[OBSERVATION, row])).problems
        assert problem.column == "period"


def test_a_sheet_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "in.xlsx", o=[OBSERVATION, DECEMBER], notes=[("Dear desk",)])
    (problem,) = batch_of(path).problems
    assert "in.xlsx [notes]:1: has the head of no table" in str(problem)


@pytest.mark.slow
def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", o=[OBSERVATION, DECEMBER]).read_bytes()
    path = tmp_path / "in.xlsx"
    for parts, word in (
        ({"xl__x.xml": b" " * 10_000_000}, "has a part that unpacks to 10,000,000 bytes"),
        ({f"x__{n}": os.urandom(9) for n in range(1_000)}, "has too many parts"),
        ({f"x__{n}": b" " * 900_000 for n in range(70)}, "unpacks to 63,"),
        ({"..__..__out.xml": b"<a/>"}, "has a part with a path out of the file, '../../out.xml'"),
        ({"__etc__passwd": b"<a/>"}, "has a part with a path out of the file, '/etc/passwd'"),
        (
            {f"x__{n}": b"<c/>" * 20_000 for n in range(30)},
            "holds too much (600,",
        ),
        ({"xl__x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, "declares a document type"),
        ({"xl__x.xml": "<!DOCTYPE a><a/>".encode("utf-16")}, "declares a document type"),
    ):
        path.write_bytes(good)
        assert word in refusal(repacked(path, **parts))


@pytest.mark.slow
@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_parts_nested_without_end_are_no_end_of_the_process(tmp_path: Path, part: str) -> None:
    path = workbook(tmp_path / "in.xlsx", o=[OBSERVATION, DECEMBER])
    with zipfile.ZipFile(path) as book:
        text = book.read(part)
    name = b"fonts" if b"<fonts" in text else b"sheets"
    start = text.index(b"<" + name) if b"<" + name in text else text.index(b"<sheetData")
    deep = b"<%s>" % name * 50_000 + b"</%s>" % name * 50_000
    repacked(path, **{part: text[:start] + deep + text[start:]})
    found = opened(path)
    assert found.sheets or "is no workbook that can be read" in str(found.problems[0])


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "in.xlsx", o=[OBSERVATION, DECEMBER])
    content = repacked(path, **{"xl__worksheets__sheet1.xml": b" " * 900_000}).read_bytes()
    size = (900_000).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (9).to_bytes(4, "little")))
    assert "is no workbook that can be read" in refusal(path)


def test_limits_of_rows_and_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "in.xlsx", o=[OBSERVATION, DECEMBER, DECEMBER])
    monkeypatch.setattr(xlsx, "MOST_ROWS", 2)
    assert "has too many rows" in refusal(path)
    wide = workbook(tmp_path / "wide.xlsx", o=[["x"] * 201])
    assert "has too many columns" in refusal(wide)


def test_a_stated_size_of_a_sheet_is_not_believed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "in.xlsx", o=[OBSERVATION, DECEMBER])
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    for stated in (b'ref="A1:A1"', b'ref="A1:XFD1048576"'):
        spoilt = sheet.replace(b'ref="A1:G2"', stated)
        assert spoilt != sheet
        repacked(path, **{"xl__worksheets__sheet1.xml": spoilt})
        assert cells(path)["value"] == "5012.3"
