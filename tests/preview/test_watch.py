"""`reports build --watch` builds at each change, survives what is wrong, and ends with Ctrl-C."""

from __future__ import annotations

import pytest

from tests.conftest import LONDON
from tests.preview.project import Project

pytestmark = pytest.mark.slow

PATH = f"output/draft/{LONDON}/us-china-trade-briefing-{LONDON}"


def test_each_change_is_built_until_an_interrupt(project: Project) -> None:
    with project.following("build", "--watch") as watch:
        watch.out.until(rf"^{PATH}\.html$")
        watch.out.until(rf"^{PATH}\.pdf$")
        first = project.page.read_bytes()
        project.edit("templates/web.html", '<main id="main"', '<p>Draft</p><main id="main"')
        watch.out.until(rf"^{PATH}\.html$")
        assert b"<p>Draft</p>" in project.page.read_bytes()
        project.edit("templates/web.html", "<p>Draft</p>", "{{ nothing }}")
        watch.err.until(r"^Error: templates/web\.html:\d+: 'nothing' is undefined")
        project.edit("templates/web.html", "{{ nothing }}", "")
        watch.out.until(rf"^{PATH}\.pdf$")
        assert project.page.read_bytes() == first
        (project.folder / "templates" / "web.html").touch()
        project.edit("data/observations.csv", "2025-05,-3.3,2025-06-09", "2025-05,-3.2,2025-06-09")
        watch.out.until(rf"^{PATH}\.html$")
        built = project.page.read_bytes()
        assert built != first
        assert watch.interrupt() == 0
        watch.err.until("^Stopped")
    assert watch.out.seen.count(f"{PATH}.html") <= 6
    # The next build makes the same page, and whatever was under way is finished.
    with project.following("build", "--output", "again", "--format", "html,pdf") as plain:
        assert plain.process.wait(60) == 0
    assert (project.folder / "again" / f"{PATH}.html".removeprefix("output/")).read_bytes() == built


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
