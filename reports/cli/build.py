"""`reports build`: make an edition and print the paths of its files."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    data_folder,
    data_option,
    json_option,
    print_json,
    progress,
    quieten_libraries,
    say,
    settings_of,
    short_path,
    variant_option,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from reports.config import Settings
    from reports.drafts import Built
    from reports.pipeline import BuildRequest


@click.command("build")
@click.option(
    "--as-of",
    type=Day(),
    metavar="DATE",
    help="The day whose knowledge counts, or `today`.  [default: the newest day of the dataset]",
)
@data_option
@click.option("--output", metavar="DIR", help="Where the files go.  [default: output]")
@click.option(
    "--format",
    "formats",
    metavar="LIST",
    help="What to make, of email, html, pdf and png (charts).  [default: html,pdf]",
)
@variant_option
@click.option("--strict", is_flag=True, default=None, help="Take every warning for a failure.")
@click.option("--watch", is_flag=True, help="Build again at each change, until Ctrl-C.")
@json_option
def command(as_of: date | None, watch: bool, as_json: bool, **flags: Any) -> None:
    """Build the briefing as of a day and print the paths of its files."""
    settings = settings_of(flags)
    if watch:
        from reports.cli.preview import watch_inputs

        if as_json:
            raise UsageError("--watch prints no object", "leave --json or --watch out")
        watch_inputs(request_of(settings, as_of), settings, flags["variant"])
        return
    from reports.pipeline import build_variants

    request = request_of(settings, as_of)
    with progress(as_json) as tell:
        first, *others = build_variants(request, settings.variants, tell)
    if as_json:
        print_json({**_described(first), "others": [_described(built) for built in others]})
    else:
        _print_built((first, *others), by_default=as_of is None)


def request_of(settings: Settings, as_of: date | None) -> BuildRequest:
    """Return what the settings ask to be built as of a day; charts are kept beside the drafts."""
    from reports.drafts import charts_folder
    from reports.pipeline import BuildRequest

    quieten_libraries()
    return BuildRequest(
        data=data_folder(settings),
        output=settings.output,
        as_of=as_of,
        formats=settings.formats,
        strict=settings.strict,
        processes=settings.parallel and hasattr(os, "fork"),
        cache=charts_folder(settings.output),
    )


def _print_built(done: Sequence[Built], *, by_default: bool) -> None:
    """Print what there is to say of some variants of a day, each thing once, and their paths."""
    if by_default:
        day = f"{done[0].as_of.day} {done[0].as_of:%B %Y}"
        click.echo(f"As of {day}, the newest day on which the dataset learned something.", err=True)
    for note in dict.fromkeys(note for built in done for note in built.notes):
        click.echo(f"Note: {note}", err=True)
    for warning in dict.fromkeys(warning for built in done for warning in built.warnings):
        click.echo(f"Warning: {warning}", err=True)
    if all(built.unchanged for built in done) and sys.stderr.isatty():
        click.echo("Nothing has changed since these files were built.", err=True)
    for built in done:
        for path in built.paths.values():
            say(short_path(str(path)))


def _described(built: Built) -> dict[str, Any]:
    return {
        "variant": built.variant,
        "status": "unchanged" if built.unchanged else "built",
        "as_of": built.as_of.isoformat(),
        "newest_day": built.newest_day.isoformat(),
        "paths": {form: os.path.abspath(path) for form, path in built.paths.items()},  # noqa: PTH100
        "pages": built.pages,
        "annex_pages": built.annex_pages,
        "notes": built.notes,
        "warnings": built.warnings,
        "timings": {stage: round(seconds, 3) for stage, seconds in built.timings.items()},
    }
