"""What two days know otherwise: news, revisions, corrections and changed states told apart."""

from __future__ import annotations

from reports.analysis.differences.events import event_differences
from reports.analysis.differences.kinds import KINDS, MEANINGS, Difference, Kind
from reports.analysis.differences.states import state_differences
from reports.analysis.differences.values import moved_from, value_differences
from reports.dataset import AsOfView
from reports.dataset.schema import TABLES

__all__ = ["KINDS", "MEANINGS", "Difference", "Kind", "differences", "moved_from"]

_TABLES = tuple(TABLES)


def differences(before: AsOfView, now: AsOfView) -> tuple[Difference, ...]:
    """Return all that differs between two days, in a stable order; a day does not from itself.

    Each row that the later day knows and the earlier one does not stands in exactly one of them.
    Raise ValueError where the days come the wrong way round.
    """
    if before.day > now.day:
        raise ValueError(f"{before.day} is later than {now.day}: the earlier day comes first")
    found = (
        *value_differences(before, now),
        *event_differences(before, now),
        *state_differences(before, now),
    )
    return tuple(sorted(found, key=_order))


def _order(found: Difference) -> tuple[object, ...]:
    place = _TABLES.index(found.table)
    return KINDS.index(found.kind), place, found.known, found.key
