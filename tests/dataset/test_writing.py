"""Rows are written back as the cells that they were read from."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from reports.dataset import rows_csv
from reports.dataset.schema import NOT_READ, TABLES
from tests.dataset.packages import DATA, Row, read, shipped

LATE = shipped().as_of(date(2099, 12, 31))
SHOWN = [table for table in TABLES if table != "known_conflicts"]


def cells(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def expected(table: str) -> list[Row]:
    """Return the rows of a file as the newest view knows them."""
    rows = [dict(row) for row in read(DATA, table)]
    for row in rows:
        for column in NOT_READ.get(table, ()):
            del row[column]
        if table in ("tariffs", "controls") and not row["status_changed"]:
            # A state without a day of its own is shown by no view.
            row |= dict.fromkeys(("status", "status_source_id", "status_kind"), "")
        if table == "meetings" and not row["outcome_published"]:
            row |= dict.fromkeys(("outcome", "outcome_source_id"), "")
    return rows


@pytest.mark.parametrize("table", SHOWN)
def test_every_table_is_written_as_it_was_read(table: str) -> None:
    written = cells(rows_csv(table, LATE.rows(table)))
    assert [list(row)[:2] for row in written] == [["key", "vintage"]] * len(written)
    bare = [{k: v for k, v in row.items() if k not in ("key", "vintage")} for row in written]
    assert sorted(map(str, bare)) == sorted(map(str, expected(table)))


def test_rows_are_sorted_by_key_and_vintage_whatever_their_order() -> None:
    rows = LATE.rows("observations")
    content = rows_csv("observations", rows)
    assert content == rows_csv("observations", reversed(rows))
    references = [(row["key"], row["vintage"]) for row in cells(content)]
    assert references == sorted(references)
    assert content.endswith(b"\n")
    assert b"\r" not in content


def test_a_meeting_that_is_not_over_has_no_end() -> None:
    view = shipped().as_of(date(2025, 6, 9))
    written = {row["key"]: row for row in cells(rows_csv("meetings", view.meetings))}
    assert (written["M05"]["start"], written["M05"]["end"]) == ("2025-06-09", "")
    assert written["M05"]["outcome"] == ""
    assert (written["M04"]["name"], written["M04"]["end"]) == ("Trump-Xi phone call", "2025-06-05")
