"""A chart laid out: marks with places, sizes and colour roles, before they are drawn.

The unit is the point on paper and the pixel on screen; y grows downwards. Every layout returns a
scene; one canvas draws it, and tests measure it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from reports.charts.metrics import ASCENT, DESCENT, FACE, LINE, Weight, text_width
from reports.charts.slots import tokens
from reports.model import Hue

Role = str
"""A colour role of the house style: "ore-mid"."""
Point = tuple[float, float]
Dash = tuple[float, float]
"""Drawn and left out, in line widths."""


class Box(NamedTuple):
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        """Return the box with a margin around it."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes share an area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Frame:
    """The paper a layout works on: its size, the size of labels, the factor for line widths."""

    width: float
    height: float
    em: float
    stroke: float

    def line(self, name: str) -> float:
        """Return a line width of the house style: primary, secondary, event, grid."""
        return float(tokens()["chart"]["line_pt"][name]) * self.stroke

    def marker(self, name: str) -> float:
        """Return a marker's diameter: latest, event, dumbbell_now, dumbbell_before."""
        return float(tokens()["chart"]["marker_pt"][name]) * self.stroke


@dataclass(frozen=True)
class Area:
    """Filled polygons of one colour."""

    polygons: tuple[tuple[Point, ...], ...]
    fill: Role


@dataclass(frozen=True)
class Stroke:
    """Lines of one colour and weight."""

    lines: tuple[tuple[Point, ...], ...]
    colour: Role
    width: float
    dash: Dash | None = None
    round: bool = False


@dataclass(frozen=True)
class Dot:
    """A disc; with `ring` its edge has another colour, as on a hollow marker."""

    x: float
    y: float
    diameter: float
    fill: Role
    ring: Role = ""
    ring_width: float = 0.0


@dataclass(frozen=True)
class Label:
    """One line of text on its baseline; `anchor` says which end of it `x` is."""

    x: float
    y: float
    text: str
    colour: Role
    weight: Weight
    size: float
    anchor: str = "start"
    face: str = FACE

    @property
    def box(self) -> Box:
        """Return the room the line takes."""
        width = text_width(self.text, self.weight, self.size, self.face)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        top, bottom = self.y - ASCENT * self.size, self.y + DESCENT * self.size
        return Box(left, top, left + width, bottom)


Mark = Area | Stroke | Dot | Label


@dataclass(frozen=True)
class Scene:
    """All marks of a chart, the first one lowest, and the height they need."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def rectangle(box: Box) -> tuple[Point, ...]:
    """Return the corners of a box."""
    return (
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    )


def block(box: Box, fill: Role) -> Area:
    """Return a filled box."""
    return Area((rectangle(box),), fill)


def paragraph(
    lines: tuple[str, ...], start: Label, *, step: float = LINE
) -> tuple[tuple[Label, ...], Box]:
    """Set lines under each other from the place and in the manner of `start`; return their box."""
    labels = tuple(
        replace(start, text=line, y=start.y + index * step * start.size)
        for index, line in enumerate(lines)
    )
    return labels, around(label.box for label in labels)


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all the others."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def middle_tone(hue: Hue) -> Role:
    """Return the quieter colour of a hue, for marks that are not the subject."""
    return "ctx-mid" if hue in ("ink", "ctx") else f"{hue}-mid"


def tint(hue: Hue) -> Role:
    """Return the colour of an area that stands behind a hue."""
    return "ctx-tint" if hue in ("ink", "ctx") else f"{hue}-tint"


def text_colour(hue: Hue) -> Role:
    """Return the colour of words about a hue: grey is too light for text."""
    return "muted" if hue == "ctx" else hue
