"""Ghosts in charts: the values of last week's edition, where they have really moved since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from reports.analysis import moved_from
from reports.briefings.figures import drawn_rows, months
from reports.briefings.situation import Situation
from reports.dataset import Observation
from reports.model import Bar, LinePoint, Period


@dataclass(frozen=True)
class Past:
    """What last week's edition drew of a series, as far as it is another value now.

    A period that is new has no past, and another print of a value has not moved it.
    """

    now: Situation
    series_id: str
    count: int
    """The periods that the chart shows."""

    @cached_property
    def moved(self) -> dict[Period, Observation]:
        """Return last week's values of the periods that were revised or corrected since."""
        before, view = self.now.last, self.now.view
        old = {p: moved_from(before, view, self.series_id, p) for p in self._periods}
        return {period: row for period, row in old.items() if row}

    @cached_property
    def _periods(self) -> list[Period]:
        return [period for period, _ in months(self.now.view, self.series_id, self.count)]

    @property
    def line(self) -> tuple[LinePoint, ...]:
        """Return last week's line where it has moved, with a neighbour at each side."""
        periods, points = self._periods, []
        for place, period in enumerate(periods):
            if any(near in self.moved for near in periods[max(0, place - 1) : place + 2]):
                row = self.now.last.observation(self.series_id, period)
                points.append(LinePoint(period, row.value if row else None))
        return tuple(points)

    def behind(self, bars: Iterable[Bar]) -> tuple[Bar, ...]:
        """Return columns with last week's heights behind those that have moved."""
        return tuple(
            replace(bar, before=self.moved[bar.period].value) if bar.period in self.moved else bar
            for bar in bars
        )

    @property
    def label(self) -> str:
        """Return the direct label of the ghosts, "as of 2 June", or nothing without any."""
        return f"as of {self.now.on(self.now.since)}" if self.moved else ""

    @property
    def note(self) -> str:
        """Return what the source line says of the ghosts, or nothing without any."""
        return f"Grey: as known on {self.now.on(self.now.since)}. " if self.moved else ""

    @property
    def drawn(self) -> list[Observation]:
        """Return all values that the chart draws, its ghosts among them."""
        return [*drawn_rows(self.now.view, self.series_id, self.count), *self.moved.values()]
