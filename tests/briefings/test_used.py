"""The rows that ride with an edition: all that its facts name, and nothing younger than its day."""

from __future__ import annotations

import csv
import io
from datetime import date

from reports.briefings import rows_used
from reports.model import RowRef
from tests.briefings.editions import LONDON, MONDAYS, edition
from tests.dataset.packages import Row, shipped

LATER = ("published", "announced", "status_changed", "outcome_published", "superseded_on")
"""Columns with a day on which something became known; `dates_published` is in the vintage."""


def used(day: str) -> dict[str, list[Row]]:
    content = rows_used(shipped().as_of(date.fromisoformat(day)), edition(day))
    return {
        table: list(csv.DictReader(io.StringIO(text.decode(), newline="")))
        for table, text in content.items()
    }


def test_they_are_the_rows_that_facts_name() -> None:
    for day in MONDAYS:
        named = {row for fact in edition(day).facts for row in fact.rows}
        written = {
            RowRef(table, row["key"], date.fromisoformat(row["vintage"]))
            for table, rows in used(day).items()
            for row in rows
        }
        assert written == named, day


def test_no_cell_is_younger_than_the_edition() -> None:
    for day in MONDAYS:
        for table, rows in used(day).items():
            late = [
                (row["key"], column)
                for row in rows
                for column in ("vintage", *LATER)
                if row.get(column, "") > day
            ]
            assert not late, (day, table)


def test_a_row_stands_as_it_was_known_then() -> None:
    (value,) = [
        row
        for row in used(LONDON)["observations"]
        if row["key"] == "rare_earth_exports_t 2025-05" and row["vintage"] == "2025-06-09"
    ]
    assert (value["value"], value["period"], value["published"]) == (
        "5864.60",
        "2025-05",
        "2025-06-09",
    )
    assert list(used(LONDON)) == sorted(used(LONDON))
