"""Differences of state: rows known on both days that stand otherwise on the later one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from reports.analysis.differences.events import label_of
from reports.analysis.differences.kinds import Difference, dated
from reports.dataset import AsOfView, CalendarEvent, Control, Meeting, Tariff

State = tuple[str, tuple[date | None, ...], tuple[str | None, ...]]
"""How a row stands in words, the days on which that may have become known, its sources."""


def state_differences(before: AsOfView, now: AsOfView) -> Iterator[Difference]:
    """Yield meetings, measures, dates and the truce that stand otherwise than they did."""
    for table, state in _STATES.items():
        known = {row.ref: row for row in before.rows(table)}
        for row in now.rows(table):
            was = known.get(row.ref)
            if was is None:
                continue
            (old, _, _), (new, days, sources) = state(was), state(row)
            if old != new:
                yield Difference(
                    "status changed",
                    table,
                    row.ref.key,
                    label_of(now, row),
                    old,
                    new,
                    _known(days, before, now),
                    tuple(dict.fromkeys(source for source in sources if source)),
                    was=was,
                    now=row,
                )
    yield from _truce(before, now)


def _known(days: Iterable[date | None], before: AsOfView, now: AsOfView) -> date:
    """Return the newest of some days that lies after the earlier view."""
    return max((day for day in days if day and before.day < day <= now.day), default=now.day)


def _meeting(row: Meeting) -> State:
    place = f" in {row.city}" if row.city else ""
    text = f"{row.status}{place}" + (f": {row.outcome}" if row.outcome else "")
    days = (row.outcome_published, row.place_published, row.start, row.end)
    return text, days, (row.outcome_source_id, row.source_id)


def _measure(row: Tariff | Control) -> State:
    expires = row.expires if isinstance(row, Tariff) else None
    text = f"{row.state}: {row.status}" if row.status else row.state
    days = (row.status_changed, row.effective, expires)
    return text, days, (row.status_source_id, row.source_id)


def _event(row: CalendarEvent) -> State:
    text = "not as scheduled" if row.superseded else "scheduled"
    return text, (row.superseded_on,), (row.superseded_source_id, row.source_id)


_STATES: dict[str, Callable[[Any], State]] = {
    "meetings": _meeting,
    "tariffs": _measure,
    "controls": _measure,
    "calendar": _event,
}


def _truce(before: AsOfView, now: AsOfView) -> Iterator[Difference]:
    """Yield that a truce was struck, prolonged or ran out: the acts themselves are rows."""
    was, row = _pause(before), _pause(now)
    old, new = _runs(was), _runs(row)
    if old == new:
        return
    ended = was.expires if was and not row else None
    basis = row or was
    yield Difference(
        "status changed",
        "tariffs",
        "truce",
        "Tariff truce",
        old,
        new,
        _known((row.announced if row else None, ended), before, now),
        (basis.source_id,) if basis else (),
        was=was,
        now=row,
    )


def _pause(view: AsOfView) -> Tariff | None:
    pauses = [
        row
        for row in view.tariffs
        if row.suspended_pct_points and row.expires and row.expires >= view.day
    ]
    return max(pauses, key=lambda row: (row.expires, row.announced, row.event_id), default=None)


def _runs(pause: Tariff | None) -> str:
    return (
        f"runs to {dated(pause.expires)}" if pause and pause.expires else "none in force or agreed"
    )
