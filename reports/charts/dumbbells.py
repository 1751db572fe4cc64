"""Lay out two dates for each category as dumbbells on one scale from zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.charts.axes import patch
from reports.charts.metrics import ASCENT, DESCENT, LINE, text_width, wrap
from reports.charts.room import Room
from reports.charts.scales import level_ticks, tick_labels
from reports.charts.scene import (
    Box,
    Dot,
    Frame,
    Label,
    Mark,
    Scene,
    Stroke,
    middle_tone,
    paragraph,
    text_colour,
)
from reports.model import DumbbellChart, DumbbellRow

HEAD = 1.9
"""Room for the scale above the rows, in em."""
ROW = 1.55
"""The least height of a row, in em."""
CHANGE = "Change"


@dataclass(frozen=True)
class _Plot:
    """The places of the columns of a chart and of its scale."""

    chart: DumbbellChart
    frame: Frame
    names: tuple[tuple[str, ...], ...]
    left: float
    right: float
    ticks: tuple[Decimal, ...]
    low: float
    high: float

    def x(self, value: Decimal) -> float:
        """Return where a value lies."""
        share = (float(value) - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)

    def y(self, index: int) -> float:
        """Return the middle of a row."""
        em, count = self.frame.em, len(self.chart.rows)
        return HEAD * em + (index + 0.5) * (self.frame.height - HEAD * em) / count


def needed(chart: DumbbellChart, frame: Frame) -> float:
    """Return the least height of a chart, in em."""
    lines = max((len(_name(row, frame)) for row in chart.rows), default=1)
    return HEAD + max(1, len(chart.rows)) * (ROW + (lines - 1) * LINE)


def layout(chart: DumbbellChart, frame: Frame) -> Scene:
    """Return the rows of a chart with their scale above and their changes at the right."""
    if not chart.rows:
        return Scene(frame.width, frame.height, ())
    plot = _plot(chart, frame)
    room = Room(frame)
    head = tuple(_scale(plot))
    rows = tuple(mark for index in range(len(chart.rows)) for mark in _row(index, plot))
    room.take(*(mark.box for mark in (*head, *rows) if isinstance(mark, Label)))
    room.take(*(_dot_box(mark) for mark in rows if isinstance(mark, Dot)))
    return Scene(frame.width, frame.height, (*head, *rows, *_keys(plot, room)))


def _name(row: DumbbellRow, frame: Frame) -> tuple[str, ...]:
    return wrap(row.label, 500, frame.em, max(0.22 * frame.width, 7.5 * frame.em))


def _plot(chart: DumbbellChart, frame: Frame) -> _Plot:
    em = frame.em
    names = tuple(_name(row, frame) for row in chart.rows)
    left = max(text_width(line, 500, em) for lines in names for line in lines) + 1.1 * em
    values = tuple(v for row in chart.rows for v in (row.before, row.now) if v is not None)
    ticks = level_ticks(values)
    low, high = min((*values, ticks[0])), max((*values, ticks[-1]))
    changes = (CHANGE, *(row.change_label for row in chart.rows))
    right = frame.width - max(text_width(words, 600, em) for words in changes) - 1.2 * em
    # The unit stands behind the last number of the scale and ends before the head "Change".
    overhang = text_width(_top(ticks, chart.unit), 400, em) - _half(ticks, em)
    limit = frame.width - text_width(CHANGE, 600, em) - 0.8 * em - overhang
    right = min(right, left + (limit - left) / float((ticks[-1] - low) / (high - low)))
    return _Plot(chart, frame, names, left, right, ticks, float(low), float(high))


def _top(ticks: tuple[Decimal, ...], unit: str) -> str:
    return tick_labels(ticks, unit)[-1]


def _half(ticks: tuple[Decimal, ...], em: float) -> float:
    """Return half the width of the last number of the scale, without its unit."""
    return text_width(tick_labels(ticks, "")[-1], 400, em) / 2


def _scale(plot: _Plot) -> Iterator[Mark]:
    frame, em = plot.frame, plot.frame.em
    top, bottom = (HEAD - 0.35) * em, frame.height
    lines = tuple(((plot.x(tick), top), (plot.x(tick), bottom)) for tick in plot.ticks if tick)
    yield Stroke(lines, "grid", frame.line("grid"))
    zero = plot.x(Decimal(0))
    yield Stroke((((zero, top), (zero, bottom)),), "ink", frame.line("zero"))
    room = Room(frame)
    y = (ASCENT + 0.2) * em
    yield Label(frame.width, y, CHANGE, "ink", 600, em, "end")
    room.take(Label(frame.width, y, CHANGE, "ink", 600, em, "end").box.grown(0.3 * em))
    words = tick_labels(plot.ticks, plot.chart.unit)
    last = plot.x(plot.ticks[-1]) - _half(plot.ticks, em)
    yield from room.place([(Label(last, y, words[-1], "muted", 400, em),)])
    for tick, word in zip(plot.ticks[:-1], words[:-1], strict=True):
        label = Label(plot.x(tick), y, word, "muted", 400, em, "middle")
        if room.free(label.box, 0.4 * em):
            yield from room.place([(label,)])


def _row(index: int, plot: _Plot) -> Iterator[Mark]:
    frame, em, y = plot.frame, plot.frame.em, plot.y(index)
    row, lines = plot.chart.rows[index], plot.names[index]
    middle = y + (ASCENT - DESCENT / 2) / 2 * em
    start = Label(0.0, middle - (len(lines) - 1) * LINE / 2 * em, "", "ink", 500, em)
    yield from paragraph(lines, start)[0]
    yield Label(frame.width, middle, row.change_label, "ink", 500, em, "end")
    hue = plot.chart.hue
    if row.before is not None and row.now is not None:
        ends = ((plot.x(row.before), y), (plot.x(row.now), y))
        yield Stroke((ends,), middle_tone(hue), frame.line("secondary"))
    if row.before is not None:
        width = 1.1 * frame.stroke
        size = frame.marker("dumbbell_before")
        yield Dot(plot.x(row.before), y, size, "paper", "ctx", width)
    if row.now is not None:
        yield Dot(plot.x(row.now), y, frame.marker("dumbbell_now"), hue)


def _dot_box(dot: Dot) -> Box:
    half = dot.diameter / 2
    return Box(dot.x - half, dot.y - half, dot.x + half, dot.y + half)


def _keys(plot: _Plot, room: Room) -> tuple[Mark, ...]:
    """Name both dates at the dots of the first row that has room for both words."""
    for beside in (True, False):
        for index, row in enumerate(plot.chart.rows):
            if row.before is None or row.now is None:
                continue
            trial = room.fork()
            labels = [
                trial.place([(_key(row.now, row.before, plot, index, beside, now=True),)]),
                trial.place([(_key(row.before, row.now, plot, index, beside, now=False),)]),
            ]
            if all(labels):
                return tuple(mark for (label,) in labels for mark in (patch(label), label))
    return ()


def _key(
    value: Decimal, other: Decimal, plot: _Plot, index: int, beside: bool, *, now: bool
) -> Label:
    """Return the word for a dot: on the side away from the other, or there above it."""
    em = plot.frame.em
    after = value > other or (value == other and now)
    words = plot.chart.now_label if now else plot.chart.before_label
    colour, weight = (text_colour(plot.chart.hue), 500) if now else ("muted", 400)
    gap = (plot.frame.marker("dumbbell_now") / 2 + 0.3 * em) if beside else -0.3 * em
    x = plot.x(value) + (gap if after else -gap)
    y = plot.y(index) + (ASCENT - DESCENT / 2) / 2 * em - (0 if beside else LINE * em)
    return Label(x, y, words, colour, weight, em, "start" if after else "end")
