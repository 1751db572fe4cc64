"""The command line: parse, call, print; the only Click, clock and exit statuses.

One module a command; `shared` holds what they have in common. Each command imports what it works
with when it runs, so that another one does not wait for it.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

from reports.cli import archive, build, check, data, diff, publish, trace, verify
from reports.cli.shared import fail
from reports.errors import ReportsError, UsageError

INTERRUPTED = 130


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False)
@click.version_option(package_name="trade-reports", message="reports %(version)s")
def reports() -> None:
    """Build dated briefings on the US–China trade talks from a sourced dataset."""


for command in (
    build.command,
    check.command,
    data.command,
    diff.command,
    trace.command,
    publish.command,
    verify.command,
    archive.list_command,
    archive.show_command,
):
    reports.add_command(command)
