"""Charts: specifications of the model, laid out by the house style and drawn by matplotlib."""

from reports.charts.axis_numbers import axis_numbers
from reports.charts.draw import (
    axis_start,
    draw_png,
    draw_svg,
    email_words,
    height_range,
    layout_boxes,
)
from reports.charts.slots import PRINT, SLOTS, WEB, Slot, Theme

__all__ = [
    "PRINT",
    "SLOTS",
    "WEB",
    "Slot",
    "Theme",
    "axis_numbers",
    "axis_start",
    "draw_png",
    "draw_svg",
    "email_words",
    "height_range",
    "layout_boxes",
]
