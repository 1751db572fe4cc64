"""When the next figures are due, by the release pattern of each series, and which are old."""

from __future__ import annotations

from datetime import date

from reports.analysis import latest
from reports.briefings.prose import near
from reports.dataset import AsOfView, Observation
from reports.model import Period

STALE_MONTHS = 4


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


def is_stale(view: AsOfView, row: Observation) -> bool:
    """Tell whether a value lies more than a season back."""
    age = (view.day.year - row.period.year) * 12 + view.day.month - row.period.last_month
    return age > STALE_MONTHS


def age_clause(view: AsOfView, row: Observation) -> str:
    """Return what a sentence adds to a value that is old, or nothing.

    The newest value of a series is old once the next one is overdue; of a series without fixed
    releases once it lies more than a season back.
    """
    newest = latest(view, row.series_id)
    if newest is None or newest.period != row.period:
        return ""
    if overdue(view, row.series_id):
        due = view.series(row.series_id).release_deadline(_next(view, row.series_id))
        return f"an old figure: {_next(view, row.series_id).name} was due by {near(due, view.day)}"
    return "an old figure, the newest in these data" if is_stale(view, row) else ""


def aged(view: AsOfView, row: Observation) -> str:
    """Return what calls a value old in brackets, with a space before it, or nothing."""
    return f" ({clause})" if (clause := age_clause(view, row)) else ""


def _next(view: AsOfView, series_id: str) -> Period:
    return next_period(view, series_id) or Period.of(view.day)
