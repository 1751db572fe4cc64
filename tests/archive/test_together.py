"""Publishers at the same moment never make a revision or an entry twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.archive import store
from reports.archive.ledger import entries
from reports.archive.manifest import Act, Origin
from reports.archive.publishing import Draft, freeze
from reports.archive.store import FolderStore
from reports.archive.verifying import verify
from reports.config import day_of
from tests.archive.desk import DAY, Desk, contents, together
from tests.conftest import Said

Reports = Callable[..., Said]
ORIGIN = Origin(
    dict.fromkeys(("dataset", "templates", "fonts", "code"), "0" * 64),
    {},
    dict.fromkeys(("python", "pango", "harfbuzz"), "1"),
    {},
)


def draft(page: bytes) -> Draft:
    return Draft(day_of(DAY), "us-china-trade", "News", {"edition.json": page}, ORIGIN)


def act(reason: str = "") -> Act:
    return Act("2025-06-15T15:06:40Z", "The Desk", reason)


def words(desk: Desk, name: str) -> tuple[str | Path, ...]:
    """Return a command with a folder of its own for drafts, which are not what is raced for."""
    output = desk.output.parent / name
    output.mkdir()
    (output / "archive").symlink_to(desk.archive, target_is_directory=True)
    return ("publish", "--as-of", DAY, "--output", output, "--by", name, "--json")


@pytest.mark.slow
def test_of_many_that_publish_the_same_edition_one_does(desk: Desk, reports: Reports) -> None:
    run = ("publish", "--as-of", DAY, "--output", desk.output, "--json", "--by")
    runs = [(*run, f"publisher-{number}") for number in range(6)]
    said: list[Any] = together(*runs, pages=[desk.page] * 6, desk=desk)
    counted = Counter(each["status"] for each in said)
    # Who sees the edition before its entry may add that, which the publisher then finds.
    assert counted["published"] == 1
    assert counted["unchanged"] + counted["completed"] == 5
    assert {each["revision"] for each in said} == {1}
    assert len(entries(FolderStore(desk.archive))) == 1
    assert verify(FolderStore(desk.archive)).problems == ()


@pytest.mark.slow
def test_many_that_publish_different_editions_make_a_revision_each(
    desk: Desk, reports: Reports
) -> None:
    desk.archive.mkdir(parents=True)
    pages = [f"page {number}".encode() for number in range(6)]
    runs = [
        (*words(desk, f"publisher-{number}"), "--reason", f"by {number}") for number in range(6)
    ]
    said: list[Any] = together(*runs, pages=pages, desk=desk)
    assert sorted(each["revision"] for each in said) == [1, 2, 3, 4, 5, 6]
    for number, each in enumerate(said):
        folder = desk.archive / DAY / f"r{each['revision']}"
        assert (folder / "facts.json").read_bytes().endswith(pages[number])
    assert [entry.number for entry in entries(FolderStore(desk.archive))] == [1, 2, 3, 4, 5, 6]
    assert verify(FolderStore(desk.archive)).problems == ()


def test_a_correction_without_a_reason_does_not_slip_in_behind_another_publisher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = FolderStore(tmp_path)
    put = FolderStore.put

    def late(self: FolderStore, folder: str, files: dict[str, bytes]) -> bool:
        monkeypatch.setattr(FolderStore, "put", put)
        freeze(archive, draft(b"the other one"), act())
        return put(self, folder, files)

    monkeypatch.setattr(FolderStore, "put", late)
    with pytest.raises(Exception, match="differs from"):
        freeze(archive, draft(b"ours"), act())
    assert [each.revision.number for each in entries(archive)] == [1]
    assert verify(archive).problems == ()


def test_a_place_that_is_taken_stays_as_it_is(tmp_path: Path) -> None:
    archive = FolderStore(tmp_path)
    assert archive.put("2025-06-09/r1", {"a/b.json": b"1"})
    assert not archive.put("2025-06-09/r1", {"a/b.json": b"2"})
    assert archive.append("ledger/000001.json", b"1")
    assert not archive.append("ledger/000001.json", b"2")
    assert set(contents(tmp_path).values()) == {b"1"}
    assert list((tmp_path / store.STAGED).iterdir()) == []


def test_what_another_process_works_on_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / store.STAGED / "001"
    other.mkdir(parents=True)
    held = store._take(other)
    assert held is not None
    assert FolderStore(tmp_path).append("file", b"")
    assert other.is_dir()
    store._give_up(other, held)
    assert not other.exists()
