"""The rows that an edition rests on, as CSV: those its facts name, as known on its day."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from reports.model.facts import RowRef

if TYPE_CHECKING:
    from reports.dataset import AsOfView
    from reports.model import Edition


def used_rows(edition: Edition, view: AsOfView) -> dict[str, bytes]:
    """Return the rows that the facts of an edition name, with their sources, as CSV by table.

    The columns are those of the dataset; what was not known by the day of the view is empty. Equal
    rows give equal bytes, in whatever order the dataset holds them.
    """
    wanted: defaultdict[str, set[RowRef]] = defaultdict(set)
    for fact in edition.facts:
        for ref in fact.rows:
            wanted[ref.table].add(ref)
    rows = {
        table: [row for row in view.rows(table) if row.ref.plain in refs]
        for table, refs in wanted.items()
    }
    cited = {source for fact in edition.facts for source in fact.sources}
    known = rows.pop("sources", [])
    rows["sources"] = list({*known, *map(view.source, cited)})
    return {table: _csv(table, found) for table, found in sorted(rows.items()) if found}


def _csv(table: str, rows: Iterable[Any]) -> bytes:
    from reports.dataset.schema import NOT_READ, columns_of

    hidden = NOT_READ.get(table, ())
    columns = [column for column in columns_of(table) if column not in hidden]
    cells = sorted({tuple(_cell(getattr(row, column)) for column in columns) for row in rows})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(cells)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    """Return a value as the tables of the dataset write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
