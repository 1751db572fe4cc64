"""Ghosts: what a chart showed a week ago, where its past has moved since.

They are drawn in the grey of context under the data, thin and broken or hollow, so that the eye
takes them for what was said before; one label says as of when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from reports.charts.room import Room
from reports.charts.scene import Box, Dot, Frame, Label, Mark, Point, Stroke

COLOUR = "ctx"
DASH = (2.4, 1.8)
"""Not the dash of events, which labels must keep clear of."""
_OVERHANG = 0.55
"""How far a ghost stands out of its column at each side, as a share of the gap there."""
_STEP = 0.6
"""The length of the pieces of a line that labels keep clear of, in em."""

Runs = tuple[tuple[Point, ...], ...]


def line(runs: Runs, frame: Frame) -> tuple[Mark, ...]:
    """Return last week's line: broken, and a ring where a value stands between two gaps."""
    width = frame.line("event")
    lines = tuple(run for run in runs if len(run) > 1)
    rings = (run[0] for run in runs if len(run) == 1)
    dots = tuple(Dot(x, y, 4.5 * width, "paper", COLOUR, width) for x, y in rings)
    return (*((Stroke(lines, COLOUR, width, DASH),) if lines else ()), *dots)


def stood_out(box: Box, inset: float) -> Box:
    """Return the box of a ghost: a little wider than its column, so that it shows behind it."""
    return Box(box.left - _OVERHANG * inset, box.top, box.right + _OVERHANG * inset, box.bottom)


def outlines(ghosts: Iterable[tuple[Box, bool]], frame: Frame) -> tuple[Stroke, ...]:
    """Return last week's columns as hollow boxes open at zero; each tells if it hangs down."""
    lines = []
    for box, down in ghosts:
        zero, end = (box.top, box.bottom) if down else (box.bottom, box.top)
        lines.append(((box.left, zero), (box.left, end), (box.right, end), (box.right, zero)))
    return (Stroke(tuple(lines), COLOUR, frame.line("event")),) if lines else ()


def notches(pairs: Iterable[tuple[Box, Box]], frame: Frame) -> tuple[Stroke, ...]:
    """Return the ends of ghosts that lie inside their columns, as lines of paper across them."""
    lines = [
        ((column.left, y), (column.right, y))
        for column, ghost in pairs
        for y in (ghost.top, ghost.bottom)
        if column.top < y < column.bottom
    ]
    return (Stroke(tuple(lines), "paper", frame.line("event")),) if lines else ()


def label(text: str, boxes: Iterable[Box], room: Room, frame: Frame) -> tuple[Label, ...]:
    """Return the label of the ghosts beside the newest of some boxes that has room, or nothing."""
    if not text:
        return ()
    return room.place(each for box in boxes for each in _places(text, box, frame))


def _places(text: str, box: Box, frame: Frame) -> Iterator[tuple[Label, ...]]:
    middle = (box.left + box.right) / 2
    for lift in (0.45, 0.9, 1.5, 2.2):
        above, below = box.top - lift * frame.em, box.bottom + (lift + 0.75) * frame.em
        for y in (above, below):
            for x, anchor in ((middle, "middle"), (box.right, "end"), (box.left, "start")):
                yield (Label(x, y, text, "muted", 400, frame.em, anchor),)


def along(runs: Runs, frame: Frame) -> Iterator[Box]:
    """Yield small boxes along some lines, for labels to keep clear of."""
    half = 0.12 * frame.em
    for run in runs:
        for (x, y), (next_x, next_y) in pairwise(run):
            pieces = int(max(abs(next_x - x), abs(next_y - y)) / (_STEP * frame.em)) + 1
            for piece in range(pieces):
                left, right = (x + (next_x - x) * (piece + n) / pieces for n in (0, 1))
                one, other = (y + (next_y - y) * (piece + n) / pieces for n in (0, 1))
                yield Box(left, min(one, other) - half, right, max(one, other) + half)
        yield Box(run[0][0], run[0][1], run[0][0], run[0][1]).grown(half)


def corners(runs: Runs) -> list[Box]:
    """Return the points of some lines as boxes, the newest first."""
    return [Box(x, y, x, y) for run in reversed(runs) for x, y in reversed(run)]
