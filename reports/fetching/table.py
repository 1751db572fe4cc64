"""Fetched rows in the column layout of the dataset, as `reports data add` takes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from reports.dataset.schema import columns_of
from reports.fetching.values import FetchedRow

OBSERVATIONS = (
    "series_id",
    "period",
    "value",
    "published",
    "source_id",
    "status",
    "note",
    "derivation",
    "correction",
)
SOURCES = columns_of("sources")

Cells = Mapping[str, str]


def observation_cells(rows: Iterable[FetchedRow]) -> list[Cells]:
    """Return the rows of the table of observations, by its key."""
    in_order = sorted(rows, key=lambda row: (row.series_id, str(row.period), row.published))
    return [
        {
            "series_id": row.series_id,
            "period": str(row.period),
            "value": f"{row.value:f}",
            "published": row.published.isoformat(),
            "source_id": row.source.source_id,
            "status": row.status,
            "note": row.note,
            "derivation": row.derivation,
            "correction": "",
        }
        for row in in_order
    ]


def source_cells(rows: Iterable[FetchedRow]) -> list[Cells]:
    """Return the rows of the table of sources that some rows name, by its key."""
    found = {row.source.source_id: row.source for row in rows}
    return [
        {
            "source_id": name,
            "publisher": source.publisher,
            "title": source.title,
            "url": source.url,
            "published": source.published.isoformat(),
            "earliest": "",
        }
        for name, source in sorted(found.items())
    ]


def csv_bytes(columns: Sequence[str], cells: Iterable[Cells]) -> bytes:
    """Return a table as the dataset holds it: UTF-8, LF, a head and rows."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    return text.getvalue().encode()
