"""No look-ahead on drawn datasets: nothing that is learnt later shows, whatever the data hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from reports.briefings import build_edition
from reports.dataset.cut import known_on
from reports.dataset.rules import check_rules
from reports.dataset.schema import TABLES
from reports.dataset.view import AsOfView
from reports.errors import DataError
from reports.model import Edition, fact_spans, recomputed
from tests.briefings.editions import with_rows
from tests.comparing import first_difference
from tests.drawn.common import FIRST, LAST
from tests.drawn.datasets import Rows, dataset_of, datasets, ended, later

pytestmark = pytest.mark.slow

FEW = 8
edition_days = st.dates(FIRST + timedelta(days=20), LAST)
MORE, MANY = 24, 150
many = pytest.param(MANY, marks=pytest.mark.slow)
few_and_many = pytest.mark.parametrize("examples", [FEW, many])
"""A few datasets for the quick suite, always the same ones, and many among the slow tests.

Only those many are made smaller where they fail, which takes minutes.
"""


def on(examples: int) -> Callable[[Any], Any]:
    """Return the settings for a number of examples; in CI, Hypothesis always draws the same."""
    heavy = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    fixed: dict[str, Any] = {"derandomize": True, "database": None, "phases": [Phase.generate]}
    fixed = {} if examples == MANY else fixed
    return settings(max_examples=examples, deadline=None, suppress_health_check=heavy, **fixed)


def built(rows: Rows, day: date) -> Edition | None:
    """Return the edition of a day, or None where the briefing refuses to build one."""
    try:
        return build_edition(dataset_of(rows).as_of(day))
    except DataError:
        return None


def said(rows: Rows, day: date) -> str:
    """Return the edition of a day as JSON with its rows, empty where there is none."""
    try:
        return with_rows(dataset_of(rows).as_of(day))
    except DataError:
        return ""


@pytest.mark.parametrize("examples", [MORE, many])
def test_an_edition_is_that_of_a_dataset_that_ends_on_its_day(examples: int) -> None:
    @on(examples)
    @given(datasets(), edition_days)
    def holds(rows: Rows, day: date) -> None:
        assert not first_difference(said(rows, day), said(ended(rows, day), day))

    holds()


@few_and_many
def test_no_row_that_is_learnt_later_changes_an_edition(examples: int) -> None:
    @on(examples)
    @given(datasets(), datasets(first=50), edition_days)
    def holds(rows: Rows, more: Rows, day: date) -> None:
        before = said(rows, day)
        grown = rows | {name: table + rows[name] for name, table in later(more, day).items()}
        assert not first_difference(said(grown, day), before)

    holds()


@few_and_many
def test_every_number_has_one_fact_that_follows_from_rows_known_on_the_day(examples: int) -> None:
    @on(examples)
    @given(datasets(), edition_days)
    def holds(rows: Rows, day: date) -> None:
        edition = built(rows, day)
        assume(edition is not None)
        if edition is None:
            return
        counted = Counter(fact.key for fact in edition.facts)
        assert set(counted.values()) <= {1}
        assert {span.key for span in fact_spans(edition)} <= set(counted)
        for fact in edition.facts:
            assert recomputed(fact) == fact.value, fact.key
            assert all(row.vintage <= day for row in fact.rows), fact.key
            assert set(fact.sources) <= {source.id for source in edition.sources}, fact.key

    holds()


@few_and_many
def test_a_view_cut_again_is_the_view_of_the_earlier_day(examples: int) -> None:
    @on(examples)
    @given(datasets(), edition_days, edition_days, edition_days)
    def holds(rows: Rows, one: date, two: date, three: date) -> None:
        first, middle, last = sorted((one, two, three))
        whole = dataset_of(rows).as_of(last)
        assert contents(whole.earlier(last)) == contents(whole)
        assert contents(whole.earlier(middle).earlier(first)) == contents(
            dataset_of(rows).as_of(first)
        )

    holds()


@few_and_many
def test_knowledge_only_grows(examples: int) -> None:
    @on(examples)
    @given(datasets(), edition_days, edition_days)
    def holds(rows: Rows, one: date, other: date) -> None:
        before, after = (dataset_of(rows).as_of(day) for day in sorted((one, other)))
        for name, table in contents(before).items():
            assert keys(table) <= keys(contents(after)[name])
            assert all(known_on(row) <= before.day for row in table if name not in UNDATED)
        for row in before._rows["observations"]:
            known = before.vintages(row.series_id, row.period)
            assert known == after.vintages(row.series_id, row.period)[: len(known)]

    holds()


UNDATED = ("series", "sources")


def contents(view: AsOfView) -> dict[str, tuple[Any, ...]]:
    """Return all rows of a view by table."""
    return dict(view._rows)


def keys(table: tuple[Any, ...]) -> Counter[Any]:
    """Return the keys of the rows of a table, how often each stands there."""
    return Counter((row.ref.key, row.ref.vintage) for row in table)


@few_and_many
def test_the_datasets_drawn_are_those_that_a_check_lets_pass(examples: int) -> None:
    """Else a failure of the tests above might be no fault, and no failure no proof."""

    @on(examples)
    @given(datasets())
    def holds(rows: Rows) -> None:
        problems = check_rules(dataset_of(rows)._rows, {name: name for name in TABLES})
        assert not [str(problem) for problem in problems]

    holds()
