"""From what providers gave to what the dataset takes: a row that is refused costs its series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from reports.fetching import Failed, Fetched, FetchedRow, Gathered, table
from reports.intake import Batch, Incoming, prepare

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from reports.errors import Problem
    from reports.intake import Addition

Place = tuple[str, int]


def plan_fetched(folder: Path, gathered: Gathered, day: date) -> tuple[Addition, Gathered]:
    """Plan the new rows as `reports data add` does; return what was taken of them too.

    A series of which a row is refused is a failure of its provider, and the rest goes on.
    """
    while True:
        batch, series = _batch(gathered.new)
        addition = prepare(folder, lambda *_, rows=batch: rows, day)
        reasons = _reasons(addition.errors, series)
        if not reasons:
            return addition, gathered
        gathered = _without(gathered, reasons)


def _batch(new: Iterable[FetchedRow]) -> tuple[Batch, Mapping[Place, frozenset[str]]]:
    """Return new rows and their sources as rows that come in, and the series behind each."""
    new = tuple(new)
    tables = {"sources": table.source_cells(new), "observations": table.observation_cells(new)}
    citing: dict[str, set[str]] = defaultdict(set)
    for row in new:
        citing[row.source.source_id].add(row.series_id)
    rows: list[Incoming] = []
    series: dict[Place, frozenset[str]] = {}
    for name, listed in tables.items():
        for number, cells in enumerate(listed, 1):
            rows.append(Incoming(name, cells, f"fetched {name}", number))
            own = cells.get("series_id")
            series[f"fetched {name}", number] = frozenset(
                (own,) if own else citing[cells["source_id"]]
            )
    return Batch(tuple(rows)), series


def _reasons(errors: Iterable[Problem], series: Mapping[Place, frozenset[str]]) -> dict[str, str]:
    """Return why series are refused; what is wrong elsewhere is told as of any addition."""
    reasons: dict[str, str] = {}
    for error in errors:
        for name in series.get((error.file, error.line or 0), frozenset()):
            said = " ".join(filter(None, (error.column, repr(error.value), error.message)))
            reasons.setdefault(name, f"gives what is refused: {said}")
    return reasons


def _without(gathered: Gathered, reasons: Mapping[str, str]) -> Gathered:
    outcomes: list[Fetched | Failed] = []
    for outcome in gathered.outcomes:
        refused = [name for name in outcome.series if name in reasons]
        if isinstance(outcome, Failed) or not refused:
            outcomes.append(outcome)
            continue
        left = tuple(name for name in outcome.series if name not in reasons)
        rows = tuple(row for row in outcome.rows if row.series_id not in reasons)
        if left:
            outcomes.append(replace(outcome, series=left, rows=rows))
        for reason in dict.fromkeys(reasons[name] for name in refused):
            named = tuple(name for name in refused if reasons[name] == reason)
            outcomes.append(Failed(outcome.provider, named, reason))
    new = tuple(row for row in gathered.new if row.series_id not in reasons)
    return Gathered(tuple(outcomes), new)
