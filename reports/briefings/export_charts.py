"""The exhibits of the export section: by month, year to date, by destination."""

from __future__ import annotations

from decimal import Decimal

from reports.analysis import (
    Measure,
    change,
    gaps,
    grouped,
    highest_since,
    latest,
    signed_percent,
    trimmed,
    year_to_date_change,
)
from reports.analysis.words import movement
from reports.briefings.book import Book
from reports.briefings.figures import bars, data_table
from reports.briefings.front import is_stale
from reports.briefings.news_figures import ranked
from reports.briefings.prose import cite, compose, upper_first, words
from reports.briefings.situation import Situation
from reports.dataset import Observation
from reports.model import (
    Cell,
    ChartEvent,
    Column,
    ColumnChart,
    DumbbellChart,
    DumbbellRow,
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
DESTINATIONS = (
    ("magnet_exports_de_t", "Germany"),
    ("magnet_exports_us_t", "United States"),
    ("magnet_exports_kr_t", "South Korea"),
    ("magnet_exports_vn_t", "Vietnam"),
    ("magnet_exports_in_t", "India"),
    ("magnet_exports_jp_t", "Japan"),
)


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
    if row is None or is_stale(now, row):
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
) -> Exhibit:
    title = volume_title(now, book, row)
    shown = bars(now.view, row.series_id, count, labelled)
    combined = any(bar.period.length > 1 for bar in shown)
    note += (
        "January and February are one published figure, drawn as their mean. " if combined else ""
    )
    note += "Hatched: derived from other figures. " if any(b.estimated for b in shown) else ""
    first = shown[0].period.label
    source = now.view.series(row.series_id).organisation
    return Exhibit(
        key=name,
        number=str(figure),
        title=compose(title),
        subtitle=subtitle,
        alt=f"Column chart: {subtitle}, {first} to {row.period.label}. {plain(compose(title))}.",
        chart=ColumnChart(name, "tonnes", "ore", shown, _events(now, shown[0].period, row.period)),
        source=compose(f"{note}Source: {source}.{cite(row.source_id)}"),
        data=data_table(now.view, row.series_id, count, plain(compose(title))),
        width=width,
    )


def _events(now: Situation, first: Period, last: Period) -> tuple[ChartEvent, ...]:
    """Return the licensing rules on rare earths that fall into the months shown."""
    rules = [
        c
        for c in now.view.controls
        if c.topic == "rare_earths"
        and c.effect == "tightens"
        and c.announcement
        and c.imposed_by == "CN"
        and first.index <= Period.of(c.announced).index < last.index + last.length
    ]
    return tuple(
        ChartEvent(c.announced, now.on(c.announced), upper_first(words(c.label))) for c in rules[:1]
    )


def volume_title(now: Situation, book: Book, row: Observation) -> str:
    """Return the finding of a monthly volume: its change, and its rank where it has one."""
    month = change(now.view, row.series_id, "month", row.period)
    rank = ranked(now, row)
    name = "Magnet exports" if row.series_id.startswith("magnet") else "Shipments"
    when = row.period.name if row.period.year == now.today.year else row.period.label
    if month is None:
        year = change(now.view, row.series_id, "year", row.period)
        if year and row.series_id.startswith("rare"):
            side = "above" if year.value > 0 else "below"
            by = book.change(row.series_id, "year", year)
            return f"Shipments in {when} were {by} {side} a year before"
        return f"{name} came to {book.level(row)} in {when}"
    kind = movement(month)
    base = row.period.previous().name
    if kind in ("halved", "doubled"):
        return f"{name} {kind} in {when}"
    if kind in ("same", "little"):
        return f"{name} in {when} were little different from {base}"
    by = book.change(row.series_id, "month", month)
    side = "above" if month.value > 0 else "below"
    if rank and row.series_id.startswith("rare"):
        rank = rank.replace(" in the year since", " since")
        return f"{when}’s shipments were {rank}, {by} {side} {base}"
    return f"{name} {'rose' if month.value > 0 else 'fell'} {by} in {when}"


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
        alt=f"Segmented bars: rare-earth exports, January to {row.period.name}, two years. "
        f"{plain(compose(title))}.",
        chart=SegmentChart("year-to-date", "tonnes", "ore", rows),
        source=compose(
            f"Source: {now.view.series(series_id).organisation}."
            f"{cite(row.source_id, before.source_id)}"
        ),
        data=_ytd_table(now, (row, before), plain(compose(title))),
        width="half",
    )


def _ytd_title(book: Book, total: Measure) -> str:
    span = f"The year to {total.period.name}"
    if movement(total) in ("same", "little"):
        return f"{span} is level with last year"
    by = book.change("rare_earth_exports_ytd_t", "year", total)
    return f"{span} is {by} {'ahead of' if total.value > 0 else 'behind'} last year"


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


def _ytd_table(now: Situation, rows: tuple[Observation, ...], title: str) -> TableSpec:
    return TableSpec(
        key="data-year-to-date",
        title=title,
        columns=(
            Column("Year", 0.3, "head"),
            Column("Tonnes", 0.25, "number"),
            Column("Source", 0.45),
        ),
        rows=tuple(
            (
                Cell((f"January to {o.period.label}",)),
                Cell((trimmed(o.value),)),
                Cell(compose(words(now.view.source(o.source_id).publisher))),
            )
            for o in rows
        ),
    )


def destinations(now: Situation, figure: int) -> Exhibit | None:
    """Return magnet exports by destination: the newest month against the one before it.

    Destinations are sparse. The months are the newest for which at least two destinations are
    known; a month that is not known stays empty, and without two changes there is no exhibit.
    """
    known = {s: {o.period: o for o in now.view.observations(s)} for s, _ in DESTINATIONS}
    newest = sorted({p for rows in known.values() for p in rows}, reverse=True)
    for period in newest[:2]:
        for base in (period.previous(), period.year_before()):
            pairs = [
                (label, known[s].get(base), known[s][period])
                for s, label in DESTINATIONS
                if period in known[s]
            ]
            if sum(before is not None for _, before, _ in pairs) >= 2:
                return _dumbbell(figure, period, base, pairs)
    return None


def _dumbbell(
    figure: int,
    period: Period,
    base: Period,
    pairs: list[tuple[str, Observation | None, Observation]],
) -> Exhibit:
    pairs = sorted(pairs, key=lambda pair: -pair[2].value)
    names = (period.name, base.name) if base.year == period.year else (period.label, base.label)
    title = _destination_title(pairs, names)
    rows = tuple(
        DumbbellRow(label, before.value if before else None, row.value, _moved(before, row))
        for label, before, row in pairs
    )
    marks = cite(*(o.source_id for _, before, row in pairs for o in (row, before) if o))
    return Exhibit(
        key="magnets-by-destination",
        number=str(figure),
        title=compose(title),
        subtitle=f"Magnets by destination, tonnes, {names[0]} and {names[1]}",
        alt=f"Dumbbell chart: magnet exports by destination, {names[0]} and {names[1]}. {title}.",
        chart=DumbbellChart("magnets-by-destination", "tonnes", "ore", names[1], names[0], rows),
        source=compose(
            f"Only destinations with published figures; [x] not available. Source: GACC.{marks}"
        ),
        data=_destination_table(title, names, pairs),
        width="half",
    )


def _moved(before: Observation | None, row: Observation) -> str:
    """Return a destination's change in percent, or [x] where its base is not known."""
    if before is None or before.value == 0:
        return "[x]"
    return signed_percent((row.value / before.value - 1) * 100)


def _destination_table(
    title: str,
    names: tuple[str, str],
    pairs: list[tuple[str, Observation | None, Observation]],
) -> TableSpec:
    return TableSpec(
        key="data-magnets-by-destination",
        title=title,
        columns=(
            Column("Destination", 0.34, "head"),
            Column(names[1], 0.22, "number"),
            Column(names[0], 0.22, "number"),
            Column("Change", 0.22, "number"),
        ),
        rows=tuple(
            (
                Cell((label,)),
                Cell((grouped(before.value, 0) if before else "[x]",)),
                Cell((grouped(row.value, 0),)),
                Cell((_moved(before, row),)),
            )
            for label, before, row in pairs
        ),
    )


def _destination_title(
    pairs: list[tuple[str, Observation | None, Observation]], names: tuple[str, str]
) -> str:
    rises = [label for label, before, row in pairs if before and row.value > before.value]
    falls = [label for label, before, row in pairs if before and row.value < before.value]
    if rises and not falls:
        return f"Every known destination took more in {names[0]}"
    if falls and not rises:
        return f"Every known destination took less in {names[0]}"
    return (
        f"{rises[0]} took more in {names[0]}, {falls[0]} less"
        if rises
        else "Destinations were unchanged"
    )
