"""The folder of an archive: what may be written anew, and what disappears."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.archive.store import FolderStore
from reports.errors import ArchiveError


def test_a_page_is_written_over_the_one_before(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "archive")
    store.replace("2025/index.html", b"first")
    store.replace("2025/index.html", b"second")
    assert store.names("") == ("2025/index.html",)
    assert store.read("2025/index.html") == b"second"


def test_a_page_stands_as_it_was_where_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("index.html", {"in the way": b""})
    with pytest.raises(ArchiveError, match=r"index\.html cannot be written: is a directory"):
        store.replace("index.html", b"page")
    assert store.names("") == ("index.html/in the way",)


def test_a_folder_is_removed_with_all_in_it(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for revision in ("r1", "r2"):
        store.put(f"2025-06-09/{revision}", {"facts.json": b"{}", "rows/tariffs.csv": b""})
    store.remove("2025-06-09/r1")
    store.remove("2025-06-09/r1")
    assert store.names("") == ("2025-06-09/r2/facts.json", "2025-06-09/r2/rows/tariffs.csv")
    assert [path.name for path in (tmp_path / ".staged").iterdir()] == []
