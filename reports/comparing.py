"""Compare two days: what the data know otherwise, and how their editions differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reports import files, pipeline
from reports.errors import RenderError, UsageError
from reports.model.review import Review
from reports.pipeline import BuildRequest, Tell
from reports.resources import templates_dir


@dataclass(frozen=True)
class Comparison:
    """Two editions side by side, with every warning of the newer one that was looked for."""

    review: Review
    warnings: tuple[str, ...]


def compare(data: Path, before: date, now: date) -> Comparison:
    """Return what differs between two days and their editions, from the data alone.

    Raise UsageError where the days come the wrong way round, and DataError for a wrong dataset or
    a day of which no edition can be built.
    """
    require_order(before, now)
    from reports.analysis import differences
    from reports.briefings import build_edition, load_editorial
    from reports.briefings.review import review
    from reports.dataset import load_dataset

    dataset = load_dataset(data)
    views = dataset.as_of(before), dataset.as_of(now)
    old, new = (build_edition(view, load_editorial(data, view.day)) for view in views)
    made = review(old, new, differences(*views))
    return Comparison(made, tuple(str(problem) for problem in dataset.warnings))


def require_order(before: date, now: date) -> None:
    """Raise UsageError where the first of two days is the later one."""
    if before > now:
        hint = "name the day of the earlier edition first"
        raise UsageError(f"{before} is later than {now}", hint)


def write_sheet(
    data: Path, before: date, now: date, place: Path, *, processes: bool, tell: Tell | None = None
) -> Comparison:
    """Write the review sheet of two days as one web page, whole or not at all.

    The newer edition is laid out too, for the warnings that only that can give. Raise what
    `compare` raises, UsageError for a place among what an edition is made from, and RenderError
    where the file cannot be written.
    """
    require_order(before, now)
    _require_no_input(place, data)
    try:
        files.require_writable(place.parent)
        request = BuildRequest(data, place.parent, now, ("html", "pdf"), processes=processes)
        # Before anything heavy is imported here: its processes are forked from this one.
        built, _ = pipeline.make(request, tell)
        compared = replace(compare(data, before, now), warnings=built.warnings)
        files.write_together(place.parent, {place.name: _page(compared).encode()})
    except RenderError as error:
        raise RenderError(error.message, error.hint.replace("--output", "--html")) from error
    except OSError as error:
        # WeasyPrint writes temporary files of its own.
        raise RenderError(
            f"the review sheet cannot be made: {(error.strerror or str(error)).lower()}",
            "see that the folder for temporary files (TMPDIR) can be written and has room",
        ) from error
    return compared


def _require_no_input(place: Path, data: Path) -> None:
    """Raise UsageError where a sheet would replace a table, an editor's file or a template."""
    for folder in (data, templates_dir()):
        if place.resolve().is_relative_to(folder.resolve()):
            hint = "name a file elsewhere with --html, such as output/review.html"
            raise UsageError(f"{place} lies in {folder}, which editions are made from", hint)


def _page(compared: Comparison) -> str:
    from reports import drawings
    from reports.rendering.review import render_review, review_drawings

    wanted = [
        drawings.Drawing(name, exhibit.chart, slot, "web", exhibit.alt)
        for name, exhibit, slot in review_drawings(compared.review)
    ]
    drawn = {name: svg.decode() for name, svg in drawings.Studio().draw(wanted).items()}
    return render_review(compared.review, compared.warnings, drawn)
