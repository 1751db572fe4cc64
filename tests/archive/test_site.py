"""The pages of the archive follow from its editions and its ledger, and from nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree
from threading import Barrier

import pytest

from reports.archive import site
from reports.archive.ledger import entries, entry_bytes, name_of, read_entry
from reports.archive.manifest import Act
from reports.archive.site import site_damage, update
from reports.archive.store import FolderStore
from reports.archive.told import told
from reports.config import day_of, load_settings
from reports.digest import sha256
from reports.errors import ArchiveError, UsageError
from tests.archive.decade import REASON, write_decade
from tests.archive.desk import DAY, Desk, pages
from tests.archive.example_archive import (
    CORRECTED,
    DAYS,
    FIRST,
    edition_files,
    small_archive,
    write_small,
)
from tests.conftest import Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
NEWEST = DAYS[-1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an output folder with a small archive and its pages; to be copied or read."""
    output = tmp_path_factory.mktemp("made")
    small_archive(output / "archive")
    return output


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> FolderStore:
    """Return a copy of the small archive, to be changed."""
    return FolderStore(copytree(made / "archive", tmp_path / "output" / "archive"))


def damaged(store: FolderStore, *days: str) -> dict[str, str]:
    wanted = [day_of(day) for day in days] or None
    return {problem.file: problem.message for problem in site_damage(store, "", wanted)}


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


def test_an_edition_that_cannot_be_read_has_its_page(desk: Desk, reports: Reports) -> None:
    assert reports("publish", "--as-of", DAY, "--output", desk.output).status == 0
    page = (desk.archive / DAY / "index.html").read_text("utf-8")
    assert "is not in a form that this page can show" in page
    assert f"The news of {DAY}" in page
    assert f"us-china-trade-briefing-{DAY}.pdf" in page
    assert f"The news of {DAY}" in (desk.archive / "index.html").read_text("utf-8")
    desk.page = b"as corrected"
    words = ("publish", "--as-of", DAY, "--output", desk.output, "--reason", "a figure was wrong")
    assert reports(*words).status == 0
    page = (desk.archive / DAY / "index.html").read_text("utf-8")
    assert "not here in a form that can be compared" in page
    assert page.count("a figure was wrong") > 1


def test_a_correction_is_told_wherever_the_edition_is(made: Path) -> None:
    found = {name: page.decode() for name, page in pages(made / "archive").items()}
    told_of = ["index.html", "2024.html", f"{CORRECTED}/index.html", "feed.xml", "search/2024.js"]
    assert [name for name in found if REASON in found[name]] == sorted(told_of)
    page = found[f"{CORRECTED}/index.html"]
    assert "This edition was corrected on 30\N{NO-BREAK SPACE}December 2024." in page
    assert '<section class="section revision" id="r1"' in page
    assert "corrected by r2" in page
    assert re.search(r"<del>.*?1\..*?</del>", page)
    assert re.search(r"<ins>.*?2\..*?</ins>", page)
    assert "Files that differ: edition.json." in page
    assert "This edition was corrected" not in found[f"{DAYS[0]}/index.html"]


def test_values_that_a_correction_changed_are_shown_old_and_new(tmp_path: Path) -> None:
    store = write_small(tmp_path)
    _rewrite_facts(store)
    page = (tmp_path / CORRECTED / "index.html").read_text("utf-8")
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>\n<td.*?>(.*?)</td><td.*?>(.*?)</td>", page)
    assert len(rows) == 40
    assert all(now == f"<strong>{before}0</strong>" for _, before, now in rows)
    assert "more values; facts.json" in page
    index = (tmp_path / "index.html").read_text("utf-8")
    assert re.search(r'class="moved">[^<]*, not [^<]*; and [0-9]+.more values', index)


def _rewrite_facts(store: FolderStore) -> None:
    """Change every value in the facts of the correction, and seal it anew."""
    from reports.archive.manifest import manifest_bytes, read_manifest, sealed

    place = store.root / CORRECTED / "r2"
    facts = json.loads((place / "facts.json").read_bytes())
    for fact in facts["facts"]:
        fact["shown"] += "0"
    content = json.dumps(facts).encode()
    (place / "facts.json").unlink()
    (place / "facts.json").write_bytes(content)
    manifest = read_manifest((place / "manifest.json").read_bytes())
    others = tuple(file for file in manifest.files if file.name != "facts.json")
    manifest = replace(manifest, files=(*others, *sealed({"facts.json": content})))
    (place / "manifest.json").write_bytes(manifest_bytes(manifest))
    before = None
    for number in range(1, 7):
        path = store.root / name_of(number)
        entry = read_entry(path.read_bytes())
        if number == 4:
            entry = replace(entry, manifest=sha256(manifest_bytes(manifest)))
        before, content = None, entry_bytes(replace(entry, previous=before))
        path.write_bytes(content)
        before = sha256(content)
    update(store)


def test_a_removed_edition_keeps_a_page_that_says_why(archive: FolderStore) -> None:
    chain = entries(archive)
    act = Act("2026-02-02T10:00:00Z", "The Lawyer", "a court ordered it")
    last = sha256(entry_bytes(chain[-1]))
    gone = replace(chain[0], number=7, what="pruned", act=act, previous=last)
    (archive.root / name_of(7)).write_bytes(entry_bytes(gone))
    rmtree(archive.root / DAYS[0] / "r1")
    update(archive)
    page = (archive.root / DAYS[0] / "index.html").read_text("utf-8")
    for word in ("was removed", "The Lawyer", "a court ordered it"):
        assert word in page
    assert "a court ordered it" in (archive.root / "index.html").read_text("utf-8")
    assert DAYS[0] not in (archive.root / "feed.xml").read_text("utf-8")
    assert damaged(archive) == {}


def test_nothing_of_an_edition_is_left_to_read_once_the_last_one_is_pruned(
    tmp_path: Path, reports: Reports
) -> None:
    write_decade(tmp_path / "archive", 1, edition_files(), first=FIRST)
    assert reports("index", "--output", tmp_path).status == 0
    named = ("--published", FIRST.isoformat(), "--reason", "a court ordered it", "--yes")
    assert reports("prune", *named, "--output", tmp_path).status == 0
    assert reports("verify", "--all", "--output", tmp_path).status == 0
    left = pages(tmp_path / "archive")
    assert {name for name in left if name.startswith("latest/")} == {"latest/index.html"}
    for name in ("index.html", "latest/index.html", "data.html"):
        assert b"No edition is kept any more" in left[name]
    assert not [name for name, page in left.items() if b"Talks of week 0" in page]


def test_a_damaged_edition_makes_no_page(archive: FolderStore) -> None:
    path = archive.root / DAYS[1] / "r1" / "edition.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArchiveError, match=f"{DAYS[1]}/r1/edition.json is changed"):
        update(archive, everything=True)


def test_the_newest_edition_has_names_that_stay(made: Path) -> None:
    for end in ("pdf", "html"):
        copied = made / "archive" / "latest" / f"briefing.{end}"
        name = f"us-china-trade-briefing-{NEWEST}.{end}"
        assert copied.read_bytes() == (made / "archive" / NEWEST / "r1" / name).read_bytes()
    page = (made / "archive" / "latest" / "index.html").read_text("utf-8")
    assert f'<meta http-equiv="refresh" content="0; url=../{NEWEST}/index.html">' in page


def test_every_link_of_every_page_leads_to_a_file(made: Path) -> None:
    links = re.compile(r'(?:href|src|url)="?=?([^"#?]+)[^"]*"')
    for name, page in pages(made / "archive").items():
        if name.endswith(".html") and not name.startswith("latest/briefing"):
            for target in links.findall(page.decode()):
                if "://" not in target and not target.startswith("data:"):
                    assert ((made / "archive" / name).parent / target).is_file(), (name, target)


def test_the_address_of_the_archive_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / "reports.toml").write_text('[site]\nurl = "https://example.org/briefings"\n')
    assert load_settings({}, {}, tmp_path).site_url == "https://example.org/briefings/"
    for wrong in ('url = "example.org"', "url = 3", 'place = "https://example.org"'):
        (tmp_path / "reports.toml").write_text(f"[site]\n{wrong}\n")
        with pytest.raises(UsageError, match=r"site\."):
            load_settings({}, {}, tmp_path)


def test_an_edition_in_another_form_is_not_told_of() -> None:
    edition = edition_files()["edition.json"]
    assert told(edition)
    for wrong in (b"", b"[]", b"{}", edition.replace(b'"sections"', b'"parts"')):
        assert told(wrong) is None


def test_ten_years_of_editions_keep_the_index_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hundreds of files are not synced one by one here, which takes longest.
    monkeypatch.setattr(FolderStore, "replace", _write)
    files: Mapping[str, bytes] = edition_files()
    write_decade(tmp_path, 520, files, first=FIRST, corrected=range(0, 520, 40))
    store = FolderStore(tmp_path)
    assert len(update(store).pages) > 540
    found = pages(tmp_path)
    loaded = sum(len(found[name]) for name in ("index.html", "assets/site.css", "assets/site.js"))
    assert loaded < 200_000
    index = found["index.html"].decode()
    assert index.count('<li class="entry">') == 26
    assert "520\N{NO-BREAK SPACE}editions" in index
    years = [name for name in found if re.fullmatch(r"\d{4}\.html", name)]
    assert len(years) == 11
    assert sum(found[name].decode().count('<li class="entry">') for name in years) == 520
    assert all(f'href="{name}"' in index for name in years)
    assert update(store).written == ()


def _write(store: FolderStore, name: str, content: bytes) -> None:
    (store.root / name).parent.mkdir(exist_ok=True)
    (store.root / name).write_bytes(content)


def test_variants_are_offered_beside_the_full_edition(tmp_path: Path) -> None:
    name = "us-china-trade-briefing"
    more = {f"{name}-flash-2025-06-09.pdf": b"%PDF flash", "email/message.html": b"<p>To you"}
    write_decade(tmp_path, 1, {**edition_files(), **more})
    update(FolderStore(tmp_path))
    page = (tmp_path / "index.html").read_text("utf-8")
    assert f'href="2016-01-04/r1/{name}-flash-2016-01-04.pdf">One-page PDF' in page
    assert (tmp_path / "latest" / "briefing.pdf").read_bytes() == edition_files()[
        f"{name}-2025-06-09.pdf"
    ]
    feed = (tmp_path / "feed.xml").read_text("utf-8")
    assert feed.count('rel="enclosure"') == 1
    assert "flash" not in feed
