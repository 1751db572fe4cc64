"""What many tests need: the London edition, a copy of the dataset to spoil, the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reports import cli

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell has what it starts in the background ignore interrupts, and so would what tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]
LONDON = "2025-06-09"
# WeasyPrint leaves the file of its colour profile to the garbage collector.
WARNINGS = "error,ignore::ResourceWarning"


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return standard output as the JSON object it should be."""
        return json.loads(self.out)


def run_reports(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Said:
    """Run the command line in a process of its own, every Python warning an error."""
    done = subprocess.run(
        [sys.executable, "-m", "reports", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": WARNINGS} | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Build:
    """A finished build: its folder and what the command said."""

    folder: Path
    said: Said

    @property
    def html(self) -> Path:
        """Return the web page."""
        return self.folder / f"us-china-trade-briefing-{self.folder.name}.html"

    @property
    def pdf(self) -> Path:
        """Return the PDF."""
        return self.folder / f"us-china-trade-briefing-{self.folder.name}.pdf"


@pytest.fixture(scope="session")
def london(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return the edition of 9 June 2025, built once by the command line; not to be changed."""
    output = tmp_path_factory.mktemp("london")
    said = run_reports("build", "--as-of", LONDON, "--output", output, "--json")
    assert said.status == 0, said.err
    return Build(output / "draft" / LONDON, said)


@pytest.fixture(scope="session")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for output, in which the editions of all weeks are built once."""
    return tmp_path_factory.mktemp("weeks")


@pytest.fixture(autouse=True)
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no quick test wait for the disk: what a crash of the machine would leave, none looks at.

    The slow ones do wait, as do processes that a test starts.
    """
    if "slow" not in request.keywords:
        monkeypatch.setattr(os, "fsync", os.fstat)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the dataset that a test may spoil."""
    return shutil.copytree(ROOT / "data", tmp_path / "data")


@pytest.fixture
def reports(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Return a function that runs the command line in this process, where libraries are loaded."""
    monkeypatch.setenv("REPORTS_PARALLEL", "0")

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["reports", *map(str, arguments)])
        status = cli.run()
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return Chromium. Not for the whole session: its event loop would be in others' way."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        arguments = ["--no-sandbox", "--disable-gpu"]
        opened = started.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out modules that are slow as a whole with the slow tests: importing them takes long."""
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text("utf-8")
    return True if re.search(r"^pytestmark = \[?pytest\.mark\.slow\b", text, re.MULTILINE) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules of most slow tests, so that short ones level the processes' ends."""
    slow = Counter(item.path for item in items if "slow" in item.keywords)
    items.sort(key=lambda item: -slow[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run the tests of a module in one process, and those of all weekly editions in one too.

    What a module or a week needs is then made once, and not once a process. This asks xdist for
    it by name of the module, for with pytest 9.2 its groups (`xdist_group`) have no effect.
    """
    from xdist.scheduler import LoadFileScheduling

    class ByModule(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            module: str = super()._split_scope(nodeid)
            return "weeks" if is_weekly(config.rootpath / module) else module

    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # They come in the order that is best.
    return ByModule(config, log)


@cache
def is_weekly(module: Path) -> bool:
    """Return whether a module tests the editions of all weeks."""
    return "MONDAYS" in module.read_text("utf-8")
