"""How each series stands on a day: its newest value, what it waits for, how firm its past is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from reports.analysis.measures import latest
from reports.analysis.releases import Release, awaited, overdue
from reports.analysis.rounding import percent_change
from reports.dataset import AsOfView, Observation, SeriesInfo, Source
from reports.dataset.plausibility import gaps
from reports.dataset.vintages import same_value
from reports.model import Period

_UNITS = {"rate": "pp", "index": "points"}


@dataclass(frozen=True)
class Revisions:
    """How often a provider revised a series, and by how much; corrections of ours apart."""

    count: int
    largest: Decimal | None
    """The one of greatest size, with its sign; None where there is none to tell."""
    median: Decimal | None
    """The middle size, without signs."""
    unit: str
    """% for levels, pp for rates, points for an index, otherwise the unit of the series."""
    corrections: int
    """Errors of our own that were mended."""


@dataclass(frozen=True)
class SeriesStatus:
    """How one series stands on the day of a view."""

    info: SeriesInfo
    latest: Observation | None
    """The newest value; its `published` is the vintage."""
    source: Source | None
    """The page that the newest value was read from."""
    release: Release | None
    days_overdue: int
    """Days since the deadline of a release that is missed; 0 where none is."""
    revisions: Revisions
    gaps: tuple[Period, ...]
    """Periods between the first and the newest that no value covers."""
    conflicts: tuple[Period, ...]
    """Periods on which sources contradict each other."""


def series_status(view: AsOfView) -> tuple[SeriesStatus, ...]:
    """Return how each series of the catalogue stands, in reading order."""
    return tuple(_status(view, info) for info in view.catalogue)


def _status(view: AsOfView, info: SeriesInfo) -> SeriesStatus:
    newest = latest(view, info.series_id)
    release = awaited(view, info.series_id)
    late = release is not None and overdue(view, info.series_id)
    return SeriesStatus(
        info,
        newest,
        view.source(newest.source_id) if newest else None,
        release,
        (view.day - release.deadline).days if release and late else 0,
        _revisions(view, info),
        tuple(period for _, missing in gaps(view, info) for period in missing),
        tuple(row.period for row in view.observations(info.series_id) if row.conflict),
    )


def _revisions(view: AsOfView, info: SeriesInfo) -> Revisions:
    moves = [move for row in view.observations(info.series_id) for move in _moves(view, info, row)]
    revised = [move for move in moves if move[1].correction is None]
    sizes = [size for move in revised if (size := _size(info, *move)) is not None]
    return Revisions(
        len(revised),
        max(sizes, key=abs, default=None),
        median(abs(size) for size in sizes) if sizes else None,
        "%" if info.measure == "level" else _UNITS.get(info.measure, info.unit),
        len(moves) - len(revised),
    )


def _moves(
    view: AsOfView, info: SeriesInfo, held: Observation
) -> Iterator[tuple[Observation, Observation]]:
    """Yield each pair of vintages in which a value became another one.

    Another print of a value is none, and neither is a value that contradicts the one that holds.
    """
    vintages = view.vintages(info.series_id, held.period)
    if len(vintages) == 1:
        return
    before, *later = (row for row in vintages if row not in held.conflict)
    for row in later:
        if not same_value(before, row, info.measure):
            yield before, row
        before = row


def _size(info: SeriesInfo, before: Observation, row: Observation) -> Decimal | None:
    """Return by how much a value moved; None for a level that was zero, which no % can tell."""
    if info.measure != "level":
        return row.value - before.value
    return percent_change(row.value, before.value) if before.value else None
