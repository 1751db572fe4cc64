"""A timeline as a list: one row an event, with the axis at its left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

from reports.charts.metrics import ASCENT, DESCENT, LINE, text_width, wrap
from reports.charts.scene import Box, Dot, Frame, Label, Mark, Scene, Stroke, block
from reports.charts.slots import tokens
from reports.charts.timeline_events import Entry
from reports.model import TimelineChart

_AXIS = 0.6
"""Where the axis stands, in em."""
_TEXT = 1.9
"""Where words begin, in em."""
_GAP = 0.55
"""Between two rows, in em."""
_BESIDE = 29.0
"""The least width, in em, at which words stand beside their date and not under it."""


def needed(entries: tuple[Entry, ...], frame: Frame) -> float:
    """Return the least height of a list, in drawing units."""
    lines = sum(_height(entry, entries, frame) for entry in entries)
    return max(1.0, lines + _GAP * len(entries)) * frame.em


def layout(chart: TimelineChart, entries: tuple[Entry, ...], frame: Frame) -> Scene:
    """Return the rows of a list, spread over the height there is."""
    rows = tuple(_rows(entries, frame))
    place = _days(chart, rows, frame)
    marks = (
        *_bands(chart, place, frame),
        *_axis(chart, place, frame),
        *(mark for entry, top in rows for mark in _row(entry, top, entries, frame)),
    )
    return Scene(frame.width, frame.height, marks)


def _indent(entries: tuple[Entry, ...], frame: Frame) -> float:
    """Return where the words of events begin: beside the dates, or under them."""
    if frame.width < _BESIDE * frame.em:
        return _TEXT * frame.em
    dates = max(text_width(entry.heading, 600, frame.em) for entry in entries if entry.event)
    return _TEXT * frame.em + dates + 0.8 * frame.em


def _words(entry: Entry, entries: tuple[Entry, ...], frame: Frame) -> tuple[str, ...]:
    if not entry.words:
        return ()
    return wrap(entry.words, 400, frame.em, frame.width - _indent(entries, frame))


def _height(entry: Entry, entries: tuple[Entry, ...], frame: Frame) -> float:
    """Return the height of a row, in em."""
    lines = len(_words(entry, entries, frame))
    beside = frame.width >= _BESIDE * frame.em
    return (max(1, lines) if beside else 1 + lines) * LINE


def _rows(entries: tuple[Entry, ...], frame: Frame) -> Iterator[tuple[Entry, float]]:
    """Yield the entries with the tops of their rows."""
    spare = frame.height - needed(entries, frame)
    gap = _GAP * frame.em + max(0.0, spare) / max(1, len(entries))
    top = gap / 2
    for entry in entries:
        yield entry, top
        top += _height(entry, entries, frame) * frame.em + gap


def _middle(top: float, frame: Frame) -> float:
    """Return the height of a row's dot: the middle of its first line."""
    return top + (ASCENT + DESCENT / 2) * frame.em / 2 + 0.02 * frame.em


def _days(
    chart: TimelineChart, rows: tuple[tuple[Entry, float], ...], frame: Frame
) -> Callable[[date], float]:
    """Return where a day lies on the axis: between the rows of the events around it."""
    anchors = {chart.start: 0.0}
    for entry, top in rows:
        anchors.setdefault(entry.day, _middle(top, frame))
    anchors[chart.end] = frame.height
    known = sorted(anchors.items())

    def place(day: date) -> float:
        for (start, low), (end, high) in pairwise(known):
            if start <= day <= end:
                return low + (high - low) * ((day - start).days / max(1, (end - start).days))
        return 0.0 if day < chart.start else frame.height

    return place


def _bands(chart: TimelineChart, place: Callable[[date], float], frame: Frame) -> Iterator[Mark]:
    for band in chart.bands:
        top, bottom = place(band.start), place(band.end)
        if top < bottom:
            yield block(Box(0.0, top, 2 * _AXIS * frame.em, bottom), "gold-tint")


def _axis(chart: TimelineChart, place: Callable[[date], float], frame: Frame) -> Iterator[Mark]:
    """Yield the axis: drawn out up to today, dotted from there."""
    x, turn = _AXIS * frame.em, place(chart.today)
    dash = tuple(tokens()["chart"]["dash"]["forecast_or_no_change"])
    width = frame.line("secondary")
    if turn > 0:
        yield Stroke((((x, 0.0), (x, turn)),), "ink", width)
    if turn < frame.height:
        yield Stroke((((x, turn), (x, frame.height)),), "muted", width, (dash[0], dash[1]))


def _row(entry: Entry, top: float, entries: tuple[Entry, ...], frame: Frame) -> Iterator[Mark]:
    em = frame.em
    base, middle = top + ASCENT * em, _middle(top, frame)
    yield marker(entry, _AXIS * em, middle, frame)
    yield Label(_TEXT * em, base, entry.heading, entry.heading_colour, 600, em)
    beside = frame.width >= _BESIDE * em
    for index, line in enumerate(_words(entry, entries, frame)):
        y = base + (index if beside else index + 1) * LINE * em
        yield Label(_indent(entries, frame), y, line, "ink-2", 400, em)


def marker(entry: Entry, x: float, y: float, frame: Frame) -> Mark:
    """Return the mark of an entry: a dot, hollow if it is to come, a tick across for today."""
    if entry.event is None:
        half = 0.5 * frame.em
        return Stroke((((x - half, y), (x + half, y)),), "ink", 2 * frame.line("event"))
    size, hue = frame.marker("event"), entry.event.hue
    if entry.event.scheduled:
        return Dot(x, y, size, "paper", hue, 1.3 * frame.stroke)
    return Dot(x, y, size, hue)
