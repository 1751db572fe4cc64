"""Draw columns by what they are: last year, this year, newest, estimated, several months."""

from __future__ import annotations

from reports.charts.scene import Area, Box, Frame, Mark, Point, Role, Stroke, middle_tone, rectangle
from reports.model import Bar, BarRole, Hue

Columns = tuple[tuple[Bar, Box], ...]


def columns(placed: Columns, hue: Hue, frame: Frame) -> tuple[Mark, ...]:
    """Return the columns: one shape for all of a colour, and marks for what is not plain."""
    marks: list[Mark] = []
    roles: tuple[BarRole, ...] = ("before", "current", "latest")
    for role in roles:
        colour = {"before": "ctx-mid", "current": middle_tone(hue), "latest": hue}[role]
        mine = tuple((bar, box) for bar, box in placed if bar.role == role)
        solid = tuple(rectangle(box) for bar, box in mine if not bar.estimated)
        if solid:
            marks.append(Area(solid, colour))
        for bar, box in mine:
            if bar.estimated:
                marks.extend(hatched(box, colour, frame))
            if bar.period.length > 1:
                marks.append(_joints(bar, box, frame))
    return tuple(marks)


def hatched(box: Box, colour: Role, frame: Frame) -> tuple[Mark, ...]:
    """Return a box as an outline with diagonal lines: an estimate of our own."""
    width = 0.85 * frame.stroke
    inner = box.grown(-width / 2)
    if inner.left >= inner.right or inner.top >= inner.bottom:
        return (Area((rectangle(box),), colour),)
    outline = (*rectangle(inner), (inner.left, inner.top), (inner.right, inner.top))
    return (Stroke((outline, *_diagonals(inner, 3.0 * frame.stroke)), colour, width),)


def _diagonals(box: Box, gap: float) -> tuple[tuple[Point, ...], ...]:
    """Return rising lines clipped to a box, so that no clip path is needed."""
    lines = []
    wide, high = box.right - box.left, box.bottom - box.top
    step = gap * 2**0.5
    for index in range(1, int((wide + high) / step) + 1):
        run = index * step
        start = (box.left, box.top + run) if run <= high else (box.left + run - high, box.bottom)
        end = (box.left + run, box.top) if run <= wide else (box.right, box.top + run - wide)
        lines.append((start, end))
    return tuple(lines)


def _joints(bar: Bar, box: Box, frame: Frame) -> Stroke:
    """Return the broken lines that tell how many months stand in one column."""
    turns = [
        box.left + (box.right - box.left) * index / bar.period.length
        for index in range(1, bar.period.length)
    ]
    lines = tuple(((x, box.top), (x, box.bottom)) for x in turns)
    return Stroke(lines, "paper", 0.8 * frame.stroke, (2.5, 2.5))
