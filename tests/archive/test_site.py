"""The pages of the archive follow from its editions and its ledger, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from threading import Barrier

import pytest

from reports.archive import site
from reports.archive.ledger import entries, name_of
from reports.archive.site import site_damage, update
from reports.archive.store import FolderStore
from reports.config import load_settings
from reports.errors import ArchiveError, UsageError
from tests.archive.decade import REASON
from tests.archive.desk import DAY, Desk, pages
from tests.archive.example_archive import (
    CORRECTED,
    DAYS,
    NEWEST,
    damaged,
    write_small,
)
from tests.conftest import Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]


def test_every_page_is_there(made: Path) -> None:
    assert {*pages(made / "archive")} == {
        "2024.html",
        *(f"{day}/index.html" for day in DAYS[:3]),
        "2025.html",
        *(f"{day}/index.html" for day in DAYS[3:]),
        "assets/site.css",
        "assets/site.js",
        "calendar.ics",
        "data.html",
        "feed.xml",
        "index.html",
        "latest/briefing.html",
        "latest/briefing.pdf",
        "latest/index.html",
        "search/2024.js",
        "search/2025.js",
    }


def test_the_same_archive_gives_the_same_bytes(made: Path, archive: FolderStore) -> None:
    assert update(archive).written == ()
    assert update(archive, everything=True).written == ()
    for name in pages(archive.root):
        (archive.root / name).unlink()
    update(archive)
    assert pages(archive.root) == pages(made / "archive")
    assert damaged(archive) == {}


def test_pages_that_grow_with_the_archive_are_those_made_at_once(
    made: Path, tmp_path: Path
) -> None:
    whole = made / "archive"
    store = FolderStore(tmp_path)
    (tmp_path / "ledger").mkdir()
    for entry in entries(FolderStore(whole)):
        copytree(whole / str(entry.revision), tmp_path / str(entry.revision))
        (tmp_path / name_of(entry.number)).write_bytes((whole / name_of(entry.number)).read_bytes())
        assert update(store).written
        assert damaged(store) == {}
    assert pages(tmp_path) == pages(whole)


def test_a_publish_reads_no_edition_but_those_it_must(
    archive: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    was = FolderStore.read

    def watched(self: FolderStore, name: str) -> bytes:
        read.append(name)
        return was(self, name)

    monkeypatch.setattr(FolderStore, "read", watched)
    assert update(archive).written == ()
    assert {name for name in read if name.endswith("edition.json")} == {f"{NEWEST}/r1/edition.json"}


def test_editions_of_a_far_store_are_read_many_at_a_time(
    archive: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = Barrier(len(DAYS), timeout=20)
    was = FolderStore.read
    seen: set[str] = set()

    def watched(self: FolderStore, name: str) -> bytes:
        if name.endswith("edition.json") and (day := name.partition("/")[0]) not in seen:
            seen.add(day)
            met.wait()  # It breaks unless all days are asked for at the same time.
        return was(self, name)

    monkeypatch.setattr(FolderStore, "read", watched)
    far = FolderStore(archive.root, at_once=len(DAYS))
    assert update(far, everything=True).written == ()
    seen.clear()
    assert site_damage(far) == []


def test_a_page_that_is_changed_or_removed_is_named(archive: FolderStore) -> None:
    for name, content in pages(archive.root).items():
        path = archive.root / name
        if not name.startswith("search/2025"):
            path.write_bytes(content.replace(b"e", b"E", 1) + b" ")
            assert damaged(archive) == {
                name: "is not what the archive makes it: run `reports index`"
            }
        path.unlink()
        assert damaged(archive) == {name: "is missing: run `reports index`"}
        path.write_bytes(content)
    assert damaged(archive) == {}


def test_verify_takes_pages_for_what_they_are(archive: FolderStore, reports: Reports) -> None:
    output = ("--output", archive.root.parent)
    said = reports("verify", "--all", *output)
    assert said.status == 0
    assert "The pages are what the archive makes them." in said.out
    page = archive.root / CORRECTED / "index.html"
    page.write_bytes(page.read_bytes().replace(REASON.encode(), b"nothing to speak of"))
    for words in (("verify", "--all"), ("verify", CORRECTED), ("index", "--check")):
        said = reports(*words, *output)
        assert said.status == 5
        assert said.out.splitlines() == [
            f"damage: {CORRECTED}/index.html: is not what the archive makes it: run `reports index`"
        ]
    assert reports("verify", DAYS[0], *output).status == 0
    assert reports("index", *output).err == "1 page written; 5 editions.\n"
    assert reports("index", "--check", *output).status == 0
    assert reports("verify", "--all", *output).status == 0


def test_a_file_beside_the_pages_is_named(archive: FolderStore, reports: Reports) -> None:
    (archive.root / "latest" / "briefing.doc").write_bytes(b"")
    said = reports("verify", "--all", "--output", archive.root.parent)
    assert (said.status, "editions and ledger are intact" in said.err) == (5, True)
    (archive.root / DAYS[0] / "notes.html").write_bytes(b"")
    assert [*damaged(archive)] == ["latest/briefing.doc"]
    said = reports("verify", "--all", "--output", archive.root.parent, "--json")
    assert [each["file"] for each in said.json["problems"]] == [f"{DAYS[0]}/notes.html"]
    said = reports("index", "--output", archive.root.parent)
    assert (said.status, "latest/briefing.doc: is too many" in said.err) == (5, True)


def test_pages_of_another_program_are_one_damage(
    archive: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "maker", lambda url: "0" * 64)
    assert [*damaged(archive)] == ["search/2025.js"]
    assert {*update(archive).written} == {"search/2024.js", "search/2025.js", "index.html"}
    assert damaged(archive) == {}


def test_what_somebody_wrote_into_the_search_index_goes_nowhere(archive: FolderStore) -> None:
    path = archive.root / "search" / "2025.js"
    content = path.read_text("utf-8")
    path.write_text(content.replace("end with", "never end with"), "utf-8")
    before = pages(archive.root)
    assert [*damaged(archive)] == ["search/2025.js"]
    assert update(archive).written == ("search/2025.js",)
    assert {name for name, page in pages(archive.root).items() if page != before[name]} == {
        "search/2025.js"
    }
    assert "never end with" not in path.read_text("utf-8")


def test_a_publisher_that_comes_between_is_seen(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = write_small(tmp_path / "archive")
    last = tmp_path / "archive" / name_of(6)
    entry = last.read_bytes()
    last.unlink()
    was = FolderStore.replace

    def between(self: FolderStore, name: str, content: bytes) -> None:
        monkeypatch.setattr(FolderStore, "replace", was)
        last.write_bytes(entry)
        update(store)
        was(self, name, content)

    monkeypatch.setattr(FolderStore, "replace", between)
    update(store)
    assert pages(store.root) == pages(made / "archive")


def test_pages_that_were_cut_off_are_made_by_the_next_run(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pages(made / "archive")
    older = copytree(made / "archive", tmp_path / "older")
    (older / name_of(6)).unlink()
    update(FolderStore(older))
    was = FolderStore.replace
    number = 0
    while True:
        number += 1
        store = FolderStore(copytree(older, tmp_path / f"cut-{number}"))
        (store.root / name_of(6)).write_bytes((made / "archive" / name_of(6)).read_bytes())
        left = iter(range(number))

        def cut(self: FolderStore, name: str, content: bytes, left: object = left) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise ArchiveError("the disk is full")
            was(self, name, content)

        monkeypatch.setattr(FolderStore, "replace", cut)
        try:
            update(store)
            break
        except ArchiveError:
            monkeypatch.setattr(FolderStore, "replace", was)
            assert damaged(store)
            update(store)
            assert pages(store.root) == whole
    assert number > 5


def test_an_edition_stands_though_its_pages_cannot_be_made(
    desk: Desk, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FolderStore, name: str, content: bytes) -> None:
        raise ArchiveError("the disk is full", "free some space")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "replace", full)
        said = reports("publish", "--as-of", DAY, "--output", desk.output)
    assert said.status == 5
    assert f"{DAY}/r1 stands, but not its pages: the disk is full" in said.err
    assert [str(entry.revision) for entry in entries(FolderStore(desk.archive))] == [f"{DAY}/r1"]
    assert reports("publish", "--as-of", DAY, "--output", desk.output).status == 0
    assert damaged(FolderStore(desk.archive)) == {}


def test_a_damaged_edition_makes_no_page(archive: FolderStore) -> None:
    path = archive.root / DAYS[1] / "r1" / "edition.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArchiveError, match=f"{DAYS[1]}/r1/edition.json is changed"):
        update(archive, everything=True)


def test_the_address_of_the_archive_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / "reports.toml").write_text('[site]\nurl = "https://example.org/briefings"\n')
    assert load_settings({}, {}, tmp_path).site_url == "https://example.org/briefings/"
    for wrong in ('url = "example.org"', "url = 3", 'place = "https://example.org"'):
        (tmp_path / "reports.toml").write_text(f"[site]\n{wrong}\n")
        with pytest.raises(UsageError, match=r"site\."):
            load_settings({}, {}, tmp_path)
