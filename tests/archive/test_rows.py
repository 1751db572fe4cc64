"""The rows in the archive are those that the facts name, as they were known on their day."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from reports.archive.rows import used_rows
from reports.briefings import build_edition
from reports.dataset import Dataset
from reports.dataset.dataset import load_dataset
from reports.model import Edition
from tests.dataset.packages import DATA, read, shipped

DAY = date(2025, 6, 9)


@pytest.fixture(scope="module")
def edition() -> Edition:
    """Return the edition of the day, without its forms."""
    return build_edition(shipped().as_of(DAY))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_every_row_and_source_that_a_fact_names_is_there_once(edition: Edition) -> None:
    found = used_rows(edition, shipped().as_of(DAY))
    named = {ref.table for fact in edition.facts for ref in fact.rows}
    assert {*found} == named | {"sources"}
    for name in named - {"sources"}:
        refs = {ref for fact in edition.facts for ref in fact.rows if ref.table == name}
        assert len(table(found[name])) >= len(refs)
    sources = {row["source_id"] for row in table(found["sources"])}
    assert sources >= {source for fact in edition.facts for source in fact.sources}
    for content in found.values():
        lines = content.decode().splitlines()[1:]
        assert len({*lines}) == len(lines)


def test_a_row_reads_as_in_the_dataset_but_for_what_was_not_known(edition: Edition) -> None:
    found = used_rows(edition, shipped().as_of(DAY))
    for name, content in found.items():
        rows = table(content)
        known = read(DATA, name)
        columns = rows[0].keys()
        for row in rows:
            assert any(
                all(row[column] in ("", other[column]) or column == "end" for column in columns)
                for other in known
            ), row
    days = [row["published"] for row in table(found["observations"])]
    assert max(days) <= DAY.isoformat()


def test_the_order_of_the_dataset_makes_no_difference(edition: Edition) -> None:
    dataset = load_dataset(DATA)
    turned = Dataset({name: rows[::-1] for name, rows in dataset._rows.items()})
    facts = replace(edition, facts=edition.facts[::-1])
    assert used_rows(facts, turned.as_of(DAY)) == used_rows(edition, dataset.as_of(DAY))
