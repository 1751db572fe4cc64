"""`reports data add` as a desk uses it: a week's files come in, are shown, asked about, written."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reports import resources, store
from reports.briefings import build_edition, load_editorial
from reports.dataset import load_dataset
from reports.model import Period, to_json
from tests.conftest import ROOT, Said, run_reports
from tests.intake.desks import (
    DECEMBER,
    EXPORTS,
    OBSERVATION,
    PAGE,
    SOURCE,
    SOURCE_ROW,
    TODAY,
    bytes_of,
    csv_file,
    observations,
    small,
    sources,
    whole,
    workbook,
)

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small(tmp_path / "package")


@pytest.fixture
def add(reports: Reports, folder: Path) -> Reports:
    return lambda *words: reports("data", "add", "--data", folder, "--today", TODAY, *words)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that types an answer on a terminal."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    return lambda typed: monkeypatch.setattr(sys, "stdin", Terminal(typed))


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait for the keyboard of whoever runs it."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def edition_of(folder: Path, day: str) -> str:
    known_on = date.fromisoformat(day)
    view = load_dataset(folder).as_of(known_on)
    return to_json(build_edition(view, load_editorial(folder, known_on)))


def test_a_new_month_goes_from_a_workbook_into_the_edition(
    reports: Reports, tmp_path: Path
) -> None:
    folder = whole(tmp_path / "whole")
    rows = [
        (EXPORTS, "2025年12月", "5,012.3", date(2026, 1, 9), PAGE, "reported"),
        (EXPORTS, "1-12月", "63,205.4", "9 January 2026", PAGE, "reported"),
    ]
    week = workbook(
        tmp_path / "week.xlsx",
        observations=[OBSERVATION[:6], *rows],
        sources=[SOURCE, SOURCE_ROW],
    )
    assert "5,012" not in edition_of(folder, "2026-01-12")
    said = reports("data", "add", week, "--yes", "--data", folder, "--today", TODAY)
    assert (said.status, said.err) == (0, "")
    assert said.out.endswith("Wrote 3 rows to observations.csv, sources.csv.\n")
    edition = edition_of(folder, "2026-01-12")
    assert "5,012.3" in edition
    assert PAGE in edition
    assert "5,012" not in edition_of(folder, "2026-01-08")


def test_it_shows_what_would_change_in_a_table_and_asks(
    add: Reports, folder: Path, tmp_path: Path, answer: Callable[[str], None]
) -> None:
    before = bytes_of(folder)
    revised = (EXPORTS, "2025-11", "5494.2", "2026-01-09", PAGE, "reported", "")
    files = observations(tmp_path, DECEMBER, revised), sources(tmp_path)
    answer("n\n")
    declined = add(*files)
    assert (declined.status, bytes_of(folder)) == (0, before)
    assert "Write these 3 rows? [y/N]" in declined.err
    assert "Nothing was written." in declined.out
    for line in (
        "new             2  a period, event, source or other row that was not known",
        "revised         1  a newer vintage with another value",
        f"  new        {EXPORTS} 2025-12 2026-01-09  5012.3",
        f"  revised    {EXPORTS} 2025-11 2026-01-09  5493.9 → 5494.2",
    ):
        assert line in declined.out.splitlines()
    shown = [line for line in declined.out.splitlines() if not line.startswith("warning: ")]
    assert all(len(line) <= 80 for line in shown)
    answer("y\n")
    assert add(*files).status == 0
    assert bytes_of(folder) != before
    answer("")
    again = add(*files)
    assert (again.status, again.err) == (0, "")
    assert "There is nothing to write." in again.out


def test_a_long_list_is_cut_and_counted(add: Reports, tmp_path: Path) -> None:
    rows = [(f"page-{number:03}", "Customs", "A page", "", "2026-01-09") for number in range(120)]
    said = add(sources(tmp_path, *rows), "--dry-run")
    assert said.out.count("  new        page-") == 100
    assert "  and 20 more; --json lists all of them" in said.out.splitlines()
    assert len(add(sources(tmp_path, *rows), "--dry-run", "--json").json["rows"]) == 120


def test_a_dry_run_touches_nothing(add: Reports, folder: Path, tmp_path: Path) -> None:
    before = bytes_of(folder), sorted(path.name for path in folder.iterdir())
    said = add(observations(tmp_path, DECEMBER), sources(tmp_path), "--dry-run")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[-1] == (
        "Nothing was written; without --dry-run, 2 rows would be, to observations.csv, sources.csv."
    )
    assert (bytes_of(folder), sorted(path.name for path in folder.iterdir())) == before


def test_a_row_that_the_check_refuses_is_not_shown_as_new(add: Reports, tmp_path: Path) -> None:
    lost = (*DECEMBER[:1], "2026-01", *DECEMBER[2:4], "nowhere", *DECEMBER[5:])
    said = add(observations(tmp_path, DECEMBER, lost), sources(tmp_path), "--dry-run")
    assert said.out.startswith("new             2 ")
    assert "\nrefused         1 " in said.out
    assert "new        rare_earth_exports_t 2026-01" not in said.out


def test_a_read_only_dataset_can_be_looked_at(
    add: Reports, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder / ".lock"))

    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    monkeypatch.setattr(os, "open", refuse)
    assert add(*files, "--dry-run").status == 0
    said = add(*files, "--yes")
    assert said.status == 1
    assert "cannot be written: permission denied (hint: see that the folder may be" in said.err


def test_programs_get_an_object(add: Reports, folder: Path, tmp_path: Path) -> None:
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    planned = add(*files, "--dry-run", "--json").json
    assert (planned["status"], planned["counts"]) == ("planned", {"new": 2})
    row = planned["rows"][1]
    assert (row["kind"], row["table"], row["key"]) == (
        "new",
        "observations",
        [EXPORTS, "2025-12", "2026-01-09"],
    )
    assert (row["file"], row["line"], row["row"]["value"]) == ("observations.csv", 2, "5012.3")
    assert add(*files, "--yes", "--json").json["status"] == "added"
    assert add(*files, "--yes", "--json").json["status"] == "unchanged"
    failed = add(observations(tmp_path, (*DECEMBER[:2], "x", *DECEMBER[3:])), "--yes", "--json")
    assert failed.status == 3
    assert failed.json["status"] == "failed"
    (problem,) = failed.json["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("observations.csv", 2, "value")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], "nobody can be asked whether to write (hint: add --yes to write, or --dry-run"),
        (["--json"], "--json cannot ask"),
        (["--yes", "--dry-run"], "--yes and --dry-run exclude each other"),
        (["--yes", "--correct", "4 for 5"], "--correct names no reason"),
        (["--yes", "--correct", "Two digits swapped"], "--correct names no reason"),
        (["--yes", "--correct", " "], "--correct names no reason"),
        (["--yes", "--correct", "x" * 161], "--correct names no reason"),
        (["--decimal", "dot"], "'dot' is not one of"),
        (["--wait", "-1"], "-1"),
        (["--today", "soon"], "'soon' is no day"),
    ],
)
def test_a_command_that_makes_no_sense_changes_nothing(
    add: Reports, folder: Path, tmp_path: Path, words: list[str], named: str
) -> None:
    before = bytes_of(folder)
    said = add(observations(tmp_path, DECEMBER), sources(tmp_path), *words)
    assert said.status == 2
    assert named in said.err
    assert said.err.count("\n") == 1
    assert bytes_of(folder) == before


def test_the_dataset_of_the_installed_package_is_not_changed(
    add: Reports, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", folder.parent)
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    before = bytes_of(folder)
    said = add(*files, "--yes")
    assert said.status == 2
    assert "belongs to the installed package (hint: copy it" in said.err
    assert bytes_of(folder) == before
    assert add(*files, "--dry-run").status == 0


def test_no_file_is_a_usage_error(reports: Reports) -> None:
    assert reports("data", "add").status == 2
    assert reports("data").status == 2


def test_all_faults_are_told_at_once_and_nothing_is_written(
    add: Reports, folder: Path, tmp_path: Path
) -> None:
    before = bytes_of(folder)
    rows = [DECEMBER, (*DECEMBER[:3], "soon", *DECEMBER[4:]), (*DECEMBER[:2], "x", *DECEMBER[3:])]
    said = add(observations(tmp_path, *rows), sources(tmp_path), tmp_path / "nowhere.xlsx", "--yes")
    assert said.status == 3
    assert "error: nowhere.xlsx: cannot be read: no such file or directory" in said.out
    assert "error: observations.csv:3 [published]: is no date (found 'soon')" in said.out
    assert "error: observations.csv:4 [value]: is no number (found 'x')" in said.out
    assert said.err.startswith("Error: the rows have 3 faults; nothing in ")
    assert said.err.count("\n") == 1
    assert bytes_of(folder) == before


def test_a_decimal_mark_is_asked_on_a_terminal(
    add: Reports, folder: Path, tmp_path: Path, answer: Callable[[str], None]
) -> None:
    row = (*DECEMBER[:2], "5,012", *DECEMBER[3:])
    file = csv_file(tmp_path / "observations.csv", OBSERVATION, row, separator=";")
    refused = add(file, sources(tmp_path), "--yes")
    assert refused.status == 3
    assert "expected --decimal point or --decimal comma" in refused.out
    answer("point\ny\n")
    said = add(file, sources(tmp_path))
    assert "observations.csv:2 [value]: 5,012 - is its decimal mark a point or a comma?" in said.err
    assert f"new        {EXPORTS} 2025-12 2026-01-09  5012\n" in said.out
    known = add(file, sources(tmp_path), "--decimal", "point", "--yes")
    assert "There is nothing to write." in known.out


def test_a_correction_is_told_from_a_revision(add: Reports, folder: Path, tmp_path: Path) -> None:
    page = "cryptagon-2025-11-07-october-rare-earth-exports"
    row = (EXPORTS, "2025-10", "4344.5", "2025-11-07", page, "reported", "")
    file = observations(tmp_path, row)
    assert "or --correct REASON if ours is an error" in add(file, "--yes").out
    said = add(file, "--yes", "--correct", "Digits were swapped")
    assert said.status == 0
    assert f"corrected  {EXPORTS} 2025-10 {TODAY}  4343.5 → 4344.5" in said.out
    found = load_dataset(folder).as_of(date(2026, 3, 2)).observation(EXPORTS, Period(2025, 10))
    assert found is not None
    assert found.revised_from is None
    assert found.corrected_from is not None


def test_the_clock_is_the_day_of_a_correction(
    reports: Reports, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767916800")  # 9 January 2026
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    assert reports("data", "add", "--data", folder, *files, "--dry-run").status == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767830400")
    assert reports("data", "add", "--data", folder, *files, "--dry-run").status == 3


HOLD = """
import sys, time
from pathlib import Path
from reports import resources, store
with store.locked(Path(sys.argv[1]), "process 7 on desk since 2026-01-09 08:00:00 UTC", 0, print):
    print("held", flush=True)
    sys.stdin.readline()
"""


def command(folder: Path, *files: Path) -> list[str]:
    """Return a command that waits for others and adds files."""
    options = ["--data", str(folder), "--yes", "--wait", "60", "--today", TODAY]
    return [sys.executable, "-m", "reports", "data", "add", *options, *map(str, files)]


def test_a_folder_of_something_else_is_left_alone(reports: Reports, tmp_path: Path) -> None:
    file, other = sources(tmp_path), tmp_path / "other"
    other.mkdir()
    said = reports("data", "add", "--data", other, "--yes", file)
    assert (said.status, "there is no dataset in" in said.err) == (3, True)
    assert list(other.iterdir()) == []


def test_a_second_run_says_who_holds_the_lock_or_waits(
    add: Reports, folder: Path, tmp_path: Path
) -> None:
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    before = bytes_of(folder)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        said = add(*files, "--yes", "--wait", "0")
        assert said.status == 3
        assert "is being changed by process 7 on desk since 2026-01-09 08:00:00 UTC" in said.err
        assert "--wait" in said.err
        assert add(*files, "--dry-run").status == 0
        assert bytes_of(folder) == before
        second = subprocess.Popen(
            command(folder, *files),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr is not None
        assert "process 7 on desk" in second.stderr.readline()
        holder.communicate("\n")
        out, err = second.communicate(timeout=60)
    assert (second.returncode, err) == (0, "")
    assert "Wrote 2 rows" in out


@pytest.mark.slow
def test_many_runs_at_once_add_all_of_their_rows(folder: Path, tmp_path: Path) -> None:
    runs = []
    for number in range(4):
        place = tmp_path / str(number)
        place.mkdir()
        row = (
            EXPORTS,
            f"2025-{number + 8:02}",
            str(6000 + number),
            "2026-01-09",
            PAGE,
            "reported",
            "",
        )
        runs.append(
            subprocess.Popen(
                command(folder, observations(place, row), sources(place)),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
    assert [run.wait(timeout=120) for run in runs] == [0, 0, 0, 0]
    text = (folder / "observations.csv").read_text("utf-8")
    assert all(f",{6000 + number},2026-01-09,{PAGE}," in text for number in range(4))
    assert run_reports("check", "--data", folder).status == 0


def test_what_a_run_that_was_cut_off_committed_is_put_in_place(
    add: Reports, folder: Path, tmp_path: Path
) -> None:
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    add(*files, "--yes")
    new = (folder / "observations.csv").read_bytes()
    old = new.replace(b"5012.3", b"5012.4")
    (folder / "observations.csv").write_bytes(old)
    (folder / store.COMMITTED).mkdir()
    (folder / store.COMMITTED / "observations.csv").write_bytes(new)
    looked = add(*files, "--dry-run")
    assert "There is nothing to write." in looked.out
    assert (folder / "observations.csv").read_bytes() == old
    said = add(*files, "--yes")
    assert said.status == 0
    assert "a run that was cut off after its commit are now in place" in said.err
    assert (folder / "observations.csv").read_bytes() == new
    assert not (folder / store.COMMITTED).exists()
