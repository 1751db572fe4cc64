"""`reports index`, `reports serve` and `reports open`: the archive as readers see it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    archive_of,
    archive_option,
    json_option,
    one_variant_option,
    output_option,
    print_json,
    say,
    settings_of,
    short_path,
)
from reports.errors import ArchiveError, UsageError
from reports.variants import FULL

if TYPE_CHECKING:
    from datetime import date

    from reports.archive.store import ArchiveStore

PORT = 8000
FORMATS = ("index", "html", "pdf")
"""What `open` opens: the page of the edition or of the archive, or a file of the edition."""
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


@click.command("index")
@click.option("--check", is_flag=True, help="Write nothing; fail where a page is not up to date.")
@output_option
@archive_option
@json_option
def index_command(check: bool, as_json: bool, **flags: Any) -> None:
    """Make the pages of the archive from its editions: index, years, editions, feed, calendar."""
    from reports.archive.site import INDEX, strangers, update

    settings = settings_of(flags)
    store = archive_of(settings)
    if check:
        _check(store, settings.site_url, as_json)
        return
    updated = update(store, settings.site_url, everything=True)
    _require_editions(store, updated.editions)
    if problems := strangers(store, updated.pages):
        # What stands in our folders and is no page of ours; it is not ours to remove.
        raise ArchiveError(str(problems[0]), "move it away", tuple(problems))
    if as_json:
        status = "made" if updated.written else "unchanged"
        written = list(updated.written)
        print_json({"status": status, "editions": updated.editions, "written": written})
        return
    pages = _counted(len(updated.written), "page")
    done = f"{pages} written" if updated.written else "Nothing has changed"
    click.echo(f"{done}; {_counted(updated.editions, 'edition')}.", err=True)
    say(short_path(store.where(INDEX)))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _check(store: ArchiveStore, url: str, as_json: bool) -> None:
    from reports.archive.ledger import entries
    from reports.archive.site import site_damage

    _require_editions(store, len(entries(store)))
    problems = tuple(site_damage(store, url))
    if problems:
        if not as_json:
            for problem in problems:
                say(f"damage: {problem}")
        named = "1 page is" if len(problems) == 1 else f"{len(problems)} pages are"
        message = f"{named} not what the archive makes"
        raise ArchiveError(message, "run `reports index`", problems)
    if as_json:
        print_json({"status": "current"})
    else:
        say("The pages are what the archive makes them.")


def _require_editions(store: ArchiveStore, count: int) -> None:
    if not count:
        hint = "publish an edition, or name the folder above it with --output"
        raise ArchiveError(f"there is no archive in {store.where('')}", hint)


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    metavar="N",
    help=f"The port; 0 takes a free one.  [default: {PORT}]",
)
@output_option
@archive_option
def serve_command(port: int, **flags: Any) -> None:
    """Show the archive in a browser of this machine, until Ctrl-C."""
    from reports.archive.serving import HOST, server

    with server(archive_of(settings_of(flags)), port) as running:
        click.echo("Serving the archive to this machine only; Ctrl-C ends it.", err=True)
        say(f"http://{HOST}:{running.server_port}/")
        sys.stdout.flush()
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            click.echo("", err=True)


@click.command("open")
@click.argument("day", metavar="[DATE]", type=Day(), required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="index",
    help="The page, or this file of the edition.  [default: index]",
)
@one_variant_option
@output_option
@archive_option
def open_command(day: date | None, form: str, variant: str, **flags: Any) -> None:
    """Open the archive, the page of a DATE or one of its files; without a display, print its path.

    Without DATE, html and pdf are those of the newest edition.
    """
    if variant != FULL and form == "index":
        hint = f"for example `reports open --format pdf --variant {variant}`"
        raise UsageError("--variant goes with the --format html or pdf", hint)
    store = archive_of(settings_of(flags))
    path = Path(store.where(_name(store, day, form, variant)))
    if not path.is_file():
        hint = (
            "`reports serve` shows an archive wherever it is kept; `reports index` makes its pages"
        )
        raise UsageError(f"there is no file {path} to open", hint)
    say(short_path(str(path)))
    if not any(os.environ.get(name) for name in DISPLAYS) and sys.platform not in (
        "darwin",
        "win32",
    ):
        click.echo("There is no display to open it on.", err=True)
        return
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        raise UsageError("no program was found to open it with", "name one in BROWSER")


def _name(store: ArchiveStore, day: date | None, form: str, variant: str) -> str:
    from reports.archive.editions import chosen, days, named_file, revisions
    from reports.archive.site import INDEX

    if form == "index" and day is None:
        return INDEX
    known = days(store)
    if form == "index" and day in known:
        return f"{day}/{INDEX}"  # Of a day that was pruned, too: the page says why.
    standing = (each for each in reversed(known) if revisions(store, each))
    chosen_day = day or next(standing, None)
    if chosen_day is None:
        hint = "publish an edition, or name the folder above it with --output"
        raise ArchiveError(f"there is no edition in {store.where('')}", hint)
    manifest = chosen(store, chosen_day)
    return f"{manifest.revision}/{named_file(manifest, form, variant).name}"
