"""Tariffs: what is charged now, since when, until when, and what follows then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reports.analysis import grouped
from reports.briefings.book import Book
from reports.briefings.front import duties_phrase, truce_days
from reports.briefings.news_measures import NAMES, dated, headline_rate, rate, tariff_label
from reports.briefings.prose import cite, compose, day_month, full_date, upper_first, words
from reports.briefings.situation import SIDES, Situation, Truce
from reports.briefings.statements import sentence, spoken
from reports.dataset import Tariff, TariffLevel
from reports.model import (
    Band,
    Block,
    Cell,
    ChartEvent,
    Column,
    Exhibit,
    Hue,
    Prose,
    RowRef,
    Section,
    Step,
    StepChart,
    StepLine,
    TableBlock,
    TableSpec,
    plain,
)

KICKER = "Tariffs"
BACK_DAYS = 400
AHEAD_DAYS = 75
DEADLINE_DAYS = 30
MEASURES_SHOWN = 5


def tariffs(now: Situation, book: Book, figure: int) -> Section:
    """Return the section on tariffs; one line when the week brought nothing."""
    if not _has_news(now):
        return _one_line(now, book)
    exhibit = _steps(now, book, figure)
    table = _outcomes(now, book) or _measures(now, book)
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
    if cut := _coming_cut(now, book):
        return cut
    pending = [t for t in now.pending() if t.rate_change_pct_points and now.fresh(t.announced)]
    if pending:
        first = min(pending, key=lambda t: t.effective)
        return f"{tariff_label(book, first)}, from {now.on(first.effective)}"
    if us and peak and truce and us.average_rate_pct < peak.average_rate_pct:
        return (
            f"Duties are far below {_month(peak.date, now.today)}’s peak, but only until "
            f"{_month(truce.end, now.today)}"
        )
    if us and peak and us.average_rate_pct == peak.average_rate_pct and us.average_rate_pct:
        if now.fresh(us.date):
            return f"Duties are the highest so far: {duties_phrase(now, book)}"
        return f"Duties stay at {duties_phrase(now, book)}"
    newest = [t for t in now.view.tariffs if now.fresh(t.announced)]
    return tariff_label(book, newest[-1]) if newest else "Duties are unchanged on the week"


def _coming_cut(now: Situation, book: Book) -> str:
    """Return the finding that duties are about to fall, where a lower level is set."""
    level, ahead = now.level("US"), now.coming("US")
    if level is None or ahead is None or ahead.average_rate_pct >= level.average_rate_pct:
        return ""
    return (
        f"US duties fall from {rate(book, 'US', level)} to "
        f"{rate(book, 'US', ahead)} on {now.on(ahead.date)}"
    )


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
            f"The rate on Chinese goods is to fall to {headline_rate(book, cut)} on "
            f"{now.on(cut.effective)}.{cite(cut.source_id)}"
        )
    ahead = [(s, level) for s in SIDES if (level := now.coming(s))]
    if len(ahead) == len(SIDES):
        rates = [rate(book, s, level) for s, level in ahead]
        parts.append(
            f"They change to {rates[0]} on Chinese and {rates[1]} on US goods on "
            f"{now.on(ahead[0][1].date)}.{cite(*(level.source_id for _, level in ahead))}"
        )
    largest = sorted(fresh, key=lambda t: -abs(t.rate_change_pct_points or Decimal(0)))[:2]
    parts += [
        f"Announced on {now.on(t.announced)}: {tariff_label(book, t)}.{cite(t.source_id)}"
        for t in largest
    ]
    parts += [
        f"{tariff_label(book, t)}: {dated(words(t.status or ''))}, on "
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


def _steps(now: Situation, book: Book, figure: int) -> Exhibit | None:
    lines = [line for side in SIDES if (line := _line(now, book, side))]
    if not lines or not any(step.value for line in lines for step in line.steps):
        return None
    start = now.today - timedelta(days=BACK_DAYS)
    first = min(step.day for line in lines for step in line.steps)
    start = max(start, first - timedelta(days=10))
    truce = now.truce
    ahead = now.today + timedelta(days=AHEAD_DAYS)
    end = truce.end + timedelta(days=21) if truce and truce.end <= ahead else ahead
    title = _steps_title(now, book)
    chart = StepChart(
        key="tariff-steps",
        unit="%",
        start=start,
        end=end,
        today=now.today,
        today_label=f"Today, {day_month(now.today)}",
        lines=tuple(lines),
        bands=(Band(truce.start, min(truce.end, end), "Truce"),) if truce else (),
        deadline=_deadline_mark(now, truce, end),
    )
    return Exhibit(
        key="tariff-steps",
        number=str(figure),
        title=compose(title),
        subtitle="Additional duties on the other side’s goods since January 2025, %, by day",
        alt=f"Step chart: additional duties of both sides to {full_date(now.today)}. "
        f"{plain(compose(title))}.",
        chart=chart,
        source=compose(
            "Sum of across-the-board rates, without older or sectoral duties. "
            "Dotted: no change assumed. Sources: official notices, as cited."
            f"{cite(*(row.source_id for s in SIDES for row in now.levels(s)[-1:]))}"
        ),
        data=_levels_table(now, now.levels("US"), now.levels("CN")),
    )


def _deadline_mark(now: Situation, truce: Truce | None, end: date) -> ChartEvent | None:
    if truce is None or truce.end > end:
        return None
    return ChartEvent(truce.end, now.on(truce.end), "truce lapses unless extended")


def _line(now: Situation, book: Book, side: str) -> StepLine | None:
    rows = now.levels(side)
    if not rows:
        return None
    peak = now.peak(side)
    newest = now.level(side)
    steps = [
        Step(
            row.date,
            row.average_rate_pct,
            f"{grouped(row.average_rate_pct, 0)}%"
            if row in (peak, newest, now.coming(side)) or _lasting(rows, row)
            else "",
        )
        for row in rows
    ]
    steps += [
        Step(t.effective, t.headline_rate_pct, f"{grouped(t.headline_rate_pct, 0)}%")
        for t in now.pending()
        if t.imposed_by == side and t.effective > rows[-1].date and t.headline_rate_pct is not None
    ]
    hue: Hue = "us" if side == "US" else "cn"
    truce = now.truce
    outlook = None
    held = _at_deadline(now, book, side)
    threatened = any(t.imposed_by == side and t.rate_change_pct_points for t in now.pending())
    if truce and truce.points and held and not (threatened and not now.coming(side)):
        outlook = held.value + truce.points
    return StepLine(
        hue, NAMES[side], tuple(steps), outlook, f"{grouped(outlook, 0)}%?" if outlook else ""
    )


def _lasting(rows: tuple[TariffLevel, ...], row: TariffLevel) -> bool:
    """Tell whether a level lasted long enough to be labelled: three weeks."""
    after = [other.date for other in rows if other.date > row.date]
    same = [o for o in rows if o.date < row.date and o.average_rate_pct == row.average_rate_pct]
    return (
        bool(after) and (after[0] - row.date).days >= 21 and row.average_rate_pct > 0 and not same
    )


def _steps_title(now: Situation, book: Book) -> str:
    threats = [t for t in now.pending() if (t.rate_change_pct_points or 0) > 0 and now.truce]
    if threats and threats[0].headline_rate_pct is not None:
        return (
            f"A rise to {headline_rate(book, threats[0])} is threatened for "
            f"{now.on(threats[0].effective)}, before the truce ends"
        )
    us, peak, truce = now.level("US"), now.peak("US"), now.truce
    if cut := _coming_cut(now, book):
        return cut
    if us and peak and truce and us.average_rate_pct < peak.average_rate_pct:
        return (
            f"US duties fell from {rate(book, 'US', peak)} to "
            f"{rate(book, 'US', us)}; the truce ends on {now.on(truce.end)}"
        )
    duties = duties_phrase(now, book)
    return f"Duties stand at {duties}" if duties else "The first additional duties are announced"


@dataclass(frozen=True)
class Deadline:
    """The rate of a side on the truce's last day, as far as it is set by now."""

    side: str
    value: Decimal
    shown: str
    source: str
    ref: RowRef


def _at_deadline(now: Situation, book: Book, side: str) -> Deadline | None:
    """Return the rate that would hold when the truce ends: announced cuts count, threats do not."""
    cut, level = now.cut_ahead(side), now.under_truce(side)
    if cut and now.truce and cut.effective <= now.truce.end and cut.headline_rate_pct is not None:
        return Deadline(
            side, cut.headline_rate_pct, headline_rate(book, cut), cut.source_id, cut.ref
        )
    if level is None:
        return None
    return Deadline(
        side, level.average_rate_pct, rate(book, side, level), level.source_id, level.ref
    )


def _outcomes(now: Situation, book: Book) -> TableSpec | None:
    """Return what the end of the truce would mean for the rates of both sides."""
    truce = now.truce
    held = [d for side in SIDES if (d := _at_deadline(now, book, side))]
    if truce is None or truce.points is None or len(held) < len(SIDES):
        return None
    points = suspended_points(book, truce)
    back = [_if_lapsed(book, truce, d) for d in held]
    current = [d.shown for d in held]
    rows = (
        ("Truce prolonged", "Both sides keep the suspension going", *current),
        ("Truce lapses", f"The suspended {points} points return on both sides", *back),
        *_threats(now, book, current[1]),
        ("Higher rates", "A new decision beyond the suspended points", "Not known", "Not known"),
    )
    return TableSpec(
        key="outcomes",
        title=f"What could follow {day_month(truce.end)} {truce.end.year}",
        columns=(
            Column("Outcome", 0.24, "head"),
            Column("What it takes", 0.42),
            Column("On Chinese goods", 0.17, "number"),
            Column("On US goods", 0.17, "number"),
        ),
        rows=tuple(tuple(Cell(compose(text)) for text in row) for row in rows),
        note=compose(f"Computed from the rates set and the points suspended.{cite(truce.source)}"),
    )


def _if_lapsed(book: Book, truce: Truce, held: Deadline) -> str:
    """Return the mark of the rate that would follow the truce if it lapsed."""
    points = truce.points or Decimal(0)
    return book.add(
        f"duties_{held.side.lower()}.if_truce_lapses",
        f"{NAMES[held.side]}, if the suspended points return",
        held.value + points,
        f"{grouped(held.value + points, 0)}%",
        unit="%",
        period=f"after {truce.end.isoformat()}",
        formula=f"{grouped(held.value, 0)} + {grouped(points, 0)}",
        sources=[held.source, truce.source],
        rows=[held.ref, truce.rows[0].ref],
    )


def suspended_points(book: Book, truce: Truce) -> str:
    """Return the mark of the points of duty that a truce suspends."""
    return book.add(
        "truce.suspended_points",
        "Points of duty that the truce suspends",
        truce.points or Decimal(0),
        grouped(truce.points or Decimal(0), 0),
        unit="pp",
        sources=[truce.source],
        status="reported",
        rows=[truce.rows[0].ref],
    )


def _threats(now: Situation, book: Book, cn_rate: str) -> list[tuple[str, str, str, str]]:
    """Return a row for each announced American rise that would come before the truce ends."""
    return [
        (
            "Threat carried out",
            f"{tariff_label(book, t)}, from {now.on(t.effective)}{cite(t.source_id)}",
            headline_rate(book, t),
            cn_rate,
        )
        for t in now.pending()
        if t.imposed_by == "US" and t.rate_change_pct_points and t.rate_change_pct_points > 0
    ]


def _measures(now: Situation, book: Book) -> TableSpec | None:
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
                Cell(compose(f"{tariff_label(book, t)}{cite(t.source_id)}")),
                Cell(compose(now.on(t.announced))),
                Cell(compose(_state_of(now, t))),
            )
            for t in reversed(shown)
        ),
    )


def _state_of(now: Situation, t: Tariff) -> str:
    if t.status:
        return upper_first(dated(words(t.status)))
    when = now.on(t.effective)
    return f"From {when}" if t.effective > now.today else f"Since {when}"


def _levels_table(
    now: Situation, us: tuple[TariffLevel, ...], cn: tuple[TariffLevel, ...]
) -> TableSpec:
    """Return every step of both sides, latest first."""
    rows = sorted((*us, *cn), key=lambda row: (row.date, row.imposed_by), reverse=True)
    return TableSpec(
        key="data-tariff-steps",
        title="Additional duties by day of effect",
        columns=(
            Column("From", 0.28, "head"),
            Column("Duties", 0.4),
            Column("Level, %", 0.14, "number"),
            Column("Source", 0.18),
        ),
        rows=tuple(
            (
                Cell((full_date(row.date),)),
                Cell((NAMES[row.imposed_by],)),
                Cell((grouped(row.average_rate_pct, 0),)),
                Cell(compose(words(now.view.source(row.source_id).publisher))),
            )
            for row in rows
        ),
    )
