"""An analyst edits a template, a row and a note, breaks each and mends it, in a real browser."""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import LONDON
from tests.preview.project import WAIT, Project

pytestmark = pytest.mark.slow

TEMPLATE, TABLE, NOTE = (
    "templates/web.html",
    "data/observations.csv",
    f"data/editorial/{LONDON}.md",
)
ROW = "ppi_yoy_pct,2025-05,{},2025-06-09"
WORDS = "Margins give way before wages do"
FACT = '{{ fact("cpi_yoy_pct.latest", "size") }}'
MS = WAIT * 1000


class Look:
    """What the analyst sees, waited for."""

    def __init__(self, page: Any, project: Project) -> None:
        self.page, self.project = page, project

    def has(self, words: str) -> None:
        """Wait until the page has some words."""
        self.page.locator("body", has_text=words).wait_for(timeout=MS)

    def has_not(self, words: str) -> None:
        """Wait until the page has some words no longer."""
        self.page.locator("body", has_not_text=words).wait_for(timeout=MS)

    def fault(self, *words: str) -> None:
        """Wait until a fault is shown with some words, above the page as it was."""
        panel = self.page.locator("#preview-fault")
        for each in words:
            panel.filter(has_text=each).wait_for(timeout=MS)
        assert self.page.locator("h1").inner_text()

    def well(self) -> None:
        """Wait until no fault is shown."""
        self.page.locator("#preview-fault").wait_for(state="hidden", timeout=MS)

    def ready(self) -> None:
        """Wait until the PDF is that of the page."""
        self.well()
        self.page.locator('#preview-bar[data-pdf="current"]').wait_for(timeout=MS)


def test_the_page_follows_what_is_edited_and_tells_what_is_wrong(
    project: Project, browser: Any
) -> None:
    with project.following("preview", "--port", "0") as preview:
        address = preview.out.until("^http")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if "Policy" in said.text else 0)
        page.goto(address)
        look = Look(page, project)
        look.ready()
        clean = project.page.read_bytes()
        assert b"preview" not in clean
        assert b"connect-src" not in clean
        _template(look)
        assert project.page.read_bytes() == clean
        _row(look)
        _note(look)
        _style(look)
        link = page.locator("#preview-bar a").get_attribute("href")
        with urlopen(f"{address}{link}") as answer:  # noqa: S310 - our own server
            assert answer.read() == project.pdf.read_bytes()
        stranger = Request(address, headers={"Host": "example.org"})  # noqa: S310
        with pytest.raises(HTTPError, match="403"):
            urlopen(stranger)  # noqa: S310
        assert preview.interrupt() == 0
        assert preview.err.until("Stopped")
        look.has("The preview has ended")
        assert trouble == []


def _template(look: Look) -> None:
    before = look.project.drawn()
    look.project.edit(TEMPLATE, '<main id="main"', '<p>Words of a draft</p><main id="main"')
    look.has("Words of a draft")
    look.well()
    look.project.edit(TEMPLATE, "Words of a draft", "{{ edition.nothing }}")
    look.fault(f"{TEMPLATE}:", "nothing")
    look.has("Words of a draft")  # The page before the fault stays.
    look.project.edit(TEMPLATE, "{{ edition.nothing }}", "{% endif %}")
    look.fault(f"{TEMPLATE}:", "endif")
    look.project.edit(TEMPLATE, "<p>{% endif %}</p>", "")
    look.has_not("Words of a draft")
    look.ready()
    assert look.project.drawn() == before


def _row(look: Look) -> None:
    before = look.project.drawn()
    line = 1 + look.project.text(TABLE).split("\n").index(
        next(row for row in look.project.text(TABLE).split("\n") if ROW.format("-3.3") in row)
    )
    look.project.edit(TABLE, ROW.format("-3.3"), ROW.format("-3.1"))
    look.has("3.1%")
    look.ready()
    drawn = look.project.drawn() - before
    assert 0 < len(drawn) < len(before) / 4
    look.project.edit(TABLE, ROW.format("-3.1"), ROW.format("minus three"))
    look.fault(f"observations.csv:{line}", "minus three")
    look.project.edit(TABLE, ROW.format("minus three"), ROW.format("-3.3"))
    look.has("3.3%")
    look.well()
    assert look.project.drawn() == before | drawn


def _note(look: Look) -> None:
    before = look.project.drawn()
    place = look.project.folder / NOTE
    head = '+++\nauthor = "Ann Editor"\n+++\n\n## economy\n'
    place.write_text(f"{head}{WORDS}, with prices down {FACT} on the year.\n", "utf-8")
    look.has(WORDS)
    look.well()
    look.project.edit(NOTE, "cpi_yoy_pct.latest", "cpi_yoy_pct.lates")
    look.fault(f"{LONDON}.md:6", "cpi_yoy_pct.lates")
    look.project.edit(NOTE, "cpi_yoy_pct.lates", "cpi_yoy_pct.latest")
    look.well()
    place.unlink()
    look.has_not(WORDS)
    look.well()
    # Where words make a section longer, its charts are drawn for less room on paper.
    assert len(look.project.drawn() - before) <= 3


def _style(look: Look) -> None:
    from playwright.sync_api import expect

    look.project.edit("templates/tokens.json", '"paper": {', '"paper": }')
    look.fault("templates/tokens.json:5")
    look.project.edit("templates/tokens.json", '"paper": }', '"paper": {')
    look.well()
    look.project.edit("templates/css/web.css", "body", "h1{letter-spacing:7px!important}body")
    expect(look.page.locator("h1")).to_have_css("letter-spacing", "7px", timeout=MS)
    look.ready()
