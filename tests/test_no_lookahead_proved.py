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
from tests.drawn.datasets import Rows, datasets, ended
from tests.test_no_lookahead_properties import edition_days, said

pytestmark = pytest.mark.slow

LEAKS = (
    ("meetings", "outcome_published"),
    ("meetings", "place_published"),
    ("meetings", "end"),
    ("tariffs", "status_changed"),
    ("controls", "status_changed"),
    ("calendar", "superseded_on"),
    ("sources", "published"),
    ("sources", "earliest"),
)
"""Days that a cut must heed."""
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


def leaking(table: str, column: str) -> Callable[[Any, date], Any]:
    """Return the cut of a table that takes what becomes known on the day of a column for old."""
    whole = cut._CUTS[table]

    def leaky(row: Any, day: date) -> Any:
        heeded: dict[str, Any] = {column: getattr(row, column)}
        if heeded[column] is None:
            return whole(row, day)
        ignored: dict[str, Any] = {column: date.min}
        return replace(whole(replace(row, **ignored), day), **heeded)

    return leaky


@pytest.mark.parametrize(("table", "column"), LEAKS)
def test_a_column_that_is_shown_too_early_is_found(
    table: str, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cut._CUTS, table, leaking(table, column))
    find(st.tuples(datasets(), edition_days), differs, settings=SEARCH)


@pytest.mark.parametrize("table", sorted(KNOWN_ON.keys() - {"known_conflicts"}))
def test_a_row_that_is_shown_too_early_is_found(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_on = cut.known_on

    def early(row: Any) -> date:
        return date.min if row.ref.table == table else known_on(row)

    monkeypatch.setattr(cut, "known_on", early)
    find(st.tuples(datasets(), edition_days), differs, settings=SEARCH)
