"""Draw what is no figure: measures with late statuses, talks with late outcomes, words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from reports.dataset import (
    CalendarEvent,
    Control,
    Delegate,
    Impact,
    Meeting,
    Observation,
    Statement,
    Tariff,
    TariffLevel,
)
from reports.dataset.rows import Located
from tests.briefings import worlds
from tests.drawn.common import after, days, pages, rarely, sides

R = TypeVar("R")
WORDS = (
    "Exports rose {n}% to {m} tonnes, the highest since 2009.",
    "Said the cut from {m}% to {n}% would hold for 90 days under Announcement No. 18.",
    "Called on Washington to lift the limits on the H20 chip.",
    "Two of {n} plants stopped; {n},{m} jobs and $1.{n} billion are at stake.",
    "Was {n} of {m} on 9 June 2025, or −{n}.{m} points.",
)


@st.composite
def words(draw: st.DrawFn) -> str:
    """Draw a sentence, most with numbers in it."""
    n, m = draw(st.integers(1, 99)), draw(st.integers(100, 999))
    return draw(st.sampled_from(WORDS)).format(n=n, m=m)


def some(
    make: Callable[[int], st.SearchStrategy[R]], first: int, most: int
) -> st.SearchStrategy[list[R]]:
    """Draw up to so many rows; each is told its number, from `first` on."""
    numbers = st.integers(most // 3, most) | st.just(0)
    return numbers.flatmap(lambda n: st.tuples(*(make(first + i) for i in range(n))).map(list))


def late_status(draw: st.DrawFn, announced: date, kinds: Sequence[str]) -> dict[str, Any]:
    """Draw the columns of a status, most of them learnt after the measure."""
    changed = draw(rarely(after(announced, 150)))
    if changed is None:
        return {"status": "in force when last seen"}
    kind = draw(st.sampled_from(kinds))
    page = draw(st.none() | pages)
    words = f"{kind}, {draw(st.integers(1, 90))} days"
    return {
        "status": words,
        "status_changed": changed,
        "status_kind": kind,
        "status_source_id": page,
    }


@st.composite
def tariff(draw: st.DrawFn, number: int) -> Tariff:
    """Draw a tariff measure or a truce."""
    side, announced = draw(sides), draw(days)
    effective = draw(after(announced, 60))
    pause = draw(st.booleans())
    kinds = ("ended", "extended", "in_force", "reduced", "superseded", "suspended")
    rate = draw(st.none() | st.integers(0, 145).map(Decimal))
    return worlds.tariff(
        f"T{side[0]}{number:02}",
        side,
        announced.isoformat(),
        effective.isoformat(),
        expires=draw(after(effective, 120)) if pause else draw(rarely(after(effective, 300))),
        suspended_pct_points=Decimal(draw(st.integers(1, 115))) if pause else None,
        headline_rate_pct=rate,
        rate_change_pct_points=draw(st.none() | st.integers(-115, 50).map(Decimal)),
        label="Measure on all goods" + (" at {headline_rate_pct}%" if rate is not None else ""),
        measure=f"Duty of {draw(st.integers(1, 99))}% on all goods",
        scope=draw(st.sampled_from(("all_goods", "parcels", "ruling", "shipping", "some_goods"))),
        source_id=draw(pages),
        **late_status(draw, announced, kinds),
    )


LICENCES: dict[str, Any] = {
    "imposed_by": "CN",
    "topic": "rare_earths",
    "announcement": "Announcement No. 18",
    "effect": "tightens",
    "items": "samarium; terbium; yttrium",
}
"""A licensing rule, which editions quote for as long as it stands."""
RULES = st.just(LICENCES) | st.fixed_dictionaries(
    {
        "imposed_by": sides,
        "topic": st.sampled_from(("entities", "other", "rare_earths", "technology")),
        "announcement": st.sampled_from((None, "Announcement No. 18")),
        "effect": st.sampled_from(("eases", "tightens")),
        "items": st.sampled_from(("terbium; yttrium", "H20 chips", "15 firms; 3 of 7 magnets")),
    }
)


@st.composite
def control(draw: st.DrawFn, number: int) -> Control:
    """Draw an export control; it may be published and take effect long after its announcement."""
    announced = draw(days)
    published = draw(after(announced, 20))
    columns: dict[str, Any] = {"status_kind": None, **draw(RULES)}
    name = f"K{columns['imposed_by'][0]}{number:02}"
    kinds = ("announced", "ended", "in_force", "reduced", "suspended")
    return worlds.control(
        name,
        announced.isoformat(),
        effective=draw(rarely(after(announced, 60))),
        published=published,
        measure=f"Licences for {draw(st.integers(2, 20))} goods",
        source_id=draw(pages),
        ref=Located("controls", name, published, 2),
        **columns | late_status(draw, announced, kinds),
    )


@st.composite
def meeting(draw: st.DrawFn, number: int) -> Meeting:
    """Draw talks whose dates, place, end and outcome may each become known later."""
    announced = draw(days)
    dated = draw(rarely(after(announced, 10)))
    start = draw(after(dated or announced, 30))
    end = draw(after(start, 4))
    placed = draw(rarely(after(announced, (end - announced).days)))
    call = draw(st.integers(0, 4)) == 0
    columns: dict[str, Any] = {"kind": draw(st.sampled_from(("talks", "talks", "leaders_meeting")))}
    if call:
        columns = dict(worlds.CALL_COLUMNS)
    elif placed:
        named = {"provisional_name": "Talks to come", "provisional_label": "next talks"}
        columns |= {"place_published": placed, **named}
    if dated:
        columns |= {"dates_published": dated, "dates_source_id": draw(pages)}
    if told := draw(rarely(after(end, 30))):
        verb = draw(st.sampled_from(("agreed", "agreed in principle", "discussed")))
        label = draw(st.sampled_from(("a tariff truce", "a cut of 24 points")))
        columns |= worlds.outcome(told.isoformat(), label, verb)
        columns |= {"outcome": draw(words()), "outcome_source_id": draw(pages)}
    elif draw(st.booleans()):
        end, columns["status"] = start, "under way"
    return worlds.meeting(
        f"M{number:02}",
        start.isoformat(),
        end.isoformat(),
        announced=announced.isoformat(),
        source_id=draw(pages),
        **columns,
    )


@st.composite
def delegates(draw: st.DrawFn, meetings: Sequence[Meeting]) -> list[Delegate]:
    """Draw who attends, each named on a day of their own."""
    found: list[Delegate] = []
    for row in meetings:
        for name in draw(st.sets(st.sampled_from(("Jane Doe", "Li Na", "Bo Xu")), max_size=3)):
            day = draw(days)
            person = worlds.delegate(
                row.meeting_id, draw(sides), name, "Minister", lead=draw(st.booleans())
            )
            ref = Located("delegates", f"{row.meeting_id} {name}", day, 2)
            found.append(replace(person, published=day, source_id=draw(pages), ref=ref))
    return found


@st.composite
def level(draw: st.DrawFn, number: int) -> TariffLevel:
    """Draw a level of a side's duties, known before or after its day."""
    start = draw(days)
    row = worlds.level(
        draw(sides),
        start.isoformat(),
        draw(st.integers(0, 145)),
        draw(st.just(start) | days).isoformat(),
        source_id=draw(pages),
        definition_key=draw(st.sampled_from(("headline", "headline", "piie_average"))),
    )
    key = f"{row.definition_key} {row.imposed_by} {start}"
    return replace(row, ref=replace(row.ref, key=key))


@st.composite
def statement(draw: st.DrawFn, number: int) -> Statement:
    """Draw a statement with numbers in its words."""
    topics = ("economy", "rare_earths", "students", "talks", "tariffs", "technology")
    return worlds.statement(
        f"ST{number:03}",
        draw(days).isoformat(),
        draw(st.sampled_from(("US", "CN", "other"))),
        draw(words()),
        topic=draw(st.sampled_from(topics)),
        stance=draw(st.sampled_from(("conciliatory", "firm", "neutral"))),
        source_id=draw(pages),
    )


@st.composite
def event(draw: st.DrawFn, number: int, rows: Sequence[Any]) -> CalendarEvent:
    """Draw something scheduled, with the row it is about; it may be superseded later."""
    announced = draw(days)
    on = draw(after(announced, 90))
    month = draw(st.integers(0, 4)) == 0
    name = f"EV{number:02}"
    row = worlds.event(
        name,
        (on.replace(day=1) if month else on).isoformat(),
        announced.isoformat(),
        draw(st.sampled_from(("Truce ends", "Talks begin", "Data for May"))),
        date_precision="month" if month else "day",
        kind=draw(st.sampled_from(("data_release", "deadline", "meeting"))),
        source_id=draw(pages),
        **_subject(draw(st.sampled_from((None, *rows)))),
    )
    off = draw(rarely(after(announced, 120)))
    return replace(row, superseded_on=off, superseded_source_id=draw(pages)) if off else row


def _subject(row: Any) -> dict[str, Any]:
    if isinstance(row, Observation):
        return {"series_id": row.series_id, "period": row.period, "subject": "prices"}
    if isinstance(row, Meeting):
        return {"meeting_id": row.meeting_id, "subject": "talks"}
    if isinstance(row, Tariff):
        return {"tariff_id": row.event_id}
    return {"control_id": row.control_id, "subject": "technology"} if row else {}


@st.composite
def impact(draw: st.DrawFn, number: int) -> Impact:
    """Draw an effect on industry, reported on its day or later."""
    on = draw(days)
    published = draw(after(on, 60))
    name = f"IM{number:02}"
    return worlds.impact(
        name,
        on.isoformat(),
        draw(words()),
        label=draw(st.sampled_from(("A plant stops", "Output falls 20% at two plants"))),
        published=published,
        date_precision=draw(st.sampled_from(("day", "month"))),
        source_id=draw(pages),
        ref=Located("impacts", name, published, 2),
    )
