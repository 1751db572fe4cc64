"""Small views for tests of measures: a few observations, no files."""

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from reports.dataset import AsOfView, Observation, SeriesInfo, StatedChange
from reports.dataset.rows import Located
from reports.dataset.view import view_of
from reports.model import Period

T = TypeVar("T")
DAY = date(2025, 12, 31)
EMPTY = [
    "meetings",
    "delegates",
    "tariffs",
    "tariff_levels",
    "controls",
    "statements",
    "calendar",
    "impacts",
    "sources",
    "known_conflicts",
    "stated_changes",
    "definitions",
]


def series(
    series_id: str, measure: str, unit: str, *, cross_check: str | None = None
) -> SeriesInfo:
    """Return a catalogue row of one series."""
    return SeriesInfo(
        series_id=series_id,
        rank=1,
        title=series_id,
        short_title=series_id,
        topic="test",
        unit=unit,
        measure=measure,
        frequency="month",
        decimals=0 if measure == "level" else 1,
        seasonal_adjustment="not_adjusted",
        organisation="O",
        organisation_title="Office",
        release_pattern="+1:9",
        release_latest="+1:14",
        january_february="combined",
        coverage="complete",
        partner=None,
        parent_series=None,
        cross_check_series=cross_check,
        comparable_with=(),
        ref=Located("series", series_id, date(2023, 1, 1), 2),
    )


def present(value: T | None) -> T:
    """Return a measure that must exist."""
    assert value is not None
    return value


def row(series_id: str, period: str, value: str, published: str = "") -> Observation:
    """Return an observation, published on the last day of 2024 unless told otherwise."""
    day = date.fromisoformat(published) if published else date(2024, 12, 31)
    ref = Located("observations", f"{series_id} {period}", day, 2)
    return Observation(
        series_id, Period.parse(period), Decimal(value), day, "S1", "reported", None, None, ref
    )


def view(
    info: SeriesInfo, values: dict[str, str], stated: tuple[StatedChange, ...] = ()
) -> AsOfView:
    """Return a view of one series with the given values by period."""
    rows: dict[str, tuple[Any, ...]] = dict.fromkeys(EMPTY, ())
    rows |= {
        "series": (info,),
        "observations": tuple(row(info.series_id, p, v) for p, v in values.items()),
        "stated_changes": stated,
    }
    return view_of(rows, DAY)


def volumes(values: dict[str, str]) -> AsOfView:
    """Return a view of a level in tonnes."""
    return view(series("v", "level", "tonnes"), values)


def rates(values: dict[str, str]) -> AsOfView:
    """Return a view of a rate."""
    return view(series("r", "rate", "%"), values)


def stated(period: str, basis: str, change: str, qualifier: str | None = None) -> StatedChange:
    """Return a change that a source states for the series "v"."""
    day = date(2024, 12, 31)
    ref = Located("stated_changes", f"v {period} {basis}", day, 2)
    return StatedChange(
        "v", Period.parse(period), basis, Decimal(change), None, qualifier, day, "S2", None, ref
    )
