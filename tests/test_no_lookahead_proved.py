"""The proof of no look-ahead can fail: every leak that is made in a cut is found in an edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from reports.dataset import cut
from reports.dataset.parsing import KNOWN_ON
from tests.dataset.truncated import OUTCOME, PLACE, STATUS
from tests.drawn.datasets import Rows, datasets, ended
from tests.test_no_lookahead_properties import edition_days, said

LEAKS = (
    ("meetings", OUTCOME),
    ("meetings", (*PLACE, "name", "label")),
    ("meetings", ("end", "status")),
    ("tariffs", (*STATUS, "status")),
    ("controls", (*STATUS, "status")),
    ("calendar", ("superseded_on", "superseded_source_id")),
    ("sources", ("title", "published", "earliest", "later")),
)
"""Columns that a cut must blank, and that a leak shows."""
SEARCH = settings(
    max_examples=1000,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def differs(drawn: tuple[Rows, date]) -> bool:
    """Tell whether an edition shows something that a dataset which ends on its day has not."""
    rows, day = drawn
    return said(rows, day) != said(ended(rows, day), day)


def leaking(table: str, columns: tuple[str, ...]) -> Callable[[Any, date], Any]:
    """Return the cut of a table that lets some columns of a row through."""
    whole = cut._CUTS[table]
    return lambda row, day: replace(
        whole(row, day), **{column: getattr(row, column) for column in columns}
    )


@pytest.mark.slow
@pytest.mark.parametrize(("table", "columns"), LEAKS, ids=lambda part: str(part)[:30])
def test_a_column_that_is_shown_too_early_is_found(
    table: str, columns: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cut._CUTS, table, leaking(table, columns))
    find(st.tuples(datasets(), edition_days), differs, settings=SEARCH)


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted(KNOWN_ON.keys() - {"known_conflicts"}))
def test_a_row_that_is_shown_too_early_is_found(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_on = cut.known_on

    def early(row: Any) -> date:
        return date.min if row.ref.table == table else known_on(row)

    monkeypatch.setattr(cut, "known_on", early)
    find(st.tuples(datasets(), edition_days), differs, settings=SEARCH)
