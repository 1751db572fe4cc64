"""`reports list` and `reports show`: what the archive holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    archive_of,
    archive_option,
    full_path,
    json_option,
    one_variant_option,
    output_option,
    print_json,
    say,
    settings_of,
    short_path,
)
from reports.errors import UsageError
from reports.variants import FULL

if TYPE_CHECKING:
    from datetime import date

    from reports.archive.manifest import Manifest, Sealed
    from reports.archive.store import ArchiveStore

FORMATS = ("pdf", "html", "edition", "facts", "manifest")
"""What `show` hands out, by name."""


@click.command("list")
@output_option
@archive_option
@json_option
def list_command(as_json: bool, **flags: Any) -> None:
    """List the published editions and their corrections."""
    from reports.archive.editions import manifests
    from reports.archive.ledger import FOLDER

    store = archive_of(settings_of(flags))
    found = manifests(store)
    if as_json:
        print_json({"status": "listed", "editions": [_entry(each) for each in found]})
        return
    if not found:
        pruned = "No edition is kept any more; `reports verify --all` tells which were pruned."
        click.echo(pruned if store.names(FOLDER) else "Nothing has been published yet.", err=True)
    for manifest in found:
        act = manifest.act
        said = f"{manifest.headline}  [{act.reason}]" if act.reason else manifest.headline
        say(f"{manifest.revision}  {act.at}  {act.by}  {said}")


@click.command("show")
@click.argument("day", metavar="DATE", type=Day())
@click.option(
    "--revision",
    type=click.IntRange(1),
    metavar="N",
    help="Which revision.  [default: the newest]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Write this file of the edition to standard output.",
)
@one_variant_option
@click.option("--path", is_flag=True, help="Print the path instead: of the file, or of the folder.")
@output_option
@archive_option
@json_option
def show_command(
    day: date,
    revision: int | None,
    form: str | None,
    variant: str,
    path: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Show the edition of a DATE: what it is made of, or one of its files."""
    from reports.archive.editions import chosen, named_file, revisions
    from reports.archive.manifest import MANIFEST

    if variant != FULL and form in (None, "manifest"):
        hint = f"for example `reports show {day} --format pdf --variant {variant}`"
        raise UsageError("--variant goes with the --format of one of its files", hint)
    store = archive_of(settings_of(flags))
    manifest = chosen(store, day, revision)
    file = named_file(manifest, form, variant) if form and form != "manifest" else None
    name = str(manifest.revision)
    if form:
        name += f"/{file.name if file else MANIFEST}"
    if as_json:
        of_day = [each.number for each in revisions(store, day)]
        place = full_path(store.where(name))
        files = [vars(file) for file in manifest.files]
        shown = {"status": "shown", **_entry(manifest), "revisions": of_day, "path": place}
        print_json({**shown, "files": files})
    elif path:
        say(short_path(store.where(name)))
    elif form:
        _write(store, manifest, file)
    else:
        say("\n".join(_lines(store, manifest)))


def _entry(manifest: Manifest) -> dict[str, Any]:
    return {
        "as_of": manifest.revision.as_of,
        "revision": manifest.revision.number,
        "headline": manifest.headline,
        "at": manifest.act.at,
        "by": manifest.act.by,
        "reason": manifest.act.reason,
    }


def _write(store: ArchiveStore, manifest: Manifest, file: Sealed | None) -> None:
    """Write a file to standard output, if its sha256 is that of the manifest; or that itself."""
    from reports.archive.editions import file_of
    from reports.archive.manifest import manifest_bytes

    if file and file.media_type == "application/pdf" and sys.stdout.isatty():
        hint = "send it to a file, or ask for its --path"
        raise UsageError("a PDF cannot be shown on a terminal", hint)
    say(file_of(store, manifest, file) if file else manifest_bytes(manifest))


def _lines(store: ArchiveStore, manifest: Manifest) -> list[str]:
    """Return what a terminal shows of an edition: headline, history, files."""
    from reports.archive.editions import manifest_of, revisions

    lines = [manifest.headline, ""]
    for revision in revisions(store, manifest.revision.as_of):
        act = manifest_of(store, revision).act
        reason = f": {act.reason}" if act.reason else ""
        lines.append(f"{revision}  {act.at}  {act.by}{reason}")
    files = (f"  {file.size:>10,}  {file.name}" for file in manifest.files)
    return [*lines, "", short_path(store.where(str(manifest.revision))), *files]
