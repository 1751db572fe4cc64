"""Columns are as even as can be, and set as planned where the plan is true."""

from __future__ import annotations

from dataclasses import replace
from itertools import product, repeat
from typing import Any

import pytest

from reports.rendering import pdf
from reports.rendering.balance import Balance, balanced_columns, even_columns
from reports.rendering.context import environment
from reports.rendering.heights import columns_height, line_of
from reports.rendering.layout import Layout, plan_layout
from reports.rendering.measure import measure
from reports.rendering.typesetting import LocalTypesetter
from tests.rendering.example_edition import example_edition
from tests.rendering.printing import laid_out, placeholders

PROSE = [list(some) for some in product((1, 2, 5, 8), (1, 3, 6), (1, 4, 9), (2, 5))]
PROSE += [[8, 2, 1], [5, 4], [6, 1], [1], [3], [7, 1, 8, 6, 1], [2, 2, 8, 6, 2, 1]]
"""The lines of some paragraphs."""


def test_columns_of_entries_are_as_even_as_their_order_allows() -> None:
    assert even_columns([3, 3, 3, 3, 3, 3], 3) == [(0, 2), (2, 4), (4, 6)]
    assert even_columns([9, 1, 1, 1], 2) == [(0, 1), (1, 4)]
    assert even_columns([], 3) == []
    assert even_columns([5], 3) == [(0, 1)]


def test_a_paragraph_leaves_two_lines_on_each_side_of_a_column() -> None:
    assert balanced_columns([4, 4], 2.0) == Balance(8.0, (4, 4))
    assert balanced_columns([3], 2.0) == Balance(6.0, (3,))
    assert balanced_columns([10], 2.0) == Balance(10.0, (5, 5))
    assert balanced_columns([3, 3], 2.0).lines == (3, 3)
    assert balanced_columns([], 2.0) == Balance(0.0, ())


@pytest.mark.slow
def test_columns_of_prose_are_as_high_as_they_come_out() -> None:
    document = laid_out(prose())
    boxes = (box for page in document.pages for box in page._page_box.children[0].descendants())
    found = [
        box.height * 25.4 / 96
        for box in boxes
        if box.element_tag == "div" and box.element.get("class") and not box.is_column
    ]
    for lines, height in zip(PROSE, found, strict=True):
        assert columns_height(lines) == pytest.approx(height, abs=0.1), lines


@pytest.mark.slow
def test_columns_that_are_set_hold_the_lines_that_balanced_ones_do() -> None:
    plans = [balanced_columns(lines, line_of("body")) for lines in PROSE]
    planned = {str(lines): plan.lines for lines, plan in zip(PROSE, plans, strict=True)}
    assert measure(laid_out(prose(*plans))).columns == planned
    assert measure(laid_out(prose())).columns == planned


def prose(*plans: Balance) -> str:
    """Return the paragraphs in two columns each, set as planned, or else balanced."""
    macros: Any = environment().get_template("partials/macros.html").module
    heights = map(macros.balanced, plans) if plans else repeat("")
    return "".join(
        f'<div class="prose columns-2" data-columns="{lines}" style="break-after:page;{height}">'
        + "".join(f"<p>{'<br>'.join('x' * count)}</p>" for count in lines)
        + "</div>"
        for lines, height in zip(PROSE, heights, strict=False)
    )


@pytest.mark.slow
@pytest.mark.parametrize("more", [-1, 3])
def test_columns_that_were_misjudged_are_balanced(more: int) -> None:
    edition = example_edition()
    plan = plan_layout(edition)
    true = plan.balances["lead"]
    height = true.height + more * line_of("body")
    false = Balance(height, tuple(lines + more for lines in true.lines))
    wrong = replace(plan, balances={**plan.balances, "lead": false})
    assert printed(wrong) == printed(replace(plan, balances={}))


@pytest.mark.slow
def test_what_is_planned_is_set_at_once() -> None:
    edition = example_edition()
    plan = plan_layout(edition)
    assert len(plan.balances) > 1
    body = pdf.print_html(edition, plan).partition("<body>")[2]
    assert body.count("column-fill:auto") == body.count("columns-2") == len(plan.balances)
    assert LocalTypesetter().lay_out(pdf.print_html(edition, plan)).columns == {
        key: planned.lines for key, planned in plan.balances.items()
    }


def printed(plan: Layout) -> bytes:
    return pdf.render_pdf(example_edition(), placeholders(plan), plan).data
