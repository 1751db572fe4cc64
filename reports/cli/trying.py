"""`reports send --test` and `--dry-run`: what an edition looks like, and who would get it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from reports.cli.delivering import job_of, people_of, place_of, tools_of, transport_of
from reports.cli.shared import now, print_json, progress, say
from reports.errors import DeliveryError

if TYPE_CHECKING:
    from reports.archive.manifest import Manifest
    from reports.archive.store import ArchiveStore
    from reports.config import Settings
    from reports.delivery.composing import Message
    from reports.delivery.sending import Job, Planned
    from reports.delivery.settings import Sending


def send_a_test(
    address: str,
    manifest: Manifest,
    store: ArchiveStore,
    settings: Settings,
    how: Sending,
    as_json: bool,
) -> int:
    """Send one copy that is in no ledger."""
    from reports.delivery.sending import send_test

    day = manifest.revision.as_of
    transport = transport_of(how, settings, day)
    with progress(as_json) as tell:
        job = job_of(manifest, store, None, how, "")
        message, outcome = send_test(job, address, transport, tools_of(tell))
    where = place_of(how, settings, day)
    for warning in message.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if as_json:
        status = "sent" if outcome.status == "accepted" else "incomplete"
        described = {"address": address, "outcome": outcome.status, "reply": outcome.reply}
        sizes = {"bytes": message.size, "message_id": message.message_id}
        print_json({"status": status, "as_of": day, "where": where, **described, **sizes})
    else:
        size = f"{message.size / 1_000_000:.2f} MB"
        say(
            f"{manifest.revision} as a test to {address}, {size}: {outcome.status}, {outcome.reply}"
        )
    return 0 if outcome.status == "accepted" else DeliveryError.exit_status


def dry_run(
    manifest: Manifest, store: ArchiveStore, group: str | None, how: Sending, as_json: bool
) -> int:
    """Say what a run would do; nothing is written, nobody is called."""
    from reports.delivery.ledger import FILE, open_ledger
    from reports.delivery.sending import plan

    via = "outbox" if how.server is None else "smtp"
    described: list[dict[str, Any]] = []
    counts = {"send": 0, "skip": 0}
    made: dict[tuple[str, int], Message] = {}
    with ExitStack() as stack:
        people = people_of(how, stack)
        ledger = None
        if (how.state / FILE).exists():
            ledger = stack.enter_context(open_ledger(how.state, make=False))
        job = job_of(manifest, store, group, how, "")
        for planned in plan(job, people, ledger, via):
            counts["skip" if planned.skip else "send"] += 1
            if not planned.skip:
                _try_to_compose(job, planned, made)
            if as_json:
                described.append(_described(planned))
            else:
                person = planned.recipient
                what = f"skip, {planned.skip}" if planned.skip else f"send {planned.kind}"
                say(f"{person.address}  {person.form}  {what}")
    warnings = {warning for message in made.values() for warning in message.warnings}
    for warning in sorted(warnings | {*job.letters.warnings}):
        click.echo(f"Warning: {warning}", err=True)
    largest = max((message.size for message in made.values()), default=0)
    if as_json:
        day = {"as_of": manifest.revision.as_of, "revision": manifest.revision.number}
        found = {"via": via, **counts, "bytes": largest, "recipients": described}
        print_json({"status": "planned", **day, **found})
    else:
        size = f", up to {largest / 1_000_000:.2f} MB each" if made else ""
        click.echo(f"{counts['send']:,} to send, {counts['skip']:,} to skip{size}", err=True)
    return 0


def _try_to_compose(job: Job, planned: Planned, made: dict[tuple[str, int], Message]) -> None:
    """Compose the first message of each form and correction, as the run would."""
    from reports.delivery.sending import message_for

    sort = (planned.recipient.form, planned.since)
    if sort not in made:
        made[sort] = message_for(job, planned.recipient, planned.since, now(), None)


def _described(planned: Planned) -> dict[str, Any]:
    person = planned.recipient
    return {
        "address": person.address,
        "form": person.form,
        "kind": None if planned.skip else planned.kind,
        "skip": planned.skip,
    }
