"""Where things stand on the edition's day: the round, the truce, the duties in force.

Every value here is looked up in the view, so it is what was known on that day and no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from reports.briefings.prose import day_range, near
from reports.dataset import AsOfView, Meeting, Tariff, TariffLevel
from reports.dataset.rows import Located

EDITION_DAYS = 7
AT_HAND_DAYS = 14
HEADLINE_DEFINITION = "headline"
SIDES = ("US", "CN")


@dataclass(frozen=True)
class Truce:
    """A pause of part of the duties; `us` and `cn` are the rows that keep it in force."""

    start: date
    end: date
    points: Decimal | None
    rows: tuple[Tariff, ...]

    @property
    def source(self) -> str:
        """Return the source of the row that set the end."""
        return self.rows[0].source_id


@dataclass(frozen=True)
class Deadline:
    """The rate of a side on the truce's last day, as far as it is set by now."""

    row: TariffLevel | Tariff
    value: Decimal

    @property
    def source_id(self) -> str:
        """Return the source of the row that sets the rate."""
        return self.row.source_id

    @property
    def ref(self) -> Located:
        """Return the reference of that row."""
        return self.row.ref


@dataclass(frozen=True)
class Situation:
    """The view of the edition's day with what the sections ask of it again and again."""

    view: AsOfView

    @property
    def today(self) -> date:
        """Return the edition's day."""
        return self.view.day

    def on(self, day: date) -> str:
        """Return a day as running text names it: with its year only where it is another one."""
        return near(day, self.today)

    @cached_property
    def since(self) -> date:
        """Return the day of the last weekly edition: news is what became known after it."""
        return self.today - timedelta(days=EDITION_DAYS)

    @cached_property
    def last(self) -> AsOfView:
        """Return the view of the last weekly edition."""
        return self.view.earlier(self.since)

    def fresh(self, day: date | None) -> bool:
        """Tell whether something that became known on a day is news in this edition."""
        return day is not None and self.since < day <= self.today

    @cached_property
    def round(self) -> Meeting | None:
        """Return the meeting this edition is about.

        One that ended this week; one under way; else the next within a fortnight; else a leaders'
        call of this week; else the last of the past three weeks; else the next one that is set;
        else the last one held.
        """
        rounds = [m for m in self.view.meetings if m.kind != "leaders_call"]
        calls = [m for m in self.view.meetings if m.kind == "leaders_call"]
        called = [m for m in calls if self.fresh(m.start)]
        ended = [m for m in rounds if m.city and m.outcome and self.fresh(m.outcome_published)]
        if ended:
            return ended[-1]
        at_hand = [m for m in rounds if -AT_HAND_DAYS <= (self.today - m.start).days <= 0]
        under_way = [m for m in rounds if m.start <= self.today <= m.end]
        if called and not at_hand and not under_way:
            return called[-1]
        return _pick_round(rounds, self.today) or _pick_round(self.view.meetings, self.today)

    @cached_property
    def last_round(self) -> Meeting | None:
        """Return the newest round of talks before the one this edition is about."""
        current = self.round
        held = [
            m
            for m in self.view.meetings
            if m.kind == "talks"
            and m.city
            and m.end < self.today
            and len({d.side for d in self.view.delegates(m.meeting_id)}) == len(SIDES)
            and current
            and m.start < current.start
        ]
        return held[-1] if held else None

    @cached_property
    def truce_promise(self) -> Meeting | None:
        """Return a meeting that agreed on a truce since the one in force was decided."""
        truce = self.truce
        if truce is None:
            return None
        decided = max(row.announced for row in truce.rows)
        agreed = [
            m
            for m in self.view.meetings
            if m.outcome_published
            and m.outcome_published > decided
            and (m.outcome_verb or "").startswith("agreed")
            and "truce" in (m.outcome_label or "")
        ]
        return agreed[-1] if agreed else None

    @cached_property
    def last_contact(self) -> Meeting | None:
        """Return the newest meeting or call that is over."""
        held = [m for m in self.view.meetings if m.end <= self.today]
        return max(held, key=lambda m: (m.end, m.meeting_id), default=None)

    @cached_property
    def last_call(self) -> Meeting | None:
        """Return the leaders' newest call, if it was in the past month."""
        month_ago = self.today - timedelta(days=31)
        calls = [
            m
            for m in self.view.meetings
            if m.kind == "leaders_call" and month_ago < m.start <= self.today
        ]
        return calls[-1] if calls else None

    @cached_property
    def truce(self) -> Truce | None:
        """Return the pause that is in force or agreed on this day, with its end."""
        pauses = [
            t
            for t in self.view.tariffs
            if t.suspended_pct_points and t.expires and t.expires >= self.today
        ]
        if not pauses:
            return None
        newest = max(pauses, key=lambda t: (t.expires or t.announced, t.announced))
        rows = sorted(
            (t for t in pauses if t.expires == newest.expires),
            key=lambda t: (t.imposed_by != "US", t.announced),
        )
        start = min(t.effective for t in rows)
        end = newest.expires or newest.effective
        return Truce(start, end, newest.suspended_pct_points, tuple(rows))

    @cached_property
    def truce_since(self) -> date:
        """Return the day on which the unbroken run of pauses began that the truce ends."""
        if self.truce is None:
            return self.today
        since = self.truce.start
        pauses = [t for t in self.view.tariffs if t.suspended_pct_points and t.expires]
        for pause in sorted(pauses, key=lambda t: t.effective, reverse=True):
            if pause.effective < since <= (pause.expires or since):
                since = pause.effective
        return since

    def levels(self, side: str, view: AsOfView | None = None) -> tuple[TariffLevel, ...]:
        """Return the headline levels of a side's additional duties by day of effect.

        Levels of another definition never mix with these; a row that only confirms the level
        before it is no step.
        """
        rows = (view or self.view).tariff_levels
        mine = [
            row
            for row in rows
            if row.imposed_by == side and row.definition_key == HEADLINE_DEFINITION
        ]
        steps: list[TariffLevel] = []
        for row in sorted(mine, key=lambda row: row.date):
            if not steps or steps[-1].average_rate_pct != row.average_rate_pct:
                steps.append(row)
        return tuple(steps)

    def level(self, side: str, view: AsOfView | None = None) -> TariffLevel | None:
        """Return the level in force on the day of the view, or None before any is known."""
        seen = view or self.view
        in_force = [row for row in self.levels(side, seen) if row.date <= seen.day]
        return in_force[-1] if in_force else None

    @cached_property
    def lapsed_truce(self) -> date | None:
        """Return the end of the last truce on record when it is past and nothing replaced it."""
        ends = [t.expires for t in self.view.tariffs if t.suspended_pct_points and t.expires]
        return max(ends) if ends and self.truce is None else None

    @cached_property
    def newest_result(self) -> Meeting | None:
        """Return the newest round or summit whose outcome is known."""
        done = [
            m
            for m in self.view.meetings
            if m.kind != "leaders_call" and m.city and m.outcome_published
        ]
        return max(done, key=lambda m: (m.outcome_published or m.end, m.meeting_id), default=None)

    def span(self, first: date, last: date) -> str:
        """Return a range of days as running text names it, with its year where it is another."""
        year = "" if last.year == self.today.year else f" {last.year}"
        return f"{day_range(first, last)}{year}"

    def cut_ahead(self, side: str) -> Tariff | None:
        """Return a cut of a side's rate that is announced for a day ahead, if no level shows it."""
        cuts = [
            t
            for t in self.pending()
            if t.imposed_by == side and (t.rate_change_pct_points or 0) < 0
        ]
        return cuts[0] if cuts and self.coming(side) is None else None

    def under_truce(self, side: str) -> TariffLevel | None:
        """Return the level of a side on the truce's last day, as far as it is set by now."""
        if self.truce is None:
            return None
        day = self.truce.end
        rows = [row for row in self.levels(side) if row.date <= day]
        return rows[-1] if rows else None

    def at_deadline(self, side: str) -> Deadline | None:
        """Return the rate that would hold when the truce ends: cuts count, threats do not."""
        cut, level = self.cut_ahead(side), self.under_truce(side)
        rate = cut.headline_rate_pct if cut else None
        if cut and self.truce and cut.effective <= self.truce.end and rate is not None:
            return Deadline(cut, rate)
        return Deadline(level, level.average_rate_pct) if level else None

    def coming(self, side: str) -> TariffLevel | None:
        """Return the next level of a side that is set but not yet in force."""
        return next((row for row in self.levels(side) if row.date > self.today), None)

    def peak(self, side: str) -> TariffLevel | None:
        """Return the highest level in force so far."""
        rows = [row for row in self.levels(side) if row.date <= self.today]
        return max(rows, key=lambda row: row.average_rate_pct, default=None)

    @property
    def newest_day(self) -> date:
        """Return the newest day on which a row in the view became known."""
        day: date = self.newest_row.ref.vintage if self.newest_row else self.today
        return day

    @cached_property
    def newest_row(self) -> Any:
        """Return a row that became known on the newest day, or None in an empty view."""
        view = self.view
        tables = (view.meetings, view.tariffs, view.controls, view.statements, view.impacts)
        rows: list[Any] = [row for table in tables for row in table]
        for info in view.catalogue:
            rows += view.observations(info.series_id)
        return max(rows, key=_age, default=None)

    def pending(self) -> tuple[Tariff, ...]:
        """Return rate measures that are announced, not yet in force and not withdrawn."""
        return tuple(
            t
            for t in self.view.tariffs
            if t.effective > self.today and t.headline_rate_pct is not None and not t.status
        )


def _age(row: Any) -> tuple[date, str, str]:
    return row.ref.vintage, row.ref.table, row.ref.key


def _pick_round(meetings: Iterable[Meeting], today: date) -> Meeting | None:
    rounds = list(meetings)
    under_way = [m for m in rounds if m.start <= today <= m.end]
    ahead = sorted((m for m in rounds if m.start > today), key=lambda m: m.start)
    held = [m for m in rounds if m.end < today]
    soon = [m for m in ahead if (m.start - today).days <= 14]
    recent = [m for m in held if (today - m.end).days <= 21]
    for choice in (under_way[-1:], soon[:1], recent[-1:], ahead[:1], held[-1:]):
        if choice:
            return choice[0]
    return None
