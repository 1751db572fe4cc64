"""The dataset as it was known at the end of one day, UTC: the only door to its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from reports.dataset.cut import cut_tables
from reports.dataset.rows import (
    CalendarEvent,
    Control,
    Definition,
    Delegate,
    Impact,
    Meeting,
    Observation,
    SeriesInfo,
    Source,
    StatedChange,
    Statement,
    Tariff,
    TariffLevel,
)
from reports.dataset.vintages import Check, choose, newest_by_period, totals_leave
from reports.model.periods import Period

SIDES = ("US", "CN")


@dataclass(frozen=True, repr=False, eq=False)
class AsOfView:
    """What was known by the end of `day`, UTC: rows cut there, so that it holds nothing younger."""

    day: date
    _rows: Mapping[str, tuple[Any, ...]] = field(repr=False)

    def __repr__(self) -> str:
        return f"AsOfView({self.day.isoformat()})"

    def earlier(self, day: date) -> AsOfView:
        """Return the view of an earlier day; raise ValueError for a later one."""
        if day > self.day:
            raise ValueError(f"a view of {self.day} knows nothing of {day}")
        return view_of(self._rows, day)

    @cached_property
    def catalogue(self) -> tuple[SeriesInfo, ...]:
        """Return all series in reading order."""
        return tuple(sorted(self._rows["series"], key=lambda row: row.rank))

    @cached_property
    def _series(self) -> dict[str, SeriesInfo]:
        return {row.series_id: row for row in self._rows["series"]}

    def series(self, series_id: str) -> SeriesInfo:
        """Return what the catalogue says of a series; raise KeyError for an unknown one."""
        return self._series[series_id]

    @cached_property
    def _known(self) -> dict[str, list[Observation]]:
        """All rows of each series, the oldest vintage first."""
        known: dict[str, list[Observation]] = defaultdict(list)
        for row in self._rows["observations"]:
            known[row.series_id].append(row)
        for rows in known.values():
            rows.sort(key=lambda row: (row.published, row.period, row.source_id))
        return known

    @cached_property
    def _vintages(self) -> dict[tuple[str, Period], list[Observation]]:
        """All rows of each value, the oldest vintage first."""
        vintages: dict[tuple[str, Period], list[Observation]] = defaultdict(list)
        for series_id, rows in self._known.items():
            for row in rows:
                vintages[series_id, row.period].append(row)
        return vintages

    @cached_property
    def _newest(self) -> dict[str, Observation | None]:
        """The newest values, by series; filled when a series is first asked for."""
        return {}

    def newest(self, series_id: str) -> Observation | None:
        """Return the value whose period ends last; a single month before a combined one."""
        if series_id not in self._newest:
            rows = self._by_period(series_id).values()
            self._newest[series_id] = max(rows, key=_end, default=None)
        return self._newest[series_id]

    @cached_property
    def _chosen(self) -> dict[str, dict[Period, Observation]]:
        """The values that hold, by series; filled when a series is first asked for."""
        return {}

    def observations(self, series_id: str) -> tuple[Observation, ...]:
        """Return the value that holds for each known period, sorted by first month and length.

        That is the newest vintage, unless the running totals show that it contradicts an older
        one that fits them; the contradiction then stands in `conflict`.
        """
        return tuple(self._by_period(series_id).values())

    def _by_period(self, series_id: str) -> dict[Period, Observation]:
        if series_id not in self._chosen:
            self._chosen[series_id] = self._choose(self.series(series_id))
        return self._chosen[series_id]

    def _choose(self, info: SeriesInfo) -> dict[Period, Observation]:
        rows = self._known.get(info.series_id, [])
        vintages: dict[Period, list[Observation]] = defaultdict(list)
        for row in rows:
            vintages[row.period].append(row)
        chosen = (
            choose(known, info.measure, self._check(info, period) if len(known) > 1 else None)
            for period, known in vintages.items()
        )
        in_order = sorted(chosen, key=lambda row: (row.period.index, row.period.length))
        return {row.period: row for row in in_order}

    def _check(self, info: SeriesInfo, period: Period) -> Check | None:
        if info.cross_check_series is None:
            return None
        months = newest_by_period(self._known[info.series_id])
        totals = newest_by_period(self._known.get(info.cross_check_series, []))
        return totals_leave(period, months, totals)

    def observation(self, series_id: str, period: Period) -> Observation | None:
        """Return the value that holds for one period, or None if none is known."""
        return self._by_period(series_id).get(period)

    def vintages(self, series_id: str, period: Period) -> tuple[Observation, ...]:
        """Return every value known for one period, the oldest first."""
        return tuple(self._vintages.get((series_id, period), ()))

    @cached_property
    def _breaks(self) -> dict[str, dict[Period, Definition]]:
        """The newest wording of each break, by series and first period."""
        breaks: dict[str, dict[Period, Definition]] = defaultdict(dict)
        for row in sorted(
            self._rows["definitions"], key=lambda row: (row.published, row.source_id)
        ):
            breaks[row.series_id][row.from_period] = row
        return breaks

    def definitions(self, series_id: str) -> tuple[Definition, ...]:
        """Return the known breaks of a series by the period from which each holds."""
        known = self._breaks.get(series_id, {}).values()
        return tuple(sorted(known, key=lambda row: row.from_period.index))

    def definition(self, series_id: str, period: Period) -> Definition | None:
        """Return the definition that a period is measured by; None before any break."""
        held = [r for r in self.definitions(series_id) if r.from_period.index <= period.index]
        return held[-1] if held else None

    def stated_change(
        self, series_id: str, period: Period, basis: Literal["month", "year"]
    ) -> StatedChange | None:
        """Return the change that a source states: the newest, of one day the most precise."""
        wanted = (series_id, period, basis)
        rows = [r for r in self.stated_changes if (r.series_id, r.period, r.basis) == wanted]
        return max(rows, key=_precision, default=None)

    @cached_property
    def stated_changes(self) -> tuple[StatedChange, ...]:
        """Return all stated changes."""
        return self._rows["stated_changes"]

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """Return the meetings whose dates are known, by start."""
        return tuple(sorted(self._rows["meetings"], key=lambda row: (row.start, row.meeting_id)))

    def delegates(self, meeting_id: str) -> tuple[Delegate, ...]:
        """Return who attends: Washington before Beijing, heads first, then as they were named."""
        rows = (row for row in self._rows["delegates"] if row.meeting_id == meeting_id)
        return tuple(
            sorted(rows, key=lambda r: (SIDES.index(r.side), not r.lead, r.published, r.name))
        )

    @cached_property
    def tariffs(self) -> tuple[Tariff, ...]:
        """Return the tariff measures by day of effect."""
        return tuple(sorted(self._rows["tariffs"], key=lambda row: (row.effective, row.event_id)))

    @cached_property
    def tariff_levels(self) -> tuple[TariffLevel, ...]:
        """Return the tariff levels by day; never mix those of different definitions."""
        rows = self._rows["tariff_levels"]
        return tuple(sorted(rows, key=lambda r: (r.date, r.definition_key, r.imposed_by)))

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """Return the export controls by day of announcement."""
        return tuple(
            sorted(self._rows["controls"], key=lambda row: (row.announced, row.control_id))
        )

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Return the statements by day."""
        return tuple(sorted(self._rows["statements"], key=lambda row: (row.date, row.statement_id)))

    @cached_property
    def calendar(self) -> tuple[CalendarEvent, ...]:
        """Return scheduled events by day, those that are superseded among them."""
        return tuple(sorted(self._rows["calendar"], key=lambda row: (row.date, row.event_id)))

    @cached_property
    def impacts(self) -> tuple[Impact, ...]:
        """Return reported effects on industry by day."""
        return tuple(sorted(self._rows["impacts"], key=lambda row: (row.date, row.impact_id)))

    def rows(self, table: str) -> tuple[Any, ...]:
        """Return all rows of a table that are known, in the order of the file."""
        return tuple(self._rows[table])

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {row.source_id: row for row in self._rows["sources"]}

    def source(self, source_id: str) -> Source:
        """Return a source; raise KeyError for an unknown one."""
        return self._sources[source_id]

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Any]:
        return {(name, row.ref.key): row for name, rows in self._rows.items() for row in rows}

    def row(self, table: str, key: str) -> Any:
        """Return the row of a table that a key of one word names, or None."""
        return self._by_key.get((table, key))


def _end(row: Observation) -> tuple[int, int]:
    return row.period.index + row.period.length, row.period.index


def view_of(rows: Mapping[str, tuple[Any, ...]], day: date) -> AsOfView:
    """Return the view of a day on rows by table."""
    return AsOfView(day, cut_tables(rows, day))


def _precision(row: StatedChange) -> tuple[date, bool, int, str]:
    exponent = row.change.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    return row.published, row.qualifier is None, places, row.source_id
