"""The measures a briefing speaks of, each a named function of a view.

A function returns None where the data do not allow the measure: a missing base, or two values that
`reports.analysis.comparability` does not let be compared. The caller then says less; nothing is
guessed or interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.analysis.comparability import Basis, base_of, break_between, incomparable, refused
from reports.analysis.rounding import percent_change, trimmed
from reports.dataset import AsOfView, Observation, StatedChange
from reports.model import Period

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
    return view.newest(series_id)


def change(view: AsOfView, series_id: str, basis: Basis, period: Period) -> Measure | None:
    """Return the change of a period on the month or the year before.

    Percent for levels, percentage points for rates, points for an index. Where the base is not
    known on this day, the change that the source itself states is returned, marked as stated.
    """
    now = view.observation(series_id, period)
    if now is None or refused(view, series_id, basis, period):
        return None
    base = view.observation(series_id, base_of(period, basis))
    if base is None:
        return _stated(view, series_id, basis, period)
    if view.series(series_id).measure == "level":
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


def highest_since(
    view: AsOfView, series_id: str, period: Period, *, lowest: bool = False
) -> Rank | None:
    """Return how far back the value of a month is the highest, or with `lowest` the lowest.

    Months that are not known are passed over. What may not be compared with the month ends the
    comparison: a break of definition; a combined period whose months are not known by themselves,
    since one of them may have been higher than their mean; a month whose sources contradict each
    other, unless the value exceeds all that they say of it.
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
        if row.period.index + row.period.length > period.index or _split(row.period, singles):
            continue
        exceeded = all(sign * each < sign * now.value for each in _monthly(view, row))
        if row.conflict and exceeded:
            continue
        if incomparable(view, now, row):
            stops = row.period.length > 1 and not exceeded and not row.conflict
            if stops and not break_between(view, series_id, period, row.period):
                # One of its months was at least as high as their mean.
                return Rank(beaten, row, first, (*rows, row))
            break
        rows.append(row)
        if not exceeded:
            return Rank(beaten, row, first, tuple(rows))
        beaten += 1
        first = row.period
    return Rank(beaten, None, first, tuple(rows)) if beaten else None


def _monthly(view: AsOfView, row: Observation) -> tuple[Decimal, ...]:
    """Return what the sources say of a period, by the month where the values add up."""
    months = row.period.length if view.series(row.series_id).measure == "level" else 1
    return tuple(each.value / months for each in (row, *row.conflict))


def _split(period: Period, singles: set[Period]) -> bool:
    """Tell whether a period is a combined one whose months are all known by themselves."""
    return period.length > 1 and all(
        Period(period.year, period.month + offset) in singles for offset in range(period.length)
    )


def streak_below_zero(view: AsOfView, series_id: str) -> Streak | None:
    """Return the run of months below zero that the newest month ends; a gap ends the run.

    So does a month whose sources contradict each other. At a break of definition the run is cut,
    and may be longer; so it may where the months before it are known as one figure below zero.
    """
    now = latest(view, series_id)
    if now is None or now.value >= 0 or now.conflict or now.period.length > 1:
        return None
    run = [now]
    falls = {
        o.period.shift(o.period.length).index for o in _combined(view, series_id) if o.value < 0
    }
    for row in reversed(view.observations(series_id)):
        if row.period.length > 1 or row.period.index >= now.period.index or row.conflict:
            continue
        if row.period.index != run[-1].period.index - 1 or row.value >= 0:
            gap = row.period.index != run[-1].period.index - 1
            open_ended = gap and run[-1].period.index in falls
            return Streak(len(run), run[-1].period, open_ended, (*run, row))
        if incomparable(view, now, row):
            break
        run.append(row)
    return Streak(len(run), run[-1].period, True, tuple(run))


def _combined(view: AsOfView, series_id: str) -> list[Observation]:
    return [row for row in view.observations(series_id) if row.period.length > 1]


def share(view: AsOfView, part: Observation, whole: Observation) -> Measure | None:
    """Return a part in percent of its whole for one period, or None if they do not fit."""
    if whole.value == 0 or incomparable(view, part, whole, share=True):
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
