"""Files appear whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from reports import files
from reports.errors import RenderError


def test_files_are_written_with_their_folders(tmp_path: Path) -> None:
    files.write_together(tmp_path / "a" / "b", {"page.html": b"page", "png/one.png": b"picture"})
    assert (tmp_path / "a" / "b" / "page.html").read_bytes() == b"page"
    assert (tmp_path / "a" / "b" / "png" / "one.png").read_bytes() == b"picture"


def test_a_full_disk_leaves_old_files_and_no_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.html").write_bytes(b"old")
    real_fsync, calls = os.fsync, []

    def full_at_second(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_fsync(handle)

    monkeypatch.setattr(os, "fsync", full_at_second)
    with pytest.raises(RenderError, match="no space left") as failure:
        files.write_together(tmp_path, {"page.html": b"new", "charts/one.png": b"new"})
    assert "disk is full" in failure.value.hint
    assert failure.value.exit_status == 4
    assert [path.name for path in tmp_path.rglob("*")] == ["page.html"]
    assert (tmp_path / "page.html").read_bytes() == b"old"


def test_a_failed_first_build_leaves_no_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RenderError):
        files.write_together(tmp_path / "draft" / "2025-06-09", {"page.html": b"new"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "draft", "draft/deeper"])
def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path, below: str) -> None:
    stone = tmp_path / "stone"
    stone.write_bytes(b"")
    with pytest.raises(RenderError, match="stone: not a directory") as failure:
        files.require_writable(stone / below)
    assert "--output" in failure.value.hint


def test_a_folder_in_place_of_a_file_leaves_all_files(tmp_path: Path) -> None:
    (tmp_path / "edition.json").write_bytes(b"old")
    (tmp_path / "page.html").mkdir()
    with pytest.raises(RenderError, match=r"page\.html: is a directory"):
        files.write_together(tmp_path, {"edition.json": b"new", "page.html": b"new"})
    assert (tmp_path / "edition.json").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edition.json", "page.html"]


def test_a_name_too_long_for_the_disk_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="file name too long"):
        files.require_writable(tmp_path / ("long" * 100) / "draft")


def test_a_folder_that_cannot_be_written_is_found_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(RenderError, match="permission denied"):
        files.require_writable(tmp_path / "new")


def test_a_folder_yet_to_be_made_is_writable(tmp_path: Path) -> None:
    files.require_writable(tmp_path / "new" / "draft")
    assert list(tmp_path.iterdir()) == []
