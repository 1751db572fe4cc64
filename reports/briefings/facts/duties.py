"""Facts of duties: the levels in force, what follows a truce, how far below the peak they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from reports.analysis import grouped, signed
from reports.briefings.facts.weight import status_of
from reports.briefings.prose import plain_date
from reports.briefings.situation import Deadline, Situation
from reports.dataset import AsOfView, TariffLevel
from reports.model import Fact, Input

NAMES = {"US": "US duties on Chinese goods", "CN": "Chinese duties on US goods"}
_KEY = re.compile(r"duties_(us|cn)\.([a-z_]+|\d{4}-\d\d-\d\d)", re.ASCII)


def duties_key(view: AsOfView, level: TariffLevel) -> str:
    """Return the key of a level of duties: the one in force is the latest."""
    side = level.imposed_by
    now = Situation(view).level(side)
    when = "latest" if now == level else level.date.isoformat()
    return f"duties_{side.lower()}.{when}"


def duties_fact(view: AsOfView, key: str) -> Fact | None:
    """Return the fact of duties that a key names, or None."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    now, side = Situation(view), match[1].upper()
    make = _MADE.get(match[2])
    return make(now, key, side) if make else _duties(now, key, side, match[2])


def _duties(now: Situation, key: str, side: str, when: str) -> Fact | None:
    levels = now.levels(side)
    level = (
        now.level(side)
        if when == "latest"
        else next((row for row in levels if row.date.isoformat() == when), None)
    )
    if level is None:
        return None
    value = level.average_rate_pct
    return Fact(
        key,
        f"{NAMES[side]}, sum of across-the-board additional rates",
        value,
        grouped(value, 0) + "%",
        "%",
        f"from {plain_date(level.date)}",
        "reported",
        "as reported",
        grouped(value, 0),
        (Input(NAMES[side], value),),
        status_of(now.view, [level.source_id]),
        (level.source_id,),
        (level.ref.plain,),
    )


def _if_truce_lapses(now: Situation, key: str, side: str) -> Fact | None:
    truce, held = now.truce, now.at_deadline(side)
    if truce is None or truce.points is None or held is None:
        return None
    value = held.value + truce.points
    points = Input("Points of duty that the truce suspends", truce.points, "truce.suspended_points")
    sources = tuple(dict.fromkeys((held.source_id, truce.source)))
    return Fact(
        key,
        f"{NAMES[side]}, if the suspended points return",
        value,
        f"{grouped(value, 0)}%",
        "%",
        f"after {plain_date(truce.end)}",
        "sum",
        "the rate set for the truce’s last day plus the suspended points",
        f"{grouped(held.value, 0)} + {grouped(truce.points, 0)}",
        (Input(f"{NAMES[side]} on the truce’s last day", held.value, _held_key(now, held)), points),
        status_of(now.view, sources, computed=True),
        sources,
        (held.ref.plain, truce.rows[0].ref.plain),
    )


def _held_key(now: Situation, held: Deadline) -> str:
    if isinstance(held.row, TariffLevel):
        return duties_key(now.view, held.row)
    return f"tariffs.{held.row.event_id}.headline_rate_pct"


def _from_peak(now: Situation, key: str, side: str) -> Fact | None:
    """Return how far the level in force lies from the highest so far."""
    level, peak = now.level(side), now.peak(side)
    if level is None or peak is None:
        return None
    value = level.average_rate_pct - peak.average_rate_pct
    sources = tuple(dict.fromkeys((level.source_id, peak.source_id)))
    return Fact(
        key,
        f"{NAMES[side]}, the level in force against the highest so far",
        value,
        f"{signed(value, 0)} percentage points",
        "pp",
        f"{plain_date(level.date)} on {plain_date(peak.date)}",
        "difference",
        "the level in force minus the highest so far",
        f"{grouped(level.average_rate_pct, 0)} − {grouped(peak.average_rate_pct, 0)}",
        (_input(now, level), _input(now, peak)),
        status_of(now.view, sources, computed=True),
        sources,
        (level.ref.plain, peak.ref.plain),
    )


def _levels_exceeded(now: Situation, key: str, side: str) -> Fact | None:
    """Return how many earlier levels lie below the one in force."""
    level = now.level(side)
    if level is None:
        return None
    earlier = [row for row in now.levels(side) if row.date < level.date]
    below = [row for row in earlier if row.average_rate_pct < level.average_rate_pct]
    sources = tuple(dict.fromkeys(row.source_id for row in (level, *earlier)))
    return Fact(
        key,
        f"{NAMES[side]}, earlier levels that the one in force exceeds",
        Decimal(len(below)),
        f"{len(below)} of {len(earlier)} levels",
        "levels",
        f"from {plain_date(level.date)}",
        "months_exceeded",
        "the earlier levels of the same definition that lie below the one in force, counted",
        f"{len(below)} of {len(earlier)} lie below {grouped(level.average_rate_pct, 0)}",
        tuple(_input(now, row) for row in (level, *below)),
        status_of(now.view, sources, computed=True),
        sources,
        tuple(row.ref.plain for row in (level, *earlier)),
    )


def _input(now: Situation, level: TariffLevel) -> Input:
    named = f"{NAMES[level.imposed_by]} from {plain_date(level.date)}"
    return Input(named, level.average_rate_pct, duties_key(now.view, level))


_MADE: dict[str, Callable[[Situation, str, str], Fact | None]] = {
    "if_truce_lapses": _if_truce_lapses,
    "from_peak": _from_peak,
    "levels_exceeded": _levels_exceeded,
}
