"""Parquet files through DuckDB: the columns they must have, and their cells as text.

DuckDB is imported only where a dataset has such a table. It uses one thread, so that a build stays
as small as it is, and may neither fetch extensions nor take folder names for columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.dataset.schema import Field, TableSchema
from reports.errors import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "256MB"
"""What a query may hold before it uses the disk, beside the process itself."""

_DIGITS = r"VARCHAR|DECIMAL\(\d+,\d+\)|U?(TINY|SMALL|BIG)INT|U?INTEGER|HUGEINT"
_TYPES = {
    "boolean": ("VARCHAR", "text"),
    "date": ("DATE", "DATE"),
    "integer": (r"VARCHAR|U?(TINY|SMALL|BIG)INT|U?INTEGER", "text or a whole number"),
    "number": (_DIGITS, "text, DECIMAL or a whole number: others do not keep printed digits"),
    "string": ("VARCHAR", "text"),
}

Cells = list[tuple[Any, ...]]


class NoEngineError(Exception):
    """The package that reads Parquet is not installed."""


def missing_engine(file: str) -> Problem:
    """Return the fault of a table that nothing here can read."""
    cure = "pip install 'trade-reports[parquet]'"
    return Problem(file, None, "", "cannot be read without the package duckdb", expected=cure)


@contextmanager
def engine(scratch: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """Open a database in memory; `scratch` is where it may put what does not fit.

    Raise NoEngineError where DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise NoEngineError from error
    connection = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": MEMORY,
            "temp_directory": str(scratch or ""),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        yield connection
    finally:
        connection.close()


def scan(path: Path) -> str:
    """Return the SQL that reads a file; its rows carry their number as `file_row_number`."""
    # Quoted here because a parameter cannot stand in a COPY or a DESCRIBE.
    quoted = str(path.absolute()).replace("'", "''")
    return f"read_parquet('{quoted}', file_row_number=true, hive_partitioning=false)"


def as_text(fields: tuple[Field, ...]) -> str:
    """Return the SQL that selects columns as the text that a CSV file would hold."""
    return ", ".join(f"coalesce(cast({name(f.name)} AS VARCHAR), '')" for f in fields)


def name(column: str) -> str:
    """Return a column as a quoted SQL name."""
    return '"' + column.replace('"', '""') + '"'


def form_faults(
    connection: DuckDBPyConnection, path: Path, file: str, schema: TableSchema
) -> list[Problem]:
    """Return what is wrong with the form of a file: no Parquet, or other columns or types."""
    import duckdb

    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {scan(path)}").fetchall()
    except duckdb.Error as error:
        return [unreadable(file, error)]
    found = {str(row[0]): str(row[1]) for row in described if row[0] != "file_row_number"}
    known = {field.name: field for field in schema.fields}
    problems = [
        Problem(file, None, column, "the column is missing", expected="all columns of the schema")
        for column in known
        if column not in found
    ]
    problems += [
        Problem(file, None, column, "the schema knows no such column", column, ", ".join(known))
        for column in found
        if column not in known
    ]
    for column in known.keys() & found.keys():
        pattern, expected = _TYPES[known[column].type]
        if not re.fullmatch(pattern, found[column]):
            message = "the column has the wrong type"
            problems.append(Problem(file, None, column, message, found[column], expected))
    return sorted(problems, key=lambda problem: (problem.message, problem.column))


def unreadable(file: str, error: Exception) -> Problem:
    """Return the fault of a file that DuckDB cannot read, in its own first words."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Problem(file, None, "", "is no sound Parquet file", said[:160], "a Parquet file")
