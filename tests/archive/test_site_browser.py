"""The archive in a real browser: searched, filtered, read without script, heard, and quiet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from reports.archive.serving import server
from reports.archive.store import FolderStore
from tests.archive.decade import REASON
from tests.archive.example_archive import CORRECTED, DAYS, small_archive

pytestmark = pytest.mark.slow

PAGES = ("index.html", "2024.html", f"{CORRECTED}/index.html", "data.html", "latest/index.html")
NEWEST = DAYS[-1]
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.body.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > width + 1;
  });
  return [document.documentElement.scrollWidth - width, wide.map((e) => e.className || e.tagName)];
}"""
SMALL = """() => [...document.querySelectorAll("main :is(a, button, input, select, summary)")]
  .filter((e) => e.getClientRects().length && !e.closest("p:not(.tools), h1, h2, h3, li.entry"))
  .filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    return small_archive(tmp_path_factory.mktemp("browsed") / "archive")


@pytest.fixture(scope="module")
def served(archive: FolderStore) -> Iterator[str]:
    with server(archive, 0) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture(params=["folder", "server"])
def root(request: pytest.FixtureRequest, archive: FolderStore, served: str) -> str:
    """Return where the archive is opened: as it lies in its folder, and from a server."""
    return served if request.param == "server" else f"{archive.root.as_uri()}/"


@pytest.fixture
def open_page(browser: Any, archive: FolderStore, served: str) -> Iterator[Any]:
    """Open a page in a fresh context; fail on any console message, error or outside request."""
    contexts: list[Any] = []
    trouble: list[str] = []
    ours = ("data:", f"{archive.root.as_uri()}/", served)

    def opened(address: str, width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "request", lambda sent: 0 if sent.url.startswith(ours) else trouble.append(sent.url)
        )
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


def found(page: Any) -> list[str]:
    """Return the days of the editions that are found."""
    times = page.locator("#results .entry time")
    return [times.nth(n).get_attribute("datetime") for n in range(times.count())]


def test_search_finds_what_editions_say(open_page: Any, root: str) -> None:
    page = open_page(f"{root}index.html")
    loaded: list[str] = []
    page.on("request", lambda sent: loaded.append(sent.url))
    assert page.locator("#results").is_hidden()
    page.get_by_label("Search all editions").fill("week 3 licences")
    page.locator("#status", has_text="found").wait_for()
    assert DAYS[3] in found(page)
    assert [url.rpartition("/")[2].partition("?")[0] for url in loaded] == ["2025.js", "2024.js"]
    assert page.locator("#list").is_hidden()
    page.get_by_label("Search all editions").fill('"talks of week 1 end"')
    page.locator("#status", has_text="1 edition found").wait_for()
    assert found(page) == [DAYS[1]]
    marks = page.locator("#results mark").all_inner_texts()
    assert marks == ["Talks of week 1 end"]
    page.locator("#results a").click()
    assert page.url == f"{root}{DAYS[1]}/index.html"
    page.go_back()
    page.locator("#status", has_text="1 edition found").wait_for()
    assert page.get_by_label("Search all editions").input_value() == '"talks of week 1 end"'
    page.get_by_label("Search all editions").press("Escape")
    page.locator("#list").wait_for(state="visible")
    assert page.locator("#results").is_hidden()


def test_words_are_found_by_their_beginnings(open_page: Any, archive: FolderStore) -> None:
    page = open_page(f"{archive.root.as_uri()}/index.html")
    for words, finds in (
        ("LICENCES companies", True),
        ("(licences", False),
        ("licen", True),
        ("icences", False),
        ("rare-earth", True),
        (r"\\d+", False),
        ("\N{CJK UNIFIED IDEOGRAPH-7ACB}", True),
        ("nothing-of-the-kind", False),
    ):
        page.get_by_label("Search all editions").fill(words)
        wanted = "5 editions found" if finds else "No edition has all of these words"
        page.locator("#status", has_text=wanted).wait_for(timeout=10_000)
        assert len(found(page)) == (5 if finds else 0), words


def test_filters_narrow_the_list(open_page: Any, root: str) -> None:
    page = open_page(f"{root}index.html")
    page.get_by_label("Year", exact=True).select_option("2024")
    page.locator("#status", has_text="3 editions found").wait_for()
    assert found(page) == [*reversed(DAYS[:3])]
    page.get_by_label("Corrected only").check()
    page.locator("#status", has_text="1 edition found").wait_for()
    assert found(page) == [CORRECTED]
    assert REASON in page.locator("#results").inner_text()
    page.get_by_label("Year", exact=True).select_option("2025")
    page.locator("#status", has_text="No edition").wait_for()
    again = open_page(f"{root}index.html#year=2024&corrected=yes")
    again.locator("#status", has_text="1 edition found").wait_for()
    assert again.get_by_label("Corrected only").is_checked()


def test_a_search_index_that_is_missing_is_told_of(
    browser: Any, archive: FolderStore, tmp_path: Path
) -> None:
    copied = shutil.copytree(archive.root, tmp_path / "archive")
    (copied / "search" / "2024.js").unlink()
    page = browser.new_page()
    page.goto(f"{copied.as_uri()}/index.html#q=licences")
    page.locator("#status", has_text="The search index of 2024 cannot be loaded").wait_for()
    assert page.locator("#list").is_visible()
    page.close()


def test_the_page_of_a_corrected_edition_says_so_first(open_page: Any, root: str) -> None:
    page = open_page(f"{root}{CORRECTED}/index.html")
    notice = page.get_by_role("region", name="Correction")
    box = notice.bounding_box()
    assert box
    assert box["y"] + box["height"] < 900
    assert "This edition was corrected on 30 December 2024" in notice.inner_text().replace(
        "\xa0", " "
    )
    assert REASON in notice.inner_text()
    notice.get_by_role("link", name="What changed").click()
    assert page.url.endswith("#changed-2")
    assert page.locator("#r1 h2").inner_text() == "Revision r1, corrected by r2"
    assert page.locator("#r2 ins").count() > 0
    page.locator("#files-1 summary").click()
    assert page.locator("#files-1 code").first.is_visible()
    with page.expect_navigation():
        page.locator("#r1 a", has_text=".html").click()
    assert page.url.startswith(f"{root}{CORRECTED}/r1/")


def test_without_script_all_editions_are_there(open_page: Any, root: str) -> None:
    page = open_page(f"{root}index.html", java_script_enabled=False)
    days = page.locator("#list .entry time")
    assert [days.nth(n).get_attribute("datetime") for n in range(days.count())] == [*reversed(DAYS)]
    assert page.locator("#finder").is_hidden()
    assert page.locator("#theme").is_hidden()
    page.locator("nav").get_by_role("link", name="Newest edition").click()
    page.wait_for_url(f"{root}{NEWEST}/index.html")


def test_the_keyboard_reaches_and_works_everything(open_page: Any, archive: FolderStore) -> None:
    page = open_page(f"{archive.root.as_uri()}/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_label("Search all editions").focus()
    page.keyboard.type("licences")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "year"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#status", has_text="1 edition found").wait_for()
    assert found(page) == [CORRECTED]


def test_the_mode_of_colours_is_kept_from_page_to_page(open_page: Any, served: str) -> None:
    page = open_page(f"{served}index.html", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Dark mode").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.goto(f"{served}2024.html")
    assert page.evaluate(ground) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES[:-1])
def test_axe_finds_nothing(open_page: Any, archive: FolderStore, name: str, scheme: str) -> None:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    address = f"{archive.root.as_uri()}/{name}"
    page = open_page(
        address, 390 if scheme == "dark" else 1280, color_scheme=scheme, bypass_csp=True
    )
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    if name == "index.html":
        page.get_by_label("Search all editions").fill("licences")
        page.locator("#status", has_text="5 editions found").wait_for()
        page.evaluate("document.getElementById('list').hidden = false")
    page.evaluate((Path(spec.origin).parent / "axe.min.js").read_text("utf-8"))
    violations = page.evaluate("axe.run(document, {preload: false})")["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in violations] == []


def test_nothing_is_wider_than_the_window_or_too_small_to_hit(
    open_page: Any, archive: FolderStore
) -> None:
    for name in PAGES[:-1]:
        page = open_page(f"{archive.root.as_uri()}/{name}")
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        for width in (320, 390, 640, 768, 1060, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) == [0, []], (name, width)
            assert page.evaluate(SMALL) == [], (name, width)


def test_the_pages_use_their_own_fonts(open_page: Any, root: str) -> None:
    page = open_page(f"{root}index.html")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        """() => [...document.fonts].filter((f) => f.status === "loaded")
             .map((f) => f.family.replaceAll('"', ""))"""
    )
    assert {*loaded} == {
        "Newsreader Display", "Newsreader Text Screen", "Archivo", "Noto Serif SC",
    }  # fmt: skip
