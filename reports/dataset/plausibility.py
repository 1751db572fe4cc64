"""What may be true but is odd: a jump, a gap in a complete series, a source without a day.

Only a reader can tell a slip of the pen from news, so each is a warning. An editor who has looked
at a jump or a gap lists it in `known_conflicts`; a source is given the day before which it cannot
have been out (`earliest`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from statistics import median
from typing import Any

from reports.dataset.findings import Finding, known_as
from reports.dataset.rows import Observation, SeriesInfo
from reports.dataset.schema import TABLES
from reports.dataset.view import AsOfView
from reports.model.periods import Period

Rows = Mapping[str, tuple[Any, ...]]

JUMP = 6.0
"""Usual deviations by which a change must leave the usual ones to be told.

Of the 276 changes in the shipped data that can be judged, seven leave them by more than 5, all
where magnets came to need licences or schools ended; a slipped decimal point mostly does by 9.
"""

HOLIDAY_JUMP = 2 * JUMP
"""The same for January to March: the Lunar New Year moves between two of them and tears at all."""

PAST_CHANGES = 8
"""Changes that must lie before one to judge it by; a younger series has no usual change yet."""

REMEMBERED = 60
"""Changes that are looked back on: what was usual five years ago says little, and costs time."""

LEAST_SHARE = 0.02
"""Usual deviation of a level that hardly moves, as a share of it."""

NORMAL = 1.4826
"""Median absolute deviations that make a standard deviation where changes are normal."""

_HOLIDAY = (1, 2, 3)


def oddities(view: AsOfView, rows: Rows) -> Iterator[Finding]:
    """Yield every jump, unexplained gap and cited source without a day.

    `view` is that of all `rows`: jumps and gaps are those of the values that hold.
    """
    for info in view.catalogue:
        yield from _jumps(view, info)
        if info.coverage == "complete":
            yield from _gaps(view, info)
    yield from _undated(rows)


@dataclass(frozen=True)
class _Change:
    base: Observation
    row: Observation
    size: float


def _jumps(view: AsOfView, info: SeriesInfo) -> Iterator[Finding]:
    """Yield the changes far from those before them; the way back from one is none."""
    past: list[float] = []
    jumped = 0.0
    for change in _changes(view, info):
        usual = _usual(past[-REMEMBERED:], info)
        past.append(change.size)
        if usual is None:
            continue
        middle, deviation = usual
        away = (change.size - middle) / deviation
        limit = _limit(change.row.period, info)
        came_back = jumped * away < 0
        jumped = 0.0
        if abs(away) > limit and not came_back:
            jumped = away
            lowest, highest = (
                _moved(change.base, middle + sign * limit * deviation, info) for sign in (-1, 1)
            )
            yield Finding(
                change.row,
                "value",
                f"jumps from {change.base.value} by {abs(away):.1f} usual deviations of its series",
                f"{lowest} to {highest}; or, where it is right, an entry in known_conflicts",
                known_as(change.row, "jump"),
            )


def _changes(view: AsOfView, info: SeriesInfo) -> Iterator[_Change]:
    """Yield the changes between neighbouring periods that may be compared, in order."""
    if info.frequency == "ytd":
        return  # A total is held against its months by the contradictions.
    known = {row.period: row for row in view.observations(info.series_id)}
    for row in known.values():
        base = known.get(row.period.previous())
        if base is None or row.conflict or base.conflict:
            continue
        if view.definition(info.series_id, row.period) == view.definition(
            info.series_id, base.period
        ):
            yield _Change(base, row, _scaled(row, info) - _scaled(base, info))


def _scaled(row: Observation, info: SeriesInfo) -> float:
    """Return a value on the scale on which its changes are alike: levels by their ratio."""
    if info.measure != "level":
        return float(row.value)
    return math.log(max(float(row.value), _last_place(info) / 2))


def _moved(base: Observation, size: float, info: SeriesInfo) -> str:
    """Return the value that a change of a size leads to, as the series is printed."""
    scaled = _scaled(base, info) + size
    if info.measure == "level":
        scaled = math.exp(min(scaled, 100.0))
    return f"{scaled:.{info.decimals}f}"


def _last_place(info: SeriesInfo) -> float:
    return float(10**-info.decimals)


def _usual(past: list[float], info: SeriesInfo) -> tuple[float, float] | None:
    """Return the middle of the past changes and their usual deviation; None while they are few."""
    if len(past) < PAST_CHANGES:
        return None
    middle = median(past)
    least = LEAST_SHARE if info.measure == "level" else _last_place(info)
    return middle, max(NORMAL * median(abs(size - middle) for size in past), least)


def _limit(period: Period, info: SeriesInfo) -> float:
    adjusted = info.seasonal_adjustment == "adjusted"
    return HOLIDAY_JUMP if period.month in _HOLIDAY and not adjusted else JUMP


def gaps(view: AsOfView, info: SeriesInfo) -> Iterator[tuple[Observation, tuple[Period, ...]]]:
    """Yield the periods that are missing inside a series, with the row after each run of them."""
    rows = view.observations(info.series_id)
    covered = rows[0].period.index if rows else 0
    for row in rows:
        if missing := tuple(_missing(covered, row.period.index, info)):
            yield row, missing
        covered = max(covered, row.period.index + row.period.length)


def _gaps(view: AsOfView, info: SeriesInfo) -> Iterator[Finding]:
    for row, missing in gaps(view, info):
        first = view.vintages(info.series_id, row.period)[0]
        span = f"{missing[0]} to {missing[-1]}" if len(missing) > 1 else str(missing[0])
        yield Finding(
            first,
            "period",
            f"follows a gap in a complete series: {span} is missing",
            "rows for what is missing; or, where there are none, an entry in known_conflicts",
            known_as(first, "gap"),
        )


def _missing(start: int, end: int, info: SeriesInfo) -> Iterator[Period]:
    """Yield the periods from one index to another that a series should have."""
    step = 3 if info.frequency == "quarter" else 1
    for index in range(start, end, step):
        # No total of January alone is published where it comes with February.
        alone = info.frequency == "ytd" and info.january_february == "combined"
        if not (alone and index % 12 == 0):
            yield Period(index // 12, index % 12 + 1, step)


def _undated(rows: Rows) -> Iterator[Finding]:
    """Yield the sources that rows name and that say nothing of their day."""
    silent = [row for row in rows["sources"] if row.published is None and row.earliest is None]
    cited = _cited(rows) if silent else frozenset()
    for row in silent:
        if row.source_id in cited:
            yield Finding(
                row,
                "published",
                "rows rest on this source, and nothing says when it was out",
                "its day, or in `earliest` a day before which it cannot have been out",
            )


def _cited(rows: Rows) -> frozenset[str]:
    """Return the sources that a row of any other table names."""
    cited: set[str] = set()
    for table, kind in TABLES.items():
        for name in (field.name for field in fields(kind) if field.name.endswith("source_id")):
            if table != "sources":
                cited.update(getattr(row, name) for row in rows[table])
    return frozenset(cited)
