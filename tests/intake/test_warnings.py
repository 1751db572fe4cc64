"""What an editor should look at is told of each row that comes in, whatever was told before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.intake import Addition, files_reader, prepare, write
from tests.intake.desks import observations, sources, whole

pytestmark = pytest.mark.slow


def after_a_gap(folder: Path, beside: Path, series: str) -> Addition:
    row = (series, "2026-03", "0.1", "2026-04-09", "SP001", "reported", "")
    read = files_reader([sources(beside), observations(beside, row)], None, lambda _: None)
    return prepare(folder, read, date(2026, 5, 1))


def test_a_gap_is_told_though_another_series_has_the_same(tmp_path: Path) -> None:
    folder = whole(tmp_path / "package")
    for series in ("cpi_yoy_pct", "ppi_yoy_pct"):
        addition = after_a_gap(folder, tmp_path, series)
        (warning,) = addition.warnings
        assert "2025-12 to 2026-02 is missing" in warning.message
        write(folder, addition)
