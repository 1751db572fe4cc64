"""Write what matplotlib draws as lean SVG elements.

matplotlib's own SVG writer repeats ids over charts, adds a style sheet that would restyle the host
page and a `<use>` for each marker; taking that apart again costs more than the drawing itself. This
renderer writes only `<path>`, `<circle>` and `<text>` with presentation attributes: no id, no
`style`, no definitions, and text as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.path import Path
from matplotlib.transforms import Transform
from matplotlib.typing import ColorType

Paint = Callable[[int | None, int | None], str]
"""Writes the attributes for the numbers of the roles that fill and stroke."""

_ANCHORS = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}


class SvgRenderer(RendererBase):
    """Collects elements; colours arrive as numbers of roles, in the blue channel."""

    def __init__(self, width: float, height: float, size: float, paint: Paint) -> None:
        super().__init__()
        self._width, self._height, self._size, self._paint = width, height, size, paint
        self._elements: list[str] = []

    def markup(self) -> str:
        """Return the elements drawn so far."""
        return "".join(self._elements)

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: ColorType | None = None,  # noqa: N803  matplotlib's name
    ) -> None:
        """Write a path, filled or stroked."""
        data = self._data(path.transformed(transform))
        if data:
            self._elements.append(f'<path d="{data}"{self._style(gc, rgbFace)}/>')

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: ColorType | None = None,  # noqa: N803  matplotlib's name
    ) -> None:
        """Write a circle for each marker: the house has no other markers."""
        radius = short(marker_path.transformed(marker_trans).get_extents().width / 2)
        style = self._style(gc, rgbFace)
        vertices: Any = path.transformed(trans).vertices
        for x, y in vertices:
            place = f'cx="{short(x)}" cy="{short(self._height - y)}" r="{radius}"'
            self._elements.append(f"<circle {place}{style}/>")

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,  # noqa: ARG002  words are never turned
        ismath: Any = False,  # noqa: ARG002  nor are they formulas
        mtext: Any = None,
    ) -> None:
        """Write a line of text, anchored where its artist is."""
        x, y = mtext.get_transform().transform(mtext.get_unitless_position())
        size = prop.get_size_in_points()
        weight = prop.get_weight()
        style = self._paint(_role(gc.get_rgb()), None) + _ANCHORS[mtext.get_horizontalalignment()]
        style += "" if size == self._size else f' font-size="{short(size)}"'
        style += "" if weight == 400 else f' font-weight="{weight}"'
        place = f'x="{short(x)}" y="{short(self._height - y)}"'
        self._elements.append(f"<text {place}{style}>{escape(s)}</text>")

    def get_text_width_height_descent(self, *_: Any) -> tuple[float, float, float]:
        """Return no extent: texts are anchored by the reader of the SVG, which has the font."""
        return 0.0, 1.0, 0.0

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the drawing."""
        return self._width, self._height

    def flipy(self) -> bool:
        """Tell matplotlib that y grows downwards."""
        return True

    def _style(self, gc: GraphicsContextBase, face: ColorType | None) -> str:
        width = gc.get_linewidth()
        stroke = _role(gc.get_rgb()) if width else None
        style = self._paint(None if face is None else _role(face), stroke)
        if stroke is None:
            return style
        style += f' stroke-width="{short(width)}"'
        if gc.get_capstyle() == "round":
            style += ' stroke-linecap="round" stroke-linejoin="round"'
        dashes: Any = gc.get_dashes()[1]
        if dashes is not None:
            style += f' stroke-dasharray="{" ".join(map(short, dashes))}"'
        return style

    def _data(self, path: Path) -> str:
        parts: list[str] = []
        x = y = ""
        for vertices, code in path.iter_segments(simplify=False, curves=False):
            if code == Path.CLOSEPOLY:
                parts.append("z")
                continue
            last_x, last_y = x, y
            x, y = short(vertices[0]), short(self._height - vertices[1])
            if code == Path.MOVETO:
                parts.append(f"M{x} {y}")
            elif y == last_y:
                parts.append(f"H{x}")
            elif x == last_x:
                parts.append(f"V{y}")
            else:
                parts.append(f"L{x} {y}")
        return "".join(parts)


def short(value: float) -> str:
    """Write a length with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _role(colour: Any) -> int:
    """Return the number of a role from the blue channel of the colour that stands for it."""
    return round(float(colour[2]) * 255)
