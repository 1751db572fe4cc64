"""Lay out monthly volumes as columns from zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from reports.charts import ghosts
from reports.charts.axes import (
    FOOT,
    YEAR_DROP,
    MonthAxis,
    ValueAxis,
    gridlines,
    gutter,
    month_of,
    month_row,
    months_between,
    on_patches,
    tick_words,
    value_axis,
    year_row,
)
from reports.charts.bars import columns as column_marks
from reports.charts.flags import Flag, plant
from reports.charts.metrics import DESCENT, text_width
from reports.charts.room import Room
from reports.charts.scales import level_ticks
from reports.charts.scene import Box, Frame, Label, Mark, Scene, Stroke, around, text_colour
from reports.charts.slots import tokens
from reports.model import Bar, ChartEvent, ColumnChart

LATEST = 1.06
"""Size of the newest value's label, to the others'."""
_WIDEST = 4.5
"""The greatest width of a column, in em."""
_HEADROOM = 8
"""Heights above the columns that are tried for the words of events, in half lines."""
_HEADROOM_SHARE = 0.28
"""The greatest share of the height for the words of events."""


@dataclass(frozen=True)
class _Plot:
    """The bars that are known, with their boxes, and the two axes they stand on."""

    chart: ColumnChart
    frame: Frame
    months: MonthAxis
    values: ValueAxis
    columns: tuple[tuple[Bar, Box], ...]
    ghosts: tuple[tuple[Bar, Box], ...]
    """The boxes of last week's values, behind the columns that have moved since."""


def layout(chart: ColumnChart, frame: Frame) -> Scene:
    """Return the columns of a chart with their labels and events."""
    if not chart.bars:
        return Scene(frame.width, frame.height, ())
    most = min(_HEADROOM, int(_HEADROOM_SHARE * frame.height / (0.6 * frame.em)))
    attempts = (_marks(_plot(chart, frame, headroom)) for headroom in range(most + 1))
    # Where no height is enough for all words of events, better high columns and fewer words.
    marks = next((marks for marks, complete in attempts if complete), None)
    return Scene(frame.width, frame.height, marks or _marks(_plot(chart, frame, 2))[0])


def mean(bar: Bar) -> Decimal:
    """Return a month's share of a bar, which is its height; a gap has none."""
    return (bar.value or Decimal(0)) / bar.period.length


def heights(chart: ColumnChart) -> tuple[Decimal, ...]:
    """Return the heights of all that stands on the axis, last week's columns among it."""
    values = ((each, bar) for bar in chart.bars for each in (bar.value, bar.before))
    return tuple(each / bar.period.length for each, bar in values if each is not None)


def _plot(chart: ColumnChart, frame: Frame, headroom: int) -> _Plot:
    known = tuple(bar for bar in sorted(chart.bars, key=_start) if bar.value is not None)
    high = heights(chart)
    ticks = level_ticks(high)
    top = (1.45 + headroom * 0.6) * frame.em
    below = 1.1 if any(bar.label and mean(bar) < 0 for bar in known) else 0.0
    bottom = frame.height - (FOOT + below) * frame.em
    for shown in (ticks, (*ticks, ticks[-1] * 2 - ticks[-2])):
        values = value_axis(shown, max((*high, shown[-1])), chart.unit, top, bottom)
        months = _months(chart, frame, known, gutter(values.words, frame))
        columns = tuple((bar, _box(bar, mean(bar), months, values, frame)) for bar in known)
        moved = _ghosts(known, months, values, frame)
        words = tick_words(values, frame)[-1].box
        if not any(box.meets(words) for _, box in (*columns, *moved)):
            break
    return _Plot(chart, frame, months, values, columns, moved)


def _start(bar: Bar) -> int:
    return bar.period.index


def _end(bar: Bar) -> int:
    return bar.period.index + bar.period.length


def _months(chart: ColumnChart, frame: Frame, known: tuple[Bar, ...], left: float) -> MonthAxis:
    """Return the scale of months, with room at its right for the newest value's label."""
    first, count = months_between(tuple(bar.period for bar in chart.bars))
    room = frame.width - left
    pitch = room / count
    last = known[-1] if known else None
    if last and last.label and _end(last) == first + count:
        width = text_width(last.label, 600, LATEST * frame.em)
        before = known[-2] if len(known) > 1 and _end(known[-2]) == last.period.index else None
        if before and mean(before) > mean(last) * Decimal("1.02"):
            # A lower last column carries its label flush with its left edge, clear of the other.
            inset = (1 + float(tokens()["chart"]["bar_width"])) / 2
            pitch = min(pitch, (room - width) / (count - inset))
        else:
            pitch = min(pitch, (room - width / 2) / (count - last.period.length / 2))
    return MonthAxis(first, count, left, pitch)


def _inset(months: MonthAxis, frame: Frame) -> float:
    """Return the gap at each side of a column: wider where few months would make bars of blocks."""
    share = (1 - float(tokens()["chart"]["bar_width"])) / 2
    return max(share * months.pitch, (months.pitch - _WIDEST * frame.em) / 2)


def _ghosts(
    known: tuple[Bar, ...], months: MonthAxis, values: ValueAxis, frame: Frame
) -> tuple[tuple[Bar, Box], ...]:
    inset = _inset(months, frame)
    return tuple(
        (bar, ghosts.stood_out(_box(bar, height, months, values, frame), inset))
        for bar in known
        if bar.before is not None
        for height in (bar.before / bar.period.length,)
    )


def _box(bar: Bar, height: Decimal, months: MonthAxis, values: ValueAxis, frame: Frame) -> Box:
    inset = _inset(months, frame)
    left = months.x(bar.period.index) + inset
    right = months.x(bar.period.index + bar.period.length) - inset
    edges = values.y(0), values.y(height)
    return Box(left, min(edges), right, max(edges))


def _marks(plot: _Plot) -> tuple[tuple[Mark, ...], bool]:
    frame, values, months = plot.frame, plot.values, plot.months
    room = Room(frame)
    words = tick_words(values, frame)
    base = frame.height - FOOT * frame.em
    rows = (
        *month_row(months, frame, base),
        *year_row(months, frame, base + YEAR_DROP * frame.em, inset=_inset(months, frame)),
    )
    room.take(*(label.box for label in (*words, *rows)), *(box for _, box in plot.columns))
    room.take(*(box for _, box in plot.ghosts))
    labels = tuple(_value_labels(plot, room))
    past = ghosts.label(plot.chart.ghost_label, _moved(plot), room, frame)
    flags = tuple(_flags(plot, (*labels, *past)))
    events, complete = plant(flags, room, frame)
    zero = values.y(0)
    return (
        gridlines(values, frame, frame.width),
        *ghosts.outlines(((box, (bar.before or 0) < 0) for bar, box in plot.ghosts), frame),
        *column_marks(plot.columns, plot.chart.hue, frame),
        *ghosts.notches(_pairs(plot), frame),
        Stroke((((0.0, zero), (frame.width, zero)),), "ink", frame.line("zero")),
        *words,
        *rows,
        *on_patches((*labels, *past, *events), values),
    ), complete


def _pairs(plot: _Plot) -> list[tuple[Box, Box]]:
    """Return each column that has moved with its ghost."""
    columns = dict(plot.columns)
    return [(columns[bar], box) for bar, box in plot.ghosts]


def _moved(plot: _Plot) -> list[Box]:
    """Return the room of each column that has moved and its ghost, the newest first."""
    return [around(pair) for pair in reversed(_pairs(plot))]


def _value_labels(plot: _Plot, room: Room) -> Iterator[Label]:
    """Yield the labels that find room, the newest value's first, then from the largest down."""
    moved = dict(plot.ghosts)
    labelled = [
        (bar, around((box, moved[bar])) if bar in moved else box)
        for bar, box in plot.columns
        if bar.label
    ]
    labelled.sort(
        key=lambda item: (item[0].role != "latest", -mean(item[0]), -item[0].period.index)
    )
    for bar, box in labelled:
        yield from room.place(_label_places(bar, box, plot))


def _label_places(bar: Bar, box: Box, plot: _Plot) -> Iterator[tuple[Label, ...]]:
    frame = plot.frame
    latest = bar.role == "latest"
    colour = text_colour(plot.chart.hue) if latest else "ink-2"
    size = frame.em * (LATEST if latest else 1.0)
    weight = 600 if latest else 500
    down = mean(bar) < 0
    gap = 0.48 * size
    y = box.bottom + gap + (1 - DESCENT) * size if down else box.top - gap
    middle = (box.left + box.right) / 2
    half = text_width(bar.label, weight, size) / 2
    inner = min(max(middle, half), frame.width - half)
    for lift in (0.0, 0.4, 0.8, 1.2) if not latest else (0.0, 0.4, 0.8, 1.2, 2.0, 3.0, 4.0):
        level = y + lift * size * (1 if down else -1)
        for x, anchor in (
            (middle, "middle"),
            (inner, "middle"),
            (box.left, "start"),
            (box.right, "end"),
        ):
            yield (Label(x, level, bar.label, colour, weight, size, anchor),)


def _flags(plot: _Plot, labels: tuple[Label, ...]) -> Iterator[Flag]:
    months = plot.months
    events = sorted(plot.chart.events, key=lambda event: event.day)
    for day, together in groupby(events, key=lambda event: event.day):
        place = month_of(day)
        if months.first <= place < months.first + months.count:
            yield _flag(tuple(together), place, plot, labels)


def _flag(
    events: tuple[ChartEvent, ...], place: float, plot: _Plot, labels: tuple[Label, ...]
) -> Flag:
    """Return the flag of a day's events: at the turn of a month in the gap, else over a column."""
    whole, share = int(place), place % 1
    if share < 1 / 3 or share > 2 / 3:
        x, bottom = plot.months.x(whole + round(share)), plot.values.bottom
    else:
        x, bottom = plot.months.x(place), plot.values.bottom
        standing = (*plot.columns, *plot.ghosts)
        tops = [box.top for _, box in standing if box.left < x < box.right]
        tops += [label.box.top for label in labels if label.box.left < x < label.box.right]
        bottom = min((bottom, *tops)) - 0.3 * plot.frame.em
    date_label = events[0].date_label
    words = f"{date_label}: {'; '.join(event.label for event in events)}"
    sides = ("end", "start") if x > plot.frame.width / 2 else ("start", "end")
    return Flag(x, words, date_label, "ink", bottom, sides=sides)
