"""Charts from series: which months, which role each bar plays, and their data tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from reports.analysis import latest, trimmed
from reports.briefings.book import Book, spans_of
from reports.briefings.prose import compose, full_date, words
from reports.dataset import AsOfView, Observation
from reports.model import (
    Bar,
    Cell,
    Column,
    Hue,
    LinePoint,
    Period,
    SparkBars,
    SparkLine,
    TableSpec,
    plain,
)

SPARK_MONTHS = 13
DATA_COLUMNS = (
    Column("Period", 0.24, "head"),
    Column("Value", 0.2, "number"),
    Column("Known since", 0.22),
    Column("Source", 0.34),
)


def months(
    view: AsOfView, series_id: str, count: int
) -> tuple[tuple[Period, Observation | None], ...]:
    """Return the last periods up to the newest, oldest first; a gap has no observation.

    Where only a combined January–February is known, it stands once for its two months.
    """
    row = latest(view, series_id)
    if row is None:
        return ()
    known = {o.period: o for o in view.observations(series_id)}
    combined = [o for o in known.values() if o.period.length == 2]
    end = row.period.index + row.period.length
    found: list[tuple[Period, Observation | None]] = []
    index = end - count
    second = Period(index // 12, index % 12 + 1)
    if second not in known and any(o.period.index == index - 1 for o in combined):
        index -= 1
    while index < end:
        month = Period(index // 12, index % 12 + 1)
        pair = next((o for o in combined if o.period.index == index and month not in known), None)
        found.append((pair.period, pair) if pair else (month, known.get(month)))
        index += found[-1][0].length
    return tuple(found)


def bars(
    view: AsOfView, series_id: str, count: int, labelled: Iterable[Period] = ()
) -> tuple[Bar, ...]:
    """Return columns for the last periods; the newest and the named ones carry their value."""
    newest = latest(view, series_id)
    if newest is None:
        return ()
    marks = {newest.period, *labelled}
    return tuple(
        Bar(
            period,
            row.value if row else None,
            "latest"
            if period == newest.period
            else "current"
            if period.year == newest.period.year
            else "before",
            trimmed(row.value) if row and period in marks else "",
            estimated=bool(row and row.status == "derived"),
        )
        for period, row in months(view, series_id, count)
    )


def points(view: AsOfView, series_id: str, count: int) -> tuple[LinePoint, ...]:
    """Return line points for the last periods; gaps stay gaps."""
    return tuple(
        LinePoint(period, row.value if row else None)
        for period, row in months(view, series_id, count)
    )


def column_spark(book: Book, series_id: str, key: str, hue: Hue = "ore") -> SparkBars | None:
    """Return a spark of columns over the last 13 months."""
    values = _spark_values(book.view, series_id)
    if not values:
        return None
    alt = _spark_alt(book, series_id, "Columns")
    return SparkBars(key, hue, values, plain(compose(alt)), said=spans_of(alt))


def line_spark(book: Book, series_id: str, key: str, hue: Hue) -> SparkLine | None:
    """Return a spark line over the last 13 months."""
    values = _spark_values(book.view, series_id)
    if not values:
        return None
    known = [v for v in values if v is not None]
    crosses = min(known) < 0 < max(known)
    alt = _spark_alt(book, series_id, "Line")
    return SparkLine(key, hue, values, plain(compose(alt)), crosses, spans_of(alt))


def _spark_values(view: AsOfView, series_id: str) -> tuple[Decimal | None, ...]:
    """Return one value a month; a combined period gives its monthly mean for a level."""
    values: list[Decimal | None] = []
    level = view.series(series_id).measure == "level"
    for period, row in months(view, series_id, SPARK_MONTHS):
        each = None if row is None else row.value / period.length if level else row.value
        values += [each] * period.length
    return tuple(values)


def _spark_alt(book: Book, series_id: str, kind: str) -> str:
    info = book.view.series(series_id)
    known = [(p, o) for p, o in months(book.view, series_id, SPARK_MONTHS) if o]
    (first, start), (last, end) = known[0], known[-1]
    return (
        f"{kind}: {info.short_title}, {first.label} to {last.label}, from "
        f"{book.cell(start)} to {book.cell(end)} {info.unit}."
    )


def drawn_rows(view: AsOfView, series_id: str, count: int) -> list[Observation]:
    """Return the values that a chart of the last periods draws."""
    return [row for _, row in months(view, series_id, count) if row]


def data_table(book: Book, series_id: str, count: int) -> TableSpec:
    """Return the values of a chart with the day and page they come from, latest first."""
    view = book.view
    info = view.series(series_id)
    rows = [(p, o) for p, o in reversed(months(view, series_id, count)) if o]
    return TableSpec(
        key=f"data-{series_id}",
        title="",
        columns=(
            DATA_COLUMNS[0],
            Column(f"Value, {info.unit}", 0.2, "number"),
            *DATA_COLUMNS[2:],
        ),
        rows=tuple(
            (
                Cell((period.label,)),
                Cell(compose(book.exact(row)), mark=mark(row)),
                Cell((full_date(row.published),)),
                Cell(compose(words(view.source(row.source_id).publisher))),
            )
            for period, row in rows
        ),
    )


def mark(row: Observation) -> str:
    """Return the status mark of an observation: e derived, r revised, c in conflict, or none."""
    if row.conflict:
        return "c"
    if row.status == "derived":
        return "e"
    return "r" if row.revised_from else ""
