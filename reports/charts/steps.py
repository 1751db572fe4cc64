"""Lay out rates set by decree as step lines, with the pause they are in and what may follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from reports.charts.axes import (
    FOOT,
    YEAR_DROP,
    MonthAxis,
    gridlines,
    gutter,
    month_of,
    month_row,
    tick_words,
    value_axis,
    year_row,
    year_starts,
)
from reports.charts.flags import FLAG_WIDTHS, Flag, stem, words_beside
from reports.charts.metrics import ASCENT, LINE, text_width, wrap
from reports.charts.room import Room
from reports.charts.scales import level_ticks
from reports.charts.scene import Area, Box, Frame, Label, Mark, Scene, Stroke, block, paragraph
from reports.charts.step_labels import line_labels, today_labels
from reports.charts.step_lines import StepPlot, track, track_marks
from reports.model import ChartEvent, StepChart

_DEADLINE_SHARE = 0.26
"""The greatest share of the width for the words of a deadline beyond the end of the scale."""


_FUTURE_SHARE = 0.4
"""A future without any dated event takes at most so much of the axis, as a share of the past."""
_LEAST_FUTURE = timedelta(days=21)


def layout(chart: StepChart, frame: Frame) -> Scene:
    """Return the lines of a chart with bands, deadline, today and labels."""
    chart = without_empty_future(chart)
    plot = _plot(chart, frame)
    room = Room(frame)
    words = tick_words(plot.values, frame)
    axis, axis_labels = _time_axis(plot)
    foot = Box(0.0, plot.values.bottom - 0.1, frame.width, frame.height)
    room.take(foot, *(label.box for label in words))
    tracks = tuple(track(line, plot) for line in chart.lines)
    room.take(*(box for each in tracks for box in each.boxes(plot)))
    deadline: tuple[Mark, ...] = ()
    flag = _deadline(plot)
    if flag:
        room.take(flag.line(flag.top, frame))
    today = tuple(label for each in tracks for label in today_labels(each, plot, room))
    if flag:
        deadline = (stem(flag, flag.top, frame), *words_beside(flag, room, frame))
    marks: tuple[Mark, ...] = (
        *_bands(plot),
        gridlines(plot.values, frame, frame.width),
        *axis,
        *words,
        *axis_labels,
        *track_marks(tracks, plot),
        *deadline,
        *_band_labels(plot, room),
        *today,
        *(label for each in tracks for label in line_labels(each, plot, room)),
    )
    return Scene(frame.width, frame.height, marks)


def without_empty_future(chart: StepChart) -> StepChart:
    """Return a chart whose axis ends soon after today, where nothing is dated beyond it."""
    end = chart.today + max((chart.today - chart.start) * _FUTURE_SHARE, _LEAST_FUTURE)
    dated = [step.day for line in chart.lines for step in line.steps]
    dated += [chart.deadline.day] if chart.deadline else []
    dated += [day for band in chart.bands for day in (band.start, band.end) if day < chart.end]
    if not chart.start <= chart.today <= end < chart.end or any(day > chart.today for day in dated):
        return chart
    bands = tuple(replace(band, end=min(band.end, end)) for band in chart.bands)
    return replace(chart, end=end, bands=bands)


def _plot(chart: StepChart, frame: Frame) -> StepPlot:
    levels = [step.value for line in chart.lines for step in line.steps]
    levels += [line.outlook for line in chart.lines if line.outlook is not None]
    ticks = level_ticks(tuple(levels))
    high = max((*levels, ticks[-1]))
    bottom = frame.height - FOOT * frame.em
    values = value_axis(ticks, high, chart.unit, 1.75 * frame.em, bottom)
    left = gutter(values.words, frame)
    first, last = month_of(chart.start), month_of(chart.end)
    pitch = (frame.width - left) / max(last - first, 1 / 31)
    room = _deadline_width(chart, frame)
    if chart.deadline and chart.start <= chart.deadline.day <= chart.end and room:
        # The words of the deadline stand at its right, if need be beyond the end of the scale.
        pitch = min(
            pitch, (frame.width - left - room) / max(month_of(chart.deadline.day) - first, 1)
        )
    count = int(last) - int(first) + 1
    months = MonthAxis(int(first), count, left - first % 1 * pitch, pitch, left)
    return StepPlot(chart, frame, months, values)


def _deadline_width(chart: StepChart, frame: Frame) -> float:
    """Return the room that the words of the deadline need, or 0 if that is too much to give."""
    if chart.deadline is None:
        return 0.0
    lines = wrap(_deadline_words(chart.deadline), 500, frame.em, FLAG_WIDTHS[-1] * frame.em)
    width = max(text_width(line, 500, frame.em) for line in lines) + 0.7 * frame.em
    return width if width <= _DEADLINE_SHARE * frame.width else 0.0


def _deadline_words(event: ChartEvent) -> str:
    return f"{event.date_label}: {event.label}"


def _time_axis(plot: StepPlot) -> tuple[tuple[Stroke, ...], tuple[Label, ...]]:
    """Return the axis with a tick at each turn of a month, and its labels."""
    frame, months, base = plot.frame, plot.months, plot.values.bottom
    turns = [months.x(months.first + index) for index in range(months.count + 1)]
    left = plot.x(plot.chart.start) - 0.01
    ticks = [
        ((x, base), (x, base + 0.35 * frame.em)) for x in turns if left <= x <= frame.width + 0.01
    ]
    line = ((0.0, base), (frame.width, base))
    axis = Stroke((line, *ticks), "ink", frame.line("event"))
    row = month_row(months, frame, base, names=True)
    return (axis, *_today_tick(plot)), (*row, *_years_and_today(plot))


def _is_today_shown(plot: StepPlot) -> bool:
    return plot.chart.start <= plot.chart.today <= plot.chart.end


def _today_tick(plot: StepPlot) -> tuple[Stroke, ...]:
    """Return a longer tick for today."""
    if not _is_today_shown(plot):
        return ()
    x, base, em = plot.x(plot.chart.today), plot.values.bottom, plot.frame.em
    line = ((x, base), (x, base + 0.6 * em))
    return (Stroke((line,), "ink", 1.5 * plot.frame.line("event")),)


def _years_and_today(plot: StepPlot) -> tuple[Label, ...]:
    """Return the row under the months: today at its tick, and the years."""
    frame, months = plot.frame, plot.months
    y = plot.values.bottom + YEAR_DROP * frame.em
    if not _is_today_shown(plot):
        return year_row(months, frame, y)
    x, words = plot.x(plot.chart.today), plot.chart.today_label
    width = text_width(words, 600, frame.em)
    rows = []
    for left in (x - width / 2, x + 0.4 * frame.em - width, x - 0.4 * frame.em):
        inside = min(max(left, 0.0), frame.width - width)
        today = Label(inside, y, words, "ink", 600, frame.em)
        years = year_row(months, frame, y, taken=(today.box,))
        rows.append((*years, today))
        if year_starts(months, years):
            return rows[-1]
    return rows[0]


def _band_boxes(plot: StepPlot) -> tuple[tuple[Box, str], ...]:
    boxes = []
    for band in plot.chart.bands:
        left, right = plot.x(band.start), plot.x(band.end)
        if left < right:
            boxes.append((Box(left, plot.values.top, right, plot.values.bottom), band.label))
    return tuple(boxes)


def _bands(plot: StepPlot) -> tuple[Area, ...]:
    return tuple(block(box, "gold-tint") for box, _ in _band_boxes(plot))


def _band_labels(plot: StepPlot, room: Room) -> tuple[Label, ...]:
    """Return the names of bands, in the middle of their tops or as far down as they must."""
    em = plot.frame.em
    labels: tuple[Label, ...] = ()
    for box, words in _band_boxes(plot):
        width = box.right - box.left - 0.6 * em
        if width <= 0:
            continue
        lines = wrap(words, 500, em, width)
        if " ".join(lines) != words:
            continue
        middle = (box.left + box.right) / 2
        starts = [
            Label(
                middle,
                box.top + (ASCENT + 0.3 + drop * LINE / 2) * em,
                "",
                "gold",
                500,
                em,
                "middle",
            )
            for drop in range(12)
        ]
        labels += room.place(paragraph(lines, start)[0] for start in starts)
    return labels


def _deadline(plot: StepPlot) -> Flag | None:
    """Return the deadline as a flag over the height of the plot, its words with the date first."""
    event, chart = plot.chart.deadline, plot.chart
    if event is None or not chart.start <= event.day <= chart.end:
        return None
    top, bottom = plot.values.top, plot.values.bottom
    return Flag(plot.x(event.day), _deadline_words(event), event.date_label, "gold", bottom, top)
