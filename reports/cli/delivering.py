"""What the ways of `reports send` share: the job, the transport, the people."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reports.cli.shared import now, short_path, today

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from reports.archive.manifest import Manifest
    from reports.archive.store import ArchiveStore
    from reports.config import Settings
    from reports.delivery.ledger import Ledger
    from reports.delivery.recipients import Roster
    from reports.delivery.sending import Job, Tools
    from reports.delivery.settings import Sending
    from reports.delivery.transport import Transport

EXAMPLE = "recipients.example.csv"


def how_of(settings: Settings) -> Sending:
    """Return how is sent, from the project's file and the environment."""
    from pathlib import Path

    from reports.delivery.settings import sending

    return sending(settings.send, os.environ, Path.cwd(), settings.output)


def job_of(
    manifest: Manifest, store: ArchiveStore, group: str | None, how: Sending, secret: str
) -> Job:
    """Return what is to be sent; `secret` counts where the settings have none."""
    from reports.archive.editions import days
    from reports.delivery.sending import Job, Letters

    day = manifest.revision.as_of
    month = [each for each in days(store) if (each.year, each.month) == (day.year, day.month)]
    sender = how.sender if how.sender.secret else replace(how.sender, secret=secret.encode())
    return Job(
        manifest=manifest,
        letters=Letters(store, manifest.revision),
        sender=sender,
        groups=how.groups,
        only=group,
        today=today(),
        first_of_month=day == min(month),
        attempts=how.attempts,
        retry_after=how.retry_after,
        suspend_after=how.suspend_after,
    )


def transport_of(how: Sending, settings: Settings, day: date) -> Transport:
    """Return the way to the server, with its password, or into the outbox."""
    from reports.delivery.transport import OutboxTransport

    if how.server is None:
        return OutboxTransport(_outbox(settings, day))
    from reports.delivery.passwords import with_password
    from reports.delivery.smtp import SmtpTransport

    server = with_password(how.server, "REPORTS_SMTP_PASSWORD", os.environ)
    return SmtpTransport(server, how.return_path, how.per_connection, how.rate)


def _outbox(settings: Settings, day: date) -> Path:
    return settings.output / "outbox" / day.isoformat()


def place_of(how: Sending, settings: Settings, day: date) -> str:
    """Return where messages go, for a person."""
    if how.server is None:
        return short_path(str(_outbox(settings, day)))
    return f"{how.server.host}:{how.server.port}"


def secret_of(ledger: Ledger) -> str:
    """Return what makes the tokens of readers unguessable, made once and kept in the ledger."""
    found = ledger.kept("secret")
    if found is None:
        found = os.urandom(32).hex()
        ledger.keep({"secret": found})
    return found


def people_of(how: Sending, stack: ExitStack) -> Roster:
    """Read the recipients; without a server and a list of one's own, those of the example."""
    from reports.delivery.recipients import roster

    path = how.recipients
    example = path.with_name(EXAMPLE)
    if how.server is None and not how.named and not path.exists() and example.exists():
        click.echo(f"There is no {path.name}: {EXAMPLE} stands in for it.", err=True)
        path = example
    return stack.enter_context(roster(path, how.groups))


def tools_of(tell: Callable[[str], object]) -> Tools:
    """Return the clock and what tells of progress."""
    from reports.delivery.sending import Tools

    return Tools(now, tell)
