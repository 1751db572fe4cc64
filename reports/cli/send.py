"""`reports send`: an archived edition to everybody who is to get it, once."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from reports.cli.delivering import (
    how_of,
    job_of,
    people_of,
    place_of,
    secret_of,
    tools_of,
    transport_of,
)
from reports.cli.shared import (
    Day,
    archive_of,
    archive_option,
    json_option,
    output_option,
    print_json,
    progress,
    say,
    settings_of,
    stamp,
    today,
    user_name,
)
from reports.errors import DeliveryError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from reports.archive.manifest import Manifest
    from reports.archive.store import ArchiveStore
    from reports.config import Settings
    from reports.delivery.sending import Summary
    from reports.delivery.settings import Sending


@click.command("send")
@click.argument("day", metavar="[DATE]", type=Day(), required=False)
@click.option("--group", metavar="GROUP", help="Send to the recipients of this group only.")
@click.option("--dry-run", "dry", is_flag=True, help="Say who would get what, and send nothing.")
@click.option("--test", metavar="ADDRESS", help="Send one copy to ADDRESS, which counts as none.")
@click.option("--late", is_flag=True, help="Send an edition that is older than `oldest` allows.")
@click.option("--stale-ok", is_flag=True, help="Send an edition that rests on overdue data.")
@click.option(
    "--resolve",
    multiple=True,
    metavar="ANSWER",
    help="Say what became of unknown messages: `accepted` or `again`, for all of the day or, as "
    "ADDRESS=ANSWER, for one; can be repeated. After `again` they are sent.",
)
@output_option
@archive_option
@json_option
def command(
    day: date | None,
    group: str | None,
    dry: bool,
    test: str | None,
    late: bool,
    stale_ok: bool,
    resolve: tuple[str, ...],
    as_json: bool,
    **flags: Any,
) -> int:
    """Send the edition of a DATE, or the newest one, to everybody who has not got it."""
    from reports.delivery import refusing

    _require_one_way(test=test, resolve=bool(resolve), dry_run=dry, group=group)
    test = _checked(test) if test is not None else None
    settings = settings_of(flags)
    how = how_of(settings)
    if group is not None and group not in how.groups:
        known = ", ".join(sorted(how.groups)) or "none is named in reports.toml"
        raise UsageError(f"there is no group {group!r}", f"the groups are: {known}")
    store = archive_of(settings)
    manifest = refusing.newest_of(store, day, settings.output)
    if resolve and not _resolved(resolve, manifest.revision.as_of, how, as_json):
        return 0
    refusing.require_sound(store, manifest)
    if not late:
        refusing.require_recent(manifest, today(), how.oldest)
    if not stale_ok:
        refusing.require_fresh(store, manifest)
    if test is not None:
        from reports.cli.trying import send_a_test

        return send_a_test(test, manifest, store, settings, how, as_json)
    if dry:
        from reports.cli.trying import dry_run

        return dry_run(manifest, store, group, how, as_json)
    return _send(manifest, store, group, settings, how, as_json)


def _require_one_way(*, test: str | None, resolve: bool, dry_run: bool, group: str | None) -> None:
    """Raise UsageError for options that say two things."""
    given = {"--test": test is not None, "--resolve": resolve, "--dry-run": dry_run}
    named = [name for name, is_given in given.items() if is_given]
    if test is not None and group is not None:
        named.append("--group")
    if len(named) > 1:
        raise UsageError(f"{named[0]} and {named[1]} exclude each other", "leave out one of them")


def _checked(address: str) -> str:
    """Return the address of --test; raise UsageError where it is none."""
    from reports.delivery.recipients import valid_address

    try:
        return valid_address(address)
    except ValueError as error:
        hint = "give an address such as ann@example.org"
        raise UsageError(f"--test {address!r} is no address: {error}", hint) from error


def _resolved(answers: tuple[str, ...], day: date, how: Sending, as_json: bool) -> bool:
    """Write down what became of unknown messages; tell whether some are to be sent again."""
    from reports.delivery.ledger import open_ledger
    from reports.delivery.locking import sole_sender
    from reports.delivery.resolving import read_resolution, resolve

    read = [read_resolution(answer) for answer in answers]
    at = stamp()
    with sole_sender(how.state), open_ledger(how.state) as ledger:
        ledger.recover(at)
        rows = resolve(ledger, day, read, at, os.environ.get("REPORTS_BY") or user_name())
    again = any(answer == "again" for _, answer in rows)
    told = [{"address": row.address, "was": row.status, "answer": answer} for row, answer in rows]
    if as_json and not again:
        print_json({"status": "resolved", "as_of": day, "resolved": told})
    for each in told:
        click.echo(f"{each['address']} was {each['was']}: {each['answer']}", err=True)
    if not rows:
        click.echo(f"Nothing of {day} is unknown.", err=True)
    return again


def _send(
    manifest: Manifest,
    store: ArchiveStore,
    group: str | None,
    settings: Settings,
    how: Sending,
    as_json: bool,
) -> int:
    from reports.delivery.ledger import open_ledger
    from reports.delivery.locking import sole_sender
    from reports.delivery.sending import send

    gc.enable()  # `main` turned it off; a run of hours does make garbage.
    day = manifest.revision.as_of
    transport = transport_of(how, settings, day)
    with ExitStack() as stack:
        people = people_of(how, stack)
        stack.enter_context(sole_sender(how.state))
        ledger = stack.enter_context(open_ledger(how.state))
        tell = stack.enter_context(progress(as_json))
        job = job_of(manifest, store, group, how, secret_of(ledger))
        try:
            summary = send(job, people, ledger, transport, tools_of(tell))
        except KeyboardInterrupt:
            click.echo("What was sent stands in the ledger; the next run goes on.", err=True)
            raise
    where = place_of(how, settings, day)
    _print(summary, manifest, transport.via, where, as_json)
    stopped = summary.stopped
    if stopped is not None:
        hint = f" (hint: {stopped.hint})" if stopped.hint else ""
        click.echo(f"Error: {stopped.message}{hint}", err=True)
    failed = stopped is not None or summary.troubles.total() > 0
    return DeliveryError.exit_status if failed else 0


def _print(summary: Summary, manifest: Manifest, via: str, where: str, as_json: bool) -> None:
    skipped = dict(sorted(summary.skipped.items()))
    troubles = {name: summary.troubles[name] for name in ("deferred", "refused", "unknown")}
    if as_json:
        stopped = summary.stopped
        failed = stopped is not None or summary.troubles.total()
        print_json(
            {
                "status": "stopped" if stopped else "incomplete" if failed else "sent",
                "as_of": manifest.revision.as_of,
                "revision": manifest.revision.number,
                "via": via,
                "where": where,
                "sent": summary.sent,
                "skipped": skipped,
                **troubles,
                "troubled": [
                    {"address": address, "status": outcome.status, "reply": outcome.reply}
                    for address, outcome in summary.troubled.items()
                ],
                "warnings": summary.warnings,
                "error": {"message": stopped.message, "hint": stopped.hint} if stopped else None,
            }
        )
    for warning in summary.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if as_json:
        return
    # Who was skipped may stand as one of these, so the numbers do not add up, nor look so.
    standing = ", ".join(f"{name} {count:,}" for name, count in troubles.items())
    did = f"sent {summary.sent:,}, skipped {summary.skipped.total():,}"
    say(f"{manifest.revision} to {where}: {did}; standing: {standing}")
    for reason, count in skipped.items():
        say(f"  skipped {count:,}: {reason}")
    for address, outcome in summary.troubled.items():
        say(f"  {outcome.status} {address}: {outcome.reply}")
    more = summary.troubles.total() - len(summary.troubled)
    if more > 0:
        say(f"  and {more:,} more: `reports deliveries {manifest.revision.as_of}`")
