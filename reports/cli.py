"""Parse, call, print: the only Click, the only clock and the only exit statuses.

Nothing heavier than Click is imported here, so that help, errors and a build that finds nothing
changed are there at once.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

import click

from reports.errors import DataError, ReportsError, UsageError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from reports.config import Settings
    from reports.drafts import Built

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
        return _fail(UsageError(error.format_message(), "see `reports --help`"))
    except click.Abort:
        click.echo("Interrupted; the files of earlier builds are as they were.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return 1  # Whoever was to read the paths has gone.
    except ReportsError as error:
        return _fail(error)


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


class _Day(click.ParamType[Any]):
    """A day such as 2025-06-09, or `today`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from reports.config import day_of

        if value == "today":
            return _today()
        try:
            return day_of(value)
        except ValueError:
            self.fail(f"{value!r} is no day such as 2025-06-09, nor `today`", param, ctx)


def _today() -> date:
    """Return the current day in UTC; SOURCE_DATE_EPOCH stands in for the clock where it is set."""
    from datetime import UTC, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).date()
    if not re.fullmatch("[0-9]{1,11}", epoch):  # Eleven digits reach the year 5138.
        raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}", "set it to seconds since 1970")
    return datetime.fromtimestamp(int(epoch), UTC).date()


_data = click.option(
    "--data", metavar="DIR", help="The dataset: a folder with datapackage.json.  [default: data]"
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False)
@click.version_option(package_name="trade-reports", message="reports %(version)s")
def reports() -> None:
    """Build dated briefings on the US–China trade talks from a sourced dataset."""


@reports.command()
@click.option(
    "--as-of",
    type=_Day(),
    metavar="DATE",
    help="The day whose knowledge counts, or `today`.  [default: the newest day of the dataset]",
)
@_data
@click.option("--output", metavar="DIR", help="Where the files go.  [default: output]")
@click.option(
    "--format",
    "formats",
    metavar="LIST",
    help="What to make, of html, pdf and png (charts).  [default: html,pdf]",
)
@click.option("--strict", is_flag=True, default=None, help="Take every warning for a failure.")
@_json
def build(as_of: date | None, as_json: bool, **flags: Any) -> None:
    """Build the briefing as of a day and print the paths of its files."""
    from reports.pipeline import BuildRequest
    from reports.pipeline import build as build_edition

    # numpy would start threads for linear algebra that nothing here needs.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["MPLBACKEND"] = "agg"  # matplotlib would not be imported with a name it lacks.
    settings = _settings(flags)
    request = BuildRequest(
        data=_data_folder(settings),
        output=settings.output,
        as_of=as_of,
        formats=settings.formats,
        strict=settings.strict,
        processes=settings.parallel and hasattr(os, "fork"),
    )
    with _progress(as_json) as tell:
        built = build_edition(request, tell)
    if as_json:
        _print_json(_described(built))
    else:
        _print_built(built, by_default=as_of is None)


@reports.command()
@_data
@_json
def check(as_json: bool, **flags: Any) -> None:
    """Check the dataset and print all its problems at once."""
    from reports.pipeline import check as check_dataset

    folder = _data_folder(_settings(flags))
    problems, newest_day = check_dataset(folder)
    if not as_json:
        for problem in problems:
            _say(f"{problem.severity}: {problem}")
    if newest_day is None:
        faults = sum(problem.severity == "error" for problem in problems)
        named = "1 fault" if faults == 1 else f"{faults} faults"
        message = f"the dataset in {folder} has {named}"
        raise DataError(message, "mend the rows that are named", problems)
    if as_json:
        described = [vars(problem) for problem in problems]
        _print_json({"status": "valid", "newest_day": newest_day, "problems": described})
    else:
        _say(f"{folder} is valid; it knows what was public by {newest_day}.")


def _settings(flags: Mapping[str, Any]) -> Settings:
    from pathlib import Path

    from reports.config import load_settings

    try:
        folder = Path.cwd()
    except FileNotFoundError as error:
        hint = "change to a folder that is there"
        raise UsageError("the working folder has been removed", hint) from error
    return load_settings(flags, os.environ, folder)


def _data_folder(settings: Settings) -> Path:
    from reports.resources import data_dir

    folder = settings.data or data_dir()
    if not folder.is_dir():
        raise UsageError(
            f"there is no data folder {folder}", "name the folder of datapackage.json with --data"
        )
    return folder


@contextmanager
def _progress(as_json: bool) -> Iterator[Callable[[str], None]]:
    """Show the stage under way in one line of a terminal, and nothing anywhere else."""
    shown = sys.stderr.isatty() and not as_json
    try:
        yield lambda stage: click.echo(f"\r\x1b[K{stage} …", err=True, nl=False) if shown else None
    finally:
        if shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def _print_built(built: Built, *, by_default: bool) -> None:
    if by_default:
        day = f"{built.as_of.day} {built.as_of:%B %Y}"
        click.echo(f"As of {day}, the newest day on which the dataset learned something.", err=True)
    for note in built.notes:
        click.echo(f"Note: {note}", err=True)
    for warning in built.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if built.unchanged and sys.stderr.isatty():
        click.echo("Nothing has changed since these files were built.", err=True)
    for path in built.paths.values():
        _say(_short(str(path)))


def _described(built: Built) -> dict[str, Any]:
    return {
        "status": "unchanged" if built.unchanged else "built",
        "as_of": built.as_of.isoformat(),
        "newest_day": built.newest_day.isoformat(),
        "paths": {form: os.path.abspath(path) for form, path in built.paths.items()},  # noqa: PTH100
        "pages": built.pages,
        "notes": built.notes,
        "warnings": built.warnings,
        "timings": {stage: round(seconds, 3) for stage, seconds in built.timings.items()},
    }


def _fail(error: ReportsError) -> int:
    """Print an error in one line, with --json as an object too; return its exit status."""
    if "--json" in sys.argv:  # The options may be what is wrong.
        problems = [vars(problem) for problem in getattr(error, "problems", ())]
        described = {"message": error.message, "hint": error.hint}
        with suppress(ReportsError):
            _print_json({"status": "failed", "error": described, "problems": problems})
    line = f"Error: {error.message}" + (f" (hint: {error.hint})" if error.hint else "")
    with suppress(OSError):  # The status still says it.
        click.echo(" ".join(line.split()), err=True)
    return error.exit_status


def _print_json(value: Mapping[str, Any]) -> None:
    import json

    _say(json.dumps(value, indent=2, default=str))


def _say(text: str) -> None:
    """Print to standard output."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReportsError(
            f"standard output cannot be written: {reason}", "see where it goes"
        ) from error


def _short(path: str) -> str:
    """Return a path relative to the working folder where it lies in it."""
    folder = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    return path.removeprefix(folder)
