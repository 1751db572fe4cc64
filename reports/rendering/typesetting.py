"""What we ask of WeasyPrint: to lay out pages, to write them as a PDF, and to tell of its troubles.

A page of the plan is laid out as a document of its own, and before its charts are drawn: an image
takes the room that its style gives it. What was laid out is kept for the next time, as a document
of which a line has changed has most of its pages as they were.
"""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Protocol
from urllib.parse import unquote
from xml.etree import ElementTree

from reports.errors import RenderError
from reports.model import Attachment
from reports.rendering.finish import VARIANT, write
from reports.rendering.fonts import faces, fonts_dir
from reports.rendering.measure import Measured, measure, require_own_fonts

_BLANK = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
_CHART = "chart:"
_CUT = "\f"
"""Stands before each sheet of a page, and after the last."""
_HEAD = '<!doctype html><html lang="en-GB"><head><title>-</title></head>'
"""Of the sheets behind the first, from which a PDF takes its title and the like."""
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_PAGES = re.compile(r'data-pages="\d+"')


@dataclass(frozen=True)
class _LaidOut:
    """A sheet, or all of them; charts are blank at first."""

    document: Any
    images: tuple[tuple[str, Any], ...]
    """Each image with its address."""


class Typesetter(Protocol):
    """Lays out pages and writes them, here or in another process."""

    def lay_out(self, page: str) -> Measured:
        """Lay out a page that is cut into sheets, and measure them.

        Charts have addresses such as `chart:exports`. Raise RenderError for any other address, and
        for whatever the library warns of.
        """

    def write(self, charts: Mapping[str, str], attachments: Sequence[Attachment]) -> bytes:
        """Return the PDF of what was laid out last, with SVG by key for its charts, and files.

        Raise RenderError where a chart is missing, a font is not ours, or the library warns.
        """

    def close(self) -> None:
        """Give back what it holds on disk."""


class LocalTypesetter:
    """Keeps the sheets of the last page that it laid out: most of the next may be the same.

    One for a process, where there are many editions: each configuration of fonts leaves some memory
    behind.
    """

    def __init__(self) -> None:
        from weasyprint.text.fonts import FontConfiguration

        self._fonts = FontConfiguration()
        self._style: tuple[str | None, Any] = (None, None)
        self._kept: dict[str, _LaidOut] = {}
        self._whole: _LaidOut | None = None

    def lay_out(self, page: str) -> Measured:
        """Lay out a page, and measure it."""
        from weasyprint.urls import FatalURLFetchingError

        with library_warnings() as logged, collector_resting():
            try:
                sheets = self._sheets(page)
            except FatalURLFetchingError as error:
                self._forget()
                raise RenderError(f"the PDF is faulty: {error.__cause__ or error}") from error
            pages = [page for sheet in sheets for page in sheet.document.pages]
            whole = sheets[0].document.copy(pages)
            found = measure(whole)
        if logged:
            self._forget()
        _refuse_troubles(logged)
        self._whole = _LaidOut(whole, tuple(image for sheet in sheets for image in sheet.images))
        return found

    def write(self, charts: Mapping[str, str], attachments: Sequence[Attachment]) -> bytes:
        """Return the PDF of what was laid out last."""
        if self._whole is None:
            raise ValueError("nothing has been laid out")
        document = self._whole.document
        with library_warnings() as logged, collector_resting():
            for address, image in self._whole.images:
                _set_chart(image, charts, address)
            data = write(document, attachments)
        _refuse_troubles(logged)
        require_own_fonts(document)
        return data

    def close(self) -> None:
        """Remove the fonts that were unpacked, as a process that ends at once would leave them."""
        self._forget()
        self._whole = None
        self._fonts.__del__()

    def _forget(self) -> None:
        """Keep nothing: of what is kept, style or sheet, the library does not warn again."""
        self._kept, self._style = {}, (None, None)

    def _sheets(self, page: str) -> list[_LaidOut]:
        """Return the sheets of a page, numbered as they turn out.

        One that takes more than a page is against the plan. Those behind it are numbered anew.
        """
        style, head, bodies = _cut(page)
        self._take_style(style)
        numbers, total = [*range(1, len(bodies) + 1)], len(bodies)
        for _ in range(2):
            texts = [
                _sheet(head if number == 1 else "", body, number, total)
                for number, body in zip(numbers, bodies, strict=True)
            ]
            sheets = {text: self._kept.get(text) or self._laid_out(text) for text in texts}
            self._kept = sheets
            sizes = [len(sheets[text].document.pages) for text in texts]
            if sum(sizes) == total:
                break
            numbers, total = [1, *(1 + end for end in accumulate(sizes[:-1]))], sum(sizes)
        return [sheets[text] for text in texts]

    def _take_style(self, style: str) -> None:
        """Read a style sheet, unless it is that of the sheets that are kept."""
        from weasyprint import CSS

        if style != self._style[0]:
            self._kept = {}
            sheet = CSS(string=style, font_config=self._fonts, url_fetcher=fetcher())
            self._style = (style, sheet)

    def _laid_out(self, html: str) -> _LaidOut:
        from weasyprint import HTML

        images: dict[str, Any] = {}
        document = HTML(string=html, url_fetcher=fetcher()).render(
            stylesheets=[self._style[1]],
            font_config=self._fonts,
            pdf_variant=VARIANT,
            cache=images,
        )
        return _LaidOut(document, tuple(images.items()))


def _cut(page: str) -> tuple[str, str, list[str]]:
    """Return the style of a page, its head without it, and its sheets."""
    head, *bodies, _ = page.split(_CUT)
    head = head.partition("<body>")[0]
    return "\n".join(_STYLE.findall(head)), _STYLE.sub("", head), bodies


def _sheet(head: str, body: str, number: int, total: int) -> str:
    """Return a sheet as a document of its own, which counts its pages from a number."""
    start = f"<style>@page:first{{counter-reset:page {number}}}</style></head>"
    opening = (head or _HEAD).replace("</head>", start, 1)
    # The sheet becomes the body, so that it is no part of what the PDF is tagged with.
    body = body.strip().removeprefix("<div").removesuffix("</div>")
    return f"{opening}<body" + _PAGES.sub(f'data-pages="{total}"', body)


def _set_chart(image: Any, charts: Mapping[str, str], address: str) -> None:
    """Have an image show a chart, as if it had been loaded so."""
    svg = charts.get(unquote(address.removeprefix(_CHART)))
    if svg is None:
        raise RenderError(f"the PDF is faulty: there is no drawing for {address}")
    tree = ElementTree.fromstring(svg)  # noqa: S314 - drawn by ourselves
    image.__init__(tree, image._base_url, image._url_fetcher, image._context)


def _refuse_troubles(logged: Sequence[str]) -> None:
    if logged:
        raise RenderError("the PDF is faulty: " + "; ".join(logged))


def load_libraries() -> None:
    """Import what pages are rendered and laid out with, and nothing that reads a template."""
    import weasyprint  # noqa: F401


def fetcher() -> Any:
    """Return a fetcher that knows the fonts, has a blank for each chart, and refuses the rest."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    fonts = {f"{face.stem}.ttf" for face in faces() if face.print}

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), fail_on_errors=True)

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            scheme, _, name = url.partition(":")
            name = unquote(name)
            if scheme == "chart":
                return URLFetcherResponse(url, _BLANK, {"Content-Type": "image/svg+xml"})
            if scheme == "fonts" and name in fonts:
                return URLFetcherResponse(url, (fonts_dir() / name).read_bytes())
            raise ValueError(f"nothing but charts and fonts may be read, not {url}")

    return Fetcher()


@contextmanager
def library_warnings() -> Iterator[list[str]]:
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
def collector_resting() -> Iterator[None]:
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
