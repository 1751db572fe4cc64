"""The whole round of a week, as docs/adding-data.md tells it: added, corrected, built."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Said

pytestmark = pytest.mark.slow


@pytest.fixture
def week(tmp_path: Path) -> list[Path]:
    """Write the files of the page: sources, observations with a revision, a new status."""
    page = (ROOT / "docs" / "adding-data.md").read_text("utf-8")
    texts = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    files = [tmp_path / name for name in ("pages.csv", "observations.csv", "status.csv")]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, "utf-8")
    return files


def test_editions_tell_a_week_with_a_revision_and_a_correction(
    reports: Callable[..., Said], data: Path, week: list[Path], tmp_path: Path
) -> None:
    def build(day: str) -> str:
        output = tmp_path / "output"
        said = reports(
            "build", "--as-of", day, "--format", "html", "--data", data, "--output", output
        )
        assert said.status == 0, said.err
        return next((output / "draft" / day).glob("*.html")).read_text("utf-8")

    add = ("data", "add", "--yes", "--data", data)
    assert reports(*add, *week, "--today", "2026-01-09").status == 0
    first = build("2026-01-09")
    assert all(value in first for value in ("5,012.3", "5,493.9", "5,494.1"))
    right = week[1].read_text("utf-8").replace("5,012.3", "5,012.5")
    week[1].write_text(right, "utf-8")
    reason = "Digits were swapped"
    assert reports(*add, week[1], "--today", "2026-01-19", "--correct", reason).status == 0
    assert reason in build("2026-01-19")
