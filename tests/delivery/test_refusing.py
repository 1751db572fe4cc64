"""What keeps an edition back is read from the very words that its readers see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.delivery.refusing import overdue_in
from tests.briefings.editions import LONDON, edition

pytestmark = pytest.mark.slow


def test_what_a_briefing_calls_overdue_is_found() -> None:
    assert overdue_in(edition(LONDON)) == []
    assert "Consumer prices" in overdue_in(edition("2026-03-02"))


def test_an_edition_that_does_not_say_how_fresh_it_is_is_not_taken_for_fresh() -> None:
    with pytest.raises(ValueError, match="how fresh its data are"):
        overdue_in(replace(edition(LONDON), sections=()))
