"""The bundled fonts: their @font-face rules, and the measuring of text by their advance widths.

`templates/fonts/cut.py` writes the faces, `faces.json` and `metrics/`; nothing here opens a font.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from reports.errors import RenderError
from reports.resources import templates_dir


@dataclass(frozen=True)
class Face:
    """One cut of a family; `weight` is the one CSS knows it by, `stem` its file name."""

    stem: str
    family: str
    weight: int
    style: str
    print: bool
    screen: bool


@dataclass(frozen=True)
class _Metrics:
    units_per_em: int
    advances: dict[str, int]
    kerning: dict[str, int]
    ligatures: dict[str, int]


def fonts_dir() -> Path:
    """Return the folder of the font files."""
    return templates_dir() / "fonts"


@cache
def faces() -> tuple[Face, ...]:
    """Return every face that `faces.json` lists, in its order."""
    listed: list[dict[str, Any]] = json.loads((fonts_dir() / "faces.json").read_text("utf-8"))
    return tuple(Face(**entry) for entry in listed)


@cache
def face(family: str, weight: int, style: str = "normal") -> Face:
    """Return the face of a family, weight and style; raise RenderError where none was cut."""
    for candidate in faces():
        if (candidate.family, candidate.weight, candidate.style) == (family, weight, style):
            return candidate
    raise RenderError(
        f"no face {family} {weight} {style} was cut",
        "use a face of templates/fonts/faces.json, or add it to templates/fonts/cut.py",
    )


def print_font_css() -> str:
    """Return the @font-face rules of the PDF, with `fonts:Archivo-400.ttf` as address.

    The scheme is the renderer's own: its URL fetcher answers it from `fonts_dir()`.
    """
    return "\n".join(
        _font_face(item, f'url("fonts:{item.stem}.ttf") format("truetype")')
        for item in faces()
        if item.print
    )


@cache
def web_font_css(stems: frozenset[str] = frozenset()) -> str:
    """Return the @font-face rules of a page, with each WOFF2 file as a data address.

    Without `stems`, the names of the faces that the page is set in, those of every screen face.
    """
    rules = []
    for item in faces():
        if item.screen and (item.stem in stems or not stems):
            encoded = base64.b64encode((fonts_dir() / f"{item.stem}.woff2").read_bytes()).decode()
            source = f'url("data:font/woff2;base64,{encoded}") format("woff2")'
            rules.append(_font_face(item, source))
    return "\n".join(rules)


def text_width(text: str, family: str, weight: int, size_pt: float) -> float:
    """Return the width of a line in points, with kerning between plain letters.

    A character the face lacks counts one em: `missing_glyphs` is what stops a build on it.
    """
    metrics = _metrics(face(family, weight).stem)
    _, ends = _edges(text, metrics)
    return (ends[-1] if ends else 0) * size_pt / metrics.units_per_em


def _edges(text: str, metrics: _Metrics) -> tuple[list[int], list[int]]:
    """Return where each letter of a line begins and ends, in units of the face."""
    begins, ends, at, before = [], [], 0, ""
    for letter in text:
        at += metrics.kerning.get(before + letter, 0)
        begins.append(at)
        at += metrics.advances.get(letter, metrics.units_per_em)
        ends.append(at)
        before = letter
    return begins, ends


def joined_width(text: str, family: str, weight: int, size_pt: float) -> float:
    """Return what joining letters, such as f and i, adds to the width of a line in points."""
    metrics = _metrics(face(family, weight).stem)
    units = sum(text.count(pair) * each for pair, each in metrics.ligatures.items())
    return units * size_pt / metrics.units_per_em


def balance(text: str, width_pt: float, family: str, weight: int, size_pt: float) -> list[str]:
    """Break a text into the fewest lines that fit, then the least ragged of those.

    Lines break at plain spaces only. A word wider than the line has a line to itself.
    """
    words = text.split(" ")
    count = len(words)
    metrics = _metrics(face(family, weight).stem)
    begins, ends = _edges(text, metrics)
    firsts = list(accumulate((len(word) + 1 for word in words), initial=0))

    def width(start: int, end: int) -> float:
        first, behind = firsts[start], firsts[end] - 1
        units = ends[behind - 1] - begins[first] if behind > first else 0
        return units * size_pt / metrics.units_per_em

    # best[i]: (lines, raggedness, start of each line) for the words from i on.
    best: list[tuple[int, float, tuple[int, ...]]] = [(0, 0.0, ())] * (count + 1)
    for start in reversed(range(count)):
        best[start] = min(
            (
                1 + best[end][0],
                (width_pt - width(start, end)) ** 2 + best[end][1],
                (start, *best[end][2]),
            )
            for end in range(start + 1, count + 1)
            if end == start + 1 or width(start, end) <= width_pt
        )
    starts = best[0][2]
    return [
        " ".join(words[start:end]) for start, end in zip(starts, (*starts[1:], count), strict=True)
    ]


def missing_glyphs(text: str, families: Iterable[str]) -> str:
    """Return the characters that none of the families holds, once each and in order."""
    known: set[str] = set()
    for family in families:
        stems = [item.stem for item in faces() if item.family == family and item.print]
        if not stems:
            raise RenderError(f"no print face of {family} was cut", "see templates/fonts/README.md")
        known.update(_metrics(stems[0]).advances)
    return "".join(sorted(set(text) - known - {"\n"}))


def _font_face(item: Face, source: str) -> str:
    return (
        f'@font-face{{font-family:"{item.family}";font-weight:{item.weight};'
        f"font-style:{item.style};src:{source}}}"
    )


@cache
def _metrics(stem: str) -> _Metrics:
    path = fonts_dir() / "metrics" / f"{stem}.json"
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return _Metrics(read["units_per_em"], read["advances"], read["kerning"], read["ligatures"])
