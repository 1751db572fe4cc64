"""The printed edition: one PDF that is PDF/A-3a and PDF/UA-1 at once."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

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
from reports.rendering.finish import VARIANT, write
from reports.rendering.fonts import faces, fonts_dir, print_font_css
from reports.rendering.gate import drawing_findings, drawings, marked, names_of, quiet_style, refuse
from reports.rendering.gate.tracing import gated
from reports.rendering.heights import box_variables
from reports.rendering.layout import Layout, plan_again, plan_layout
from reports.rendering.measure import (
    body_pages,
    deserves_another_pass,
    errors,
    faults,
    measure,
    require_glyphs,
    require_own_fonts,
)
from reports.rendering.tokens import print_variables
from reports.resources import proper_names

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class PdfResult:
    """A finished PDF, its number of pages, and what its layout leaves to wish for."""

    data: bytes
    pages: int
    annex_pages: int
    """How many of them follow the last endnote: they hold the annex alone."""
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
    plan = layout or plan_layout(edition)
    with _library_warnings() as logged, _collector_resting():
        page = print_html(edition, plan)
        _require_facts(edition, charts)
        document = lay_out(page, charts)
        found = measure(document)
        if deserves_another_pass(plan, found):
            plan = plan_again(edition, plan, errors(plan, found))
            document = lay_out(print_html(edition, plan), charts)
            found = measure(document)
        require_glyphs(found, edition)
        if plan.one_page and len(document.pages) > 1:
            raise RenderError(
                f"the flash of {edition.id.as_of} takes {len(document.pages)} pages",
                "shorten the editor’s headline, standfirst and notes of that day",
            )
        data = write(document, attachments)
    if logged:
        raise RenderError("the PDF is faulty: " + "; ".join(logged))
    require_own_fonts(document)
    count = len(document.pages)
    return PdfResult(data, count, count - body_pages(found), tuple(faults(found, plan.one_page)))


def _require_facts(edition: Edition, charts: Mapping[str, str]) -> None:
    """Raise RenderError where a chart prints a number that no fact answers for."""
    facts = {fact.key: fact for fact in edition.facts}
    names = names_of(edition)
    for key, spans in drawings(edition):
        found = drawing_findings(charts.get(key, ""), spans, facts, names)
        if naked := [replace(one, place=f"chart {key}") for one in found]:
            refuse(naked)


def load_libraries() -> None:
    """Import what pages are rendered and laid out with, and nothing that reads a template."""
    import weasyprint  # noqa: F401


def prepare() -> None:
    """Import WeasyPrint and lay out a small page, so that the first edition finds all warm.

    For a process of its own, while the edition is still being written.
    """
    with _library_warnings(), _collector_resting():
        html = f"<style>{print_css()}</style><table><tr><td>9<td><img alt=a src=chart:a></table>"
        svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>9</text></svg>'
        lay_out(html, {"a": svg}).write_pdf(pdf_variant=VARIANT)
    environment().get_template("print.html")


@lru_cache(maxsize=1)
def keep_fonts() -> None:
    """Let all documents of this process share one configuration of fonts from now on.

    Each configuration of its own leaves some memory behind, which a process of one edition does not
    notice and a worker of hundreds does. Its folder of font files goes when the process ends.
    """
    import atexit

    from weasyprint.text.fonts import FontConfiguration

    _SHARED.append(FontConfiguration())
    atexit.register(_SHARED.clear)


_SHARED: list[Any] = []
"""The configuration of fonts that documents share, if they do."""


def lay_out(html: str, charts: Mapping[str, str]) -> Any:
    """Return a page's document as WeasyPrint lays it out; raise RenderError for a missing chart."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    try:
        page = HTML(string=html, url_fetcher=fetcher(charts))
        return page.render(font_config=next(iter(_SHARED), None), pdf_variant=VARIANT)
    except FatalURLFetchingError as error:
        raise RenderError(f"the PDF is faulty: {error.__cause__ or error}") from error


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
    return "\n".join((print_font_css(), print_variables(), box_variables(), sheet))


def fetcher(charts: Mapping[str, str]) -> Any:
    """Return a fetcher that knows the charts and the fonts, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    fonts = {f"{face.stem}.ttf" for face in faces() if face.print}

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), fail_on_errors=True)

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            scheme, _, name = url.partition(":")
            name = unquote(name)
            if scheme == "chart" and name in charts:
                return URLFetcherResponse(
                    url, charts[name].encode(), {"Content-Type": "image/svg+xml"}
                )
            if scheme == "fonts" and name in fonts:
                return URLFetcherResponse(url, (fonts_dir() / name).read_bytes())
            raise ValueError(f"nothing but charts and fonts may be read, not {url}")

    return Fetcher()


@contextmanager
def _library_warnings() -> Iterator[list[str]]:
    """Collect what WeasyPrint and fontTools complain of."""
    found: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(f"{record.name}: {record.getMessage()}")

    handler = Collector(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    before = [(logger.propagate, logger.handlers[:]) for logger in loggers]
    for logger in loggers:
        logger.propagate, logger.handlers[:] = False, [handler]
    try:
        yield found
    finally:
        for logger, (propagate, handlers) in zip(loggers, before, strict=True):
            logger.propagate, logger.handlers[:] = propagate, handlers


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Keep the garbage collector from walking the many boxes of a layout, which all live on."""
    enabled = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()
