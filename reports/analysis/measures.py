"""The measures a briefing speaks of, each a named function of a view.

A function returns None where the data do not allow the measure: a missing base, a base of another
length (a combined January–February against a month), or a value whose sources contradict each
other. The caller then says less; nothing is guessed or interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.analysis.rounding import percent_change, trimmed
from reports.dataset import AsOfView, Observation, StatedChange
from reports.model import Period

Basis = Literal["month", "year"]
MINUS = "\N{MINUS SIGN}"
MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class Measure:
    """A computed number with its unit, period, formula in words and the rows it rests on."""

    value: Decimal
    unit: Literal["%", "pp", "points", "days", "months"]
    period: Period
    formula: str
    rows: tuple[Observation | StatedChange, ...]
    stated: bool = False
    """The source states the change; its base is not known on this day."""


@dataclass(frozen=True)
class Rank:
    """How far back a value is the highest (or lowest)."""

    beaten: int
    """Number of known months before it that it exceeds without a break."""
    since: Observation | None
    """The newest earlier month that was at least as high; None if none is known."""
    first: Period
    """The first month that the comparison reaches."""
    rows: tuple[Observation, ...]


@dataclass(frozen=True)
class Streak:
    """Months in a row with one property, up to the newest."""

    months: int
    first: Period
    bounded: bool
    """The run reaches back to the first month in the data and may be longer."""
    rows: tuple[Observation, ...]


def latest(view: AsOfView, series_id: str) -> Observation | None:
    """Return the observation whose period ends last; a single month before a combined one."""
    rows = view.observations(series_id)
    return max(rows, key=lambda o: (o.period.index + o.period.length, o.period.index), default=None)


def change(view: AsOfView, series_id: str, basis: Basis, period: Period) -> Measure | None:
    """Return the change of a period on the month or the year before.

    Percent for levels, percentage points for rates, points for an index. Where the base is not
    known on this day, the change that the source itself states is returned, marked as stated.
    """
    now = view.observation(series_id, period)
    if now is None or now.conflict:
        return None
    base = view.observation(
        series_id, period.previous() if basis == "month" else period.year_before()
    )
    if base is None or base.conflict:
        return _stated(view, series_id, basis, period)
    if view.series(series_id).measure == "level":
        if base.value == 0:
            return None
        formula = f"{trimmed(now.value)} ÷ {trimmed(base.value)} {MINUS} 1"
        return Measure(percent_change(now.value, base.value), "%", period, formula, (now, base))
    before = trimmed(base.value)
    before = f"({before})" if base.value < 0 else before
    unit: Literal["pp", "points"] = "points" if view.series(series_id).measure == "index" else "pp"
    formula = f"{trimmed(now.value)} {MINUS} {before}"
    return Measure(now.value - base.value, unit, period, formula, (now, base))


def _stated(view: AsOfView, series_id: str, basis: Basis, period: Period) -> Measure | None:
    row = view.stated_change(series_id, period, basis)
    if row is None:
        return None
    return Measure(row.change, row.unit, period, "as stated by the source", (row,), stated=True)


def latest_change(view: AsOfView, series_id: str, basis: Basis) -> Measure | None:
    """Return the change of the newest period on the month or year before, or None."""
    now = latest(view, series_id)
    return change(view, series_id, basis, now.period) if now else None


def year_to_date_change(view: AsOfView, series_id: str) -> Measure | None:
    """Return the newest cumulative total against the same months of the year before, in percent.

    Rows of a cumulative series carry the last month of their total, which starts in January.
    """
    return latest_change(view, series_id, "year")


def _months_before(view: AsOfView, series_id: str, period: Period) -> list[Observation]:
    """Return the known single months before a period, newest first, conflicts left out."""
    rows = view.observations(series_id)
    return [
        row
        for row in reversed(rows)
        if row.period.length == 1 and row.period.index < period.index and not row.conflict
    ]


def highest_since(
    view: AsOfView, series_id: str, period: Period, *, lowest: bool = False
) -> Rank | None:
    """Return how far back the value of a month is the highest, or with `lowest` the lowest.

    Months that are not known are passed over. A combined period whose months are not known by
    themselves ends the comparison: one of them may have been higher than their mean.
    """
    now = view.observation(series_id, period)
    if now is None or now.conflict or period.length != 1:
        return None
    beaten = 0
    first = period
    sign = -1 if lowest else 1
    rows = [now]
    singles = {o.period for o in view.observations(series_id)}
    for row in sorted(view.observations(series_id), key=lambda o: -o.period.index):
        if row.period.index + row.period.length > period.index:
            continue
        level = view.series(series_id).measure == "level"
        each = row.value / row.period.length if level else row.value
        rows.append(row)
        split = row.period.length > 1 and _split(row.period, singles)
        if not split and sign * each >= sign * now.value:
            return Rank(beaten, row, first, tuple(rows))
        if row.period.length > 1 and not split:
            break
        if split or row.conflict:
            continue
        beaten += 1
        first = row.period
    return Rank(beaten, None, first, tuple(rows)) if beaten else None


def _split(period: Period, singles: set[Period]) -> bool:
    """Tell whether every month of a combined period is known by itself."""
    return all(
        Period(period.year, period.month + offset) in singles for offset in range(period.length)
    )


def streak_below_zero(view: AsOfView, series_id: str) -> Streak | None:
    """Return the run of months below zero that the newest month ends; a gap ends the run."""
    now = latest(view, series_id)
    if now is None or now.value >= 0:
        return None
    run = [now]
    for row in _months_before(view, series_id, now.period):
        if row.period.index != run[-1].period.index - 1 or row.value >= 0:
            return Streak(len(run), run[-1].period, False, (*run, row))
        run.append(row)
    return Streak(len(run), run[-1].period, True, tuple(run))


def share(part: Observation, whole: Observation) -> Measure | None:
    """Return a part in percent of its whole for one period, or None if they do not fit."""
    if part.period != whole.period or whole.value == 0 or part.conflict or whole.conflict:
        return None
    formula = f"{trimmed(part.value)} ÷ {trimmed(whole.value)}"
    return Measure(part.value / whole.value * 100, "%", part.period, formula, (part, whole))


def days_until(view: AsOfView, deadline: date) -> int:
    """Return the days from the day of the view to a deadline; negative when it has passed."""
    return (deadline - view.day).days


def gaps(view: AsOfView, series_id: str, months: int) -> tuple[Period, ...]:
    """Return which of the last months up to the newest are not in the data, oldest first."""
    now = latest(view, series_id)
    if now is None:
        return ()
    last = Period(now.period.year, now.period.last_month)
    covered = {
        row.period.index + offset
        for row in view.observations(series_id)
        for offset in range(row.period.length)
    }
    wanted = (last.shift(-back) for back in range(months - 1, -1, -1))
    return tuple(period for period in wanted if period.index not in covered)
