"""Workbooks that come in: sheets, cells, and what is refused."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from reports.intake import xlsx
from tests.intake.desks import (
    DECEMBER,
    EXPORTS,
    OBSERVATION,
    SOURCE,
    SOURCE_ROW,
    as_saved_by_a_spreadsheet,
    repacked,
    workbook,
)
from tests.intake.opening import CHINESE, PLAIN, batch_of, cells, opened, refusal


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
