"""Numbers of workbooks."""

from __future__ import annotations

from decimal import Decimal

from reports.intake import xlsx


def test_a_number_is_never_changed_by_the_way_it_is_kept() -> None:
    assert xlsx._number(5864.6) == Decimal("5864.6")
    assert xlsx._number(3) == Decimal(3)
