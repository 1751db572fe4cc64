"""`reports preview` and `reports build --watch`: an edition that follows its inputs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    data_option,
    fail,
    output_option,
    say,
    settings_of,
    short_path,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from reports.config import Settings
    from reports.pipeline import BuildRequest
    from reports.preview.stem import Outcome, Stem

_PORT = 8765


@click.command("preview")
@click.option(
    "--as-of",
    type=Day(),
    metavar="DATE",
    help="The day whose knowledge counts, or `today`.  [default: the newest day of the dataset]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    metavar="N",
    help=f"Where it is served on this machine; 0 takes a free one.  [default: {_PORT}]",
)
@click.option(
    "--variant",
    metavar="NAME",
    help="For whom, such as flash or partner-germany.  [default: the first that build makes]",
)
@data_option
@output_option
def command(as_of: date | None, port: int, **flags: Any) -> None:
    """Show the draft in a browser, and show it anew at each change of its inputs."""
    from reports.cli.build import request_of

    settings = settings_of(flags)
    request = replace(request_of(settings, as_of), formats=("html", "pdf"))
    _follow(_for_one(request, settings, flags["variant"]), port)


def watch_inputs(request: BuildRequest, settings: Settings, named: str | None) -> None:
    """Build at each change until an interrupt, and print the paths of what was built.

    `named` is what the command line calls the variants, if it does.
    """
    _follow(_for_one(request, settings, named), None)


def _for_one(request: BuildRequest, settings: Settings, named: str | None) -> BuildRequest:
    """Return the request for the variant to follow; raise UsageError where several are named."""
    variants = settings.variants
    if named and len(variants) > 1:
        raise UsageError(
            f"one edition is followed, not {len(variants)}: {', '.join(variants)}",
            "name one of them with --variant",
        )
    return replace(request, variant=variants[0])


def _follow(request: BuildRequest, port: int | None) -> None:
    from contextlib import ExitStack

    from reports.files import require_writable
    from reports.preview.changes import require_watcher
    from reports.preview.stem import Stem

    require_watcher()
    require_writable(request.output)
    told = _Teller()
    with ExitStack() as stack:
        stem = Stem()  # Before the server, which has threads.
        stack.callback(stem.close)
        hear: Callable[[Outcome], object] = told.paths
        if port is not None:
            from reports.preview.board import Board
            from reports.preview.server import Server

            board = Board()
            server = Server(board, port)
            stack.callback(server.stop)
            server.start()
            say(server.address)
            hear = _both(board.hear, told.faults)
        stack.enter_context(suppress(KeyboardInterrupt))
        _run(stem, request, hear)
    click.echo("Stopped.", err=True)


def _run(stem: Stem, request: BuildRequest, hear: Callable[[Outcome], object]) -> None:
    from threading import Event

    from reports.preview.changes import changes
    from reports.preview.loop import Loop
    from reports.resources import templates_dir

    folders = (request.data, templates_dir(), Path(__file__).resolve().parents[1])
    stop = Event()
    click.echo(
        "Following the dataset, its editor's files and the templates; Ctrl-C ends.", err=True
    )
    try:
        Loop(stem, request, hear).run(changes(folders, stop))
    finally:
        stop.set()


def _both(*hearers: Callable[[Outcome], object]) -> Callable[[Outcome], None]:
    def hear(outcome: Outcome) -> None:
        for each in hearers:
            each(outcome)

    return hear


class _Teller:
    """Prints what became of each build; a note or warning that stays is printed once."""

    def __init__(self) -> None:
        self._said: tuple[str, ...] = ()

    def faults(self, outcome: Outcome) -> None:
        """Print what was wrong, or what to know of a build."""
        if outcome.fault:
            if outcome.trace:
                click.echo(outcome.trace, err=True, nl=False)
            fail(outcome.fault)
            return
        lines = (
            *(f"Note: {note}" for note in outcome.notes),
            *(f"Warning: {warning}" for warning in outcome.warnings),
        )
        for line in lines:
            if line not in self._said:
                click.echo(line, err=True)
        self._said = lines

    def paths(self, outcome: Outcome) -> None:
        """Print the same, and the paths of what was built on standard output."""
        self.faults(outcome)
        for path in outcome.paths.values():
            say(short_path(str(path)))
