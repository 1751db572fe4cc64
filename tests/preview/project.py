"""A project of its own to edit, and the commands that follow it."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from tests.conftest import LONDON, ROOT, WARNINGS

WAIT = 60.0
"""Seconds after which what does not happen is a failure."""


class Following:
    """A command that follows its inputs; its lines are waited for, never slept for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        assert process.stderr
        self.out, self.err = Lines(process.stdout), Lines(process.stderr)

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(WAIT)


class Project:
    """A copy of templates and dataset in a folder, with drafts beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._code = folder, ROOT
        for name in ("data", "templates"):
            shutil.copytree(ROOT / name, folder / name)

    @property
    def page(self) -> Path:
        """Return where the page lies."""
        draft = self.folder / "output" / "draft" / LONDON
        return draft / f"us-china-trade-briefing-{LONDON}.html"

    @property
    def pdf(self) -> Path:
        """Return where the PDF lies."""
        return self.page.with_suffix(".pdf")

    def python(self, *words: str | Path) -> str:
        """Run Python in the folder of the project; return what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def take_code(self) -> Path:
        """Copy the code too, and run that; return its folder."""
        self._code = self.folder
        return shutil.copytree(ROOT / "reports", self.folder / "reports")

    def text(self, name: str) -> str:
        """Return what a file holds."""
        return (self.folder / name).read_text("utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the first place of some words in a file, as an editor saves it."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        beside = path.with_name(f".{path.name}.swp")
        beside.write_text(text.replace(old, new, 1), "utf-8")
        beside.replace(path)

    def drawn(self) -> set[str]:
        """Return the names under which drawn charts are kept."""
        cache = self.folder / "output" / ".cache"
        return {str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file()}

    @contextmanager
    def following(self, *arguments: str) -> Iterator[Following]:
        """Run a command that follows the project until the block ends."""
        command = [sys.executable, "-m", "reports", *arguments, "--as-of", LONDON]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self._code), "PYTHONWARNINGS": WARNINGS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        followed = Following(process)
        try:
            yield followed
        finally:
            process.kill()
            process.wait(WAIT)
            for reader in (followed.out, followed.err):
                reader.thread.join(WAIT)


class Lines:
    """The lines of a stream as they come."""

    def __init__(self, stream: IO[str]) -> None:
        self.queue: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        self.thread = Thread(target=self._read, args=(stream,), daemon=True)
        self.thread.start()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self.queue.put(line.rstrip("\n"))

    def until(self, pattern: str) -> str:
        """Wait for a line that matches and return it."""
        while True:
            try:
                line = self.queue.get(timeout=WAIT)
            except queue.Empty:
                raise AssertionError(f"no line like {pattern!r}; seen: {self.seen}") from None
            self.seen.append(line)
            if re.search(pattern, line):
                return line
