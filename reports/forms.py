"""The forms of an edition: charts, web page and PDF, made at the same time where that pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import drawings

if TYPE_CHECKING:
    from reports.drawings import Drawing
    from reports.model import Edition
    from reports.rendering.layout import Layout
    from reports.rendering.pdf import PdfResult
    from reports.timing import Stopwatch
    from reports.workers import Crew, Worker

    Artist = Worker[tuple[Drawing, ...], dict[str, str]]
    Printer = Worker[tuple[Edition, dict[str, str], Layout], PdfResult]


@dataclass(frozen=True)
class Staff:
    """Who makes the forms that are asked for; nobody prints where no PDF is."""

    formats: tuple[str, ...]
    artist: Artist
    printer: Printer | None


@dataclass(frozen=True)
class Forms:
    """The bytes of each form, the number of printed pages, and what the printer warned of."""

    contents: Mapping[str, bytes]
    pages: int | None
    warnings: tuple[str, ...]


def hire(team: Crew, formats: tuple[str, ...]) -> Staff:
    """Start the workers that the formats need; each imports its libraries while others work."""
    printer: Printer | None = None
    if "pdf" in formats:  # First, as it takes longest to get ready.
        printer = team.start("that lays out the PDF", _prepare_printer, _print)
    artist: Artist = team.start("that draws the charts", drawings.prepare, drawings.draw)
    return Staff(formats, artist, printer)


def make(staff: Staff, edition: Edition, pdf_name: str, watch: Stopwatch) -> Forms:
    """Make every form: charts of the PDF first, the web page while the PDF is laid out."""
    from reports.model import to_json
    from reports.rendering.layout import plan_layout
    from reports.rendering.web import render_html

    artist, printer, printed = staff.artist, staff.printer, None
    contents = {"edition": (to_json(edition, indent=1) + "\n").encode()}
    if printer:
        watch.begin("Planning the pages")
        layout = plan_layout(edition)
        artist.ask(drawings.for_print(edition, layout))
    if "html" in staff.formats:
        artist.ask(drawings.for_web(edition))
    if "png" in staff.formats:
        artist.ask(drawings.for_sharing(edition))
    watch.begin("Drawing the charts")
    if printer:
        printer.ask((edition, artist.answer(), layout))
    if "html" in staff.formats:
        charts = artist.answer()
        watch.begin("Writing the web page")
        contents["html"] = render_html(
            edition, charts, pdf_name=pdf_name if printer else ""
        ).encode()
    if "png" in staff.formats:
        contents |= artist.answer()
    if printer:
        watch.begin("Laying out the PDF")
        printed = printer.answer()
        contents["pdf"] = printed.data
    return Forms(contents, printed.pages if printed else None, printed.warnings if printed else ())


def _prepare_printer() -> None:
    from reports.rendering.pdf import prepare

    prepare()


def _print(job: tuple[Edition, dict[str, str], Layout]) -> PdfResult:
    from reports.rendering.pdf import render_pdf

    edition, charts, layout = job
    return render_pdf(edition, charts, layout)
