"""Commands that follow their inputs, and how long after an edit they are done. Standard library."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.request import urlopen

BIN = Path(sys.executable).parent
ROW = ("data/observations.csv", "ppi_yoy_pct,2025-05,-3.{},2025-06-09")
TEMPLATE = ("templates/web.html", '<main id="main" data-turn="{}"')
NOTE = ("data/editorial/2025-06-09.md", "Margins give way before wages do{}.")


class Project:
    """A copy of dataset and templates that is edited, turn by turn."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        for name in ("data", "templates"):
            shutil.copytree(root / name, folder / name)
        page = folder / TEMPLATE[0]
        page.write_text(page.read_text("utf-8").replace('<main id="main"', _at(TEMPLATE, 0), 1))
        head = '+++\nauthor = "Ann Editor"\n+++\n\n## economy\n'
        (folder / NOTE[0]).write_text(f"{head}{_at(NOTE, 0)}\n", "utf-8")
        table = folder / ROW[0]
        table.write_text(table.read_text("utf-8").replace(ROW[1].format(3), _at(ROW, 0), 1))
        self._turns: dict[str, int] = {}

    def edit(self, what: tuple[str, str]) -> float:
        """Change a file in one place; return the moment it was saved."""
        path, turn = self.folder / what[0], self._turns.get(what[0], 0)
        text = path.read_text("utf-8")
        changed = text.replace(_at(what, turn), _at(what, turn + 1), 1)
        if changed == text:
            raise RuntimeError(f"{path} has no {_at(what, turn)!r}")
        self._turns[what[0]] = turn + 1
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(changed, "utf-8")
        beside.replace(path)
        return time.perf_counter()


def _at(what: tuple[str, str], turn: int) -> str:
    """Return the place of an edit as it stands after so many turns."""
    return what[1].format(" and" * turn if what is NOTE else turn)


@contextmanager
def following(project: Project, *arguments: str) -> Iterator[IO[str]]:
    """Run a command that follows a project; give its standard output."""
    process = subprocess.Popen(
        [BIN / "reports", *arguments, "--as-of", "2025-06-09"],
        cwd=project.folder,
        env={name: value for name, value in os.environ.items() if "BYTECODE" not in name},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if process.stdout is None:
        raise RuntimeError("the command has no output")
    try:
        with process.stdout as lines:
            yield lines
            process.kill()
    finally:
        process.kill()
        process.wait()


def seconds_to_all(project: Project, lines: IO[str], what: tuple[str, str]) -> float:
    """Edit a file; return the seconds until `reports build --watch` has written page and PDF."""
    start = project.edit(what)
    until_all(lines)
    return time.perf_counter() - start


def until_all(lines: IO[str]) -> None:
    """Wait until all files of a build are written."""
    for line in lines:
        if line.rstrip().endswith(".pdf"):
            return
    raise RuntimeError("the command has ended")


class Viewer:
    """What a browser hears from `reports preview`."""

    def __init__(self, address: str) -> None:
        self._events = urlopen(f"{address.strip()}events")  # noqa: S310 - our own server
        self.version = ""

    def until(self, *, pdf: bool = False) -> None:
        """Wait for a page other than the last, or for its PDF."""
        for line in self._events:
            if line.startswith(b"data: "):
                state = json.loads(line[6:])
                if state["fault"]:
                    raise RuntimeError(state["fault"])
                if (pdf and state["pdf"] == "current") or (
                    not pdf and state["version"] not in ("", self.version)
                ):
                    self.version = state["version"]
                    return
        raise RuntimeError("the preview has ended")

    def seconds_to_page(self, project: Project, what: tuple[str, str]) -> float:
        """Edit a file; return the seconds until the page can be fetched, its PDF not yet made."""
        start = project.edit(what)
        self.until()
        taken = time.perf_counter() - start
        self.until(pdf=True)  # So that the next edit finds the machine at rest.
        return taken
