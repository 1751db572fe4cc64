"""The first page: masthead, headline, standfirst, key figures, lead and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from reports.analysis import latest, listing, streak_below_zero, streak_phrase
from reports.analysis.releases import next_release
from reports.briefings.book import Book, spans_of
from reports.briefings.facts import told
from reports.briefings.facts.duties import duties_key
from reports.briefings.figures import column_spark, line_spark
from reports.briefings.items import Item
from reports.briefings.news_figures import rank_words
from reports.briefings.news_measures import rate, truce_days
from reports.briefings.prose import (
    NBSP,
    cite,
    compose,
    day_month,
    day_range,
    fact_mark,
    full_date,
    lower_first,
    upper_first,
)
from reports.briefings.releases import age_clause, aged, is_stale
from reports.briefings.situation import SIDES, Situation
from reports.dataset import Observation
from reports.model import (
    Cell,
    Column,
    FactSpan,
    KeyFigure,
    Masthead,
    SparkProgress,
    TableSpec,
    plain,
)
from reports.variants import FULL, partner_of

STALE_DAYS = 30
CHANGES_SHOWN = 7
STATEMENTS_SHOWN = 1


def masthead(now: Situation, book: Book, variant: str = FULL) -> Masthead:
    """Return the head of the page; editions are numbered by the Mondays of their year."""
    partner = partner_of(variant)
    made_for = f"for {partner.said} · " if partner else "the week on one page · "
    today = now.today
    first = now.since + timedelta(days=1)
    return Masthead(
        name="US–China Trade Briefing",
        name_local="中美经贸周报",
        number=_value(book.fact("edition.number")),
        day=f"{today:%A} {full_date(today)}",
        coverage=f"{made_for if variant != FULL else ''}covers {day_range(first, today)}",
        cut_off=f"Data as known at the end of {full_date(today)}, UTC",
    )


def headline(now: Situation, items: Sequence[Item], book: Book) -> str:
    """Return the finding of the heaviest item that can lead, or how things stand."""
    for item in items:
        if item.headline and item.tag != "Same":
            return item.headline
    if (now.today - now.newest_day).days > STALE_DAYS:
        return f"Nothing is on record since {now.on(now.newest_day)}"
    if now.truce:
        return f"The tariff truce holds, with {truce_days(now, book)} to run"
    us = now.level("US")
    if us and us.average_rate_pct:
        return f"US duties on Chinese goods hold at {rate(book, us)}"
    return "No round of talks is set"


def standfirst(now: Situation, items: Sequence[Item], book: Book) -> str:
    """Return two sentences: one with a number, one with a limit or a deadline."""
    lead = next((item for item in items if item.headline), None)
    fresh = [i for i in items if i.kind in ("exports", "economy") and i.sentence and i is not lead]
    number = fresh[0].sourced_sentence if fresh else _duties_sentence(now, book)
    return f"{number} {_limit_sentence(now, book)}".strip()


def _duties_sentence(now: Situation, book: Book) -> str:
    us, cn = now.level("US"), now.level("CN")
    if us and cn:
        marks = cite(us.source_id, cn.source_id)
        return f"Additional duties stand at {duties_phrase(now, book)}.{marks}"
    row = latest(now.view, "rare_earth_exports_t")
    if row is None:
        return ""
    age = aged(now.view, row)
    text = f"China exported {book.level(row)} of rare earths in {row.period.label}{age}."
    return text + cite(row.source_id)


def _limit_sentence(now: Situation, book: Book) -> str:
    if now.truce:
        days, end = truce_days(now, book), now.on(now.truce.end)
        return f"The tariff truce has {days} to run, to {end}.{cite(now.truce.source)}"
    ahead = [e for e in now.view.calendar if e.date > now.today and not e.superseded]
    if now.lapsed_truce:
        ended = now.on(now.lapsed_truce)
        return f"The last truce on record ended on {ended}; what followed is not in these data."
    if ahead:
        event = ahead[0]
        when = f"{event.date:%B %Y}" if event.date_precision == "month" else now.on(event.date)
        joint = "in" if event.date_precision == "month" else "on"
        label = lower_first(told(event, "label"))
        return f"Next on the calendar: {label}, {joint} {when}.{cite(event.source_id)}"
    release = max(next_release(now.view, "rare_earth_exports_t"), now.today)
    return (
        f"No round of talks is set; the next customs figures are expected about {now.on(release)}."
    )


def key_figures(
    now: Situation, book: Book, magnets: KeyFigure | None = None
) -> tuple[KeyFigure, ...]:
    """Return the four figures that decide the week; `magnets` stands for those of magnets."""
    cells = [
        volume_figure(now, book, "rare_earth_exports_t", "China’s rare-earth exports"),
        magnets or _magnets(now, book),
        _prices(now, book),
        _deadline(now, book) or _duties(now, book) or _rate(now, book, "unemployment_urban_pct"),
    ]
    return tuple(cell for cell in cells if cell)


def _magnets(now: Situation, book: Book) -> KeyFigure | None:
    """Return magnet exports, or total exports while the newest month of magnets is old."""
    row = latest(now.view, "magnet_exports_t")
    if row and not is_stale(now.view, row):
        return volume_figure(now, book, "magnet_exports_t", "China’s magnet exports")
    return _rate(now, book, "exports_usd_yoy_pct")


def _when(now: Situation, row: Observation) -> str:
    return row.period.name if row.period.year == now.today.year else row.period.label


def _value(mark: str) -> FactSpan:
    span = compose(mark)[0]
    if not isinstance(span, FactSpan):
        raise TypeError("a key figure needs a fact")
    return span


def volume_figure(now: Situation, book: Book, series_id: str, label: str) -> KeyFigure | None:
    """Return the newest month of a volume with its change; None before any is known."""
    row = latest(now.view, series_id)
    if row is None:
        return None
    return KeyFigure(
        label=f"{label}, {_when(now, row)}",
        value=_value(book.level(row, bare=True)),
        unit="tonnes",
        spark=column_spark(book, series_id, f"kpi-{series_id}"),
        note=compose(_volume_note(now, book, row)),
    )


def _volume_note(now: Situation, book: Book, row: Observation) -> str:
    month = book.change_at(row.series_id, "month", row.period)
    year = book.change_at(row.series_id, "year", row.period)
    rank = rank_words(now, book, row)
    notes = []
    if month:
        stated = ", as stated" if month.stated else ""
        notes.append(f"{book.signed_change(row.series_id, 'month', month)} on month{stated}")
    elif year:
        notes.append(f"{book.signed_change(row.series_id, 'year', year)} on year")
    if rank:
        notes.append(rank)
    elif month and year and not year.stated:
        notes.append(f"{book.signed_change(row.series_id, 'year', year)} on year")
    if age := age_clause(now.view, row):
        notes = [*notes[:1], age]
    return upper_first("; ".join(notes)) if notes else "The newest month in the data"


def _prices(now: Situation, book: Book) -> KeyFigure | None:
    row = latest(now.view, "cpi_yoy_pct")
    if row is None:
        return None
    streak = streak_below_zero(now.view, "cpi_yoy_pct")
    change = book.change_at("cpi_yoy_pct", "month", row.period)
    if streak and streak.months > 1:
        phrase = upper_first(f"{streak_phrase(streak)} below zero")
        note = book.measure(row, "months_below_zero", phrase)
    elif change:
        before = now.view.observation("cpi_yoy_pct", row.period.previous())
        note = f"After {book.level(before)} in {before.period.name}" if before else ""
    else:
        note = "Change on the year before"
    if age := age_clause(now.view, row):
        note = upper_first(age)
    return KeyFigure(
        label=f"China’s consumer prices, {_when(now, row)}",
        value=_value(book.level(row)),
        unit="on year",
        spark=line_spark(book, "cpi_yoy_pct", "kpi-cpi", "cn"),
        note=compose(note),
    )


def _rate(now: Situation, book: Book, series_id: str) -> KeyFigure | None:
    row = latest(now.view, series_id)
    if row is None:
        return None
    year = book.change_at(series_id, "year", row.period)
    note = f"{book.signed_change(series_id, 'year', year)} on year" if year else ""
    basis = "on year" if now.view.series(series_id).unit == "% on year" else ""
    if basis and year:
        before = now.view.observation(series_id, row.period.year_before())
        note = f"A year before: {book.level(before)}" if before else ""
    if age := age_clause(now.view, row):
        note = upper_first(age)
    return KeyFigure(
        label=f"China’s {now.view.series(series_id).short_title.lower()}, {_when(now, row)}",
        value=_value(book.level(row)),
        unit=basis,
        spark=line_spark(book, series_id, f"kpi-{series_id}", "cn"),
        note=compose(note),
    )


def _deadline(now: Situation, book: Book) -> KeyFigure | None:
    truce = now.truce
    if truce is None:
        return None
    gone = (now.today - truce.start).days
    mark = truce_days(now, book)
    span = _value(mark)
    number, _, unit = span.text.partition(NBSP)
    passed = f"; starts {day_month(truce.start)}"
    length = _bare(book.fact("truce.days_in_all"))
    if gone >= 0:
        day = _bare(book.fact("truce.days_passed"))
        passed = f"; day {day} of {length}" if gone else "; its first day"
    return KeyFigure(
        label="Until the tariff truce ends",
        value=FactSpan(span.key, number),
        unit=unit,
        spark=SparkProgress(
            "kpi-truce",
            "gold",
            truce.start,
            truce.end,
            now.today,
            alt=plain(compose(f"Bar of time: {mark} of the truce remain of {length}.")),
            said=spans_of(mark, length),
        ),
        note=compose(f"{now.on(truce.end)}{passed}"),
    )


def _bare(mark: str) -> str:
    """Return the mark of a count without its unit."""
    span = _value(mark)
    return fact_mark(span.key, span.text.partition(NBSP)[0])


def _duties(now: Situation, book: Book) -> KeyFigure | None:
    us, cn = now.level("US"), now.level("CN")
    ahead = now.coming("US")
    if us is None:
        return None
    if ahead and not us.average_rate_pct:
        return KeyFigure(
            label="Additional US duties on Chinese goods",
            value=_value(rate(book, ahead)),
            unit="",
            spark=None,
            note=compose(f"From {now.on(ahead.date)}"),
        )
    note = f"Since {now.on(us.date)}"
    if cn and cn.average_rate_pct:
        note += f"; China’s on US goods: {rate(book, cn)}"
    return KeyFigure(
        label="Additional US duties on Chinese goods",
        value=_value(rate(book, us)),
        unit="",
        spark=None,
        note=compose(note),
    )


def changes(now: Situation, items: Sequence[Item]) -> TableSpec | None:
    """Return the table of what changed since the last weekly edition, heaviest first."""
    chosen: list[Item] = []
    statements = 0
    for item in items:
        if any(item.subject == other.subject for other in chosen):
            continue
        statements += item.kind == "statements"
        if item.kind == "statements" and statements > STATEMENTS_SHOWN:
            continue
        chosen.append(item)
    same = [item for item in chosen if item.tag == "Same"]
    shown = [item for item in chosen if item.tag != "Same"][: CHANGES_SHOWN - len(same)] + same
    if not shown:
        return None
    return TableSpec(
        key="changes",
        title="What changed since last week",
        columns=(
            Column("Change", 0.085, "tag"),
            Column("Subject", 0.185, "head"),
            Column(f"As of {day_month(now.since)}", 0.31),
            Column(f"As of {day_month(now.today)}", 0.42),
        ),
        rows=tuple(
            (
                Cell(compose(item.marked_tag)),
                Cell(compose(item.subject)),
                Cell(compose(item.before), muted=True),
                Cell(compose(item.now)),
            )
            for item in shown
        ),
    )


def duties_phrase(now: Situation, book: Book) -> str:
    """Return "30% on Chinese goods and 10% on US goods", or nothing before any is known."""
    parts = []
    if not any((level := now.level(s)) and level.average_rate_pct for s in SIDES):
        return ""
    for side, goods in (("US", "Chinese goods"), ("CN", "US goods")):
        level = now.level(side)
        if level:
            shown = rate(book, level)
            none = fact_mark(duties_key(now.view, level), "none across the board")
            parts.append(f"{shown if level.average_rate_pct else none} on {goods}")
    return listing(parts)
