"""The peers of `make bench-peers` get all of an edition, and what they make is read rightly."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path

import pytest

from reports.drawings import exhibits
from reports.model import CiteSpan, Edition, Exhibit, StrongSpan, TableBlock, printed_facts
from tests.bench.peers.content import Content, Figure, Paragraph, Part, content_of
from tests.bench.peers.dialects import DIALECTS, content_json
from tests.bench.peers.looking import claims_of
from tests.bench.peers.reading import charts_in, folded, found_in, sentences
from tests.rendering.example_edition import example_edition

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def edition() -> Edition:
    """Return the example edition, which has every kind of block."""
    return example_edition()


@pytest.fixture(scope="module")
def content(edition: Edition) -> Content:
    """Return what the peers are given of it."""
    return content_of(edition)


def said(*text: object) -> Content:
    """Return a content of one paragraph."""
    parts = (Part("front", (Paragraph(tuple(text)),)),)  # type: ignore[arg-type]
    return Content("A title", "An author", example_edition().id.as_of, {"S1": 1, "S2": 2}, parts)


def test_the_content_says_all_that_the_pages_say(edition: Edition, content: Content) -> None:
    told = "\n".join(sentences(content))
    texts = [edition.headline, *edition.lead[:1], *(one.headline for one in edition.sections)]
    for section in edition.sections:
        for block in section.blocks:
            texts += getattr(block, "paragraphs", ())
            texts += (block.title, block.source) if isinstance(block, Exhibit) else ()
            if isinstance(block, TableBlock):
                texts += [cell.text for row in block.table.rows for cell in row]
    words = [
        span if isinstance(span, str) else getattr(span, "text", "") for t in texts for span in t
    ]
    words += [fact.shown for fact in printed_facts(edition)]
    assert len(words) > 100
    assert [one for one in words if folded(one) not in told] == []


def test_charts_are_plain_values(edition: Edition, content: Content) -> None:
    items = [item for part in content.parts for item in part.blocks]
    charts = [item.chart for item in items if isinstance(item, Figure)]
    assert len(charts) == len(list(exhibits(edition)))
    assert json.loads(json.dumps(charts)) == charts


MARKS = {
    "markdown": r"</?sup>|\*\*",
    "typst": r"(?<!\\)(#\w+(\([^)]*\))?\[|\];)|\\",
    "reportlab": r"</?(super|b|font)[^>]*>",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_keeps_every_word(content: Content, dialect: str) -> None:
    written = json.loads(content_json(content, dialect))
    assert [part["key"] for part in written["parts"]] == [part.key for part in content.parts]
    text = json.dumps(written, ensure_ascii=False).replace("\\\\", "\\")
    words = folded(unescape(re.sub(MARKS[dialect], "", text)))
    assert [one for one in sentences(content) if one not in words] == []


@pytest.mark.parametrize(
    ("dialect", "written"),
    [
        ("markdown", "a&#42;b &#91;1&#93; **5%**<sup>1,2</sup>"),
        ("typst", r"a\*b \[1\] #strong[5%];#super[1,2];"),
        ("reportlab", "a*b [1] <b>5%</b><super>1,2</super>"),
    ],
)
def test_marks_of_a_dialect_are_escaped_in_words(dialect: str, written: str) -> None:
    text = content_json(said("a*b [1] ", StrongSpan("5%"), CiteSpan(("S1", "S2"))), dialect)
    assert json.loads(text)["parts"][0]["blocks"][0]["text"] == written


def test_a_page_that_lacks_a_sentence_is_found_out(content: Content, tmp_path: Path) -> None:
    wanted = sentences(content)
    page = tmp_path / "page.html"
    page.write_text("".join(f"<p>{escape(one)}</p>" for one in wanted[:-1]) + "<img>", "utf-8")
    found = found_in(page, wanted)
    assert (found.count, found.missing, found.complete) == (len(wanted) - 1, wanted[-1], False)
    assert charts_in(page) == 1


def test_a_sentence_cut_by_a_page_is_found_and_words_in_a_script_are_not(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    words = folded("Rare-earth exports rose by 23% on the month, to 5,864.6 tonnes in May")
    page.write_text(f"{words[:30]}<p>2 of 8</p>{words[30:]}<script>Only here</script>", "utf-8")
    assert found_in(page, [words]).complete
    assert not found_in(page, [folded("Only here")]).complete
    assert not found_in(page, [words.replace("23%", "24%")]).complete


@pytest.mark.parametrize(
    ("metadata", "claims"),
    [
        ("<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>", ("PDF/A-3a",)),
        ('<x pdfaid:part="2" pdfaid:conformance="B" pdfuaid:part="1"/>', ("PDF/A-2b", "PDF/UA-1")),
        ("<pdfaProperty:name>part</pdfaProperty:name>", ()),
    ],
)
def test_claims_are_read_from_elements_and_attributes(
    metadata: str, claims: tuple[str, ...]
) -> None:
    assert claims_of(metadata) == claims
