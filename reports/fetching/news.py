"""What of the fetched rows the dataset does not know yet."""

from __future__ import annotations

from collections.abc import Iterable

from reports.dataset import AsOfView, Observation
from reports.dataset.rows import Located
from reports.dataset.vintages import same_value
from reports.fetching.values import FetchedRow


def new_rows(
    rows: Iterable[FetchedRow], view: AsOfView, *, with_vintages: bool
) -> tuple[FetchedRow, ...]:
    """Return the rows that a view of the day of fetching does not hold.

    A row with a day of its own is new unless it stands there. A row without one is new only where
    it says another value than the newest that is known: else each fetching would make a vintage of
    every period, and each a revision that never was.
    """
    return tuple(row for row in rows if _is_new(row, view, with_vintages=with_vintages))


def _is_new(row: FetchedRow, view: AsOfView, *, with_vintages: bool) -> bool:
    vintages = view.vintages(row.series_id, row.period)
    if with_vintages:
        return not any((v.published, v.value) == (row.published, row.value) for v in vintages)
    measure = view.series(row.series_id).measure
    return not vintages or not same_value(_observation(row), vintages[-1], measure)


def _observation(row: FetchedRow) -> Observation:
    return Observation(
        series_id=row.series_id,
        period=row.period,
        value=row.value,
        published=row.published,
        source_id=row.source.source_id,
        status=row.status,
        derivation=row.derivation or None,
        correction=None,
        ref=Located("observations", f"{row.series_id} {row.period}", row.published, 0),
    )
