"""Write sorted rows as the parts of a Parquet table, with a manifest that seals them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from reports.dataset.engine import name
from reports.dataset.parts import Part
from reports.dataset.schema import DETAIL, DETAIL_KEY, PACKAGE_FILE, TableSchema

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS = 100_000
"""Rows of a part: about a megabyte, which is hashed in a millisecond."""
GROUP = 20_480
"""Rows of a row group: a hundred series of ten to twenty years."""
MANIFEST = f"{DETAIL}/{PACKAGE_FILE}"


def attach_rows(connection: DuckDBPyConnection, scratch: Path) -> None:
    """Attach a database on the disk, so that sorted rows need no memory."""
    quoted = str(scratch / "rows.db").replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS rows")


def empty_table(table: str, schema: TableSchema) -> str:
    """Return the SQL that makes an empty table of the rows on the disk."""
    columns = ", ".join(f"{name(field.name)} {sql_type(field.type)}" for field in schema.fields)
    return f"CREATE TABLE rows.{table} ({columns})"


def sql_type(kind: str) -> str:
    """Return the type in which a part holds a column: what was printed stays text."""
    return "DATE" if kind == "date" else "VARCHAR"


def cut_into_parts(
    connection: DuckDBPyConnection, folder: Path, schema: TableSchema
) -> Iterator[Part]:
    """Write the rows of `rows.sorted` as parts and yield them; a part is named by its bytes."""
    ((count,),) = connection.execute("SELECT count(*) FROM rows.sorted").fetchall()
    written = folder / "written.parquet"
    quoted = str(written).replace("'", "''")
    for start in range(0, count, ROWS):
        end = min(start + ROWS, count)
        # The rows of a table keep the order in which they were put in: rowid counts them.
        rows = f"FROM rows.sorted WHERE rowid >= {start} AND rowid < {end}"
        connection.execute(
            f"COPY (SELECT * {rows} ORDER BY rowid) TO '{quoted}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})"
        )
        ends = [
            connection.execute(
                f"SELECT {', '.join(f'CAST({c} AS VARCHAR)' for c in DETAIL_KEY)} "
                f"FROM rows.sorted WHERE rowid = {row}"
            ).fetchall()[0]
            for row in (start, end - 1)
        ]
        yield _sealed(written, end - start, schema, ends)


def _sealed(written: Path, rows: int, schema: TableSchema, ends: list[Any]) -> Part:
    with written.open("rb") as file:
        seal = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    path = written.with_name(f"part-{seal[:16]}.parquet")
    written.rename(path)
    file_name = str(PurePosixPath(schema.path).with_name(path.name))
    return Part(file_name, path, path.stat().st_size, seal, rows, tuple(ends[0]), tuple(ends[1]))


def detail_resource(observations: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resource of the Parquet table, made from that of the observations."""
    schema = dict(observations["schema"])
    schema["foreignKeys"] = [
        key for key in schema["foreignKeys"] if key["reference"]["resource"] != "series"
    ]
    return {
        "name": DETAIL,
        "title": "Observations in detail",
        "description": "More observations, as Parquet files that the Data Package of its path "
        "lists. A series counts where the catalogue names it.",
        "path": MANIFEST,
        "format": "json",
        "mediatype": "application/vnd.datapackage+json",
        "schema": schema,
    }


def manifest_of(parts: Sequence[Part]) -> dict[str, Any]:
    """Return the Data Package that lists the parts of a table."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": DETAIL.replace("_", "-"),
        "description": "Written by `reports data pack`; bytes, hash, rows and keys are held "
        "against the files. Do not edit.",
        "resources": [
            {
                "name": part.path.stem,
                "path": part.path.name,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": part.size,
                "hash": f"sha256:{part.sha256}",
                "rows": part.rows,
                "first": part.first,
                "last": part.last,
            }
            for part in parts
        ],
    }


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON beside its place and rename it into it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder outlast a loss of power, as their contents do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
