"""`reports build --watch` builds at each change, survives what is wrong, and ends with Ctrl-C."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import IO, Any
from urllib.request import urlopen

import pytest

from tests.conftest import LONDON
from tests.preview.project import WAIT, Project

pytestmark = pytest.mark.slow

ROW = ("rare_earth_exports_t,2025-05,5864.60,", "rare_earth_exports_t,2025-05,5874.60,")
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


def test_an_edition_by_reader_follows_a_row(project: Project) -> None:
    flash = project.page.with_name(f"us-china-trade-briefing-flash-{LONDON}.html")
    with project.following("build", "--watch", "--variant", "flash") as watch:
        watch.out.until(rf"-flash-{LONDON}\.pdf$")
        before = flash.read_bytes()
        project.edit("data/observations.csv", *ROW)
        while flash.read_bytes() == before:
            watch.out.until(rf"-flash-{LONDON}\.html$")
        assert b"5,874.6" in flash.read_bytes()
        watch.out.until(rf"-flash-{LONDON}\.pdf$")
        assert watch.interrupt() == 0
    assert not project.page.exists()
    assert not project.page.with_name("facts.json").exists()


def test_the_preview_serves_an_edition_by_reader_with_its_pdf(project: Project) -> None:
    name = f"us-china-trade-briefing-partner-germany-{LONDON}.pdf"
    with project.following("preview", "--port", "0", "--variant", "partner-germany") as preview:
        address = preview.out.until("^http")
        with urlopen(f"{address}events", timeout=WAIT) as events:  # noqa: S310 - our own server
            until_event(events, lambda state: state["pdf"] in ("building", "current"))
            page = get(address)
            assert "Exports to Germany" in page.decode()
            assert b"5,864.6" in page
            project.edit("data/observations.csv", *ROW)
            until_event(events, lambda state: state["version"] not in page.decode())
            until_event(events, lambda state: state["pdf"] == "current")
            assert b"5,874.6" in get(address)
        assert get(f"{address}{name}") == project.page.with_name(name).read_bytes()


def until_event(events: IO[bytes], holds: Callable[[dict[str, Any]], bool]) -> None:
    """Read states of the preview until one is as wanted."""
    for line in events:
        if line.startswith(b"data: ") and holds(json.loads(line.removeprefix(b"data: "))):
            return
    raise AssertionError("the preview ended")


def get(address: str) -> bytes:
    with urlopen(address, timeout=WAIT) as answer:  # noqa: S310 - our own server
        content: bytes = answer.read()
        return content


@pytest.mark.parametrize("command", [("build", "--watch"), ("preview",)], ids=" ".join)
def test_one_edition_is_followed(project: Project, command: tuple[str, ...]) -> None:
    with project.following(*command, "--variant", "full,flash") as following:
        assert following.process.wait(WAIT) == 2
        following.err.until("^Error: one edition is followed, not 2: full, flash")


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
