"""Check every row of a Parquet table, one part at a time, in bounded memory.

DuckDB gathers the different values of each column, and the same rules judge them as judge the cells
of a CSV file. The rows of series that the catalogue knows were read and checked before, like those
of a CSV file; here are the faults that need no catalogue, in all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reports.dataset.checking import NUMBER, SHOWN, fault
from reports.dataset.engine import (
    NoEngineError,
    as_text,
    engine,
    form_faults,
    missing_engine,
    name,
    scan,
    unreadable,
)
from reports.dataset.parquet import odd_cell
from reports.dataset.parts import MOST_ROWS, Part, fault_of, read_parts, unlisted
from reports.dataset.reading import Table
from reports.dataset.schema import DETAIL_KEY, Field, TableSchema
from reports.errors import Problem
from reports.model.periods import Period

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_TOLD = 20
"""Rows that are named for one fault of a column in one part; the rest are counted."""
MOST_ASKED = 500
"""Different wrong values of a column in one part whose rows are looked for."""

Known = Mapping[str, frozenset[str]]
"""The values that the foreign keys of a column find, by column."""


def check_detail(folder: Path, schema: TableSchema, tables: Mapping[str, Table]) -> list[Problem]:
    """Return every fault of a Parquet table; `tables` are those its foreign keys lead to."""
    parts, problems = read_parts(folder, schema.path)
    if problems:
        return problems
    known = {
        key.column: frozenset(tables[key.table].frame[key.target].tolist())
        for key in schema.foreign_keys
        if key.table in tables
    }
    return [*check_parts(folder, schema, parts, known), *unlisted(folder, schema.path, parts)]


def check_parts(
    folder: Path, schema: TableSchema, parts: Iterable[Part], known: Known
) -> list[Problem]:
    """Return every fault of some parts and of the order in which they follow each other."""
    problems: list[Problem] = []
    try:
        with engine() as connection:
            for part in parts:
                found = fault_of(folder, part)
                problems += [found] if found else _check(connection, part, schema, known)
    except NoEngineError:
        return [missing_engine(schema.path)]
    return problems


def _check(
    connection: DuckDBPyConnection, part: Part, schema: TableSchema, known: Known
) -> list[Problem]:
    import duckdb

    problems = form_faults(connection, part.path, part.name, schema)
    if problems:
        return problems
    try:
        problems += _ends(connection, part, schema)
        for field in schema.fields:
            problems += _check_column(connection, part, field, known.get(field.name))
        problems += _check_key(connection, part)
        return problems + _check_derivation(connection, part)
    except duckdb.Error as error:
        return [*problems, unreadable(part.name, error)]


def _ends(connection: DuckDBPyConnection, part: Part, schema: TableSchema) -> list[Problem]:
    """Hold the number of rows and the first and last key against the manifest."""
    query = f"SELECT count(*) FROM {scan(part.path)}"
    ((count,),) = connection.execute(query).fetchall()
    if not 0 < count <= MOST_ROWS:
        expected = f"1 to {MOST_ROWS} rows a part"
        return [Problem(part.name, None, "", "has too many rows or none", f"{count}", expected)]
    problems = []
    if count != part.rows:
        message = "has another number of rows than its manifest says"
        problems.append(Problem(part.name, None, "", message, f"{count}", f"{part.rows} rows"))
    # Filtering reads parts of the file that nothing else here does: a build's query must work too.
    filtered = f"SELECT {as_text(schema.fields)} FROM {scan(part.path)} WHERE series_id IN (?, ?)"
    connection.execute(filtered, [part.first[0], part.last[0]]).fetchall()
    columns = ", ".join(map(_text, DETAIL_KEY))
    for order, said, which in (("", part.first, "first"), ("DESC", part.last, "last")):
        by = ", ".join(f"{_text(column)} {order}" for column in DETAIL_KEY)
        ends = f"SELECT {columns} FROM {scan(part.path)} ORDER BY {by} LIMIT 1"
        found = tuple(connection.execute(ends).fetchall()[0])
        if found != said:
            message = f"has another {which} key than its manifest says"
            problems.append(
                Problem(part.name, None, "", message, " ".join(found)[:SHOWN], " ".join(said))
            )
    return problems


def _text(column: str) -> str:
    return f"coalesce(cast({name(column)} AS VARCHAR), '')"


def _check_column(
    connection: DuckDBPyConnection, part: Part, field: Field, known: frozenset[str] | None
) -> list[Problem]:
    where = ""
    if field.type == "number" and field.minimum is None:
        # Nearly every value differs: only what does not look like a number is looked at.
        where = f"WHERE NOT regexp_full_match({_text(field.name)}, '{NUMBER.pattern}')"
    column = as_text((field,))
    query = f"SELECT DISTINCT {column} FROM {scan(part.path)} {where}"
    wrong: dict[str, tuple[str, str, str]] = {}
    for (cell,) in connection.execute(query).fetchall():
        if found := _judge(cell, field, known):
            wrong[cell] = found
    if not wrong:
        return []
    return _named(connection, part, field, wrong)


def _judge(cell: str, field: Field, known: frozenset[str] | None) -> tuple[str, str, str] | None:
    """Return message, shown value and cure for a cell, or None where it is right."""
    if odd := odd_cell(cell):
        return odd
    if found := fault(cell, field):
        return found[0], cell[:SHOWN], found[1]
    if known is not None and cell and cell not in known:
        return "is unknown", cell[:SHOWN], f"a {field.name} of the table its foreign key names"
    if field.name == "period":
        try:
            Period.parse(cell)
        except ValueError:
            return "is not understood", cell[:SHOWN], "a period such as 2025-05 or 2025Q1"
    return None


def _named(
    connection: DuckDBPyConnection,
    part: Part,
    field: Field,
    wrong: Mapping[str, tuple[str, str, str]],
) -> list[Problem]:
    """Return the rows of wrong cells, the first of them by name and the rest by number."""
    asked = sorted(wrong)[:MOST_ASKED]
    marks = ", ".join("?" * len(asked))
    column = _text(field.name)
    query = (
        f"SELECT file_row_number + 1, {column} FROM {scan(part.path)} "
        f"WHERE {column} IN ({marks}) ORDER BY 1"
    )
    told = connection.execute(query, asked)
    problems = [
        Problem(part.name, row, field.name, *wrong[cell]) for row, cell in told.fetchmany(MOST_TOLD)
    ]
    more = 0
    while rows := told.fetchmany(10_000):
        more += len(rows)
    if more:
        least = "at least " if len(wrong) > len(asked) else ""
        message = f"{least}{more} more rows are wrong in this column"
        problems.append(Problem(part.name, None, field.name, message))
    return problems


def _check_key(connection: DuckDBPyConnection, part: Part) -> list[Problem]:
    """Find keys that are there twice, and rows that are out of order."""
    key = f"[{', '.join(map(_text, DETAIL_KEY))}]"
    query = (
        f"SELECT row, key, before FROM (SELECT file_row_number + 1 AS row, {key} AS key, "
        f"lag({key}) OVER (ORDER BY file_row_number) AS before FROM {scan(part.path)}) "
        f"WHERE key <= before ORDER BY row LIMIT {MOST_TOLD}"
    )
    expected = f"one row for each {', '.join(DETAIL_KEY)}"
    problems = []
    for row, cells, before in connection.execute(query).fetchall():
        same = cells == before
        message = f"stands here twice: row {row - 1} has the same key"
        problems.append(
            Problem(
                part.name,
                row,
                DETAIL_KEY[-1],
                message if same else "is out of order",
                " ".join(cells)[:SHOWN],
                expected if same else f"rows sorted by {', '.join(DETAIL_KEY)}",
            )
        )
    return problems


def _check_derivation(connection: DuckDBPyConnection, part: Part) -> list[Problem]:
    query = (
        f"SELECT file_row_number + 1, {_text('derivation')} FROM {scan(part.path)} WHERE "
        f"({_text('status')} = 'derived') != ({_text('derivation')} != '') "
        f"ORDER BY 1 LIMIT {MOST_TOLD}"
    )
    message = "goes with status derived and no other"
    return [
        Problem(part.name, row, "derivation", message, cell[:SHOWN], "both or neither")
        for row, cell in connection.execute(query).fetchall()
    ]
