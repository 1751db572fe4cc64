"""The rows that an edition rests on, as they were known on its day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from reports.dataset import AsOfView, rows_csv
from reports.model import Edition


def rows_used(view: AsOfView, *editions: Edition) -> dict[str, bytes]:
    """Return the rows that the facts of an edition, or of its variants, name, as CSV by table.

    They are taken from the view, so that no cell is younger than its day.
    """
    named: defaultdict[str, set[tuple[str, date]]] = defaultdict(set)
    for fact in (fact for edition in editions for fact in edition.facts):
        for ref in fact.rows:
            named[ref.table].add((ref.key, ref.vintage))
    return {
        table: rows_csv(
            table, (row for row in view.rows(table) if (row.ref.key, row.ref.vintage) in refs)
        )
        for table, refs in sorted(named.items())
    }
