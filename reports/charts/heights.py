"""How high a chart may be in a slot: the range of the house, and what the words need."""

from __future__ import annotations

from reports.charts import dumbbells, segments, timelines
from reports.charts.scene import Frame
from reports.charts.slots import Slot
from reports.model import (
    Chart,
    ColumnChart,
    DumbbellChart,
    LineChart,
    SegmentChart,
    Spark,
    StepChart,
    TimelineChart,
)

_SHARES: dict[type, tuple[float, float, float]] = {
    ColumnChart: (0.3, 0.6, 1.0),
    LineChart: (0.0, 0.2, 0.7),
    StepChart: (0.0, 0.5, 1.0),
}
"""Lowest, nominal and highest in the range of a slot, as shares of it."""


_MOST_ROOM: dict[type, float] = {SegmentChart: 2.2}
"""What a row may take more than it needs, in heights of its words, where that is not 1.1."""


def allowed(chart: Chart | Spark, slot: Slot) -> tuple[float, float]:
    """Return the least and the greatest height of a chart, in the slot's unit."""
    low, _, high = _range(chart, slot)
    return low, high


def nominal(chart: Chart | Spark, slot: Slot) -> float:
    """Return the height a chart has if nobody chooses one, in the slot's unit."""
    return _range(chart, slot)[1]


def _range(chart: Chart | Spark, slot: Slot) -> tuple[float, float, float]:
    bottom, top = slot.height
    shares = _SHARES.get(type(chart))
    if shares:
        low, middle, high = (bottom + share * (top - bottom) for share in shares)
        return low, middle, high
    frame = Frame(slot.width * slot.scale, 0.0, slot.label, slot.stroke)
    need = needed(chart, frame) / slot.scale
    if not need:
        return bottom, bottom, top
    row = _rows(chart) * frame.em / slot.scale
    return need, need + 0.4 * row, need + _MOST_ROOM.get(type(chart), 1.1) * row


def _rows(chart: Chart | Spark) -> int:
    """Return how many rows of a chart can each take more height."""
    if isinstance(chart, DumbbellChart | SegmentChart):
        return max(1, len(chart.rows))
    return 4


def needed(chart: Chart | Spark, frame: Frame) -> float:
    """Return the least height of a chart whose rows or lanes decide it, in drawing units, or 0."""
    if isinstance(chart, TimelineChart):
        return timelines.needed(chart, frame)
    if isinstance(chart, SegmentChart):
        return segments.needed(chart) * frame.em
    if isinstance(chart, DumbbellChart):
        return dumbbells.needed(chart, frame) * frame.em
    return 0.0
