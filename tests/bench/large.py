"""Make a dataset with a large table in Parquet for the benchmark.

`large.py FOLDER ROWS` makes FOLDER.

The rows are synthetic and say so (no source states them), except those of the series that the
edition reads: these are the real ones, moved out of the CSV table, so that the edition of every
size is the same to the byte. Each real series stands before its share of synthetic ones, so that
the table is read at as many places as there are series. Equal sizes give equal bytes.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from duckdb import DuckDBPyConnection

from reports.dataset.engine import engine
from reports.dataset.schema import DETAIL, PACKAGE_FILE, read_schema
from reports.dataset.sealing import (
    attach_rows,
    cut_into_parts,
    detail_resource,
    empty_table,
    manifest_of,
    write_json,
)
from reports.resources import data_dir

MONTHS = 150
"""Periods of a synthetic series, from January 2011."""
KEPT = "gdp_yoy_pct"
"""The series that stays in the CSV table, which may not be empty."""


def make_dataset(data: Path, folder: Path, rows: int) -> Path:
    """Copy a dataset, with so many observations in Parquet; return its folder."""
    shutil.copytree(data, folder)
    real = _take_observations(folder)
    descriptor = json.loads((folder / PACKAGE_FILE).read_text("utf-8"))
    place = [resource["name"] for resource in descriptor["resources"]].index("observations")
    resource = detail_resource(descriptor["resources"][place])
    descriptor["resources"].insert(place + 1, resource)
    write_json(folder / PACKAGE_FILE, descriptor)
    schema = read_schema(folder)[0][DETAIL]
    (folder / DETAIL).mkdir()
    with TemporaryDirectory(dir=folder.parent) as name, engine(Path(name)) as connection:
        attach_rows(connection, Path(name))
        connection.execute(empty_table("sorted", schema))
        _fill(connection, real, rows)
        parts = list(cut_into_parts(connection, folder / DETAIL, schema))
    write_json(folder / schema.path, manifest_of(parts))
    return folder


def _take_observations(folder: Path) -> list[dict[str, str]]:
    """Take the rows of all series but one out of the CSV table."""
    path = folder / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if row["series_id"] == KEPT)
    return [row for row in rows if row["series_id"] != KEPT]


def _fill(connection: DuckDBPyConnection, real: list[dict[str, str]], rows: int) -> None:
    """Insert real and synthetic rows in the order of their keys."""
    connection.execute("CREATE TABLE months (n INTEGER, period VARCHAR, published DATE)")
    connection.execute(
        "INSERT INTO months SELECT n, strftime(day, '%Y-%m'), day + INTERVAL 50 DAY FROM "
        f"(SELECT n, DATE '2011-01-01' + to_months(n::INTEGER) AS day FROM range({MONTHS}) t(n))"
    )
    series = sorted({row["series_id"] for row in real})
    synthetic = rows - len(real)
    shares = [synthetic * n // len(series) for n in range(len(series) + 1)]
    for series_id, (start, end) in zip(series, pairwise(shares), strict=True):
        own = [list(row.values()) for row in real if row["series_id"] == series_id]
        marks = ", ".join("?" * len(own[0]))
        connection.executemany(f"INSERT INTO rows.sorted VALUES ({marks})", own)
        # One statement a series keeps what is in memory small.
        connection.execute(
            "INSERT INTO rows.sorted SELECT printf('%s_%07d', ?, g // $months), period, "
            "CAST(hash(g + $start) % 1000000 AS VARCHAR) || '.' || CAST(g % 10 AS VARCHAR), "
            "published, 'SP001', 'reported', 'synthetic', '', '' "
            "FROM range($count) t(g) JOIN months ON n = g % $months ORDER BY g".replace("?", "$id"),
            {"id": series_id, "months": MONTHS, "start": start, "count": end - start},
        )


if __name__ == "__main__":
    make_dataset(data_dir(), Path(sys.argv[1]), int(sys.argv[2]))
