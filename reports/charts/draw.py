"""Draw a chart in a slot: choose its layout and its paper, and hand the scene to the canvas."""

from __future__ import annotations

from typing import Literal

from reports.charts import (
    columns,
    dumbbells,
    heights,
    lines,
    segments,
    sparks,
    steps,
    timelines,
)
from reports.charts.scales import tick_labels, with_unit
from reports.charts.scene import Box, Frame, Label, Scene
from reports.charts.slots import SLOTS, Slot, Theme
from reports.model import (
    Chart,
    ColumnChart,
    DumbbellChart,
    Exhibit,
    LineChart,
    SegmentChart,
    Spark,
    StepChart,
    TimelineChart,
)


def draw_svg(
    chart: Chart | Spark,
    slot: str,
    theme: Theme,
    *,
    height: float | None = None,
    alt: str = "",
) -> str:
    """Return a chart as one SVG element.

    `height` is in the slot's unit and lies in `height_range`; `alt` becomes the title, without
    which a PDF has a figure that nobody can hear. Raise ValueError for another height.
    """
    # Here and not above: matplotlib takes longer to import than a chart to draw.
    from reports.charts import canvas

    place = SLOTS[slot]
    return canvas.draw(scene_of(chart, place, height), place, theme, alt=alt)


def scene_of(chart: Chart | Spark, slot: Slot, height: float | None = None) -> Scene:
    """Return a chart laid out for a slot."""
    low, high = heights.allowed(chart, slot)
    chosen = heights.nominal(chart, slot) if height is None else height
    if not low - 0.01 <= chosen <= high + 0.01:
        raise ValueError(f"{chosen:g} {slot.unit} is not between {low:g} and {high:g}")
    frame = Frame(slot.width * slot.scale, chosen * slot.scale, slot.label, slot.stroke)
    return laid_out(chart, frame)


def laid_out(chart: Chart | Spark, frame: Frame) -> Scene:
    """Return a chart laid out on a piece of paper."""
    if isinstance(chart, ColumnChart):
        return columns.layout(chart, frame)
    if isinstance(chart, LineChart):
        return lines.layout(chart, frame)
    if isinstance(chart, StepChart):
        return steps.layout(chart, frame)
    if isinstance(chart, TimelineChart):
        return timelines.layout(chart, frame)
    if isinstance(chart, SegmentChart):
        return segments.layout(chart, frame)
    if isinstance(chart, DumbbellChart):
        return dumbbells.layout(chart, frame)
    return sparks.layout(chart, frame)


def draw_png(exhibit: Exhibit, slot: Literal["share", "email"], *, name: str) -> bytes:
    """Return an exhibit as PNG: with its words and `name` for sharing, the bare plot for e-mail."""
    from reports.charts import pictures

    return pictures.share(exhibit, name) if slot == "share" else pictures.email(exhibit)


def email_plot(exhibit: Exhibit) -> Scene:
    """Return the plot of the picture for an e-mail before it is drawn."""
    slot = SLOTS["email"]
    height = heights.nominal(exhibit.chart, slot)
    return laid_out(exhibit.chart, Frame(slot.width, height, slot.label, slot.stroke))


def email_words(exhibit: Exhibit) -> tuple[str, ...]:
    """Return what the picture for an e-mail says, label by label."""
    return tuple(mark.text for mark in email_plot(exhibit).marks if isinstance(mark, Label))


def height_range(chart: Chart | Spark, slot: str) -> tuple[float, float]:
    """Return the least and the greatest height of a chart in a slot, in the slot's unit.

    Charts of rows or lanes ask for what their words need, which may be less or more than the range
    of the slot.
    """
    return heights.allowed(chart, SLOTS[slot])


def layout_boxes(
    chart: Chart | Spark, slot: str, *, height: float | None = None
) -> tuple[tuple[str, Box], ...]:
    """Return every text of a chart with its box, measured by matplotlib's raster canvas.

    Boxes are in points where the slot is in mm and in pixels where it is in px, from the top left.
    """
    from reports.charts import canvas

    return canvas.measure(scene_of(chart, SLOTS[slot], height))


def axis_start(chart: LineChart) -> str | None:
    """Return where the value axis of a chart starts, in words ("4.8%"), or None if it has zero.

    The source line of such a chart says so.
    """
    ticks = lines.ticks(chart)
    if ticks[0] <= 0 <= ticks[-1]:
        return None
    return with_unit(tick_labels(ticks, "")[0], chart.unit)
