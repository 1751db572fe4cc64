"""The printer's side of a build: pages are planned, laid out and written, a request for each.

So the charts can be drawn as the plan says while the pages are laid out, and so can everything else
be made that a PDF takes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.model import Attachment, Edition
    from reports.rendering.layout import Layout
    from reports.rendering.pdf import Pages, PdfResult


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


@dataclass
class Press:
    """Keeps what a request leaves to the next one."""

    _planned: list[tuple[Edition, Layout]] = field(default_factory=list)
    _laid: list[Pages] = field(default_factory=list)

    def prepare(self) -> None:
        """Import and warm all that printing takes, while there is nothing to print yet."""
        from reports.rendering.pdf import prepare

        prepare()

    def work(self, job: Job) -> Layout | PdfResult | None:
        """Answer a request; raise RenderError for pages that cannot be made."""
        from reports.rendering.layout import plan_layout
        from reports.rendering.pdf import lay_out_pages, write_pages

        if isinstance(job, Plan):
            layout = plan_layout(job.edition)
            self._planned.append((job.edition, layout))
            return layout
        if isinstance(job, LayOut):
            self._laid.append(lay_out_pages(*self._planned.pop()))
            return None
        return write_pages(self._laid.pop(), job.charts, job.attachments)
