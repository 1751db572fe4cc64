"""What every edition of 2025 tells the pages of the archive."""

from __future__ import annotations

from datetime import date

import pytest

from reports.archive.told import newest_values, told
from reports.model import TableBlock, plain, to_json
from reports.rendering.ledger import facts_file
from tests.briefings.editions import MONDAYS, edition

pytestmark = pytest.mark.slow


def test_every_monday_is_read_whole() -> None:
    for day in MONDAYS:
        made = edition(day)
        found = told(to_json(made).encode())
        assert found, day
        tables = {
            block.table.key: block.table
            for section in made.sections
            for block in section.blocks
            if isinstance(block, TableBlock)
        }
        assert len(found.ahead) == len(tables["dates-ahead"].rows)
        assert all(date.fromisoformat(day) < each.end for each in found.ahead)
        assert found.freshness
        assert len(found.freshness.rows) == len(tables["freshness"].rows)
        assert [each.value for each in found.figures] == [k.value.text for k in made.key_figures]
        assert found.headline == plain(made.headline)
        assert {plain(text) for text in made.lead} <= {*found.passages}
        assert len({*found.passages}) == len(found.passages) > 40


def test_the_newest_values_are_those_of_the_facts() -> None:
    made = edition("2025-06-09")
    facts = {fact.key: fact for fact in made.facts}
    values = newest_values(facts_file(made))
    assert len(values) > 8
    for each in values:
        fact = facts[each.key]
        assert (each.shown, each.period, each.status) == (fact.shown, fact.period, fact.status)
        assert each.known == max(row.vintage for row in fact.rows)
        assert len(each.sources) == len(fact.sources)
