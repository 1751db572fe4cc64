"""`reports data`: how the dataset stands, and what goes into it; a module a command."""

from __future__ import annotations

import click

from reports.cli.data import add, fetch, pack, status


@click.group("data", no_args_is_help=False)
def command() -> None:
    """Look after the dataset."""


for part in (add.command, fetch.command, pack.command, status.command):
    command.add_command(part)
