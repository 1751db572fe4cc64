"""Which of several values known for one period holds, and what the others are.

The numbers decide, never a list. Two vintages are the same value where they differ only by the
precision of their print or by the accuracy of a derivation. Where they really differ, the running
totals are asked: if the newest vintage does not fit them and an older one does, the newest is a
contradiction, not a revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from reports.dataset.rows import Observation
from reports.model.periods import Period

DERIVED_ACCURACY = Decimal("0.001")
"""Share of its value by which a derived figure may miss: it comes from rounded percentages."""

Newest = Mapping[Period, Observation]


@dataclass(frozen=True)
class Check:
    """What running totals leave for a period, with the room that rounding gives."""

    value: Decimal
    room: Decimal

    def agrees(self, value: Decimal, room: Decimal = Decimal(0)) -> bool:
        """Tell whether a value fits the totals."""
        return abs(value - self.value) <= self.room + room


def last_place(value: Decimal) -> Decimal:
    """Return one unit in the last printed place: 1 for 4576, 0.1 for 4774.8."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)


def room_of(row: Observation) -> Decimal:
    """Return by how much the true value may differ from the print."""
    if row.status == "derived":
        return max(last_place(row.value), abs(row.value) * DERIVED_ACCURACY)
    return last_place(row.value)


def same_value(one: Observation, other: Observation, measure: str) -> bool:
    """Tell whether two vintages print one value, so that none of them is a revision.

    They are equal after rounding to the coarser print. Volumes may also be cut off instead of
    rounded (a difference of one in the last place), and a derived one has its accuracy.
    """
    step = max(last_place(one.value), last_place(other.value))
    if one.value.quantize(step, ROUND_HALF_UP) == other.value.quantize(step, ROUND_HALF_UP):
        return True
    distance = abs(one.value - other.value)
    if "derived" in (one.status, other.status):
        return distance <= max(room_of(one), room_of(other))
    return measure == "level" and distance <= step


def choose(vintages: Sequence[Observation], measure: str, check: Check | None) -> Observation:
    """Return the vintage that holds, with its contradictions and what it was revised from.

    `vintages` are all that are known for one period, oldest first. An error of our own that was
    corrected since neither holds nor contradicts anything; a correction is no revision.
    """
    wrong = _mended(vintages, measure)
    newest = vintages[-1]
    others = [row for row in vintages[:-1] if not same_value(row, newest, measure)]
    if not others:
        return newest
    if check is not None and not check.agrees(newest.value, room_of(newest)):
        sound = [row for row in others if row not in wrong]
        fitting = [row for row in sound if check.agrees(row.value, room_of(row))]
        if fitting:
            held = fitting[-1]
            differing = (row for row in vintages if not same_value(row, held, measure))
            return replace(held, conflict=tuple(row for row in differing if row not in wrong))
    # What came next after the last other value is what moved it.
    mover = vintages[vintages.index(others[-1]) + 1]
    if mover.correction is not None:
        return replace(newest, corrected_from=others[-1])
    return replace(newest, revised_from=others[-1])


def _mended(vintages: Sequence[Observation], measure: str) -> list[Observation]:
    """Return the rows whose value a later row corrects: the one before it, and its equals."""
    wrong = []
    for place, row in enumerate(vintages):
        if place and row.correction is not None:
            error = vintages[place - 1]
            wrong += [old for old in vintages[:place] if same_value(old, error, measure)]
    return wrong


def totals_leave(period: Period, months: Newest, totals: Newest) -> Check | None:
    """Return what the running totals and the other months of their year leave for a period.

    The narrowest stretch between two known totals is taken whose other months are all known.
    """
    ends = sorted(total.month for total in totals if total.year == period.year)
    starts = [0, *ends]
    before = max((end for end in starts if end < period.month), default=0)
    after = min((end for end in ends if end >= period.last_month), default=None)
    if after is None:
        return None
    others = fill(period.year, before + 1, after, months, period)
    if others is None:
        return None
    upper = totals[Period(period.year, after)]
    used = [upper, *others]
    value = upper.value - sum((row.value for row in others), Decimal(0))
    if before:
        lower = totals[Period(period.year, before)]
        used.append(lower)
        value -= lower.value
    return Check(value, sum((room_of(row) for row in used), Decimal(0)))


def fill(
    year: int, first: int, last: int, months: Newest, leave: Period | None = None
) -> list[Observation] | None:
    """Return the rows that fill a run of months, one period left out; None if one is missing."""
    rows = []
    month = first
    while month <= last:
        if leave and month == leave.month:
            month += leave.length
            continue
        row = _tile(year, month, last, months)
        if row is None or (leave and _overlap(row.period, leave)):
            return None
        rows.append(row)
        month += row.period.length
    return rows


def _tile(year: int, month: int, last: int, months: Newest) -> Observation | None:
    single = months.get(Period(year, month))
    joint = months.get(Period(year, month, 2)) if month < last else None
    # A combined January and February stands in where the two are not known apart.
    apart = single is not None and Period(year, month + 1) in months
    return single if apart or joint is None else joint


def _overlap(one: Period, other: Period) -> bool:
    return one.index < other.index + other.length and other.index < one.index + one.length


def newest_by_period(rows: Iterable[Observation]) -> dict[Period, Observation]:
    """Return the newest of rows that are sorted by the day they became known."""
    return {row.period: row for row in rows}
