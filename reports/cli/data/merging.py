"""What the commands that write into the dataset share: their options, the lock, the question."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from reports.cli.data.showing import lines
from reports.cli.shared import now, say
from reports.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from reports.intake import Addition

yes_option = click.option("--yes", is_flag=True, help="Write without asking.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would change, and write nothing."
)
wait_option = click.option(
    "--wait",
    type=click.FloatRange(0, 3600),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another run that changes the dataset.",
)
_ENDS = {
    "planned": "Nothing was written; without --dry-run, {rows} would be, to {files}.",
    "added": "Wrote {rows} to {files}.",
    "declined": "Nothing was written.",
    "unchanged": "",
}


def require_an_answer(*, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Raise UsageError for options of which one asks and another cannot."""
    if yes and dry_run:
        raise UsageError("--yes and --dry-run exclude each other", "give one of them")
    if as_json and not (yes or dry_run):
        raise UsageError("--json cannot ask", "add --yes to write, or --dry-run to look only")


def merge(
    folder: Path,
    planned: Callable[[], Addition],
    *,
    yes: bool,
    dry_run: bool,
    wait: float,
    as_json: bool,
) -> tuple[Addition, str]:
    """Show what an addition would change and write it if that is wanted; return its status.

    Nobody else writes between plan and commit. Raise DataError where rows are refused, or where
    another run holds the dataset for longer than `wait` seconds.
    """
    lock: AbstractContextManager[Any] = nullcontext() if dry_run else held(folder, wait)
    with lock:
        addition = planned()
        _show(addition, folder, as_json=as_json)
        status = _act(folder, addition, yes=yes, dry_run=dry_run)
    if addition.contents and not as_json:
        named = ", ".join(sorted(addition.contents))
        say(_ENDS[status].format(rows=_rows(addition), files=named))
    return addition, status


@contextmanager
def held(folder: Path, wait: float) -> Iterator[None]:
    """Hold a dataset for writing, with what an earlier run left behind put in place."""
    from reports import store
    from reports.dataset.schema import PACKAGE_FILE
    from reports.resources import is_packaged

    if is_packaged(folder):
        hint = "copy it, and name the copy with --data"
        raise UsageError(f"{folder} belongs to the installed package", hint)
    if not (folder / PACKAGE_FILE).exists():  # No lock is left in a folder of something else.
        hint = f"name the folder of {PACKAGE_FILE} with --data"
        raise DataError(f"there is no dataset in {folder}", hint)
    with store.locked(folder, _holder(), wait, tell):
        if store.finish(folder):
            tell("the rows of a run that was cut off after its commit are now in place")
        yield


def tell(text: str) -> None:
    """Print a note to standard error."""
    click.echo(f"Note: {text}.", err=True)


def _holder() -> str:
    return f"process {os.getpid()} on {os.uname().nodename} since {now():%Y-%m-%d %H:%M:%S} UTC"


def _show(addition: Addition, folder: Path, *, as_json: bool) -> None:
    """Print what would change; raise DataError where the batch is refused."""
    if not as_json:
        for line in lines(addition):
            say(line)
        for problem in addition.plan.problems:
            say(f"{problem.severity}: {problem}")
    errors = addition.errors
    if errors:
        named = "1 fault" if len(errors) == 1 else f"{len(errors)} faults"
        message = f"the rows have {named}; nothing in {folder} has changed"
        raise DataError(
            message, "mend what is named and add all of it again", addition.plan.problems, told=True
        )


def _act(folder: Path, addition: Addition, *, yes: bool, dry_run: bool) -> str:
    """Write if that is wanted; return what became of the addition."""
    from reports.intake import write

    if not addition.contents:
        return "unchanged"
    if dry_run:
        return "planned"
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(
                "nobody can be asked whether to write",
                "add --yes to write, or --dry-run to look only",
            )
        if not click.confirm(f"Write {_these(addition)}?", default=False, err=True):
            return "declined"
    write(folder, addition)
    return "added"


def _rows(addition: Addition) -> str:
    count = len(addition.plan.written)
    return "1 row" if count == 1 else f"{count} rows"


def _these(addition: Addition) -> str:
    return f"{'this' if len(addition.plan.written) == 1 else 'these'} {_rows(addition)}"
