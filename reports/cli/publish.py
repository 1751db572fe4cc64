"""`reports publish`: freeze the draft of a day as an edition of the archive."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    archive_of,
    archive_option,
    data_folder,
    data_option,
    full_path,
    json_option,
    output_option,
    print_json,
    progress,
    quieten_libraries,
    say,
    settings_of,
    short_path,
    stamp,
    user_name,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from reports.archive.manifest import Act
    from reports.archive.publishing import Published
    from reports.archive.store import ArchiveStore

LONGEST = {"--by": 100, "--reason": 1000}
"""Letters of a name and of a reason."""


@click.command("publish")
@click.option(
    "--as-of",
    type=Day(),
    metavar="DATE",
    help="The day of the edition, or `today`.  [default: the newest day of the dataset]",
)
@click.option("--reason", metavar="TEXT", help="What a correction corrects, and why.")
@click.option("--by", metavar="NAME", help="Who publishes.  [default: REPORTS_BY, or your name]")
@data_option
@output_option
@archive_option
@json_option
def command(
    as_of: date | None, reason: str | None, by: str | None, as_json: bool, **flags: Any
) -> None:
    """Freeze the draft of a day as an edition of the archive, past every gate."""
    from reports.archive.publishing import publish
    from reports.pipeline import BuildRequest

    quieten_libraries()
    settings = settings_of(flags)
    act = act_of(by, reason)
    request = BuildRequest(
        data=data_folder(settings),
        output=settings.output,
        as_of=as_of,
        processes=settings.parallel and hasattr(os, "fork"),
    )
    store = archive_of(settings)
    with progress(as_json) as tell:
        variants, url = settings.published, settings.site_url
        published = publish(request, store, act, tell, variants, site_url=url)
    if as_json:
        print_json(_described(published, store))
    else:
        _print(published, store)


def act_of(by: str | None, reason: str | None) -> Act:
    """Return who acts on the archive, when and why; raise UsageError for what cannot be said."""
    from reports.archive.manifest import Act

    return Act(
        at=stamp(),
        by=_line("--by", by if by is not None else os.environ.get("REPORTS_BY") or user_name()),
        reason=_line("--reason", reason) if reason is not None else "",
    )


def _line(option: str, text: str) -> str:
    """Return a text in one line; raise UsageError for one that cannot stand in a ledger."""
    line = " ".join(text.split())
    if not line or len(line) > LONGEST[option] or not line.isprintable():
        hint = f"give 1 to {LONGEST[option]:,} printable letters"
        raise UsageError(f"{option} cannot be {line[:40]!r}", hint)
    return line


def _print(published: Published, store: ArchiveStore) -> None:
    revision = published.manifest.revision
    said = {
        "published": f"Published {revision}.",
        "corrected": f"Published {revision}, which corrects the one before; that stays as it is.",
        "unchanged": f"Nothing has changed since {revision} was published.",
        "completed": f"{revision} stood already; its entry in the ledger was missing and is there.",
    }
    click.echo(said[published.status], err=True)
    if not published.validated:
        from reports.verapdf import EXTRA

        told = "No PDF was validated against PDF/A-3a and PDF/UA-1, for which veraPDF is missing"
        click.echo(f"{told} (hint: {EXTRA}).", err=True)
    say(short_path(store.where(str(revision))))


def _described(published: Published, store: ArchiveStore) -> dict[str, Any]:
    from reports.archive.manifest import manifest_bytes
    from reports.digest import sha256

    manifest = published.manifest
    return {
        "status": published.status,
        "as_of": manifest.revision.as_of,
        "revision": manifest.revision.number,
        "folder": full_path(store.where(str(manifest.revision))),
        "validated": published.validated,
        "manifest_sha256": sha256(manifest_bytes(manifest)),
        "at": manifest.act.at,
        "by": manifest.act.by,
        "reason": manifest.act.reason,
        "files": [vars(file) for file in manifest.files],
    }
