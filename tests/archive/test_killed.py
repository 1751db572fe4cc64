"""A kill at every write of `reports publish` leaves no edition or the whole one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from reports.archive.store import FolderStore
from reports.archive.verifying import verify
from tests.archive.desk import DAY, Desk, contents
from tests.conftest import Said
from tests.intake.killing import killed_at

Reports = Callable[..., Said]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("_without_pages")]
FEWEST = 50
"""Changes of the file system that the walk must meet, lest it walk past them unseen."""


@pytest.fixture
def _without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pages out, which `test_site` cuts off at each of their own writes."""
    monkeypatch.setattr("reports.archive.site.update", lambda *_: None)


def walk(desk: Desk, reports: Reports, first: int, step: int, *, drafted: bool) -> int:
    """Kill a correction at every change (or every so many), and look at what it left."""
    start = desk.output.parent / "start"
    words = ("publish", "--as-of", DAY, "--output")
    assert reports(*words, start).status == 0
    desk.page = b"as corrected"
    reason = ("--reason", "a figure was wrong")
    if drafted:
        form = ("--format", "html,pdf,png")
        assert reports("build", "--as-of", DAY, *form, "--output", start).status == 0
    old = contents(start / "archive")
    done = copytree(start, desk.output)
    assert reports(*words, done, *reason).status == 0
    new = contents(done / "archive")
    assert len(new) > len(old)
    without_entry = {name: content for name, content in new.items() if "000002" not in name}
    states = [old, without_entry, new]
    seen = set()
    number = first
    while True:
        output = copytree(start, desk.output.parent / f"killed-{number}")
        if not killed_at(number, *words, output, *reason):
            break
        left = contents(output / "archive")
        seen.add(states.index(left))
        # The edition without its entry is the one thing that is not whole, and is told of.
        assert len(verify(FolderStore(output / "archive")).problems) == (left == without_entry)
        assert reports(*words, output, *reason).status == 0
        assert contents(output / "archive") == new
        assert verify(FolderStore(output / "archive")).problems == ()
        number += step
    assert seen >= ({0, 1} if step > 1 else {0, 1, 2})
    return number


def test_a_kill_at_some_writes_leaves_no_edition_or_the_whole_one(
    desk: Desk, reports: Reports
) -> None:
    walk(desk, reports, first=2, step=8, drafted=True)


def test_a_kill_at_every_write_leaves_no_edition_or_the_whole_one(
    desk: Desk, reports: Reports
) -> None:
    assert walk(desk, reports, first=1, step=1, drafted=False) > FEWEST


def test_a_kill_at_every_write_of_the_first_edition(
    desk: Desk, reports: Reports, tmp_path: Path
) -> None:
    words = ("publish", "--as-of", DAY, "--output")
    assert reports(*words, desk.output).status == 0
    new = contents(desk.archive)
    number = 1
    while killed_at(number, *words, tmp_path / f"killed-{number}"):
        output = tmp_path / f"killed-{number}"
        left = contents(output / "archive")
        assert left.items() <= new.items()
        assert not left or set(new) - set(left) <= {"ledger/000001.json"}
        assert reports(*words, output).status == 0
        assert contents(output / "archive") == new
        number += 1
    assert number > FEWEST


def all_files(output: Path) -> dict[str, bytes]:
    """Return every file of a folder for output, drafts too, but what is staged."""
    paths = (path for path in sorted(output.rglob("*")) if ".staged" not in path.parts)
    return {str(path.relative_to(output)): path.read_bytes() for path in paths if path.is_file()}


@pytest.mark.parametrize("drafts", [False, True], ids=["published", "drafts"])
def test_a_kill_at_every_write_of_prune_is_ended_by_the_next(
    desk: Desk, reports: Reports, monkeypatch: pytest.MonkeyPatch, *, drafts: bool
) -> None:
    start = desk.output.parent / "start"
    words = ("publish", "--as-of", DAY, "--output", start)
    assert reports(*words).status == 0
    desk.page = b"as corrected"
    assert reports(*words, "--reason", "a figure was wrong").status == 0
    chosen = ("--published", f"{DAY}/r1", "--reason", "never sent", "--yes")
    prune = ("prune", *(() if drafts else chosen), "--output")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    done = copytree(start, desk.output)
    assert reports(*prune, done).status == 0
    old, new = all_files(start), all_files(done)
    assert {*old} - {*new}
    told = f"{DAY}/r1: stands, though the ledger has it pruned"
    number, states = 1, set()
    while True:
        output = copytree(start, desk.output.parent / f"killed-{number}")
        if not killed_at(number, *prune, output):
            break
        left = all_files(output)
        assert {name: left[name] for name in new if name in left}.items() <= new.items()
        found = verify(FolderStore(output / "archive")).problems
        assert not found or str(found[0]).startswith(told)
        states.add((len(left), bool(found)))
        assert reports(*prune, output).status == 0
        assert all_files(output) == new
        assert verify(FolderStore(output / "archive")).problems == ()
        number += 1
    assert number > 8
    assert len(states) > 2
