"""How the e-mail of the London edition looks in a browser, and what a spam filter thinks of it."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from reports.archive.manifest import Revision
from reports.charts import draw_png
from reports.delivery.composing import Addressee, compose
from reports.delivery.letters import Change, Correction, Letter
from reports.rendering.email import charts_of, render_email
from tests.briefings.editions import LONDON, edition
from tests.delivery.letters import DAY, NOW, SENDER, letter

SPAMASSASSIN = shutil.which("spamassassin")
pytestmark = pytest.mark.slow

CHANGES = (Change("Magnet exports, April 2025", "2,627 tonnes", "2,630 tonnes"),)
CONTRAST = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((c) => {
      const s = c / 255;
      return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.getClientRects().length) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([Math.round(ratio * 100) / 100, texts.currentNode.data.trim()]);
  }
  return found;
}"""
SHORTFALL = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def london() -> Letter:
    """Return the letter of a corrected London edition, which shows all that a message can say."""
    made = edition(LONDON)
    pictures = {chart.key: draw_png(chart, "email", name="") for chart in charts_of(made)}
    email = render_email(made, pictures)
    reason = "The ministry had given the figure for magnets in other units."
    return letter(
        revision=Revision(DAY, 2),
        subject="Correction: London talks open with rare earths at the centre",
        text=email.text,
        html=email.html,
        images={f"{key}.png": picture for key, picture in pictures.items()},
        correction=Correction(Revision(DAY, 1), reason, CHANGES),
    )


@cache
def message() -> bytes:
    return compose(london(), Addressee("li.ming@example.net", "李明"), SENDER, NOW).content


@cache
def page(images: bool) -> str:
    """Return the HTML of the message as a mail program shows it, with its images or without."""
    read = message_from_bytes(message(), policy=default)
    body = read.get_body(("html",))
    assert body is not None
    html = str(body.get_content())
    assert len(html.encode()) < 60_000
    for part in read.walk():
        if part.get_content_type() == "image/png":
            address = f"cid:{part['Content-ID'][1:-1]}"
            data = f"data:image/png;base64,{base64.b64encode(part.get_content()).decode()}"
            assert address in html
            html = html.replace(address, data if images else "data:,")
    assert "cid:" not in html
    return html


def shown(browser: Any, width: int, scheme: str, *, images: bool = True) -> Any:
    """Return a page with the message in it; a request of any kind fails the test."""
    opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.set_content(page(images), wait_until="load")
    assert not [address for address in asked if not address.startswith("data:")]
    return opened


@pytest.mark.parametrize("images", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 680])
def test_the_message_reads_well(browser: Any, width: int, scheme: str, images: bool) -> None:
    opened = shown(browser, width, scheme, images=images)
    assert opened.evaluate(SHORTFALL) == 0
    texts = opened.evaluate(CONTRAST)
    assert len(texts) > 60
    assert [text for text in texts if text[0] < 4.5] == []
    assert "2,630 tonnes (was 2,627 tonnes)" in opened.inner_text("body")
    card = opened.locator(".card").bounding_box()
    assert card["width"] == min(width, 600)
    for image in opened.locator("img").all():
        box = image.bounding_box()
        assert box["width"] == (536 if width > 600 else width - 32)
        assert (box["height"] > 150) == images
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(browser: Any, scheme: str) -> None:
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe is not installed")
    opened = shown(browser, 680, scheme)
    opened.evaluate((Path(spec.origin).parent / "axe.min.js").read_text("utf-8"))
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
    found = opened.evaluate(f"axe.run(document, {rules})")
    assert len(found["passes"]) > 10
    assert found["violations"] == []
    opened.close()


@pytest.mark.skipif(SPAMASSASSIN is None, reason="SpamAssassin is not installed")
def test_a_spam_filter_has_nothing_against_it() -> None:
    command = [SPAMASSASSIN or "", "--local", "--test-mode"]
    done = subprocess.run(command, input=message(), capture_output=True, check=True, timeout=60)
    report = done.stdout.decode("utf-8", "replace").partition("Content analysis details:")[2]
    (points,) = re.findall(r"\(\s*(-?[\d.]+) points", report)
    rules = {
        name: float(score) for score, name in re.findall(r"^\s*(-?[\d.]+) (\w+)", report, re.M)
    }
    assert "HTML_MESSAGE" in rules  # It has read the message.
    assert {name: score for name, score in rules.items() if score > 0.1} == {}, report
    assert float(points) <= 0


def test_the_text_says_what_the_page_says() -> None:
    text = body_of(message(), "plain")
    assert text.startswith("CORRECTION. This replaces the edition that you were sent. The ministry")
    assert "Correction. This replaces the edition" in re.sub("<[^>]*>", "", page(True))
    assert "[[" not in text + page(True)
    first = replace(london(), correction=None, subject="London talks open")
    sent = compose(first, Addressee("li@example.net"), SENDER, NOW).content
    for kind in ("plain", "html"):
        assert "This replaces" not in body_of(sent, kind)


def body_of(content: bytes, kind: str) -> str:
    """Return a body of a message with its spaces made one."""
    read = message_from_bytes(content, policy=default)
    body = read.get_body((kind,))
    assert body is not None
    return " ".join(str(body.get_content()).split())
