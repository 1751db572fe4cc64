"""`reports build` as a user meets it: what it says, writes, leaves alone and answers with."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reports import pipeline
from reports.errors import RenderError
from reports.model import Edition, from_json
from tests.conftest import LONDON, Build, Said, run_reports

Reports = Callable[..., Said]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_json_describes_the_build(london: Build) -> None:
    said = london.said.json
    assert said["status"] == "built"
    assert said["as_of"] == LONDON
    assert list(said["paths"]) == ["edition", "facts", "html", "pdf"]
    assert said["paths"] == {
        "edition": str(london.folder / "edition.json"),
        "facts": str(london.folder / "facts.json"),
        "html": str(london.html),
        "pdf": str(london.pdf),
    }
    assert 4 <= said["pages"] - said["annex_pages"] <= 6
    assert said["warnings"] == []
    assert said["timings"]["total"] > 0
    assert london.said.err == ""


@pytest.mark.slow
def test_the_files_are_what_their_names_say(london: Build) -> None:
    assert london.html.read_bytes().startswith(b"<!doctype html>")
    assert london.pdf.read_bytes().startswith(b"%PDF-")
    edition = from_json((london.folder / "edition.json").read_text())
    assert isinstance(edition, Edition)
    assert edition.id.as_of.isoformat() == LONDON


@pytest.mark.slow
def test_a_second_build_finds_nothing_to_do(london: Build) -> None:
    before = {path: path.stat().st_mtime_ns for path in london.folder.iterdir()}
    said = run_reports("build", "--as-of", LONDON, "--output", london.folder.parents[1], "--json")
    assert said.json["status"] == "unchanged"
    assert said.json["paths"] == london.said.json["paths"]
    assert said.json["pages"] == london.said.json["pages"]
    assert {path: path.stat().st_mtime_ns for path in london.folder.iterdir()} == before


@pytest.mark.slow
def test_nothing_heavy_is_imported_where_nothing_is_to_do(london: Build) -> None:
    output = str(london.folder.parents[1])
    code = (
        "import sys\nfrom reports import cli\n"
        f"sys.argv = ['reports', 'build', '--as-of', {LONDON!r}, '--output', {output!r}]\n"
        "print(cli.run(), *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    status, *modules = done.stdout.splitlines()[-1].split()
    assert status == "0"
    assert "reports" in modules
    assert not {"pandas", "numpy", "matplotlib", "weasyprint", "jinja2", "fontTools"} & set(modules)


def test_the_paths_are_all_a_pipe_gets(reports: Reports, fake: Any, tmp_path: Path) -> None:
    fake()
    said = reports("build", "--as-of", LONDON, "--output", tmp_path)
    folder = tmp_path / "draft" / LONDON
    assert said.out.splitlines() == [
        str(folder / "edition.json"),
        str(folder / "facts.json"),
        str(folder / f"us-china-trade-briefing-{LONDON}.html"),
        str(folder / f"us-china-trade-briefing-{LONDON}.pdf"),
    ]
    assert said.err == ""
    assert said.status == 0


def test_paths_below_the_working_folder_are_short(
    reports: Reports, fake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake()
    monkeypatch.chdir(tmp_path)
    said = reports("build", "--as-of", LONDON, "--format", "html")
    assert said.out.splitlines()[-1] == (
        f"output/draft/{LONDON}/us-china-trade-briefing-{LONDON}.html"
    )


def test_without_a_date_the_newest_day_counts_and_is_named(
    reports: Reports, fake: Any, tmp_path: Path
) -> None:
    fake()
    for _ in ("built", "unchanged"):
        said = reports("build", "--output", tmp_path)
        assert "draft/2025-12-31/" in said.out
        assert "As of 31 December 2025, the newest day on which the dataset learned" in said.err


def test_today_comes_from_the_clock_or_its_stand_in(
    reports: Reports, fake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake()
    today = datetime.now(UTC).date().isoformat()  # noqa: TID251
    assert f"draft/{today}/" in reports("build", "--as-of", "today", "--output", tmp_path).out
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689599")
    assert "draft/2024-12-31/" in reports("build", "--as-of", "today", "--output", tmp_path).out
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert reports("build", "--as-of", "today", "--output", tmp_path).status == 2


def test_warnings_are_told_and_under_strict_they_fail(
    reports: Reports, fake: Any, tmp_path: Path
) -> None:
    fake("a label is clipped")
    strict = reports("build", "--as-of", LONDON, "--output", tmp_path, "--strict")
    assert strict.status == 1
    assert strict.err.startswith("Error: a label is clipped (hint: ")
    assert contents(tmp_path) == {}
    lax = reports("build", "--as-of", LONDON, "--output", tmp_path)
    assert lax.status == 0
    assert lax.err == "Warning: a label is clipped\n"
    again = reports("build", "--as-of", LONDON, "--output", tmp_path, "--strict")
    assert again.status == 1


def test_a_failed_build_leaves_the_files_of_the_one_before(
    reports: Reports, fake: Any, tmp_path: Path, data: Path
) -> None:
    fake(pages=b"old")
    output = tmp_path / "output"
    arguments = ("build", "--as-of", LONDON, "--output", output, "--data", data)
    assert reports(*arguments).status == 0
    before = contents(output)
    (data / "more.txt").write_text("another input")
    fake(error=RenderError("no glyph for ☃", "change the text"))
    said = reports(*arguments)
    assert said.status == 4
    assert said.err == "Error: no glyph for ☃ (hint: change the text)\n"
    assert said.out == ""
    assert contents(output) == before


def test_a_failure_is_json_too(reports: Reports, fake: Any, tmp_path: Path) -> None:
    fake(error=RenderError("no glyph", "change the text"))
    said = reports("build", "--as-of", LONDON, "--output", tmp_path, "--json")
    assert said.status == 4
    assert said.json["status"] == "failed"
    assert said.json["error"]["message"] == "no glyph"
    assert said.json["error"]["hint"] == "change the text"


def test_an_error_nobody_expects_keeps_its_traceback(
    fake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports import cli

    fake(error=ZeroDivisionError("a mistake of ours"))
    monkeypatch.setattr(sys, "argv", ["reports", "build", "--output", str(tmp_path)])
    with pytest.raises(ZeroDivisionError):
        cli.run()


@pytest.mark.slow
@pytest.mark.slow
def test_settings_of_matplotlib_have_no_say(london: Build, tmp_path: Path) -> None:
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 40\nsvg.fonttype: path\nno.such.setting: 1\n")
    said = run_reports(
        *("build", "--as-of", LONDON, "--output", tmp_path, "--format", "html"),
        environment={
            "MATPLOTLIBRC": str(settings),
            "MPLBACKEND": "none",
            "MPLCONFIGDIR": "/dev/null/none",
        },
    )
    assert (said.status, said.err) == (0, "")
    charts = [
        page.read_text().split("<svg")[1:]
        for page in (london.html, Path(said.out.splitlines()[-1]))
    ]
    assert charts[0] == charts[1]


def test_a_file_in_the_way_is_one_line_and_status_4(reports: Reports, tmp_path: Path) -> None:
    stone = tmp_path / "stone"
    stone.write_bytes(b"")
    said = reports("build", "--as-of", LONDON, "--output", stone)
    assert said.status == 4
    assert "stone: not a directory" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.slow
def test_a_terminal_sees_each_stage(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "reports", "build", "--as-of", LONDON, "--format", "html"]
    process = subprocess.Popen(
        [*command, "--output", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            shown += os.read(leader, 4096)
        except OSError:  # The other end is closed.
            break
    out, _ = process.communicate(timeout=30)
    os.close(leader)
    assert process.returncode == 0
    for stage in ("Reading the dataset", "Writing the edition", "Drawing the charts"):
        assert stage in shown.decode()
    assert out.decode().splitlines()[-1].endswith(f"briefing-{LONDON}.html")


def test_an_interrupt_leaves_no_file_and_no_process(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "reports", "build", "--as-of", LONDON, "--output", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while not children(process.pid):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert contents(tmp_path) == {}
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def children(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()


@pytest.mark.slow
def test_only_what_is_asked_for_is_made(reports: Reports, tmp_path: Path) -> None:
    said = reports("build", "--as-of", LONDON, "--output", tmp_path, "--format", "html", "--json")
    assert list(said.json["paths"]) == ["edition", "facts", "html"]
    assert said.json["pages"] is None
    assert ".pdf" not in Path(said.json["paths"]["html"]).read_text()


@pytest.mark.slow
def test_pictures_for_sharing(reports: Reports, tmp_path: Path) -> None:
    said = reports("build", "--as-of", LONDON, "--output", tmp_path, "--format", "png", "--json")
    pictures = [
        Path(path) for form, path in said.json["paths"].items() if form not in ("edition", "facts")
    ]
    assert len(pictures) >= 6
    for path in pictures:
        assert path.parent.name == "charts"
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_email_can_be_looked_at(reports: Reports, tmp_path: Path) -> None:
    said = reports("build", "--as-of", LONDON, "--output", tmp_path, "--format", "email", "--json")
    paths = {form: Path(path) for form, path in said.json["paths"].items()}
    page = paths.pop("email/body.html").read_text("utf-8")
    assert "London talks open" in paths.pop("email/body.txt").read_text("utf-8")
    pictures = re.findall(r'<img [^>]*\bsrc="([^"]+)"', page)
    assert len(pictures) == 2
    assert {*paths} == {"edition", "facts", *(f"email/{name}" for name in pictures)}
    for name in pictures:
        assert paths[f"email/{name}"] == tmp_path / "draft" / LONDON / "email" / name


@pytest.mark.slow
def test_a_day_beyond_the_data_says_how_old_they_are(reports: Reports, tmp_path: Path) -> None:
    said = reports("build", "--as-of", "2026-03-02", "--output", tmp_path, "--format", "html")
    assert said.status == 0
    assert "Note: The newest row of the dataset is of " in said.err
    assert "days before this edition" in said.err
    assert "Releases that should be known by now" in said.err


def test_another_folder_has_a_dataset_of_its_own(
    reports: Reports, fake: Any, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []
    fake()
    fake_make = pipeline.make_variants

    def make(request: pipeline.BuildRequest, *more: Any) -> Any:
        seen.append(request.data)
        return fake_make(request, *more)

    monkeypatch.setattr(pipeline, "make_variants", make)
    reports("build", "--data", data, "--output", tmp_path / "one")
    assert seen == [data]


def test_the_module_and_the_script_are_the_same_command() -> None:
    script = Path(sys.executable).with_name("reports")
    by_script = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert run_reports("--version").out == by_script.stdout == "reports 0.1.0\n"


def test_a_build_lists_every_fault_of_the_dataset(
    reports: Reports, data: Path, tmp_path: Path
) -> None:
    path = data / "observations.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    cells = lines[4].split(",")
    lines[4] = ",".join([*cells[:2], "much", *cells[3:]])
    lines[8] = lines[8].replace(",20", ",2O", 1)
    path.write_text("".join(lines), "utf-8")
    said = reports("build", "--as-of", LONDON, "--data", data, "--output", tmp_path)
    assert (said.status, said.out) == (3, "")
    listed = said.err.splitlines()
    assert len(listed) == 3
    assert any(line.startswith("error: observations.csv:5 [value]") for line in listed)
    assert any(line.startswith("error: observations.csv:9 [period]") for line in listed)
    assert listed[-1].startswith("Error: the dataset in ")
    assert "has 2 faults" in listed[-1]
