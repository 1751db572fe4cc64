"""Lay out sparks: word-sized charts without words."""

from __future__ import annotations

from reports.charts.scene import (
    Area,
    Box,
    Dot,
    Frame,
    Mark,
    Point,
    Scene,
    Stroke,
    block,
    middle_tone,
    rectangle,
    tint,
)
from reports.model import Spark, SparkBars, SparkLine, SparkProgress

_BAR = 0.78
_DOT = 3.2
"""Diameter of the last point, in points."""


def layout(chart: Spark, frame: Frame) -> Scene:
    """Return the marks of a spark."""
    if isinstance(chart, SparkProgress):
        marks = _progress(chart, frame)
    else:
        known = tuple(float(value) for value in chart.values if value is not None)
        if not known:
            marks = ()
        elif isinstance(chart, SparkBars):
            marks = _bars(chart, frame, known)
        else:
            marks = _line(chart, frame, known)
    return Scene(frame.width, frame.height, marks)


def _bars(chart: SparkBars, frame: Frame, known: tuple[float, ...]) -> tuple[Mark, ...]:
    low, high = min((*known, 0.0)), max((*known, 0.0))
    span = high - low or 1.0
    pitch = frame.width / len(chart.values)
    gap = (1 - _BAR) / 2 * pitch
    boxes = []
    for index, value in enumerate(chart.values):
        if value is not None:
            edges = [(high - part) / span * frame.height for part in (float(value), 0.0)]
            left = index * pitch
            boxes.append(Box(left + gap, min(edges), left + pitch - gap, max(edges)))
    others = tuple(rectangle(box) for box in boxes[:-1])
    marks = (Area(others, "ctx-mid"),) if others else ()
    return (*marks, block(boxes[-1], chart.hue))


def _line(chart: SparkLine, frame: Frame, known: tuple[float, ...]) -> tuple[Mark, ...]:
    dot = _DOT * frame.stroke
    bounds = (*known, 0.0) if chart.zero_line else known
    low, high = min(bounds), max(bounds)
    steps = max(1, len(chart.values) - 1)

    def place(index: int, value: float) -> Point:
        share = (value - low) / (high - low) if high > low else 0.5
        return (
            dot / 2 + index / steps * (frame.width - dot),
            frame.height - dot / 2 - share * (frame.height - dot),
        )

    runs: list[list[Point]] = [[]]
    for index, value in enumerate(chart.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(place(index, float(value)))
    last = next(run[-1] for run in reversed(runs) if run)
    marks: list[Mark] = []
    if chart.zero_line:
        y = place(0, 0.0)[1]
        marks.append(Stroke((((0.0, y), (frame.width, y)),), "rule", frame.line("grid")))
    lines = tuple(tuple(run) for run in runs if len(run) > 1)
    if lines:
        marks.append(Stroke(lines, "ctx", frame.line("spark"), round=True))
    marks += [Dot(*run[0], dot / 2, "ctx") for run in runs if len(run) == 1]
    return (*marks, Dot(*last, dot, chart.hue))


def _progress(chart: SparkProgress, frame: Frame) -> tuple[Mark, ...]:
    days = max(1, (chart.end - chart.start).days)
    passed = min(1.0, max(0.0, (chart.today - chart.start).days / days))
    line = frame.line("event")
    top, bottom = 0.32 * frame.height, 0.7 * frame.height
    x = max(line / 2, min(frame.width - line / 2, passed * frame.width))
    outline = Box(line / 2, top, frame.width - line / 2, bottom)
    corners = rectangle(outline)
    tick = (x, 0.1 * frame.height), (x, 0.95 * frame.height)
    return (
        block(outline, tint(chart.hue)),
        Stroke(((*corners, corners[0]),), middle_tone(chart.hue), line),
        block(Box(line / 2, top, x, bottom), chart.hue),
        Stroke((tick,), "ink", 1.5 * line),
    )
