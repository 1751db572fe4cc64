"""Copies of the data package with something wrong in them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable
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
