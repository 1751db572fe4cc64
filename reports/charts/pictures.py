"""Compose a chart as a picture: with its words for sharing, bare for an e-mail that has them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO
from sys import byteorder

from PIL import Image

from reports.charts import canvas, heights
from reports.charts.draw import email_plot, laid_out
from reports.charts.metrics import wrap
from reports.charts.scene import (
    Area,
    Box,
    Dot,
    Frame,
    Label,
    Mark,
    Point,
    Scene,
    Stroke,
    block,
    paragraph,
)
from reports.charts.slots import SLOTS, Slot, print_colours, tokens
from reports.model import Exhibit, plain

_MARGIN = 48.0
_TITLE = ("NewsreaderDisplay", 560, 42.0)
_SUBTITLE = ("Archivo", 400, 23.0)
_SOURCE = ("Archivo", 400, 17.5)
_NAME = ("Archivo", 600, 17.5)
_LEAST = 0.6
"""The least share of its room that a plot of rows or lanes fills."""
_SIGNATURE = (96.0, 7.0)
"""Both colours of the signature together, in pixels."""


def share(exhibit: Exhibit, name: str) -> bytes:
    """Return the picture for sharing, with title, subtitle, source, name and signature."""
    return _png(share_scene(exhibit, name), 1.0)


def share_scene(exhibit: Exhibit, name: str) -> Scene:
    """Return the picture for sharing before it is drawn; it grows if its plot must."""
    slot = SLOTS["share"]
    width, height = slot.width, slot.height[0]
    head, top = _head(exhibit, width)
    _, bottom = _foot(exhibit, name, width, height)
    plot = _plot(exhibit, slot, width - 2 * _MARGIN, bottom - top)
    height += max(0.0, plot.height - (bottom - top))
    foot, _ = _foot(exhibit, name, width, height)
    spare = max(0.0, bottom - top - plot.height)
    marks = (*head, *moved(plot, _MARGIN, top + spare / 2), *foot)
    ground = block(Box(0.0, 0.0, width, height), "paper")
    return Scene(width, height, (ground, *marks))


def email(exhibit: Exhibit) -> bytes:
    """Return the picture for an e-mail: the plot on white with a margin, at double density.

    Title, subtitle and source stand as text around it, so that nothing is lost with images off.
    """
    slot, raw = SLOTS["email"], tokens()["chart"]["slots"]["email"]
    pad, density = float(raw["pad_px"]), float(raw["scale"])
    plot = email_plot(exhibit)
    width, height = slot.width + 2 * pad, plot.height + 2 * pad
    ground = block(Box(0.0, 0.0, width, height), "paper")
    return _png(Scene(width, height, (ground, *moved(plot, pad, pad))), density)


def moved(scene: Scene, right: float, down: float) -> tuple[Mark, ...]:
    """Return the marks of a scene in another place."""
    return tuple(_moved(mark, right, down) for mark in scene.marks)


def _moved(mark: Mark, right: float, down: float) -> Mark:
    if isinstance(mark, Area):
        return replace(mark, polygons=_shifted(mark.polygons, right, down))
    if isinstance(mark, Stroke):
        return replace(mark, lines=_shifted(mark.lines, right, down))
    return replace(mark, x=mark.x + right, y=mark.y + down)


def _shifted(
    lines: tuple[tuple[Point, ...], ...], right: float, down: float
) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple((x + right, y + down) for x, y in line) for line in lines)


def _plot(exhibit: Exhibit, slot: Slot, width: float, height: float) -> Scene:
    """Return the plot of the shared picture, with smaller words where their number needs it."""
    for size in (slot.label, slot.label * 0.9, slot.label * 0.8, slot.label * 0.7):
        frame = Frame(width, height, size, slot.stroke)
        need = heights.needed(exhibit.chart, frame)
        if need <= height:
            break
    chosen = max(need, min(height, max(need * 1.35, _LEAST * height))) if need else height
    return laid_out(exhibit.chart, replace(frame, height=chosen))


def _head(exhibit: Exhibit, width: float) -> tuple[tuple[Mark, ...], float]:
    """Return signature, title and subtitle, and where the plot may begin."""
    wide, high = _SIGNATURE
    left, middle, y = _MARGIN, _MARGIN + wide / 2, 36.0
    marks: list[Mark] = [
        Stroke((((left, y - high / 2 + 1), (width - _MARGIN, y - high / 2 + 1)),), "ink", 2.0),
        block(Box(left, y - high / 2, middle, y + high / 2), "us"),
        block(Box(middle, y - high / 2, left + wide, y + high / 2), "cn"),
    ]
    y = 50.0
    for text, face, colour in (
        (plain(exhibit.title), _TITLE, "ink"),
        (exhibit.subtitle, _SUBTITLE, "muted"),
    ):
        labels, box = _set(text, face, colour, y, width)
        marks += labels
        y = box.bottom + 4.0
    return tuple(marks), y + 22.0


def _foot(
    exhibit: Exhibit, name: str, width: float, height: float
) -> tuple[tuple[Mark, ...], float]:
    """Return source and name, and where the plot must end."""
    face, weight, size = _NAME
    base = height - 34.0
    right = Label(width - _MARGIN, base, name, "ink", weight, size, "end", face)
    source, box = _set(plain(exhibit.source), _SOURCE, "muted", 0.0, right.box.left - 20.0)
    rise = base - source[-1].y
    marks = tuple(replace(label, y=label.y + rise) for label in source)
    return (*marks, right), box.top + rise - 24.0


def _set(
    text: str, style: tuple[str, int, float], colour: str, top: float, right: float
) -> tuple[tuple[Label, ...], Box]:
    """Set a text from the left margin to the right edge, less a margin, under `top`."""
    face, weight, size = style
    lines = wrap(text, weight, size, right - 2 * _MARGIN, face)
    start = Label(_MARGIN, top + size, "", colour, weight, size, "start", face)
    return paragraph(lines, start)


def _png(scene: Scene, density: float) -> bytes:
    """Return a scene as PNG with the 256 colours it needs most.

    The colours of its marks keep their exact values and so do the shades most seen between them;
    an adaptive palette would merge the reds, of which a chart has few pixels.
    """
    width, height, drawn = canvas.picture(scene, density)
    seen = Counter(drawn)
    exact = sorted({_packed(colour) for colour in _colours(scene)} & seen.keys())
    common = sorted(seen.keys() - set(exact), key=lambda colour: (-seen[colour], colour))
    palette = (*exact, *common)[:256]
    table = {colour: index for index, colour in enumerate(palette)}
    parts = [_parts(colour) for colour in palette]
    for colour in common[256 - len(exact) :]:
        table[colour] = _nearest(_parts(colour), parts)
    picture = Image.frombytes("P", (width, height), bytes(map(table.__getitem__, drawn)))
    picture.putpalette([part for colour in parts for part in colour])
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _colours(scene: Scene) -> set[str]:
    """Return the colours of the marks of a scene, as #RRGGBB."""
    roles = set()
    for mark in scene.marks:
        if isinstance(mark, Area):
            roles.add(mark.fill)
        elif isinstance(mark, Dot):
            roles |= {mark.fill, mark.ring or mark.fill}
        else:
            roles.add(mark.colour)
    return {print_colours()[role] for role in roles}


def _packed(colour: str) -> int:
    """Return #RRGGBB as the raster canvas holds it: four bytes, opaque, in the machine's order."""
    return int.from_bytes(bytes.fromhex(colour[1:]) + b"\xff", byteorder)


def _parts(colour: int) -> tuple[int, int, int]:
    red, green, blue, _ = colour.to_bytes(4, byteorder)
    return red, green, blue


def _nearest(colour: tuple[int, int, int], palette: list[tuple[int, int, int]]) -> int:
    red, green, blue = colour
    distances = [(red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2 for r, g, b in palette]
    return distances.index(min(distances))
