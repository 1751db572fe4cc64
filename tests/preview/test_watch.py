"""`reports build --watch` builds at each change, survives what is wrong, and ends with Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import LONDON
from tests.preview.project import Project

pytestmark = pytest.mark.slow

PATH = f"output/draft/{LONDON}/us-china-trade-briefing-{LONDON}"


def test_each_change_is_built_until_an_interrupt(project: Project) -> None:
    def until_page(wanted: Callable[[bytes], bool]) -> bytes:
        """Wait for a build whose page is as wanted; others may come before."""
        while True:
            watch.out.until(rf"^{PATH}\.html$")
            if wanted(page := project.page.read_bytes()):
                return page

    with project.following("build", "--watch") as watch:
        first = until_page(bool)
        watch.out.until(rf"^{PATH}\.pdf$")
        project.edit("templates/web.html", '<main id="main"', '<p>Draft</p><main id="main"')
        until_page(lambda page: b"<p>Draft</p>" in page)
        project.edit("templates/web.html", "<p>Draft</p>", "{{ nothing }}")
        watch.err.until(r"^Error: templates/web\.html:\d+: 'nothing' is undefined")
        assert b"<p>Draft</p>" in project.page.read_bytes()
        project.edit("templates/web.html", "{{ nothing }}", "")
        until_page(lambda page: page == first)
        assert watch.interrupt() == 0
        assert watch.err.until("^Stopped")


def test_a_changed_program_ends_the_watch(project: Project) -> None:
    code = project.take_code()
    with project.following("build", "--watch", "--format", "html") as watch:
        watch.out.until(rf"^{PATH}\.html$")
        (code / "digest.py").write_text(project.text("reports/digest.py") + "\n# new\n", "utf-8")
        watch.err.until("^Error: the program or a library has changed .*start")
        assert watch.process.wait(60) == 4


def test_a_watch_prints_no_object(project: Project) -> None:
    with project.following("build", "--watch", "--json") as watch:
        assert watch.process.wait(60) == 2
        watch.err.until("^Error: --watch prints no object")
