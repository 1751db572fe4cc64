"""Which figures are old, and how a sentence says so."""

from __future__ import annotations

from reports.analysis import latest
from reports.analysis.releases import deadline, next_period, overdue
from reports.briefings.prose import near
from reports.dataset import AsOfView, Observation

STALE_MONTHS = 4


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
    coming = next_period(view, row.series_id)
    if coming and overdue(view, row.series_id):
        due = near(deadline(view, row.series_id), view.day)
        return f"an old figure: {coming.name} was due by {due}"
    return "an old figure, the newest in these data" if is_stale(view, row) else ""


def aged(view: AsOfView, row: Observation) -> str:
    """Return what calls a value old in brackets, with a space before it, or nothing."""
    return f" ({clause})" if (clause := age_clause(view, row)) else ""
