"""The steps of the duties: the chart of both sides' rates, and where they stand at the deadline."""

from __future__ import annotations

from datetime import date, timedelta

from reports.analysis import grouped
from reports.briefings.book import Book, spans_of
from reports.briefings.facts.duties import NAMES, duties_key
from reports.briefings.front import duties_phrase
from reports.briefings.news_measures import headline_rate, moves, rate
from reports.briefings.prose import cite, compose, day_month, fact_mark, full_date, words
from reports.briefings.situation import SIDES, Deadline, Situation, Truce
from reports.dataset import Tariff, TariffLevel
from reports.model import (
    Band,
    Cell,
    ChartEvent,
    Column,
    Exhibit,
    FactSpan,
    Hue,
    Step,
    StepChart,
    StepLine,
    TableSpec,
    plain,
)

BACK_DAYS = 400
AHEAD_DAYS = 75


def coming_cut(now: Situation, book: Book) -> str:
    """Return the finding that duties are about to fall, where a lower level is set."""
    level, ahead = now.level("US"), now.coming("US")
    if level is None or ahead is None or ahead.average_rate_pct >= level.average_rate_pct:
        return ""
    return (
        f"US duties {moves(book, ahead, 'fall')} from {rate(book, level)} to "
        f"{rate(book, ahead)} on {now.on(ahead.date)}"
    )


def steps_exhibit(now: Situation, book: Book, figure: int) -> Exhibit | None:
    """Return the steps of both sides' duties as a chart, or None before the first one."""
    lines = [line for side in SIDES if (line := _line(now, side))]
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
        bands=(Band(now.truce_since, min(truce.end, end), "Truce"),) if truce else (),
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
        data=_levels_table(now),
        drawn=(*_drawn(now, book), *book.scale(chart, _levels(now)), *spans_of(title)),
    )


def _drawn(now: Situation, book: Book) -> tuple[FactSpan, ...]:
    """Return the rates that the steps of the chart are labelled with."""
    marks = [rate(book, row) for side in SIDES for row in now.levels(side)]
    marks += [headline_rate(t) for t in now.pending()]
    for side in SIDES:
        key = f"duties_{side.lower()}.if_truce_lapses"
        if now.truce and now.truce.points and now.at_deadline(side):
            marks.append(book.fact(key))
    return spans_of(*marks)


def _levels(now: Situation) -> list[TariffLevel]:
    """Return every step of both sides."""
    return [row for side in SIDES for row in now.levels(side)]


def _deadline_mark(now: Situation, truce: Truce | None, end: date) -> ChartEvent | None:
    if truce is None or truce.end > end:
        return None
    return ChartEvent(truce.end, now.on(truce.end), "truce lapses unless extended")


def _line(now: Situation, side: str) -> StepLine | None:
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
    held = now.at_deadline(side)
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
            f"{headline_rate(threats[0], 'A rise to {}')} is threatened for "
            f"{now.on(threats[0].effective)}, before the truce ends"
        )
    us, peak, truce = now.level("US"), now.peak("US"), now.truce
    cut, cn = now.coming("US"), now.coming("CN")
    if cut and cn and coming_cut(now, book):
        return (
            f"Both sides cut on {now.on(cut.date)}: to {rate(book, cut)} on Chinese and "
            f"{rate(book, cn)} on US goods"
        )
    if us and peak and truce and us.average_rate_pct < peak.average_rate_pct:
        return (
            f"US duties {fact_mark('duties_us.from_peak', 'fell')} from {rate(book, peak)} to "
            f"{rate(book, us)}; the truce ends on {now.on(truce.end)}"
        )
    duties = duties_phrase(now, book)
    return f"Duties stand at {duties}" if duties else "The first additional duties are announced"


def rate_at_deadline(book: Book, held: Deadline) -> str:
    """Return the mark of the rate that would hold when the truce ends."""
    return headline_rate(held.row) if isinstance(held.row, Tariff) else rate(book, held.row)


def _levels_table(now: Situation) -> TableSpec:
    """Return every step of both sides, latest first."""
    rows = sorted(_levels(now), key=lambda row: (row.date, row.imposed_by), reverse=True)
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
                Cell(
                    compose(fact_mark(duties_key(now.view, row), grouped(row.average_rate_pct, 0)))
                ),
                Cell(compose(words(now.view.source(row.source_id).publisher))),
            )
            for row in rows
        ),
    )
