"""`reports data`: what keeps the dataset up to date."""

from __future__ import annotations

import click

from reports.cli.data import add


@click.group("data", no_args_is_help=False)
def group() -> None:
    """Add rows to the dataset."""


for command in (add.command,):
    group.add_command(command)
