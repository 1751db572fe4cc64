"""Where pages end: units with heights and gaps that can give way, put on pages at the least cost.

A page that is not the last may end with at most `MOST_WHITE` mm of white, the last with at most
half a page. The cure for white, in this order: higher charts, wider gaps. What starts a page should
be the head of a section or an exhibit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

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
    page = _page(units, 1, last=False)
    return page if page is None or page.white >= 0 else None


def fill_pages(units: Sequence[Unit]) -> tuple[Page, ...]:
    """Put units on pages so that the sum of all costs is least."""
    count = len(units)
    # best[end][pages]: the cost of the units before `end` on so many pages, and their last page.
    best: list[dict[int, tuple[float, int, Page | None]]] = [{} for _ in range(count + 1)]
    best[0][0] = (0.0, 0, None)
    for end in range(1, count + 1):
        for start in reversed(range(end)):
            if not best[start]:
                continue
            page = _page(units[start:end], 2 if start else 1, last=end == count)
            if page is None:
                break
            cost_as = _count_costs(units, start, end)
            for pages, (cost, _, _) in best[start].items():
                total = cost + page.cost + cost_as[min(pages, PAGES[1])]
                if pages < _MOST_PAGES and total < best[end].get(pages + 1, (inf, 0, None))[0]:
                    best[end][pages + 1] = (total, start, page)
    return _trace(best)


def _trace(best: list[dict[int, tuple[float, int, Page | None]]]) -> tuple[Page, ...]:
    number = min(best[-1], key=lambda n: best[-1][n][0])
    pages: list[Page] = []
    end = len(best) - 1
    for pages_so_far in range(number, 0, -1):
        cost, start, page = best[end][pages_so_far]
        if page is not None:
            pages.append(replace(page, cost=cost - best[start][pages_so_far - 1][0]))
        end = start
    return tuple(reversed(pages))


def _count_costs(units: Sequence[Unit], start: int, end: int) -> tuple[float, ...]:
    """Return what a page costs as the first, the second … and as one too many.

    The last page of a briefing that is too short costs as well; pages of the annex never do.
    """
    low, high = PAGES
    if units[start].apart:
        return (0.0,) * (high + 1)
    ends = end == len(units) or units[end].apart or units[end - 1].apart
    short = [FAULT_COST * max(0, low - number) * ends for number in range(1, high + 1)]
    return (*short, FAULT_COST)


def _page(units: Sequence[Unit], number: int, *, last: bool) -> Page | None:
    """Fill one page; return None where the units do not fit."""
    room = capacity(number) - _RESERVE
    saving = units[0].top_saving
    bodies = [unit.extent for unit in units]
    gaps = [unit.gap for unit in units[1:]]
    low = sum(e.low for e in (*bodies, *gaps)) - saving
    if low > room and len(units) > 1:
        return None
    limit = _safe_white(units[-1], last=last)
    body, gap = _stretches(room + saving, bodies, gaps, limit, last=last)
    whites = [0.0, *(extent.at(gap) for extent in gaps)]
    white = room + _RESERVE - (sum(extent.at(body) for extent in bodies) + sum(whites) - saving)
    cost = _PAGE_COST + _white_cost(white, limit, last=last) + 12 * max(0.0, -body) + _gap_cost(gap)
    if number > 1:
        cost += units[0].top_cost
    placings = tuple(
        Placing(unit, body, above, unit is units[0])
        for unit, above in zip(units, whites, strict=True)
    )
    return Page(placings, white, cost)


def _stretches(
    room: float, bodies: Sequence[Extent], gaps: Sequence[Extent], limit: float, *, last: bool
) -> tuple[float, float]:
    """Return how far bodies and gaps give way: -1 for the least height, 1 for the most."""
    best = sum(e.best for e in (*bodies, *gaps))
    if best > room:
        low = sum(e.low for e in (*bodies, *gaps))
        shrink = -1.0 if low >= best else -min(1.0, (best - room) / (best - low))
        return shrink, shrink
    wanted = room + _RESERVE - best - (limit if last else _GOOD_WHITE)
    grow = _share(wanted, bodies)
    left = room + _RESERVE - best - grow * sum(e.high - e.best for e in bodies)
    return grow, _share(left - limit, gaps, _WIDEST)


def _share(wanted: float, extents: Sequence[Extent], limit: float = 1.0) -> float:
    """Return the share of what extents can grow by that gives the height wanted, up to a limit."""
    most = sum(extent.high - extent.best for extent in extents)
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
