"""A timeline along an axis: words above and below it, each side with as many lanes as it needs.

Words stand at the right of their stem, at its left only near the right edge. On one side, an event
whose words reach over another's stem takes the farther lane, so that no stem crosses words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from reports.charts.axes import month_of
from reports.charts.metrics import ASCENT, DESCENT, LINE, text_width, wrap
from reports.charts.room import Room
from reports.charts.scene import Box, Dot, Frame, Label, Mark, Scene, Stroke, around, block
from reports.charts.slots import tokens
from reports.charts.timeline_events import Entry
from reports.model import MONTHS, TimelineChart

_WIDTHS = (13.0, 16.0, 11.0, 20.0)
"""Widths that words are wrapped to, in em; the one that needs the least height wins."""
_GAP = 0.45
"""Between a stem and its words, in em."""
_APART = 0.9
"""Between words and the next stem or words beside them, in em."""
_NEAR = {True: 0.85, False: 2.25}
"""From the axis to the nearest words above and below it, in em: months stand below."""
_MARGIN = 0.15
"""Above the highest and below the lowest words, in em."""
_BETWEEN = 0.6
"""Between two lanes, in em."""


@dataclass(frozen=True)
class _Item:
    """An entry with its place on the axis and the room its words take."""

    entry: Entry
    x: float
    lines: tuple[str, ...]
    width: float
    height: float
    flush_right: bool

    @property
    def left(self) -> float:
        """Return where the words begin."""
        return self.x - self.width if self.flush_right else self.x

    def reaches(self, x: float, apart: float) -> bool:
        """Tell whether the words stand where a stem at `x` would pass."""
        if self.flush_right:
            return self.x - self.width - apart < x < self.x
        return self.x < x < self.x + self.width + apart


@dataclass(frozen=True)
class Lanes:
    """An arrangement: for each item its side and its distance from the axis."""

    items: tuple[_Item, ...]
    above: tuple[bool, ...]
    distances: tuple[float, ...]

    def side(self, above: bool) -> float:
        """Return the height of one side, in drawing units."""
        return max(
            (
                distance + item.height
                for item, up, distance in zip(self.items, self.above, self.distances, strict=True)
                if up == above
            ),
            default=0.0,
        )

    def needed(self, frame: Frame) -> float:
        """Return the least height, in drawing units."""
        sides = (max(_NEAR[up] * frame.em, self.side(up)) for up in (True, False))
        return sum(sides) + 2 * _MARGIN * frame.em

    def cost(self, frame: Frame) -> float:
        """Return how much room the arrangement takes; near lanes are better than far ones."""
        return self.needed(frame) + 0.1 * sum(self.distances)


def lanes(chart: TimelineChart, entries: tuple[Entry, ...], frame: Frame) -> Lanes | None:
    """Return the best arrangement found, or None where words would have to cross stems."""
    best: Lanes | None = None
    for width in _WIDTHS:
        items = tuple(_item(entry, chart, frame, width * frame.em) for entry in entries)
        found = _improved(items, frame) if all(_inside(item, frame) for item in items) else None
        if found and (best is None or found.cost(frame) < best.cost(frame) - 0.01):
            best = found
    return best


def _place(day: date, chart: TimelineChart, frame: Frame) -> float:
    first, last = month_of(chart.start), month_of(chart.end)
    margin = frame.marker("event")
    share = (month_of(day) - first) / max(last - first, 1 / 31)
    return margin + share * (frame.width - 2 * margin)


def _item(entry: Entry, chart: TimelineChart, frame: Frame, width: float) -> _Item:
    em = frame.em
    lines = wrap(entry.words, 400, em, width) if entry.words else ()
    widest = max(
        [text_width(line, 400, em) for line in lines] + [text_width(entry.heading, 600, em)]
    )
    x = _place(entry.day, chart, frame)
    room = widest + _GAP * em
    height = (len(lines) * LINE + ASCENT + DESCENT) * em
    return _Item(entry, x, lines, room, height, x + room > frame.width)


def _inside(item: _Item, frame: Frame) -> bool:
    return item.left >= 0 and item.left + item.width <= frame.width + 0.01


def _improved(items: tuple[_Item, ...], frame: Frame) -> Lanes | None:
    """Return an arrangement that no single move and no swap of neighbours makes better."""
    farther = _farther(items, frame)
    sides = tuple(index % 2 == 1 for index in range(len(items)))
    best = _arranged(items, sides, farther, frame)
    improving = True
    while improving:
        improving = False
        for moved in _moves(best.above if best else sides):
            trial = _arranged(items, moved, farther, frame)
            if trial and (best is None or trial.cost(frame) < best.cost(frame) - 0.01):
                best, improving = trial, True
    return best


def _moves(sides: tuple[bool, ...]) -> Iterator[tuple[bool, ...]]:
    count = len(sides)
    for index in range(count):
        for others in ((), *((other,) for other in range(index + 1, count))):
            yield tuple(
                not side if place == index or place in others else side
                for place, side in enumerate(sides)
            )


def _farther(items: tuple[_Item, ...], frame: Frame) -> dict[tuple[int, int], int]:
    """Return, for pairs that need different lanes, the farther one; −1 if neither can be."""
    apart = _APART * frame.em
    order = {}
    for i, first in enumerate(items):
        for j in range(i + 1, len(items)):
            second = items[j]
            over, under = first.reaches(second.x, apart), second.reaches(first.x, apart)
            meet = (
                first.left < second.left + second.width + apart
                and second.left < first.left + first.width + apart
            )
            if over and under:
                order[i, j] = -1
            elif over or under or meet:
                order[i, j] = j if under else i
    return order


def _arranged(
    items: tuple[_Item, ...],
    sides: tuple[bool, ...],
    farther: dict[tuple[int, int], int],
    frame: Frame,
) -> Lanes | None:
    """Return the nearest lanes for given sides, or None where there are none."""
    distances = [_NEAR[side] * frame.em for side in sides]
    pairs = [(pair, far) for pair, far in farther.items() if sides[pair[0]] == sides[pair[1]]]
    if any(far < 0 for _, far in pairs):
        return None
    for _ in range(len(items) + 1):
        changed = False
        for (i, j), far in pairs:
            near = j if far == i else i
            least = distances[near] + items[near].height + _BETWEEN * frame.em
            if distances[far] < least - 0.001:
                distances[far], changed = least, True
        if not changed:
            return Lanes(items, sides, tuple(distances))
    return None


def layout(chart: TimelineChart, found: Lanes, frame: Frame) -> Scene:
    """Return the axis with its bands and today, and the events of an arrangement."""
    above = max(_NEAR[True] * frame.em, found.side(True))
    spare = max(0.0, frame.height - found.needed(frame))
    # Some of the room that is left goes between the axis and all words, the rest around.
    lift = min(0.25 * spare, 1.5 * frame.em)
    y = _MARGIN * frame.em + above + spare / 2
    placed = tuple(
        (item, up, distance + lift)
        for item, up, distance in zip(found.items, found.above, found.distances, strict=True)
    )
    stems = tuple(_stem(item, up, distance, y, frame) for item, up, distance in placed)
    marks = (
        *_bands(chart, y, frame),
        *stems,
        *_axis(chart, y, frame),
        *_months(chart, stems, y, frame),
        *(mark for item in found.items for mark in _markers(item, chart, y, frame)),
        *(label for item, up, far in placed for label in _words(item, up, far, y, frame)),
    )
    return Scene(frame.width, frame.height, marks)


def _bands(chart: TimelineChart, y: float, frame: Frame) -> Iterator[Mark]:
    half = 0.6 * frame.em
    for band in chart.bands:
        start, end = max(band.start, chart.start), min(band.end, chart.end)
        if start < end:
            left, right = (_place(day, chart, frame) for day in (start, end))
            yield block(Box(left, y - half, right, y + half), "gold-tint")


def _axis(chart: TimelineChart, y: float, frame: Frame) -> Iterator[Mark]:
    """Yield the axis: drawn out up to today, dotted from there, ticked at each turn of a month."""
    width = frame.line("secondary")
    dash = tuple(tokens()["chart"]["dash"]["forecast_or_no_change"])
    turn = _place(min(max(chart.today, chart.start), chart.end), chart, frame)
    if chart.today > chart.start:
        yield Stroke((((0.0, y), (turn, y)),), "ink", width)
    if chart.today < chart.end:
        yield Stroke((((turn, y), (frame.width, y)),), "muted", width, (dash[0], dash[1]))
    half = 0.32 * frame.em
    turns = (_place(day, chart, frame) for day in _turns(chart))
    ticks = tuple(((x, y - half), (x, y + half)) for x in turns)
    if ticks:
        yield Stroke(ticks, "muted", frame.line("event"))
    if chart.start <= chart.today <= chart.end:
        today = ((turn, y - 2 * half), (turn, y + 2 * half))
        yield Stroke((today,), "ink", 1.5 * frame.line("event"))


def _turns(chart: TimelineChart) -> tuple[date, ...]:
    """Return the first days of the months that begin on a timeline."""
    first, last = month_of(chart.start), month_of(chart.end)
    months = range(int(first) + (first % 1 > 0), int(last) + 1)
    return tuple(date(month // 12, month % 12 + 1, 1) for month in months)


def _months(
    chart: TimelineChart, stems: tuple[Stroke, ...], y: float, frame: Frame
) -> Iterator[Label]:
    """Yield the names of months under the axis, as near to the middle of each as stems allow."""
    em = frame.em
    room = Room(frame)
    room.take(*(around(Box(x, y, x, end) for (x, _), (_, end) in stem.lines) for stem in stems))
    turns = (chart.start, *_turns(chart), chart.end)
    for start, end in pairwise(turns):
        left, right = _place(start, chart, frame), _place(end, chart, frame)
        name = MONTHS[start.month - 1][:3]
        half = text_width(name, 400, em) / 2
        spare = (right - left) / 2 - half - 0.3 * em
        shifts = (0.0, 0.3, -0.3, 0.6, -0.6, 1.0, -1.0)
        if spare >= 0:
            middle = (left + right) / 2
            yield from room.place(
                (Label(middle + shift * spare, y + 1.6 * em, name, "muted", 400, em, "middle"),)
                for shift in shifts
            )


def _stem(item: _Item, up: bool, distance: float, y: float, frame: Frame) -> Stroke:
    end = distance + item.height
    return Stroke(
        (((item.x, y), (item.x, y - end if up else y + end)),), "rule", frame.line("event")
    )


def _markers(item: _Item, chart: TimelineChart, y: float, frame: Frame) -> Iterator[Mark]:
    """Yield the dot of an event, hollow if it is to come, drawn out over its days."""
    event = item.entry.event
    if event is None:
        return
    size = frame.marker("event")
    if event.end and event.end > event.day:
        end = _place(min(event.end, chart.end), chart, frame)
        yield Stroke((((item.x, y), (end, y)),), event.hue, size, round=True)
        if event.scheduled:
            inner = size - 2.6 * frame.stroke
            yield Stroke((((item.x, y), (end, y)),), "paper", inner, round=True)
    elif event.scheduled:
        yield Dot(item.x, y, size, "paper", event.hue, 1.3 * frame.stroke)
    else:
        yield Dot(item.x, y, size, event.hue)


def _words(item: _Item, up: bool, distance: float, y: float, frame: Frame) -> Iterator[Label]:
    em = frame.em
    top = y - distance - item.height if up else y + distance
    anchor = "end" if item.flush_right else "start"
    x = item.x + (-_GAP if item.flush_right else _GAP) * em
    base = top + ASCENT * em
    yield Label(x, base, item.entry.heading, item.entry.heading_colour, 600, em, anchor)
    for index, line in enumerate(item.lines):
        yield Label(x, base + (index + 1) * LINE * em, line, "ink-2", 400, em, anchor)
