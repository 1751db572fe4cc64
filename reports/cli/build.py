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
)
from reports.errors import UsageError

if TYPE_CHECKING:
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
    help="What to make, of html, pdf and png (charts).  [default: html,pdf]",
)
@click.option("--strict", is_flag=True, default=None, help="Take every warning for a failure.")
@click.option("--watch", is_flag=True, help="Build again at each change, until Ctrl-C.")
@json_option
def command(as_of: date | None, watch: bool, as_json: bool, **flags: Any) -> None:
    """Build the briefing as of a day and print the paths of its files."""
    if watch:
        from reports.cli.preview import watch_inputs

        if as_json:
            raise UsageError("--watch prints no object", "leave --json or --watch out")
        watch_inputs(request_of(settings_of(flags), as_of))
        return
    from reports.pipeline import build as build_edition

    request = request_of(settings_of(flags), as_of)
    with progress(as_json) as tell:
        built = build_edition(request, tell)
    if as_json:
        print_json(_described(built))
    else:
        _print_built(built, by_default=as_of is None)


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


def _print_built(built: Built, *, by_default: bool) -> None:
    if by_default:
        day = f"{built.as_of.day} {built.as_of:%B %Y}"
        click.echo(f"As of {day}, the newest day on which the dataset learned something.", err=True)
    for note in built.notes:
        click.echo(f"Note: {note}", err=True)
    for warning in built.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if built.unchanged and sys.stderr.isatty():
        click.echo("Nothing has changed since these files were built.", err=True)
    for path in built.paths.values():
        say(short_path(str(path)))


def _described(built: Built) -> dict[str, Any]:
    return {
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
