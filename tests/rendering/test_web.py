"""The page as text: complete, closed, escaped, and honest about its numbers."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import pytest

from reports.model import (
    Cell,
    Column,
    Edition,
    Exhibit,
    FactSpan,
    Prose,
    Section,
    SourceEntry,
    TableBlock,
    TableSpec,
    Width,
    plain,
)
from reports.rendering.downloads import table_csv
from reports.rendering.tokens import tokens
from reports.rendering.web import (
    render_html,
    stylesheet,
    web_drawings,
    web_rows,
)
from tests.rendering.example_edition import example_edition

EDITION = example_edition()
VOID = {"meta", "link", "br", "col", "img", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page in order, with the open ones checked on the way."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("script", "style"):
            self.words.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """Return the attributes of every element with this name and these values."""
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and wanted.items() <= attrs.items()
        ]

    @property
    def text(self) -> str:
        """Return the words of the page."""
        return " ".join("".join(self.words).split())


class Drawn(Mapping[str, str]):
    """A plain SVG for each drawing the edition needs; remembers which were put in."""

    def __init__(self, edition: Edition) -> None:
        self._svg = {
            drawing.name: '<svg viewBox="0 0 9 9"><text class="f-ink">drawn</text></svg>'
            for drawing in web_drawings(edition)
        }
        self.used: Counter[str] = Counter()

    def __getitem__(self, name: str) -> str:
        self.used[name] += 1
        return self._svg[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._svg)

    def __len__(self) -> int:
        return len(self._svg)


def _render(edition: Edition, **options: str) -> str:
    return render_html(edition, Drawn(edition), **options)


@pytest.fixture(scope="module")
def html() -> str:
    return _render(EDITION)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def _exhibits(edition: Edition) -> list[Exhibit]:
    return [
        block
        for section in edition.sections
        for block in section.blocks
        if isinstance(block, Exhibit)
    ]


def test_the_page_asks_for_nothing(page: Page, html: str) -> None:
    loading = {"src", "srcset", "data", "poster", "background", "action"}
    assert not [attrs for _, attrs in page.elements if loading & attrs.keys()]
    assert page.all("link") == [{"rel": "icon", "href": "data:,"}]
    assert "@import" not in html
    assert all(address.startswith("data:") for address in re.findall(r'url\("([^"]*)', html))


def test_the_policy_admits_only_the_style_and_script_of_the_page(html: str, page: Page) -> None:
    (meta,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    policy = meta["content"]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")


def test_no_element_acts_by_an_attribute(page: Page) -> None:
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]


def test_ids_are_unique_and_every_inner_link_arrives() -> None:
    namesake = TableSpec("tariffs", "Tariffs", (Column("Rate", 1.0, "head"),), ())
    section = Section("tariffs", "Tariffs", (), (TableBlock(namesake),))
    page = Page(_render(replace(EDITION, sections=(*EDITION.sections[:1], section))))
    ids = Counter(attrs["id"] for _, attrs in page.elements if "id" in attrs)
    assert [name for name, count in ids.items() if count > 1] == []
    targets = {
        attrs["href"][1:] for attrs in page.all("a") if attrs.get("href", "").startswith("#")
    }
    assert targets <= ids.keys()
    labels = {
        name for _, attrs in page.elements for name in attrs.get("aria-labelledby", "").split()
    }
    assert labels <= ids.keys()


def test_headings_skip_no_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_contents_lead_to_every_section_in_order(page: Page) -> None:
    inner = [attrs["href"] for attrs in page.all("a") if attrs.get("href", "").startswith("#")]
    wanted = ["#in-brief", *(f"#{section.key}" for section in EDITION.sections), "#sources"]
    assert inner[1 : len(wanted) + 1] == wanted


def test_all_that_the_edition_says_is_on_the_page(page: Page) -> None:
    for text in (EDITION.headline, EDITION.standfirst, *(s.headline for s in EDITION.sections)):
        assert " ".join(plain(text).split()) in page.text
    for source in EDITION.sources:
        assert " ".join(source.title.split()) in page.text
    assert EDITION.masthead.cut_off in page.text


def test_every_number_links_to_its_source_and_carries_its_value(page: Page) -> None:
    facts = {fact.key: fact for fact in EDITION.facts}
    numbers = {source.id: source.number for source in EDITION.sources}
    pairs = list(pairwise(page.elements))
    links = [(link, inner) for (_, link), (_, inner) in pairs if link.get("class") == "fact"]
    assert len(links) >= 100
    for link, inner in links:
        if "href" not in link:
            assert facts[link["data-fact"]].sources == ()
            continue
        fact = facts[inner["data-fact"]]
        assert inner["value"] == str(fact.value)
        assert link["href"] == f"#source-{numbers[fact.sources[0]]}"


def test_numbers_of_a_drawing_name_their_facts() -> None:
    (exhibit, *_) = [e for e in _exhibits(EDITION) if e.key == "tariff-steps"]
    drawings = dict(Drawn(EDITION))
    label = '<text x="1" class="f-us">145%</text><text>from 30% to 10% &amp; on</text>'
    drawings[f"{exhibit.key}:web_wide"] = f"<svg>{label}</svg>"
    html = render_html(EDITION, drawings)
    assert '<text x="1" class="f-us" data-fact="said.145">145%</text>' in html
    assert (
        '<text>from <tspan data-fact="said.30">30%</tspan> to '
        '<tspan data-fact="said.10">10%</tspan> &amp; on</text>'
    ) in html


def test_popovers_know_every_fact(html: str) -> None:
    words, entries = _popovers(html)
    assert entries.keys() == {fact.key for fact in EDITION.facts}
    numbers = {source.id: source.number for source in EDITION.sources}
    for fact in EDITION.facts:
        shown, _, label, period, formula, expression, _, _, status, rows, more, sources = entries[
            fact.key
        ]
        assert shown == fact.shown
        assert [words[at] for at in (label, period, formula)] == [
            fact.label,
            fact.period,
            fact.formula,
        ]
        assert words[status] == fact.status
        assert expression == ("" if fact.method == "reported" else fact.expression)
        assert [words[at] for at in rows] == [
            part for row in fact.rows for part in (row.table, row.key, row.vintage.isoformat())
        ]
        assert more == 0
        assert sources == [numbers[source] for source in fact.sources]


def test_popovers_name_inputs_and_the_facts_that_they_are(html: str) -> None:
    words, entries = _popovers(html)
    _, exact, *_, inputs, more, _, _, _, _ = entries["exports.on-month"]
    assert exact == "22.567%"
    assert [(words[at], *rest) for at, *rest in inputs] == [
        ("Input exports.may", "5,864.60", "exports.may"),
        ("Input exports.april", "4,784.8", "exports.april"),
    ]
    assert more == 0


def test_popovers_count_the_rows_that_they_do_not_name() -> None:
    fact = EDITION.facts[0]
    (row,) = fact.rows
    many = tuple(replace(row, key=f"row {number}") for number in range(10, 20))
    edition = replace(EDITION, facts=(replace(fact, rows=many[::-1]), *EDITION.facts[1:]))
    words, entries = _popovers(_render(edition))
    *_, rows, more, _ = entries[fact.key]
    assert [words[at] for at in rows[1::3]] == [f"row {number}" for number in range(10, 18)]
    assert more == 2


def _popovers(html: str) -> tuple[list[str], dict[str, list[Any]]]:
    (text,) = re.findall(r'<script type="application/json" id="facts">(.*?)</script>', html)
    read = json.loads(text)
    return read["words"], read["facts"]


def test_each_exhibit_has_two_drawings_an_alternative_and_its_data(page: Page) -> None:
    drawings = Drawn(EDITION)
    render_html(EDITION, drawings)
    assert drawings.used == Counter(dict.fromkeys(drawings, 1))
    names = [attrs["aria-label"] for attrs in page.all("div", **{"class": "chart", "role": "img"})]
    assert names == [exhibit.alt for exhibit in _exhibits(EDITION)]
    assert len(page.all("details", **{"class": "data"})) == len(names)
    downloads = [attrs for attrs in page.all("a") if "download" in attrs]
    for exhibit, attrs in zip(_exhibits(EDITION), downloads, strict=True):
        kind, _, content = attrs["href"].partition(",")
        assert kind == "data:text/csv;charset=utf-8"
        assert unquote(content) == table_csv(exhibit.data)


def test_drawings_are_hidden_behind_their_alternative(html: str) -> None:
    assert html.count("<svg") == len(web_drawings(EDITION))
    for before in html.split("<svg")[:-1]:
        assert before.rstrip().endswith('aria-hidden="true">')


def test_chinese_is_marked_as_such(page: Page, html: str) -> None:
    assert '<span lang="zh-Hans" class="lang-zh name-local">何立峰</span>' in html
    assert page.all("p", **{"class": "name-local", "lang": "zh-Hans"})
    assert page.all("html") == [{"lang": "en-GB"}]


def test_text_from_the_dataset_is_escaped(html: str) -> None:
    evil = "</script><script>alert()</script><b onclick=x>\"&'"
    fact = replace(EDITION.facts[0], label=evil, formula=evil)
    table = TableSpec("t", evil, (Column(evil, 1.0, "head"),), ((Cell((evil,)),),), (evil,))
    edition = replace(
        EDITION,
        headline=(evil,),
        standfirst=(FactSpan(fact.key, evil),),
        description=evil,
        notes=((evil,),),
        facts=(fact, *EDITION.facts[1:]),
        sections=(
            Section("talks", evil, (evil,), (TableBlock(table), Prose(((evil,),)))),
            *EDITION.sections[1:],
        ),
        sources=(
            replace(EDITION.sources[0], title=evil, url="javascript:alert(1)"),
            *EDITION.sources[1:],
        ),
    )
    attacked = _render(edition)
    assert "<b onclick" not in attacked
    assert attacked.count("<script") == html.count("<script")
    assert not [a for a in Page(attacked).all("a") if a.get("href", "").startswith("javascript")]


@pytest.mark.parametrize(
    ("url", "linked"),
    [("https://a.example/b?c=1&d=2", True), ("javascript:alert(1)", False), ("", False)],
)
def test_only_web_addresses_become_links(url: str, linked: bool) -> None:
    entry = SourceEntry(1, EDITION.sources[0].id, "Body", "Title", url, None)
    edition = replace(EDITION, sources=(entry, *EDITION.sources[1:]))
    assert bool(Page(_render(edition)).all("a", href=url, **{"class": "title"})) is linked


def test_an_endnote_without_a_title_links_its_publisher() -> None:
    entry = SourceEntry(1, EDITION.sources[0].id, "TAG24", "", "https://a.example/", None)
    html = _render(replace(EDITION, sources=(entry, *EDITION.sources[1:])))
    assert '<span class="publisher"><a href="https://a.example/">TAG24</a></span>.</li>' in html


def test_the_pdf_is_offered_where_there_is_one(html: str) -> None:
    assert "application/pdf" not in html
    offered = Page(_render(EDITION, pdf_name="briefing.pdf"))
    assert offered.all("a", href="briefing.pdf", type="application/pdf")


def test_notes_on_the_edition_stand_under_the_masthead() -> None:
    old = FactSpan("truce.days", "64 days")
    noted = replace(EDITION, notes=(("The data are ", old, " old."),))
    notice = Page(_render(noted))
    assert "The data are 64 days old." in notice.text
    assert notice.all("p", **{"class": "notice"})


def test_a_section_without_news_is_one_line() -> None:
    quiet = Section("tariffs", "Tariffs", (), (Prose((("Nothing new since 2 June.",),)),), True)
    edition = replace(EDITION, sections=(EDITION.sections[0], quiet))
    found = Page(_render(edition)).all("section", id="tariffs")
    assert found[0]["class"] == "section one-line"


def test_an_edition_without_changes_has_no_empty_table() -> None:
    assert 'id="changes"' not in _render(replace(EDITION, changes=None))


def test_the_page_is_the_same_every_time(html: str) -> None:
    assert _render(example_edition.__wrapped__()) == html


def test_the_frame_leaves_room_for_the_charts(html: str) -> None:
    assert len(html.encode()) < 340 * 1024


def test_every_chart_colour_follows_the_mode() -> None:
    css = stylesheet()
    for role in tokens()["color"]:
        assert f".f-{role}{{fill:var(--{role})}}" in css
        assert f".s-{role}{{stroke:var(--{role})}}" in css


def _prose(width: Width) -> Prose:
    return Prose((("Words.",),), width)


def test_running_text_is_never_a_third_of_the_page() -> None:
    table = TableBlock(TableSpec("t", "", (Column("A", 1.0, "head"),), ()), "two_thirds")
    stacked = web_rows((_prose("third"), table))
    assert [[cell.width for cell in row.cells] for row in stacked] == [["full"], ["full"]]
    (row,) = web_rows((_prose("half"), _prose("half")))
    assert row.name == "row-half-half"


def test_drawings_fit_the_place_an_exhibit_gets() -> None:
    slots = {drawing.name: drawing.slot for drawing in web_drawings(EDITION)}
    assert slots["talks-timeline:web_wide"] == "web_wide"
    assert slots["cpi-panel:web_third"] == "web_third"
    assert slots["year-to-date:web_half"] == "web_half"
    assert sum(slot == "web_narrow" for slot in slots.values()) == len(_exhibits(EDITION))
    lone = replace(EDITION, sections=(Section("a", "A", (), (_exhibits(EDITION)[-1],)),))
    assert {d.slot for d in web_drawings(lone)} >= {"web_wide", "web_narrow"}
