"""The printed edition: one PDF that is PDF/A-3a and PDF/UA-1 at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from reports.errors import RenderError
from reports.model import (
    Attachment,
    Edition,
    Exhibit,
    FactSpan,
    SourceEntry,
    Spark,
    printed_sources,
)
from reports.rendering.annex import GUIDE, HEADING
from reports.rendering.context import environment, long_day, shared
from reports.rendering.fonts import print_font_css
from reports.rendering.gate import drawing_findings, drawings, marked, names_of, quiet_style, refuse
from reports.rendering.gate.tracing import gated
from reports.rendering.heights import box_variables
from reports.rendering.layout import Layout, plan_again, plan_layout
from reports.rendering.measure import (
    Measured,
    balanced_otherwise,
    body_pages,
    deserves_another_pass,
    errors,
    faults,
    require_glyphs,
)
from reports.rendering.sheets import Sheet, planned_sheets
from reports.rendering.tokens import print_variables
from reports.rendering.typesetting import LocalTypesetter, Typesetter
from reports.resources import proper_names

if TYPE_CHECKING:
    from markupsafe import Markup

SOURCES = "Sources"
_ROOT = re.compile(r":root\s*\{([^}]*)\}")
_PROPERTY = re.compile(r"(--[\w-]+):\s*([^;}]+)")
_NAME = re.compile(r"var\((--[\w-]+)\)")


@dataclass(frozen=True)
class PdfResult:
    """A finished PDF, its number of pages, and what its layout leaves to wish for."""

    data: bytes
    pages: int
    annex_pages: int
    """How many of them follow the last endnote: they hold the annex alone."""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Pages:
    """The pages of an edition that were laid out; their charts are yet to be set."""

    edition: Edition
    count: int
    annex_count: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class PrintContext:
    """All that `print.html` and its macros see."""

    edition: Edition
    layout: Layout
    front: Mapping[str, float]
    title: str
    description: str
    timestamp: str
    """The end of the day of the edition: the dates of the file, so that no clock is read."""
    css: Any
    form: str
    facts: Mapping[str, Any]
    numbers: Mapping[str, int]
    annex: Mapping[str, str]
    """The heading of the annex and how to read it."""
    sources: Sequence[SourceEntry]
    """The endnotes; the flash prints them in a few lines."""
    drawing: Any
    spark_drawing: Any
    sheets: Sequence[Sheet]


def render_pdf(
    edition: Edition,
    charts: Mapping[str, str],
    layout: Layout | None = None,
    attachments: Sequence[Attachment] = (),
) -> PdfResult:
    """Render an edition as a PDF.

    `charts` holds the SVG of every chart and spark by its key, drawn as `layout.charts` says;
    `attachments` ride inside. Raise RenderError where a chart is missing, a library warns, or a
    character has no glyph.
    """
    typesetter = LocalTypesetter()
    pages = lay_out_pages(typesetter, edition, layout or plan_layout(edition))
    return write_pages(typesetter, pages, charts, attachments)


def lay_out_pages(typesetter: Typesetter, edition: Edition, plan: Layout) -> Pages:
    """Lay out the pages of an edition, whose charts may still be drawn meanwhile.

    Raise RenderError where a character has no glyph, or a flash has no room on its page.
    """
    found = _laid_out(typesetter, edition, plan)
    if deserves_another_pass(plan, found):
        plan = plan_again(edition, plan, errors(plan, found))
        found = _laid_out(typesetter, edition, plan)
    require_glyphs(found, edition)
    count = len(found.white)
    if plan.one_page and count > 1:
        raise RenderError(
            f"the flash of {edition.id.as_of} takes {count} pages",
            "shorten the editor’s headline, standfirst and notes of that day",
        )
    warnings = tuple(faults(found, plan.one_page))
    return Pages(edition, count, count - body_pages(found), warnings)


def _laid_out(typesetter: Typesetter, edition: Edition, plan: Layout) -> Measured:
    """Lay out pages as planned; where a column came out otherwise, have all of them balanced."""
    found = typesetter.lay_out(print_html(edition, plan))
    if balanced_otherwise(plan, found):
        found = typesetter.lay_out(print_html(edition, replace(plan, balances={})))
    return found


def write_pages(
    typesetter: Typesetter,
    pages: Pages,
    charts: Mapping[str, str],
    attachments: Sequence[Attachment] = (),
) -> PdfResult:
    """Write the pages that were laid out last, with their charts; raise as `render_pdf` does."""
    _require_facts(pages.edition, charts)
    data = typesetter.write(charts, attachments)
    return PdfResult(data, pages.count, pages.annex_count, pages.warnings)


def _require_facts(edition: Edition, charts: Mapping[str, str]) -> None:
    """Raise RenderError where a chart prints a number that no fact answers for."""
    facts = {fact.key: fact for fact in edition.facts}
    names = names_of(edition)
    for key, spans in drawings(edition):
        found = drawing_findings(charts.get(key, ""), spans, facts, names)
        if naked := [replace(one, place=f"chart {key}") for one in found]:
            refuse(naked)


def prepare(typesetter: Typesetter) -> None:
    """Lay out and write a small page in our style, so that the first edition finds all warm."""
    style = f"<style>{print_css()}</style>"
    table = "<table><tr><td>9<td><img alt=a src=chart:a></table>"
    typesetter.lay_out(
        f"<html lang=en><head><title>-</title>{style}</head><body>\f<div>{table}</div>\f"
    )
    text = '<text font-family="Archivo">9</text>'
    typesetter.write({"a": f'<svg xmlns="http://www.w3.org/2000/svg">{text}</svg>'}, ())
    for name in ("print.html", "partials/macros.html"):
        environment().get_template(name)


def print_html(edition: Edition, layout: Layout) -> str:
    """Return the page that the PDF is made from; charts are `chart:KEY` in it."""
    from markupsafe import Markup

    def drawing(exhibit: Exhibit) -> Markup:
        return _image(layout, exhibit.chart.key, exhibit.alt, exhibit.drawn, "chart")

    def spark_drawing(spark: Spark, _place: str) -> Markup:
        return _image(layout, spark.key, spark.alt, spark.said, "spark-image")

    known = shared(edition)
    day = long_day(edition.id.as_of).replace("\N{NO-BREAK SPACE}", " ")
    context = PrintContext(
        edition=edition,
        layout=layout,
        front=layout.front,
        title=f"{edition.masthead.name}, {day}: {marked(edition.headline)}",
        description=known.description,
        timestamp=f"{edition.id.as_of.isoformat()}T23:59:59Z",
        css=Markup(print_css()),  # noqa: S704 - our own style sheet
        form="print",
        facts=known.facts,
        numbers=known.numbers,
        annex={"heading": HEADING, "guide": GUIDE},
        sources=printed_sources(edition),
        drawing=drawing,
        spark_drawing=spark_drawing,
        sheets=tuple(planned_sheets(layout, SOURCES, HEADING)),
    )
    template = "flash.html" if layout.one_page else "print.html"
    return gated(template, vars(context), edition)


def _image(layout: Layout, key: str, alt: str, spans: Sequence[FactSpan], kind: str) -> Markup:
    from markupsafe import Markup, escape

    if key not in layout.charts:
        raise RenderError(f"the layout has no place for the chart {key!r}")
    height = layout.charts[key][1]
    words, address = escape(marked(alt, spans, proper_names())), f"chart:{quote(key, safe='')}"
    return Markup(  # noqa: S704 - keys are quoted and words escaped
        f'<img class="{kind}" alt="{words}" src="{address}" style="height:{height}mm">'
    )


def print_css() -> str:
    """Return the style sheet of the PDF with the values of the house style."""
    sheet = quiet_style("print.css", proper_names())
    return written_out("\n".join((print_font_css(), print_variables(), box_variables(), sheet)))


def written_out(sheet: str) -> str:
    """Return a style sheet with the custom properties of its roots in the place of their names.

    WeasyPrint would look each of them up for each element anew. Those that an element sets, such as
    the padding of the cells of a row, stay.
    """
    known = dict(pair for root in _ROOT.findall(sheet) for pair in _PROPERTY.findall(root))
    return _NAME.sub(lambda name: known.get(name[1], name[0]), _ROOT.sub("", sheet))
