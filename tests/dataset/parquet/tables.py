"""Datasets with a table in Parquet, and changes that spoil one."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from reports.briefings import build_edition
from reports.dataset import load_dataset
from reports.dataset.packing import pack
from reports.dataset.schema import DETAIL
from reports.model import to_json
from tests.dataset.packages import copy, read, write

MOVED = ("magnet_exports_t", "magnet_exports_us_t", "rare_earth_exports_t")
DAYS = (date(2025, 6, 9), date(2025, 6, 16), date(2025, 12, 31))
MANIFEST = f"{DETAIL}/datapackage.json"
ROW = {
    "series_id": "rare_earth_exports_t",
    "period": "2025-05",
    "value": "5864.60",
    "published": "2025-06-09",
    "source_id": "SP001",
    "status": "reported",
    "note": "",
    "derivation": "",
    "correction": "",
}
Change = Callable[[Path], object]


def take(folder: Path, series: tuple[str, ...] = MOVED) -> list[dict[str, str]]:
    """Take the rows of some series out of the CSV table of a dataset."""
    rows = read(folder, "observations")
    write(folder, "observations", (row for row in rows if row["series_id"] not in series))
    return [row for row in rows if row["series_id"] in series]


def rows_file(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def pack_rows(folder: Path, rows: list[dict[str, str]]) -> None:
    file = rows_file(folder / "taken.txt", rows)
    pack(folder, [file])
    file.unlink()


def moved(folder: Path) -> Path:
    """Return a copy of the dataset with three of its series in Parquet."""
    pack_rows(copy(folder), take(folder))
    return folder


def manifest(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return value


def part(folder: Path, number: int = 0) -> Path:
    return folder / DETAIL / str(manifest(folder)["resources"][number]["path"])


def seal(folder: Path) -> None:
    """Make the manifest tell the truth of the bytes of its parts."""
    value = manifest(folder)
    for item in value["resources"]:
        content = (folder / DETAIL / item["path"]).read_bytes()
        item["bytes"] = len(content)
        item["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    (folder / MANIFEST).write_text(json.dumps(value), "utf-8")


def rewrite(select: str) -> Change:
    """Return a change that writes the first part anew from a query, sealed as if it were right."""

    def change(folder: Path) -> None:
        path = part(folder)
        old = path.with_suffix(".old")
        path.rename(old)
        source = f"(SELECT *, row_number() OVER () AS n FROM read_parquet('{old}'))"
        query = select.format(source=source)
        duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        old.unlink()
        value = manifest(folder)
        value["resources"][0]["rows"] = duckdb.execute(
            f"SELECT count(*) FROM read_parquet('{path}')"
        ).fetchall()[0][0]
        (folder / MANIFEST).write_text(json.dumps(value), "utf-8")
        seal(folder)

    return change


def replaced(column: str, value: str, row: int = 3) -> Change:
    """Return a change of one cell of the first part, by SQL."""
    cell = f"CASE WHEN n = {row} THEN {value} ELSE {column} END AS {column}"
    return rewrite(f"SELECT * EXCLUDE n REPLACE ({cell}) FROM {{source}} ORDER BY n")


def edition(folder: Path, day: date) -> str:
    return to_json(build_edition(load_dataset(folder).as_of(day)))


def flip(folder: Path) -> None:
    content = bytearray(part(folder).read_bytes())
    content[len(content) // 3] ^= 255
    part(folder).write_bytes(content)


def in_manifest(**values: object) -> Change:
    def change(folder: Path) -> None:
        value = manifest(folder)
        value["resources"][0] |= values
        (folder / MANIFEST).write_text(json.dumps(value), "utf-8")

    return change


def csv_rows(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the Parquet table as a CSV file would hold them."""
    found = duckdb.execute(f"SELECT * FROM read_parquet('{folder / DETAIL}/*.parquet')")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, map(str, row), strict=True)) for row in found.fetchall()]
