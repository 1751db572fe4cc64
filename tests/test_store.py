"""The store: all files or none, one writer at a time, readers that never see a mixture."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from reports import digest, store
from reports.errors import DataError, ReportsError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    for name in ("a.csv", "b.csv"):
        (place / name).write_bytes(b"old")
    return place


def contents(folder: Path) -> set[bytes]:
    return {store.place_of(folder, name).read_bytes() for name in ("a.csv", "b.csv")}


NEW = {"a.csv": b"new", "b.csv": b"new"}


def test_files_are_replaced_and_nothing_stays_behind(folder: Path) -> None:
    (folder / "a.csv").chmod(0o640)
    store.commit(folder, {**NEW, "tables/c.csv": b"c"})
    assert contents(folder) == {b"new"}
    assert (folder / "tables" / "c.csv").read_bytes() == b"c"
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv", "tables"]
    assert (folder / "a.csv").stat().st_mode & 0o777 == 0o640


def test_a_full_disk_leaves_the_old_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportsError, match="cannot be written: no space left") as failure:
        store.commit(folder, NEW)
    assert failure.value.exit_status == 1
    assert "disk is full" in failure.value.hint
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv"]
    assert contents(folder) == {b"old"}


def committed(folder: Path, *names: str) -> None:
    """Leave what a writer leaves that was killed after its commit, some files moved already."""
    for name in NEW:
        place = folder / store.COMMITTED / name if name in names else folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"new")


@pytest.mark.parametrize("left", [("a.csv", "b.csv"), ("b.csv",), ()])
def test_a_commit_that_was_cut_off_is_read_whole_and_finished(
    folder: Path, left: tuple[str, ...]
) -> None:
    before = digest.inputs_digest([folder])
    (folder / store.COMMITTED).mkdir()
    committed(folder, *left)
    assert contents(folder) == {b"new"}
    seen = digest.inputs_digest([folder])
    assert seen != before
    assert store.finish(folder)
    assert contents(folder) == {b"new"}
    assert digest.inputs_digest([folder]) == seen
    assert not store.finish(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv"]


def test_what_was_not_committed_is_dropped(folder: Path) -> None:
    (folder / store.STAGED).mkdir()
    (folder / store.STAGED / "a.csv").write_bytes(b"ne")
    assert contents(folder) == {b"old"}
    assert not store.finish(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv"]


def test_names_and_links_that_lead_out_of_the_folder_are_refused(
    folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "link.csv").symlink_to(outside / "x.csv")
    (folder / "tables").symlink_to(outside)
    for name in ("../x.csv", "link.csv", "tables/x.csv", ".lock", str(outside / "x.csv")):
        with pytest.raises(ReportsError, match="leads out of the folder"):
            store.commit(folder, {"a.csv": b"new", name: b"new"})
    assert list(outside.iterdir()) == []
    assert contents(folder) == {b"old"}
    (outside / "x").write_bytes(b"kept")
    (folder / store.STAGED).symlink_to(outside)
    store.commit(folder, NEW)
    (folder / store.COMMITTED).symlink_to(outside)
    with pytest.raises(ReportsError, match="leads out of the folder"):
        store.commit(folder, NEW)
    assert (outside / "x").read_bytes() == b"kept"


def test_a_reader_never_sees_a_mixture(folder: Path) -> None:
    done = threading.Event()

    def write() -> None:
        for number in range(30):
            store.commit(folder, dict.fromkeys(NEW, str(number).encode()))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while not done.is_set():
        seen.append(store.settled(folder, lambda: _slowly(folder)))
    writer.join()
    assert all(len(found) == 1 for found in seen)


def _slowly(folder: Path) -> set[bytes]:
    found = set()
    for name in NEW:
        try:
            found.add(store.place_of(folder, name).read_bytes())
        except FileNotFoundError:
            found.add(b"moved meanwhile")
        threading.Event().wait(0.001)
    return found


def test_a_folder_that_never_rests_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_PAUSE", 0)
    with pytest.raises(DataError, match="keep changing"), (folder / "a.csv").open("ab", 0) as file:
        store.settled(folder, lambda: file.write(b"x"))


def test_the_lock_is_held_by_one_and_names_it(folder: Path) -> None:
    told: list[str] = []
    with store.locked(folder, "process 1", 0, told.append):
        with (
            pytest.raises(DataError, match="is being changed by process 1") as refusal,
            store.locked(folder, "process 2", 0.1, told.append),
        ):
            pass
        assert refusal.value.exit_status == 3
    assert told == [f"{folder} is being changed by process 1; waiting up to 0.1 s"]
    with store.locked(folder, "process 2", 0, told.append):
        pass


def test_a_pipe_is_no_lock(folder: Path) -> None:
    os.mkfifo(folder / store.LOCK)
    with pytest.raises(ReportsError, match="is no file"), store.locked(folder, "", 0, print):
        pass


def test_a_lock_that_is_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / store.LOCK).symlink_to(tmp_path / "x")
    with pytest.raises(ReportsError, match="cannot be written"), store.locked(folder, "", 0, print):
        pass
    assert not (tmp_path / "x").exists()
