"""Lay out the events of a dispute: along an axis where it is wide, as a list where it is not."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from reports.charts import timeline_list, timeline_wide
from reports.charts.scene import Frame, Scene
from reports.charts.timeline_events import entries
from reports.model import TimelineChart

WIDE = 45.0
"""The least width of the form along an axis, in em."""


def layout(chart: TimelineChart, frame: Frame) -> Scene:
    """Return the events of a chart in the form its width allows."""
    lanes = _lanes(chart, replace(frame, height=0.0))
    if lanes is None:
        return timeline_list.layout(chart, entries(chart), frame)
    return timeline_wide.layout(chart, lanes, frame)


def needed(chart: TimelineChart, frame: Frame) -> float:
    """Return the least height of a timeline, in drawing units."""
    lanes = _lanes(chart, replace(frame, height=0.0))
    return timeline_list.needed(entries(chart), frame) if lanes is None else lanes.needed(frame)


@lru_cache(maxsize=8)
def _lanes(chart: TimelineChart, frame: Frame) -> timeline_wide.Lanes | None:
    """Return the arrangement along an axis; it takes longer to find than the chart to draw."""
    if frame.width < WIDE * frame.em:
        return None
    return timeline_wide.lanes(chart, entries(chart), frame)
