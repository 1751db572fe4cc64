"""Copies of the data package with something wrong in them, or cut off at a day."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from reports.dataset import Dataset, load_dataset

DATA = Path(__file__).parents[2] / "data"

Row = dict[str, str]


@cache
def shipped() -> Dataset:
    """Return the dataset of the repository, loaded once."""
    return load_dataset(DATA)


def copy(folder: Path) -> Path:
    """Copy the tables and the descriptor of the repository's dataset into a folder."""
    for path in (*DATA.glob("*.csv"), DATA / "datapackage.json"):
        shutil.copyfile(path, folder / path.name)
    return folder


def read(folder: Path, table: str) -> list[Row]:
    """Return the rows of a table as text."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, table: str, rows: Iterable[Row]) -> None:
    """Write the rows of a table."""
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    (folder / f"{table}.csv").write_text(text.getvalue(), encoding="utf-8")


def edit(folder: Path, table: str, line: int, **cells: str) -> None:
    """Change cells of the row on a line; the head is line 1."""
    rows = read(folder, table)
    rows[line - 2] |= cells
    write(folder, table, rows)


def replace(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands in a file, once."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit_descriptor(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the descriptor of the package."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


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
LEARNT_LATER: dict[str, dict[str, tuple[str, ...]]] = {
    "meetings": {
        "outcome_published": (
            "outcome",
            "outcome_published",
            "outcome_source_id",
            "outcome_verb",
            "outcome_label",
        ),
        "end": ("end",),
    },
    "tariffs": {"status_changed": ("status_changed", "status_source_id", "status_kind")},
    "controls": {"status_changed": ("status_changed", "status_source_id", "status_kind")},
    "calendar": {"superseded_on": ("superseded_on", "superseded_source_id")},
}


def truncate(folder: Path, day: date) -> Path:
    """Copy the dataset as it would stand in the files had its collection ended on a day."""
    copy(folder)
    text = day.isoformat()
    cited: set[str] = set()
    for table, known in KNOWN.items():
        rows = [_blank(table, row, text) for row in read(folder, table) if row[known] <= text]
        if table == "meetings":
            rows = [_place(row, text) for row in rows if row["dates_published"] <= text]
        head = list(read(DATA, table)[0])
        write(folder, table, rows)
        cited |= {row[name] for row in rows for name in head if name.endswith("source_id")}
    write(folder, "sources", (r for r in read(folder, "sources") if r["source_id"] in cited))
    kept = {row["meeting_id"] for row in read(folder, "meetings")}
    delegates = [row for row in read(folder, "delegates") if row["meeting_id"] in kept]
    write(folder, "delegates", delegates)
    return folder


def _blank(table: str, row: Row, day: str) -> Row:
    for column, blanked in LEARNT_LATER.get(table, {}).items():
        if row[column] > day:
            row |= dict.fromkeys(blanked, "")
            if "status_kind" in blanked:
                row["status"] = "not known yet"
    return row


def _place(row: Row, day: str) -> Row:
    if row["place_published"] > day:
        row |= {"name": row["provisional_name"], "label": row["provisional_label"]}
        empty = ("city", "country", "provisional_name", "provisional_label", "place_published")
        row |= dict.fromkeys(empty, "")
    return row
