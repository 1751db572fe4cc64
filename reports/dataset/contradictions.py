"""Contradictions between figures, each a warning.

Months are held against running totals, combined months against separate ones, parts against wholes,
vintages against each other and stated changes against levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reports.dataset.findings import Finding, known_as
from reports.dataset.rows import Observation, SeriesInfo, StatedChange
from reports.dataset.view import AsOfView
from reports.dataset.vintages import Newest, fill, last_place, room_of
from reports.model.periods import Period

QUALIFIED_ROOM = Decimal(3)
"""Points by which "about" and "nearly" may miss."""

_OR_KNOWN = "; or, where that is looked into, an entry in known_conflicts"


def contradictions(view: AsOfView) -> Iterator[Finding]:
    """Yield every contradiction between the figures of a view."""
    yield from _conflicts(view)
    yield from _stated(view)
    for info in view.catalogue:
        yield from _totals(view, info)
        yield from _combined(view, info)
        yield from _parts(view, info)


def _conflicts(view: AsOfView) -> Iterator[Finding]:
    for info in view.catalogue:
        for row in view.observations(info.series_id):
            for other in row.conflict:
                message = f"contradicts {row.value} of {row.published}, which fits the totals"
                expected = f"{row.value}{_OR_KNOWN}"
                yield Finding(other, "value", message, expected, known_as(other))


def _stated(view: AsOfView) -> Iterator[Finding]:
    for row in view.stated_changes:
        now = view.observation(row.series_id, row.period)
        month = row.basis == "month"
        before = row.period.previous() if month else row.period.year_before()
        base = view.observation(row.series_id, before)
        if now is None or base is None or now.conflict or base.conflict:
            continue
        if row.unit == "%" and base.value <= room_of(base):
            continue
        low, high = _possible(row, now, base)
        if not low <= row.change <= high:
            column = "change_pct" if row.unit == "%" else "change_pp"
            span = f"{low:.2f} to {high:.2f}"
            message = f"{now.value} after {base.value} gives {span}"
            yield Finding(row, column, message, span + _OR_KNOWN, known_as(row, row.basis))


def _possible(row: StatedChange, now: Observation, base: Observation) -> tuple[Decimal, Decimal]:
    """Return the least and the greatest change that the printed values allow."""
    if row.unit == "pp":
        change = now.value - base.value
        room = last_place(now.value) + last_place(base.value)
        return change - room, change + room
    room = last_place(row.change) if row.qualifier is None else QUALIFIED_ROOM
    least = (now.value - room_of(now)) / (base.value + room_of(base)) - 1
    most = (now.value + room_of(now)) / (base.value - room_of(base)) - 1
    return 100 * least - room, 100 * most + room


def _by_period(view: AsOfView, series_id: str) -> Newest:
    return {row.period: row for row in view.observations(series_id)}


def _totals(view: AsOfView, info: SeriesInfo) -> Iterator[Finding]:
    """Compare the months between two known running totals with their difference."""
    if info.cross_check_series is None:
        return
    months = _by_period(view, info.series_id)
    lower: Observation | None = None
    for total in view.observations(info.cross_check_series):
        before = lower if lower and lower.period.year == total.period.year else None
        lower = total
        first = before.period.month + 1 if before else 1
        parts = fill(total.period.year, first, total.period.month, months)
        if not parts:
            continue
        ends = [total, before] if before else [total]
        step = total.value - (before.value if before else Decimal(0))
        added = sum((row.value for row in parts), Decimal(0))
        if abs(step - added) > sum((room_of(row) for row in (*parts, *ends)), Decimal(0)):
            span = f"{parts[0].period} to {parts[-1].period}"
            message = f"leaves {step} for {span}, whose rows add up to {added}"
            fits = added + (before.value if before else Decimal(0))
            yield Finding(total, "value", message, f"{fits}, or other rows for {span}")


def _combined(view: AsOfView, info: SeriesInfo) -> Iterator[Finding]:
    """Compare combined months with the separate ones, where a series adds up."""
    if info.measure not in ("level", "balance") or info.frequency != "month":
        return
    months = _by_period(view, info.series_id)
    for row in months.values():
        parts = [months.get(Period(row.period.year, row.period.month + n)) for n in (0, 1)]
        if row.period.length != 2 or None in parts:
            continue
        known = [part for part in parts if part]
        added = sum((part.value for part in known), Decimal(0))
        if abs(row.value - added) > sum((room_of(part) for part in (row, *known)), Decimal(0)):
            message = f"is not the {added} that its months add up to"
            yield Finding(row, "value", message, f"{added}, or other rows for its months")


def _parts(view: AsOfView, info: SeriesInfo) -> Iterator[Finding]:
    """Find parts that exceed their whole."""
    if info.parent_series is None:
        return
    wholes = _by_period(view, info.parent_series)
    for row in view.observations(info.series_id):
        whole = wholes.get(row.period)
        if whole and row.value > whole.value + room_of(whole) + room_of(row):
            message = f"exceeds the {whole.value} of {info.parent_series}"
            yield Finding(row, "value", message, f"at most {whole.value}")
