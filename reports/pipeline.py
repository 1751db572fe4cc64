"""The order of the stages, on one screen: dataset, edition, charts, pages, files.

Imports stand where they are needed: pandas, matplotlib and WeasyPrint together take longer to
import than an edition takes to build, so each process loads only what it works with.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reports import digest, drafts, files
from reports.drafts import Built
from reports.errors import RenderError, ReportsError, reason_of, unreadable
from reports.resources import templates_dir
from reports.variants import FLASH, FULL

if TYPE_CHECKING:
    from reports import forms
    from reports.dataset import AsOfView, Dataset
    from reports.forms import Maker
    from reports.model import Edition
    from reports.rendering.typesetting import Typesetter
    from reports.timing import Stopwatch

Tell = Callable[[str], object]
Made = tuple[Built, Mapping[str, bytes]]
"""What was built, and its files by form."""
UNKNOWN = ""
"""The inputs of files that no later build may take for its own."""


@dataclass(frozen=True)
class BuildRequest:
    """What to build, from where to where."""

    data: Path
    output: Path
    as_of: date | None
    """None: the newest day on which the dataset learned something."""
    formats: tuple[str, ...] = ("html", "pdf")
    strict: bool = False
    """Take a warning for a failure."""
    processes: bool = True
    """Build this one edition in several processes; the bytes are the same in one."""
    variant: str = FULL
    cache: Path | None = None
    """Where drawn charts are kept for later builds; None: every chart is drawn."""
    dataset: Dataset | None = None
    """What `data` holds, where it has been loaded already."""
    typesetter: Typesetter | None = None
    """What lays out pages, where it has laid out others before."""
    early: Callable[[Built, Mapping[str, bytes]], object] | None = None
    """Takes the web page as soon as that is made; the other forms are made after it."""


def build(request: BuildRequest, tell: Tell | None = None) -> Built:
    """Build an edition and write its files, unless they stand there as they would be built.

    `tell` hears the name of each stage as it begins. Raise DataError for a wrong dataset and
    RenderError for pages or files that cannot be made; the files of earlier builds then stay.
    """
    return build_variants(request, (request.variant,), tell)[0]


def build_variants(
    request: BuildRequest, variants: Sequence[str], tell: Tell | None = None
) -> tuple[Built, ...]:
    """Build some variants of a day as `build` does one, all that are missing from one view."""
    files.require_writable(request.output)
    inputs = inputs_digest(request.data)
    found = {variant: find(replace(request, variant=variant), inputs) for variant in variants}
    missing = tuple(variant for variant, built in found.items() if built is None)
    made = {built.variant: (built, contents) for built, contents in _made(request, missing, tell)}
    done = [found[variant] or made[variant][0] for variant in variants]
    if request.strict and (warnings := dict.fromkeys(w for built in done for w in built.warnings)):
        raise ReportsError("; ".join(warnings), "build without --strict to see the pages")
    # What changed while it was read may have gone into the files, or not.
    steady = not made or inputs_digest(request.data) == inputs
    for built, contents in made.values():
        save(request, built, contents, inputs if steady else UNKNOWN)
    return tuple(done)


def save(request: BuildRequest, built: Built, contents: Mapping[str, bytes], inputs: str) -> None:
    """Write the files of a build; the room that the charts of earlier ones take is theirs.

    Raise RenderError where they cannot be written.
    """
    try:
        drafts.save(built, contents, request.formats, inputs)
    except RenderError as error:
        cause = error.__cause__
        if not request.cache or getattr(cause, "errno", None) not in (errno.ENOSPC, errno.EDQUOT):
            raise
        from reports.cache import clear

        clear(request.cache)
        drafts.save(built, contents, request.formats, inputs)


def find(request: BuildRequest, inputs: str) -> Built | None:
    """Return the earlier build of the same inputs, if there is one and its files are intact."""
    built = drafts.find(request.output, request.as_of, request.formats, inputs, request.variant)
    if built and digest.files_are_intact(request.data, built.parts):
        return built
    return None


def inputs_digest(data: Path) -> str:
    """Return the digest of all that decides an edition but its day; raise DataError."""
    try:
        return digest.inputs_digest((data, templates_dir()))
    except OSError as error:
        raise unreadable(error) from error


def _made(request: BuildRequest, variants: tuple[str, ...], tell: Tell | None) -> tuple[Made, ...]:
    try:
        return make_variants(request, variants, tell) if variants else ()
    except OSError as error:
        # WeasyPrint writes temporary files of its own.
        place = f"{error.filename}: " if error.filename else ""
        raise RenderError(
            f"the edition cannot be made: {place}{reason_of(error)}",
            "see that the folder for temporary files (TMPDIR) can be written and has room",
        ) from error


def make(request: BuildRequest, tell: Tell | None = None) -> Made:
    """Make the files of an edition, by form, without writing them."""
    return make_variants(request, (request.variant,), tell)[0]


def make_variants(
    request: BuildRequest, variants: tuple[str, ...], tell: Tell | None = None
) -> tuple[Made, ...]:
    """Make the files of some variants of a day, all from one view, without writing them."""
    from reports import forms
    from reports.timing import Stopwatch
    from reports.workers import crew

    watch = Stopwatch(tell)
    with crew(processes=request.processes) as team:
        # Before any heavy import: a fork is safe and small only while this process is both.
        makers = forms.hire(team, request.formats, request.cache, request.typesetter)
        watch.begin("Reading the dataset")
        from reports.dataset import load_dataset

        dataset = request.dataset or load_dataset(request.data)
        view = dataset.as_of(request.as_of or dataset.newest_day)
        done = []
        for variant in variants:
            done.append(make_from(dataset, view, replace(request, variant=variant), makers, watch))
            watch = Stopwatch(tell)
        return tuple(done)


def make_from(
    dataset: Dataset,
    view: AsOfView,
    request: BuildRequest,
    makers: tuple[Maker, ...],
    watch: Stopwatch,
) -> Made:
    """Make the files of an edition from a dataset that was read, and the view of its day."""
    from reports import forms

    watch.begin("Writing the edition")
    from reports.briefings import build_edition, load_editorial, rows_used

    edition = build_edition(view, load_editorial(request.data, view.day), request.variant)
    if request.variant == FLASH:
        from reports.rendering.one_page import fitted_to_page

        edition = fitted_to_page(edition)
    described = partial(_described, request, dataset, edition, watch)
    told = request.early
    early = (lambda page: told(described(page), page.contents)) if told else None
    made = forms.make(makers, edition, rows_used(view, edition), watch, early)
    return described(made), made.contents


def _described(
    request: BuildRequest,
    dataset: Dataset,
    edition: Edition,
    watch: Stopwatch,
    made: forms.Made,
) -> Built:
    from reports.model import plain

    day, variant = edition.id.as_of, request.variant
    return Built(
        as_of=day,
        newest_day=dataset.newest_day,
        folder=drafts.folder(request.output, day),
        files={form: drafts.file_name(form, day, variant) for form in sorted(made.contents)},
        pages=made.pages,
        notes=tuple(map(plain, edition.notes)),
        warnings=(*map(str, dataset.warnings), *made.warnings),
        timings=watch.seconds(),
        annex_pages=made.annex_pages,
        parts=dataset.parts,
        variant=variant,
    )
