"""Facts of how things stand: duties, the truce, days and weeks to a date, the edition itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from reports.analysis import days_until, grouped
from reports.analysis.words import count_word
from reports.briefings.facts.weight import status_of
from reports.briefings.prose import NBSP, plain_date
from reports.briefings.situation import Situation
from reports.briefings.subjects import SUBJECTS, statements_on
from reports.dataset import AsOfView
from reports.model import Fact, Input, RowRef

MONDAY = 0
_FOCUS = re.compile(r"focus\.([a-z_]+)")


def state_fact(view: AsOfView, key: str) -> Fact | None:
    """Return the fact of how things stand that a key names, or None."""
    now = Situation(view)
    if match := _FOCUS.fullmatch(key):
        return _focus(now, key, match[1])
    make = _STATES.get(key)
    return make(now, key) if make else None


def edition_number(day: date) -> int:
    """Return how many Mondays of its year a day has seen; before the first, of the year before."""
    return (day - _first_monday(day)).days // 7 + 1


def _first_monday(day: date) -> date:
    first = date(day.year, 1, 1)
    monday = first + timedelta(days=(MONDAY - first.weekday()) % 7)
    return monday if monday <= day else _first_monday(first - timedelta(days=1))


def _suspended(now: Situation, key: str) -> Fact | None:
    truce = now.truce
    if truce is None or truce.points is None:
        return None
    return Fact(
        key,
        "Points of duty that the truce suspends",
        truce.points,
        grouped(truce.points, 0),
        "pp",
        f"to {plain_date(truce.end)}",
        "reported",
        "as reported",
        grouped(truce.points, 0),
        (Input("Suspended points", truce.points),),
        status_of(now.view, [truce.source]),
        (truce.source,),
        (truce.rows[0].ref.plain,),
    )


def _truce_days(first: str, last: str, label: str) -> Callable[[Situation, str], Fact | None]:
    """Return a maker of a fact that counts the days between two days of the truce."""

    def make(now: Situation, key: str) -> Fact | None:
        truce = now.truce
        if truce is None:
            return None
        days = {"today": now.today, "start": truce.start, "end": truce.end}
        names = {"today": "Day of the edition", "start": "Truce from", "end": "Truce to"}
        ends = [Input(names[name], days[name]) for name in (first, last)]
        return _days(now, key, label, ends, truce.source, truce.rows[0].ref.plain)

    return make


def _days(
    now: Situation, key: str, label: str, ends: list[Input], source: str, row: RowRef
) -> Fact:
    first, last = (end.value for end in ends)
    if not isinstance(first, date) or not isinstance(last, date):
        raise TypeError("days are counted between two dates")
    count = (last - first).days
    return Fact(
        key,
        label,
        Decimal(count),
        f"{count:,}{NBSP}{'day' if count == 1 else 'days'}",
        "days",
        f"{plain_date(first)} to {plain_date(last)}",
        "days",
        "days from the one date to the other",
        f"{plain_date(last)} − {plain_date(first)}",
        tuple(ends),
        status_of(now.view, [source], computed=True),
        (source,),
        (row,),
    )


def _weeks_left(now: Situation, key: str) -> Fact | None:
    truce, meeting = now.truce, now.round
    if truce is None or meeting is None:
        return None
    start = max(meeting.start, now.today)
    weeks = days_until(now.view, truce.end) - (start - now.today).days
    named = "Day of the edition" if start == now.today else "Start of the talks"
    sources = tuple(dict.fromkeys((truce.source, meeting.source_id)))
    return Fact(
        key,
        "Whole weeks from the talks to the end of the truce",
        Decimal(weeks // 7),
        f"{count_word(weeks // 7)} weeks",
        "weeks",
        f"{plain_date(start)} to {plain_date(truce.end)}",
        "weeks",
        "days from the one date to the other, divided by seven, cut to whole weeks",
        f"({plain_date(truce.end)} − {plain_date(start)}) ÷ 7",
        (Input(named, start), Input("Truce to", truce.end)),
        status_of(now.view, sources, computed=True),
        sources,
        (truce.rows[0].ref.plain, meeting.ref.plain),
    )


def _focus(now: Situation, key: str, topic: str) -> Fact | None:
    """Return how many statements since the round was announced are on a subject."""
    if now.round is None or topic not in SUBJECTS:
        return None
    said = statements_on(now.view, now.round.announced, topic)
    if not said:
        return None
    sources = tuple(dict.fromkeys(s.source_id for s in said))
    return Fact(
        key,
        f"Statements on {SUBJECTS[topic]} since the round was announced",
        Decimal(len(said)),
        f"{len(said)}",
        "statements",
        f"{plain_date(now.round.announced)} to {plain_date(now.today)}",
        "count",
        "the statements on the subject that are no statistics, counted",
        f"{len(said)} statements",
        tuple(Input(f"{s.actor}, {plain_date(s.date)}", Decimal(1)) for s in said),
        status_of(now.view, sources, computed=True),
        sources,
        tuple(s.ref.plain for s in said),
    )


def _number(now: Situation, key: str) -> Fact:
    number = edition_number(now.today)
    monday = _first_monday(now.today)
    return Fact(
        key,
        "Number of the edition: Mondays of the year so far",
        Decimal(number),
        f"No.{NBSP}{number}",
        "",
        plain_date(now.today),
        "mondays",
        "the Mondays of the year up to the day of the edition, counted",
        f"({plain_date(now.today)} − {plain_date(monday)}) ÷ 7 + 1",
        (Input("First Monday of the year", monday), Input("Day of the edition", now.today)),
        "derived",
        (),
        (),
    )


def _age(now: Situation, key: str) -> Fact | None:
    newest = now.newest_row
    if newest is None:
        return None
    ends = [Input("Newest row", newest.ref.vintage), Input("Day of the edition", now.today)]
    source = newest.source_id
    return _days(now, key, "Days since the newest row", ends, source, newest.ref.plain)


_STATES: dict[str, Callable[[Situation, str], Fact | None]] = {
    "truce.days_left": _truce_days("today", "end", "Days until the tariff truce ends"),
    "truce.days_passed": _truce_days("start", "today", "Days since the tariff truce began"),
    "truce.days_in_all": _truce_days("start", "end", "Days of the tariff truce in all"),
    "truce.weeks_left": _weeks_left,
    "truce.suspended_points": _suspended,
    "edition.number": _number,
    "dataset.days_since_newest_row": _age,
}
