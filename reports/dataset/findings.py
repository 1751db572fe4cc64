"""What a check finds odd in a dataset without faults, and which of it an editor knows already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.dataset.rows import KnownConflict, Observation, StatedChange

TABLE = "known_conflicts"


@dataclass(frozen=True)
class Finding:
    """One odd thing: its row and column, what is odd, what would be right."""

    row: Any
    column: str
    message: str
    expected: str
    key: tuple[object, ...] | None = None
    """What an entry of known_conflicts calls it by; None where no entry silences it."""


def known_as(row: Observation | StatedChange, basis: str | None = None) -> tuple[object, ...]:
    """Return what an entry of known_conflicts calls a row and what is odd about it."""
    return row.series_id, row.period, basis, row.published, row.source_id


def unknown(found: Iterable[Finding], rows: Mapping[str, tuple[Any, ...]]) -> list[Finding]:
    """Return the findings that no editor knows, and the entries that no longer meet anything."""
    entries: dict[tuple[object, ...], KnownConflict] = {
        (r.series_id, r.period, r.basis, r.published, r.source_id): r for r in rows[TABLE]
    }
    listed = list(found)
    met = {finding.key for finding in listed}
    left = [finding for finding in listed if finding.key is None or finding.key not in entries]
    stale = [row for key, row in entries.items() if key not in met]
    return left + [
        Finding(row, "period", f"no such {_kind(row)} is in the data", "no entry for it")
        for row in stale
    ]


def _kind(row: KnownConflict) -> str:
    return row.basis if row.basis in ("gap", "jump") else "contradiction"
