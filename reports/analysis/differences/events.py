"""Differences of what happened: rows that the earlier day did not know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from reports.analysis.differences.kinds import Difference, Kind, dated, places
from reports.analysis.rounding import grouped, signed
from reports.dataset import AsOfView, Delegate, StatedChange, TariffLevel

EVENTS = (
    "stated_changes",
    "meetings",
    "delegates",
    "tariffs",
    "tariff_levels",
    "controls",
    "statements",
    "calendar",
    "impacts",
)
_HOLE = re.compile(r"\{(\w+)\}")
_SIDES = {"US": "US", "CN": "Chinese"}
_GOODS = {"US": "Chinese", "CN": "US"}


def event_differences(before: AsOfView, now: AsOfView) -> Iterator[Difference]:
    """Yield what was learnt that the earlier day knew nothing of, one for each key."""
    for table in EVENTS:
        known: dict[str, list[Any]] = defaultdict(list)
        for row in before.rows(table):
            known[row.ref.key].append(row)
        fresh: dict[str, list[Any]] = defaultdict(list)
        for row in now.rows(table):
            if row.ref not in [old.ref for old in known[row.ref.key]]:
                fresh[row.ref.key].append(row)
        for key, rows in fresh.items():
            yield _learnt(now, known[key], rows)


def label_of(view: AsOfView, row: Any) -> str:
    """Return what a row is, in words for a reader."""
    return _LABELS.get(row.ref.table, _own_label)(view, row)


def filled(row: Any, text: str) -> str:
    """Return words of a row with its own numbers in place of their columns."""

    def number(match: re.Match[str]) -> str:
        value = getattr(row, match[1], None)
        return grouped(value, 0) if isinstance(value, Decimal) else match[0]

    return _HOLE.sub(number, text)


def _learnt(now: AsOfView, known: list[Any], rows: list[Any]) -> Difference:
    newest = max(rows, key=lambda row: row.ref.vintage)
    was = max(known, key=lambda row: row.ref.vintage, default=None)
    old, new = _told(now, was) if was else "", _told(now, newest)
    kind: Kind = "event learnt"
    if was:
        kind = "same value" if old == new else "revised value"
    return Difference(
        kind,
        newest.ref.table,
        newest.ref.key,
        label_of(now, newest),
        old,
        new,
        newest.ref.vintage,
        tuple(dict.fromkeys(row.source_id for row in rows)),
        tuple(row.ref.plain for row in rows),
        was=was,
        now=newest,
    )


def _told(view: AsOfView, row: Any) -> str:
    make = _TEXTS.get(row.ref.table)
    return make(view, row) if make else ""


def _own_label(_: AsOfView, row: Any) -> str:
    return filled(row, row.label)


def _stated_label(view: AsOfView, row: StatedChange) -> str:
    title = view.series(row.series_id).title
    return f"{title}, {row.period.label}, change on {row.basis} as stated"


def _stated_text(_: AsOfView, row: StatedChange) -> str:
    unit = "%" if row.unit == "%" else " points"
    return " ".join(filter(None, (row.qualifier, signed(row.change, places(row.change)) + unit)))


def _delegate_label(view: AsOfView, row: Delegate) -> str:
    meeting = view.row("meetings", row.meeting_id)
    return f"{row.name} attends {meeting.label if meeting else row.meeting_id}"


def _level_label(_: AsOfView, row: TariffLevel) -> str:
    side = f"{_SIDES[row.imposed_by]} duties on {_GOODS[row.imposed_by]} goods"
    return f"{side} ({row.definition_key.replace('_', ' ')}), from {dated(row.date)}"


def _level_text(_: AsOfView, row: TariffLevel) -> str:
    return grouped(row.average_rate_pct, places(row.average_rate_pct)) + "%"


_LABELS: dict[str, Callable[[AsOfView, Any], str]] = {
    "stated_changes": _stated_label,
    "delegates": _delegate_label,
    "tariff_levels": _level_label,
    "statements": lambda _, row: f"{row.actor}, {dated(row.date)}",
}
_TEXTS: dict[str, Callable[[AsOfView, Any], str]] = {
    "stated_changes": _stated_text,
    "meetings": lambda _, row: row.outcome or f"{row.status}, {dated(row.start)}",
    "delegates": lambda _, row: row.role,
    "tariffs": lambda _, row: f"{row.state}, effective {dated(row.effective)}",
    "tariff_levels": _level_text,
    "controls": lambda _, row: row.state,
    "statements": lambda _, row: row.summary,
    "calendar": lambda _, row: (
        f"{row.date:%B %Y}" if row.date_precision == "month" else dated(row.date)
    ),
    "impacts": lambda _, row: f"{row.where}, {row.sector}: {row.what}",
}
