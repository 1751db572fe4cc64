"""The forms of an edition: PDF, web page, e-mail and pictures, made at once where that pays.

A maker of a form is asked three times: to order what others do for it, to work on that, to hand
over. All of them order before one works, so that pages are laid out while charts are drawn and the
web page is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from reports import drafts, drawings
from reports.printing import LayOut, Plan, Press, Write

if TYPE_CHECKING:
    from reports.drawings import Drawing, Picture
    from reports.model import Attachment, Edition
    from reports.printing import Job
    from reports.rendering.typesetting import Typesetter
    from reports.timing import Stopwatch
    from reports.workers import Crew, Worker

    Artist = Worker[Sequence[Drawing | Picture], dict[str, bytes]]
    Printer = Worker[Job, Any]


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
        """Order what others work on for the form: its charts, its pages."""

    def work(self, attachments: tuple[Attachment, ...]) -> None:
        """Take the charts that were ordered and make the form of them, or have it made.

        A form that can hold files takes the attachments in.
        """

    def hand_over(self) -> Made:
        """Return the finished form."""


def hire(
    team: Crew,
    formats: tuple[str, ...],
    cache: Path | None = None,
    typesetter: Typesetter | None = None,
) -> tuple[Maker, ...]:
    """Start the workers that the formats need; each imports its libraries while others work.

    Drawn charts are kept in the folder `cache`, laid out pages in a typesetter. The web page is the
    first of the makers and the PDF the last: it orders no charts before its pages are planned.
    """
    studio = drawings.studio(cache)
    printer = None
    if "pdf" in formats:
        press = Press(typesetter)
        printer = team.start("that lays out the PDF", press.prepare, press.work, close=press.close)
    # Pages take longest, and do without charts until they are laid out.
    artist: Artist = team.start(
        "that draws the charts", studio.prepare, studio.draw, yielding=printer is not None
    )
    makers: tuple[Maker, ...] = ()
    if "html" in formats:
        makers += (_WebPage(artist, has_pdf=printer is not None),)
    if "email" in formats:
        makers += (_Email(artist),)
    if "png" in formats:
        makers += (_Pictures(artist),)
    return (*makers, _Pdf(artist, printer)) if printer else makers


def make(
    makers: tuple[Maker, ...],
    edition: Edition,
    rows: Mapping[str, bytes],
    watch: Stopwatch,
    early: Callable[[Made], object] | None = None,
) -> Made:
    """Make every form of an edition, and the edition itself and its facts as JSON.

    `rows` holds, by table, the rows of the dataset that the edition rests on, as CSV. `early` hears
    of the web page as soon as that is made, unless something is wrong with it.
    """
    from reports.model import to_json
    from reports.rendering.downloads import attachments
    from reports.rendering.gate import findings, refuse
    from reports.rendering.ledger import facts_file

    watch.begin("Drawing the charts")
    # Pages take longest; the others order in the order in which they are answered.
    for maker in sorted(makers, key=lambda maker: not isinstance(maker, _Pdf)):
        maker.order(edition)
    found = findings(edition)
    pages = tuple(maker for maker in makers if isinstance(maker, _WebPage))
    for page in pages:
        page.work(())
        if early and not found:
            early(page.hand_over())
    written = f"{to_json(edition, indent=1)}\n".encode()
    contents = {"edition": written, "facts": facts_file(edition)}
    inside = attachments(edition, contents["facts"], rows)
    for maker in makers[len(pages) :]:
        maker.work(inside)
    watch.begin("Laying out the PDF")
    made = [maker.hand_over() for maker in makers]
    if found:  # Last: the form that prints it names the line of the template as well.
        refuse(found)
    return _together(made, contents)


def _together(made: Sequence[Made], contents: dict[str, bytes]) -> Made:
    """Return all forms as one, with the contents that belong to all of them."""
    for form in made:
        contents |= form.contents
    return Made(
        contents,
        pages=next((form.pages for form in made if form.pages), None),
        annex_pages=sum(form.annex_pages for form in made),
        warnings=tuple(warning for form in made for warning in form.warnings),
    )


class _Pdf:
    def __init__(self, artist: Artist, printer: Printer) -> None:
        self._artist = artist
        self._printer = printer

    def order(self, edition: Edition) -> None:
        self._edition = edition
        self._printer.ask(Plan(edition))
        self._printer.ask(LayOut())

    def work(self, attachments: tuple[Attachment, ...]) -> None:
        layout = self._printer.answer()
        self._artist.ask(drawings.for_print(self._edition, layout))
        self._printer.ask(Write(_svg(self._artist.answer()), attachments))

    def hand_over(self) -> Made:
        self._printer.answer()  # The pages are laid out, or it says why they are not.
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
