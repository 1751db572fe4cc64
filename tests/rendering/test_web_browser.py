"""The page in a real browser: reachable, legible, quiet, and whole without a script."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from reports.charts import WEB, draw_svg
from reports.rendering.tokens import colours, tokens
from reports.rendering.web import render_html, web_drawings
from tests.rendering.example_edition import example_edition

pytestmark = pytest.mark.slow

WIDTHS = (320, 390, 768, 1280, 1920)
NUMBER = 'a.fact:has([data-fact="exports.ytd-change"])'
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.body.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > width + 1 && !e.closest(".scroll-region, .contents");
  });
  return [document.documentElement.scrollWidth - width, wide.map((e) => e.className || e.tagName)];
}"""
ASKED = """() => {
  const asked = [];
  const wrong = [];
  for (const number of document.querySelectorAll("[data-fact]")) {
    if (!number.getClientRects().length) continue;
    const target = number.closest(".fact") || number;
    target.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    const title = document.querySelector(".provenance h2");
    if (title) asked.push([number.dataset.fact, title.textContent]);
    else wrong.push(number.outerHTML);
  }
  return [asked, wrong];
}"""
LABELS = """() => [...document.querySelectorAll(".chart svg text")]
  .filter((text) => text.getClientRects().length)
  .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    edition = example_edition()
    charts = {
        drawing.name: draw_svg(drawing.chart, drawing.slot, WEB, alt=drawing.alt)
        for drawing in web_drawings(edition)
    }
    path = tmp_path_factory.mktemp("web") / "page.html"
    path.write_text(render_html(edition, charts), encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser: Any, page_file: Path) -> Iterator[Any]:
    """Open the page in a fresh context; fail on any console message, error or request."""
    contexts: list[Any] = []
    trouble: list[str] = []

    def opened(width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.append(request.url) if _leaves(request) else 0)
        page.goto(page_file.as_uri())
        return page

    def _leaves(request: Any) -> bool:
        return not request.url.startswith(("data:", page_file.as_uri()))

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


def test_the_page_keeps_its_budget(page_file: Path) -> None:
    assert page_file.stat().st_size <= tokens()["budgets"]["html_kb"] * 1024


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_serious(open_page: Any, scheme: str, width: int) -> None:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    page = open_page(width, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.locator(NUMBER).click()
    page.evaluate((Path(spec.origin).parent / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in serious] == []


@pytest.mark.parametrize("width", [*WIDTHS, 600, 700, 830, 1060])
def test_nothing_is_wider_than_the_window(open_page: Any, width: int) -> None:
    page = open_page(width)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.evaluate(OVERFLOW) == [0, []]


@pytest.mark.parametrize("width", [320, 390, 600, 768, 880, 1060, 1100, 1280])
def test_chart_labels_stay_legible_and_each_chart_shows_once(open_page: Any, width: int) -> None:
    page = open_page(width)
    assert min(page.evaluate(LABELS)) >= (11.4 if width == 320 else 11.5)
    shown = page.evaluate(
        """() => [...document.querySelectorAll(".chart")]
             .map((c) => [...c.children].filter((d) => d.offsetHeight).length)"""
    )
    assert set(shown) == {1}


def test_plots_of_sibling_charts_stand_on_one_line(open_page: Any) -> None:
    page = open_page(1280)
    tops = page.evaluate(
        """() => [...document.querySelectorAll(".row-third-third-third .chart")]
             .map((c) => Math.round(c.getBoundingClientRect().top))"""
    )
    assert len(tops) == 3
    assert len(set(tops)) == 1


def test_the_page_uses_its_own_fonts(open_page: Any) -> None:
    page = open_page(1280)
    page.evaluate("document.fonts.ready")
    loaded = set(
        page.evaluate(
            """() => [...document.fonts].filter((f) => f.status === "loaded")
                 .map((f) => f.family.replaceAll('"', ""))"""
        )
    )
    assert loaded >= {
        "Newsreader Display", "Newsreader Figures", "Newsreader Text Screen", "Archivo",
        "Archivo SemiCondensed", "Noto Serif SC", "Noto Sans SC",
    }  # fmt: skip


def test_a_number_opens_its_provenance_by_keyboard_and_gives_focus_back(open_page: Any) -> None:
    page = open_page(1280)
    link, box = page.locator(NUMBER), page.locator(".provenance")
    link.focus()
    page.keyboard.press("Enter")
    assert box.get_attribute("role") == "dialog"
    words = " ".join(box.inner_text().split())
    for part in ("2.3%", "Rare-earth exports, year to date", "24,827 ÷ 24,266.5 − 1", "Derived",
                 "January–May 2025", "since 9 June 2025", "observations: exports January–May 2025",
                 "Reuters via Energy News (OE Digital), 9 June 2025"):  # fmt: skip
        assert part in words
    assert link.get_attribute("aria-expanded") == "true"
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#source-4"
    page.keyboard.press("Escape")
    assert box.count() == 0
    assert page.evaluate("document.activeElement.textContent") == "2.3%"
    assert link.get_attribute("aria-expanded") == "false"


def test_an_input_that_is_a_number_of_the_page_opens_too(open_page: Any) -> None:
    page = open_page(1280)
    page.locator(NUMBER).click()
    title = page.locator(".provenance h2")
    page.get_by_role("button", name="24,266.5").click()
    assert title.inner_text() == "24,266.5 tonnes"
    page.get_by_role("button", name="Back to 2.3%").click()
    assert title.inner_text() == "2.3%"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "2.3%"


@pytest.mark.parametrize("width", [390, 1280])
def test_every_number_that_shows_answers_a_click(open_page: Any, width: int) -> None:
    page = open_page(width)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    asked, wrong = page.evaluate(ASKED)
    shown = {fact.key: fact.shown for fact in example_edition().facts}
    assert wrong == []
    assert len(asked) > 150
    assert all(shown[key] == title for key, title in asked)
    # All of them, but for those that only an attribute or a drawing for the other width names.
    assert {"exports.may", "edition.number", "said.145"} <= {key for key, _ in asked}


@pytest.mark.parametrize("touch", [False, True])
def test_a_number_in_a_drawing_answers(open_page: Any, touch: bool) -> None:
    page = open_page(1280, has_touch=touch)
    label = page.locator("#figure-tariff-steps .chart-wide text[data-fact='said.145']")
    if touch:
        label.tap()
    else:
        label.click()
    assert page.locator(".provenance h2").inner_text() == "145%"
    page.keyboard.press("Escape")
    assert page.locator(".provenance").count() == 0


def test_a_number_without_a_source_is_a_button(open_page: Any) -> None:
    page = open_page(1280)
    number = page.locator(".masthead data.fact")
    assert number.get_attribute("role") == "button"
    number.focus()
    page.keyboard.press("Enter")
    assert page.locator(".provenance h2").inner_text() == "No. 23"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "No. 23"


def test_tabbing_past_the_provenance_closes_it(open_page: Any) -> None:
    page = open_page(1280)
    page.locator(NUMBER).focus()
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Tab")
    assert page.locator(".provenance").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "2.3%"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_tap_outside_closes_the_provenance(open_page: Any, width: int) -> None:
    page = open_page(width)
    page.locator(NUMBER).click()
    box = page.locator(".provenance").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.mouse.click(width / 2, 80)
    assert page.locator(".provenance").count() == 0


def test_a_source_of_the_provenance_lights_up(open_page: Any) -> None:
    page = open_page(1280)
    page.locator(NUMBER).click()
    page.locator(".provenance a").click()
    assert page.url.endswith("#source-4")
    assert page.locator(".provenance").count() == 0
    tint = page.locator("#source-4").evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert tint == _rgb(colours("light")["gold-tint"])


def test_without_script_numbers_lead_to_their_source(open_page: Any) -> None:
    page = open_page(1280, java_script_enabled=False)
    for name in ("theme", "figures-csv"):
        assert not page.locator(f"#{name}").is_visible()
    page.locator(NUMBER).click()
    assert page.url.endswith("#source-4")
    page.locator("details.data summary").first.click()
    assert page.locator("details.data table").first.is_visible()


def test_the_button_changes_the_mode_and_the_browser_remembers(open_page: Any) -> None:
    page = open_page(1280, color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    bar = "getComputedStyle(document.querySelector('.chart .f-ore')).fill"
    assert page.evaluate(ground) == _rgb(colours("light")["paper"])
    page.get_by_role("button", name="Dark mode").click()
    assert page.evaluate(ground) == _rgb(colours("dark")["paper"])
    assert page.evaluate(bar) == _rgb(colours("dark")["ore"])
    # Chromium hands its storage to the process of a reloaded file in its own time.
    for _ in range(10):
        page.reload()
        if page.evaluate("localStorage.getItem('theme')") == "dark":
            break
    assert page.evaluate(ground) == _rgb(colours("dark")["paper"])
    assert page.get_by_role("button", name="Light mode").is_visible()


def test_dark_follows_the_system(open_page: Any) -> None:
    page = open_page(1280, color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == _rgb(
        colours("dark")["paper"]
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_contents_stick_and_mark_the_current_section(open_page: Any, width: int) -> None:
    page = open_page(width)
    current = page.locator(".contents [aria-current]")
    assert current.inner_text() == "In brief"
    page.evaluate("document.querySelector('#economy').scrollIntoView()")
    page.wait_for_selector(".contents [href='#economy'][aria-current]")
    assert current.count() == 1
    box = current.bounding_box()
    assert 0 <= box["y"] < 900
    assert 0 <= box["x"] <= width - box["width"]


def test_the_first_stop_of_the_keyboard_skips_to_the_briefing(open_page: Any) -> None:
    page = open_page(1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the briefing"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_tables_with_text_become_lists_and_wide_ones_scroll(open_page: Any) -> None:
    page = open_page(390)
    cell = page.locator("#table-positions td").first
    assert cell.evaluate("(e) => getComputedStyle(e, '::before').content") == '"Washington: "'
    assert cell.evaluate("(e) => getComputedStyle(e).display") == "block"
    region = page.locator(".scroll-region:has(#table-numbers)")
    region.focus()
    region.evaluate("(e) => { e.scrollLeft = 300; }")
    assert region.evaluate("(e) => e.scrollLeft") == 300
    head = page.locator("#table-numbers tbody th").first.bounding_box()
    assert round(head["x"]) == round(region.bounding_box()["x"])


def test_the_figures_download_as_csv(open_page: Any) -> None:
    page = open_page(1280)
    with page.expect_download() as download:
        page.get_by_role("button", name="All figures, CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert '"exports.may","5,864.6 tonnes","Rare-earth exports","May 2025","as reported"' in text
    assert len(text.splitlines()) == len(example_edition().facts) + 1


def test_paper_has_no_navigation_and_the_wide_charts(open_page: Any) -> None:
    page = open_page(1280, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 680, "height": 960})
    for name in (".contents", ".tools", ".heading-link", ".data", ".skip"):
        assert not page.locator(name).first.is_visible()
    assert page.locator(".w-full .chart-wide").first.is_visible()
    assert not page.locator(".w-full .chart-narrow").first.is_visible()
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert ink == _rgb(colours("print")["ink"])


def _rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[place : place + 2], 16) for place in (1, 3, 5)))
