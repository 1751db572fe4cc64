"""The rows of a Parquet table that a dataset needs: those of the series of its catalogue.

Three things are left unread: the parts in whose stretch of keys no series of the catalogue can lie,
the row groups whose statistics rule all of them out, and the columns that no view shows. A part
that is read is hashed first, and its rows then pass through the same checks as rows of a CSV file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.dataset.engine import (
    NoEngineError,
    as_text,
    engine,
    form_faults,
    missing_engine,
    scan,
    unreadable,
)
from reports.dataset.parts import Part, fault_of, read_parts
from reports.dataset.reading import CONTROL, LONGEST_CELL, Table
from reports.dataset.schema import DETAIL_KEY, NOT_READ, TableSchema
from reports.errors import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Detail:
    """What was read of a Parquet table: a table of text for each part that holds a row."""

    tables: tuple[Table, ...] = ()
    seals: Mapping[str, str] = field(default_factory=dict)
    """The sha256 of each part that could hold a row, by file."""


def read_detail(
    folder: Path, schema: TableSchema, catalogue: Iterable[str]
) -> tuple[Detail, list[Problem]]:
    """Read the rows of the series of a catalogue, with the faults of all parts they may be in."""
    parts, problems = read_parts(folder, schema.path)
    series = sorted(set(catalogue))
    needed = [part for part in parts if part.may_hold(series)]
    if problems or not needed:
        return Detail(), problems
    problems = [fault for part in needed if (fault := fault_of(folder, part))]
    if problems:
        return Detail(), problems
    tables: list[Table] = []
    try:
        with engine() as connection:
            for part in needed:
                table, faults = _read(connection, part, schema, series)
                problems += faults
                tables += [table] if table else []
    except NoEngineError:
        return Detail(), [missing_engine(schema.path)]
    return Detail(tuple(tables), {part.name: part.sha256 for part in needed}), problems


def _read(
    connection: DuckDBPyConnection, part: Part, schema: TableSchema, series: list[str]
) -> tuple[Table | None, list[Problem]]:
    import duckdb
    import pandas as pd

    problems = form_faults(connection, part.path, part.name, schema)
    if problems:
        return None, problems
    shown = tuple(f for f in schema.fields if f.name not in NOT_READ["observations"])
    # What lies between the first and the last id can be ruled out by a row group's statistics.
    wanted = [key for key in series if part.first[0] <= key <= part.last[0]]
    marks = ", ".join("?" * len(wanted))
    query = (
        f"SELECT file_row_number, {as_text(shown)} FROM {scan(part.path)} "
        f"WHERE series_id IN ({marks}) ORDER BY file_row_number"
    )
    try:
        rows = connection.execute(query, wanted).fetchall()
    except duckdb.Error as error:
        return None, [unreadable(part.name, error)]
    if not rows:
        return None, []
    # The rows are more rows of the table of observations, whatever the name of their resource.
    own = replace(schema, name="observations", path=part.name, fields=shown)
    lines = tuple(row[0] + 1 for row in rows)
    frame = pd.DataFrame([row[1:] for row in rows], columns=[f.name for f in shown], dtype=str)
    table = Table(own, frame, lines)
    return table, _odd_cells(table, rows)


def _odd_cells(table: Table, rows: list[tuple[Any, ...]]) -> list[Problem]:
    """Return a fault for each cell that no CSV file could hold either."""
    names = [f.name for f in table.schema.fields]
    return [
        Problem(table.schema.path, row[0] + 1, column, *odd)
        for row in rows
        for column, cell in zip(names, row[1:], strict=True)
        if (odd := odd_cell(cell))
    ]


def odd_cell(cell: str) -> tuple[str, str, str] | None:
    """Return message, value and cure for a cell that holds what no table of text may hold."""
    if found := CONTROL.search(cell):
        return "holds a control character", f"U+{ord(found[0]):04X}", "plain text"
    if "\n" in cell or "\r" in cell:
        return "the cell holds a line break", cell[:60], "one line"
    if len(cell) > LONGEST_CELL:
        return "the cell is too long", f"{cell[:60]} ...", f"at most {LONGEST_CELL} characters"
    return None


def twice(table: Table, detail: Iterable[Table]) -> list[Problem]:
    """Return a fault for each row of a Parquet table whose key a row of the CSV table has too."""
    keys = list(DETAIL_KEY)
    known = set(table.frame[keys].itertuples(index=False, name=None))
    return [
        Problem(
            part.schema.path,
            line,
            DETAIL_KEY[-1],
            f"stands in {table.schema.path} too",
            " ".join(key),
            f"one row for each {', '.join(DETAIL_KEY)}",
        )
        for part in detail
        for line, key in zip(part.lines, part.frame[keys].itertuples(index=False), strict=True)
        if tuple(key) in known
    ]
