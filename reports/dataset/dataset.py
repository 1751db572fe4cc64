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
from reports.dataset.parsing import KNOWN_ON, parse_rows
from reports.dataset.reading import Table, read_table
from reports.dataset.rules import check_contradictions, check_rules
from reports.dataset.schema import TABLES, read_schema
from reports.dataset.view import AsOfView, view_of
from reports.errors import DataError, Problem
from reports.model.facts import RowRef
from reports.store import settled


@dataclass(frozen=True)
class Place:
    """Where a row stands: its file in the folder of the dataset, and its line."""

    file: str
    line: int


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """All rows of every vintage; they are read through `as_of` only."""

    _rows: Mapping[str, tuple[Any, ...]] = field(repr=False)
    warnings: tuple[Problem, ...] = ()
    """What the check found that a build can live with."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """The file of each table, relative to the folder of the dataset."""

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
        return Place(self.paths.get(ref.table, ""), same[0].line) if same else None

    @property
    def newest_day(self) -> date:
        """Return the newest day on which the dataset learned something."""
        return self.learning_days[-1]


def load_dataset(folder: Path) -> Dataset:
    """Read and check the data package in a folder; raise DataError with all its faults."""
    rows, problems, paths = _read(folder)
    errors = tuple(problem for problem in problems if problem.severity == "error")
    if errors:
        count = "1 fault" if len(errors) == 1 else f"{len(errors)} faults"
        raise DataError(
            f"the dataset in {folder} has {count}; the first: {errors[0]}",
            "run `reports check` to see all of them",
            errors,
        )
    warnings = tuple(problem for problem in problems if problem not in errors)
    return Dataset(rows, warnings, paths)


def check_dataset(folder: Path, replaced: Mapping[str, bytes] | None = None) -> tuple[Problem, ...]:
    """Return every fault of the data package in a folder, warnings among them.

    `replaced` holds contents that stand in for files, to be checked before they are written.
    """
    return tuple(_read(folder, replaced)[1])


def _read(
    folder: Path, replaced: Mapping[str, bytes] | None = None
) -> tuple[dict[str, tuple[Any, ...]], list[Problem], dict[str, str]]:
    """Read all tables, old or new, but never some of each."""
    return settled(folder, lambda: _read_once(folder, replaced or {}))


def _read_once(
    folder: Path, replaced: Mapping[str, bytes]
) -> tuple[dict[str, tuple[Any, ...]], list[Problem], dict[str, str]]:
    """Read all tables; rows that are wrong are left out so that the rest can be checked too."""
    schemas, problems = read_schema(folder)
    tables: dict[str, Table] = {}
    for name in TABLES:
        if name in schemas:
            table, faults = read_table(folder, schemas[name], replaced.get(schemas[name].path))
            problems += faults
            if table is not None:
                tables[name] = table
                problems += check_table(table)
    problems += check_references(tables)
    bad: dict[str, set[int]] = defaultdict(set)
    for problem in problems:
        if problem.line is not None:
            bad[problem.file].add(problem.line)
    rows: dict[str, tuple[Any, ...]] = dict.fromkeys(TABLES, ())
    for name, table in tables.items():
        rows[name], faults = parse_rows(table, frozenset(bad[table.schema.path]))
        problems += faults
    paths = {name: table.schema.path for name, table in tables.items()}
    problems += check_rules(rows, paths)
    # Figures are held against each other only where all of them are there and well-formed.
    return rows, problems or check_contradictions(rows, paths), paths
