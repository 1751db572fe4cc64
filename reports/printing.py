"""The printer's side of a build: pages are planned, laid out and written, a request for each.

So the charts can be drawn as the plan says while the pages are laid out, and so can everything else
be made that a PDF takes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.model import Attachment, Edition
    from reports.rendering.layout import Layout
    from reports.rendering.pdf import Pages, PdfResult
    from reports.rendering.typesetting import Typesetter


@dataclass(frozen=True)
class Plan:
    """Asks for the plan of an edition's pages."""

    edition: Edition


@dataclass(frozen=True)
class LayOut:
    """Asks for the pages that were planned last to be laid out; there is no answer but None."""


@dataclass(frozen=True)
class Write:
    """Asks for the PDF of the pages that were laid out last."""

    charts: Mapping[str, str]
    attachments: tuple[Attachment, ...]


Job = Plan | LayOut | Write


class Press:
    """Does the printer's work, and keeps what a request leaves to the next one.

    With a typesetter given, that is warm already.
    """

    def __init__(self, typesetter: Typesetter | None = None) -> None:
        self._given = typesetter
        self._own: Typesetter | None = None
        self._planned: list[tuple[Edition, Layout]] = []
        self._pages: list[Pages] = []

    def prepare(self) -> None:
        """Import and warm all that printing takes, while there is nothing to print yet."""
        from reports.rendering.pdf import prepare

        if self._given is None:
            prepare(self._typesetter)

    def work(self, job: Job) -> Layout | PdfResult | None:
        """Answer a request; raise RenderError for pages that cannot be made."""
        from reports.rendering.layout import plan_layout
        from reports.rendering.pdf import lay_out_pages, write_pages

        if isinstance(job, Plan):
            layout = plan_layout(job.edition)
            self._planned.append((job.edition, layout))
            return layout
        if isinstance(job, LayOut):
            self._pages.append(lay_out_pages(self._typesetter, *self._planned.pop()))
            return None
        return write_pages(self._typesetter, self._pages.pop(), job.charts, job.attachments)

    def close(self) -> None:
        """Give back what a typesetter of its own holds."""
        if self._own:
            self._own.close()

    @property
    def _typesetter(self) -> Typesetter:
        if self._given:
            return self._given
        if self._own is None:
            from reports.rendering.typesetting import LocalTypesetter

            self._own = LocalTypesetter()
        return self._own
