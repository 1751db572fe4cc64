"""Find places for the labels of step lines: levels beside their steps, names beside their lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reports.charts.metrics import ASCENT, DESCENT, LINE, wrap
from reports.charts.room import Room
from reports.charts.scene import Area, Label, Mark, block, paragraph, text_colour
from reports.charts.step_lines import Level, StepPlot, Track

_RISE = 0.6
"""Between a line and the words above or below it, in em."""


def today_labels(track: Track, plot: StepPlot, room: Room) -> Iterator[Mark]:
    """Yield the label of today's level: the one that may never be missing."""
    now = _now(track)
    if now:
        places = _today_places(now, track, plot.frame.em)
        yield from _set(room, plot, places) or _on_line(now, track, plot, room)


def line_labels(track: Track, plot: StepPlot, room: Room) -> Iterator[Mark]:
    """Yield the other labels of a line: the outlook, its steps, its name."""
    em = plot.frame.em
    if track.outlook and track.outlook.label:
        yield from _set(room, plot, _level_places(track.outlook, track, em))
    now = _now(track)
    for level in (*track.past, *track.future):
        if level.label and level is not now:
            yield from _set(room, plot, _level_places(level, track, em))
    yield from _set(room, plot, _name_places(track, plot))


def _now(track: Track) -> Level | None:
    """Return the level in force today, if it is to be labelled."""
    return track.past[-1] if track.past and track.past[-1].label else None


def _set(room: Room, plot: StepPlot, places: Iterator[tuple[Label, ...]]) -> tuple[Mark, ...]:
    """Return the labels of the first place that is free, on patches where a gridline crosses."""
    labels = room.place(places)
    lines = [plot.values.y(tick) for tick in plot.values.ticks]
    crossed = [
        label for label in labels if any(label.box.top < y < label.box.bottom for y in lines)
    ]
    return (*(_patch(label, plot) for label in crossed), *labels)


def _on_line(level: Level, track: Track, plot: StepPlot, room: Room) -> tuple[Mark, ...]:
    """Return today's level set into the dotted line that goes on from it."""
    em = plot.frame.em
    left = level.right + plot.frame.marker("latest") / 2 + 0.3 * em
    y = level.y + (ASCENT - DESCENT / 2) / 2 * em
    for shift in range(8):
        x = left + shift * em
        label = Label(x, y, level.label, text_colour(track.line.hue), 600, 1.06 * em)
        if room.free(label.box, 0.0, besides=track.boxes(plot)):
            room.take(label.box)
            return (_patch(label, plot), label)
    return ()


def _patch(label: Label, plot: StepPlot) -> Area:
    middle = (label.box.left + label.box.right) / 2
    on_band = any(plot.x(b.start) < middle < plot.x(b.end) for b in plot.chart.bands)
    return block(label.box.grown(0.06 * label.size), "gold-tint" if on_band else "paper")


def _today_places(level: Level, track: Track, em: float) -> Iterator[tuple[Label, ...]]:
    colour = text_colour(track.line.hue)
    size = 1.06 * em
    above, below = level.y - 0.78 * em, level.y + (0.62 + ASCENT) * em
    for y in (above, below):
        for x, anchor in (
            (level.right, "middle"),
            (level.right + 0.2 * em, "end"),
            (level.right - 0.2 * em, "start"),
        ):
            yield (Label(x, y, level.label, colour, 600, size, anchor),)


def _level_places(level: Level, track: Track, em: float) -> Iterator[tuple[Label, ...]]:
    colour = text_colour(track.line.hue)
    above, below = level.y - _RISE * em, level.y + (_RISE - 0.15 + ASCENT) * em
    places = (
        (level.left + 0.35 * em, "start"),
        (level.right - 0.35 * em, "end"),
        ((level.left + level.right) / 2, "middle"),
        (level.right - 0.6 * em, "end"),
    )
    for y in (above, below):
        for x, anchor in places:
            yield (Label(x, y, level.label, colour, 500, em, anchor),)
    side = level.y + (ASCENT - DESCENT) / 2 * em
    yield (Label(level.left - 0.5 * em, side, level.label, colour, 500, em, "end"),)
    yield (Label(level.right + 0.5 * em, side, level.label, colour, 500, em, "start"),)


def _name_places(track: Track, plot: StepPlot) -> Iterator[tuple[Label, ...]]:
    """Yield places for a name: before, under or over its highest levels, then lower ones."""
    em = plot.frame.em
    colour = text_colour(track.line.hue)
    levels = sorted((*track.past, *track.future), key=lambda level: (level.y, level.left))
    variants = []
    for width in (30.0, 9.0, 6.5):
        lines = wrap(track.line.name, 600, em, width * em)
        if lines not in variants:
            variants.append(lines)
    starts = (_before, _under, _over, _after)
    for level in levels:
        for around in starts:
            for lines in variants:
                for start in around(level, len(lines), em):
                    yield paragraph(lines, replace(start, colour=colour))[0]


def _before(level: Level, _: int, em: float) -> Iterator[Label]:
    for drop in (0.0, 0.5):
        y = level.y + (ASCENT + drop) * em
        yield Label(level.left - 0.7 * em, y, "", "", 600, em, "end")


def _under(level: Level, _: int, em: float) -> Iterator[Label]:
    for drop in (0.0, 1.0, 2.0, 3.0):
        y = level.y + (_RISE + ASCENT + drop * LINE) * em
        yield Label(level.left + 0.6 * em, y, "", "", 600, em)
        yield Label(level.right - 0.6 * em, y, "", "", 600, em, "end")


def _over(level: Level, count: int, em: float) -> Iterator[Label]:
    for rise in (0.0, 1.0, 2.0):
        y = level.y - (_RISE + (rise + count - 1) * LINE) * em
        yield Label(level.left + 0.15 * em, y, "", "", 600, em)
        yield Label(level.right - 0.15 * em, y, "", "", 600, em, "end")


def _after(level: Level, _: int, em: float) -> Iterator[Label]:
    yield Label(level.right + 0.7 * em, level.y + ASCENT * em, "", "", 600, em)
