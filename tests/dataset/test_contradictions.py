"""Figures that contradict each other are warnings, unless an editor has listed them as known."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.dataset import check_dataset, load_dataset
from reports.errors import Problem
from tests.dataset.packages import DATA, copy, edit, read, write

Where = tuple[str, str, str]


def line_of(table: str, **cells: str) -> int:
    """Return the line of the first row with some cells."""
    rows = read(DATA, table)
    return next(n for n, row in enumerate(rows, 2) if cells.items() <= row.items())


def warnings_after(folder: Path, table: str, line: int, **cells: str) -> list[Problem]:
    edit(copy(folder), table, line, **cells)
    problems = check_dataset(folder)
    assert all(problem.severity == "warning" for problem in problems), problems
    return list(problems)


def test_the_dataset_has_neither_faults_nor_warnings() -> None:
    assert check_dataset(DATA) == ()
    assert load_dataset(DATA).warnings == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("series_id", "period", "value", "message"),
    [
        ("rare_earth_exports_t", "2025-04", "4884.8", "rows add up to 4884.8"),
        ("magnet_exports_t", "2025-11", "6199.95", "leaves 6150 for 2025-11"),
        ("rare_earth_exports_t", "2025-01", "5394.3", "is not the 8611.3 that its months"),
        ("magnet_exports_us_t", "2025-05", "1300", "exceeds the 1238.47 of magnet_exports_t"),
        ("magnet_exports_t", "2025-06", "3288", "3288 after 1238.47 gives 165.31 to 165.67"),
        ("unemployment_urban_pct", "2024-04", "5.4", "5.4 after 5.2 gives 0.00 to 0.40"),
    ],
)
def test_a_figure_that_does_not_fit_the_others_is_a_warning(
    series_id: str, period: str, value: str, message: str, tmp_path: Path
) -> None:
    line = line_of("observations", series_id=series_id, period=period)
    warnings = warnings_after(tmp_path, "observations", line, value=value)
    assert any(message in str(warning) for warning in warnings), warnings
    assert load_dataset(tmp_path).warnings == tuple(warnings)


def test_a_small_difference_of_rounding_is_no_warning(tmp_path: Path) -> None:
    line = line_of("observations", series_id="rare_earth_exports_t", period="2025-04")
    assert warnings_after(tmp_path, "observations", line, value="4785") == []


def test_a_contradiction_that_is_not_listed_is_a_warning(tmp_path: Path) -> None:
    rows = read(DATA, "known_conflicts")
    left = [row for row in rows if row["period"] != "2023-05"]
    write(copy(tmp_path), "known_conflicts", left)
    (warning,) = check_dataset(tmp_path)
    line = line_of("observations", series_id="rare_earth_exports_t", value="4576")
    assert (warning.file, warning.line, warning.column) == ("observations.csv", line, "value")
    assert "contradicts 4816 of 2023-08-08, which fits the totals" in warning.message


def test_a_listed_contradiction_that_is_gone_is_a_warning(tmp_path: Path) -> None:
    line = line_of("observations", series_id="rare_earth_exports_t", value="4576")
    (warning,) = warnings_after(tmp_path, "observations", line, value="4815")
    assert warning.file == "known_conflicts.csv"
    assert "no such contradiction is in the data" in warning.message


def test_an_event_whose_measure_was_called_off_before_is_a_warning(tmp_path: Path) -> None:
    line = line_of("calendar", event_id="EV16")
    cells = {"superseded_on": "", "superseded_source_id": ""}
    (warning,) = warnings_after(tmp_path, "calendar", line, **cells)
    assert (warning.file, warning.line, warning.column) == ("calendar.csv", line, "superseded_on")
    assert "TU10 was extended before the day came" in warning.message
