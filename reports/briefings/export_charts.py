"""The exhibits of the export section: by month, year to date, by destination."""

from __future__ import annotations

from decimal import Decimal

from reports.analysis import (
    Measure,
    change,
    gaps,
    highest_since,
    latest,
    year_to_date_change,
)
from reports.analysis.words import movement
from reports.briefings.book import Book, spans_of
from reports.briefings.facts import told
from reports.briefings.figures import bars, data_table
from reports.briefings.ghosts import Past
from reports.briefings.news_figures import rank_words, ranked
from reports.briefings.prose import cite, compose, upper_first, words
from reports.briefings.releases import age_clause, is_stale
from reports.briefings.situation import Situation
from reports.dataset import Observation
from reports.model import (
    Bar,
    Cell,
    ChartEvent,
    Column,
    ColumnChart,
    Exhibit,
    Period,
    Segment,
    SegmentChart,
    SegmentRow,
    TableSpec,
    Width,
    plain,
)

FULL_MONTHS = 17
HALF_MONTHS = 13
LEAST_MONTHS = 3


def rare_earths_by_month(now: Situation, book: Book, figure: int) -> Exhibit | None:
    """Return monthly rare-earth exports as columns."""
    row = latest(now.view, "rare_earth_exports_t")
    if row is None:
        return None
    labelled = [row.period.previous()]
    rank = highest_since(now.view, row.series_id, row.period)
    if rank and rank.since and ranked(now, row):
        labelled.append(rank.since.period)
    return _columns(
        now,
        book,
        row,
        figure,
        name="rare-earths-monthly",
        count=FULL_MONTHS,
        width="full",
        subtitle="China’s exports of rare earths, all products, tonnes a month",
        note="The licensing rules cover some of these products only. ",
        labelled=tuple(labelled),
    )


def magnets_by_month(now: Situation, book: Book, figure: int) -> Exhibit | None:
    """Return monthly magnet exports as columns; months that are not known stay empty."""
    row = latest(now.view, "magnet_exports_t")
    if row is None or is_stale(now.view, row):
        return None
    missing = gaps(now.view, row.series_id, HALF_MONTHS)
    return _columns(
        now,
        book,
        row,
        figure,
        name="magnets-monthly",
        count=HALF_MONTHS,
        width="half",
        subtitle="China’s exports of rare-earth magnets, tonnes a month",
        note="Empty months are not in the data known on this day. " if missing else "",
        labelled=(row.period.previous(),),
    )


def magnets_to(
    now: Situation, book: Book, row: Observation, destination: str, figure: int
) -> Exhibit | None:
    """Return monthly magnet exports to one destination, whose newest month is given.

    None where fewer than three months of the past year are known: that is no picture.
    """
    shown = [bar for bar in bars(now.view, row.series_id, HALF_MONTHS) if bar.value is not None]
    if len(shown) < LEAST_MONTHS:
        return None
    return _columns(
        now,
        book,
        row,
        figure,
        name="magnets-to-partner",
        count=HALF_MONTHS,
        width="half",
        subtitle=f"Magnets to {destination}, tonnes a month",
        note="Empty months are not in the data known on this day. ",
        labelled=(row.period.previous(),),
        title=_title_of(now, book, row, destination),
    )


def _title_of(now: Situation, book: Book, row: Observation, destination: str) -> str:
    month = book.change_at(row.series_id, "month", row.period)
    when = row.period.name if row.period.year == now.today.year else row.period.label
    if month is None or movement(month) in ("same", "little"):
        return f"Magnets to {destination} came to {book.level(row)} in {when}"
    way = "rose {}" if month.value > 0 else "fell {}"
    return f"Magnets to {destination} {book.change(row.series_id, 'month', month, way)} in {when}"


def _columns(
    now: Situation,
    book: Book,
    row: Observation,
    figure: int,
    *,
    name: str,
    count: int,
    width: Width,
    subtitle: str,
    note: str,
    labelled: tuple[Period, ...],
    title: str = "",
) -> Exhibit:
    title = title or volume_title(now, book, row)
    past = Past(now, row.series_id, count)
    shown = past.behind(bars(now.view, row.series_id, count, labelled))
    note += _caveats(now, row, shown)
    first = shown[0].period.label
    source = now.view.series(row.series_id).organisation
    events = _events(now, shown[0].period, row.period)
    marks = tuple(event for event, _ in events)
    chart = ColumnChart(name, "tonnes", "ore", shown, marks, past.label)
    return Exhibit(
        key=name,
        number=str(figure),
        title=compose(title),
        subtitle=subtitle,
        alt=f"Column chart: {subtitle}, {first} to {row.period.label}. {plain(compose(title))}.",
        chart=chart,
        source=compose(f"{note}{past.note}Source: {source}.{cite(row.source_id)}"),
        data=data_table(book, row.series_id, count),
        width=width,
        drawn=(
            *spans_of(title, *_labels(book, row, labelled), *(label for _, label in events)),
            *book.scale(chart, past.drawn),
        ),
    )


def _caveats(now: Situation, row: Observation, shown: tuple[Bar, ...]) -> str:
    """Return what a reader of the columns must know: joint months, estimates, an old figure."""
    notes = []
    if any(bar.period.length > 1 for bar in shown):
        notes.append("January and February are one published figure, drawn as their mean. ")
    if any(bar.estimated for bar in shown):
        notes.append("Hatched: derived from other figures. ")
    if age := age_clause(now.view, row):
        notes.append(f"{upper_first(age)}. ")
    return "".join(notes)


def _labels(book: Book, row: Observation, labelled: tuple[Period, ...]) -> list[str]:
    """Return the marks of the values that stand on columns."""
    named = [book.view.observation(row.series_id, period) for period in labelled]
    return [book.exact(o) for o in (row, *named) if o]


def _events(now: Situation, first: Period, last: Period) -> list[tuple[ChartEvent, str]]:
    """Return the licensing rule on rare earths in the months shown, and its marked label."""
    rules = [
        c
        for c in now.view.controls
        if c.topic == "rare_earths"
        and c.effect == "tightens"
        and c.announcement
        and c.imposed_by == "CN"
        and first.index <= Period.of(c.announced).index < last.index + last.length
    ]
    labels = [upper_first(told(c, "label")) for c in rules[:1]]
    return [
        (ChartEvent(c.announced, now.on(c.announced), plain(compose(label))), label)
        for c, label in zip(rules, labels, strict=False)
    ]


def volume_title(now: Situation, book: Book, row: Observation) -> str:
    """Return the finding of a monthly volume: its change, and its rank where it has one."""
    month = change(now.view, row.series_id, "month", row.period)
    rank = ranked(now, row)
    name = "Magnet exports" if row.series_id.startswith("magnet") else "Shipments"
    when = row.period.name if row.period.year == now.today.year else row.period.label
    if month is None:
        year = change(now.view, row.series_id, "year", row.period)
        if year and row.series_id.startswith("rare"):
            by = book.change(row.series_id, "year", year, "{} " + _side(year))
            return f"Shipments in {when} were {by} a year before"
        return f"{name} came to {book.level(row)} in {when}"
    kind = movement(month)
    base = row.period.previous().name
    if kind in ("halved", "doubled"):
        return f"{name} {book.change(row.series_id, 'month', month, kind)} in {when}"
    if kind in ("same", "little"):
        same = book.change(row.series_id, "month", month, "little different")
        return f"{name} in {when} were {same} from {base}"
    if rank and row.series_id.startswith("rare"):
        rank = rank_words(now, book, row, rank.replace(" in the year since", " since"))
        by = book.change(row.series_id, "month", month, "{} " + _side(month))
        return f"{when}’s shipments were {rank}, {by} {base}"
    way = "rose {}" if month.value > 0 else "fell {}"
    return f"{name} {book.change(row.series_id, 'month', month, way)} in {when}"


def _side(measure: Measure) -> str:
    return "above" if measure.value > 0 else "below"


def year_to_date(now: Situation, book: Book, figure: int) -> Exhibit | None:
    """Return this year's total so far against the same months of the year before."""
    series_id = "rare_earth_exports_ytd_t"
    row, total = latest(now.view, series_id), year_to_date_change(now.view, series_id)
    if row is None or total is None:
        return None
    before = now.view.observation(series_id, row.period.year_before())
    if before is None or row.period.month < 3:
        return None
    title = _ytd_title(book, total)
    rows = _ytd_rows(now, book, before, row)
    return Exhibit(
        key="year-to-date",
        number=str(figure),
        title=compose(title),
        subtitle=f"China’s exports of rare earths, January to {row.period.name}, tonnes",
        alt=f"Segmented bars: rare-earth exports to {row.period.name}, this year and last. "
        f"{plain(compose(title))}.",
        chart=SegmentChart("year-to-date", "tonnes", "ore", rows),
        source=compose(
            f"Source: {now.view.series(series_id).organisation}."
            f"{cite(row.source_id, before.source_id)}"
        ),
        data=_ytd_table(book, (row, before)),
        width="half",
        drawn=spans_of(title, book.level(before), book.level(row)),
    )


def _ytd_title(book: Book, total: Measure) -> str:
    span = f"The year to {total.period.name}"
    if movement(total) in ("same", "little"):
        level = book.change("rare_earth_exports_ytd_t", "year", total, "level")
        return f"{span} is {level} with last year"
    way = "{} ahead of" if total.value > 0 else "{} behind"
    return f"{span} is {book.change('rare_earth_exports_ytd_t', 'year', total, way)} last year"


def _ytd_rows(
    now: Situation, book: Book, before: Observation, row: Observation
) -> tuple[SegmentRow, ...]:
    """Return both years, cut into months where the months of both are known."""
    parts = [(before, _segments(now, before)), (row, _segments(now, row))]
    split = all(len(segments) > 1 for _, segments in parts)
    return tuple(
        SegmentRow(
            str(o.period.year),
            "current" if o is row else "before",
            segments if split else (Segment("", o.value, latest=o is row),),
            plain(compose(book.level(o))),
        )
        for o, segments in parts
    )


def _segments(now: Situation, total: Observation) -> tuple[Segment, ...]:
    """Return the months of a total, if those that are known add up to it within a tonne each."""
    found: list[Observation] = []
    index, end = total.period.year * 12, total.period.index
    while index <= end:
        month = Period(index // 12, index % 12 + 1)
        row = now.view.observation("rare_earth_exports_t", month)
        pair = now.view.observation("rare_earth_exports_t", Period(month.year, month.month, 2))
        chosen = row or pair
        if chosen is None or chosen.conflict:
            return ()
        found.append(chosen)
        index += chosen.period.length
    if abs(sum((o.value for o in found), Decimal(0)) - total.value) > len(found):
        return ()
    return tuple(Segment(o.period.short, o.value, latest=o is found[-1]) for o in found)


def _ytd_table(book: Book, rows: tuple[Observation, ...]) -> TableSpec:
    return TableSpec(
        key="data-year-to-date",
        title="",
        columns=(
            Column("Year", 0.3, "head"),
            Column("Tonnes", 0.25, "number"),
            Column("Source", 0.45),
        ),
        rows=tuple(
            (
                Cell((f"January to {o.period.label}",)),
                Cell(compose(book.exact(o))),
                Cell(compose(words(book.view.source(o.source_id).publisher))),
            )
            for o in rows
        ),
    )
