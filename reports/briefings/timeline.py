"""The timeline of the dispute: what happened in the past months and what is set ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reports.briefings.book import Book, spans_of
from reports.briefings.facts import told
from reports.briefings.news import called
from reports.briefings.news_measures import rate, tariff_label
from reports.briefings.prose import (
    cite,
    compose,
    day_month,
    day_range,
    full_date,
    near,
    upper_first,
)
from reports.briefings.situation import SIDES, Situation
from reports.model import (
    Band,
    Cell,
    Column,
    Exhibit,
    Hue,
    TableSpec,
    TimelineChart,
    TimelineEvent,
    plain,
)

BACK_DAYS = 75
AHEAD_DAYS = 75
MOST_EVENTS = 9


@dataclass(frozen=True)
class Dated:
    """An event that may stand on the timeline, with its weight and source."""

    day: date
    end: date | None
    hue: Hue
    label: str
    weight: int
    source: str
    scheduled: bool = False


def timeline(now: Situation, book: Book, figure: int) -> Exhibit | None:
    """Return the timeline exhibit, or None when fewer than three events are near."""
    events = _chosen(now, book)
    if len(events) < 3:
        return None
    start = min(events[0].day, now.today) - timedelta(days=6)
    end = max(events[-1].end or events[-1].day, now.today) + timedelta(days=9)
    title = _title(now, book, events)
    chart = TimelineChart(
        key="timeline",
        start=start,
        end=end,
        today=now.today,
        today_label=f"Today, {day_month(now.today)}",
        events=tuple(
            TimelineEvent(
                e.day, e.end, e.hue, _date_label(e, now.today), plain(compose(e.label)), e.scheduled
            )
            for e in events
        ),
        bands=_bands(now, start, end),
    )
    first, last = now.on(events[0].day), now.on(events[-1].day)
    hollow = "; hollow marks are scheduled" if any(e.scheduled for e in events) else ""
    return Exhibit(
        key="timeline",
        number=str(figure),
        title=compose(title),
        subtitle=f"Events in the trade dispute, {first} to {last}{hollow}",
        alt=f"Timeline of events, {first} to {last}. {plain(compose(title))}.",
        chart=chart,
        source=compose(f"Sources: as cited.{cite(*(e.source for e in events))}"),
        data=_table(now, events),
        drawn=spans_of(title, *(e.label for e in events)),
    )


def _date_label(event: Dated, today: date) -> str:
    if event.end and event.end != event.day:
        return day_range(event.day, event.end)
    return near(event.day, today)


def _bands(now: Situation, start: date, end: date) -> tuple[Band, ...]:
    truce = now.truce
    if truce is None:
        return ()
    return (Band(max(now.truce_since, start), min(truce.end, end), "Truce"),)


def _chosen(now: Situation, book: Book) -> list[Dated]:
    """Return the heaviest events near the edition's day, in order, one a day."""
    back = now.today - timedelta(days=BACK_DAYS)
    ahead = now.today + timedelta(days=AHEAD_DAYS)
    events = [
        e
        for e in (*_meetings(now), *_tariffs(now, book), *_controls(now), *_scheduled(now))
        if back <= e.day <= ahead
    ]
    best: dict[date, Dated] = {}
    for event in sorted(events, key=lambda e: (-e.weight, e.day)):
        best.setdefault(event.day, event)
    kept = sorted(best.values(), key=lambda e: (-e.weight, abs((e.day - now.today).days)))
    return sorted(kept[:MOST_EVENTS], key=lambda e: e.day)


def _meetings(now: Situation) -> list[Dated]:
    return [
        Dated(
            m.start,
            m.end,
            "ink",
            upper_first(told(m, "label")),
            6,
            m.outcome_source_id or m.source_id,
            scheduled=m.start > now.today,
        )
        for m in now.view.meetings
    ]


def _tariffs(now: Situation, book: Book) -> list[Dated]:
    """Return the peak of the duties, the truces and the rate steps still ahead."""
    return [*_peaks(now, book), *_truces(now), *_pending(now), *_steps(now)]


def _peaks(now: Situation, book: Book) -> list[Dated]:
    """Return the highest duties of both sides, as one event where they came days apart."""
    us, cn = now.peak("US"), now.peak("CN")
    if not us or not cn or not cn.average_rate_pct or abs((us.date - cn.date).days) > 5:
        return []
    first, last = sorted((us.date, cn.date))
    over = any(level.date > last for s in SIDES for level in now.levels(s))
    label = (
        f"Duties {'peak' if over else 'reach'}: {rate(book, us)} on Chinese, "
        f"{rate(book, cn)} on US goods"
    )
    return [Dated(first, last, "ink", label, 5, us.source_id)]


def _truces(now: Situation) -> list[Dated]:
    events: dict[date, Dated] = {}
    for t in now.view.tariffs:
        if not t.suspended_pct_points or t.expires is None or t.effective in events:
            continue
        start = t.rate_change_pct_points is not None and t.rate_change_pct_points < 0
        label = (
            "Truce starts; duties are cut" if start else (f"Truce prolonged to {now.on(t.expires)}")
        )
        events[t.effective] = Dated(
            t.effective, None, "gold", label, 5, t.source_id, scheduled=t.effective > now.today
        )
    return list(events.values())


def _pending(now: Situation) -> list[Dated]:
    return [
        Dated(
            t.effective,
            None,
            "us" if t.imposed_by == "US" else "cn",
            tariff_label(t),
            6,
            t.source_id,
            scheduled=True,
        )
        for t in now.pending()
        if t.rate_change_pct_points
        and not t.suspended_pct_points
        and not any(e.tariff_id == t.event_id for e in now.view.calendar)
    ]


def _steps(now: Situation) -> list[Dated]:
    """Return the single steps on the way, the first to go where room is short."""
    return [
        Dated(
            t.effective,
            None,
            "us" if t.imposed_by == "US" else "cn",
            tariff_label(t),
            3,
            t.source_id,
        )
        for t in now.view.tariffs
        if t.scope == "all_goods"
        and t.rate_change_pct_points
        and t.rate_change_pct_points > 0
        and t.effective <= now.today
        and t.status_kind != "superseded"
        and not ((top := now.peak(t.imposed_by)) and top.date == t.effective)
    ]


def _controls(now: Situation) -> list[Dated]:
    return [
        Dated(
            c.effective,
            None,
            "cn" if c.imposed_by == "CN" else "us",
            upper_first(told(c, "label")),
            5 if c.topic == "rare_earths" and c.announcement else 2,
            c.source_id,
            scheduled=c.effective > now.today,
        )
        for c in now.view.controls
        if c.effective is not None
        and c.topic in ("rare_earths", "technology")
        and not (
            c.status_kind in ("suspended", "ended")
            and c.status_changed
            and c.status_changed <= c.effective
        )
    ]


def _scheduled(now: Situation) -> list[Dated]:
    return [
        Dated(
            e.date,
            None,
            "gold" if e.kind == "deadline" else "ore" if e.kind == "data_release" else "ink",
            told(e, "label"),
            6,
            e.source_id,
            scheduled=True,
        )
        for e in now.view.calendar
        if e.date > now.today
        and e.date_precision == "day"
        and not e.superseded
        and e.kind != "meeting"
    ]


def _title(now: Situation, book: Book, events: list[Dated]) -> str:
    truce, meeting = now.truce, now.round
    if truce and meeting and meeting.start <= truce.end and meeting.start >= truce.start:
        weeks = (truce.end - max(meeting.start, now.today)).days // 7
        count = upper_first(book.fact("truce.weeks_left"))
        if 2 <= weeks <= 20 and meeting.end >= now.today:
            return f"{count} separate {called(meeting)} from the end of the truce"
        if 2 <= weeks <= 20:
            return f"{count} of the truce remain"
    ahead = [e for e in events if e.scheduled]
    if ahead:
        return f"Next on the calendar: {ahead[0].label}, {now.on(ahead[0].day)}"
    return f"The newest step came on {now.on(events[-1].day)}, and nothing further is scheduled"


def _table(now: Situation, events: list[Dated]) -> TableSpec:
    return TableSpec(
        key="data-timeline",
        title="Events on the timeline",
        columns=(Column("Date", 0.24, "head"), Column("Event", 0.56), Column("State", 0.2)),
        rows=tuple(
            (
                Cell((full_date(e.day),)),
                Cell(compose(f"{e.label}{cite(e.source)}")),
                Cell(("Scheduled" if e.scheduled else "Past" if e.day < now.today else "Today",)),
            )
            for e in reversed(events)
        ),
    )
