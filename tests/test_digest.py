"""The digest of the inputs changes with each of them, and with nothing else."""

import sys
from pathlib import Path

import pytest

from reports import digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    (place / "editorial").mkdir(parents=True)
    (place / "table.csv").write_bytes(b"a,b\n1,2\n")
    (place / "editorial" / "note.toml").write_bytes(b"x = 1\n")
    return place


def test_equal_folders_have_equal_digests(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    folder.rename(copy)
    before = digest.inputs_digest([copy])
    copy.rename(folder)
    assert digest.inputs_digest([folder]) == before


def test_every_change_of_a_file_counts(folder: Path) -> None:
    seen = {digest.inputs_digest([folder])}
    (folder / "editorial" / "note.toml").write_bytes(b"x = 2\n")
    seen.add(digest.inputs_digest([folder]))
    (folder / "table.csv").rename(folder / "other.csv")
    seen.add(digest.inputs_digest([folder]))
    (folder / "more.csv").write_bytes(b"")
    seen.add(digest.inputs_digest([folder]))
    assert len(seen) == 4


def test_hidden_files_and_caches_do_not_count(folder: Path) -> None:
    before = digest.inputs_digest([folder])
    (folder / ".table.csv.swp").write_bytes(b"x")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert digest.inputs_digest([folder]) == before


def test_another_installed_version_counts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    (site / "pango-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(site)
    before = digest.inputs_digest([folder])
    (site / "pango-1.0.dist-info").rename(site / "pango-1.1.dist-info")
    assert digest.inputs_digest([folder]) != before


def test_another_python_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest.inputs_digest([folder])
    monkeypatch.setattr(sys, "version", f"{sys.version} and more")
    assert digest.inputs_digest([folder]) != before


def test_the_digest_of_the_tables_leaves_out_what_the_editor_wrote(folder: Path) -> None:
    before = digest.tables_digest(folder)
    (folder / "editorial" / "note.toml").write_bytes(b"x = 2\n")
    assert digest.tables_digest(folder) == before
    (folder / "table.csv").write_bytes(b"a,b\n1,3\n")
    assert digest.tables_digest(folder) != before


def test_the_code_counts(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "module.py").write_bytes(b"x = 1\n")
    monkeypatch.setattr(digest, "_PACKAGE", package)
    before = digest.inputs_digest([folder])
    (package / "module.py").write_bytes(b"x = 2\n")
    assert digest.inputs_digest([folder]) != before


def test_a_changed_or_missing_file_is_not_intact(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"page")
    seals = {"page.html": digest.sha256(b"page")}
    assert digest.files_are_intact(tmp_path, seals)
    assert not digest.files_are_intact(tmp_path, {"page.html": digest.sha256(b"other")})
    assert not digest.files_are_intact(tmp_path, seals | {"gone.pdf": digest.sha256(b"")})


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"\xff"])
def test_a_record_that_cannot_be_read_is_no_record(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "record.json"
    if content is not None:
        path.write_bytes(content)
    assert digest.read_record(path) == {}
