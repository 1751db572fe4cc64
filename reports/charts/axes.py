"""Axes as the house draws them: words on gridlines, months as initials with the year beneath."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.charts.metrics import text_width
from reports.charts.scales import tick_labels
from reports.charts.scene import Area, Box, Frame, Label, Mark, Role, Stroke, block
from reports.model import MONTHS, Period

TICK_RISE = 0.32
"""From a gridline up to the baseline of its words, in em."""
MONTH_DROP = 1.25
"""From the axis down to the baseline of the month row, in em."""
YEAR_DROP = 2.5
FOOT = 2.8
"""Room under the axis for both rows, in em."""


@dataclass(frozen=True)
class ValueAxis:
    """A vertical scale: its round numbers, their words, and where two values lie."""

    ticks: tuple[Decimal, ...]
    words: tuple[str, ...]
    low: float
    high: float
    top: float
    bottom: float

    def y(self, value: Decimal | float) -> float:
        """Return the height at which a value lies."""
        share = (float(value) - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)


def value_axis(
    ticks: tuple[Decimal, ...], high: Decimal, unit: str, top: float, bottom: float
) -> ValueAxis:
    """Return the axis from the lowest tick up to `high` or the highest tick."""
    words = tick_labels(ticks, unit)
    upper = float(max(high, ticks[-1]))
    return ValueAxis(ticks, words, float(ticks[0]), upper, top, bottom)


def tick_words(axis: ValueAxis, frame: Frame) -> tuple[Label, ...]:
    """Return the words of the gridlines, flush left, each on its line.

    The topmost has the unit; others give way to it, and to each other, where lines are close.
    """
    rise = TICK_RISE * frame.em
    labels = [
        Label(0.0, axis.y(tick) - rise, words, "muted", 400, frame.em)
        for tick, words in zip(axis.ticks, axis.words, strict=True)
    ]
    shown = [labels.pop()]
    for label in labels:
        if not any(label.box.meets(other.box) for other in shown):
            shown.insert(-1, label)
    return tuple(shown)


def gutter(words: tuple[str, ...], frame: Frame) -> float:
    """Return the room at the left that the words of the gridlines take, the topmost apart."""
    return max(text_width(word, 400, frame.em) for word in words[:-1]) + 0.6 * frame.em


def gridlines(axis: ValueAxis, frame: Frame, right: float) -> Stroke:
    """Return the horizontal lines, from the left edge."""
    lines = tuple(((0.0, axis.y(tick)), (right, axis.y(tick))) for tick in axis.ticks)
    return Stroke(lines, "grid", frame.line("grid"))


def patch(label: Label, colour: Role = "paper") -> Area:
    """Return a patch in the colour of the ground for a label to stand on."""
    return block(label.box.grown(0.08 * label.size), colour)


def on_patches(marks: Iterable[Mark], axis: ValueAxis) -> Iterator[Mark]:
    """Yield marks, with a patch under each label that a gridline crosses."""
    lines = [axis.y(tick) for tick in axis.ticks]
    for mark in marks:
        if isinstance(mark, Label) and any(mark.box.top < y < mark.box.bottom for y in lines):
            yield patch(mark)
        yield mark


@dataclass(frozen=True)
class MonthAxis:
    """A scale of months: the number of the first, how many, where and how wide they are.

    The first may begin before the edge of the plot.
    """

    first: int
    count: int
    left: float
    pitch: float
    edge: float = 0.0

    def x(self, month: float) -> float:
        """Return where a month (or a fraction of one) begins."""
        return self.left + (month - self.first) * self.pitch

    def shown_from(self, month: int) -> float:
        """Return where the part of a month that is shown begins."""
        return max(self.x(month), self.edge)


def months_between(periods: tuple[Period, ...]) -> tuple[int, int]:
    """Return the first month of some periods and how many months they span."""
    first = min(period.index for period in periods)
    return first, max(period.index + period.length for period in periods) - first


def month_of(day: date) -> float:
    """Return a day as a number of months, with its share of the month."""
    start = date(day.year, day.month, 1).toordinal()
    length = date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal() - start
    return day.year * 12 + day.month - 1 + (day.toordinal() - start) / length


def month_row(
    axis: MonthAxis, frame: Frame, base: float, *, names: bool = False
) -> tuple[Label, ...]:
    """Return the months under an axis: short names if asked for and there is room, else initials.

    Where initials would touch, only every third month has one, and none where those would.
    """
    y = base + MONTH_DROP * frame.em
    for length, stride in ((3, 1), (1, 1), (1, 3)) if names else ((1, 1), (1, 3)):
        widest = text_width("Mar" if length == 3 else "M", 400, frame.em)
        if widest + 0.35 * frame.em <= axis.pitch * stride:
            months = range(axis.first, axis.first + axis.count)
            row = (
                Label(axis.x(m + 0.5), y, MONTHS[m % 12][:length], "muted", 400, frame.em, "middle")
                for m in months
                if m % stride == 0
            )
            # A month that is shown in part may have its middle beyond the edge.
            return tuple(
                each for each in row if each.box.left >= 0 and each.box.right <= frame.width
            )
    return ()


def year_row(
    axis: MonthAxis, frame: Frame, y: float, *, taken: tuple[Box, ...] = (), inset: float = 0.0
) -> tuple[Label, ...]:
    """Return each year under its first month; one that finds no room gives way to the next.

    `taken` is what stands in the row already; `inset` is the gap between a month and its column.
    """
    boxes = list(taken)
    labels = []
    for year in range((axis.first + axis.count - 1) // 12, axis.first // 12 - 1, -1):
        label = _year(year, axis, frame, y, inset, boxes)
        if label:
            labels.append(label)
            boxes.append(label.box)
    return tuple(reversed(labels))


def _year(
    year: int, axis: MonthAxis, frame: Frame, y: float, inset: float, boxes: list[Box]
) -> Label | None:
    start, end = max(year * 12, axis.first), min(year * 12 + 12, axis.first + axis.count)
    width = text_width(str(year), 600, frame.em)
    places = [axis.shown_from(month) + inset for month in range(start, end)]
    places.append(axis.x(end) - inset - width)
    for left in places:
        label = Label(left, y, str(year), "ink-2", 600, frame.em)
        inside = left >= 0 and left + width <= frame.width
        if inside and not any(label.box.grown(0.25 * frame.em).meets(box) for box in boxes):
            return label
    return None


def year_starts(axis: MonthAxis, years: tuple[Label, ...]) -> bool:
    """Tell whether each year stands at its first month."""
    firsts = {axis.shown_from(max(int(year.text) * 12, axis.first)) for year in years}
    return firsts == {year.x for year in years}
