"""What a chart shows, before anything is drawn: plain values, labels and roles.

Labels arrive ready to print, so that a number has one rounding in the whole edition. Colours are
roles of the house style (`us`, `cn`, `ore`, `gold`, `ctx`, `ink`), never values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.model.periods import Period
from reports.model.text import FactSpan

Hue = Literal["us", "cn", "ore", "gold", "ctx", "ink"]
BarRole = Literal["before", "current", "latest"]


@dataclass(frozen=True)
class ChartEvent:
    """A dated mark in a chart: "4 April" and the words beside it."""

    day: date
    date_label: str
    label: str


@dataclass(frozen=True)
class Band:
    """A stretch of scheduled time, such as a truce."""

    start: date
    end: date
    label: str


@dataclass(frozen=True)
class Bar:
    """One column; `value` is the total of its period, None is a gap.

    A period of more than one month is drawn as wide as its months and as high as their mean.
    `role` is `before` for an earlier year, `current` for this one, `latest` for the newest.
    """

    period: Period
    value: Decimal | None
    role: BarRole
    label: str = ""
    estimated: bool = False
    before: Decimal | None = None
    """The total as it was known a week ago, where it has really moved since."""


@dataclass(frozen=True)
class ColumnChart:
    """Monthly volumes as columns from zero."""

    key: str
    unit: str
    hue: Hue
    bars: tuple[Bar, ...]
    events: tuple[ChartEvent, ...] = ()
    ghost_label: str = ""
    """Direct label of what stood a week ago: "as of 2 June"."""


@dataclass(frozen=True)
class LinePoint:
    """A point of a line; None is a gap."""

    period: Period
    value: Decimal | None


@dataclass(frozen=True)
class LineChart:
    """A rate over time with its newest value labelled; its axis may start anywhere."""

    key: str
    unit: str
    hue: Hue
    points: tuple[LinePoint, ...]
    label: str
    """The newest value as printed: "−0.1%"."""
    label_period: str
    zero_line: bool = False
    """Draw an ink line at zero and tint what lies below it."""
    ghost: tuple[LinePoint, ...] = ()
    """Last week's values where the line has moved since, with a neighbour at each side."""
    ghost_label: str = ""
    """Direct label of the ghost: "as of 2 June"."""


@dataclass(frozen=True)
class Step:
    """A level from a day on; `label` is empty where the step is not labelled."""

    day: date
    value: Decimal
    label: str = ""


@dataclass(frozen=True)
class StepLine:
    """The levels one side has set, and the level that would return if a pause lapses."""

    hue: Hue
    name: str
    """Direct label: "US duties on Chinese goods"."""
    steps: tuple[Step, ...]
    outlook: Decimal | None = None
    outlook_label: str = ""


@dataclass(frozen=True)
class StepChart:
    """Rates set by decree, by day of effect, with pauses, today and a deadline ahead."""

    key: str
    unit: str
    start: date
    end: date
    today: date
    today_label: str
    lines: tuple[StepLine, ...]
    bands: tuple[Band, ...] = ()
    deadline: ChartEvent | None = None


@dataclass(frozen=True)
class TimelineEvent:
    """A dot on a timeline; `end` for an event of several days; hollow when only scheduled."""

    day: date
    end: date | None
    hue: Hue
    date_label: str
    label: str
    scheduled: bool = False


@dataclass(frozen=True)
class TimelineChart:
    """Events of a dispute in order, with scheduled ones ahead of today."""

    key: str
    start: date
    end: date
    today: date
    today_label: str
    events: tuple[TimelineEvent, ...]
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Segment:
    """A part of a running total: "Jan" or "Jan–Feb"."""

    label: str
    value: Decimal
    latest: bool = False


@dataclass(frozen=True)
class SegmentRow:
    """One year's running total, cut into its months."""

    label: str
    role: Literal["before", "current"]
    segments: tuple[Segment, ...]
    total_label: str


@dataclass(frozen=True)
class SegmentChart:
    """A year to date against the year before, one segmented bar for each."""

    key: str
    unit: str
    hue: Hue
    rows: tuple[SegmentRow, ...]


@dataclass(frozen=True)
class DumbbellRow:
    """A category at two dates; a None is not published and is not drawn."""

    label: str
    before: Decimal | None
    now: Decimal | None
    change_label: str


@dataclass(frozen=True)
class DumbbellChart:
    """Two dates for each category, on one scale from zero."""

    key: str
    unit: str
    hue: Hue
    before_label: str
    now_label: str
    rows: tuple[DumbbellRow, ...]


@dataclass(frozen=True)
class SparkBars:
    """A word-sized row of columns; the last known one is the subject."""

    key: str
    hue: Hue
    values: tuple[Decimal | None, ...]
    alt: str
    said: tuple[FactSpan, ...] = ()
    """The numbers of the alt text."""


@dataclass(frozen=True)
class SparkLine:
    """A word-sized line; the last point is the subject."""

    key: str
    hue: Hue
    values: tuple[Decimal | None, ...]
    alt: str
    zero_line: bool = False
    said: tuple[FactSpan, ...] = ()


@dataclass(frozen=True)
class SparkProgress:
    """A word-sized bar of time: the share of a stretch of days that has passed."""

    key: str
    hue: Hue
    start: date
    end: date
    today: date
    alt: str
    said: tuple[FactSpan, ...] = ()


Spark = SparkBars | SparkLine | SparkProgress
Chart = ColumnChart | LineChart | StepChart | TimelineChart | SegmentChart | DumbbellChart
