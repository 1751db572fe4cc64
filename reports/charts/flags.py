"""Events in a chart: a dashed vertical with its words beside it, date first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.charts.metrics import ASCENT, LINE, wrap
from reports.charts.room import Room
from reports.charts.scene import Box, Frame, Label, Mark, Role, Stroke, paragraph
from reports.charts.slots import tokens

FLAG_WIDTHS = (15.0, 12.0, 20.0, 30.0, 9.0, 6.5)
"""Widths that words are tried at, in em: two or three lines read best."""
_LEVELS = 8
"""Heights that words are tried at, in half lines from the top."""
_LINES = 4
_APART = 0.7
"""Between the words of an event and what stands beside them, in em."""
_GAP = 0.45
"""From the line to its words, in em."""


@dataclass(frozen=True)
class Flag:
    """An event to mark: where, in what words and colour, and how far down its line goes."""

    x: float
    words: str
    short: str
    """What is left where the words find no room: the date."""
    colour: Role
    bottom: float
    top: float = 0.0
    sides: tuple[str, ...] = ("start", "end")
    """Where the words may start: "start" sets them at the right of the line."""

    def line(self, top: float, frame: Frame) -> Box:
        """Return the room of the line from a height down."""
        half = frame.line("event") / 2
        return Box(self.x - half, top, self.x + half, self.bottom)


def plant(flags: tuple[Flag, ...], room: Room, frame: Frame) -> tuple[tuple[Mark, ...], bool]:
    """Set the words and lines of events; tell whether all words found room.

    A line never crosses words: on the left of their lines, later events stand higher, on the right
    earlier ones do, which trying both orders finds.
    """
    for order in (flags, flags[::-1]):
        trial = room.fork()
        marks = [mark for flag in order for mark in _plant(flag, trial, frame, full=True)]
        if sum(isinstance(mark, Stroke) for mark in marks) == len(flags):
            room.adopt(trial)
            return tuple(marks), True
    marks = []
    for flag in flags:
        marks += _plant(flag, room, frame, full=True) or _plant(flag, room, frame, full=False)
    return tuple(marks), False


def _plant(flag: Flag, room: Room, frame: Frame, *, full: bool) -> tuple[Mark, ...]:
    """Return the line and words of an event, or nothing if they find no room."""
    gap = _APART * frame.em
    for labels, box in _candidates(flag, frame, full=full):
        line = flag.line(box.top, frame)
        if line.top > line.bottom:
            continue
        apart = Box(
            max(0.0, box.left - gap), box.top, min(frame.width, box.right + gap), box.bottom
        )
        if room.free(box) and room.free(apart, 0.0) and room.free(line, 0.0):
            room.take(box, line)
            return (stem(flag, box.top, frame), *labels)
    return ()


def words_beside(flag: Flag, room: Room, frame: Frame) -> tuple[Label, ...]:
    """Return the words of an event whose line stands already, or its date, or nothing."""
    return next(
        (
            labels
            for full in (True, False)
            if (labels := room.place(each for each, _ in _candidates(flag, frame, full=full)))
        ),
        (),
    )


def stem(flag: Flag, top: float, frame: Frame) -> Stroke:
    """Return the dashed line of an event."""
    dash = tuple(tokens()["chart"]["dash"]["event"])
    line = ((flag.x, top), (flag.x, flag.bottom))
    return Stroke((line,), flag.colour, frame.line("event"), (dash[0], dash[1]))


def _candidates(flag: Flag, frame: Frame, *, full: bool) -> Iterator[tuple[tuple[Label, ...], Box]]:
    words, widths = (flag.words, FLAG_WIDTHS) if full else (flag.short, FLAG_WIDTHS[:1])
    wrapped = dict.fromkeys(wrap(words, 500, frame.em, width * frame.em) for width in widths)
    most = max(_LINES, min(map(len, wrapped)))
    for side in flag.sides:
        x = flag.x + (-_GAP if side == "end" else _GAP) * frame.em
        for level in range(_LEVELS):
            y = flag.top + (ASCENT + (0.3 if flag.top else 0.15) + level * LINE / 2) * frame.em
            start = Label(x, y, "", flag.colour, 500, frame.em, side)
            yield from (paragraph(lines, start) for lines in wrapped if len(lines) <= most)
