"""The course of a step line: what was in force, what is, and what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from reports.charts.axes import MonthAxis, ValueAxis, month_of
from reports.charts.scene import Box, Dot, Frame, Mark, Point, Stroke
from reports.charts.slots import tokens
from reports.model import StepChart, StepLine


@dataclass(frozen=True)
class StepPlot:
    """The axes of a step chart."""

    chart: StepChart
    frame: Frame
    months: MonthAxis
    values: ValueAxis

    def x(self, day: date) -> float:
        """Return where a day lies, kept inside the plot."""
        inside = min(max(day, self.chart.start), self.chart.end)
        return self.months.x(month_of(inside))


@dataclass(frozen=True)
class Level:
    """A horizontal stretch of a line, with the label of its step."""

    left: float
    right: float
    y: float
    value: Decimal
    label: str


@dataclass(frozen=True)
class Track:
    """A line as it is drawn: the levels up to today, and those that are only expected."""

    line: StepLine
    width: float
    past: tuple[Level, ...]
    future: tuple[Level, ...]
    outlook: Level | None

    def boxes(self, plot: StepPlot) -> tuple[Box, ...]:
        """Return the room the line takes."""
        levels = (*self.past, *self.future, *((self.outlook,) if self.outlook else ()))
        half = self.width / 2
        points = _points(levels)
        boxes = [
            Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])).grown(half)
            for a, b in pairwise(points)
        ]
        dot = plot.frame.marker("latest") / 2
        if self.past:
            end = self.past[-1]
            boxes.append(Box(end.right, end.y, end.right, end.y).grown(dot))
        return tuple(boxes)


def track(line: StepLine, plot: StepPlot) -> Track:
    """Return the course of a line between the ends of the plot."""
    chart = plot.chart
    width = plot.frame.line("primary" if line is chart.lines[0] else "secondary")
    steps = sorted(line.steps, key=lambda step: step.day)
    ahead = chart.deadline.day if chart.deadline else chart.end
    turn = min(max(chart.today, chart.start), chart.end)
    past, future = [], []
    for index, step in enumerate(steps):
        end = steps[index + 1].day if index + 1 < len(steps) else max(ahead, turn)
        y = plot.values.y(step.value)
        if step.day <= turn and end > chart.start:
            right = plot.x(min(end, turn))
            past.append(Level(plot.x(step.day), right, y, step.value, step.label))
        if end > turn and step.day < chart.end:
            left = plot.x(max(step.day, turn))
            label = step.label if step.day > turn else ""
            future.append(Level(left, plot.x(end), y, step.value, label))
    outlook = None
    if line.outlook is not None and ahead < chart.end:
        y = plot.values.y(line.outlook)
        outlook = Level(plot.x(ahead), plot.x(chart.end), y, line.outlook, line.outlook_label)
    return Track(line, width, tuple(past), tuple(future), outlook)


def track_marks(tracks: tuple[Track, ...], plot: StepPlot) -> tuple[Mark, ...]:
    """Return lines and dots, the first line on top, dashed where another runs under it."""
    marks: list[Mark] = []
    dash = tuple(tokens()["chart"]["dash"]["forecast_or_no_change"])
    for each in reversed(tracks):
        hue = each.line.hue
        expected = (*each.future, *((each.outlook,) if each.outlook else ()))
        if expected:
            marks.append(Stroke((_points(expected),), hue, each.width, (dash[0], dash[1])))
        if each.past:
            marks.append(Stroke((_points(each.past),), hue, each.width))
    marks += _shared(tracks)
    size = plot.frame.marker("latest")
    for each in tracks:
        if each.past and plot.chart.start <= plot.chart.today <= plot.chart.end:
            marks.append(Dot(each.past[-1].right, each.past[-1].y, size, each.line.hue))
        if each.outlook:
            ring = 0.6 * each.width
            marks.append(Dot(each.outlook.left, each.outlook.y, size, "paper", each.line.hue, ring))
    return tuple(marks)


def _points(levels: tuple[Level, ...]) -> tuple[Point, ...]:
    return tuple(point for each in levels for point in ((each.left, each.y), (each.right, each.y)))


def _shared(tracks: tuple[Track, ...]) -> list[Stroke]:
    """Return dashes of the lower lines where the first one covers them above zero."""
    strokes = []
    for each in tracks[1:]:
        lines = tuple(
            ((max(a.left, b.left), a.y), (min(a.right, b.right), a.y))
            for a in each.past
            for b in tracks[0].past
            if a.value == b.value and a.value and max(a.left, b.left) < min(a.right, b.right)
        )
        if lines:
            strokes.append(Stroke(lines, each.line.hue, each.width, (3.0, 3.0)))
    return strokes
