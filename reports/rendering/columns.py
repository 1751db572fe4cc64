"""How broad the columns of a table are: as given, unless some words then wrap without need.

Texts vary from week to week, and so does the room they take: "9 July" fits where "20 November"
does not. Columns give each other room for whole cells, as long as rows get lower by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reports.model import Block, TableBlock, TableSpec, Text, Width
from reports.rendering.heights import BOX_MM, span_mm
from reports.rendering.lines import Ruler, Style, styles

_MOST_MOVES = 6
"""Room is moved so many times at most."""
_SLACK_MM = 0.3
"""A cell is given so much more than its words are thought to take."""
_BETWEEN_NUMBERS_MM = 1.5
"""Columns of numbers keep so much more between them."""
_LABEL_STEP_MM = 0.5
_Counts = tuple[tuple[int, ...], int]
_Cost = tuple[int, int, int]


@dataclass(frozen=True)
class _Cells:
    """The cells of a column, with the widths of their longest parts and of their lines in mm."""

    texts: tuple[Text, ...]
    font: Style
    kind: str
    widths: tuple[tuple[float, float], ...]
    label: float
    """What its head takes on no more lines than the head of the table had, padding included."""
    needed: float
    """What it takes for every cell to stand in a line, padding included."""
    padding: float


def fitted(block: Block, ruler: Ruler) -> Block:
    """Return a block, with columns that fit their words where it is a table."""
    if not isinstance(block, TableBlock):
        return block
    return replace(block, table=fit_columns(block.table, ruler, block.width))


def fit_columns(table: TableSpec, ruler: Ruler, width: Width) -> TableSpec:
    """Return a table whose columns have given each other room where rows get lower by it."""
    breadth = span_mm(width)
    shares = [column.width * breadth for column in table.columns]
    head = _head_lines(ruler, table, shares)
    cells = [_cells(ruler, table, number, head) for number in range(len(shares))]
    counts = [_counts(ruler, *pair) for pair in zip(cells, shares, strict=True)]
    for _ in range(_MOST_MOVES):
        moves = (_tried(ruler, cells, (shares, counts), new) for new in _moves(cells, shares))
        cost, new = min(moves, default=(_cost(counts), shares))
        if cost >= _cost(counts):
            break
        shares = new
        counts = [_counts(ruler, *pair) for pair in zip(cells, shares, strict=True)]
    columns = zip(table.columns, shares, strict=True)
    return replace(
        table, columns=tuple(replace(column, width=share / breadth) for column, share in columns)
    )


def _cells(ruler: Ruler, table: TableSpec, number: int, head: int) -> _Cells:
    column = table.columns[number]
    body = styles()["table"]
    font = body.strong if column.kind == "head" else body
    texts = tuple(row[number].text for row in table.rows)
    widths = tuple(ruler.widths(text, font) for text in texts)
    padding = _padding(column.kind)
    label = padding + _label_width(ruler, column.label, head)
    needed = max((label, *(line + padding for _, line in widths)))
    if column.kind == "number":
        needed = max(label, needed + _BETWEEN_NUMBERS_MM)
    return _Cells(texts, font, column.kind, widths, label, needed, padding)


def _head_lines(ruler: Ruler, table: TableSpec, shares: Sequence[float]) -> int:
    """Return the lines of the head of a table as its columns were given."""
    font = styles()["table_head"]
    return max(
        ruler.lines(column.label, share - _padding(column.kind), font)
        for column, share in zip(table.columns, shares, strict=True)
    )


def _padding(kind: str) -> float:
    return BOX_MM["number-left" if kind == "number" else "cell-right"] + _SLACK_MM


def _label_width(ruler: Ruler, label: str, most: int) -> float:
    """Return the least width in mm at which a label takes no more lines than given."""
    font = styles()["table_head"]
    longest, line = ruler.widths((label,), font)
    steps = (longest + step * _LABEL_STEP_MM for step in range(int(line / _LABEL_STEP_MM) + 1))
    return next((width for width in steps if ruler.lines(label, width, font) <= most), line)


def _counts(ruler: Ruler, cells: _Cells, share: float) -> _Counts:
    """Return the lines of each cell, and how many cells have a word too broad for the column."""
    room = share - cells.padding
    if cells.kind not in ("head", "text") or share >= cells.needed:
        return (1,) * len(cells.texts), 0
    counts = tuple(max(1, ruler.lines(text, room, cells.font)) for text in cells.texts)
    return counts, sum(longest > room for longest, _ in cells.widths)


def _cost(counts: Sequence[_Counts]) -> _Cost:
    """Return words that spill over, lines of the rows and lines of all cells: less is better."""
    rows = [max(row) for row in zip(*(lines for lines, _ in counts), strict=True)]
    return sum(spilt for _, spilt in counts), sum(rows), sum(sum(lines) for lines, _ in counts)


def _tried(
    ruler: Ruler,
    cells: Sequence[_Cells],
    now: tuple[list[float], list[_Counts]],
    new: list[float],
) -> tuple[_Cost, list[float]]:
    """Return what a table with new shares costs, and the shares."""
    counts = [
        before if share == old else _counts(ruler, each, share)
        for each, old, before, share in zip(cells, *now, new, strict=True)
    ]
    return _cost(counts), new


def _moves(cells: Sequence[_Cells], shares: list[float]) -> Iterator[list[float]]:
    """Yield shares that give a column just the room that one of its cells lacks.

    It takes what others can spare, in proportion; if that is too little, the rest from one of them.
    """
    numbers = [number for number, each in enumerate(cells) if each.kind in ("head", "text")]
    for taker in numbers:
        spare = [
            max(0.0, share - each.needed) if each.kind in ("head", "text", "number") else 0.0
            for each, share in zip(cells, shares, strict=True)
        ]
        spare[taker] = 0.0
        for size in _lacking(cells[taker], shares[taker]):
            part = min(1.0, size / sum(spare)) if sum(spare) else 0.0
            new = [share - free * part for share, free in zip(shares, spare, strict=True)]
            new[taker] += size
            rest = size - sum(spare) * part
            if rest < 1e-6:
                yield new
                continue
            for giver in numbers:
                if giver != taker and new[giver] - rest >= cells[giver].label:
                    yield [*new[:giver], new[giver] - rest, *new[giver + 1 :]]


def _lacking(cells: _Cells, share: float) -> list[float]:
    """Return the room in mm that cells lack for their longest word, and for standing in a line."""
    room = share - cells.padding
    return sorted({width - room + 0.01 for both in cells.widths for width in both if width > room})
