"""Draw a scene with matplotlib: as SVG in a theme, or as pixels.

The only module, with `renderer`, that needs matplotlib: import it inside the functions that draw.

In theme `print` the SVG has literal colours, and its size in the unit of its slot. In theme `web`
it has no colour at all but classes, so that one SVG serves a light and a dark page: `f-ROLE` where
a role fills and `s-ROLE` where it strokes, for every role of `color` in `tokens.json` (`f-cn`,
`s-us-mid`, `f-gold-tint` ...); the page says `.f-cn{fill:var(--cn)}` and `.s-cn{stroke:var(--cn)}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from reports.charts.renderer import Paint, SvgRenderer, short
from reports.charts.scene import Area, Box, Dot, Label, Mark, Point, Role, Scene, Stroke
from reports.charts.slots import Slot, Theme, print_colours, roles, tokens
from reports.resources import templates_dir

Palette = Callable[[Role], str]

_SETTINGS: Any = {"lines.scale_dashes": True, "path.snap": False, "text.hinting": "none"}
"""What a user's own matplotlibrc could change; the artists state all the rest."""
_ALIGNMENTS: Any = {"start": "left", "middle": "center", "end": "right"}
_FINE = 8.0
"""Density at which texts are measured: at 1, their widths would be whole pixels."""
_CSS_PX = {"px": 1.0, "mm": 96 / 25.4}


def draw(scene: Scene, slot: Slot, theme: Theme, *, alt: str = "") -> str:
    """Return a scene as one SVG element; `alt` becomes its title."""
    numbers = {role: f"#{number:06x}" for number, role in enumerate(roles())}
    renderer = SvgRenderer(scene.width, scene.height, slot.label, _paint(theme))
    with rc_context(_SETTINGS):
        figure(scene, numbers.__getitem__).draw(renderer)
    title = f"<title>{escape(alt)}</title>" if alt else ""
    return f"{_root(scene, slot, theme)}{title}{renderer.markup()}</svg>"


def picture(scene: Scene, density: float) -> tuple[int, int, Sequence[int]]:
    """Return a scene as pixels in the colours of paper: width, height, and one number a pixel.

    A unit has `density` pixels; a number holds the bytes of red, green, blue and opacity.
    """
    with rc_context(_SETTINGS):
        canvas = FigureCanvasAgg(figure(scene, print_colours().__getitem__, density))
        canvas.draw()  # type: ignore[no-untyped-call]
        data = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    return (*canvas.get_width_height(physical=True), memoryview(data).cast("B").cast("I"))


def measure(scene: Scene) -> tuple[tuple[str, Box], ...]:
    """Return each text of a scene with the box that matplotlib finds for it."""
    with rc_context(_SETTINGS):
        made = figure(scene, print_colours().__getitem__, _FINE)
        renderer = FigureCanvasAgg(made).get_renderer()  # type: ignore[no-untyped-call]
        return tuple(
            (text.get_text(), _flipped(text.get_window_extent(renderer), scene.height))
            for text in made.artists
            if isinstance(text, Text)
        )


def _flipped(extent: Any, height: float) -> Box:
    left, bottom, right, top = (edge / _FINE for edge in extent.extents)
    return Box(left, height - top, right, height - bottom)


def figure(scene: Scene, palette: Palette, density: float = 1.0) -> Figure:
    """Return the figure of a scene, each mark an artist on top of the one before."""
    size = (scene.width / 72, scene.height / 72)
    made = Figure(figsize=size, dpi=72 * density, frameon=False)
    place = Affine2D().scale(1, -1).translate(0, scene.height).scale(density)
    for order, mark in enumerate(scene.marks):
        artist = _artist(mark, palette, place)
        artist.set_zorder(order)
        made.add_artist(artist)
    return made


def _root(scene: Scene, slot: Slot, theme: Theme) -> str:
    width, height = scene.width / slot.scale, scene.height / slot.scale
    if theme.name == "print":
        size = f'width="{short(width)}{slot.unit}" height="{short(height)}{slot.unit}"'
    else:
        size = f'width="{short(width * _CSS_PX[slot.unit])}"'
    face = ""
    if any(isinstance(mark, Label) for mark in scene.marks):
        family = tokens()["font"]["chart"]["family"]
        face = f' font-family="{family}" font-size="{short(slot.label)}"'
    box = f'viewBox="0 0 {short(scene.width)} {short(scene.height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}{face}>'


def _paint(theme: Theme) -> Paint:
    names, colours = roles(), print_colours()

    def literal(fill: int | None, stroke: int | None) -> str:
        filled = "none" if fill is None else colours[names[fill]]
        drawn = "" if stroke is None else f' stroke="{colours[names[stroke]]}"'
        return f' fill="{filled}"{drawn}'

    def classes(fill: int | None, stroke: int | None) -> str:
        used = [
            f"{letter}-{names[number]}"
            for letter, number in (("f", fill), ("s", stroke))
            if number is not None
        ]
        return f' class="{" ".join(used)}"' + (' fill="none"' if fill is None else "")

    return literal if theme.name == "print" else classes


def _artist(mark: Mark, palette: Palette, place: Transform) -> Artist:
    if isinstance(mark, Area):
        return PathPatch(
            _compound(mark.polygons, closed=True),
            facecolor=palette(mark.fill),
            edgecolor="none",
            linewidth=0,
            transform=place,
        )
    if isinstance(mark, Stroke):
        return _stroke(mark, palette, place)
    if isinstance(mark, Dot):
        return _dot(mark, palette, place)
    return _text(mark, palette, place)


def _compound(lines: tuple[tuple[Point, ...], ...], *, closed: bool) -> Path:
    paths = [Path([*line, line[0]] if closed else line, closed=closed) for line in lines]
    return Path.make_compound_path(*paths)


def _stroke(mark: Stroke, palette: Palette, place: Transform) -> Artist:
    cap = "round" if mark.round else "butt"
    return PathPatch(
        _compound(mark.lines, closed=False),
        fill=False,
        edgecolor=palette(mark.colour),
        linewidth=mark.width,
        linestyle="solid" if mark.dash is None else (0, mark.dash),
        capstyle=cap,
        joinstyle="round" if mark.round else "miter",
        transform=place,
    )


def _dot(mark: Dot, palette: Palette, place: Transform) -> Artist:
    return Line2D(
        [mark.x],
        [mark.y],
        linestyle="none",
        marker="o",
        markersize=mark.diameter - mark.ring_width,
        markerfacecolor=palette(mark.fill),
        markeredgecolor=palette(mark.ring or mark.fill),
        markeredgewidth=mark.ring_width,
        transform=place,
    )


def _text(mark: Label, palette: Palette, place: Transform) -> Artist:
    # A font by its path: asking matplotlib to search for one would read the machine's fonts.
    path = templates_dir() / "fonts" / f"{mark.face}-{mark.weight}.ttf"
    return Text(
        mark.x,
        mark.y,
        mark.text,
        color=palette(mark.colour),
        horizontalalignment=_ALIGNMENTS[mark.anchor],
        verticalalignment="baseline",
        fontproperties=FontProperties(fname=path, size=mark.size, weight=mark.weight),
        parse_math=False,
        transform=place,
    )
