"""A kill at every write of `reports data add` leaves the old dataset or the new one, whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from reports import digest, store
from reports.dataset import check_dataset, load_dataset
from reports.dataset.schema import read_schema
from tests.conftest import Said
from tests.intake.desks import (
    DECEMBER,
    EXPORTS,
    OBSERVATION,
    PAGE,
    SOURCE,
    SOURCE_ROW,
    TODAY,
    bytes_of,
    small,
    workbook,
)
from tests.intake.killing import killed_at

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
FEWEST = 25
"""Changes of the file system that the walk must meet, lest it walk past them unseen."""


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """Return a workbook that changes three tables."""
    status = ("event_id", "status", "status_changed", "status_source_id", "status_kind")
    revised = (EXPORTS, "2025-11", "5494.2", "2026-01-09", PAGE, "reported", "")
    return workbook(
        tmp_path / "week.xlsx",
        observations=[OBSERVATION, DECEMBER, revised],
        tariffs=[status, ("TC01", "lifted", "2026-01-05", PAGE, "ended")],
        sources=[SOURCE, SOURCE_ROW],
    )


def as_read(folder: Path) -> dict[str, bytes]:
    """Return the tables as every reader meets them."""
    schemas, _ = read_schema(folder)
    paths = [schema.path for schema in schemas.values()]
    return {path: store.place_of(folder, path).read_bytes() for path in paths}


def walk(tmp_path: Path, week: Path, reports: Reports, step: int) -> int:
    """Kill a run at every change (or every so many), and look at what it left."""
    old = small(tmp_path / "old")
    new = copytree(old, tmp_path / "new")
    words = ("data", "add", week, "--yes", "--today", TODAY, "--data")
    assert reports(*words, new).status == 0
    both = [as_read(old), as_read(new)]
    digests = [digest.inputs_digest([folder]) for folder in (old, new)]
    assert both[0] != both[1]
    seen = set()
    number = 1
    while True:
        folder = copytree(old, tmp_path / f"killed-{number}")
        if not killed_at(number, *words, folder):
            break
        which = both.index(as_read(folder))
        seen.add(which)
        assert digest.inputs_digest([folder]) == digests[which]
        assert [p for p in check_dataset(folder) if p.severity == "error"] == []
        load_dataset(folder)
        assert reports(*words, folder).status == 0
        assert bytes_of(folder) == bytes_of(new)
        assert {path.name for path in folder.iterdir() if path.is_dir()} == set()
        number += step
    assert seen == {0, 1}
    return number


def test_a_kill_at_some_writes_leaves_the_old_dataset_or_the_new_one(
    tmp_path: Path, week: Path, reports: Reports
) -> None:
    walk(tmp_path, week, reports, step=6)


@pytest.mark.slow
def test_a_kill_at_every_write_leaves_the_old_dataset_or_the_new_one(
    tmp_path: Path, week: Path, reports: Reports
) -> None:
    assert walk(tmp_path, week, reports, step=1) > FEWEST


@pytest.mark.slow
def test_a_run_that_is_killed_while_it_finishes_another_ones_work(
    tmp_path: Path, week: Path, reports: Reports
) -> None:
    old = small(tmp_path / "old")
    new = copytree(old, tmp_path / "new")
    words = ("data", "add", week, "--yes", "--today", TODAY, "--data")
    assert reports(*words, new).status == 0
    committed = copytree(old, tmp_path / "committed")
    changed = {
        name: content for name, content in bytes_of(new).items() if content != bytes_of(old)[name]
    }
    for name, content in changed.items():
        (committed / store.COMMITTED).mkdir(exist_ok=True)
        (committed / store.COMMITTED / name).write_bytes(content)
    number = 1
    while True:
        folder = copytree(committed, tmp_path / f"again-{number}")
        if not killed_at(number, *words, folder):
            break
        assert as_read(folder) == as_read(new)
        number += 1
    assert number > len(changed)
