"""Draw observations and stated changes: revisions, derivations, contradictions, gaps."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from reports.dataset import Observation, SeriesInfo, StatedChange
from reports.dataset.rows import Definition, Located
from reports.model import Period
from tests.briefings.worlds import value
from tests.dataset.packages import shipped
from tests.drawn.common import after, pages

START = Period(2023, 10)
CATALOGUE: dict[str, SeriesInfo] = {row.series_id: row for row in shipped()._rows["series"]}
STYLES = ("once", "once", "once", "again", "revised", "contradicted", "derived", "estimated")
"""What becomes of a value: `again` prints it more coarsely, `derived` is reported later."""
RANGES = {"level": (1, 90_000), "rate": (-300, 300), "index": (400, 600), "balance": (-500, 1500)}
"""Least and greatest value by measure, in tenths; a volume of nothing is drawn on its own."""


def first_day(period: Period, info: SeriesInfo) -> date:
    """Return the first day on which a figure of a period can be out."""
    last = monthrange(period.year, period.last_month)[1]
    day = 1 if info.release_pattern.startswith("+0") else last
    return date(period.year, period.last_month, day)


@st.composite
def periods(draw: st.DrawFn, info: SeriesInfo) -> list[Period]:
    """Draw a run of periods with gaps, January and February apart, together or both."""
    length = 3 if info.frequency == "quarter" else 1
    first = draw(st.integers(0, 12)) // length * length
    steps = range(first, first + length * draw(st.integers(1, 18 // length - 2)), length)
    gaps = draw(st.sets(st.sampled_from(list(steps)), max_size=3)) if len(steps) > 1 else set()
    months = [START.shift(n) for n in steps if n not in gaps]
    run = [Period(month.year, month.month, length) for month in months]
    joint = [Period(p.year, 1, 2) for p in run if p.month == 1]
    if info.frequency != "month" or not joint:
        return run
    together = draw(st.sampled_from(("apart", "together", "both")))
    kept = run if together != "together" else [p for p in run if p.month > 2]
    return kept + ([] if together == "apart" else joint)


@st.composite
def vintages(draw: st.DrawFn, info: SeriesInfo, period: Period) -> list[Observation]:
    """Draw the values of one period, the oldest first."""
    low, high = RANGES[info.measure]
    tenths = draw(st.integers(low, high) | st.just(0 if info.measure == "level" else low))
    number = Decimal(tenths) / 10 if info.decimals or draw(st.booleans()) else Decimal(tenths // 10)
    day = draw(after(first_day(period, info), 45))
    style = draw(st.sampled_from(STYLES))
    row = value(info.series_id, str(period), str(number), day.isoformat(), source_id=draw(pages))
    if style == "once":
        return [row]
    if style == "estimated":
        return [replace(row, status="reported-date-estimated")]
    later = draw(after(day, 90, least=1))
    page = draw(pages)
    if style == "derived":
        return [
            replace(row, status="derived", derivation=f"{number} − 0"),
            _again(row, number.quantize(Decimal(1)), later, page),
        ]
    if style == "again":
        return [row, _again(row, number.quantize(Decimal(1)), later, page)]
    factor = Decimal(2) if style == "contradicted" else Decimal("1.02")
    return [row, _again(row, (number * factor).quantize(Decimal("0.1")), later, page)]


def _again(row: Observation, number: Decimal, day: date, page: str) -> Observation:
    ref = replace(row.ref, vintage=day)
    return replace(row, value=number, published=day, source_id=page, ref=ref)


def totals(rows: Sequence[Observation], info: SeriesInfo) -> list[Observation]:
    """Return the running totals of the oldest values, as far as January is known, each a day on."""
    found: list[Observation] = []
    oldest = {row.period: row for row in reversed(rows)}
    for year in (2024, 2025):
        added, month = Decimal(0), 1
        while row := oldest.get(Period(year, month)) or oldest.get(Period(year, month, 2)):
            added, month = added + row.value, row.period.last_month + 1
            day = first_day(row.period, info) + timedelta(days=20)
            total = value(info.series_id, f"{year}-{month - 1:02}", str(added), day.isoformat())
            found.append(total)
    return found


@st.composite
def series(draw: st.DrawFn, series_id: str) -> list[Observation]:
    """Draw what was ever published of a series, and of its running totals where it has some."""
    info = CATALOGUE[series_id]
    rows = [row for p in draw(periods(info)) for row in draw(vintages(info, p))]
    if info.cross_check_series and draw(st.booleans()):
        return rows + totals(rows, CATALOGUE[info.cross_check_series])
    return rows


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    """Draw the values of a few series, those with running totals and parts more often."""
    often = ("rare_earth_exports_t", "magnet_exports_t", "magnet_exports_us_t", "cpi_yoy_pct")
    named = st.sampled_from(often) | st.sampled_from(
        sorted(name for name in CATALOGUE if "_ytd_" not in name)
    )
    chosen = draw(st.lists(named, min_size=2, max_size=6, unique=True))
    return [row for series_id in chosen for row in draw(series(series_id))]


@st.composite
def definitions(draw: st.DrawFn, known: Sequence[Observation]) -> list[Definition]:
    """Draw breaks of definition in some of the series that have values."""
    if not known:
        return []
    found: dict[str, Definition] = {}
    for row in draw(st.lists(st.sampled_from(known), max_size=3)):
        day = draw(after(row.published, 30))
        key = f"{row.series_id} {row.period}"
        found[key] = Definition(
            row.series_id,
            row.period,
            day,
            draw(st.sampled_from(("without students", "with islands"))),
            draw(pages),
            Located("definitions", key, day, 2),
        )
    return list(found.values())


@st.composite
def stated_changes(draw: st.DrawFn, known: Sequence[Observation]) -> list[StatedChange]:
    """Draw changes that sources state for some of the values."""
    if not known:
        return []
    found: dict[str, StatedChange] = {}
    newest = list({row.series_id: row for row in known}.values())
    for row in draw(st.lists(st.sampled_from(newest) | st.sampled_from(known), max_size=5)):
        info, day = CATALOGUE[row.series_id], draw(after(row.published, 30))
        basis = draw(st.sampled_from(("month", "year")))
        size = Decimal(draw(st.integers(-600, 900))) / 10
        points = info.measure != "level"
        page = draw(pages)
        key = f"{row.series_id} {row.period} {basis} {page}"
        found[f"{key} {day}"] = StatedChange(
            row.series_id,
            row.period,
            basis,
            None if points else size,
            size if points else None,
            draw(st.sampled_from((None, "about", "nearly"))),
            day,
            page,
            None,
            Located("stated_changes", key, day, 2),
        )
    return list(found.values())
