"""Tariffs: what is charged now, since when, until when, and what follows then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reports.briefings.book import Book
from reports.briefings.facts import told
from reports.briefings.front import duties_phrase
from reports.briefings.news_measures import (
    dated,
    headline_rate,
    moves,
    rate,
    tariff_label,
    truce_days,
)
from reports.briefings.prose import cite, compose, day_month, fact_mark, full_date, upper_first
from reports.briefings.situation import SIDES, Situation
from reports.briefings.statements import sentence, spoken
from reports.briefings.tariff_steps import coming_cut, rate_at_deadline, steps_exhibit
from reports.dataset import Tariff
from reports.model import (
    Block,
    Cell,
    Column,
    Prose,
    Section,
    TableBlock,
    TableSpec,
)

KICKER = "Tariffs"
DEADLINE_DAYS = 30
MEASURES_SHOWN = 5


def tariffs(now: Situation, book: Book, figure: int) -> Section:
    """Return the section on tariffs; one line when the week brought nothing."""
    if not _has_news(now):
        return _one_line(now, book)
    exhibit = steps_exhibit(now, book, figure)
    table = _outcomes(now, book) or _measures(now)
    text = Prose(tuple(compose(p) for p in _paragraphs(now, book) if p), "third")
    blocks: list[Block] = [exhibit] if exhibit else []
    blocks += [text, TableBlock(table, "two_thirds")] if table else [text]
    return Section("tariffs", KICKER, compose(_headline(now, book)), tuple(blocks))


def _has_news(now: Situation) -> bool:
    dated = [d for t in now.view.tariffs for d in (t.announced, t.effective, t.status_changed)]
    said = any(s.topic == "tariffs" for s in spoken(now.view, 7))
    ending = now.truce is not None and (now.truce.end - now.today).days <= DEADLINE_DAYS
    return said or ending or any(now.fresh(day) for day in dated)


def _one_line(now: Situation, book: Book) -> Section:
    duties = duties_phrase(now, book)
    if duties:
        marks = cite(*(level.source_id for s in SIDES if (level := now.level(s))))
        text = f"No change is on record in the week to {day_month(now.today)}: "
        text += f"duties stand at {duties}."
        text += marks
    else:
        text = (
            "These data follow duties imposed since January 2025; none is in force by "
            f"{full_date(now.today)}."
        )
    if now.lapsed_truce:
        text += (
            f" The last truce on record ended on {now.on(now.lapsed_truce)}; what followed is not "
            "in these data."
        )
    if now.truce:
        text += (
            f" The truce that holds them down ends on {now.on(now.truce.end)}, in "
            f"{truce_days(now, book)}.{cite(now.truce.source)}"
        )
    return Section("tariffs", KICKER, (), (Prose((compose(text),)),), one_line=True)


def _headline(now: Situation, book: Book) -> str:
    us, peak, truce = now.level("US"), now.peak("US"), now.truce
    if cut := coming_cut(now, book):
        return cut
    pending = [t for t in now.pending() if t.rate_change_pct_points and now.fresh(t.announced)]
    if pending:
        first = min(pending, key=lambda t: t.effective)
        return f"{tariff_label(first)}, from {now.on(first.effective)}"
    if us and peak and truce and us.average_rate_pct < peak.average_rate_pct:
        below = fact_mark("duties_us.from_peak", "far below")
        top = moves(book, peak, "peak")
        return (
            f"Duties are {below} {_month(peak.date, now.today)}’s {top}, but only until "
            f"{_month(truce.end, now.today)}"
        )
    if us and peak and us.average_rate_pct == peak.average_rate_pct and us.average_rate_pct:
        if now.fresh(us.date):
            highest = fact_mark("duties_us.levels_exceeded", "the highest so far")
            return f"Duties are {highest}: {duties_phrase(now, book)}"
        return f"Duties stay at {duties_phrase(now, book)}"
    newest = [t for t in now.view.tariffs if now.fresh(t.announced)]
    return tariff_label(newest[-1]) if newest else "Duties are unchanged on the week"


def _month(day: date, today: date) -> str:
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"


def _paragraphs(now: Situation, book: Book) -> list[str]:
    said = _said(now)
    return [_state(now, book), said or _deadline(now, book)]


def _state(now: Situation, book: Book) -> str:
    duties = duties_phrase(now, book)
    fresh = [t for t in now.view.tariffs if now.fresh(t.announced) and not t.status_kind]
    levels = [level for s in SIDES if (level := now.level(s))]
    parts = []
    if duties:
        since = max(level.date for level in levels)
        marks = cite(*(level.source_id for level in levels))
        parts.append(f"Additional duties stand at {duties} since {now.on(since)}.{marks}")
    else:
        parts.append("No additional duty imposed since January 2025 is in force yet.")
    cut = now.cut_ahead("US")
    if cut:
        parts.append(
            f"The rate on Chinese goods is to {headline_rate(cut, 'fall to {}')} on "
            f"{now.on(cut.effective)}.{cite(cut.source_id)}"
        )
    ahead = [(s, level) for s in SIDES if (level := now.coming(s))]
    if len(ahead) == len(SIDES):
        rates = [rate(book, level) for s, level in ahead]
        parts.append(
            f"They change to {rates[0]} on Chinese and {rates[1]} on US goods on "
            f"{now.on(ahead[0][1].date)}.{cite(*(level.source_id for _, level in ahead))}"
        )
    largest = sorted(fresh, key=lambda t: -abs(t.rate_change_pct_points or Decimal(0)))[:2]
    for day in sorted({t.announced for t in largest}):
        new = [t for t in largest if t.announced == day]
        labels = "; ".join(tariff_label(t) for t in new)
        parts.append(f"Announced on {now.on(day)}: {labels}.{cite(*(t.source_id for t in new))}")
    parts += [
        f"{tariff_label(t)}: {dated(told(t, 'status'))}, on "
        f"{now.on(t.status_changed or t.announced)}.{cite(t.status_source_id or t.source_id)}"
        for t in now.view.tariffs
        if now.fresh(t.status_changed) and t.status_kind in ("ended", "suspended")
    ]
    return " ".join(parts)


def _said(now: Situation) -> str:
    said = [s for s in spoken(now.view, 7) if s.topic == "tariffs"]
    return " ".join(sentence(now.view, s) for s in said[-2:])


def _deadline(now: Situation, book: Book) -> str:
    truce = now.truce
    if truce is None:
        return ""
    return (
        f"The truce ends on {now.on(truce.end)}, {truce_days(now, book)} from "
        f"{day_month(now.today)}.{cite(truce.source)}"
    )


def _outcomes(now: Situation, book: Book) -> TableSpec | None:
    """Return what the end of the truce would mean for the rates of both sides."""
    truce = now.truce
    held = [d for side in SIDES if (d := now.at_deadline(side))]
    if truce is None or truce.points is None or len(held) < len(SIDES):
        return None
    points = book.fact("truce.suspended_points")
    back = [book.fact(f"duties_{side.lower()}.if_truce_lapses") for side in SIDES]
    current = [rate_at_deadline(book, d) for d in held]
    rows = (
        ("Truce prolonged", "Both sides keep the suspension going", *current),
        ("Truce lapses", f"The suspended {points} points return on both sides", *back),
        *_threats(now, current[1]),
        ("Higher rates", "A new decision beyond the suspended points", "Not known", "Not known"),
    )
    return TableSpec(
        key="outcomes",
        title=f"What could follow {day_month(truce.end)} {truce.end.year}",
        columns=(
            Column("Outcome", 0.22, "head"),
            Column("What it takes", 0.46),
            Column("On Chinese goods", 0.16, "number"),
            Column("On US goods", 0.16, "number"),
        ),
        rows=tuple(tuple(Cell(compose(text)) for text in row) for row in rows),
        note=compose(f"Computed from the rates set and the points suspended.{cite(truce.source)}"),
    )


def _threats(now: Situation, cn_rate: str) -> list[tuple[str, str, str, str]]:
    """Return a row for each announced American rise that would come before the truce ends."""
    return [
        (
            "Threat carried out",
            f"{tariff_label(t)}, from {now.on(t.effective)}{cite(t.source_id)}",
            headline_rate(t),
            cn_rate,
        )
        for t in now.pending()
        if t.imposed_by == "US" and t.rate_change_pct_points and t.rate_change_pct_points > 0
    ]


def _measures(now: Situation) -> TableSpec | None:
    """Return the newest measures, where no truce gives a deadline."""
    newest: Iterable[Tariff] = sorted(now.view.tariffs, key=lambda t: (t.announced, t.effective))
    shown = list(newest)[-MEASURES_SHOWN:]
    if not shown:
        return None
    return TableSpec(
        key="measures",
        title="The newest measures",
        columns=(
            Column("Measure", 0.5, "head"),
            Column("Announced", 0.18),
            Column("In effect", 0.32),
        ),
        rows=tuple(
            (
                Cell(compose(f"{tariff_label(t)}{cite(t.source_id)}")),
                Cell(compose(now.on(t.announced))),
                Cell(compose(_state_of(now, t))),
            )
            for t in reversed(shown)
        ),
    )


def _state_of(now: Situation, t: Tariff) -> str:
    if t.status:
        return upper_first(dated(told(t, "status")))
    when = now.on(t.effective)
    return f"From {when}" if t.effective > now.today else f"Since {when}"
