"""Differences of figures: new periods, revisions, corrections, breaks and contradictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from reports.analysis.differences.kinds import Difference, Kind, places
from reports.analysis.rounding import grouped
from reports.dataset import AsOfView, Definition, Observation, SeriesInfo
from reports.dataset.vintages import same_value
from reports.model import Period

_UNITS = {"%": "%", "% on year": "% on year", "index": ""}


def value_differences(before: AsOfView, now: AsOfView) -> Iterator[Difference]:
    """Yield what differs in series and their definitions."""
    for info in now.catalogue:
        vintages = _new_vintages(before, now, info.series_id)
        if before.observations(info.series_id):
            periods = [row.period for row in now.observations(info.series_id)]
            for period in periods:
                yield from _period(before, now, info, period, vintages[period])
        elif now.observations(info.series_id):
            yield _followed(now, info, [row for rows in vintages.values() for row in rows])
        yield from _definitions(before, now, info)


def moved_from(
    before: AsOfView, now: AsOfView, series_id: str, period: Period
) -> Observation | None:
    """Return the value of a period on the earlier day where it is really another one now.

    None for a period that was not known then, and for another print of the same value.
    """
    was, row = before.observation(series_id, period), now.observation(series_id, period)
    if was is None or row is None or same_value(was, row, now.series(series_id).measure):
        return None
    return was


def written(info: SeriesInfo, value: Decimal) -> str:
    """Return a value with the digits that were published and its unit: "2,117 tonnes"."""
    least = 0 if info.measure == "level" else info.decimals
    return grouped(value, max(least, places(value))) + _UNITS.get(info.unit, f" {info.unit}")


def _new_vintages(
    before: AsOfView, now: AsOfView, series_id: str
) -> dict[Period, list[Observation]]:
    """Return the vintages that only the later day knows, by period, the oldest first."""
    found: dict[Period, list[Observation]] = defaultdict(list)
    for row in now.observations(series_id):
        known = before.vintages(series_id, row.period)
        found[row.period] = [
            each for each in now.vintages(series_id, row.period) if each not in known
        ]
    return found


def _period(
    before: AsOfView,
    now: AsOfView,
    info: SeriesInfo,
    period: Period,
    vintages: list[Observation],
) -> Iterator[Difference]:
    """Yield the difference of one period, if there is any."""
    row, was = now.observation(info.series_id, period), before.observation(info.series_id, period)
    if row is None or (was == row and not vintages):
        return
    label = f"{info.title}, {period.label}"
    kind = _kind(was, row, vintages, info)
    used = vintages or [row, *row.conflict]
    yield Difference(
        kind,
        "observations",
        row.ref.key,
        label,
        _stated(info, was) if was else "",
        _stated(info, row),
        max(each.published for each in used),
        tuple(dict.fromkeys(each.source_id for each in (row, *row.conflict, *used))),
        tuple(each.ref.plain for each in vintages),
        next((each.correction or "" for each in vintages if each.correction), "")
        if kind == "correction"
        else "",
        was,
        row,
    )


def _kind(
    was: Observation | None, row: Observation, vintages: Iterable[Observation], info: SeriesInfo
) -> Kind:
    if was is None:
        return "new period"
    if _values(was.conflict) != _values(row.conflict):
        return "conflict"
    if same_value(was, row, info.measure):
        return "same value"
    # What moved the value that stood before tells whose change it is.
    moved = (each for each in vintages if not same_value(was, each, info.measure))
    mover = next(moved, row)
    return "correction" if mover.correction is not None else "revised value"


def _values(rows: Iterable[Observation]) -> set[Decimal]:
    return {row.value for row in rows}


def _stated(info: SeriesInfo, row: Observation) -> str:
    """Return a value, with those that contradict it."""
    others = [written(info, other.value) for other in row.conflict]
    text = written(info, row.value)
    return f"{text} (in conflict with {', '.join(others)})" if others else text


def _followed(now: AsOfView, info: SeriesInfo, rows: list[Observation]) -> Difference:
    """Return that a series is followed for the first time: no change, and none from zero."""
    held = now.observations(info.series_id)
    newest = held[-1]
    first = f"from {held[0].period.label} on" if len(held) > 1 else f"{newest.period.label} alone"
    return Difference(
        "newly followed",
        "observations",
        info.series_id,
        f"{info.title}, {first}",
        "",
        f"{_stated(info, newest)} in {newest.period.label}",
        max(row.published for row in rows),
        tuple(dict.fromkeys(row.source_id for row in rows)),
        tuple(row.ref.plain for row in rows),
        now=newest,
    )


def _definitions(before: AsOfView, now: AsOfView, info: SeriesInfo) -> Iterator[Difference]:
    known = {row.ref for row in before.rows("definitions")}
    fresh: dict[Period, list[Definition]] = defaultdict(list)
    for row in now.rows("definitions"):
        if row.series_id == info.series_id and row.ref not in known:
            fresh[row.from_period].append(row)
    for period, rows in fresh.items():
        newest = max(rows, key=lambda row: (row.published, row.source_id))
        was = before.definition(info.series_id, period)
        yield Difference(
            "changed definition",
            "definitions",
            newest.ref.key,
            f"{info.title}, from {period.label} on",
            was.definition if was else "as before",
            newest.definition,
            newest.published,
            tuple(dict.fromkeys(row.source_id for row in rows)),
            tuple(row.ref.plain for row in rows),
            was=was,
            now=newest,
        )
