"""Units of layout are put on pages in their order, and as full as they should be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.rendering.heights import Extent
from reports.rendering.pages import GLUED, Unit, capacity, fill_pages


def unit(key: str, height: float, *, cost: float = 0.0, give: float = 0.0) -> Unit:
    gap = Extent(3, 5, 10)
    return Unit(key, Extent(height - give, height, height + give), gap, 0.0, cost)


def test_pages_grow_charts_before_gaps_and_leave_no_more_white_than_allowed() -> None:
    units = [unit(str(n), 110, give=8) for n in range(6)]
    pages = fill_pages(units)
    assert len(pages) == 3
    for page in pages[:-1]:
        assert page.white <= 30
        assert all(placing.stretch > 0 for placing in page.placings)
    stiff = fill_pages([unit(str(n), 110) for n in range(6)])
    assert [page.placings[1].gap > 5 for page in stiff] == [True, True, False]


ANY_UNIT = st.builds(
    lambda size, give, cost, saving, gap: replace(
        unit("any", size, cost=cost, give=give), gap=gap, top_saving=saving
    ),
    st.floats(4, 90),
    st.floats(0, 4),
    st.sampled_from([0.0, 30.0]),
    st.sampled_from([0.0, 2.0, -6.0]),
    st.sampled_from([Extent.fixed(0.0), Extent(3, 5, 10)]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ANY_UNIT, min_size=1, max_size=24))
def test_every_unit_is_on_a_page_in_order_and_fits(units: list[Unit]) -> None:
    pages = fill_pages(units)
    assert [placing.unit for page in pages for placing in page.placings] == units
    for number, page in enumerate(pages, 1):
        gaps = [placing.gap for placing in page.placings]
        high = sum(placing.height for placing in page.placings) + sum(gaps)
        saved = page.placings[0].unit.top_saving
        assert page.white == pytest.approx(capacity(number) - high + saved)
        assert page.white > 0
        assert gaps[0] == 0.0


def test_what_belongs_together_does_not_part_at_a_page_end() -> None:
    units = [unit("a", 150), unit("head", 60), unit("row", 60, cost=GLUED), unit("b", 200)]
    pages = fill_pages([*units, unit("c", 150)])
    starts = [page.placings[0].unit.key for page in pages]
    assert "row" not in starts


def test_a_unit_higher_than_a_page_has_a_page_of_its_own() -> None:
    pages = fill_pages([unit("a", 200), unit("b", 400), unit("c", 200)])
    assert [[placing.unit.key for placing in page.placings] for page in pages] == [
        ["a"],
        ["b"],
        ["c"],
    ]
