"""The data package of one day, to be kept: the rows that were known by then, in their own words.

What is kept can be cut again as of that day and shows what the whole dataset shows, so that an
edition of it has the same bytes. It needs no Parquet: those rows of a large table that the
catalogue asks for become rows of the table of observations.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reports.dataset.cut import known_on
from reports.dataset.dataset import Dataset, Read, read_sound
from reports.dataset.parsing import KNOWN_ON
from reports.dataset.reading import Table
from reports.dataset.schema import DETAIL, MAY_BE_EMPTY, PACKAGE_FILE
from reports.dataset.view import AsOfView
from reports.dataset.writing import REFERENCE, rows_csv
from reports.store import place_of

_ALWAYS = ("series", "sources")
"""Tables without days; the last one grows without a meaning for editions, as `feeds` does."""


@dataclass(frozen=True, order=True)
class RowChange:
    """A row that two files or views do not have alike."""

    file: str
    key: str
    change: str
    """"is new", "is gone", or the cells: "value 1 → 2"."""

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.change}"


def kept_files(folder: Path, day: date) -> tuple[dict[str, bytes], AsOfView]:
    """Return the files of a data package that holds what was known by the end of a day, by name.

    With them comes what the whole dataset shows on that day, of the same reading. A row of a later
    day is kept where another one refers to it, or where its table would be empty, which no dataset
    may be: the cut at the day takes it out. Raise DataError for a wrong dataset.
    """
    read = read_sound(folder)
    kept = _closed(read, {name: _known(read, name, day) for name in read.tables})
    files = {PACKAGE_FILE: _descriptor(folder)}
    for name, table in read.tables.items():
        lines = place_of(folder, table.schema.path).read_text("utf-8-sig").splitlines()
        chosen = [lines[0], *(lines[line - 1] for line in sorted(kept[name]))]
        files[table.schema.path] = ("\n".join(chosen) + "\n").encode()
    own = read.tables["observations"].schema
    files[own.path] += _detail_lines(read, day, [field.name for field in own.fields])
    return files, Dataset(read.rows).as_of(day)


def _known(read: Read, name: str, day: date) -> set[int]:
    """Return the lines of a table that were known by a day, the first one where none was."""
    table = read.tables[name]
    rows = [row for row in read.rows[name] if row.ref.file == table.schema.path]
    known = {row.ref.line for row in rows if name not in KNOWN_ON or known_on(row) <= day}
    if known or name in MAY_BE_EMPTY:
        return known
    return {min(table.lines)}


def _closed(read: Read, kept: dict[str, set[int]]) -> dict[str, set[int]]:
    """Add the rows that rows which are kept refer to, until no more are."""
    waiting = set(kept)
    while waiting:
        table = read.tables[waiting.pop()]
        for key in table.schema.foreign_keys:
            target = read.tables.get(key.table)
            if target is None:
                continue
            named = _cells(table, key.column, kept[table.schema.name])
            places = zip(target.lines, target.frame[key.target], strict=True)
            more = {line for line, cell in places if cell in named} - kept[key.table]
            if more:
                kept[key.table] |= more
                waiting.add(key.table)
    return kept


def _cells(table: Table, column: str, lines: set[int]) -> set[str]:
    places = zip(table.lines, table.frame[column], strict=True)
    return {cell for line, cell in places if line in lines and cell}


def _descriptor(folder: Path) -> bytes:
    """Return the descriptor without the table in Parquet, as it is where there is none."""
    content = place_of(folder, PACKAGE_FILE).read_bytes()
    found: dict[str, Any] = json.loads(content)
    resources = [each for each in found["resources"] if each.get("name") != DETAIL]
    if len(resources) == len(found["resources"]):
        return content
    found["resources"] = resources
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def _detail_lines(read: Read, day: date, columns: list[str]) -> bytes:
    """Return the rows of Parquet files that were known by a day, as lines of the CSV table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for table in read.detail_tables:
        published = table.frame["published"].tolist()
        none = [""] * len(published)
        cells = [table.frame[c].tolist() if c in table.frame else none for c in columns]
        rows = zip(published, *cells, strict=True)
        writer.writerows(row for on, *row in rows if on <= day.isoformat())
    return text.getvalue().encode()


def view_changes(then: AsOfView, now: AsOfView) -> list[RowChange]:
    """Return the rows that two views do not have alike, of all that an edition may show.

    Series and sources that only `now` has are none: they say nothing by themselves.
    """
    found: list[RowChange] = []
    for table in (*_ALWAYS, *(name for name in KNOWN_ON if name != "known_conflicts")):
        old, new = (rows_csv(table, view.rows(table)) for view in (then, now))
        changes = row_changes(f"{table}.csv", old, new)
        found += [each for each in changes if table not in _ALWAYS or each.change != "is new"]
    return found


def row_changes(file: str, old: bytes, new: bytes) -> list[RowChange]:
    """Return the rows that two tables written by `rows_csv` do not have alike."""
    before, after = _by_key(old), _by_key(new)
    found = []
    for key in sorted({*before, *after}):
        name = _named(key)
        if key not in after:
            found.append(RowChange(file, name, "is gone"))
        elif key not in before:
            found.append(RowChange(file, name, "is new"))
        elif cells := _different(before[key], after[key]):
            found.append(RowChange(file, name, cells))
    return found


def _by_key(content: bytes) -> dict[tuple[str, ...], Mapping[str, str]]:
    """Return rows by key, vintage and a number for those that have both in common."""
    found: dict[tuple[str, ...], Mapping[str, str]] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for row in csv.DictReader(io.StringIO(content.decode())):
        key = tuple(row[name] for name in REFERENCE)
        found[*key, str(seen[key])] = row
        seen[key] += 1
    return found


def _named(key: tuple[str, ...]) -> str:
    """Return the key of a row for people: without a day where its table has none."""
    words, vintage = key[:2]
    return words if vintage == date.min.isoformat() else f"{words} of {vintage}"


def _different(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    columns = dict.fromkeys((*old, *new))
    pairs = ((column, old.get(column), new.get(column)) for column in columns)
    return ", ".join(
        f"{column} {was or 'empty'} → {now or 'empty'}" for column, was, now in pairs if was != now
    )
