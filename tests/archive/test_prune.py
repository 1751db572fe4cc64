"""`reports prune`: drafts go by their age, published editions only by name and with a reason."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.archive.ledger import entry_bytes, name_of, read_entry
from reports.archive.manifest import Revision, read_manifest
from reports.archive.store import FolderStore
from reports.config import day_of
from tests.archive.desk import DAY, NEXT, PDF, Desk, contents
from tests.conftest import Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
REASON = ("--reason", "the embargo was broken")
EPOCH = int(datetime(2025, 9, 8, 12, tzinfo=UTC).timestamp())
"""Ninety-one days after the edition of DAY, eighty-four after that of NEXT."""


@pytest.fixture
def run(desk: Desk, reports: Reports, monkeypatch: pytest.MonkeyPatch) -> Reports:
    """Return a function that runs a command on an archive of a day with a correction, and another.

    It is the eighth of September 2025.
    """
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))

    def run(name: str, *words: str | Path) -> Said:
        return reports(name, *words, "--output", desk.output)

    assert run("publish", "--as-of", DAY).status == 0
    desk.page = b"as corrected"
    assert run("publish", "--as-of", DAY, "--reason", "a figure was wrong").status == 0
    assert run("publish", "--as-of", NEXT).status == 0
    return run


def standing(desk: Desk) -> set[str]:
    return {str(path.parent.relative_to(desk.archive)) for path in desk.archive.glob("*/*/*.pdf")}


def damaged(run: Reports) -> list[str]:
    said = run("verify", "--all", "--json")
    if said.status == 0:
        return []
    return [problem["file"] for problem in said.json["problems"]]


def test_drafts_go_by_the_age_of_their_day(desk: Desk, run: Reports) -> None:
    archive = contents(desk.archive)
    drafts = desk.output / "draft"
    notes = drafts / "2024-01-01" / "notes.txt"
    for stray in (notes, drafts / "keep" / "notes.txt", drafts / "20240101" / "notes.txt"):
        stray.parent.mkdir()
        stray.write_bytes(b"my own")
    (drafts / "2024-01-08").symlink_to(drafts / NEXT)
    planned = run("prune", "--dry-run")
    assert (planned.status, planned.err) == (0, "2 drafts would be removed; nothing was.\n")
    assert planned.out.splitlines() == [str(notes.parent), str(drafts / DAY)]
    assert (drafts / DAY / PDF).exists()
    said = run("prune")
    assert (said.status, said.out) == (0, planned.out)
    assert "notes.txt is no file of a build, and stays" in said.err
    names = {path.name for path in drafts.iterdir()}
    assert names == {".newest.json", "2024-01-01", "2024-01-08", "20240101", "keep", NEXT}
    assert notes.read_bytes() == b"my own"
    assert (drafts / NEXT / ".build.json").exists()
    assert contents(desk.archive) == archive
    assert json.loads(run("prune", "--json").out)["left"] == [str(notes)]
    both = run("prune", "--older-than", "83", "--json").json
    assert both["status"] == "pruned"
    assert both["drafts"] == [str(notes.parent), str(drafts / NEXT)]
    assert run("publish", "--as-of", NEXT, "--json").json["status"] == "unchanged"


def test_a_record_that_leads_elsewhere_removes_nothing_there(desk: Desk, run: Reports) -> None:
    outside = desk.output / "outside"
    outside.mkdir()
    for name in ("a.txt", "b.txt"):
        (outside / name).write_bytes(b"mine")
    draft = desk.output / "draft" / DAY
    record = json.loads((draft / ".build.json").read_text("utf-8"))
    record["files"] |= {"x": "../../outside/a.txt", "y": "link/b.txt", "z": str(outside / "a.txt")}
    (draft / ".build.json").write_text(json.dumps(record), "utf-8")
    (draft / "link").symlink_to(outside)
    said = run("prune", "--json")
    assert said.json["left"] == [str(draft / "link")]
    assert sorted(path.name for path in outside.iterdir()) == ["a.txt", "b.txt"]


def test_a_published_revision_goes_with_a_reason_that_the_ledger_keeps(
    desk: Desk, run: Reports
) -> None:
    before = contents(desk.archive)
    words = ("prune", "--published", f"{DAY}/r1", *REASON)
    assert run(*words, "--dry-run", "--json").json == {
        "status": "planned",
        "drafts": [],
        "editions": [f"{DAY}/r1"],
        "left": [],
    }
    assert contents(desk.archive) == before
    said = run(*words, "--yes", "--by", "An Editor")
    assert said == Said(0, f"{desk.archive / DAY / 'r1'}\n", "1 published revision removed.\n")
    after = contents(desk.archive)
    assert standing(desk) == {f"{DAY}/r2", f"{NEXT}/r1"}
    assert {name: before[name] for name in after if name in before} == {
        name: content for name, content in before.items() if not name.startswith(f"{DAY}/r1/")
    }
    entry = read_entry(after[name_of(4)])
    assert (entry.what, entry.revision) == ("pruned", Revision(day_of(DAY), 1))
    assert (entry.act.by, entry.act.reason) == ("An Editor", REASON[1])
    assert entry.manifest == read_entry(before[name_of(1)]).manifest
    verified = run("verify", "--all")
    assert verified.status == 0
    assert verified.out.splitlines()[:2] == [
        "2 revisions and the ledger are intact.",
        f"{DAY}/r1 was pruned 2025-09-08T12:00:00Z by An Editor: {REASON[1]}",
    ]
    # Again, there is nothing to do; the drafts lie as they were.
    assert run(*words, "--yes", "--json").json["editions"] == []
    assert contents(desk.archive) == after
    assert (desk.output / "draft" / DAY / PDF).exists()


def test_a_whole_day_goes_and_its_numbers_are_not_given_again(desk: Desk, run: Reports) -> None:
    seals = [read_entry((desk.archive / name_of(n)).read_bytes()).manifest for n in (1, 2)]
    assert run("prune", "--published", DAY, *REASON, "--yes").status == 0
    assert standing(desk) == {f"{NEXT}/r1"}
    assert damaged(run) == []
    assert run("verify", DAY, "--json").json["pruned"][1]["revision"] == 2
    assert run("show", DAY).status == 2
    refused = run("publish", "--as-of", DAY)
    assert refused.status == 2
    assert f"the edition of {DAY} was published as {DAY}/r2 and pruned" in refused.err
    assert run("publish", "--as-of", DAY, "--reason", "for good now").status == 0
    manifest = read_manifest((desk.archive / DAY / "r3" / "manifest.json").read_bytes())
    assert manifest.previous == seals[1]
    assert damaged(run) == []
    assert run("publish", "--as-of", DAY, "--json").json["status"] == "unchanged"


def test_the_newest_edition_is_the_newest_that_stands(
    desk: Desk, run: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    for display in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(display, raising=False)
    assert run("prune", "--published", NEXT, *REASON, "--yes").status == 0
    assert run("open", "--format", "pdf").out == f"{desk.archive / DAY / 'r2' / PDF}\n"
    assert run("open", NEXT).out == f"{desk.archive / NEXT / 'index.html'}\n"
    assert run("open", NEXT, "--format", "pdf").status == 2
    assert run("prune", "--published", DAY, *REASON, "--yes").status == 0
    assert run("open", "--format", "pdf").status == 5
    assert run("list").err.startswith("No edition is kept any more; ")


def test_a_pdf_was_corrected_even_if_the_correction_was_pruned(
    desk: Desk, run: Reports, tmp_path: Path
) -> None:
    mailed = tmp_path / "mailed.pdf"
    mailed.write_bytes((desk.archive / DAY / "r1" / PDF).read_bytes())
    run("prune", "--published", f"{DAY}/r2", *REASON, "--yes")
    found = run("verify", mailed, "--json").json["files"][0]
    assert [each["revision"] for each in found["corrections"]] == [2]


def test_a_pruned_edition_that_stands_is_named_and_pruned_again(
    desk: Desk, run: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("prune", "--published", f"{DAY}/r1", *REASON, "--yes")
    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "remove", lambda *_: None)
        run(*words)
    (desk.archive / DAY / "r1" / "facts.json").unlink()
    assert damaged(run) == [f"{DAY}/r1"]
    assert "stands, though the ledger has it pruned: prune it again" in run("verify", DAY).out
    assert run("publish", "--as-of", DAY, "--json").json["revision"] == 2
    assert run(*words, "--json").json["editions"] == [f"{DAY}/r1"]
    assert damaged(run) == []
    assert len(list((desk.archive / "ledger").iterdir())) == 4


def test_what_is_asked_is_asked(desk: Desk, run: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("prune", "--published", NEXT, *REASON)
    before = contents(desk.archive)
    refused = run(*words)
    assert (refused.status, "nobody can be asked" in refused.err) == (2, True)
    for answer, pruned in (("\n", False), ("n\n", False), ("y\n", True)):
        terminal = io.StringIO(answer)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", terminal)
        said = run(*words)
        assert said.status == 0
        assert f"{NEXT}/r1, published 2025-09-08T12:00:00Z by The Desk" in said.err
        assert (contents(desk.archive) != before) is pruned


@pytest.mark.parametrize(
    "words",
    [
        ("--published", DAY),
        ("--published", DAY, "--reason", " "),
        ("--published", DAY, "--older-than", "3", *REASON),
        REASON,
        ("--older-than", "-1"),
        *(("--published", wrong, *REASON) for wrong in ("x", f"{DAY}/1", f"{DAY}/r0", f"{DAY}/r")),
        *(("--published", wrong, *REASON) for wrong in (f"{DAY}/r01", f"{DAY}/r3", "2025-01-06")),
    ],
)
def test_what_cannot_be_pruned_is_refused(desk: Desk, run: Reports, words: tuple[str, ...]) -> None:
    before = contents(desk.output)
    said = run("prune", *words, "--yes")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert contents(desk.output) == before


def test_nothing_is_pruned_from_a_damaged_ledger(desk: Desk, run: Reports) -> None:
    (desk.archive / name_of(1)).unlink()
    before = contents(desk.archive)
    assert run("prune", "--published", NEXT, *REASON, "--yes").status == 5
    assert contents(desk.archive) == before


def test_an_entry_of_pruning_that_is_rewritten_is_named(desk: Desk, run: Reports) -> None:
    run("prune", "--published", f"{DAY}/r1", *REASON, "--yes")
    run("publish", "--as-of", "2025-06-23")
    path = desk.archive / name_of(4)
    content = path.read_bytes()
    entry = read_entry(content)
    for other in (
        replace(entry, act=replace(entry.act, reason="another")),
        replace(entry, act=replace(entry.act, at="2020-01-01T00:00:00Z")),
        replace(entry, manifest="0" * 64),
        replace(entry, previous="0" * 64),
        replace(entry, number=9),
    ):
        path.unlink()
        path.write_bytes(entry_bytes(other))
        assert damaged(run) == [name_of(4)], other
    # Where nothing says any more that the edition was pruned, it is missing too.
    for other in (
        replace(entry, revision=Revision(day_of("2031-01-06"), 1)),
        replace(entry, what="corrected"),
    ):
        path.unlink()
        path.write_bytes(entry_bytes(other))
        assert damaged(run) == [name_of(4), f"{DAY}/r1"], other
    path.unlink()
    assert damaged(run) == [name_of(4), f"{DAY}/r1"]
    path.write_bytes(content)
    first = desk.archive / name_of(1)
    changed = replace(read_entry(first.read_bytes()), act=entry.act)
    first.unlink()
    first.write_bytes(entry_bytes(changed))
    assert damaged(run) == [name_of(1)]
