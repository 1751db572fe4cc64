"""What may be compared with what: the one place that refuses, and says why.

Two values are compared only where the difference between them can mean nothing but a change of the
thing measured. Where unit, definition, coverage or length differ, or sources contradict each other,
a measure returns None and its caller speaks of the level alone.
"""

from __future__ import annotations

from typing import Literal

from reports.dataset import AsOfView, Definition, Observation, TariffLevel
from reports.model import Period

Basis = Literal["month", "year"]
UNKNOWN = "is not known"
"""How a reason ends that is no refusal: there is nothing to compare with."""


def incomparable(
    view: AsOfView,
    now: Observation | TariffLevel,
    base: Observation | TariffLevel,
    *,
    share: bool = False,
) -> str | None:
    """Return why two values may not be compared, or None where they may.

    With `share`, `now` is a part and `base` its whole: two series, but one period.
    """
    if isinstance(now, TariffLevel) and isinstance(base, TariffLevel):
        if now.definition_key != base.definition_key:
            return "the two levels are defined differently"
        return None
    if isinstance(now, TariffLevel) or isinstance(base, TariffLevel):
        return "a level of duties and a statistic measure different things"
    for row in (now, base):
        if row.conflict:
            return _contradicted(row.period)
    if share:
        return _no_part(view, now, base)
    if now.series_id != base.series_id:
        return _two_series(view, now, base)
    return _periods_differ(view, now.series_id, now.period, base.period)


def refused(view: AsOfView, series_id: str, basis: Basis, period: Period) -> str:
    """Return why the change of a period on the month or year before is not given, or nothing."""
    now = view.observation(series_id, period)
    if now is None:
        return f"{period.label} {UNKNOWN}"
    if now.conflict:
        return _contradicted(period)
    before = base_of(period, basis)
    base = view.observation(series_id, before)
    if base is None:
        # A source may state the change all the same, but not across a break.
        if reason := _periods_differ(view, series_id, period, before):
            return reason
        stated = view.stated_change(series_id, period, basis)
        return "" if stated else _not_known(view, series_id, before)
    if reason := incomparable(view, now, base):
        return reason
    if view.series(series_id).measure == "level" and base.value == 0:
        return f"the value of {before.label} is zero"
    return ""


def base_of(period: Period, basis: Basis) -> Period:
    """Return the period that a period is compared with."""
    return period.previous() if basis == "month" else period.year_before()


def break_between(view: AsOfView, series_id: str, one: Period, other: Period) -> Definition | None:
    """Return the newest break of a series that lies between two periods, or None.

    A break inside the later period counts: a part of it is measured by the new definition.
    """
    first, last = sorted((one, other), key=lambda period: (period.index, period.length))
    between = [
        row
        for row in view.definitions(series_id)
        if first.index < row.from_period.index < last.index + last.length
    ]
    return between[-1] if between else None


def _periods_differ(view: AsOfView, series_id: str, now: Period, base: Period) -> str | None:
    if now.length != base.length:
        return f"{now.label} and {base.label} are of different length"
    info = view.series(series_id)
    if info.frequency == "ytd" and now.month != base.month:
        return f"the totals to {now.label} and to {base.label} cover different months"
    changed = break_between(view, series_id, now, base)
    if changed:
        return f"from {changed.from_period.label} on it is measured {changed.definition}"
    return None


def _no_part(view: AsOfView, part: Observation, whole: Observation) -> str | None:
    if part.period != whole.period:
        return f"{part.period.label} and {whole.period.label} are different periods"
    if part.series_id == whole.series_id:
        return None
    if view.series(part.series_id).parent_series != whole.series_id:
        return _two_series(view, part, whole)
    return None


def _two_series(view: AsOfView, now: Observation, base: Observation) -> str:
    one, other = view.series(now.series_id), view.series(base.series_id)
    if one.unit != other.unit:
        return f"{one.unit} and {other.unit} are different units"
    return f"{one.title} and {other.title} are different series"


def _contradicted(period: Period) -> str:
    return f"sources contradict each other on {period.label}"


def _not_known(view: AsOfView, series_id: str, period: Period) -> str:
    """Return that a base is not known, or that it is known only as part of a longer period."""
    for row in view.observations(series_id):
        last = row.period.index + row.period.length
        if row.period.length > period.length and row.period.index <= period.index < last:
            return f"{row.period.label} are one figure"
    if period.length > 1:
        return f"no figure covers {period.label}"
    return f"{period.label} {UNKNOWN}"
