"""What readers' programs make of the charts: WeasyPrint no warning, Chromium no loss."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from html import escape
from typing import Any

import pytest

from reports.charts import PRINT, SLOTS, WEB, draw_svg
from reports.charts.slots import tokens
from reports.resources import templates_dir
from tests.charts.examples import EDGES, SPARKS, USUAL

pytestmark = pytest.mark.slow
CHARTS = {**USUAL, **EDGES}
FACES = "".join(
    "@font-face{font-family:'Archivo SemiCondensed';"
    f"font-weight:{weight};src:url({(templates_dir() / 'fonts').as_uri()}"
    f"/ArchivoSemiCondensed-{weight}.ttf)}}"
    for weight in (400, 500, 600)
)
OUTSIDE = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const whole = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < whole.left - 0.5 || box.right > whole.right + 0.5;
  }).map(text => svg.parentNode.id + ': ' + text.textContent);
})"""
OVERLAPPING = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()]);
  return texts.flatMap(([one, a], place) => texts.slice(place + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
    .map(([two]) => svg.parentNode.id + ': ' + one.textContent + ' / ' + two.textContent));
})"""


def test_weasyprint_draws_every_chart_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    import weasyprint

    slots = [name for name, slot in SLOTS.items() if slot.unit == "mm"]
    drawn = [
        draw_svg(chart, slot, PRINT, alt=name)
        for slot in slots
        for name, chart in (SPARKS if SLOTS[slot].is_spark else CHARTS).items()
    ]
    html = f"<html lang=en><style>{FACES}</style>" + "".join(f"<p>{svg}</p>" for svg in drawn)
    with caplog.at_level(logging.WARNING):
        weasyprint.HTML(string=html, base_url="/").write_pdf()
    assert not [record.getMessage() for record in caplog.records if "not" in record.getMessage()]


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    colours = "".join(
        f".f-{role}{{fill:{values['dark']}}}.s-{role}{{stroke:{values['dark']}}}"
        for role, values in tokens()["color"].items()
    )
    body = "".join(
        f'<p id="{escape(name)} {slot}">{draw_svg(chart, slot, WEB)}</p>'
        for slot in ("web_wide", "web_narrow", "web_half", "web_third")
        for name, chart in CHARTS.items()
    )
    file = tmp_path_factory.mktemp("charts") / "charts.html"
    file.write_text(f"<meta charset=utf-8><style>{FACES}{colours}</style>{body}", "utf-8")
    opened = browser.new_page(viewport={"width": 1000, "height": 800})
    opened.goto(file.as_uri())
    opened.evaluate("document.fonts.ready")
    yield opened
    opened.close()


def test_chromium_clips_no_label(page: object) -> None:
    assert page.evaluate(OUTSIDE) == []  # type: ignore[attr-defined]


def test_chromium_lays_no_label_over_another(page: object) -> None:
    assert page.evaluate(OVERLAPPING) == []  # type: ignore[attr-defined]
