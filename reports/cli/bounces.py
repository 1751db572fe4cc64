"""`reports bounces`: what came back, read from a mailbox and marked in the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from reports.cli.delivering import how_of
from reports.cli.shared import (
    counted,
    json_option,
    output_option,
    print_json,
    progress,
    say,
    settings_of,
    stamp,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from reports.delivery.bounces import Taken
    from reports.delivery.settings import Sending

KINDS = {
    "hard": "failed for good",
    "soft": "failed this time",
    "delayed": "late",
    "known": "known already",
    "foreign": "about messages of others",
    "other": "no notice",
}


@click.command("bounces")
@click.option("--lift", metavar="ADDRESS", help="Send to ADDRESS again: forget its bounces so far.")
@output_option
@json_option
def command(lift: str | None, as_json: bool, **flags: Any) -> None:
    """Read the notices of the mailbox, and mark whom the briefing did not reach."""
    from reports.delivery.ledger import open_ledger

    how = how_of(settings_of(flags))
    at = stamp()
    with open_ledger(how.state) as ledger:
        if lift is not None:
            _lift(ledger, lift, at, how, as_json)
            return
        taken = _taken(ledger, how, at, as_json)
        suspended = ledger.suspended(how.suspend_after)
    _print(taken, suspended, as_json)


def _lift(ledger: Any, address: str, at: str, how: Sending, as_json: bool) -> None:
    from reports.delivery.recipients import key_of

    key = key_of(address)
    if key not in ledger.suspended(how.suspend_after):
        hint = "`reports deliveries --suspended` lists who is"
        raise UsageError(f"{address} is not suspended", hint)
    ledger.lift(key, at)
    if as_json:
        print_json({"status": "lifted", "address": address})
    else:
        say(f"{address} is no longer suspended.")


def _taken(ledger: Any, how: Sending, at: str, as_json: bool) -> Taken:
    from reports.delivery.bounces import place_in, take
    from reports.delivery.mailbox import new_messages
    from reports.delivery.passwords import with_password

    if how.mailbox is None or not how.mailbox.user:
        hint = "name `server` and `user` of the mailbox in [send.bounces]; see docs/sending.md"
        raise UsageError("there is no mailbox to read bounces from", hint)
    server = with_password(how.mailbox, "REPORTS_IMAP_PASSWORD", os.environ)
    name = f"{server.user} {server.host} {how.folder}"
    with progress(as_json) as tell:
        tell("Reading the mailbox")
        found = new_messages(server, how.folder, place_in(ledger, name))
        return take(found, ledger, name, at)


def _print(taken: Taken, suspended: dict[str, int], as_json: bool) -> None:
    if as_json:
        bounced = [
            {
                "as_of": row.revision.as_of,
                "revision": row.revision.number,
                "address": row.address,
                "hard": notice.hard,
                "reply": notice.reply,
            }
            for row, notice in taken.bounced
        ]
        names = [{"address": key, "bounces": count} for key, count in sorted(suspended.items())]
        counts = {kind: taken.counts[kind] for kind in KINDS}
        print_json({"status": "read", **counts, "bounced": bounced, "suspended": names})
        return
    for row, notice in taken.bounced:
        say(f"{row.revision}  {row.address}  {notice.reply}")
    said = [f"{taken.counts[k]:,} {words}" for k, words in KINDS.items() if taken.counts[k]]
    read = counted(taken.counts.total(), "message")
    click.echo(f"{read}: {', '.join(said) or 'nothing new'}", err=True)
    for key, count in sorted(suspended.items()):
        say(f"suspended  {key}  {counted(count, 'bounce')} in a row")
