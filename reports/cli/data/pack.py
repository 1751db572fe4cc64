"""`reports data pack`: put many observations into the dataset as Parquet files."""

from __future__ import annotations

from typing import Any

import click

from reports.cli.data.merging import held, wait_option
from reports.cli.shared import (
    data_folder,
    data_option,
    json_option,
    print_json,
    say,
    settings_of,
    short_path,
)


@click.command("pack")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@wait_option
@data_option
@json_option
def command(files: tuple[str, ...], wait: float, as_json: bool, **flags: Any) -> None:
    """Replace the dataset's Parquet table by the rows of CSV and Parquet files."""
    from pathlib import Path

    from reports.dataset.packing import pack

    folder = data_folder(settings_of(flags))
    with held(folder, wait):
        parts = pack(folder, [Path.cwd() / file for file in files])
    rows, size = sum(part.rows for part in parts), sum(part.size for part in parts)
    if as_json:
        paths = [str(folder / part.name) for part in parts]
        print_json({"status": "packed", "rows": rows, "bytes": size, "files": paths})
    else:
        where = short_path(str(parts[0].path.parent))
        say(f"{where} holds {rows:,} rows in {len(parts)} Parquet files of {size:,} bytes.")
