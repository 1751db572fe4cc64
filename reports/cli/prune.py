"""`reports prune`: remove old drafts, or published editions with a reason that the ledger keeps."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from reports.cli.publish import act_of
from reports.cli.shared import (
    archive_of,
    archive_option,
    json_option,
    output_option,
    print_json,
    say,
    settings_of,
    short_path,
    today,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from reports.archive.pruning import Prunable, Wanted
    from reports.archive.store import ArchiveStore
    from reports.config import Settings

OLDER_THAN = 90
"""Days: a quarter, after which nobody works on a draft any more."""


class Revisions(click.ParamType[Any]):
    """A day, or one of its revisions: 2025-06-09, 2025-06-09/r1."""

    name = "edition"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Wanted:
        """Return the day and the number; fail as Click does for anything else."""
        from reports.config import day_of

        day, slash, revision = str(value).partition("/r")
        try:
            number = int(revision) if slash and revision.isdecimal() else None
            if (number is None) == bool(slash) or str(number or "") != revision:
                raise ValueError(value)
            return day_of(day), number
        except ValueError:
            self.fail(f"{value!r} is no edition such as 2025-06-09 or 2025-06-09/r1", param, ctx)


@click.command("prune")
@click.option(
    "--older-than",
    type=click.IntRange(0, 36500),
    metavar="DAYS",
    help=f"Remove the drafts of days that lie further back.  [default: {OLDER_THAN}]",
)
@click.option(
    "--published",
    type=Revisions(),
    metavar="DATE[/rN]",
    multiple=True,
    help="Remove this published edition for good, or this revision of it; may be repeated.",
)
@click.option("--reason", metavar="TEXT", help="Why; the ledger keeps it.")
@click.option("--by", metavar="NAME", help="Who prunes.  [default: REPORTS_BY, or your name]")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Remove published editions without asking.")
@output_option
@archive_option
@json_option
def command(
    older_than: int | None,
    published: tuple[Wanted, ...],
    reason: str | None,
    by: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Remove old drafts; or published editions, which takes their names and a reason."""
    settings = settings_of(flags)
    if bool(published) != (reason is not None) or (published and older_than is not None):
        raise UsageError(
            "prune takes either --older-than, or --published with --reason",
            "for example `reports prune --published 2025-06-09/r1 --reason 'never sent'`",
        )
    if published:
        _prune_published(settings, published, reason, by, dry_run=dry_run, yes=yes, as_json=as_json)
    else:
        days = OLDER_THAN if older_than is None else older_than
        _prune_drafts(settings.output, today() - timedelta(days=days), dry_run, as_json)


def _prune_drafts(output: Path, before: date, dry_run: bool, as_json: bool) -> None:
    from reports import drafts

    days = drafts.old(output, before)
    left = {} if dry_run else {day: drafts.remove(output, day) for day in days}
    paths = {day: short_path(str(drafts.folder(output, day))) for day in days}
    if as_json:
        kept = [f"{paths[day]}/{name}" for day, names in left.items() for name in names]
        print_json({**_head(dry_run), "drafts": [*paths.values()], "editions": [], "left": kept})
        return
    for day, path in paths.items():
        say(path)
        for name in left.get(day, ()):
            click.echo(f"{path}/{name} is no file of a build, and stays.", err=True)
    _end(f"{len(days)} {'draft' if len(days) == 1 else 'drafts'}", dry_run)


def _prune_published(
    settings: Settings,
    published: tuple[Wanted, ...],
    reason: str | None,
    by: str | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    from reports.archive import site
    from reports.archive.pruning import prunable, prune

    act = act_of(by, reason)
    store = archive_of(settings)
    named = prunable(store, published)
    editions = tuple(each for each in named if not each.is_gone)
    if editions and not (dry_run or yes) and not _is_wanted(editions, store):
        click.echo("Nothing was removed.", err=True)
        return
    if not dry_run:
        prune(store, named, act)
        site.update(store, settings.site_url)
    if as_json:
        names = [str(each.entry.revision) for each in editions]
        print_json({**_head(dry_run), "drafts": [], "editions": names, "left": []})
        return
    for each in editions:
        say(short_path(store.where(str(each.entry.revision))))
    _end(_named(editions), dry_run)


def _is_wanted(editions: tuple[Prunable, ...], store: ArchiveStore) -> bool:
    """Ask whether published editions are to go; raise UsageError where nobody can be asked."""
    if not sys.stdin.isatty():
        hint = "add --yes to remove them for good, or --dry-run to look only"
        raise UsageError("nobody can be asked whether published editions are to be removed", hint)
    for each in editions:
        act = each.entry.act
        click.echo(f"{each.entry.revision}, published {act.at} by {act.by}", err=True)
    place = short_path(store.where(""))
    question = f"Remove {_named(editions)} from {place} for good?"
    return click.confirm(question, default=False, err=True)


def _named(editions: tuple[Prunable, ...]) -> str:
    return "1 published revision" if len(editions) == 1 else f"{len(editions)} published revisions"


def _head(dry_run: bool) -> dict[str, str]:
    return {"status": "planned" if dry_run else "pruned"}


def _end(what: str, dry_run: bool) -> None:
    said = "would be removed; nothing was" if dry_run else "removed"
    click.echo(f"{what} {said}.", err=True)
