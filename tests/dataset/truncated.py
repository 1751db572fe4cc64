"""The data package as it would stand in its files had its collection ended on a day.

What was learnt later is removed here from the text of the files, by rules of this module's own:
nothing of the product that cuts a dataset is used, so that the two can be held against each other.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from tests.dataset.packages import DATA, Row, read

NEVER = "2099-12-31"
"""A day after every edition."""
WITHHELD = "A page of a later day"
KNOWN = {
    "observations": "published",
    "stated_changes": "published",
    "definitions": "published",
    "known_conflicts": "published",
    "meetings": "announced",
    "delegates": "published",
    "tariffs": "announced",
    "tariff_levels": "published",
    "controls": "published",
    "statements": "date",
    "calendar": "announced",
    "impacts": "published",
}
STATUS = ("status_changed", "status_source_id", "status_kind")
OUTCOME = ("outcome_published", "outcome", "outcome_source_id", "outcome_verb", "outcome_label")
LEARNT_LATER: dict[str, tuple[tuple[str, ...], ...]] = {
    "meetings": (OUTCOME, ("end",)),
    "tariffs": (STATUS,),
    "controls": (STATUS,),
    "calendar": (("superseded_on", "superseded_source_id"),),
}
"""Columns that are blank before the day that the first of them names."""
PLACE = ("city", "country", "provisional_name", "provisional_label", "place_published")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def shipped_rows(table: str) -> tuple[Row, ...]:
    """Return the rows of a table of the repository as text; not to be changed."""
    return tuple(read(DATA, table))


def truncate(folder: Path, day: date) -> Path:
    """Write the package into a folder as it would stand had its collection ended on a day."""
    for name in ("series.csv", "feeds.csv", "datapackage.json"):
        shutil.copyfile(DATA / name, folder / name)
    known = {table: known_rows(table, day.isoformat()) for table in KNOWN}
    meetings = {row["meeting_id"] for row in known["meetings"]}
    known["delegates"] = [r for r in known["delegates"] if r["meeting_id"] in meetings]
    filled = {table: rows or [in_2099(table)] for table, rows in known.items()}
    named = {value for rows in filled.values() for row in rows for value in cited(row)}
    sources = [row for row in shipped_rows("sources") if row["source_id"] in named]
    filled["sources"] = [withheld(row, day.isoformat()) for row in sources]
    for table, rows in filled.items():
        write(folder, table, rows)
    return folder


def known_rows(table: str, day: str) -> list[Row]:
    """Return the rows of a table that were known by a day, their later columns blank."""
    rows = [dict(row) for row in shipped_rows(table) if row[KNOWN[table]] <= day]
    if table == "meetings":
        rows = [row for row in rows if row["dates_published"] <= day]
    for row in rows:
        for columns in LEARNT_LATER.get(table, ()):
            if row[columns[0]] > day:
                row |= dict.fromkeys(columns, "")
        if "status_kind" in row and not row["status_changed"]:
            row["status"] = "not known yet"
        if row.get("place_published", "") > day:
            row |= {"name": row["provisional_name"], "label": row["provisional_label"]}
            row |= dict.fromkeys(PLACE, "")
        if table == "meetings":
            row["status"] = "scheduled"
    return rows


def in_2099(table: str) -> Row:
    """Return a row for a table that would be empty, which no dataset may be: one of 2099."""
    row = shipped_rows(table)[0]
    moved = {k: NEVER if ISO_DATE.fullmatch(v) else v for k, v in row.items()}
    return moved | ({"tariff_id": ""} if table == "calendar" else {})


def cited(row: Row) -> Iterable[str]:
    """Return the ids of the sources of a row."""
    return (value for column, value in row.items() if column.endswith("source_id"))


def withheld(row: Row, day: str) -> Row:
    """Return a source; one that is younger than a day without its title and its day."""
    when = "published" if row["published"] else "earliest"
    return row | {"title": WITHHELD, when: NEVER} if row[when] > day else row


def write(folder: Path, table: str, rows: list[Row]) -> None:
    """Write the rows of a table."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
