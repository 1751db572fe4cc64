"""`reports data add`: merge files into the dataset, or say why not."""

from __future__ import annotations

import os
import re
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from reports.cli.data.showing import described, lines
from reports.cli.shared import (
    Day,
    data_folder,
    data_option,
    json_option,
    now,
    print_json,
    say,
    settings_of,
    today,
)
from reports.errors import DataError, UsageError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from reports.intake import Addition
    from reports.intake.numbers import Mark

LONGEST_REASON = 160


@click.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--correct",
    metavar="REASON",
    help="Take a row that contradicts one of the same day for the correction of an error of ours,"
    " and say what was wrong, in words without digits.",
)
@click.option(
    "--decimal",
    type=click.Choice(["point", "comma"]),
    help="How numbers such as 1,234 are meant, where their column does not show it.",
)
@click.option(
    "--today",
    "day",
    type=Day(),
    metavar="DATE",
    help="The day of a correction; nothing may be younger.  [default: the clock's, UTC]",
)
@click.option(
    "--wait",
    type=click.FloatRange(0, 3600),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another run that changes the dataset.",
)
@data_option
@json_option
def command(
    files: tuple[str, ...],
    yes: bool,
    dry_run: bool,
    correct: str | None,
    decimal: Mark | None,
    day: date | None,
    wait: float,
    as_json: bool,
    **flags: Any,
) -> None:
    """Merge FILEs (CSV or XLSX) into the dataset: new periods, vintages, events, statuses."""
    from pathlib import Path

    from reports import store
    from reports.intake import files_reader, prepare
    from reports.resources import is_packaged

    _require_sense(correct, yes=yes, dry_run=dry_run, as_json=as_json)
    folder = data_folder(settings_of(flags))
    if is_packaged(folder) and not dry_run:
        hint = "copy it, and name the copy with --data"
        raise UsageError(f"{folder} belongs to the installed package", hint)
    read = files_reader([Path(name) for name in files], decimal, _ask(as_json=as_json))
    lock = nullcontext() if dry_run else store.locked(folder, _holder(), wait, _tell)
    with lock:
        if not dry_run and store.finish(folder):
            _tell("the rows of a run that was cut off after its commit are now in place")
        addition = prepare(folder, read, day or today(), correct)
        _show(addition, folder, as_json=as_json)
        status = _act(folder, addition, yes=yes, dry_run=dry_run)
    if as_json:
        print_json(described(addition, status))
    elif addition.contents:
        say(_ENDS[status].format(rows=_rows(addition), files=", ".join(sorted(addition.contents))))


_ENDS = {
    "planned": "Nothing was written; without --dry-run, {rows} would be, to {files}.",
    "added": "Wrote {rows} to {files}.",
    "declined": "Nothing was written.",
    "unchanged": "",
}


def _require_sense(correct: str | None, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Raise UsageError for options that do not go together, before anything is read."""
    if yes and dry_run:
        raise UsageError("--yes and --dry-run exclude each other", "give one of them")
    if as_json and not (yes or dry_run):
        raise UsageError("--json cannot ask", "add --yes to write, or --dry-run to look only")
    if correct is not None and (
        not correct.strip() or re.search(r"\d", correct) or len(correct) > LONGEST_REASON
    ):
        hint = f"say what was wrong in at most {LONGEST_REASON} characters, without digits"
        raise UsageError("--correct names no reason that can be printed", hint)


def _ask(*, as_json: bool) -> Any:
    """Return what asks for a decimal mark, on a terminal only."""

    def ask(number: str) -> Mark | None:
        if as_json or not sys.stdin.isatty():
            return None
        question = f"{number} - is its decimal mark a point or a comma?"
        mark: Mark = click.prompt(question, type=click.Choice(["point", "comma"]), err=True)
        return mark

    return ask


def _holder() -> str:
    return f"process {os.getpid()} on {os.uname().nodename} since {now():%Y-%m-%d %H:%M:%S} UTC"


def _tell(text: str) -> None:
    click.echo(f"Note: {text}.", err=True)


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
        message = f"the files have {named}; nothing in {folder} has changed"
        raise DataError(
            message, "mend what is named and add all of it again", addition.plan.problems
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
