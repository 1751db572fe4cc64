"""The warm process keeps nothing of templates, and outlives a build that is killed."""

from __future__ import annotations

import pytest

from tests.preview.project import Project

pytestmark = pytest.mark.slow

READ = """
import os, sys
from pathlib import Path
from reports import cli
read = []
sys.addaudithook(lambda event, given: read.append(str(given[0])) if event == "open" else None)
from reports.preview import stem
stem._import()
state = stem._State()
first = state.load(Path("data"))
assert first is not None
assert state.load(Path("data")) is first
Path("data/editorial/2025-06-09.md").write_text("no matter")
assert state.load(Path("data")) is first
table = Path("data/observations.csv")
table.write_text(table.read_text("utf-8").replace("2025-05,-3.3,", "2025-05,-3.1,"), "utf-8")
second = state.load(Path("data"))
assert second not in (None, first)
table.write_text("spoilt")
assert state.load(Path("data")) is None
assert any(name.endswith("observations.csv") for name in read)
print(*[name for name in read if "templates" in Path(name).parts and name.startswith(os.getcwd())])
"""
KILLED = """
import os, signal
from datetime import date
from pathlib import Path
from reports.pipeline import BuildRequest
from reports.preview.stem import Stem
stem = Stem()
request = BuildRequest(Path("data"), Path("output"), date(2025, 6, 9), ("html", "pdf"))
killed = stem.start(request)
os.kill(killed.pid, signal.SIGKILL)
assert killed.outcome() is None
stopped = stem.start(request)
page = stopped.outcome()
assert page.page and not page.complete and not page.pdf
stopped.stop()
assert stopped.outcome() is None
stopped.stop()
files = {path.name for path in Path("output/draft/2025-06-09").iterdir()}
assert files == {".build.json", "us-china-trade-briefing-2025-06-09.html"}, files
whole = stem.start(request)
assert whole.outcome().page == page.page
assert whole.outcome().complete
stem.close()
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("all gone")
"""


def test_it_reads_no_template_and_the_dataset_once_for_each_state(project: Project) -> None:
    assert project.python("-c", READ) == ""


def test_a_killed_or_stopped_build_leaves_the_next_one_alone(project: Project) -> None:
    assert project.python("-c", KILLED) == "all gone"
