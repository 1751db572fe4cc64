"""Every kind of store keeps an archive in the same way, in itself and through the commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from reports.archive.ledger import entries
from reports.archive.manifest import Revision
from reports.archive.reading import in_threads
from reports.archive.site import site_damage
from reports.archive.verifying import verify
from reports.config import day_of
from reports.errors import ArchiveError
from tests.archive.children import together
from tests.archive.conftest import Place
from tests.archive.desk import DAY, FROZEN, NEXT, PDF, Desk
from tests.conftest import Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
EDITION = {"facts.json": b"{}", "rows/tariffs.csv": b"1\n", "manifest.json": b"first"}


def test_a_folder_appears_once_and_stays(place: Place) -> None:
    store = place.open()
    assert store.put(f"{DAY}/r1", EDITION)
    assert not store.put(f"{DAY}/r1", {**EDITION, "facts.json": b"other", "more.json": b""})
    assert not place.open().put(f"{DAY}/r1", EDITION)
    assert store.names(f"{DAY}/r1") == tuple(sorted(EDITION))
    assert {name: store.read(f"{DAY}/r1/{name}") for name in EDITION} == EDITION
    assert (store.folders(""), store.folders(DAY)) == ((DAY,), ("r1",))
    assert store.names("") == tuple(f"{DAY}/r1/{name}" for name in sorted(EDITION))
    assert place.hidden() == []


def test_of_many_threads_one_puts_a_folder_and_no_files_are_mixed(place: Place) -> None:
    store = place.open()
    folders = [f"{day}/r1" for day in (DAY, NEXT)]
    made = [
        (folder, {name: f"{name} {number}".encode() for name in (f"{number}.csv", *EDITION)})
        for number in range(6)
        for folder in folders
    ]
    results = in_threads(len(made), lambda each: store.put(*each), made)
    for folder in folders:
        won = [
            contents
            for (name, contents), is_ours in zip(made, results, strict=True)
            if is_ours and name == folder
        ]
        assert len(won) == 1
        assert {name: store.read(f"{folder}/{name}") for name in store.names(folder)} == won[0]
    assert place.hidden() == []


def test_of_many_threads_one_appends_a_file(place: Place) -> None:
    store = place.open()
    contents = [f"by {number}".encode() for number in range(12)]
    results = in_threads(12, lambda each: store.append("ledger/000001.json", each), contents)
    assert [each for each, is_ours in zip(contents, results, strict=True) if is_ours] == [
        store.read("ledger/000001.json")
    ]


def test_a_file_appears_once_and_stays(place: Place) -> None:
    store = place.open()
    assert store.append("ledger/000001.json", b"1")
    assert not store.append("ledger/000001.json", b"2")
    assert not place.open().append("ledger/000001.json", b"1")
    assert store.read("ledger/000001.json") == b"1"
    assert store.names("ledger") == ("000001.json",)
    assert place.hidden() == []


def test_a_page_is_written_over_the_one_before(place: Place) -> None:
    store = place.open()
    for page in (b"first", b"second"):
        store.replace("2025/index.html", page)
        assert place.open().read("2025/index.html") == page
    assert store.names("") == ("2025/index.html",)
    assert store.folders("2025") == ()
    store.remove("2025/index.html")
    assert store.names("") == ()
    assert place.hidden() == []


def test_a_folder_is_removed_and_may_come_again(place: Place) -> None:
    store = place.open()
    for revision in ("r1", "r2"):
        assert store.put(f"{DAY}/{revision}", EDITION)
    store.remove(f"{DAY}/r1")
    store.remove(f"{DAY}/r1")
    assert store.folders(DAY) == ("r2",)
    assert store.names("") == tuple(f"{DAY}/r2/{name}" for name in sorted(EDITION))
    assert store.put(f"{DAY}/r1", EDITION)
    assert store.folders(DAY) == ("r1", "r2")
    assert place.hidden() == []


def test_what_is_not_there_is_said_to_be_missing(place: Place) -> None:
    store = place.open()
    assert (store.folders(""), store.folders(DAY), store.names(""), store.names("x")) == ((),) * 4
    with pytest.raises(FileNotFoundError):
        store.read("ledger/000001.json")
    assert store.where(f"{DAY}/r1") == f"{place.url}/{DAY}/r1"


def test_a_listed_store_has_the_names_of_its_moment(place: Place) -> None:
    store = place.open()
    store.put(f"{DAY}/r1", EDITION)
    listed = store.listed()
    store.put(f"{NEXT}/r1", EDITION)
    assert listed.folders(DAY) == ("r1",)
    assert listed.names(f"{DAY}/r1") == store.names(f"{DAY}/r1")
    assert listed.read(f"{NEXT}/r1/facts.json") == b"{}"
    # Nothing is gained by keeping the names of a folder on this machine.
    assert listed.folders("") == ((DAY, NEXT) if store.at_once == 1 else (DAY,))


def test_publish_correct_list_show_verify(place: Place, desk: Desk, reports: Reports) -> None:
    run = ("publish", "--as-of", DAY, "--output", desk.output)
    first = reports(*run)
    assert (first.status, first.out.strip()) == (0, f"{place.url}/{DAY}/r1"), first.err
    assert reports(*run, "--json").json["status"] == "unchanged"
    desk.page = b"as corrected"
    assert reports(*run).status == 2
    said = reports(*run, "--reason", "a figure was wrong", "--json").json
    assert (said["status"], said["folder"]) == ("corrected", f"{place.url}/{DAY}/r2")
    assert reports("publish", "--as-of", NEXT, "--output", desk.output).status == 0
    found = reports("list", "--json").json["editions"]
    assert [(each["as_of"], each["revision"]) for each in found] == [(DAY, 1), (DAY, 2), (NEXT, 1)]
    shown = reports("show", DAY, "--format", "pdf", "--path").out.strip()
    assert shown == f"{place.url}/{DAY}/r2/{PDF}"
    assert reports("show", DAY, "--json").json["path"] == f"{place.url}/{DAY}/r2"
    assert reports("show", DAY, "--revision", "1", "--format", "facts").out.endswith(
        "first printed"
    )
    checked = reports("verify", "--all", "--json").json
    assert checked["editions"] == [f"{DAY}/r1", f"{DAY}/r2", f"{NEXT}/r1"]
    assert reports("verify", DAY).out.startswith("2 revisions and the ledger are intact.")
    assert not (desk.output / "archive").exists()
    file = desk.output / "draft" / DAY / PDF
    assert "r2" in reports("verify", file).out
    why = ("--reason", "a court ordered it", "--yes", "--output", desk.output)
    assert reports("prune", "--published", DAY, "--published", NEXT, *why).status == 0
    assert reports("verify", "--all").status == 0
    left = place.open().names("")
    assert [name for name in left if "briefing" in name or "/r" in name] == []
    assert "latest/index.html" in left


def test_each_damage_is_named(place: Place, desk: Desk, reports: Reports) -> None:
    for day in (DAY, NEXT):
        assert reports("publish", "--as-of", day, "--output", desk.output).status == 0
    store = place.store
    some_pages = ("index.html", f"{DAY}/index.html", "latest/briefing.pdf")
    names = [name for name in store.names("") if FROZEN.match(name) or name in some_pages]
    kept = {name: store.read(name) for name in names}
    assert len(kept) > 14
    assert {*some_pages} <= kept.keys()
    for number, (name, content) in enumerate(kept.items()):
        place.spoil(name, content + b" " if number % 2 else None)
        problems = verify(store).problems or site_damage(store)
        assert [problem.file for problem in problems] == [name]
        place.spoil(name, content)
    place.spoil(f"{DAY}/r1/notes.txt", b"")
    said = reports("verify", "--all")
    found = f"damage: {DAY}/r1/notes.txt: is too many: the edition has no such file\n"
    assert (said.status, said.out) == (5, found)
    store.remove(f"{DAY}/r1")
    said = reports("verify", "--all")
    assert f"damage: {DAY}/r1: is missing: the whole edition was removed\n" in said.out
    assert reports("publish", "--as-of", DAY, "--output", desk.output).status == 5


def words(desk: Desk, number: int) -> tuple[Any, ...]:
    """Return a command with a folder of its own for drafts, which are not what is raced for."""
    by = f"publisher-{number}"
    output = desk.output.parent / by
    return ("publish", "--as-of", DAY, "--output", output, "--by", by, "--json")


def test_of_many_that_publish_the_same_edition_one_does(place: Place, desk: Desk) -> None:
    said: list[Any] = together(
        *(words(desk, number) for number in range(4)), pages=[desk.page] * 4, desk=desk
    )
    counted = Counter(each["status"] for each in said)
    assert counted["published"] == 1
    assert counted["unchanged"] + counted["completed"] == 3
    assert [entry.number for entry in entries(place.open())] == [1]
    assert verify(place.open()).problems == ()


def test_many_that_publish_different_editions_make_a_revision_each(
    place: Place, desk: Desk
) -> None:
    pages = [f"page {number}".encode() for number in range(4)]
    runs = [(*words(desk, number), "--reason", f"by {number}") for number in range(4)]
    said: list[Any] = together(*runs, pages=pages, desk=desk)
    assert sorted(each["revision"] for each in said) == [1, 2, 3, 4], said
    store = place.open()
    for number, each in enumerate(said):
        facts = store.read(f"{Revision(day_of(DAY), each['revision'])}/facts.json")
        assert facts.endswith(pages[number])
    assert [entry.number for entry in entries(store)] == [1, 2, 3, 4]
    assert verify(store).problems == ()
    assert place.hidden() == []


def test_what_cannot_be_written_is_one_line(place: Place) -> None:
    store = place.open()
    store.append("a", b"")
    if not place.url.startswith("s3"):  # A bucket has no folders that could be files.
        with pytest.raises(ArchiveError, match="cannot be written"):
            store.append("a/b", b"")
    assert store.names("") == ("a",)
