"""What stands in columns as even as can be: running text, and entries that do not break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf


@dataclass(frozen=True)
class Balance:
    """Two columns of running text: their height in mm, and the lines of each that has some."""

    height: float
    lines: tuple[int, ...]


def balanced_columns(counts: Sequence[int], line: float) -> Balance:
    """Return how two columns of paragraphs with so many lines turn out; a line takes so many mm.

    As WeasyPrint balances them: it tries half of all lines first, then adds the least that the next
    line lacked at the end of a column in any attempt so far, or else a pixel.
    """
    pixel = 25.4 / 96 / line
    height, lacking = sum(counts) / 2, inf
    while True:
        ends, highest = [(0, 0)], 0.0
        for _ in range(2):
            used, end = _fill_column(counts, ends[-1], height)
            ends.append(end)
            highest = max(highest, used)
            if end[0] == len(counts):
                before = [sum(counts[:paragraph]) + some for paragraph, some in ends]
                lines = (last - first for first, last in pairwise(before))
                return Balance(highest * line, tuple(filter(None, lines)))
            if not used:
                break
            lack = 1 - (height - used)
            lacking = min(lacking, lack if lack > pixel else inf)
        height += pixel if lacking == inf else lacking


def _fill_column(
    counts: Sequence[int], start: tuple[int, int], height: float
) -> tuple[float, tuple[int, int]]:
    """Return what of a column paragraphs take, and the paragraph and line that the next begins at.

    All heights are in lines. A paragraph leaves two lines on each side of a break, and its part
    before that takes all of the column that is left.
    """
    used, (paragraph, line) = 0.0, start
    while paragraph < len(counts):
        left = counts[paragraph] - line
        room = height - used + 1e-6
        if left > room:
            part = min(int(room), left - 2)
            return (height, (paragraph, line + part)) if part >= 2 else (used, (paragraph, line))
        used, paragraph, line = used + left, paragraph + 1, 0
    return used, (paragraph, 0)


def shortest_columns(heights: Sequence[float], columns: int) -> float:
    """Return the least height at which entries that do not break fit into columns."""
    return max(
        (sum(heights[start:end]) for start, end in even_columns(heights, columns)), default=0
    )


def even_columns(heights: Sequence[float], columns: int) -> list[tuple[int, int]]:
    """Return where columns of entries that do not break start and end, none higher than need be."""
    limit = max((sum(heights) / columns, *heights), default=0.0)
    while True:
        starts, used, least = [0], 0.0, inf
        for number, height in enumerate(heights):
            if used + height > limit + 1e-6:
                # The column would have had to be so much higher to take this one too.
                least = min(least, used + height - limit)
                starts, used = [*starts, number], 0.0
            used += height
        if len(starts) <= columns:
            return list(pairwise((*starts, len(heights)))) if heights else []
        limit += least
