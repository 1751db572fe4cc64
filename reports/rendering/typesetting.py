"""What we ask of WeasyPrint: to lay out a page, set charts into it, and tell of its troubles.

A page is laid out before its charts are drawn: an image takes the room that its style gives it. So
both take place at once.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from reports.errors import RenderError
from reports.rendering.finish import VARIANT
from reports.rendering.fonts import faces, fonts_dir

_BLANK = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
_CHART = "chart:"


@dataclass(frozen=True)
class LaidOut:
    """A document whose pages are laid out, and its images by address; charts are blank at first."""

    document: Any
    images: Mapping[str, Any]

    def set_charts(self, charts: Mapping[str, str]) -> None:
        """Put SVG into the places of the charts, by key; raise RenderError where one is missing."""
        for address, image in self.images.items():
            svg = charts.get(unquote(address.removeprefix(_CHART)))
            if svg is None:
                raise RenderError(f"the PDF is faulty: there is no drawing for {address}")
            # As WeasyPrint loads an image, so that it is drawn by the same means.
            image.__init__(
                ElementTree.fromstring(svg),  # noqa: S314 - drawn by ourselves
                image._base_url,
                image._url_fetcher,
                image._context,
            )


def lay_out(html: str) -> LaidOut:
    """Lay out a page whose charts have addresses such as `chart:exports`; raise RenderError."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    images: dict[str, Any] = {}
    try:
        page = HTML(string=html, url_fetcher=fetcher())
        fonts = next(iter(_SHARED), None)
        document = page.render(font_config=fonts, pdf_variant=VARIANT, cache=images)
    except FatalURLFetchingError as error:
        raise RenderError(f"the PDF is faulty: {error.__cause__ or error}") from error
    return LaidOut(document, images)


def load_libraries() -> None:
    """Import what pages are rendered and laid out with, and nothing that reads a template."""
    import weasyprint  # noqa: F401


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
