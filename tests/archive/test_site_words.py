"""What the pages of the archive say of its editions: corrections, removals, variants, years."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest

from reports.archive.ledger import entries, entry_bytes, name_of, read_entry
from reports.archive.manifest import Act
from reports.archive.site import update
from reports.archive.store import FolderStore
from reports.archive.told import told
from reports.digest import sha256
from tests.archive.decade import REASON, write_decade
from tests.archive.desk import DAY, Desk, pages
from tests.archive.example_archive import (
    CORRECTED,
    DAYS,
    FIRST,
    NEWEST,
    damaged,
    edition_files,
    write_small,
)
from tests.conftest import Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]


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
