"""From rows back to cells: a table as CSV, in the forms in which the data package has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from reports.dataset.rows import Meeting
from reports.dataset.schema import NOT_READ, columns_of

REFERENCE = ("key", "vintage")
"""The first columns: a row as facts name it, and the day from which it counts."""


def rows_csv(table: str, rows: Iterable[Any]) -> bytes:
    """Return rows of a table as CSV, sorted: their reference, then the columns that are read."""
    columns = [column for column in columns_of(table) if column not in NOT_READ.get(table, ())]
    lines = (
        (row.ref.key, row.ref.vintage.isoformat(), *(_cell(row, column) for column in columns))
        for row in rows
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*REFERENCE, *columns))
    writer.writerows(sorted(lines))
    return text.getvalue().encode()


def _cell(row: Any, column: str) -> str:
    if isinstance(row, Meeting) and column == "end" and row.status != "held":
        return ""  # A view fills in a day of its own, since no end is known.
    value = getattr(row, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "; ".join(value) if isinstance(value, tuple) else str(value)
