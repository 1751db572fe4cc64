"""Of fetched rows only what the dataset does not know is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.fetching.news import new_rows
from reports.fetching.values import FetchedRow, FetchedSource
from reports.model.periods import Period
from tests.dataset.packages import shipped

TODAY = date(2025, 7, 31)
SOURCE = FetchedSource("imf-1", "IMF", "A page", "https://example.org/", TODAY)
VIEW = shipped().as_of(TODAY)
# China's consumer prices fell 0.1% in May 2025, as published on 9 June.
MAY = FetchedRow("cpi_yoy_pct", Period(2025, 5), Decimal("-0.1"), TODAY, SOURCE)


@pytest.mark.parametrize(
    ("value", "is_new"), [("-0.1", False), ("-0.098", False), ("-0.2", True), ("0.1", True)]
)
def test_a_value_that_is_known_is_no_vintage_of_today(value: str, is_new: bool) -> None:
    row = replace(MAY, value=Decimal(value))
    assert bool(new_rows([row], VIEW, with_vintages=False)) is is_new


def test_a_period_that_is_not_known_is_new() -> None:
    row = replace(MAY, period=Period(2025, 7))
    assert new_rows([row], VIEW, with_vintages=False) == (row,)


def test_a_vintage_is_known_by_its_day() -> None:
    known = VIEW.vintages("cpi_yoy_pct", MAY.period)[0]
    same = replace(MAY, published=known.published, value=known.value)
    older = replace(same, published=date(2025, 6, 1))
    assert new_rows([same, older], VIEW, with_vintages=True) == (older,)
