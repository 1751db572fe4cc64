"""The guides say what the code does: every measure is named, every example comes out."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from reports import analysis
from tests.dataset.packages import DATA

GUIDE = (DATA.parent / "docs" / "analysis.md").read_text("utf-8")
CALLS = re.findall(r'\| `(\w+)\("([^"]+)"(?:, (\d))?\)` \| (.+?) \|', GUIDE)
TYPES = {"Difference", "Measure", "Rank", "Streak", "Tense", "percent_change", "round_half_up"}


def test_every_measure_and_wording_rule_is_explained() -> None:
    named = set(re.findall(r"`(\w+)[`(]", GUIDE))
    assert set(analysis.__all__) - TYPES <= named
    assert len(CALLS) >= 10


@pytest.mark.parametrize(("name", "value", "decimals", "printed"), CALLS)
def test_the_examples_come_out(name: str, value: str, decimals: str, printed: str) -> None:
    arguments = [int(decimals)] if decimals else []
    assert getattr(analysis, name)(Decimal(value), *arguments) == printed
