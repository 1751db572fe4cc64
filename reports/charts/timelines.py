"""Lay out the events of a dispute: along an axis where it is wide, as a list where it is not."""

from __future__ import annotations

from reports.charts import timeline_list, timeline_wide
from reports.charts.scene import Frame, Scene
from reports.charts.timeline_events import entries
from reports.model import TimelineChart

WIDE = 45.0
"""The least width of the form along an axis, in em."""


def layout(chart: TimelineChart, frame: Frame) -> Scene:
    """Return the events of a chart in the form its width allows."""
    found = entries(chart)
    lanes = timeline_wide.lanes(chart, found, frame) if frame.width >= WIDE * frame.em else None
    if lanes is None:
        return timeline_list.layout(chart, found, frame)
    return timeline_wide.layout(chart, lanes, frame)


def needed(chart: TimelineChart, frame: Frame) -> float:
    """Return the least height of a timeline, in drawing units."""
    found = entries(chart)
    lanes = timeline_wide.lanes(chart, found, frame) if frame.width >= WIDE * frame.em else None
    return timeline_list.needed(found, frame) if lanes is None else lanes.needed(frame)
