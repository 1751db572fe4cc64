"""The width of words in the chart face, from its advance widths: no font is opened."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from reports.resources import templates_dir

Weight = int
FACE = "ArchivoSemiCondensed"

ASCENT = 0.74
"""Height of the tallest letter over the baseline, in em."""
DESCENT = 0.22
LINE = 1.18
"""From baseline to baseline, in em."""


@dataclass(frozen=True)
class _Advances:
    em: int
    letters: dict[str, int]
    kerning: dict[str, int]


@cache
def _advances(face: str, weight: Weight) -> _Advances:
    path = templates_dir() / "fonts" / "metrics" / f"{face}-{weight}.json"
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return _Advances(read["units_per_em"], read["advances"], read["kerning"])


@lru_cache(maxsize=4096)
def text_width(text: str, weight: Weight, size: float, face: str = FACE) -> float:
    """Return the width of a line, in the unit of `size`.

    Browsers kern, WeasyPrint sets the letters of an SVG one at a time: the wider of both counts.
    """
    read = _advances(face, weight)
    units = sum(read.letters.get(letter, read.em) for letter in text)
    kerning = sum(read.kerning.get(first + second, 0) for first, second in pairwise(text))
    return (units + max(0, kerning)) * size / read.em


@lru_cache(maxsize=1024)
def wrap(text: str, weight: Weight, size: float, width: float, face: str = FACE) -> tuple[str, ...]:
    """Break a text into the fewest lines that fit, then as even as they can be.

    Lines break at plain spaces; a word that is too long for a line of its own is cut.
    """

    def measure(words: str) -> float:
        return text_width(words, weight, size, face)

    lines = _fill(text, measure, width)
    low, high = 0.0, width
    for _ in range(6):
        middle = (low + high) / 2
        narrower = _fill(text, measure, middle)
        if len(narrower) > len(lines) or _cut(narrower, lines):
            low = middle
        else:
            high, lines = middle, narrower
    return lines


def _cut(narrower: tuple[str, ...], lines: tuple[str, ...]) -> bool:
    """Tell whether more words were cut than in the lines before."""
    return " ".join(narrower).count(" ") > " ".join(lines).count(" ")


def _fill(text: str, measure: Callable[[str], float], width: float) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined) <= width:
            lines[-1] = joined
        else:
            lines.extend(_pieces(word, measure, width))
    return tuple(lines)


def _pieces(word: str, measure: Callable[[str], float], width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
