"""When the next figure of a series is due: by the calendar where it is announced, else as usual."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from reports.analysis.measures import latest
from reports.dataset import AsOfView, CalendarEvent
from reports.model import Period


@dataclass(frozen=True)
class Release:
    """The figure that a series waits for, and when it comes."""

    period: Period
    day: date
    """The announced day, or else the usual one, whether or not it has passed."""
    deadline: date
    """The last day on which it can come in time."""
    announced: bool = False
    """A row of the calendar names the day."""
    month_only: bool = False
    """Only the month of `day`, its first, is announced."""


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


def deadline(view: AsOfView, series_id: str) -> date:
    """Return the last day on which the next figure comes in time.

    That is its latest usual day, or a later one that is announced.
    """
    period = _next(view, series_id)
    usual = view.series(series_id).release_deadline(period)
    event = _announced(view, series_id, period)
    return max(usual, _end(event)) if event else usual


def overdue(view: AsOfView, series_id: str) -> bool:
    """Tell whether the next figure should have been known by the day of the view."""
    info = view.series(series_id)
    return info.coverage == "complete" and view.day > deadline(view, series_id)


def awaited(view: AsOfView, series_id: str) -> Release | None:
    """Return the release that a series waits for.

    None where no value is known yet, and for a sparse series of which nothing is announced.
    """
    period = next_period(view, series_id)
    if period is None:
        return None
    event = _announced(view, series_id, period)
    if event is None and view.series(series_id).coverage != "complete":
        return None
    return Release(
        _covered(view, series_id, period),
        event.date if event else next_release(view, series_id),
        deadline(view, series_id),
        announced=event is not None,
        month_only=event is not None and event.date_precision == "month",
    )


def _next(view: AsOfView, series_id: str) -> Period:
    return next_period(view, series_id) or Period.of(view.day)


def _covered(view: AsOfView, series_id: str, period: Period) -> Period:
    """Return the period that a release covers: January comes with February where they are one."""
    info = view.series(series_id)
    if period.month != 1 or period.length != 1 or info.january_february != "combined":
        return period
    return Period(period.year, 2) if info.frequency == "ytd" else Period(period.year, 1, 2)


def _announced(view: AsOfView, series_id: str, period: Period) -> CalendarEvent | None:
    """Return the newest row of the calendar that announces a figure."""
    wanted = (period, _covered(view, series_id, period))
    rows = [
        event
        for event in view.calendar
        if event.series_id == series_id and event.period in wanted and not event.superseded
    ]
    return max(rows, key=lambda event: (event.announced, event.event_id), default=None)


def _end(event: CalendarEvent) -> date:
    if event.date_precision == "day":
        return event.date
    return event.date.replace(day=monthrange(event.date.year, event.date.month)[1])
