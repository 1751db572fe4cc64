"""Ghosts: last week's values show where the past has moved, under the data, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from reports.charts import SLOTS, axis_numbers
from reports.charts.draw import scene_of
from reports.charts.ghosts import DASH
from reports.charts.scene import Area, Label, Mark, Scene, Stroke
from reports.model import Chart, ColumnChart, LinePoint
from tests.charts.examples import AS_OF, MOVED, MOVED_CHARTS, MOVED_PRICES, PRICES, RARE_EARTHS

SLOT_NAMES = [name for name, slot in SLOTS.items() if not slot.is_spark]


def scene(chart: Chart, slot: str) -> Scene:
    return scene_of(chart, SLOTS[slot])


def greys(marks: tuple[Mark, ...]) -> list[Stroke]:
    return [mark for mark in marks if isinstance(mark, Stroke) and mark.colour == "ctx"]


@pytest.mark.parametrize("slot", SLOT_NAMES)
def test_a_line_that_moved_has_last_weeks_broken_under_it(slot: str) -> None:
    marks = scene(MOVED_PRICES, slot).marks
    (ghost,) = greys(marks)
    assert ghost.dash == DASH
    assert [len(run) for run in ghost.lines] == [4, 2]
    line = next(m for m in marks if isinstance(m, Stroke) and m.colour == "cn" and m.round)
    assert marks.index(ghost) < marks.index(line)
    assert ghost.width < line.width
    assert not greys(scene(PRICES, slot).marks)


@pytest.mark.parametrize("slot", SLOT_NAMES)
def test_columns_that_moved_have_hollow_ones_behind_them(slot: str) -> None:
    marks = scene(MOVED, slot).marks
    (ghost,) = greys(marks)
    moved = [bar for bar in MOVED.bars if bar.before is not None]
    assert len(ghost.lines) == len(moved) == 4
    first = next(mark for mark in marks if isinstance(mark, Area))
    assert marks.index(ghost) < marks.index(first)
    assert not greys(scene(RARE_EARTHS, slot).marks)


@pytest.mark.parametrize("chart", MOVED_CHARTS.values(), ids=list(MOVED_CHARTS))
@pytest.mark.parametrize("slot", ["pdf_full", "pdf_half", "web_wide", "web_half", "email"])
def test_the_ghost_says_as_of_when(chart: Chart, slot: str) -> None:
    shown = [mark.text for mark in scene(chart, slot).marks if isinstance(mark, Label)]
    assert shown.count(AS_OF) == 1


def test_a_lower_ghost_shows_across_its_column() -> None:
    bars = tuple(replace(bar, before=None) for bar in MOVED.bars[:-1])
    lower = replace(MOVED, bars=(*bars, replace(MOVED.bars[-1], before=Decimal(4000))))
    higher = replace(MOVED, bars=(*bars, replace(MOVED.bars[-1], before=Decimal(5900))))
    assert len(papers(lower)) == len(papers(higher)) + 1


def papers(chart: ColumnChart) -> list[Stroke]:
    marks = scene(chart, "web_wide").marks
    return [m for m in marks if isinstance(m, Stroke) and m.colour == "paper" and not m.dash]


def test_gridlines_hold_the_ghosts_too() -> None:
    first = PRICES.points[0].period
    far = replace(PRICES, ghost=(LinePoint(first, Decimal(9)),))
    assert max(n.step * n.times for n in axis_numbers(far)) >= 9
    tall = replace(MOVED, bars=(*MOVED.bars[:-1], replace(MOVED.bars[-1], before=Decimal(20000))))
    top = max(n.step * n.times for n in axis_numbers(tall))
    assert top >= 20000
    for slot in SLOT_NAMES:
        (ghost,) = greys(scene(tall, slot).marks)
        assert min(y for run in ghost.lines for _, y in run) >= 0
