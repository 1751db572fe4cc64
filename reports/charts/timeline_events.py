"""The entries of a timeline: its events in order, and today where no event stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.charts.scene import Role, text_colour
from reports.model import TimelineChart, TimelineEvent


@dataclass(frozen=True)
class Entry:
    """A dated entry: its words, and the event it marks (None for today)."""

    day: date
    heading: str
    words: str
    event: TimelineEvent | None

    @property
    def heading_colour(self) -> Role:
        """Return the colour of the date: ochre if it is still to come."""
        if self.event is None:
            return "ink"
        return "gold" if self.event.scheduled else text_colour(self.event.hue)


def entries(chart: TimelineChart) -> tuple[Entry, ...]:
    """Return the events between the ends of a timeline by day, and today among them."""
    found = [
        Entry(event.day, event.date_label, event.label, event)
        for event in chart.events
        if chart.start <= event.day <= chart.end
    ]
    shown = chart.start <= chart.today <= chart.end
    if shown and chart.today_label and not any(entry.day == chart.today for entry in found):
        found.append(Entry(chart.today, chart.today_label, "", None))
    return tuple(sorted(found, key=lambda entry: entry.day))
