"""The rows of the dataset as frozen values; a field is a column unless its note says otherwise.

Absent is None. In a view, a column that was learnt after the day of the view is None too, and what
has no day of its own (whether a measure is in force, a meeting held) is derived from the dates.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.model.facts import RowRef
from reports.model.periods import Period

Day = date
"""The type again, for rows with a column named date."""
MeetingStatus = Literal["scheduled", "under way", "held"]
MeasureState = Literal["announced", "in force", "suspended", "ended"]


@dataclass(frozen=True)
class Located(RowRef):
    """The reference of a row with its place in a file, for messages; no edition holds places."""

    line: int
    """Of a Parquet file the number of the row, from 1."""
    file: str = ""
    """The file, relative to the folder of the dataset."""

    @property
    def plain(self) -> RowRef:
        """Return the reference as an edition holds it."""
        return RowRef(self.table, self.key, self.vintage)


@dataclass(frozen=True)
class SeriesInfo:
    """What a series measures, who compiles it, when it is released."""

    series_id: str
    rank: int
    title: str
    short_title: str
    topic: str
    unit: str
    measure: str
    """level, rate, index or balance: a change is in %, percentage points, points or the unit."""
    frequency: str
    """month, quarter or ytd (a running total since January)."""
    decimals: int
    seasonal_adjustment: str
    organisation: str
    organisation_title: str
    release_pattern: str
    release_latest: str
    january_february: str
    """separate, combined (one figure) or with_february (two figures, both in March)."""
    coverage: str
    """complete, or sparse: a gap is a gap and no release is missed."""
    partner: str | None
    parent_series: str | None
    cross_check_series: str | None
    comparable_with: tuple[str, ...]
    ref: Located

    def release_day(self, period: Period) -> date:
        """Return the usual day of the release of a period."""
        return self._day(self.release_pattern, period)

    def release_deadline(self, period: Period) -> date:
        """Return the latest day on which such a release has come; after it, it is overdue."""
        return self._day(self.release_latest, period)

    def _day(self, pattern: str, period: Period) -> date:
        months, day = (int(part) for part in pattern[1:].split(":"))
        joint = self.january_february != "separate" and period.last_month == 1
        last = Period(period.year, 2 if joint else period.last_month)
        month = last.shift(months)
        return date(month.year, month.month, min(day, monthrange(month.year, month.month)[1]))


@dataclass(frozen=True)
class Feed:
    """Where a provider's public interface has a series."""

    series_id: str
    provider: str
    query: str
    """What is asked for, in the words of the provider."""
    factor: Decimal
    """From the unit of the provider to that of the series."""
    ref: Located


@dataclass(frozen=True)
class Observation:
    """A value of a series for a period, as one source reported it."""

    series_id: str
    period: Period
    value: Decimal
    published: Day
    source_id: str
    status: str
    """reported, derived or reported-date-estimated."""
    derivation: str | None
    """The arithmetic behind a derived value."""
    correction: str | None
    """What was wrong in our older row, where this one mends an error of our own."""
    ref: Located
    conflict: tuple[Observation, ...] = ()
    """No column: other values known for the period that contradict this one."""
    revised_from: Observation | None = None
    """No column: the newest older vintage with a really different value, now revised."""
    corrected_from: Observation | None = None
    """No column: the same, where the older value was an error of our own and no revision."""


@dataclass(frozen=True)
class Definition:
    """A break in a series: what it measures from a period on."""

    series_id: str
    from_period: Period
    published: Day
    definition: str
    """A phrase that follows the title of the series: "without students"."""
    source_id: str
    ref: Located


@dataclass(frozen=True)
class StatedChange:
    """A change that a source states, in % or in percentage points."""

    series_id: str
    period: Period
    basis: str
    """month or year."""
    change_pct: Decimal | None
    change_pp: Decimal | None
    qualifier: str | None
    published: Day
    source_id: str
    note: str | None
    ref: Located

    @property
    def change(self) -> Decimal:
        """Return the change, in the unit that `unit` names."""
        change = self.change_pct if self.change_pct is not None else self.change_pp
        return Decimal(0) if change is None else change

    @property
    def unit(self) -> Literal["%", "pp"]:
        """Return the unit of the change."""
        return "%" if self.change_pct is not None else "pp"


@dataclass(frozen=True)
class KnownConflict:
    """A contradiction, a jump or a gap in the data that an editor has looked at."""

    series_id: str
    period: Period
    basis: str | None
    """month or year of a stated change, jump, gap, or None for two values of one period."""
    published: Day
    source_id: str
    reason: str
    ref: Located


@dataclass(frozen=True)
class Meeting:
    """A round of talks, a leaders' call or a leaders' meeting."""

    meeting_id: str
    name: str
    city: str | None
    country: str | None
    start: Day
    end: Day
    """The last day known so far: of a meeting ahead its first day, of one under way the view's."""
    announced: Day
    outcome: str | None
    outcome_published: Day | None
    source_id: str
    kind: str
    outcome_source_id: str | None
    label: str
    provisional_name: str | None
    provisional_label: str | None
    dates_published: Day | None
    place_published: Day | None
    dates_source_id: str | None
    outcome_verb: str | None
    outcome_label: str | None
    """Noun phrase that completes "the two sides <outcome_verb> ..."."""
    ref: Located
    status: MeetingStatus = "held"
    """Derived from start and end for the day of the view; no column is read for it."""


@dataclass(frozen=True)
class Delegate:
    """A person at a meeting."""

    meeting_id: str
    side: str
    name: str
    name_local: str
    role: str
    lead: bool
    published: Day
    source_id: str
    ref: Located


@dataclass(frozen=True)
class Tariff:
    """A tariff measure, or an act that bears on one."""

    event_id: str
    imposed_by: str
    effective: Day
    announced: Day
    measure: str
    rate_change_pct_points: Decimal | None
    headline_rate_pct: Decimal | None
    basis: str
    expires: Day | None
    status: str | None
    source_id: str
    status_changed: Day | None
    status_source_id: str | None
    label: str
    """Numbers of the row stand as {column}."""
    scope: str
    suspended_pct_points: Decimal | None
    status_kind: str | None
    ref: Located
    state: MeasureState = "announced"
    """Derived from the dates and the status known on the day of the view."""


@dataclass(frozen=True)
class TariffLevel:
    """The level of a side's tariffs from a day on, under one definition."""

    date: Day
    imposed_by: str
    average_rate_pct: Decimal
    definition: str
    published: Day
    source_id: str
    definition_key: str
    ref: Located


@dataclass(frozen=True)
class Control:
    """An export-control measure, or an act that bears on one."""

    control_id: str
    imposed_by: str
    announced: Day
    effective: Day | None
    measure: str
    items: str
    legal_basis: str
    status: str | None
    status_changed: Day | None
    published: Day
    source_id: str
    status_source_id: str | None
    label: str
    topic: str
    announcement: str | None
    status_kind: str | None
    effect: str
    """tightens or eases."""
    ref: Located
    state: MeasureState = "announced"
    """Derived from the dates and the status known on the day of the view."""


@dataclass(frozen=True)
class Statement:
    """A public statement, paraphrased."""

    statement_id: str
    date: Day
    actor: str
    side: str
    role: str
    topic: str
    summary: str
    stance: str
    source_id: str
    quote: str | None
    ref: Located


@dataclass(frozen=True)
class CalendarEvent:
    """Something scheduled; a date of `month` precision is the first of its month."""

    event_id: str
    date: Day
    date_precision: str
    what: str
    kind: str
    announced: Day
    source_id: str
    label: str
    subject: str
    meeting_id: str | None
    tariff_id: str | None
    control_id: str | None
    series_id: str | None
    period: Period | None
    superseded_on: Day | None
    superseded_source_id: str | None
    ref: Located

    @property
    def superseded(self) -> bool:
        """Tell whether it is known that the event does not come as scheduled."""
        return self.superseded_on is not None


@dataclass(frozen=True)
class Impact:
    """A reported effect on industry; a date of `month` precision is any day of its month."""

    impact_id: str
    date: Day
    where: str
    sector: str
    what: str
    source_id: str
    published: Day
    date_precision: str
    label: str
    ref: Located


@dataclass(frozen=True)
class Source:
    """A page; in a view, one younger than its day shows neither title nor date."""

    source_id: str
    publisher: str
    title: str
    """Empty where the page is younger than the day of the view: it tells of later things."""
    url: str | None
    published: Day | None
    earliest: Day | None
    ref: Located
    later: bool = False
    """No column: the page is younger than the day of the view and attests an older fact."""
