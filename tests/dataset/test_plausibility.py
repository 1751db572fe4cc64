"""What is possible but odd is a warning, and what an editor has looked at is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reports.dataset import SeriesInfo, check_dataset
from reports.dataset.findings import Finding
from reports.dataset.plausibility import JUMP, PAST_CHANGES, oddities
from reports.dataset.rows import Definition, Located
from reports.dataset.view import view_of
from reports.errors import Problem
from reports.model import Period
from tests.analysis.views import EMPTY, row, series
from tests.dataset.packages import DATA, copy, edit, read, write

STEADY = [100, 104, 99, 103, 98, 102, 101, 105, 100, 104, 99]
MONTHS = [f"2023-{month:02}" for month in range(4, 13)] + [f"2024-{n:02}" for n in range(1, 13)]


def odd(
    values: dict[str, str], info: SeriesInfo | None = None, breaks: tuple[Definition, ...] = ()
) -> list[Finding]:
    """Return what is odd about a series with some values by period."""
    info = info or series("v", "level", "tonnes")
    rows: dict[str, tuple[Any, ...]] = dict.fromkeys(EMPTY, ())
    rows |= {
        "series": (info,),
        "observations": tuple(row(info.series_id, p, v, "2024-12-31") for p, v in values.items()),
        "definitions": breaks,
    }
    return list(oddities(view_of(rows, date.max), rows))


def run(*values: object, start: str = "2023-04") -> dict[str, str]:
    """Return values by month from a month on."""
    first = Period.parse(start)
    return {str(first.shift(n)): str(value) for n, value in enumerate(values)}


def test_a_steady_series_is_not_odd() -> None:
    assert odd(run(*STEADY)) == []


@pytest.mark.parametrize("value", [1040, 10, 0, "10.4"])
def test_a_slipped_decimal_point_is_a_jump(value: object) -> None:
    (found,) = odd(run(*STEADY, value, start="2023-05"))
    assert (found.column, found.row.period) == ("value", Period(2024, 4))
    assert "jumps from 99 by" in found.message
    low, high = (int(word) for word in found.expected.partition(";")[0].split(" to "))
    assert 60 < low < 99 < high < 160


def test_the_way_back_from_a_jump_is_no_second_one() -> None:
    (found,) = odd(run(*STEADY, 1040, 103, start="2023-03"))
    assert found.row.value == 1040


def test_a_jump_on_a_jump_is_a_second_one() -> None:
    assert len(odd(run(*STEADY, 1040, 10_400, start="2023-05"))) == 2


def test_a_series_with_too_few_changes_has_no_usual_one() -> None:
    short = STEADY[: PAST_CHANGES + 1]
    assert odd(run(*short[:-1], 1040)) == []
    assert len(odd(run(*short, 1040))) == 1


def test_the_turn_of_the_year_may_move_further() -> None:
    """A fall by a third is usual about the Lunar New Year, a slipped point is not."""
    december = "2023-02"
    assert odd(run(*STEADY, 66, start=december)) == []
    assert len(odd(run(*STEADY, 10, start=december))) == 1
    adjusted = replace(series("v", "level", "tonnes"), seasonal_adjustment="adjusted")
    assert len(odd(run(*STEADY, 66, start=december), adjusted)) == 1


def test_rates_are_judged_by_points_and_never_finer_than_they_are_printed() -> None:
    flat = ["5.0"] * 12
    info = series("r", "rate", "%")
    assert odd(run(*flat, "5.5"), info) == []
    (found,) = odd(run(*flat, "5.7"), info)
    assert found.expected.startswith("4.4 to 5.6;")
    assert JUMP == 6


def test_a_break_of_definition_is_no_jump() -> None:
    ref = Located("definitions", "v 2024-04", date(2024, 12, 31), 2)
    there = Definition("v", Period(2024, 4), date(2024, 12, 31), "without students", "S1", ref)
    values = run(*STEADY, 1040, start="2023-05")
    assert odd(values, breaks=(there,)) == []


def test_a_running_total_neither_jumps_nor_is_compared() -> None:
    total = replace(series("v", "level", "tonnes"), frequency="ytd")
    assert odd(run(*STEADY, 100_000, start="2023-02"), total) == []


def test_a_missing_month_of_a_complete_series_is_a_gap() -> None:
    values = run(*STEADY)
    del values["2023-07"], values["2023-08"]
    (found,) = odd(values)
    assert (found.column, found.row.period) == ("period", Period(2023, 9))
    assert "2023-07 to 2023-08 is missing" in found.message
    sparse = replace(series("v", "level", "tonnes"), coverage="sparse")
    assert odd(values, sparse) == []


def test_january_and_february_together_are_no_gap() -> None:
    values = run(*STEADY[:7], start="2023-06") | {"2024-01/2024-02": "200"}
    assert odd(values | {"2024-03": "101"}) == []
    assert [f.column for f in odd(values | {"2024-04": "101"})] == ["period"]


def test_a_total_of_january_alone_is_never_published_where_the_two_are_combined() -> None:
    total = replace(series("v", "level", "tonnes"), frequency="ytd")
    assert odd({"2023-12": "900", "2024-02": "150"}, total) == []
    apart = replace(total, january_february="separate")
    assert len(odd({"2023-12": "900", "2024-02": "150"}, apart)) == 1


def test_quarters_follow_each_other_without_a_gap() -> None:
    quarters = replace(series("q", "rate", "%"), frequency="quarter")
    assert odd({"2023Q4": "5.2", "2024Q1": "5.3"}, quarters) == []
    (found,) = odd({"2023Q3": "5.2", "2024Q1": "5.3"}, quarters)
    assert "2023Q4 is missing" in found.message


def warnings_of(folder: Path) -> list[Problem]:
    problems = check_dataset(folder)
    assert {problem.severity for problem in problems} <= {"warning"}, problems
    return list(problems)


@pytest.mark.parametrize("basis", ["jump", "gap"])
def test_what_an_editor_knows_is_told_again_once_it_is_not_listed(
    basis: str, tmp_path: Path
) -> None:
    listed = read(DATA, "known_conflicts")
    write(copy(tmp_path), "known_conflicts", [r for r in listed if r["basis"] != basis])
    warnings = warnings_of(tmp_path)
    assert len(warnings) == sum(r["basis"] == basis for r in listed) > 0
    for warning in warnings:
        assert warning.file == "observations.csv"
        assert warning.line
        assert warning.value
        assert "entry in known_conflicts" in warning.expected


def test_an_entry_for_a_jump_that_is_gone_is_a_warning(tmp_path: Path) -> None:
    listed = read(DATA, "known_conflicts")
    at = next(n for n, r in enumerate(listed) if r["basis"] == "jump")
    edit(copy(tmp_path), "known_conflicts", at + 2, period="2025-08")
    found = {(w.file, w.column): w.message for w in warnings_of(tmp_path)}
    assert found["known_conflicts.csv", "period"] == "no such jump is in the data"
    assert "jumps from" in found["observations.csv", "value"]


def test_a_cited_source_without_any_day_is_a_warning(tmp_path: Path) -> None:
    edit(copy(tmp_path), "sources", 2, published="", earliest="")
    (warning,) = warnings_of(tmp_path)
    assert (warning.file, warning.line, warning.column) == ("sources.csv", 2, "published")
    assert "`earliest`" in warning.expected


def test_a_source_with_an_earliest_day_or_without_rows_is_fine(tmp_path: Path) -> None:
    edit(copy(tmp_path), "sources", 2, published="", earliest="2025-06-01")
    rows = read(tmp_path, "sources")
    unused = rows[0] | {"source_id": "unused", "published": "", "earliest": ""}
    write(tmp_path, "sources", [*rows, unused])
    assert warnings_of(tmp_path) == []
