"""When the next figures are due, by the release pattern of each series."""

from __future__ import annotations

from datetime import date

from reports.analysis import latest
from reports.dataset import AsOfView
from reports.model import Period


def next_period(view: AsOfView, series_id: str) -> Period | None:
    """Return the period that comes after the newest one that is known."""
    row = latest(view, series_id)
    if row is None:
        return None
    last = Period(row.period.year, row.period.last_month)
    after = last.shift(1)
    length = 3 if view.series(series_id).frequency == "quarter" else 1
    return Period(after.year, after.month, length)


def next_release(view: AsOfView, series_id: str) -> date:
    """Return the day on which the next figure is usually out, whether or not it has passed."""
    return view.series(series_id).release_day(_next(view, series_id))


def overdue(view: AsOfView, series_id: str) -> bool:
    """Tell whether the next figure should have been known by the day of the view."""
    info = view.series(series_id)
    return info.coverage == "complete" and view.day > info.release_deadline(_next(view, series_id))


def _next(view: AsOfView, series_id: str) -> Period:
    return next_period(view, series_id) or Period.of(view.day)
