"""How the command line takes what is wrong with it, its streams or its surroundings."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LONDON, ROOT, Build, Said, run_reports

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--as-of", "2025-13-01"], "'2025-13-01' is no day such as 2025-06-09, nor `today`"),
        (["--as-of", "9 June"], "'9 June' is no day"),
        (["--as-of", "20250609"], "'20250609' is no day"),
        (["--as-of", "2025-W24-1"], "'2025-W24-1' is no day"),
        (["--as-of", ""], "'' is no day"),
        (["--output", ""], "output names no folder"),
        (["--data", ""], "data names no folder"),
        (["--format", "docx"], "unknown format 'docx'; choose from email, html, pdf, png"),
        (["--format", ""], "unknown format ''"),
        (["--colour"], "No such option"),
        (["--data", "/nowhere"], "/nowhere"),
    ],
)
def test_a_wrong_command_is_one_line_and_status_2(
    reports: Reports, tmp_path: Path, arguments: list[str], named: str
) -> None:
    said = reports("build", "--output", tmp_path, *arguments)
    assert said.status == 2
    assert named in said.err
    assert said.err.count("\n") == 1
    assert "hint: " in said.err
    assert said.out == ""


def test_a_wrong_command_is_json_too(reports: Reports) -> None:
    for arguments in (["--as-of", "2025-13-01"], ["--colour"], ["--format", "docx"]):
        said = reports("build", "--json", *arguments)
        assert said.status == 2
        assert said.json["status"] == "failed"
        assert said.json["error"]["message"] in said.err


def test_no_command_is_one_line(reports: Reports) -> None:
    said = reports()
    assert (said.status, said.out) == (2, "")
    assert said.err == "Error: Missing command. (hint: see `reports --help`)\n"


def test_a_clock_beyond_the_calendar_is_refused(
    reports: Reports, fake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake()
    for stand_in in ("99999999999999", "-1", "1e9", "٣"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", stand_in)
        said = reports("build", "--as-of", "today", "--output", tmp_path)
        assert said.status == 2
        assert said.err.startswith(f"Error: SOURCE_DATE_EPOCH is {stand_in!r} (hint: ")


def test_a_working_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        "import os, sys\n"
        "os.rmdir(os.getcwd())\n"
        "from reports import cli\n"
        "sys.argv = ['reports', 'check']\n"
        "sys.exit(cli.run())\n"
    )
    place = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=gone, env=place, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: the working folder has been removed (hint: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("redirection", "status", "err"),
    [
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        ("<&- >&- 2>&-", 0, ""),
        (">/dev/full", 1, "Error: standard output cannot be written: no space left on device"),
        ("2>/dev/full", 0, ""),
    ],
)
def test_streams_may_be_closed_or_full(
    london: Build, redirection: str, status: int, err: str
) -> None:
    command = (
        f"{sys.executable} -m reports build --as-of {LONDON} --output {london.folder.parents[1]}"
    )
    done = subprocess.run(
        ["sh", "-c", f"{command} {redirection}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert done.stderr.startswith(err)
    assert done.stderr.count("\n") == bool(err)


def test_an_encoding_without_our_characters_is_no_failure() -> None:
    said = run_reports("--help", environment={"PYTHONIOENCODING": "iso-8859-1"})
    assert said.status == 0
    assert "US\\u2013China" in said.out


def test_a_full_folder_for_temporary_files_is_one_line(
    reports: Reports, fake: Any, tmp_path: Path
) -> None:
    fake(error=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    said = reports("build", "--as-of", LONDON, "--output", tmp_path)
    assert said.status == 4
    assert said.err.startswith("Error: the edition cannot be made: no space left on device (hint: ")
    assert "TMPDIR" in said.err
