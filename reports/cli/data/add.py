"""`reports data add`: merge files into the dataset, or say why not."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from reports.cli.data.merging import (
    dry_run_option,
    merge,
    require_an_answer,
    wait_option,
    yes_option,
)
from reports.cli.data.showing import described
from reports.cli.shared import (
    Day,
    data_folder,
    data_option,
    json_option,
    print_json,
    settings_of,
    today,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from reports.intake.numbers import Mark

LONGEST_REASON = 160


@click.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@yes_option
@dry_run_option
@click.option(
    "--correct",
    metavar="REASON",
    help="Take a row that contradicts one of the same day for the correction of an error of ours,"
    " and say what was wrong, in words without numbers.",
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
@wait_option
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

    from reports.intake import files_reader, prepare

    require_an_answer(yes=yes, dry_run=dry_run, as_json=as_json)
    _require_reason(correct)
    folder = data_folder(settings_of(flags))
    read = files_reader([Path(name) for name in files], decimal, _ask(as_json=as_json))
    addition, status = merge(
        folder,
        lambda: prepare(folder, read, day or today(), correct),
        yes=yes,
        dry_run=dry_run,
        wait=wait,
        as_json=as_json,
    )
    if as_json:
        print_json(described(addition, status))


def _require_reason(correct: str | None) -> None:
    """Raise UsageError for a reason that an edition could not print."""
    from reports.model import numerals

    if correct is not None and (
        not correct.strip()
        or re.search(r"\d", correct)
        or numerals(correct)
        or len(correct) > LONGEST_REASON
    ):
        hint = f"say what was wrong in at most {LONGEST_REASON} characters, without numbers"
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
