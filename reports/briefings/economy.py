"""China's economy: how strong is Beijing's reason to settle?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.analysis import (
    Streak,
    latest,
    listing,
    round_half_up,
    streak_below_zero,
    streak_phrase,
)
from reports.analysis.words import ordinal_word
from reports.briefings.book import Book, spans_of
from reports.briefings.facts import find_fact, series_key
from reports.briefings.figures import data_table, points
from reports.briefings.ghosts import Past
from reports.briefings.items import Item
from reports.briefings.news_figures import FOLLOWED, is_new
from reports.briefings.news_measures import CAPITALS
from reports.briefings.prose import cite, compose, fact_mark, upper_first
from reports.briefings.releases import age_clause, aged
from reports.briefings.sentences import data_sentence
from reports.briefings.situation import Situation
from reports.briefings.statements import in_turn, newest, single_source, spoken
from reports.charts import axis_start
from reports.dataset import Observation
from reports.model import Block, Exhibit, LineChart, Prose, Section, plain

KICKER = "China’s economy"
CHART_MONTHS = 24
MONTHS_SHOWN = 12
PRICES = ("cpi_yoy_pct", "ppi_yoy_pct")


@dataclass(frozen=True)
class Panel:
    """One of the small multiples: its series and how its finding is worded."""

    series_id: str
    key: str
    measure: str


PANELS = (
    Panel("cpi_yoy_pct", "consumer-prices", "Consumer prices, on year, %"),
    Panel("ppi_yoy_pct", "factory-prices", "Producer prices, on year, %"),
    Panel("unemployment_urban_pct", "unemployment", "Surveyed urban jobless rate, %"),
)
ALSO = tuple(
    f.series_id
    for f in FOLLOWED
    if f.kind == "economy" and f.series_id not in {p.series_id for p in PANELS}
)


def economy(now: Situation, book: Book, figure: int, items: Sequence[Item]) -> Section:
    """Return the section on the economy; one line when the week brought nothing."""
    if not _has_news(now):
        return _one_line(now, book)
    rows = [row for p in PANELS if (row := latest(now.view, p.series_id))]
    ties = any(s.topic == "economy" for s in spoken(now.view, 7))
    shown = ties or any(is_new(now, row) for row in rows)
    exhibits = [_exhibit(now, book, panel, f"{figure}{'abc'[i]}") for i, panel in enumerate(PANELS)]
    paragraphs = [_growth(now, book), _voices(now)]
    if shown:
        paragraphs = [_prices(now, book), _jobs(now, book), *paragraphs]
    blocks: list[Block] = [e for e in exhibits if e and shown]
    blocks.append(Prose(tuple(compose(p) for p in paragraphs if p)))
    return Section("economy", KICKER, compose(_headline(now, book, items)), tuple(blocks))


def _voiced(now: Situation) -> bool:
    return any(s.topic in ("economy", "students") for s in spoken(now.view, 7))


def _has_news(now: Situation) -> bool:
    ids = (*(p.series_id for p in PANELS), *ALSO)
    rows = [row for s in ids if (row := latest(now.view, s))]
    return _voiced(now) or any(is_new(now, row) for row in rows)


def _one_line(now: Situation, book: Book) -> Section:
    cpi, jobs = latest(now.view, "cpi_yoy_pct"), latest(now.view, "unemployment_urban_pct")
    text = f"No new figures are on record in the week to {now.on(now.today)}"
    parts = []
    if cpi:
        parts.append(
            f"consumer prices stood at {book.level(cpi)} on the year in {cpi.period.label}"
            f"{aged(now.view, cpi)}"
        )
    if jobs:
        age = aged(now.view, jobs)
        parts.append(f"urban unemployment at {book.level(jobs)} in {jobs.period.label}{age}")
    marks = cite(*(row.source_id for row in (cpi, jobs) if row))
    line = f"{text}: {', '.join(parts)}.{marks}" if parts else f"{text}."
    return Section("economy", KICKER, (), (Prose((compose(line),)),), one_line=True)


def _headline(now: Situation, book: Book, items: Sequence[Item]) -> str:
    prices = [row for s in PRICES if (row := latest(now.view, s)) and is_new(now, row)]
    fresh = [item.headline for item in items if item.kind == "economy" and item.headline]
    if fresh and not prices:
        return fresh[0]
    said = [s for s in spoken(now.view, 7) if s.topic in ("economy", "students")]
    who = listing([CAPITALS[side] for side in CAPITALS if any(s.side == side for s in said)])
    if who and not prices:
        return f"{who} {'speak' if ' and ' in who else 'speaks'} of ties between the economies"
    cpi, ppi = latest(now.view, "cpi_yoy_pct"), latest(now.view, "ppi_yoy_pct")
    return _prices_headline(book, cpi, ppi) if cpi and ppi else "What the newest figures show"


def _prices_headline(book: Book, cpi: Observation, ppi: Observation) -> str:
    """Return which way consumer and factory prices move."""
    if cpi.value < 0 and ppi.value < 0:
        streak = streak_below_zero(book.view, "cpi_yoy_pct")
        if streak and streak.months > 1:
            run = f"fall for a {ordinal_word(streak.months)} month running"
            return f"Consumer prices {book.measure(cpi, 'months_below_zero', run)}"
        return f"Consumer and factory prices are both {book.word(cpi, 'falling')}"
    if ppi.value < 0:
        way = book.word(cpi, "rise" if cpi.value > 0 else "stand still")
        return f"Factory prices {book.word(ppi, 'fall')} while consumer prices {way}"
    if cpi.value > 0:
        return f"Consumer and factory prices are {book.word(cpi, 'rising')}"
    return f"Consumer prices are {book.word(cpi, 'not rising')}"


def _exhibit(now: Situation, book: Book, panel: Panel, number: str) -> Exhibit | None:
    row = latest(now.view, panel.series_id)
    if row is None:
        return None
    line = points(now.view, panel.series_id, CHART_MONTHS)
    title = _finding(now, book, row)
    first = next(point.period for point in line if point.value is not None)
    level = book.level(row)
    value = plain(compose(level))
    past = Past(now, panel.series_id, CHART_MONTHS)
    chart = LineChart(
        panel.key,
        "%",
        "cn",
        line,
        value,
        row.period.short if row.period.year == now.today.year else row.period.label,
        zero_line=min(p.value for p in (*line, *past.line) if p.value is not None) < 0,
        ghost=past.line,
        ghost_label=past.label,
    )
    start = axis_start(chart)
    scale = book.scale(chart, past.drawn)
    foot = next((s for s in scale if start and s.text in (start, start.rstrip("%"))), None)
    age = f"{upper_first(clause)}. " if (clause := age_clause(now.view, row)) else ""
    axis = f"Axis starts at {fact_mark(foot.key, start)}. " if foot and start else ""
    source = now.view.series(panel.series_id).organisation
    return Exhibit(
        key=panel.key,
        number=number,
        title=compose(title),
        subtitle=panel.measure,
        alt=f"Line chart: {panel.measure}, {first.label} to {row.period.label}. "
        f"{plain(compose(title))}; latest {value}.",
        chart=chart,
        source=compose(f"{age}{axis}{past.note}Source: {source}.{cite(row.source_id)}"),
        data=data_table(book, panel.series_id, CHART_MONTHS),
        width="third",
        drawn=(*spans_of(level, title), *scale),
    )


def _finding(now: Situation, book: Book, row: Observation) -> str:
    """Return the finding of a panel in a short clause."""
    if row.series_id == "unemployment_urban_pct":
        year = book.change_at(row.series_id, "year", row.period)
        if year is None:
            return "Unemployment stands at " + book.level(row)
        side = round_half_up(year.value, 1)
        where = "above" if side > 0 else "below" if side < 0 else "level with"
        return f"Unemployment is {book.change(row.series_id, 'year', year, where)} last year"
    name = "Consumer prices" if row.series_id == "cpi_yoy_pct" else "Factory prices"
    month = book.change_at(row.series_id, "month", row.period)
    if row.value == 0:
        return f"{name} {book.word(row, 'stand still')}"
    if row.value > 0:
        return f"{name} {book.word(row, 'rose')} on the year"
    streak = streak_below_zero(now.view, row.series_id)
    if row.series_id == "ppi_yoy_pct" and month:
        change = round_half_up(month.value, 1)
        pace = "faster" if change < 0 else "more slowly" if change > 0 else "at the same pace"
        return f"{name} {book.word(row, 'fall')} {book.change(row.series_id, 'month', month, pace)}"
    if streak and streak.months > 1:
        run = f"fell for a {ordinal_word(streak.months)} month"
        return f"Prices {book.measure(row, 'months_below_zero', run)}"
    return f"{name} {book.word(row, 'fell')} on the year"


def _prices(now: Situation, book: Book) -> str:
    parts = []
    for series_id in ("cpi_yoy_pct", "ppi_yoy_pct"):
        row = latest(now.view, series_id)
        if row is None:
            continue
        text = data_sentence(now, book, row)
        streak = streak_below_zero(now.view, series_id)
        if streak and streak.months > 1:
            text += f", {_run(book, row, streak)}"
        parts.append(f"{text}.{cite(row.source_id)}")
    return " ".join(parts)


def _run(book: Book, row: Observation, streak: Streak) -> str:
    """Return the streak of falls as a fact: "the fourth month in a row below zero"."""
    reach = ", as far back as these data go" if streak.bounded else ""
    run = book.measure(row, "months_below_zero", streak_phrase(streak))
    return f"{run} below zero{reach}"


def _jobs(now: Situation, book: Book) -> str:
    """Return what the jobless figures show: newest value, a year ago, and the recent peak."""
    series_id = "unemployment_urban_pct"
    row = latest(now.view, series_id)
    if row is None:
        return ""
    text = data_sentence(now, book, row)
    rows = now.view.observations(series_id)
    year = [o for o in rows if 0 <= row.period.index - o.period.index < MONTHS_SHOWN]
    peak = max(year, key=lambda o: (o.value, o.period.index))
    key = series_key(now.view, series_id, row.period, "highest_of_year")
    if find_fact(now.view, key) is None:
        peak = row
    elif peak.value > row.value:
        span = book.fact(key)
        if peak.period == row.period.previous():
            text += f", {span}"
        else:
            name = peak.period.name if peak.period.year == row.period.year else peak.period.label
            below = book.word(peak, f"below the {plain(compose(book.level(peak)))}")
            text += f", {below} of {name}, {span}"
    else:
        text += f", {book.fact(key)}"
    parts = [f"{text}.{cite(row.source_id, peak.source_id)}"]
    parts.append(_reported_jobs(now, book, row))
    return " ".join(part for part in parts if part)


def _reported_jobs(now: Situation, book: Book, row: Observation) -> str:
    """Return the report of a weaker job market as a report, beside what the figure does."""
    reports = [
        s
        for s in spoken(now.view, 7)
        if s.side == "other" and ("job" in s.summary or "unemployment" in s.summary)
    ]
    month = book.change_at(row.series_id, "month", row.period)
    if not reports or month is None:
        return ""
    change = round_half_up(month.value, 1)
    way = "rose {}" if change > 0 else "fell {}" if change < 0 else "did not change"
    does = book.change(row.series_id, "month", month, way)
    who = "One report speaks of" if len(reports) == 1 else "Reports speak of"
    weight = " (single source)" if all(single_source(now.view, s) for s in reports) else ""
    return (
        f"{who} a weaker job market{weight}; the figure itself {does} in {row.period.name}."
        f"{cite(*(s.source_id for s in reports), row.source_id)}"
    )


def _growth(now: Situation, book: Book) -> str:
    """Return the other figures that are new this week."""
    rows = [row for s in ALSO if (row := latest(now.view, s)) and is_new(now, row)]
    return " ".join(
        f"{upper_first(data_sentence(now, book, row))}.{cite(row.source_id)}" for row in rows[:4]
    )


def _voices(now: Situation) -> str:
    """Return what was said of the economy this week: analysis first, then each side."""
    week = spoken(now.view, 7)
    ties = [s for s in week if s.topic == "economy"]
    students = [newest(week, side=side, topic="students") for side in ("CN", "US")]
    sides = [s for s in ties if s.side != "other"][-2:]
    chosen = [s for s in (newest(ties, side="other"), *sides, *students) if s]
    return in_turn(now.view, chosen, dated=False)
