"""`reports data`: what brings rows into the dataset."""

from __future__ import annotations

import click

from reports.cli.data import fetch


@click.group("data", no_args_is_help=False)
def group() -> None:
    """Bring new rows into the dataset."""


for command in (fetch.command,):
    group.add_command(command)
