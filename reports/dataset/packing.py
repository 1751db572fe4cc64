"""Pack rows of observations into the Parquet table: sorted, in small parts, with a manifest.

Sorting uses the disk where rows do not fit into memory. The parts are checked before they count,
and the manifest is renamed into its place last: until then the old table holds.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.dataset.checking import DATE
from reports.dataset.dataset import check_staged
from reports.dataset.engine import NoEngineError, engine, missing_engine, name
from reports.dataset.parquet_check import check_parts
from reports.dataset.parts import Part
from reports.dataset.reading import read_table
from reports.dataset.schema import DETAIL, DETAIL_KEY, PACKAGE_FILE, TableSchema, read_schema
from reports.dataset.sealing import (
    MANIFEST,
    attach_rows,
    cut_into_parts,
    detail_resource,
    empty_table,
    manifest_of,
    sql_type,
    sync_folder,
    write_json,
)
from reports.errors import DataError, Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OPTIONAL = ("note", "derivation", "correction")
"""Columns that a file to be packed may lack."""
_NAME = re.compile(r"part-[0-9a-f]{16}\.parquet")


def pack(folder: Path, files: Sequence[Path]) -> tuple[Part, ...]:
    """Replace the Parquet table of a dataset by the rows of some CSV and Parquet files.

    Only the holder of the lock may.
    Raise DataError, with the dataset as it was, where a file or a row is wrong.
    """
    schema, descriptor = _schema(folder)
    place = (folder / schema.path).parent
    for left in folder.glob(f".{DETAIL}.*"):  # Of a run that was killed.
        shutil.rmtree(left, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{DETAIL}.", dir=folder) as scratch:
            staged = _staged(Path(scratch), files, schema)
            _refuse_wrong(folder, Path(scratch), staged, schema)
            place.mkdir(parents=True, exist_ok=True)
            for part in staged:
                part.path.replace(place / part.path.name)
        for written in (place, folder):  # A manifest never outlasts what it lists.
            sync_folder(written)
        write_json(folder / schema.path, manifest_of(staged))
        if descriptor is not None:
            write_json(folder / PACKAGE_FILE, descriptor)
        _remove_others(place, {part.path.name for part in staged})
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        where = error.filename or place
        raise DataError(f"cannot write {where}: {reason}", "see that it can be written") from error
    return tuple(replace(part, path=place / part.path.name) for part in staged)


def _remove_others(place: Path, kept: set[str]) -> None:
    """Remove parts that an earlier run, finished or not, has left behind."""
    for path in place.glob("part-*.parquet"):
        if _NAME.fullmatch(path.name) and path.name not in kept:
            path.unlink(missing_ok=True)


def _schema(folder: Path) -> tuple[TableSchema, dict[str, Any] | None]:
    """Return the schema of the table, and the descriptor to write if it was not in there yet."""
    schemas, problems = read_schema(folder)
    if problems:
        raise _refused(problems)
    if DETAIL in schemas:
        return schemas[DETAIL], None
    descriptor = json.loads((folder / PACKAGE_FILE).read_text(encoding="utf-8"))
    resources = descriptor["resources"]
    place = next(i for i, item in enumerate(resources) if item.get("name") == "observations")
    resources.insert(place + 1, detail_resource(resources[place]))
    # A series that the catalogue does not name is kept for later, and read by no edition.
    plain = schemas["observations"]
    keys = tuple(key for key in plain.foreign_keys if key.table != "series")
    return replace(plain, name=DETAIL, path=MANIFEST, foreign_keys=keys), descriptor


def _staged(scratch: Path, files: Sequence[Path], schema: TableSchema) -> list[Part]:
    import duckdb

    parts = (scratch / schema.path).parent
    parts.mkdir(parents=True, exist_ok=True)
    try:
        with engine(scratch) as connection:
            attach_rows(connection, scratch)
            connection.execute(empty_table("taken", schema))
            for file in files:
                _insert(connection, file, schema)
            key = ", ".join(DETAIL_KEY)
            connection.execute(f"CREATE TABLE rows.sorted AS FROM rows.taken ORDER BY {key}")
            connection.execute("DROP TABLE rows.taken")
            return list(cut_into_parts(connection, parts, schema))
    except NoEngineError as error:
        raise _refused([missing_engine(schema.path)]) from error
    except duckdb.Error as error:
        raise DataError(f"the rows cannot be sorted: {str(error).splitlines()[0]}") from error


def _insert(connection: DuckDBPyConnection, file: Path, schema: TableSchema) -> None:
    """Take the rows of a file; raise DataError where its form is wrong."""
    import duckdb

    source = _source(file)
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        types = {str(row[0]): str(row[1]) for row in described}
        _refuse_columns(file, types, schema)
        odd = (
            f"SELECT CAST(published AS VARCHAR) FROM {source} WHERE "
            f"NOT regexp_full_match(coalesce(CAST(published AS VARCHAR), ''), '{DATE.pattern}') "
            "OR TRY_CAST(published AS DATE) IS NULL LIMIT 1"
        )
        for (cell,) in connection.execute(odd).fetchall():
            expected = "a date such as 2025-06-09"
            raise _refused(
                [Problem(str(file), None, "published", "is no date", str(cell), expected)]
            )
        taken = ", ".join(
            f"coalesce(CAST({name(f.name)} AS {sql_type(f.type)}), {_absent(f.type)})"
            if f.name in types
            else "''"
            for f in schema.fields
        )
        connection.execute(f"INSERT INTO rows.taken SELECT {taken} FROM {source}")
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise _refused([Problem(str(file), None, "", "cannot be read", said[:200])]) from error


def _absent(kind: str) -> str:
    return "NULL" if kind == "date" else "''"


def _source(file: Path) -> str:
    quoted = str(file.absolute()).replace("'", "''")
    if file.suffix.lower() == ".parquet":
        return f"read_parquet('{quoted}', hive_partitioning=false)"
    return (
        f"read_csv('{quoted}', header=true, delim=',', quote='\"', escape='\"', all_varchar=true, "
        "auto_detect=false, hive_partitioning=false, columns={"
        + ", ".join(f"'{column}': 'VARCHAR'" for column in _head(file))
        + "})"
    )


def _head(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8", newline="") as text:
            head = next(csv.reader(text), [])
    except FileNotFoundError as error:
        raise _refused([Problem(str(file), None, "", "the file is missing")]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused([Problem(str(file), 1, "", "is no CSV in UTF-8")]) from error
    return [column.replace("'", "''") for column in head]


def _refuse_columns(file: Path, types: Mapping[str, str], schema: TableSchema) -> None:
    known = [field.name for field in schema.fields]
    problems = [
        Problem(str(file), 1, column, "the column is missing", expected=", ".join(known))
        for column in known
        if column not in types and column not in OPTIONAL
    ]
    problems += [
        Problem(str(file), 1, column, "the schema knows no such column", expected=", ".join(known))
        for column in types
        if column not in known
    ]
    problems += [
        Problem(
            str(file),
            1,
            field.name,
            "the column has the wrong type",
            types[field.name],
            "text, DECIMAL or a whole number: a binary fraction has no printed digits",
        )
        for field in schema.fields
        if types.get(field.name) in ("FLOAT", "DOUBLE")
    ]
    if problems:
        raise _refused(problems)


def _refuse_wrong(folder: Path, scratch: Path, staged: Sequence[Part], schema: TableSchema) -> None:
    """Raise DataError where a staged row breaks a rule that `reports check` holds it to."""
    if not staged:
        raise DataError("there are no rows to pack", "name files with rows")
    known = {}
    schemas = read_schema(folder)[0]
    for key in schema.foreign_keys:
        table = read_table(folder, schemas[key.table])[0]
        if table is not None:
            known[key.column] = frozenset(table.frame[key.target].tolist())
    if problems := check_parts(scratch, schema, staged, known):
        raise _refused(problems)
    for before, part in pairwise(staged):
        if part.first <= before.last:
            message = "the last key of a part is the first of the next: it stands there twice"
            raise _refused([Problem(part.name, 1, DETAIL_KEY[-1], message, " ".join(part.first))])
    write_json(scratch / schema.path, manifest_of(staged))
    if faults := check_staged(folder, scratch, schema):
        raise _refused(faults)


def _refused(problems: Sequence[Problem]) -> DataError:
    count = "1 fault" if len(problems) == 1 else f"{len(problems)} faults"
    return DataError(
        f"nothing was packed: {count}; the first: {problems[0]}",
        "mend the rows; the dataset is as it was",
        tuple(problems),
    )
