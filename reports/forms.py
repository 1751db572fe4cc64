"""The forms of an edition: PDF, web page, e-mail and pictures, made at once where that pays.

A maker of a form is asked three times: to order its charts, to work on them, to hand over. All of
them order before one works, so that charts are drawn while pages are written and laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reports import drafts, drawings

if TYPE_CHECKING:
    from reports.drawings import Drawing, Picture
    from reports.model import Attachment, Edition
    from reports.rendering.layout import Layout
    from reports.rendering.pdf import PdfResult
    from reports.timing import Stopwatch
    from reports.workers import Crew, Worker

    Artist = Worker[Sequence[Drawing | Picture], dict[str, bytes]]
    PdfJob = tuple[Edition, dict[str, str], Layout, tuple[Attachment, ...]]


@dataclass(frozen=True)
class Made:
    """Files by form, the number of printed pages if there are any, and what to warn of."""

    contents: Mapping[str, bytes]
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    annex_pages: int = 0


class Maker(Protocol):
    """Makes one form of an edition."""

    def order(self, edition: Edition) -> None:
        """Order the charts of the form."""

    def work(self, attachments: tuple[Attachment, ...]) -> None:
        """Take the charts that were ordered and make the form of them, or have it made.

        A form that can hold files takes the attachments in.
        """

    def hand_over(self) -> Made:
        """Return the finished form."""


def hire(team: Crew, formats: tuple[str, ...], cache: Path | None = None) -> tuple[Maker, ...]:
    """Start the workers that the formats need; each imports its libraries while others work.

    Drawn charts are kept in the folder `cache`.
    """
    studio = drawings.studio(cache)
    # The printer first: it takes longest to get ready, and its charts are to be drawn first.
    printer = None
    if "pdf" in formats:
        printer = team.start("that lays out the PDF", _prepare_printer, _print)
    artist: Artist = team.start("that draws the charts", studio.prepare, studio.draw)
    makers: tuple[Maker, ...] = (_Pdf(artist, printer),) if printer else ()
    if "html" in formats:
        makers += (_WebPage(artist, has_pdf=printer is not None),)
    if "email" in formats:
        makers += (_Email(artist),)
    if "png" in formats:
        makers += (_Pictures(artist),)
    return makers


def make(
    makers: tuple[Maker, ...],
    edition: Edition,
    rows: Mapping[str, bytes],
    watch: Stopwatch,
    early: Callable[[Made], object] | None = None,
) -> Made:
    """Make every form of an edition, and the edition itself and its facts as JSON.

    `rows` holds, by table, the rows of the dataset that the edition rests on, as CSV. `early` hears
    of the web page before any other form is begun.
    """
    from reports.model import to_json
    from reports.rendering.downloads import attachments
    from reports.rendering.gate import findings, refuse
    from reports.rendering.ledger import facts_file

    others = _after_the_page(makers, edition, watch, early) if early else makers
    watch.begin("Planning the pages")
    for maker in others:
        maker.order(edition)
    written = f"{to_json(edition, indent=1)}\n".encode()
    contents = {"edition": written, "facts": facts_file(edition)}
    inside = attachments(edition, contents["facts"], rows)
    watch.begin("Drawing the charts")
    for maker in others:
        maker.work(inside)
    found = findings(edition)
    watch.begin("Laying out the PDF")
    made = [maker.hand_over() for maker in makers]
    for form in made:
        contents |= form.contents
    if found:  # Last: the form that prints it names the line of the template as well.
        refuse(found)
    return Made(
        contents,
        pages=next((form.pages for form in made if form.pages), None),
        annex_pages=sum(form.annex_pages for form in made),
        warnings=tuple(warning for form in made for warning in form.warnings),
    )


def _after_the_page(
    makers: tuple[Maker, ...],
    edition: Edition,
    watch: Stopwatch,
    early: Callable[[Made], object],
) -> tuple[Maker, ...]:
    """Make the web page, hand it over if nothing is wrong with it, and return the other makers."""
    from reports.rendering.gate import findings

    watch.begin("Writing the page")
    for page in (maker for maker in makers if isinstance(maker, _WebPage)):
        page.order(edition)
        page.work(())
        if not findings(edition):
            early(page.hand_over())
    return tuple(maker for maker in makers if not isinstance(maker, _WebPage))


class _Pdf:
    def __init__(self, artist: Artist, printer: Worker[PdfJob, PdfResult]) -> None:
        self._artist = artist
        self._printer = printer

    def order(self, edition: Edition) -> None:
        from reports.rendering.layout import plan_layout

        self._edition, self._layout = edition, plan_layout(edition)
        self._artist.ask(drawings.for_print(edition, self._layout))

    def work(self, attachments: tuple[Attachment, ...]) -> None:
        charts = _svg(self._artist.answer())
        self._printer.ask((self._edition, charts, self._layout, attachments))

    def hand_over(self) -> Made:
        printed = self._printer.answer()
        contents = {"pdf": printed.data}
        return Made(contents, printed.pages, printed.warnings, printed.annex_pages)


class _WebPage:
    def __init__(self, artist: Artist, *, has_pdf: bool) -> None:
        self._artist = artist
        self._has_pdf = has_pdf

    def order(self, edition: Edition) -> None:
        self._edition = edition
        self._artist.ask(drawings.for_web(edition))

    def work(self, attachments: tuple[Attachment, ...]) -> None:
        del attachments
        from reports.rendering.web import render_html

        name = drafts.file_name("pdf", self._edition.id.as_of, self._edition.id.variant)
        pdf = name if self._has_pdf else ""
        charts = _svg(self._artist.answer())
        self._page = render_html(self._edition, charts, pdf_name=pdf).encode()

    def hand_over(self) -> Made:
        return Made({"html": self._page})


class _Email:
    def __init__(self, artist: Artist) -> None:
        self._artist = artist

    def order(self, edition: Edition) -> None:
        self._edition = edition
        self._artist.ask(drawings.for_email(edition))

    def work(self, attachments: tuple[Attachment, ...]) -> None:
        del attachments
        from reports.rendering.email import render_email

        self._pictures = self._artist.answer()
        self._email = render_email(self._edition, self._pictures)

    def hand_over(self) -> Made:
        bodies = {"body.html": self._email.html, "body.txt": self._email.text}
        contents = {f"email/{name}": body.encode() for name, body in bodies.items()}
        contents |= {f"email/{key}.png": picture for key, picture in self._pictures.items()}
        return Made(contents, warnings=self._email.warnings)


class _Pictures:
    def __init__(self, artist: Artist) -> None:
        self._artist = artist

    def order(self, edition: Edition) -> None:
        self._artist.ask(drawings.for_sharing(edition))

    def work(self, attachments: tuple[Attachment, ...]) -> None:
        del attachments
        self._pictures = self._artist.answer()

    def hand_over(self) -> Made:
        return Made({f"png/{key}": picture for key, picture in self._pictures.items()})


def _svg(drawn: Mapping[str, bytes]) -> dict[str, str]:
    return {name: content.decode() for name, content in drawn.items()}


def _prepare_printer() -> None:
    from reports.rendering.pdf import prepare

    prepare()


def _print(job: PdfJob) -> PdfResult:
    from reports.rendering.pdf import render_pdf

    return render_pdf(*job)
