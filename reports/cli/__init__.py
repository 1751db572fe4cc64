"""The command line: parse, call, print; the only Click, clock and exit statuses.

A module for each command, or two that are alike; `shared` holds what they have in common. The
module is imported when its command is asked for, and what it works with when it runs, so that no
other command waits for it.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from reports.cli.shared import fail
from reports.errors import ReportsError, UsageError

INTERRUPTED = 130
COMMANDS = {
    "batch": "batch:command",
    "bounces": "bounces:command",
    "build": "build:command",
    "check": "check:command",
    "data": "data:command",
    "deliveries": "deliveries:command",
    "diff": "diff:command",
    "index": "site:index_command",
    "list": "archive:list_command",
    "open": "site:open_command",
    "preview": "preview:command",
    "prune": "prune:command",
    "publish": "publish:command",
    "send": "send:command",
    "serve": "site:serve_command",
    "show": "archive:show_command",
    "trace": "trace:command",
    "verify": "verify:command",
}
"""Where each command is found, as module and name."""


def main() -> NoReturn:
    """Run the command line and end the process with a documented exit status."""
    gc.disable()  # One command is over before there is garbage worth collecting.
    _open_streams()
    status = run()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # Nobody is left to be told.
            stream.flush()
    # At once: all files are synced, and taking the libraries down would take time for nothing.
    os._exit(status)


def run() -> int:
    """Run the command line; return the exit status."""
    try:
        return reports.main(standalone_mode=False) or 0
    except click.ClickException as error:
        return fail(UsageError(error.format_message(), "see `reports --help`"))
    except click.Abort:
        click.echo("Interrupted; the files of earlier builds are as they were.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return 1  # Whoever was to read the paths has gone.
    except ReportsError as error:
        return fail(error)


def _open_streams() -> None:
    """Open closed standard streams, so that no file or pipe of a build takes their place."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
        # A character that a terminal's encoding lacks is no reason to fail.
        getattr(sys, name).reconfigure(errors="backslashreplace")


class Commands(click.Group):
    """The commands, each found in its module; only `--help` imports them all."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return a command by its name; None if there is none of it."""
        if name not in COMMANDS:
            return None
        module, _, variable = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(f"reports.cli.{module}"), variable)
        return command


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False
)
@click.version_option(package_name="trade-reports", message="reports %(version)s")
def reports() -> None:
    """Build dated briefings on the US–China trade talks from a sourced dataset."""
