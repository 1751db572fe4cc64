"""The e-mail of an edition: what it shows and in which order, its limits, and its numbers."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from reports.charts import draw_png
from reports.errors import RenderError
from reports.model import (
    Cell,
    ColumnChart,
    Edition,
    Exhibit,
    FactSpan,
    TableBlock,
    TimelineChart,
    plain,
)
from reports.rendering.email import body, charts_of, render_email
from reports.rendering.email.body import LARGEST_HTML, LARGEST_PICTURE
from reports.rendering.email.choice import LONGEST, SHORTEST, preheader
from reports.rendering.email.plain_text import WIDTH, set_lines
from reports.rendering.gate import check_templates, tracing
from reports.resources import proper_names, templates_dir
from tests.briefings.editions import LONDON, MONDAYS, edition
from tests.rendering.example_edition import example_edition

EXAMPLE = example_edition()
PLANTED = "4,711"
SAID = (f"China shipped {PLANTED} tonnes.",)
VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Reads what a page says, and every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & {*self.open}:
            self.said.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.said).split())


def with_block(kind: type, of: str = "", **changed: Any) -> Edition:
    """Return the example with other fields in its blocks of a kind (and section)."""
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, **changed) if isinstance(block, kind) else block
                for block in section.blocks
            ),
        )
        if of in ("", section.key)
        else section
        for section in EXAMPLE.sections
    )
    return replace(EXAMPLE, sections=sections)


def order(text: str, words: list[str]) -> list[int]:
    found = [text.find(" ".join(word.split())) for word in words]
    assert -1 not in found, words[found.index(-1)]
    return found


def test_both_bodies_say_all_in_the_same_order() -> None:
    london = edition(LONDON)
    email = render_email(london, {})
    changes = london.changes
    assert changes is not None
    head = [london.masthead.name, london.masthead.day]
    words = [*head, plain(london.headline), plain(london.standfirst)]
    words += [figure.label for figure in london.key_figures]
    words += [changes.title, *(plain(row[-1].text) for row in changes.rows)]
    for chart in charts_of(london):
        words += [plain(chart.title), chart.subtitle, plain(chart.source)]
    calendar = next(section for section in london.sections if section.key == "watch")
    (table,) = (block.table for block in calendar.blocks if isinstance(block, TableBlock))
    words += [calendar.kicker, *(plain(row[1].text) for row in table.rows)]
    words += ["Read the full briefing", london.masthead.cut_off]
    body = Reader(email.html).words
    start = body.find(words[0])
    for text in (body[start:], " ".join(email.text.split())):
        found = order(text, words)
        assert found == sorted(found)


def test_the_page_lays_out_by_tables_with_styles_inlined_and_asks_for_nothing() -> None:
    read = Reader(render_email(edition(LONDON), {}).html)
    assert read.open == []
    tables = [attributes for tag, attributes in read.elements if tag == "table"]
    assert tables
    assert all(attributes["role"] == "presentation" for attributes in tables)
    bare = [a for tag, a in read.elements if "class" in a and "style" not in a]
    assert [a["class"] for a in bare] == []
    assert [tag for tag, _ in read.elements].count("style") == 1
    assert not {"link", "script", "svg"} & {tag for tag, _ in read.elements}
    addresses = [a.get("src", a.get("href")) for _, a in read.elements if {"src", "href"} & {*a}]
    assert addresses == [
        "rare-earths-monthly.png",
        "tariff-steps.png",
        "[[page_url]]",
        "[[unsubscribe]]",
    ]
    style = " ".join(a.get("style", "") for _, a in read.elements)
    assert not re.search(r"url\(|@import|var\(|margin(?!: 0)", style)


@pytest.mark.slow
def test_each_picture_says_its_finding_and_is_a_white_card_of_few_colours() -> None:
    london = edition(LONDON)
    charts = charts_of(london)
    html = render_email(london, {}).html
    images = [a for tag, a in Reader(html).elements if tag == "img"]
    assert [image["alt"] for image in images] == [chart.alt for chart in charts]
    for chart in charts:
        assert plain(chart.title) in chart.alt
        png = draw_png(chart, "email", name="")
        picture = Image.open(BytesIO(png))
        assert picture.width == 2 * 536
        assert picture.mode == "P"
        assert len(png) < LARGEST_PICTURE
        for left in (0, picture.width - 20):
            edge = picture.convert("RGBA").crop((left, 0, left + 20, picture.height))
            assert edge.getcolors() == [(20 * picture.height, (255, 255, 255, 255))]


@pytest.mark.slow
@pytest.mark.parametrize("day", MONDAYS[::3])
def test_every_week_fits(day: str) -> None:
    week = edition(day)
    email = render_email(week, {})
    assert len(email.html.encode()) < LARGEST_HTML
    words = plain(preheader(week))
    assert SHORTEST <= len(words) <= LONGEST
    assert words not in plain(week.headline)
    assert max(map(len, email.text.splitlines())) <= WIDTH
    kinds = [chart.chart for chart in charts_of(week)]
    assert len(kinds) <= 2
    assert not any(isinstance(chart, TimelineChart) for chart in kinds)


def test_charts_are_those_that_the_front_page_speaks_of_first() -> None:
    london = edition(LONDON)
    assert [chart.key for chart in charts_of(london)] == ["rare-earths-monthly", "tariff-steps"]
    prices = FactSpan("cpi_yoy_pct.latest", "−0.1%")
    other = replace(london, headline=("Prices fall ", prices))
    assert [chart.key for chart in charts_of(other)] == ["consumer-prices", "rare-earths-monthly"]


@pytest.mark.slow
def test_what_is_too_large_is_warned_of() -> None:
    charts = {"exports": bytes(LARGEST_PICTURE + 1)}
    long = replace(EXAMPLE, standfirst=("Talks go on. " * 5000,))
    assert [line.partition(" has ")[0] for line in render_email(long, charts).warnings] == [
        "the page of the e-mail",
        "the chart exports of the e-mail",
    ]
    assert render_email(EXAMPLE, {"exports": bytes(LARGEST_PICTURE)}).warnings == ()


def _planted() -> dict[str, Edition]:
    changes = EXAMPLE.changes
    assert changes is not None
    first, *others = EXAMPLE.key_figures
    row = (*changes.rows[0][:-1], Cell(SAID))
    calendar = next(
        block.table
        for section in EXAMPLE.sections
        for block in section.blocks
        if section.key == "watch" and isinstance(block, TableBlock)
    )
    dated = ((Cell(("Soon",)), Cell(SAID), Cell()), *calendar.rows[1:])
    return {
        "headline": replace(EXAMPLE, headline=SAID),
        "standfirst": replace(EXAMPLE, standfirst=SAID),
        "masthead": replace(EXAMPLE, masthead=replace(EXAMPLE.masthead, coverage=SAID[0])),
        "notice": replace(EXAMPLE, notes=(SAID,)),
        "figure": replace(EXAMPLE, key_figures=(replace(first, label=SAID[0]), *others)),
        "unit": replace(EXAMPLE, key_figures=(replace(first, unit=SAID[0]), *others)),
        "change": replace(EXAMPLE, changes=replace(changes, rows=(row, *changes.rows[1:]))),
        "title": with_block(Exhibit, title=SAID),
        "subtitle": with_block(Exhibit, subtitle=SAID[0]),
        "alt text": with_block(Exhibit, alt=SAID[0]),
        "source": with_block(Exhibit, source=SAID),
        "calendar": with_block(TableBlock, "watch", table=replace(calendar, rows=dated)),
    }


PLANTS = _planted()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PLANTS))
def test_a_number_that_no_fact_answers_for_is_refused_with_its_line(name: str) -> None:
    where = r"templates/(email/body|partials/macros)\.html:\d+"
    with pytest.raises(RenderError, match=rf"{where}.*: the number {PLANTED} in "):
        render_email(PLANTS[name], {})


@pytest.mark.slow
def test_the_plain_text_has_a_gate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tracing.gated
    pages = {"email/body.html": "<html><head></head><body></body></html>"}

    def without_page(template: str, *rest: Any, **options: Any) -> str:
        return pages.get(template) or real(template, *rest, **options)

    monkeypatch.setattr(body, "gated", without_page)
    text = {name: plant for name, plant in PLANTS.items() if name != "alt text"}
    for planted in text.values():
        with pytest.raises(RenderError, match=rf"templates/email/body\.txt:\d+.*{PLANTED}"):
            render_email(planted, {})


def test_a_number_that_a_picture_would_print_is_refused() -> None:
    (chart, *_) = charts_of(edition(LONDON))
    assert isinstance(chart.chart, ColumnChart)
    *others, last = chart.chart.bars
    columns = replace(chart.chart, bars=(*others, replace(last, label=PLANTED)))
    london = edition(LONDON)
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, chart=columns) if block is chart else block
                for block in section.blocks
            ),
        )
        for section in london.sections
    )
    with pytest.raises(RenderError, match=f"chart rare-earths-monthly: the number {PLANTED} in"):
        render_email(replace(london, sections=sections), {})


def test_a_fact_with_other_words_than_its_value_is_refused() -> None:
    wrong = replace(EXAMPLE, headline=(FactSpan("exports.may", "5,864.7 tonnes"),))
    with pytest.raises(RenderError, match="is not the value of the fact"):
        render_email(wrong, {})


@pytest.mark.parametrize("name", ["body.html", "body.txt"])
def test_a_template_may_print_no_number_of_its_own(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(templates_dir(), folder, ignore=shutil.ignore_patterns("fonts"))
    path = folder / "email" / name
    source = path.read_text("utf-8")
    path.write_text(source.replace("This replaces", f"These {PLANTED} replace"), "utf-8")
    assert f"These {PLANTED}" in path.read_text("utf-8")
    assert [(p.file, p.value) for p in check_templates(folder, proper_names())] == [
        (f"templates/email/{name}", PLANTED)
    ]


def test_words_that_look_like_a_mark_are_refused() -> None:
    with pytest.raises(RenderError, match=r"standfirst holds \[\[, which marks a place"):
        render_email(replace(EXAMPLE, standfirst=("[[unsubscribe]]",)), {})


def test_words_that_look_like_markup_stay_words() -> None:
    email = render_email(replace(EXAMPLE, standfirst=("<b>A & B</b>",)), {})
    assert "<b>" not in email.html
    assert "<b>A & B</b>" in Reader(email.html).words
    assert "<b>A & B</b>" in email.text


def test_plain_text_is_set_in_lines() -> None:
    long = "word " * 30
    lines = set_lines(f"\n\n# Head\n\n\n\n{long}\nNew\t{long}\n9\u00a0June\t\tx\n[[#page]]\n")
    assert lines.startswith("Head\n----\n\nword")
    assert "\n\n\n" not in lines
    assert "New     word word" in lines
    assert "\n        word" in lines
    assert "9 June          x\n[[#page]]\n" in lines


def test_equal_editions_give_equal_bytes() -> None:
    assert render_email(edition(LONDON), {}) == render_email(edition(LONDON), {})
