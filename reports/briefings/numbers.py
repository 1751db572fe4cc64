"""The numbers: six months of every series used, with the changes and a spark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from reports.analysis import latest, listing, refused
from reports.analysis.comparability import UNKNOWN
from reports.briefings.book import Book
from reports.briefings.figures import column_spark, line_spark, mark
from reports.briefings.news_figures import is_new
from reports.briefings.prose import cite, compose, words
from reports.briefings.releases import is_stale
from reports.briefings.situation import Situation
from reports.dataset import Observation
from reports.model import Cell, Column, Period, Section, TableBlock, TableSpec

KICKER = "The numbers"
BASES: tuple[Literal["month", "year"], ...] = ("month", "year")
SHOWN_MONTHS = 6
SERIES = (
    "rare_earth_exports_t",
    "magnet_exports_t",
    "magnet_exports_us_t",
    "cpi_yoy_pct",
    "ppi_yoy_pct",
    "unemployment_urban_pct",
    "exports_usd_yoy_pct",
    "exports_to_us_yoy_pct",
)
QUOTED = (
    "retail_sales_yoy_pct",
    "industrial_output_yoy_pct",
    "pmi_mfg",
    "unemployment_16_24_pct",
)
"""Series that the text quotes in the weeks in which they are new."""
KEY = (
    "e = estimate derived from published figures; r = revised; c = sources in conflict; "
    "j = January and February together; [x] = not available or not yet published; "
    "pp = percentage points."
)


def numbers(now: Situation, book: Book) -> Section:
    """Return the table of the newest six months of each series."""
    also = [s for s in QUOTED if (row := latest(now.view, s)) and is_new(now, row)]
    present = [row for s in (*SERIES, *also) if (row := latest(now.view, s))]
    fresh = [row for row in present if not is_stale(now.view, row) or row.series_id in SERIES[:2]]
    # Where every figure is old, old ones are better than a table without a row.
    present = fresh or present
    last = max(row.period.index + row.period.length - 1 for row in present)
    periods = [Period(i // 12, i % 12 + 1) for i in range(last - SHOWN_MONTHS + 1, last + 1)]
    table = TableSpec(
        key="six-months",
        title="",
        columns=(
            Column("Series", 0.205, "head"),
            Column("Unit", 0.095),
            *(Column(_head(p, periods), 0.066, "number") for p in periods),
            Column("On month", 0.1, "number"),
            Column("On year", 0.085, "number"),
            Column("Trend", 0.119, "spark"),
        ),
        rows=tuple(_row(now, book, row, periods) for row in present),
        note=compose(KEY + _refusals(now, present)),
        scrolls=True,
    )
    return Section("numbers", KICKER, (), (TableBlock(table),))


def _refusals(now: Situation, present: Sequence[Observation]) -> str:
    """Return which changes are not given although both values are known, and why.

    What is merely not known has its mark in the table.
    """
    reasons: dict[str, dict[str, None]] = {}
    for row in present:
        for basis in BASES:
            reason = refused(now.view, row.series_id, basis, row.period)
            if reason and not reason.endswith(UNKNOWN):
                title = words(now.view.series(row.series_id).short_title)
                reasons.setdefault(f"on {basis} ({words(reason)})", {})[title] = None
    listed = [f"{listing(list(titles))} {reason}" for reason, titles in reasons.items()]
    return f" Not compared: {'; '.join(listed)}." if listed else ""


def _head(period: Period, periods: list[Period]) -> str:
    first = period is periods[0] or period.month == 1
    return f"{period.short} {period.year}" if first else period.short


def _row(
    now: Situation, book: Book, newest: Observation, periods: list[Period]
) -> tuple[Cell, ...]:
    info = now.view.series(newest.series_id)
    values = [_value(now, book, newest, period) for period in periods]
    recent = periods[-1].index - newest.period.index - newest.period.length + 1 < SHOWN_MONTHS
    changes = [
        _change(book, newest, basis) if recent else Cell(("[x]",)) for basis in ("month", "year")
    ]
    key = f"spark-{newest.series_id}"
    spark = (
        column_spark(book, newest.series_id, key)
        if info.measure == "level"
        else line_spark(book, newest.series_id, key, "cn")
    )
    name = compose(f"{words(info.short_title)}{cite(newest.source_id)}")
    return (Cell(name), Cell((info.unit,)), *values, *changes, Cell(spark=spark))


def _value(now: Situation, book: Book, newest: Observation, period: Period) -> Cell:
    row = now.view.observation(newest.series_id, period)
    pair = now.view.observation(newest.series_id, Period(period.year, 1, 2))
    if row is None and period.month == 2 and pair is not None:
        return Cell(compose(book.cell(pair)), mark="j")
    if row is None:
        return Cell(("[x]",), muted=True)
    return Cell(compose(book.cell(row)), mark=mark(row))


def _change(book: Book, newest: Observation, basis: str) -> Cell:
    change = book.change_at(newest.series_id, basis, newest.period)
    if change is None:
        return Cell(("[x]",), muted=True)
    return Cell(compose(book.signed_change(newest.series_id, basis, change)))
