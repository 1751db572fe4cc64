"""`reports publish`: editions are frozen once, corrected with a reason, and never overwritten."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reports import checks
from reports.archive import publishing
from reports.archive.ledger import read_entry
from reports.archive.manifest import SCHEMA, read_manifest
from reports.errors import Problem
from tests.archive.desk import DAY, NEXT, PDF, Desk, contents
from tests.conftest import Said

Reports = Callable[..., Said]


@pytest.fixture
def publish(desk: Desk, reports: Reports) -> Reports:
    """Return a function that publishes the edition of the day."""
    return lambda *more: reports("publish", "--as-of", DAY, "--output", desk.output, *more)


def test_an_edition_is_frozen_with_all_that_belongs_to_it(desk: Desk, publish: Reports) -> None:
    said = publish()
    assert said == Said(0, f"{desk.archive / DAY / 'r1'}\n", f"Published {DAY}/r1.\n")
    assert list(contents(desk.archive)) == [
        f"{DAY}/r1/SHA256SUMS",
        f"{DAY}/r1/charts/exports.png",
        f"{DAY}/r1/dataset.zip",
        f"{DAY}/r1/edition-flash.json",
        f"{DAY}/r1/edition.json",
        f"{DAY}/r1/facts-flash.json",
        f"{DAY}/r1/facts.json",
        f"{DAY}/r1/inputs.json",
        f"{DAY}/r1/manifest.json",
        f"{DAY}/r1/rows/observations.csv",
        f"{DAY}/r1/us-china-trade-briefing-{DAY}.html",
        f"{DAY}/r1/{PDF}",
        f"{DAY}/r1/us-china-trade-briefing-flash-{DAY}.html",
        f"{DAY}/r1/us-china-trade-briefing-flash-{DAY}.pdf",
        "ledger/000001.json",
    ]
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=desk.archive / DAY / "r1",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count(": OK") == 13


def test_the_manifest_follows_its_schema(desk: Desk, publish: Reports) -> None:
    kept = json.loads((files("reports") / "schemas" / "manifest-1.json").read_text("utf-8"))
    Draft202012Validator.check_schema(kept)
    assert kept["$id"] == kept["properties"]["schema"]["const"] == SCHEMA
    publish()
    desk.page = b"as corrected"
    publish("--reason", "a figure was wrong")
    for number, reason in ((1, ""), (2, "a figure was wrong")):
        content = (desk.archive / DAY / f"r{number}" / "manifest.json").read_bytes()
        found = json.loads(content)
        assert list(Draft202012Validator(kept).iter_errors(found)) == []
        assert found["published"] == {
            "at": "2025-06-15T15:06:40Z",
            "by": "The Desk",
            "reason": reason,
        }
        assert {"dataset", "templates", "fonts", "code"} < {*found["inputs"]}
        assert {"weasyprint", "matplotlib", "pandas"} < {*found["versions"]["libraries"]}
        found["published"]["by"] = ""
        found["files"][0]["name"] = "../escape"
        assert len(list(Draft202012Validator(kept).iter_errors(found))) == 2


def test_what_readers_are_not_given_makes_no_revision(desk: Desk, publish: Reports) -> None:
    publish()
    frozen = desk.frozen(desk.output, DAY)
    desk.frozen = lambda *_: frozen | {"dataset.zip": b"of other rows"}  # type: ignore[method-assign]
    assert publish("--json").json["status"] == "unchanged"
    desk.page = b"as corrected"
    assert publish("--reason", "a figure was wrong", "--json").json["status"] == "corrected"
    assert (desk.archive / DAY / "r2" / "dataset.zip").read_bytes() == b"of other rows"


def test_the_same_content_again_is_unchanged(desk: Desk, publish: Reports) -> None:
    publish()
    before = {path: path.stat().st_mtime_ns for path in desk.archive.rglob("*")}
    said = publish("--json", "--by", "Somebody else", "--reason", "none")
    assert (said.status, said.json["status"], said.json["revision"]) == (0, "unchanged", 1)
    assert said.json["by"] == "The Desk"
    assert {path: path.stat().st_mtime_ns for path in desk.archive.rglob("*")} == before
    assert desk.builds == [DAY]


def test_changed_content_needs_a_reason(desk: Desk, publish: Reports) -> None:
    publish()
    before = contents(desk.archive)
    desk.page = b"as corrected"
    said = publish()
    assert said.status == 2
    assert "--reason" in said.err
    assert contents(desk.archive) == before


def test_a_correction_is_a_revision_of_its_own(desk: Desk, publish: Reports) -> None:
    publish()
    before = contents(desk.archive)
    desk.rows = b"series_id,value\nexports,2\n"
    said = publish("--reason", "exports\nof May", "--by", "An Editor", "--json")
    assert (said.json["status"], said.json["revision"]) == ("corrected", 2)
    after = contents(desk.archive)
    assert {name: after[name] for name in before} == before
    first, second = (read_manifest(after[f"{DAY}/r{number}/manifest.json"]) for number in (1, 2))
    entries = [read_entry(after[f"ledger/00000{number}.json"]) for number in (1, 2)]
    assert [entry.what for entry in entries] == ["published", "corrected"]
    assert entries[1].act.reason == "exports of May"
    assert second.previous == entries[0].manifest
    assert [name for name in first.seals if first.seals[name] != second.seals[name]] == [
        "dataset.zip",
        "rows/observations.csv",
    ]


def test_nothing_is_built_on_damage(desk: Desk, publish: Reports) -> None:
    publish()
    desk.page = b"as corrected"
    place = desk.archive / DAY / "r1"
    place.rename(place.with_name("elsewhere"))
    said = publish("--reason", "a figure")
    assert (said.status, "r1 is missing" in said.err) == (5, True)
    place.with_name("elsewhere").rename(place)
    (place / "manifest.json").chmod(0o644)
    text = (place / "manifest.json").read_text("utf-8")
    (place / "manifest.json").write_text(text.replace("The Desk", "The Duck"), "utf-8")
    assert publish("--reason", "a figure").status == 5
    (desk.archive / "ledger" / "000001.json").unlink()
    assert publish("--reason", "a figure").status == 5
    assert not (desk.archive / DAY / "r2").exists()


def test_an_edition_with_a_changed_file_is_not_called_unchanged(
    desk: Desk, publish: Reports
) -> None:
    publish()
    page = desk.archive / DAY / "r1" / "rows" / "observations.csv"
    page.chmod(0o644)
    page.write_bytes(page.read_bytes() + b"x")
    for reason in ((), ("--reason", "a figure")):
        said = publish(*reason)
        assert (said.status, "rows/observations.csv: is changed" in said.err) == (5, True)
        desk.page = b"as corrected"
    assert not (desk.archive / DAY / "r2").exists()


def test_an_edition_without_its_entry_is_entered(desk: Desk, publish: Reports) -> None:
    publish()
    entry = desk.archive / "ledger" / "000001.json"
    written = entry.read_bytes()
    entry.unlink()
    said = publish("--json", "--by", "Somebody else")
    assert said.json["status"] == "completed"
    assert entry.read_bytes() == written


@pytest.mark.parametrize(
    "words", [("--by", " "), ("--reason", "x" * 1001), ("--by", "bell\a"), ("--by", "x" * 101)]
)
def test_what_cannot_stand_in_a_ledger_is_refused(
    publish: Reports, desk: Desk, words: tuple[str, str]
) -> None:
    assert publish(*words).status == 2
    assert not desk.archive.exists()


@pytest.mark.parametrize(("severity", "status"), [("error", 3), ("warning", 1)])
def test_a_gate_that_refuses_leaves_no_edition(
    publish: Reports,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    severity: str,
    status: int,
) -> None:
    problem = Problem("observations.csv", 3, "value", "is odd", severity=severity)
    monkeypatch.setattr(checks, "check", lambda data, output: ((problem,), date(2025, 6, 9)))
    said = publish()
    assert said.status == status
    assert "reports check --strict" in said.err
    assert not desk.archive.exists()


def test_a_dataset_that_changes_meanwhile_is_refused(
    publish: Reports, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = iter([{"dataset": "1" * 64}, {"dataset": "2" * 64}])
    monkeypatch.setattr(publishing, "_inputs", lambda data: next(digests))
    assert publish().status == 3
    assert not desk.archive.exists()


def test_an_archive_that_cannot_be_written_is_told_of(desk: Desk, publish: Reports) -> None:
    desk.output.mkdir()
    desk.archive.write_bytes(b"")
    said = publish()
    assert said.status == 5
    assert "cannot be" in said.err


def test_what_a_killed_run_left_staged_is_cleared(
    desk: Desk, publish: Reports, tmp_path: Path
) -> None:
    left = desk.archive / ".staged" / "007" / "whole"
    left.mkdir(parents=True)
    (left / "edition.json").write_bytes(b"{")
    publish()
    assert list((desk.archive / ".staged").iterdir()) == []


def test_editions_are_listed_and_shown(desk: Desk, publish: Reports, reports: Reports) -> None:
    output = ("--output", desk.output)
    assert reports("list", *output) == Said(0, "", "Nothing has been published yet.\n")
    publish()
    desk.page = b"as corrected"
    publish("--reason", "a figure was wrong")
    reports("publish", "--as-of", NEXT, *output)
    assert reports("list", *output).out.splitlines() == [
        f"{DAY}/r1  2025-06-15T15:06:40Z  The Desk  The news of {DAY}",
        f"{DAY}/r2  2025-06-15T15:06:40Z  The Desk  The news of {DAY}  [a figure was wrong]",
        f"{NEXT}/r1  2025-06-15T15:06:40Z  The Desk  The news of {NEXT}",
    ]
    listed = reports("list", *output, "--json").json["editions"]
    assert [(each["as_of"], each["revision"]) for each in listed] == [
        (DAY, 1),
        (DAY, 2),
        (NEXT, 1),
    ]
    shown = reports("show", DAY, *output)
    assert f"{DAY}/r2  2025-06-15T15:06:40Z  The Desk: a figure was wrong" in shown.out
    assert PDF in shown.out
    assert reports("show", DAY, *output, "--json").json["revisions"] == [1, 2]
    old = reports("show", DAY, "--revision", "1", "--path", *output)
    assert old.out == f"{desk.archive / DAY / 'r1'}\n"
    pdf = reports("show", DAY, "--format", "pdf", "--path", *output)
    assert pdf.out == f"{desk.archive / DAY / 'r2' / PDF}\n"
    flash = reports("show", DAY, "--format", "pdf", "--variant", "flash", "--path", *output)
    assert flash.out == f"{desk.archive / DAY / 'r2' / PDF.replace(DAY, f'flash-{DAY}')}\n"
    taken = reports("show", DAY, "--format", "html", "--variant", "flash", *output)
    assert (taken.status, taken.out) == (0, f"html of {DAY}: as corrected")
    for words in (("--variant", "flash"), ("--format", "pdf", "--variant", "partner-germany")):
        said = reports("show", DAY, *words, *output)
        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert reports("show", "2025-01-01", *output).status == 2
    assert reports("show", DAY, "--revision", "3", *output).status == 2


def test_a_file_is_shown_only_as_it_was_published(
    desk: Desk, publish: Reports, reports: Reports
) -> None:
    publish()
    words = ("show", DAY, "--output", desk.output, "--format")
    assert reports(*words, "html").out == f"html of {DAY}: as first printed"
    assert reports(*words, "manifest").out.startswith("{")
    place = desk.archive / DAY / "r1" / f"us-china-trade-briefing-{DAY}.html"
    place.chmod(0o644)
    place.write_bytes(b"as I like it")
    said = reports(*words, "html")
    assert (said.status, said.out) == (5, "")
