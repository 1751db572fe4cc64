"""Lay out a year to date against the year before: one bar a year, cut into its months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.charts.metrics import ASCENT, DESCENT, text_width
from reports.charts.scene import (
    Box,
    Frame,
    Label,
    Mark,
    Role,
    Scene,
    Stroke,
    block,
    middle_tone,
    text_colour,
)
from reports.model import Segment, SegmentChart, SegmentRow

HEAD = 1.3
"""Room above a bar for the names of its months, in em."""
SPACE = 0.75
"""Room between two rows, in em."""


@dataclass(frozen=True)
class _Row:
    """A row and its place: the bar's box, drawn from zero to its total."""

    row: SegmentRow
    top: float
    bottom: float
    left: float
    scale: float
    """Drawing units for one unit of the measure."""


def needed(chart: SegmentChart) -> float:
    """Return the least height of a chart, in em."""
    return len(chart.rows) * (HEAD + 1.5) + (len(chart.rows) - 1) * SPACE + 0.2


def layout(chart: SegmentChart, frame: Frame) -> Scene:
    """Return the bars of a chart with the names of their segments and their totals."""
    if not chart.rows:
        return Scene(frame.width, frame.height, ())
    rows = _rows(chart, frame)
    axis = ((rows[0].left, 0.4 * frame.em), (rows[0].left, frame.height))
    marks = [mark for row in rows for mark in _row(row, chart, frame)]
    axis_line = Stroke((axis,), "ink", frame.line("zero"))
    return Scene(frame.width, frame.height, (*marks, axis_line))


def _rows(chart: SegmentChart, frame: Frame) -> tuple[_Row, ...]:
    em = frame.em
    names = max(text_width(row.label, 600, em) for row in chart.rows)
    totals = max(text_width(row.total_label, 600, em) for row in chart.rows)
    left = names + 0.8 * em
    largest = max(_total(row) for row in chart.rows)
    scale = max(0.0, frame.width - left - totals - 0.6 * em) / largest if largest else 0.0
    count = len(chart.rows)
    high = (frame.height - 0.2 * em - (count - 1) * SPACE * em) / count
    return tuple(
        _Row(row, top + HEAD * em, top + high, left, scale)
        for row, top in ((row, i * (high + SPACE * em)) for i, row in enumerate(chart.rows))
    )


def _total(row: SegmentRow) -> float:
    return sum(_length(segment) for segment in row.segments)


def _length(segment: Segment) -> float:
    return max(0.0, float(segment.value))


def _row(placed: _Row, chart: SegmentChart, frame: Frame) -> Iterator[Mark]:
    row, em = placed.row, frame.em
    middle = (placed.top + placed.bottom) / 2 + (ASCENT - DESCENT / 2) / 2 * em
    current = row.role == "current"
    colour = text_colour(chart.hue) if current else "ink-2"
    yield Label(0.0, middle, row.label, colour, 600, em)
    boxes = _boxes(placed)
    for segment, box in zip(row.segments, boxes, strict=True):
        yield block(box, _fill(segment, row, chart))
    cuts = tuple(((box.left, box.top), (box.left, box.bottom)) for box in boxes[1:])
    if cuts:
        yield Stroke(cuts, "paper", 0.8 * frame.stroke)
    yield from _names(placed, boxes, chart, frame)
    end = boxes[-1].right if boxes else placed.left
    yield Label(end + 0.6 * em, middle, row.total_label, colour, 600, em)


def _fill(segment: Segment, row: SegmentRow, chart: SegmentChart) -> Role:
    if row.role == "before":
        return "ctx-mid"
    return chart.hue if segment.latest else middle_tone(chart.hue)


def _boxes(placed: _Row) -> list[Box]:
    boxes, left = [], placed.left
    for segment in placed.row.segments:
        right = left + _length(segment) * placed.scale
        boxes.append(Box(left, placed.top, right, placed.bottom))
        left = right
    return boxes


def _names(placed: _Row, boxes: list[Box], chart: SegmentChart, frame: Frame) -> Iterator[Label]:
    """Yield the months over their segments, all in short or all as initials."""
    em = frame.em
    y = placed.top - 0.4 * em
    for shorten in (False, True):
        labels = []
        for segment, box in zip(placed.row.segments, boxes, strict=True):
            name = _initials(segment.label) if shorten else segment.label
            latest = segment.latest and placed.row.role == "current"
            colour, weight = (text_colour(chart.hue), 600) if latest else ("muted", 400)
            middle = (box.left + box.right) / 2
            if text_width(name, weight, em) + 0.2 * em <= box.right - box.left:
                labels.append(Label(middle, y, name, colour, weight, em, "middle"))
        if len(labels) == len(boxes):
            break
    yield from labels


def _initials(name: str) -> str:
    """Return "J" for "Jan" and "J–F" for "Jan–Feb"."""
    return "–".join(part[:1] for part in name.split("–"))
