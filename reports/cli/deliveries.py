"""`reports deliveries`: what the ledger has of who was sent what, and how that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reports.cli.delivering import how_of
from reports.cli.shared import (
    Day,
    counted,
    json_option,
    output_option,
    print_json,
    say,
    settings_of,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from reports.delivery.ledger import Delivery, Ledger
    from reports.delivery.settings import Sending

STATUSES = ("claimed", "accepted", "deferred", "refused", "unknown", "bounced")


@click.command("deliveries")
@click.argument("day", metavar="[DATE]", type=Day(), required=False)
@click.option("--status", type=click.Choice(STATUSES), help="List only what stands like this.")
@click.option("--address", metavar="ADDRESS", help="List only this recipient, with the history.")
@click.option("--suspended", is_flag=True, help="List who gets nothing more after bounces.")
@click.option("--forget", metavar="ADDRESS", help="Erase ADDRESS from the ledger for good.")
@output_option
@json_option
def command(
    day: date | None,
    status: str | None,
    address: str | None,
    suspended: bool,
    forget: str | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """List deliveries: of the edition of a DATE, or all."""
    from reports.delivery.ledger import FILE, open_ledger

    alone = {"--suspended": suspended, "--forget": forget is not None}
    narrow = {"DATE": day, "--status": status, "--address": address}
    given = [name for name, value in {**alone, **narrow}.items() if value]
    if len(given) > 1 and given[0] in alone:
        raise UsageError(f"{given[0]} and {given[1]} exclude each other", "leave out one of them")
    how = how_of(settings_of(flags))
    if not (how.state / FILE).exists():
        click.echo("Nothing has been sent yet.", err=True)
        if as_json:
            print_json({"status": "listed", "suspended" if suspended else "deliveries": []})
        return
    with open_ledger(how.state, make=False) as ledger:
        if forget is not None:
            _forget(ledger, how, forget, as_json)
            return
        if suspended:
            _list_suspended(ledger, how, as_json)
            return
        found = _found(ledger, how, day, status, address)
        if as_json:
            described = [_described(ledger, row, address is not None) for row in found]
            print_json({"status": "listed", "deliveries": described})
        else:
            _print(ledger, found, address is not None)


def _forget(ledger: Ledger, how: Sending, address: str, as_json: bool) -> None:
    from reports.delivery.locking import sole_sender
    from reports.delivery.recipients import key_of

    with sole_sender(how.state):
        rows = ledger.forget(key_of(address))
    if not rows:
        raise UsageError(f"the ledger has nothing of {address}", "see how the address is written")
    if as_json:
        print_json({"status": "forgotten", "deliveries": rows})
    else:
        say(f"{address} is erased from {rows} {'delivery' if rows == 1 else 'deliveries'}.")


def _found(
    ledger: Ledger, how: Sending, day: date | None, status: str | None, address: str | None
) -> Iterator[Delivery]:
    """Yield the rows that are asked for, each as it stands at this moment."""
    from dataclasses import replace

    from reports.delivery.locking import is_sending
    from reports.delivery.recipients import key_of

    idle = not is_sending(how.state)
    for row in ledger.listed(day):
        # A dead run cannot say so itself; the next one will write it down.
        lost = idle and row.status == "claimed" and row.begun
        standing = replace(row, status="unknown") if lost else row
        if address is not None and row.key != key_of(address):
            continue
        if status is None or standing.status == status:
            yield standing


def _print(ledger: Ledger, found: Iterator[Delivery], with_history: bool) -> None:
    count = 0
    for row in found:
        count += 1
        say(f"{row.revision}  {row.via}  {row.status}  {row.at}  {row.address}  {row.reply}")
        if with_history:
            for at, status, reply in ledger.history(row):
                say(f"    {at}  {status}  {reply}".rstrip())
    click.echo(f"{count:,} {'delivery' if count == 1 else 'deliveries'}", err=True)


def _described(ledger: Ledger, row: Delivery, with_history: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "as_of": row.revision.as_of,
        "revision": row.revision.number,
        "via": row.via,
        "address": row.address,
        "kind": row.kind,
        "status": row.status,
        "at": row.at,
        "reply": row.reply,
        "attempts": row.attempts,
        "message_id": row.message_id,
    }
    if with_history:
        names = ("at", "status", "reply")
        told = [dict(zip(names, each, strict=True)) for each in ledger.history(row)]
        described["history"] = told
    return described


def _list_suspended(ledger: Ledger, how: Sending, as_json: bool) -> None:
    found = ledger.suspended(how.suspend_after)
    if as_json:
        rows = [{"address": key, "bounces": count} for key, count in sorted(found.items())]
        print_json({"status": "listed", "suspended": rows})
        return
    for key, count in sorted(found.items()):
        say(f"{key}  {counted(count, 'bounce')} in a row")
    click.echo(f"{len(found):,} suspended; `reports bounces --lift ADDRESS` ends it", err=True)
