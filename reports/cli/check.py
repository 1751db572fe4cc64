"""`reports check`: read the dataset and print all that is wrong with it."""

from __future__ import annotations

from typing import Any

import click

from reports.cli.shared import (
    data_folder,
    data_option,
    json_option,
    print_json,
    say,
    settings_of,
)
from reports.errors import DataError, StrictError


@click.command("check")
@data_option
@click.option("--strict", is_flag=True, default=None, help="Take every warning for a failure.")
@json_option
def command(as_json: bool, **flags: Any) -> None:
    """Check the dataset and print all its problems at once."""
    from reports.checks import check

    settings = settings_of(flags)
    folder = data_folder(settings)
    problems, newest_day = check(folder, settings.output)
    if not as_json:
        for problem in problems:
            say(f"{problem.severity}: {problem}")
    if newest_day is None:
        faults = sum(problem.severity == "error" for problem in problems)
        named = "1 fault" if faults == 1 else f"{faults} faults"
        files = {problem.file for problem in problems if problem.severity == "error"}
        own = all(file.startswith("templates/") for file in files)
        message = f"the templates have {named}" if own else f"the dataset in {folder} has {named}"
        raise DataError(
            message, f"mend the {'lines' if own else 'rows'} that are named", problems, told=True
        )
    if settings.strict and problems:
        named = "1 warning" if len(problems) == 1 else f"{len(problems)} warnings"
        hint = "mend the rows, or list what is known in known_conflicts"
        raise StrictError(f"the dataset in {folder} has {named}", hint, problems)
    if as_json:
        described = [vars(problem) for problem in problems]
        print_json({"status": "valid", "newest_day": newest_day, "problems": described})
    else:
        say(f"{folder} is valid; it knows what was public by {newest_day}.")
