"""Which blocks of a section stand side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from reports.model import Block, Exhibit, Width

_SHARE = {
    "full": Fraction(1),
    "two_thirds": Fraction(2, 3),
    "half": Fraction(1, 2),
    "third": Fraction(1, 3),
}


@dataclass(frozen=True)
class Placed:
    """A block and the width it has been given on the page."""

    block: Block
    width: Width


def rows(blocks: Iterable[Block]) -> tuple[tuple[Placed, ...], ...]:
    """Group consecutive blocks that fill a row; a row that stays short is widened to fill it."""
    done: list[tuple[Placed, ...]] = []
    row: list[Placed] = []
    for block in blocks:
        placed = Placed(block, getattr(block, "width", "full"))
        if row and _filled(row) + _SHARE[placed.width] > 1:
            done.append(_widened(row))
            row = []
        row.append(placed)
        if _filled(row) == 1:
            done.append(_fitting(row))
            row = []
    if row:
        done.append(_widened(row))
    return tuple(done)


def _filled(row: list[Placed]) -> Fraction:
    return sum((_SHARE[placed.width] for placed in row), Fraction(0))


def _widened(row: list[Placed]) -> tuple[Placed, ...]:
    width: Width = "full" if len(row) == 1 else "half"
    return tuple(Placed(placed.block, width) for placed in row)


def _fitting(row: list[Placed]) -> tuple[Placed, ...]:
    """Give a chart of two thirds half the page: there is no slot of two thirds to draw it for."""
    if any(isinstance(placed.block, Exhibit) and placed.width == "two_thirds" for placed in row):
        return _widened(row)
    return tuple(row)
