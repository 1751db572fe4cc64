"""Lay out a rate over time as a line with its newest value beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from reports.charts import ghosts
from reports.charts.axes import (
    FOOT,
    MONTH_DROP,
    YEAR_DROP,
    MonthAxis,
    ValueAxis,
    gridlines,
    month_row,
    months_between,
    on_patches,
    patch,
    tick_words,
    value_axis,
    year_row,
)
from reports.charts.metrics import ASCENT, LINE, text_width
from reports.charts.room import Room
from reports.charts.scales import rate_ticks
from reports.charts.scene import (
    Area,
    Dot,
    Frame,
    Label,
    Mark,
    Point,
    Scene,
    Stroke,
    around,
    text_colour,
    tint,
)
from reports.model import LineChart, LinePoint

LATEST = 1.06
_DROP = 0.55
"""From the lowest gridline to the axis of time, in em: values need not start at zero."""


@dataclass(frozen=True)
class _Plot:
    """The runs of a line between its gaps, and the axes they lie on."""

    chart: LineChart
    frame: Frame
    months: MonthAxis
    values: ValueAxis
    right: float
    """Where gridlines and data end and the newest value's label begins."""
    runs: tuple[tuple[Point, ...], ...]
    ghost: tuple[tuple[Point, ...], ...]


def ticks(chart: LineChart) -> tuple[Decimal, ...]:
    """Return the gridlines of a chart; they are the same in every slot."""
    drawn = (*chart.points, *chart.ghost)
    known = tuple(point.value for point in drawn if point.value is not None)
    return rate_ticks(known, with_zero=chart.zero_line)


def layout(chart: LineChart, frame: Frame) -> Scene:
    """Return the line of a chart, its zero line and tint, and the label at its end."""
    if not chart.points:
        return Scene(frame.width, frame.height, ())
    plot = _plot(chart, frame)
    words = tick_words(plot.values, frame)
    below = _time_axis(plot)
    latest = _latest(plot)
    marks: tuple[Mark, ...] = (
        *_tinted(plot),
        gridlines(plot.values, frame, plot.right),
        *_zero(plot),
        *below,
        *words,
        *ghosts.line(plot.ghost, frame),
        *_ghost_label(plot, (*words, *below, *latest)),
        *_line(plot),
        *latest,
    )
    return Scene(frame.width, frame.height, marks)


def _plot(chart: LineChart, frame: Frame) -> _Plot:
    foot = FOOT if _has_months(chart, frame) else MONTH_DROP + 0.75
    values = value_axis(
        ticks(chart),
        Decimal(0),
        chart.unit,
        1.3 * frame.em,
        frame.height - (foot + _DROP) * frame.em,
    )
    left = max(text_width(words, 400, frame.em) for words in values.words) + 0.6 * frame.em
    right = frame.width - _label_width(chart, frame)
    first, count = months_between(tuple(point.period for point in chart.points))
    months = MonthAxis(first, count, left, (right - left) / count)
    runs, ghost = (_runs(points, months, values) for points in (chart.points, chart.ghost))
    return _Plot(chart, frame, months, values, right, runs, ghost)


def _label_width(chart: LineChart, frame: Frame) -> float:
    value = text_width(chart.label, 600, LATEST * frame.em)
    period = text_width(chart.label_period, 400, frame.em)
    return max(value, period) + 0.35 * frame.em + frame.marker("latest") / 2


def _has_months(chart: LineChart, frame: Frame) -> bool:
    """Tell whether each month can have its initial: only where the chart is wide."""
    return (
        frame.width / frame.em
        > 1.5 * months_between(tuple(point.period for point in chart.points))[1]
    )


def _runs(
    points: tuple[LinePoint, ...], months: MonthAxis, values: ValueAxis
) -> tuple[tuple[Point, ...], ...]:
    """Return the points between gaps; a missing month is a gap as well as an empty one."""
    runs: list[list[Point]] = []
    reached = None
    for point in sorted(points, key=lambda point: point.period.index):
        if point.value is None:
            continue
        if reached != point.period.index:
            runs.append([])
        middle = point.period.index + point.period.length / 2
        runs[-1].append((months.x(middle), values.y(point.value)))
        reached = point.period.index + point.period.length
    return tuple(tuple(run) for run in runs)


def _tinted(plot: _Plot) -> tuple[Area, ...]:
    """Return the tint between the zero line and what lies below it."""
    if not plot.chart.zero_line:
        return ()
    zero = plot.values.y(0)
    polygons = tuple(
        ((part[0][0], zero), *part, (part[-1][0], zero))
        for run in plot.runs
        for part in _below(run, zero)
    )
    return (Area(polygons, tint(plot.chart.hue)),) if polygons else ()


def _below(run: tuple[Point, ...], zero: float) -> Iterable[list[Point]]:
    """Yield the stretches of a run under the zero line, cut where it crosses."""
    part: list[Point] = []
    for (x, y), (next_x, next_y) in pairwise(run):
        if y > zero:
            part.append((x, y))
        if (y > zero) != (next_y > zero) and y != next_y:
            part.append((x + (next_x - x) * (zero - y) / (next_y - y), zero))
            if y > zero:
                yield part
                part = []
    if run[-1][1] > zero:
        part.append(run[-1])
    if len(part) > 1:
        yield part


def _zero(plot: _Plot) -> tuple[Stroke, ...]:
    if not plot.chart.zero_line:
        return ()
    y = plot.values.y(0)
    return (Stroke((((0.0, y), (plot.right, y)),), "ink", plot.frame.line("zero")),)


def _time_axis(plot: _Plot) -> tuple[Mark, ...]:
    """Return the axis of time: a tick for each January, or initials of months in a wide chart."""
    frame, months = plot.frame, plot.months
    base = plot.values.bottom + _DROP * frame.em
    januaries = [
        months.x(month)
        for month in range(months.first, months.first + months.count)
        if month % 12 == 0
    ]
    detailed = _has_months(plot.chart, frame)
    drop = 0.35 * frame.em
    lines = [((0.0, base), (plot.right, base))]
    if not detailed:
        lines += [((x, base), (x, base + drop)) for x in januaries]
    axis = Stroke(tuple(lines), "muted", frame.line("event"))
    if detailed:
        inset = (months.pitch - text_width("J", 400, frame.em)) / 2
        years = year_row(months, frame, base + YEAR_DROP * frame.em, inset=inset)
        return (axis, *month_row(months, frame, base), *years)
    return (axis, *year_row(months, frame, base + (MONTH_DROP + 0.2) * frame.em))


def _line(plot: _Plot) -> tuple[Mark, ...]:
    """Return the line; a value between two gaps is a small dot, since a line needs two."""
    frame, hue = plot.frame, plot.chart.hue
    width = frame.line("secondary")
    lines = tuple(run for run in plot.runs if len(run) > 1)
    dots = tuple(Dot(*run[0], width * 1.6, hue) for run in plot.runs if len(run) == 1)
    return (*((Stroke(lines, hue, width, round=True),) if lines else ()), *dots)


def _ghost_label(plot: _Plot, others: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return when the ghost was the line, beside it, where nothing else stands."""
    frame = plot.frame
    room = Room(frame)
    room.take(*(mark.box for mark in others if isinstance(mark, Label)))
    zero = tuple(run for mark in _zero(plot) for run in mark.lines)
    room.take(*ghosts.along((*plot.runs, *plot.ghost, *zero), frame))
    moved = ghosts.corners(plot.ghost)
    return tuple(on_patches(ghosts.label(plot.chart.ghost_label, moved, room, frame), plot.values))


def _latest(plot: _Plot) -> tuple[Mark, ...]:
    """Return the dot and label of the newest value, kept between top and axis."""
    if not plot.runs:
        return ()
    frame, chart = plot.frame, plot.chart
    x, y = plot.runs[-1][-1]
    size = LATEST * frame.em
    left = x + frame.marker("latest") / 2 + 0.3 * frame.em
    base = min(max(y + 0.35 * size, ASCENT * size), plot.values.bottom - LINE * frame.em)
    labels = [Label(left, base, chart.label, text_colour(chart.hue), 600, size)]
    if chart.label_period:
        below = base + LINE * frame.em
        labels.append(Label(left, below, chart.label_period, "muted", 400, frame.em))
    crosses = around(label.box for label in labels).left < plot.right - 0.01
    patches = tuple(patch(label) for label in labels) if crosses else ()
    return (*patches, Dot(x, y, frame.marker("latest"), chart.hue), *labels)
