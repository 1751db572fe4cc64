"""Small worlds: the catalogue and sources of the dataset with rows made for one test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.briefings.book import Book
from reports.briefings.situation import Situation
from reports.dataset import (
    AsOfView,
    CalendarEvent,
    Control,
    Delegate,
    Impact,
    Meeting,
    Observation,
    Source,
    Statement,
    Tariff,
    TariffLevel,
)
from reports.dataset.rows import Located
from reports.dataset.view import view_of
from reports.model import Period
from tests.dataset.packages import shipped

CALL_COLUMNS: dict[str, Any] = {"kind": "leaders_call", "city": None, "country": None}
ONLINE, OFFLINE = "S-online", "S-offline"


def day(text: str) -> date:
    """Return a day of 2025 from "06-09", or any day from "2026-06-09"."""
    return date.fromisoformat(text if len(text) == 10 else f"2025-{text}")


def world(today: str, **tables: list[Any]) -> AsOfView:
    """Return the view of a day on the given rows, with the catalogue and sources of the dataset."""
    rows: dict[str, tuple[Any, ...]] = dict.fromkeys(shipped()._rows, ())
    sources = (*shipped()._rows["sources"], source(ONLINE, "https://example.org/"), source(OFFLINE))
    rows |= {"series": shipped()._rows["series"], "sources": sources}
    return view_of(rows | {name: tuple(given) for name, given in tables.items()}, day(today))


def altered(today: str, table: str, change: Callable[[Any], Any]) -> AsOfView:
    """Return the view of a day on the dataset with each row of one table passed through a change.

    A change that returns None leaves the row out.
    """
    rows = dict(shipped()._rows)
    rows[table] = tuple(new for row in rows[table] if (new := change(row)) is not None)
    return view_of(rows, day(today))


def added(today: str, **tables: list[Any]) -> AsOfView:
    """Return the view of a day on the dataset with further rows."""
    rows = dict(shipped()._rows)
    rows["sources"] = (*rows["sources"], source(ONLINE, "https://example.org/"), source(OFFLINE))
    return view_of(rows | {n: (*rows[n], *new) for n, new in tables.items()}, day(today))


def situation(view: AsOfView) -> tuple[Situation, Book]:
    """Return the situation and an empty book of a view."""
    return Situation(view), Book(view)


def _ref(table: str, key: str, known: date) -> Located:
    return Located(table, key, known, 2)


def source(source_id: str, url: str | None = None) -> Source:
    """Return a source of 2024; without an address it cannot be looked up."""
    known = date(2024, 1, 1)
    ref = _ref("sources", source_id, known)
    return Source(source_id, "Publisher", "Title", url, known, None, ref)


def meeting(meeting_id: str, start: str, end: str = "", **columns: Any) -> Meeting:
    """Return a round of talks in Geneva, announced a week before; columns may be given anew."""
    first = day(start)
    row = Meeting(
        meeting_id=meeting_id,
        name="Economic and trade talks",
        city="Geneva",
        country="Switzerland",
        start=first,
        end=day(end or start),
        announced=day(columns.pop("announced", start)),
        outcome=None,
        outcome_published=None,
        source_id=ONLINE,
        kind="talks",
        outcome_source_id=None,
        label=f"{meeting_id} talks",
        provisional_name=None,
        provisional_label=None,
        dates_published=None,
        place_published=None,
        dates_source_id=None,
        outcome_verb=None,
        outcome_label=None,
        ref=_ref("meetings", meeting_id, first),
    )
    return replace(row, **columns)


def outcome(published: str, label: str = "a tariff truce", verb: str = "agreed") -> dict[str, Any]:
    """Return the columns of an outcome for `meeting`."""
    return {
        "outcome": f"They {verb} {label}.",
        "outcome_published": day(published),
        "outcome_source_id": ONLINE,
        "outcome_verb": verb,
        "outcome_label": label,
    }


def delegate(meeting_id: str, side: str, name: str, role: str, **columns: Any) -> Delegate:
    """Return a person at a meeting, named on 1 January 2025 unless told otherwise."""
    known = day(columns.pop("published", "01-01"))
    row = Delegate(
        meeting_id, side, name, name, role, False, known, ONLINE, _ref("delegates", name, known)
    )
    return replace(row, **columns)


def tariff(event_id: str, side: str, announced: str, effective: str, **columns: Any) -> Tariff:
    """Return a tariff measure on all goods."""
    known = day(announced)
    row = Tariff(
        event_id=event_id,
        imposed_by=side,
        effective=day(effective),
        announced=known,
        measure="Duty on all goods",
        rate_change_pct_points=None,
        headline_rate_pct=None,
        basis="Order 1",
        expires=None,
        status=None,
        source_id=ONLINE,
        status_changed=None,
        status_source_id=None,
        label=f"Measure {event_id}",
        scope="all_goods",
        suspended_pct_points=None,
        status_kind=None,
        ref=_ref("tariffs", event_id, known),
    )
    return replace(row, **columns)


def truce(event_id: str, announced: str, effective: str, expires: str, points: int = 24) -> Tariff:
    """Return the American row of a truce that cuts duties."""
    return tariff(
        event_id,
        "US",
        announced,
        effective,
        expires=day(expires),
        suspended_pct_points=Decimal(points),
        rate_change_pct_points=Decimal(-115),
        headline_rate_pct=Decimal(30),
    )


def level(side: str, start: str, rate: int, published: str = "", **columns: Any) -> TariffLevel:
    """Return a headline level of a side's duties, known on its own day unless told otherwise."""
    known = day(published or start)
    key = f"{side} {start}"
    row = TariffLevel(
        day(start),
        side,
        Decimal(rate),
        "Sum of additional rates",
        known,
        ONLINE,
        "headline",
        _ref("tariff_levels", key, known),
    )
    return replace(row, **columns)


def control(control_id: str, announced: str, **columns: Any) -> Control:
    """Return a Chinese licensing rule on rare earths, in force from its announcement."""
    known = day(announced)
    row = Control(
        control_id=control_id,
        imposed_by="CN",
        announced=known,
        effective=known,
        measure="Export licences required",
        items="terbium; yttrium",
        legal_basis="Announcement No. 1",
        status=None,
        status_changed=None,
        published=known,
        source_id=ONLINE,
        status_source_id=None,
        label="China licenses exports of two rare earths",
        topic="rare_earths",
        announcement="Announcement No. 1",
        status_kind="in_force",
        effect="tightens",
        ref=_ref("controls", control_id, known),
    )
    return replace(row, **columns)


def statement(statement_id: str, on: str, side: str, summary: str, **columns: Any) -> Statement:
    """Return a neutral statement on the talks by a minister of a side."""
    actor, role = ("Jane Doe", "US Commerce Secretary") if side == "US" else ("Li Na", "Minister")
    row = Statement(
        statement_id,
        day(on),
        actor,
        side,
        role,
        "talks",
        summary,
        "neutral",
        ONLINE,
        None,
        _ref("statements", statement_id, day(on)),
    )
    return replace(row, **columns)


def event(event_id: str, on: str, announced: str, label: str, **columns: Any) -> CalendarEvent:
    """Return a deadline of the calendar."""
    row = CalendarEvent(
        event_id,
        day(on),
        "day",
        label,
        "deadline",
        day(announced),
        ONLINE,
        label,
        "tariffs",
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        _ref("calendar", event_id, day(announced)),
    )
    return replace(row, **columns)


def impact(impact_id: str, on: str, what: str, **columns: Any) -> Impact:
    """Return a reported effect on the car industry of Europe."""
    ref = _ref("impacts", impact_id, day(on))
    row = Impact(
        impact_id, day(on), "Europe", "automotive", what, ONLINE, day(on), "day", what, ref
    )
    return replace(row, **columns)


def value(series_id: str, period: str, number: str, published: str, **columns: Any) -> Observation:
    """Return an observation as a source reported it."""
    known = day(published)
    ref = _ref("observations", f"{series_id} {period}", known)
    row = Observation(
        series_id, Period.parse(period), Decimal(number), known, ONLINE, "reported", None, None, ref
    )
    return replace(row, **columns)
