"""Load the data package: read, check, and hand out views of single days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from reports.dataset.checking import check_references, check_table
from reports.dataset.cut import learning_days
from reports.dataset.parquet import Detail, read_detail, twice
from reports.dataset.parsing import KNOWN_ON, parse_rows
from reports.dataset.reading import Table, read_table
from reports.dataset.rules import check_plausible, check_rules
from reports.dataset.schema import DETAIL, TABLES, TableSchema, read_schema
from reports.dataset.view import AsOfView, view_of
from reports.errors import DataError, Problem
from reports.model.facts import RowRef
from reports.store import settled


@dataclass(frozen=True)
class Place:
    """Where a row stands: its file in the folder of the dataset, and its line.

    Of a Parquet file, which has no lines, the number of the row, from 1.
    """

    file: str
    line: int


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """All rows of every vintage; they are read through `as_of` only."""

    _rows: Mapping[str, tuple[Any, ...]] = field(repr=False)
    warnings: tuple[Problem, ...] = ()
    """What the check found that a build can live with."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """The sha256 of each Parquet file that could hold a row of these, relative to the folder."""

    def as_of(self, day: date) -> AsOfView:
        """Return what was known by the end of a day, UTC."""
        shown = {name: rows for name, rows in self._rows.items() if name != "known_conflicts"}
        return view_of(shown, day)

    @cached_property
    def learning_days(self) -> tuple[date, ...]:
        """Return every day on which the dataset learned something, in order."""
        days: set[date] = set()
        for name in KNOWN_ON.keys() - {"known_conflicts"}:
            for row in self._rows[name]:
                days |= learning_days(row)
        return tuple(sorted(days))

    def place(self, ref: RowRef) -> Place | None:
        """Return where the row of a reference stands, or None if it is in no file.

        A view moves the day of a row whose date was set later, so a key that one row has suffices.
        """
        rows = [row.ref for row in self._rows[ref.table] if row.ref.key == ref.key]
        same = [found for found in rows if found.vintage == ref.vintage] or rows
        return Place(same[0].file, same[0].line) if same else None

    @property
    def newest_day(self) -> date:
        """Return the newest day on which the dataset learned something."""
        return self.learning_days[-1]


def load_dataset(folder: Path) -> Dataset:
    """Read and check the data package in a folder; raise DataError with all its faults."""
    read = read_sound(folder)
    return Dataset(read.rows, tuple(read.problems), read.parts)


def read_sound(folder: Path) -> Read:
    """Read and check the data package in a folder; raise DataError with all its faults."""
    read = _read(folder)
    errors = tuple(problem for problem in read.problems if problem.severity == "error")
    if errors:
        count = "1 fault" if len(errors) == 1 else f"{len(errors)} faults"
        raise DataError(
            f"the dataset in {folder} has {count}; the first: {errors[0]}",
            "run `reports check` to see all of them",
            errors,
        )
    return read


def check_dataset(folder: Path) -> tuple[Problem, ...]:
    """Return every fault of the data package in a folder, warnings among them.

    Unlike a build, this reads every row of a table in Parquet.
    """
    from reports.dataset.parquet_check import check_detail

    def read() -> tuple[Problem, ...]:
        found = _read_once(folder, {})
        detail = check_detail(folder, found.detail, found.tables) if found.detail else []
        # What a build would find too is told once.
        return tuple(dict.fromkeys((*found.problems, *detail)))

    return settled(folder, read)


def check_tables(folder: Path, replaced: Mapping[str, bytes] | None = None) -> tuple[Problem, ...]:
    """Return what a build would find wrong or odd in a data package.

    Of a table in Parquet these are the rows that an edition needs: to go through tens of millions
    is for `check_dataset`. `replaced` holds contents that stand in for files, to be checked before
    they are written.
    """
    return tuple(_read(folder, replaced).problems)


def check_staged(folder: Path, place: Path, schema: TableSchema) -> tuple[Problem, ...]:
    """Return the faults that a dataset gets with a Parquet table that lies elsewhere as yet.

    They take rows of other tables to see; the table itself is checked where it lies.
    """

    def read() -> tuple[Problem, ...]:
        old = {*_read_once(folder, {}).problems}
        new = _read_once(folder, {}, (place, schema)).problems
        return tuple(each for each in new if each.severity == "error" and each not in old)

    return settled(folder, read)


@dataclass(frozen=True)
class Read:
    """What was read of a folder, with all that is wrong in it."""

    rows: dict[str, tuple[Any, ...]]
    problems: list[Problem]
    tables: dict[str, Table]
    detail: TableSchema | None
    detail_tables: tuple[Table, ...]
    """The rows of the Parquet table that the catalogue asks for."""
    parts: Mapping[str, str]


def _read(folder: Path, replaced: Mapping[str, bytes] | None = None) -> Read:
    """Read all tables, old or new, but never some of each."""
    return settled(folder, lambda: _read_once(folder, replaced or {}))


def _read_once(
    folder: Path,
    replaced: Mapping[str, bytes],
    staged: tuple[Path, TableSchema] | None = None,
) -> Read:
    """Read all tables; rows that are wrong are left out so that the rest can be checked too.

    `staged` is where a Parquet table lies that is to replace the one of the dataset.
    """
    schemas, problems = read_schema(folder)
    tables: dict[str, Table] = {}
    for name in TABLES:
        if name in schemas:
            table, faults = read_table(folder, schemas[name], replaced.get(schemas[name].path))
            problems += faults
            if table is not None:
                tables[name] = table
    place, schema = staged or (folder, schemas.get(DETAIL))
    detail = _detail(place, schema, tables, problems)
    every = (*tables.values(), *detail.tables)
    for table in every:
        problems += check_table(table)
    problems += check_references(tables, every)
    if "observations" in tables:
        problems += twice(tables["observations"], detail.tables)
    bad: dict[str, set[int]] = defaultdict(set)
    for problem in problems:
        if problem.line is not None:
            bad[problem.file].add(problem.line)
    rows: dict[str, tuple[Any, ...]] = dict.fromkeys(TABLES, ())
    for table in every:
        found, faults = parse_rows(table, frozenset(bad[table.schema.path]))
        rows[table.schema.name] += found
        problems += faults
    paths = {name: table.schema.path for name, table in tables.items()}
    problems += check_rules(rows, paths)
    # Figures are held against each other only where all of them are there and well-formed.
    problems = problems or check_plausible(rows, paths)
    return Read(rows, problems, tables, schemas.get(DETAIL), detail.tables, detail.seals)


def _detail(
    folder: Path,
    schema: TableSchema | None,
    tables: Mapping[str, Table],
    problems: list[Problem],
) -> Detail:
    """Read what the catalogue needs of the Parquet table, if there is one; add its faults."""
    if schema is None or "series" not in tables:
        return Detail()
    detail, faults = read_detail(folder, schema, tables["series"].frame["series_id"].tolist())
    problems += faults
    return detail
