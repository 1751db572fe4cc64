"""The naked-number gate: a number that no fact answers for is refused, wherever it is planted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reports import resources
from reports.errors import RenderError
from reports.model import (
    Cell,
    Edition,
    Exhibit,
    Fact,
    FactSpan,
    KeyFigure,
    LineChart,
    Section,
    StrongSpan,
    TableBlock,
    fact_spans,
)
from reports.rendering import context, pdf
from reports.rendering.gate import check_templates, findings, markup_findings, names_of, walk
from reports.rendering.gate.finding import disagreements
from reports.rendering.layout import plan_layout
from reports.rendering.web import render_html, web_drawings
from reports.resources import proper_names, templates_dir
from tests.rendering.example_edition import example_edition
from tests.rendering.printing import placeholders

EDITION = example_edition()
FACTS = {fact.key: fact for fact in EDITION.facts}
PLANTED = "4,711"


def web(edition: Edition, label: str = "drawn") -> str:
    """Return the page of an edition whose drawings say no more than a label."""
    svg = f"<svg><text>{label}</text></svg>"
    return render_html(edition, {drawing.name: svg for drawing in web_drawings(edition)})


def printed(edition: Edition) -> str:
    """Return the page that the PDF of an edition is made from."""
    return pdf.print_html(edition, plan_layout(edition))


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the templates be a copy that a test may spoil."""
    folder = tmp_path / "templates"
    shutil.copytree(templates_dir(), folder)
    for module in (resources, context):
        monkeypatch.setattr(module, "templates_dir", lambda: folder)
    for name in ("tracing", "templates"):
        monkeypatch.setattr(f"reports.rendering.gate.{name}.templates_dir", lambda: folder)
    monkeypatch.setattr("reports.rendering.web.templates_dir", lambda: folder)
    context.environment.cache_clear()
    yield folder
    context.environment.cache_clear()


def test_the_example_edition_and_its_pages_hold_no_naked_number() -> None:
    assert findings(EDITION) == ()
    assert PLANTED not in web(EDITION)
    assert "\ue000" not in web(EDITION) + printed(EDITION)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "before", "after", "form"),
    [
        ("web.html", "Skip to the briefing", "Skip to the 4,711 lines", web),
        ("web.html", 'aria-label="In brief"', 'aria-label="In brief: 4,711"', web),
        ("print.html", "<strong>Inside</strong>", "<strong>Inside 4,711</strong>", printed),
        ("print.html", 'data-tagline="Weekly', 'data-tagline="4,711 weekly', printed),
        ("partials/web_macros.html", "Show the data<", "Show the 4,711 data<", web),
        (
            "partials/macros.html",
            '<ol class="endnotes">',
            '<ol class="endnotes">4,711',
            web,
        ),
        (
            "partials/macros.html",
            '<ol class="endnotes">',
            '<ol class="endnotes">4,711',
            printed,
        ),
        ("web.html", "Skip to", '{{ "4,711" }} Skip to', web),
        ("web.html", "Skip to", "{{ 4711 }} tonnes Skip to", web),
    ],
)
def test_a_number_of_a_template_is_refused_with_its_line(
    templates: Path, file: str, before: str, after: str, form: Callable[[Edition], str]
) -> None:
    line = spoil(templates / file, before, after)
    with pytest.raises(RenderError) as caught:
        form(EDITION)
    assert caught.value.exit_status == 4
    assert f"templates/{file}:{line}: the number 4" in caught.value.message
    (problem,) = check_templates(templates, proper_names())
    assert (problem.file, problem.line) == (f"templates/{file}", line)
    assert problem.value.replace(",", "") == "4711"
    assert problem.severity == "error"


@pytest.mark.parametrize("rule", ['content: "4,711"', r"content: '\34 711'"])
def test_a_number_of_a_style_sheet_is_refused(templates: Path, rule: str) -> None:
    sheet = templates / "css" / "print.css"
    sheet.write_text(sheet.read_text("utf-8") + f"\np::after {{ {rule}; }}\n", "utf-8")
    (problem,) = check_templates(templates, proper_names())
    assert (problem.file, problem.line) == (
        "templates/css/print.css",
        sheet.read_text("utf-8").count("\n"),
    )
    with pytest.raises(RenderError, match=r"templates/css/print\.css:\d+"):
        pdf.print_css()


@pytest.mark.slow
def test_what_a_template_computes_is_traced_to_its_line(templates: Path) -> None:
    line = spoil(templates / "web.html", "Skip to", "{{ edition.sections | length * 99 }} Skip to")
    with pytest.raises(RenderError, match=rf"templates/web\.html:{line}: the number 693 in"):
        web(EDITION)


def test_our_own_templates_print_no_number() -> None:
    assert check_templates(templates_dir(), proper_names()) == ()


def spoil(path: Path, before: str, after: str) -> int:
    """Replace words in a file; return the number of their line."""
    source = path.read_text("utf-8")
    assert before in source
    path.write_text(source.replace(before, after, 1), "utf-8")
    return source[: source.index(before)].count("\n") + 1


def section_of(kind: type) -> tuple[Section, Any]:
    return next((s, b) for s in EDITION.sections for b in s.blocks if isinstance(b, kind))


def with_block(kind: type, **changed: Any) -> Edition:
    """Return the edition with other fields in its first block of a kind."""
    section, block = section_of(kind)
    blocks = tuple(replace(b, **changed) if b is block else b for b in section.blocks)
    sections = tuple(replace(s, blocks=blocks) if s is section else s for s in EDITION.sections)
    return replace(EDITION, sections=sections)


def with_figure(**changed: Any) -> Edition:
    first, *others = EDITION.key_figures
    return replace(EDITION, key_figures=(replace(first, **changed), *others))


def _planted() -> dict[str, tuple[Edition, str]]:
    """Return editions with a number planted, and where the refusal says that it stands."""
    said = (f"China shipped {PLANTED} tonnes.",)
    _, exhibit = section_of(Exhibit)
    _, block = section_of(TableBlock)
    first, *others = block.table.rows
    row = (*first[:-1], Cell(said))
    table = replace(block.table, rows=(row, *others))
    data = replace(exhibit.data, rows=((Cell(said), Cell(("drawn",))),))
    figure: KeyFigure = EDITION.key_figures[0]
    assert figure.spark is not None
    spark = replace(figure.spark, alt=said[0])
    columns = (replace(table.columns[0], label=f"Of {PLANTED}"), *table.columns[1:])
    talks, place = "sections.talks.blocks", exhibit.key
    return {
        "headline": (replace(EDITION, headline=said), "headline"),
        "lead": (replace(EDITION, lead=(said,)), "lead.0"),
        "strong words": (replace(EDITION, lead=((StrongSpan(PLANTED),),)), "lead.0"),
        "description": (replace(EDITION, description=said[0]), "description"),
        "note": (replace(EDITION, notes=(said,)), "notes.0"),
        "key figure": (with_figure(label=said[0]), "key_figures.0.label"),
        "unit": (with_figure(unit=f"of {PLANTED}"), "key_figures.0.unit"),
        "spark alt": (with_figure(spark=spark), "key_figures.0.spark.alt"),
        "alt": (with_block(Exhibit, alt=said[0]), f"{talks}.{place}.alt"),
        "subtitle": (with_block(Exhibit, subtitle=said[0]), f"{talks}.{place}.subtitle"),
        "source line": (with_block(Exhibit, source=said), f"{talks}.{place}.source"),
        "data table": (with_block(Exhibit, data=data), f"{talks}.{place}.data.rows.0.0.text"),
        "table cell": (with_block(TableBlock, table=table), "table.rows.0"),
        "column head": (
            with_block(TableBlock, table=replace(block.table, columns=columns)),
            "table.columns.0.label",
        ),
    }


PLANTS = _planted()
HTML_ONLY = {"data table"}


@pytest.mark.parametrize("name", sorted(PLANTS))
def test_a_number_of_the_edition_is_found_with_its_place(name: str) -> None:
    edition, place = PLANTS[name]
    (found, *_) = findings(edition)
    assert found.number == PLANTED
    assert place in found.place


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PLANTS))
def test_a_number_of_the_edition_is_refused_with_place_and_line(name: str) -> None:
    edition, place = PLANTS[name]
    for form in (web, printed) if name not in HTML_ONLY else (web,):
        with pytest.raises(RenderError) as caught:
            form(edition)
        assert caught.value.message.startswith("templates/")
        assert f"the number {PLANTED} in" in caught.value.message
        assert place in caught.value.message
        assert "\n" not in caught.value.message


def test_a_number_in_the_label_of_a_chart_is_refused() -> None:
    _, exhibit = section_of(Exhibit)
    label = replace(exhibit.chart, today_label=PLANTED)
    (found,) = findings(with_block(Exhibit, chart=label))
    assert found.place == "sections.talks.blocks.talks-timeline.chart.today_label"


@pytest.mark.slow
def test_a_number_that_a_drawing_prints_is_refused() -> None:
    with pytest.raises(RenderError, match=rf"templates/.*html:\d+: the number {PLANTED} in"):
        web(EDITION, PLANTED)
    plan = plan_layout(EDITION)
    charts = placeholders(plan)
    key = next(key for key in charts if key == "talks-timeline")
    charts[key] = charts[key].replace(">drawn<", f">{PLANTED}<")
    with pytest.raises(RenderError, match=rf"chart talks-timeline: the number {PLANTED} in"):
        pdf.render_pdf(EDITION, charts, plan)


@pytest.mark.parametrize("words", ["5,864.7 tonnes", "5,865.0", "six"])
def test_the_words_of_a_fact_must_be_its_value(words: str) -> None:
    found = findings(replace(EDITION, headline=(FactSpan("exports.may", words),)))
    assert "is not the value of the fact 'exports.may', 5864.60" in str(found[0])


@pytest.mark.slow
def test_a_page_whose_fact_has_other_words_than_its_value_is_refused() -> None:
    edition = replace(EDITION, headline=(FactSpan("exports.may", "5,864.7 tonnes"),))
    for form in (web, printed):
        with pytest.raises(RenderError, match="is not the value of the fact"):
            form(edition)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("5864.60", "5,865 tonnes"),
        ("5864.60", "the most since 9 May 2024"),
        ("2500000", "2.5 million"),
        ("-0.05", "−0.1%"),
        ("4", "the fourth month in a row"),
    ],
)
def test_words_round_half_up_or_hold_no_number(value: str, words: str) -> None:
    fact = replace(EDITION.facts[0], value=Decimal(value))
    assert list(disagreements(fact, words, proper_names())) == []


@pytest.mark.parametrize(("value", "words"), [("-2.3", "+2.3%"), ("2.3", "−2.3%")])
def test_a_sign_must_be_that_of_the_value(value: str, words: str) -> None:
    fact = replace(EDITION.facts[0], value=Decimal(value))
    assert [found.text for found in disagreements(fact, words, proper_names())] == [words]


def test_a_mark_needs_a_fact() -> None:
    edition = replace(EDITION, headline=(FactSpan("exports.gone", "12"),))
    (found,) = findings(edition)
    assert "is marked as the fact 'exports.gone', which the edition lacks" in str(found)


@pytest.mark.parametrize(
    ("markup", "naked"),
    [
        ("<p>on <b>9</b> June <i>2025</i></p>", []),
        ('<p>rose <data data-fact="exports.on-month">23%</data> in May</p>', []),
        ("<p>rose 23% in May</p>", ["23%"]),
        ("<p>rose by nine in May</p>", ["nine"]),
        ("<td>7</td><td>June</td>", ["7"]),
        ("<p>under Section 301 and H20</p>", []),
        ('<img alt="rose to 12">', ["12"]),
        ('<td data-label="as of 12">x</td>', ["12"]),
        ("<p title=12>x</p>", ["12"]),
        ('<p ALT = "12">x</p>', ["12"]),
        ('<p aria-description="up 12%">x</p>', ["12%"]),
        ("<option label='12'>x</option>", ["12"]),
        ("<p>&frac12; of it, twenty-one firms</p>", ["½", "twenty-one"]),
        ('<a href="#12" style="width:12px" id="n12">x</a>', []),
        ('<sup class="ref">&nbsp;<a href="#s">12</a>,<a href="#t">13</a></sup>', []),
        ('<sup class="ref">12%</sup>', ["12%"]),
        ("<style>p{width:12px}</style><script>12</script>", []),
        ('<p>6<style>5</style>7<script>if (1<2) { "</p>" }</script>8</p>', ["6", "7", "8"]),
        ("<p>5&#56;6</p>", ["586"]),
        ('<meta name="viewport" content="width=12">', []),
        ('<meta name="description" content="rose to 12">', ["12"]),
        ("<svg><path d='M1 2'/><text x='3'>145%</text></svg>", ["145%"]),
        ('<p>rose <data data-fact="exports.on-month">24%</data></p>', ["24%"]),
    ],
)
def test_the_gate_on_markup(markup: str, naked: list[str]) -> None:
    found = markup_findings(walk(markup), FACTS, proper_names())
    assert [finding.number for finding in found] == naked


def test_titles_of_sources_are_their_publishers_words() -> None:
    entry = replace(EDITION.sources[0], publisher="Daily 7", title="Exports rise 12%")
    listed = '<ol class="endnotes"><li><span class="title">{}</span></li></ol>'
    for title, naked in ((entry.title, 0), ("Exports rise 13%", 1)):
        walked = walk(listed.format(title), (entry,))
        assert len(list(markup_findings(walked, FACTS, proper_names()))) == naked
    assert "Daily 7" in names_of(replace(EDITION, sources=(entry,)))


def test_every_number_of_the_page_is_an_element_that_names_its_fact() -> None:
    walked = walk(web(EDITION), EDITION.sources)
    forms = {(span.key, span.text) for span in fact_spans(EDITION)}
    told: Mapping[str, Fact] = FACTS
    assert {key for key, _, _ in walked.facts} <= told.keys()
    shown = {(key, text) for key, text, _ in walked.facts}
    tables = {
        (span.key, span.text)
        for section in EDITION.sections
        for block in section.blocks
        if isinstance(block, Exhibit) and not isinstance(block.chart, LineChart)
        for span in fact_spans(block.data)
    }
    assert tables <= shown
    assert forms & shown >= tables
