"""Draws that all tables share: days, periods, pages, numbers."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

FIRST, LAST = date(2024, 12, 15), date(2025, 4, 15)
"""Few months, so that much happens in any week, with a new year and a joint figure among them."""
PAGES = ("S-online", "S-offline", "S-young", "S-undated")
"""Pages that drawn rows cite: with an address, without one, and two that may be younger."""

days = st.dates(FIRST, LAST)
pages = st.sampled_from(PAGES)
sides = st.sampled_from(("US", "CN"))


def after(day: date, most: int, least: int = 0) -> st.SearchStrategy[date]:
    """Draw a day some days after another."""
    return st.integers(least, most).map(lambda number: day + timedelta(days=number))


def rarely(found: st.SearchStrategy[date]) -> st.SearchStrategy[date | None]:
    """Draw a day or none."""
    return st.none() | found
