"""Pages that are kept between builds are never stale, and the process that keeps them may die."""

from __future__ import annotations

import json

import pytest

from tests.conftest import LONDON, ROOT
from tests.preview.project import Project

pytestmark = pytest.mark.slow

KEPT = """
import os, socket
from reports.preview.compositor import Compositor
from tests.rendering.test_typesetting import chart, fresh, page
compositor = Compositor("fonts")
def printed(*sheets):
    way = compositor.connect()
    way.lay_out(page(*sheets))
    data = way.write(chart(9), ())
    way.close()
    return data
assert printed("One", "Two") == fresh("One", "Two")
assert printed("One", "Zwei") == fresh("One", "Zwei")
way = compositor.connect()
try:
    way.lay_out(page('<img alt="a" src="file:///etc/hostname">'))
except Exception as error:
    print(type(error).__name__, "nothing but charts and fonts" in str(error))
way.close()
pid = os.fork()
if pid == 0:  # A build that is killed while its pages are laid out.
    way = compositor.connect()
    way._socket.sendall((1000).to_bytes(8, "little") + b"half of it")
    os._exit(1)
os.waitpid(pid, 0)
assert printed("One", "Two") == fresh("One", "Two")
os.kill(compositor._pid, 9)
way = compositor.connect()
try:
    way.lay_out(page("One")) if way else print("RenderError ended")
except Exception as error:
    print(type(error).__name__, "ended" if "has ended" in str(error) else error)
compositor.close()
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("all gone")
"""


def test_builds_come_and_go_or_are_killed(project: Project) -> None:
    assert project.python("-c", KEPT).split("\n")[:3] == [
        "RenderError True",
        "RenderError ended",
        "all gone",
    ]


def test_each_change_gives_the_pdf_of_a_first_build(project: Project) -> None:
    found = json.loads(project.python(ROOT / "tests" / "preview" / "reprinted.py", LONDON))
    assert [name for name, changed, _ in found if not changed] == []
    assert [name for name, _, same in found if not same] == []
