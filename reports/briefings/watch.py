"""What to watch: what comes when, and the mark against which to read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reports.analysis import highest_since, latest, streak_below_zero
from reports.analysis.releases import next_period, next_release
from reports.analysis.words import ordinal_word
from reports.briefings.book import Book
from reports.briefings.editorial import Voice
from reports.briefings.facts import told
from reports.briefings.prose import cite, compose, lower_first, strong, upper_first
from reports.briefings.situation import Situation
from reports.dataset import CalendarEvent
from reports.model import Cell, Column, Period, Section, TableBlock, TableSpec

KICKER = "What to watch"
MOST_ROWS = 8
SOON_DAYS = 35
SETTLED_DAYS = 45
RELEASES_AHEAD_DAYS = 60
RELEASES = (
    (("rare_earth_exports_t",), "China’s trade and rare-earth exports, {}"),
    (("magnet_exports_t",), "China’s exports by product and destination, {}"),
    (("cpi_yoy_pct",), "China’s consumer and producer prices, {}"),
    (("unemployment_urban_pct",), "China’s activity and unemployment, {}"),
    (("gdp_yoy_pct",), "China’s output, {}"),
)


@dataclass(frozen=True)
class Ahead:
    """Something that comes, the day, what to read it against, and where it is announced."""

    day: date
    key: str
    event: str
    mark: str
    expected: bool = False
    """The day follows from the usual release pattern; nobody has announced it."""
    month_only: bool = False
    late: bool = False
    """The usual day has passed; the latest usual one is shown."""
    label: str = ""
    evidence: bool = False
    """Figures come, not only a date."""
    telling: bool = True
    """It brings evidence: no mere end of a visit."""


def ahead(now: Situation, book: Book) -> tuple[Ahead, ...]:
    """Return what comes, by date: announced events first filled up with usual releases."""
    announced = [_event(now, book, e) for e in now.view.calendar if _ahead(now, e)]
    meetings = [
        Ahead(
            m.start,
            m.meeting_id,
            upper_first(told(m, "label"))
            + (" begin." if m.kind == "talks" else ".")
            + cite(m.source_id),
            "A joint text, or only an agreement to go on talking",
            label=f"{told(m, 'label')}{' begin' if m.kind == 'talks' else ''}",
        )
        for m in now.view.meetings
        if m.start > now.today and not any(e.meeting_id == m.meeting_id for e in now.view.calendar)
    ]
    releases = _releases(now, book)
    near_by = sorted([*announced, *meetings, *releases], key=lambda a: (a.day, a.key))
    return tuple(near_by[:MOST_ROWS])


def _ahead(now: Situation, event: CalendarEvent) -> bool:
    return event.date > now.today and not event.superseded


def watch(now: Situation, book: Book, voice: Voice) -> Section:
    """Return the calendar of what comes, each row with what to read it against."""
    rows = [
        (
            Cell(compose(_when(now, item))),
            Cell(compose(item.event)),
            Cell(voice.watch.get(item.key) or compose(item.mark)),
        )
        for item in ahead(now, book)
    ]
    table = TableSpec(
        key="dates-ahead",
        title="Dates ahead",
        columns=(
            Column("Date", 0.17, "head"),
            Column("Event", 0.4),
            Column("What to read it against", 0.43),
        ),
        rows=tuple(rows),
        note=compose("“About” and “By” mark days that follow from the usual pattern of a release."),
    )
    return Section("watch", KICKER, compose(_headline(now, book)), (TableBlock(table),))


def _when(now: Situation, item: Ahead) -> str:
    """Return the date in the form of tables: the day carries, the weekday follows."""
    if item.month_only:
        return strong(f"{item.day:%B %Y}")
    if item.expected:
        return f"{'By' if item.late else 'About'} {strong(now.on(item.day))}"
    weekday = f" {item.day:%a}" if item.day.year == now.today.year else ""
    return f"{strong(now.on(item.day))}{weekday}"


def _headline(now: Situation, book: Book) -> str:
    coming = ahead(now, book)
    soon = [a for a in coming if (a.day - now.today).days <= SOON_DAYS]
    dated = [a for a in soon if a.telling and not a.expected]
    pool = dated or [a for a in soon if a.expected] or soon or list(coming)
    if not pool:
        return "Nothing is scheduled"
    first = pool[0]
    when = f"in {first.day:%B %Y}" if first.month_only else f"on {now.on(first.day)}"
    if first.expected:
        return f"The next figures are expected about {now.on(first.day)}"
    return f"Next: {lower_first(first.label)}, {when}"


def _event(now: Situation, book: Book, e: CalendarEvent) -> Ahead:
    return Ahead(
        e.date,
        e.event_id,
        f"{upper_first(told(e, 'label'))}.{cite(e.source_id)}",
        _mark(now, book, e),
        month_only=e.date_precision == "month",
        label=told(e, "label"),
        evidence=e.kind == "data_release",
        telling=not (e.kind == "meeting" and "end" in e.label) and not _settled(now, e),
    )


def _settled(now: Situation, e: CalendarEvent) -> bool:
    """Tell whether a meeting agreed to suspend what is due, without an act so far."""
    meeting = now.truce_promise
    return bool(
        meeting
        and e.kind == "deadline"
        and e.announced < meeting.start
        and (e.date - meeting.end).days <= SETTLED_DAYS
        and e.subject in ("tariffs", "rare_earths", "technology", "other")
    )


def _mark(now: Situation, book: Book, e: CalendarEvent) -> str:
    """Return what the event is to be read against, by its kind."""
    if e.kind == "data_release" and e.series_id:
        return _series_mark(now, book, e.series_id)
    if _settled(now, e) and now.truce_promise:
        act = "prolonged" if now.truce and e.date == now.truce.end else "suspended"
        return f"Due, unless {act} as agreed ({told(now.truce_promise, 'label')})"
    if e.kind == "meeting":
        return "A joint text, or only an agreement to go on talking"
    truce = now.truce
    if truce and e.date == truce.end and e.subject == "tariffs" and truce.points:
        points = book.fact("truce.suspended_points")
        return f"Prolonged again, or {points} suspended points return"
    if e.kind == "deadline" and "end" in e.label.lower():
        return "Prolonged, replaced, or allowed to lapse"
    return "In force as announced, or put off"


def _releases(now: Situation, book: Book) -> list[Ahead]:
    """Return usual releases of the coming weeks that no calendar row announces."""
    found = []
    taken = {(e.series_id, e.period) for e in now.view.calendar if e.series_id and not e.superseded}
    for (series_id,), name in RELEASES:
        period = next_period(now.view, series_id)
        if period is None or (series_id, period) in taken:
            continue
        day = next_release(now.view, series_id)
        late = day <= now.today
        if late:
            day = now.view.series(series_id).release_deadline(period)
        if not now.today < day <= now.today + timedelta(days=RELEASES_AHEAD_DAYS):
            continue
        found.append(
            Ahead(
                day,
                series_id,
                f"{name.format(_released(now, series_id, period))}.",
                _series_mark(now, book, series_id),
                expected=True,
                late=late,
            )
        )
    return found


def _released(now: Situation, series_id: str, period: Period) -> str:
    """Return what a release covers: January comes with February where the catalogue says so."""
    if period.month == 1 and now.view.series(series_id).january_february != "separate":
        return Period(period.year, 1, 2).name
    return period.name


def _series_mark(now: Situation, book: Book, series_id: str) -> str:
    """Return the figure to beat: the last value, its run below zero, or the last high."""
    row = latest(now.view, series_id)
    if row is None:
        return "The first figure of the series in these data"
    title = now.view.series(series_id).short_title
    last = f"{title}, {row.period.label}: {book.level(row)}"
    streak = streak_below_zero(now.view, series_id)
    if streak:
        nth = book.measure(row, "months_below_zero_next", ordinal_word(streak.months + 1))
        fall = f"another fall would be the {nth} month in a row below zero"
        return f"{last}; {fall}{cite(row.source_id)}"
    rank = highest_since(now.view, series_id, row.period)
    if rank and rank.since and rank.beaten >= 5 and rank.since.value > row.value:
        high = f"the high before it was {book.level(rank.since)}, in {rank.since.period.label}"
        return f"{last}; {high}{cite(row.source_id)}"
    coming = next_period(now.view, series_id)
    before = now.view.observation(series_id, coming.year_before()) if coming else None
    if before and not before.conflict:
        return (
            f"{last}; {before.period.label}: {book.level(before)}"
            f"{cite(row.source_id, before.source_id)}"
        )
    return f"{last}{cite(row.source_id)}"
