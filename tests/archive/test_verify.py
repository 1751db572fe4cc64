"""`reports verify`: each damage is named by its file, and only that one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from reports import cli, digest, pipeline
from reports.archive import rebuilding, site, versions
from reports.archive.ledger import entry_bytes, name_of, read_entry
from reports.archive.manifest import Revision, manifest_bytes, read_manifest
from reports.config import day_of
from reports.errors import DataError
from reports.resources import templates_dir
from tests.archive.desk import DAY, NEXT, PDF, Desk, contents, install
from tests.conftest import Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
LAST = "2025-06-23"
EDITIONS = (f"{DAY}/r1", f"{DAY}/r2", f"{NEXT}/r1", f"{LAST}/r1")
ENTRIES = len(EDITIONS)


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk that has published four editions; its archive is to be copied."""
    desk = Desk(tmp_path_factory.mktemp("four") / "output")

    def publish(day: str, page: bytes, *more: str) -> None:
        desk.page = page
        words = ["reports", "publish", "--as-of", day, "--output", str(desk.output), *more]
        patch.setattr(sys, "argv", words)
        assert cli.run() == 0

    with pytest.MonkeyPatch.context() as patch:
        install(desk, patch)
        publish(DAY, b"as first printed")
        publish(DAY, b"as corrected", "--reason", "a figure was wrong")
        publish(NEXT, b"the next week")
        publish(LAST, b"the week after")
    return desk


@pytest.fixture
def verify(four: Desk, desk: Desk, reports: Reports) -> Callable[[], list[str]]:
    """Return a function that verifies a copy of the four editions and names what is damaged."""
    copytree(four.archive, desk.archive)
    desk.page = four.page

    def run() -> list[str]:
        said = reports("verify", "--all", "--output", desk.output, "--json")
        if said.status == 0:
            assert said.json["status"] == "intact"
            return []
        assert said.status == 5
        return [problem["file"] for problem in said.json["problems"]]

    return run


def change(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def test_an_intact_archive_says_what_to_keep(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports
) -> None:
    said = reports("verify", "--all", "--output", desk.output)
    assert said.out.splitlines()[0] == "4 revisions and the ledger are intact."
    found = reports("verify", "--all", "--output", desk.output, "--json").json
    assert found["editions"] == list(EDITIONS)
    assert f"The newest of 4 entries has the sha256 {found['head']}." in said.out
    one = reports("verify", DAY, "--output", desk.output, "--json").json
    assert one["editions"] == list(EDITIONS[:2])


def tamper(archive: Path, place: str, verify: Callable[[], list[str]]) -> None:
    """Change, remove and accompany every file below a place, one after the other."""
    for name, content in contents(archive).items():
        if not name.startswith(place):
            continue
        path = archive / name
        for wrong in (content[:-1] + b"?", content + b"\n", b""):
            change(path, wrong)
            assert verify() == [name]
        path.unlink()
        assert verify() == [name]
        change(path, content)
        extra = path.with_name("extra.txt")
        extra.write_bytes(b"")
        assert verify() == [f"{Path(name).parent}/extra.txt"]
        extra.unlink()
    assert verify() == []


@pytest.mark.parametrize("place", [f"{DAY}/r2/", "ledger/"])
def test_a_file_that_is_changed_removed_or_added_is_named(
    desk: Desk, verify: Callable[[], list[str]], place: str
) -> None:
    tamper(desk.archive, place, verify)


def test_every_file_that_is_changed_removed_or_added_is_named(
    desk: Desk, verify: Callable[[], list[str]]
) -> None:
    tamper(desk.archive, "", verify)


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_an_entry_that_is_rewritten_is_named(
    desk: Desk, verify: Callable[[], list[str]], number: int
) -> None:
    path = desk.archive / name_of(number)
    content = path.read_bytes()
    entry = read_entry(content)
    earlier = replace(entry.act, at="2020-01-01T00:00:00Z")
    for other in (
        replace(entry, act=earlier),
        replace(entry, act=replace(entry.act, reason="another")),
        replace(entry, manifest="0" * 64),
        replace(entry, previous="0" * 64),
        replace(entry, what="pruned"),
        replace(entry, number=9),
        replace(entry, manifest=entry.manifest[1:]),
        replace(entry, revision=replace(entry.revision, number=7)),
        replace(entry, revision=Revision(day_of("2031-01-06"), 1)),
        replace(entry, revision=Revision(day_of(DAY), 2 if number != 2 else 1)),
    ):
        change(path, entry_bytes(other))
        assert verify() == [name_of(number)]
    change(path, content)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_manifest_that_is_rewritten_is_named(
    desk: Desk, verify: Callable[[], list[str]], edition: str
) -> None:
    name = f"{edition}/manifest.json"
    path = desk.archive / name
    manifest = read_manifest(path.read_bytes())
    for other in (
        replace(manifest, act=replace(manifest.act, by="Somebody else")),
        replace(manifest, headline="Another"),
        replace(manifest, files=manifest.files[1:]),
    ):
        change(path, manifest_bytes(other))
        assert verify() == [name]
    change(path, path.read_bytes().replace(b'"size": ', b'"size": -'))
    assert verify() == [name]


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_that_is_removed_is_named(
    desk: Desk, verify: Callable[[], list[str]], edition: str
) -> None:
    rmtree(desk.archive / edition)
    assert verify() == [edition]


def test_a_day_that_is_removed_is_named_when_it_is_asked_for(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports
) -> None:
    rmtree(desk.archive / DAY)
    assert verify() == list(EDITIONS[:2])
    said = reports("verify", DAY, "--output", desk.output)
    assert said.status == 5
    assert said.out.splitlines()[0] == (
        f"damage: {DAY}/r1: is missing: the whole edition was removed"
    )
    assert reports("verify", NEXT, "--output", desk.output).status == 0


def test_entries_that_changed_places_are_named(desk: Desk, verify: Callable[[], list[str]]) -> None:
    first, second = (desk.archive / name_of(number) for number in (2, 3))
    kept = first.read_bytes()
    change(first, second.read_bytes())
    change(second, kept)
    assert verify() == [name_of(2), name_of(3)]


def test_an_edition_that_was_put_there_is_named(
    desk: Desk, verify: Callable[[], list[str]]
) -> None:
    copytree(desk.archive / DAY / "r1", desk.archive / DAY / "r3")
    assert f"{DAY}/r3/manifest.json" in verify()


def test_a_ledger_that_is_removed_is_named(desk: Desk, verify: Callable[[], list[str]]) -> None:
    rmtree(desk.archive / "ledger")
    assert verify() == [name_of(number) for number in range(1, ENTRIES + 1)]


def test_a_pdf_is_told_from_others(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports, tmp_path: Path
) -> None:
    output = ("--output", desk.output)
    mailed = tmp_path / "mailed.pdf"
    mailed.write_bytes((desk.archive / DAY / "r1" / PDF).read_bytes())
    assert reports("verify", mailed, *output).out.splitlines() == [
        f"{mailed} is {PDF} of {DAY}/r1, published 2025-06-15T15:06:40Z by The Desk.",
        f"It was corrected by {DAY}/r2, 2025-06-15T15:06:40Z by The Desk: a figure was wrong",
    ]
    found = reports("verify", mailed, *output, "--json").json["files"][0]
    assert (found["as_of"], found["revision"]) == (DAY, 1)
    assert [each["revision"] for each in found["corrections"]] == [2]
    newest = reports("verify", desk.archive / DAY / "r2" / PDF, *output)
    assert newest.out.splitlines()[-1] == "It has not been corrected since."
    mailed.write_bytes(mailed.read_bytes() + b"\n")
    said = reports("verify", mailed, *output)
    assert (said.status, said.out) == (5, "")
    assert "is no file of an edition in this archive" in said.err


def test_a_file_that_a_correction_left_alone_was_not_corrected(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports
) -> None:
    output = ("--output", desk.output)
    rows = desk.archive / DAY / "r1" / "rows" / "observations.csv"
    for day in (NEXT, LAST):
        rmtree(desk.archive / day)  # Their rows are the same.
    said = reports("verify", rows, *output).out.splitlines()
    assert said[0].startswith(f"{rows} is rows/observations.csv of {DAY}/r1, published ")
    assert said[1:] == [
        f"{DAY}/r2 has it unchanged, 2025-06-15T15:06:40Z by The Desk: a figure was wrong",
        "It has not been corrected since.",
    ]
    found = reports("verify", rows, *output, "--json").json["files"][0]
    assert [each["revision"] for each in found["unchanged"]] == [2]
    assert found["corrections"] == []


def test_a_manifest_that_somebody_put_there_vouches_for_nothing(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports
) -> None:
    path = desk.archive / LAST / "r1" / "manifest.json"
    change(path, path.read_bytes().replace(b"The Desk", b"The Duck"))
    pdf = next(path.parent.glob("*.pdf"))
    said = reports("verify", pdf, "--output", desk.output)
    assert said.status == 5
    assert "not the one in the ledger" in said.err


def test_every_revision_is_built_again(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports
) -> None:
    words = ("verify", LAST, "--rebuild", "--output", desk.output)
    said = reports(*words)
    assert said.status == 0
    assert said.out.splitlines()[0] == f"{LAST}/r1: is built again, byte for byte"
    assert reports(*words, "--json").json["rebuilt"] == [f"{LAST}/r1"]
    desk.page = b"with other words"
    said = reports("verify", "--all", "--rebuild", "--output", desk.output)
    assert said.status == 5
    assert [line.partition(":")[0] for line in said.out.splitlines()] == [*EDITIONS]
    assert f"us-china-trade-briefing-{LAST}.pdf" in said.out
    assert "though templates, fonts, code and libraries are the same" in said.out
    problem = reports(*words, "--json").json["problems"][0]
    assert problem["file"] == f"{LAST}/r1"
    assert problem["message"].startswith("differs in charts/exports.png, edition-flash.json, ")


def test_what_has_changed_between_two_builds_is_named(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = digest.file_digests(templates_dir())
    now["fonts"]["Archivo-400.ttf"] = "0" * 64
    now["templates"]["extra.html"] = "0" * 64
    del now["code"]["pipeline.py"]
    monkeypatch.setattr(digest, "file_digests", lambda _: now)
    libraries = {**versions.library_versions(), "weasyprint": "99.0"}
    monkeypatch.setattr(rebuilding, "library_versions", lambda: libraries)
    words = ("verify", LAST, "--rebuild", "--output", desk.output)
    # As long as the bytes are the same, this is no difference.
    assert reports(*words).status == 0
    desk.page = b"with other fonts"
    said = reports(*words)
    had = json.loads((desk.archive / LAST / "r1" / "manifest.json").read_bytes())
    before = had["versions"]["libraries"]["weasyprint"]
    assert said.status == 5
    assert said.out.splitlines()[0].endswith(
        "changed since: template extra.html (new), font Archivo-400.ttf, "
        f"code pipeline.py (gone), weasyprint {before} → 99.0"
    )


def test_a_rebuild_tells_what_changed_though_the_pages_would_change_too(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "maker", lambda _: "0" * 64)
    desk.page = b"by another template"
    said = reports("verify", LAST, "--rebuild", "--output", desk.output)
    assert said.status == 5
    first, second = said.out.splitlines()
    assert first.startswith("damage: search/2025.js: was made by another version of the program")
    assert second.startswith(f"{LAST}/r1: differs in ")
    assert said.err.startswith("Error: the pages of the archive have 1 damage; 1 of 1 revisions ")
    told = reports("verify", LAST, "--rebuild", "--json", "--output", desk.output).json
    assert [each["file"] for each in told["problems"]] == ["search/2025.js", f"{LAST}/r1"]


def test_rows_that_differ_are_named(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports
) -> None:
    head = b"key,vintage,value\n"
    desk.rows = head + b"exports 2025-05,2025-06-09,1\nimports 2025-05,2025-06-09,1\n"
    desk.page = b"once more"
    words = ("--as-of", LAST, "--reason", "more rows", "--output", desk.output)
    assert reports("publish", *words).status == 0
    desk.rows = head + b"exports 2025-05,2025-06-09,2\nprices 2025-05,2025-06-09,3\n"
    said = reports("verify", LAST, "--rebuild", "--output", desk.output)
    assert (
        "/r2: differs in rows/observations.csv; rows that differ: "
        "rows/observations.csv: exports 2025-05 of 2025-06-09: value 1 → 2, "
        "rows/observations.csv: imports 2025-05 of 2025-06-09: is gone, "
        "rows/observations.csv: prices 2025-05 of 2025-06-09: is new; though"
    ) in said.out


def test_what_the_dataset_says_since_is_a_note_and_no_damage(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = tuple(f"observations.csv: exports 2025-{month:02}: is gone" for month in range(1, 13))
    monkeypatch.setattr(rebuilding, "_since", lambda *_: changes)
    words = ("verify", LAST, "--rebuild", "--output", desk.output)
    said = reports(*words)
    assert said.status == 0
    notes = [line for line in said.out.splitlines() if line.startswith("note: ")]
    assert notes[0] == f"note: {LAST}/r1: the dataset at hand has {changes[0]}"
    assert notes[8:] == [f"note: {LAST}/r1: the dataset at hand has 4 more"]
    assert reports(*words, "--json").json["since"] == {f"{LAST}/r1": [*changes]}


def test_a_revision_without_its_dataset_cannot_be_built_again(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports
) -> None:
    desk.page = b"as an earlier version published it"
    desk.frozen = lambda *_: {}  # type: ignore[method-assign]
    words = ("--as-of", LAST, "--reason", "anew", "--output", desk.output)
    assert reports("publish", *words).status == 0
    said = reports("verify", LAST, "--rebuild", "--output", desk.output)
    assert said.status == 5
    assert f"{LAST}/r2: cannot be built again: it was published without its dataset" in said.out


def test_an_edition_that_cannot_be_built_again_stops_no_other(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = desk.make
    fault = "the dataset has 1 fault; the first: a column is missing"
    same = "templates, fonts, code and libraries are the same"

    def some(request: pipeline.BuildRequest, tell: object) -> object:
        if str(request.as_of) == NEXT:
            raise DataError(fault)
        return make(request, tell)

    monkeypatch.setattr(pipeline, "make", some)
    said = reports("verify", NEXT, LAST, "--rebuild", "--output", desk.output)
    assert said.status == 5
    assert "1 of 2 revisions are not built again" in said.err
    assert said.out.splitlines() == [
        f"{NEXT}/r1: cannot be built again: {fault}; though {same}",
        f"{LAST}/r1: is built again, byte for byte",
    ]


def test_an_archive_that_is_not_there_is_no_intact_one(
    desk: Desk, reports: Reports, tmp_path: Path
) -> None:
    said = reports("verify", "--all", "--output", desk.output)
    assert said.status == 5
    assert "there is no archive" in said.err


def test_what_lies_beside_the_revisions_of_a_day_is_named(
    desk: Desk, verify: Callable[[], list[str]]
) -> None:
    (desk.archive / DAY / "old").mkdir()
    for name in (f"{DAY}/notes.txt", f"{DAY}/old/edition.json"):
        (desk.archive / name).write_bytes(b"")
    assert verify() == [f"{DAY}/notes.txt", f"{DAY}/old/edition.json"]


@pytest.mark.parametrize(
    "words",
    [(), (DAY, "--all"), ("nothing.pdf",), ("2025-01-06",), ("README.md", "--rebuild")],
)
def test_what_cannot_be_verified_is_refused(
    desk: Desk, verify: Callable[[], list[str]], reports: Reports, words: tuple[str, ...]
) -> None:
    assert reports("verify", *words, "--output", desk.output).status == 2
