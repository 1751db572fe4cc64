"""Where pages end: units with heights and gaps that can give way, put on pages at the least cost.

A page that is not the last may end with at most `MOST_WHITE` mm of white, the last with at most
half a page. The cure for white, in this order: higher charts, wider gaps. What starts a page should
be the head of a section or an exhibit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import inf
from typing import NamedTuple

from reports.rendering.heights import Extent, line_of
from reports.rendering.tokens import tokens

MOST_WHITE = 30.0
PAGES = (3, 6)
"""The pages of a briefing, without its annex."""
GLUED = 3000.0
"""The cost of starting a page with what must stay with the unit before it."""
_RESERVE = 1.0
"""Kept free at the foot of a page: sums are that exact, but for a line broken elsewhere."""
_GOOD_WHITE = 6.0
"""Charts grow until so much is left."""
_SAFETY = 1.6
"""Plans stay so far below the limits of white: what a sum may be wrong by."""
_WIDEST = 2.6
"""Gaps may grow to so much more than they should before white at the foot is left."""
_PAGE_COST = 8.0
FAULT_COST = 500.0
_MOST_PAGES = 14
Costs = tuple[Mapping[int, tuple[float, int]], ...]
"""By where pages end and by how many there are: their cost, and where the last of them starts."""
_START: Costs = ({0: (0.0, 0)},)


@dataclass(frozen=True)
class Unit:
    """Something that stays on one page, with the white above it.

    `top_saving` is what it is lower by at the top of a page, `top_cost` how ill it stands there:
    nothing for the head of a section, `GLUED` for what must stay with the unit before it.
    """

    key: str
    extent: Extent
    gap: Extent
    top_saving: float = 0.0
    top_cost: float = 0.0
    apart: bool = False
    """Part of the annex, whose pages do not count among those of the briefing."""


@dataclass(frozen=True)
class Placing:
    """A unit on its page: how far it gives way, the white above it, whether it starts the page."""

    unit: Unit
    stretch: float
    gap: float
    top: bool

    @property
    def height(self) -> float:
        """Return the height in mm, what the top of a page saves included."""
        return self.unit.extent.at(self.stretch)


@dataclass(frozen=True)
class Page:
    """Units on a page, the white left below them and how far that is from the best."""

    placings: tuple[Placing, ...]
    white: float
    cost: float


@cache
def capacity(number: int) -> float:
    """Return the height in mm that page `number`, counted from 1, has for its text."""
    margin = tokens()["page"]["margin_mm"]
    top = margin["first_page_top"] if number == 1 else margin["top"]
    return 297.0 - float(top) - float(margin["bottom"])


def most_white(last: bool) -> float:
    """Return the white in mm that may be left on a page."""
    return capacity(2) / 2 if last else MOST_WHITE


def fill_page(units: Sequence[Unit]) -> Page | None:
    """Put units on one page, as full as any but the last; None where they do not fit."""
    if not _fits(units[0], _load(units), 1):
        return None
    page = _page(units, 1, last=False)
    return page if page.white >= 0 else None


def begin_pages(units: Sequence[Unit]) -> Costs:
    """Return what any plan that begins with these units starts from, whatever follows them."""
    return _costs(units, _START, len(units) - 1)  # What follows tells if the last one ends it all.


def fill_pages(units: Sequence[Unit], begun: Costs = _START) -> tuple[Page, ...]:
    """Put units on pages so that the sum of all costs is least; some may be begun with."""
    costs = _costs(units, begun, len(units))
    number = min(costs[-1], key=lambda n: costs[-1][n][0])
    pages: list[Page] = []
    end = len(units)
    for pages_so_far in range(number, 0, -1):
        cost, start = costs[end][pages_so_far]
        page = _page(units[start:end], 2 if start else 1, last=end == len(units))
        pages.append(replace(page, cost=cost - costs[start][pages_so_far - 1][0]))
        end = start
    return tuple(reversed(pages))


def _costs(units: Sequence[Unit], begun: Costs, until: int) -> Costs:
    """Return the least costs of pages that end before each unit, from those known up to `until`."""
    best = list(begun)
    for end in range(len(begun), until + 1):
        last, ends = end == len(units), _ends(units, end)
        limit = _safe_white(units[end - 1], last=last)
        least: dict[int, tuple[float, int]] = {}
        for start, load in _loads(units, end):
            if not best[start]:
                continue
            top, number = units[start], 2 if start else 1
            if not _fits(top, load, number):
                break
            filling = _filling(top, load, number, limit, last=last)
            cost_as = _count_costs(apart=top.apart, ends=ends)
            for pages, (cost, _) in best[start].items():
                total = cost + filling.cost + cost_as[pages]
                if total < least.get(pages + 1, (inf, 0))[0]:
                    least[pages + 1] = (total, start)
        best.append(least)
    return tuple(best)


def _ends(units: Sequence[Unit], end: int) -> bool:
    """Tell whether the briefing ends before `end`, or its annex goes on there."""
    return end == len(units) or units[end].apart or units[end - 1].apart


@cache
def _count_costs(*, apart: bool, ends: bool) -> tuple[float, ...]:
    """Return what a page costs as the first, the second … and as one more than is ever made.

    The last page of a briefing that is too short costs as well; pages of the annex never do.
    """
    if apart:
        return (*(0.0,) * _MOST_PAGES, inf)
    low, high = PAGES
    short = [FAULT_COST * max(0, low - number) * ends for number in range(1, high + 1)]
    return (*short, *(FAULT_COST,) * (_MOST_PAGES - high), inf)


class _Load(NamedTuple):
    """What units and the gaps between them come to, and what bodies and gaps can grow by."""

    units: int
    low: float
    best: float
    bodies: float
    gaps: float


class _Filling(NamedTuple):
    """How far the bodies and the gaps of a page give way, the white left and what that costs."""

    body: float
    gap: float
    white: float
    cost: float


def _loads(units: Sequence[Unit], end: int) -> Iterator[tuple[int, _Load]]:
    """Yield where a page that ends before `end` may start, the nearest first, and its load.

    Each load is the one before with a unit on top: no page is summed up from its first unit on.
    """
    low = best = bodies = gaps = 0.0
    for start in reversed(range(end)):
        body, gap = units[start].extent, units[start].gap
        low, best, bodies = low + body.low, best + body.best, bodies + (body.high - body.best)
        yield start, _Load(end - start, low, best, bodies, gaps)
        low, best, gaps = low + gap.low, best + gap.best, gaps + (gap.high - gap.best)


def _load(units: Sequence[Unit]) -> _Load:
    bodies = [unit.extent for unit in units]
    gaps = [unit.gap for unit in units[1:]]
    return _Load(
        len(units),
        sum(e.low for e in (*bodies, *gaps)),
        sum(e.best for e in (*bodies, *gaps)),
        sum(e.high - e.best for e in bodies),
        sum(e.high - e.best for e in gaps),
    )


def _page(units: Sequence[Unit], number: int, *, last: bool) -> Page:
    limit = _safe_white(units[-1], last=last)
    filling = _filling(units[0], _load(units), number, limit, last=last)
    whites = (0.0, *(unit.gap.at(filling.gap) for unit in units[1:]))
    placings = tuple(
        Placing(unit, filling.body, above, unit is units[0])
        for unit, above in zip(units, whites, strict=True)
    )
    return Page(placings, filling.white, filling.cost)


def _fits(top: Unit, load: _Load, number: int) -> bool:
    """Tell whether a page that starts with a unit has room; one too high has a page of its own."""
    return load.low - top.top_saving <= capacity(number) - _RESERVE or load.units == 1


def _filling(top: Unit, load: _Load, number: int, limit: float, *, last: bool) -> _Filling:
    """Let a page that starts with a unit give way until it is as full as can be."""
    room = capacity(number) - _RESERVE
    body, gap = _stretches(room + top.top_saving, load, limit, last=last)
    if body < 0:
        height = load.best + body * (load.best - load.low)
    else:
        height = load.best + body * load.bodies + gap * load.gaps
    white = room + _RESERVE - (height - top.top_saving)
    cost = _PAGE_COST + _white_cost(white, limit, last=last) + 12 * max(0.0, -body) + _gap_cost(gap)
    return _Filling(body, gap, white, cost + (top.top_cost if number > 1 else 0.0))


def _stretches(room: float, load: _Load, limit: float, *, last: bool) -> tuple[float, float]:
    """Return how far bodies and gaps give way: -1 for the least height, 1 for the most."""
    low, best = load.low, load.best
    if best > room:
        shrink = -1.0 if low >= best else -min(1.0, (best - room) / (best - low))
        return shrink, shrink
    wanted = room + _RESERVE - best - (limit if last else _GOOD_WHITE)
    grow = _share(wanted, load.bodies)
    left = room + _RESERVE - best - grow * load.bodies
    return grow, _share(left - limit, load.gaps, _WIDEST)


def _share(wanted: float, most: float, limit: float = 1.0) -> float:
    """Return the share of what extents can grow by that gives the height wanted, up to a limit."""
    return 0.0 if wanted <= 0 or most <= 0 else min(limit, wanted / most)


def _gap_cost(gap: float) -> float:
    return 20 * gap**2 + 150 * max(0.0, gap - 1)


def _safe_white(end: Unit, *, last: bool) -> float:
    """Return the white that a plan may leave; a line less where entries in columns end the page."""
    entries = end.apart or end.key.startswith("sources")
    reserve = line_of("endnote") if entries else 0.0
    return most_white(last) - (2 * _SAFETY if last else _SAFETY) - reserve


def _white_cost(white: float, limit: float, *, last: bool) -> float:
    if white > limit + 0.01:
        return FAULT_COST + 20 * (white - limit)
    return 0.0 if last else 0.3 * max(0.0, white - 2 * _GOOD_WHITE)
