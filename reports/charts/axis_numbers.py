"""The numbers that gridlines carry: an edition answers for them as for any other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reports.charts import columns, lines
from reports.charts.scales import level_ticks, tick_labels
from reports.model import Chart, ColumnChart, DumbbellChart, LineChart, StepChart


@dataclass(frozen=True)
class AxisNumber:
    """A gridline: the round step of its scale, how many of them it marks, and its words."""

    step: Decimal
    times: int
    words: str


def axis_numbers(chart: Chart) -> tuple[AxisNumber, ...]:
    """Return every gridline that some slot may draw, each of them with and without its unit."""
    found: dict[tuple[int, str], AxisNumber] = {}
    for ticks in _scales(chart):
        step = ticks[1] - ticks[0]
        unit = getattr(chart, "unit", "")
        for shown in (unit, ""):
            for tick, words in zip(ticks, tick_labels(ticks, shown), strict=True):
                number = AxisNumber(step, int(tick / step), words)
                found.setdefault((number.times, words), number)
    return tuple(found.values())


def _scales(chart: Chart) -> tuple[tuple[Decimal, ...], ...]:
    """Return the scales of a chart; columns get one gridline more where labels need the room."""
    if isinstance(chart, LineChart):
        return (lines.ticks(chart),) if chart.points else ()
    if isinstance(chart, ColumnChart):
        ticks = level_ticks(columns.heights(chart))
        return ((*ticks, ticks[-1] * 2 - ticks[-2]), ticks)
    if isinstance(chart, StepChart):
        levels = [step.value for line in chart.lines for step in line.steps]
        levels += [line.outlook for line in chart.lines if line.outlook is not None]
        return (level_ticks(tuple(levels)),)
    if isinstance(chart, DumbbellChart):
        values = [v for row in chart.rows for v in (row.before, row.now) if v is not None]
        return (level_ticks(tuple(values)),)
    return ()
