"""What the commands share: the type of a day, their options, and how they print."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from reports.errors import DataError, ReportsError, UsageError
from reports.variants import FULL

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from reports.archive.store import ArchiveStore
    from reports.config import Settings
    from reports.errors import Problem

MOST_LISTED = 100
"""Problems that a failed command prints; a terminal that scrolls for minutes shows nothing."""


class Day(click.ParamType[Any]):
    """A day such as 2025-06-09, or `today`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that a word names; fail as Click does for any other."""
        from reports.config import day_of

        if value == "today":
            return today()
        try:
            return day_of(value)
        except ValueError:
            self.fail(f"{value!r} is no day such as 2025-06-09, nor `today`", param, ctx)


def today() -> date:
    """Return the current day in UTC; SOURCE_DATE_EPOCH stands in for the clock where it is set."""
    return now().date()


def now() -> datetime:
    """Return the current time in UTC; SOURCE_DATE_EPOCH stands in for the clock where it is set."""
    from datetime import UTC, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    if not re.fullmatch("[0-9]{1,11}", epoch):  # Eleven digits reach the year 5138.
        raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}", "set it to seconds since 1970")
    return datetime.fromtimestamp(int(epoch), UTC)


def stamp() -> str:
    """Return the current time as ledgers have it."""
    return now().strftime("%Y-%m-%dT%H:%M:%SZ")


data_option = click.option(
    "--data", metavar="DIR", help="The dataset: a folder with datapackage.json.  [default: data]"
)
output_option = click.option(
    "--output", metavar="DIR", help="Where drafts and the archive lie.  [default: output]"
)
variant_option = click.option(
    "--variant",
    metavar="LIST",
    help="For whom, of full, flash (one page), partner and partner-COUNTRY.  [default: full]",
)
one_variant_option = click.option(
    "--variant",
    default=FULL,
    metavar="NAME",
    help="Of which edition by reader the file is, such as flash.  [default: full]",
)
archive_option = click.option(
    "--archive",
    metavar="URL",
    help="The archive: a folder, s3://bucket/prefix or sftp://user@host/path.  "
    "[default: archive in the folder for output]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")


def settings_of(flags: Mapping[str, Any]) -> Settings:
    """Return the settings that the options, the environment and the project's file make."""
    from pathlib import Path

    from reports.config import load_settings

    try:
        folder = Path.cwd()
    except FileNotFoundError as error:
        hint = "change to a folder that is there"
        raise UsageError("the working folder has been removed", hint) from error
    return load_settings(flags, os.environ, folder)


def data_folder(settings: Settings) -> Path:
    """Return the dataset's folder; raise UsageError where there is none."""
    from reports.resources import data_dir

    folder = settings.data or data_dir()
    if not folder.is_dir():
        raise UsageError(
            f"there is no data folder {folder}", "name the folder of datapackage.json with --data"
        )
    return folder


def archive_of(settings: Settings) -> ArchiveStore:
    """Return the archive of a project, which is not asked yet; raise UsageError for no address."""
    from reports.archive.opening import open_store

    return open_store(settings.archive["url"], settings.archive, os.environ)


def quieten_libraries() -> None:
    """Set what the libraries that draw read from the environment when they are imported."""
    # numpy would start threads for linear algebra that nothing here needs.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["MPLBACKEND"] = "agg"  # matplotlib would not be imported with a name it lacks.


@contextmanager
def progress(as_json: bool) -> Iterator[Callable[[str], None]]:
    """Show the stage under way in one line of a terminal, and nothing anywhere else."""
    shown = sys.stderr.isatty() and not as_json
    try:
        yield lambda stage: click.echo(f"\r\x1b[K{stage} …", err=True, nl=False) if shown else None
    finally:
        if shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def fail(error: ReportsError) -> int:
    """Print an error in one line, with --json as an object too; return its exit status."""
    if "--json" in sys.argv:  # The options may be what is wrong.
        problems = [vars(problem) for problem in getattr(error, "problems", ())]
        described = {"message": error.message, "hint": error.hint}
        with suppress(ReportsError):
            print_json({"status": "failed", "error": described, "problems": problems})
    elif isinstance(error, DataError) and not error.told:
        _list(error.problems)
    line = f"Error: {error.message}" + (f" (hint: {error.hint})" if error.hint else "")
    with suppress(OSError):  # The status still says it.
        click.echo(" ".join(line.split()), err=True)
    return error.exit_status


def _list(problems: Sequence[Problem]) -> None:
    """Print the problems behind an error where the error itself names only the first."""
    if len(problems) < 2:
        return
    for problem in problems[:MOST_LISTED]:
        with suppress(OSError):
            click.echo(" ".join(f"{problem.severity}: {problem}".split()), err=True)
    if len(problems) > MOST_LISTED:
        with suppress(OSError):
            click.echo(f"and {len(problems) - MOST_LISTED:,} more: `reports check`", err=True)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object to standard output."""
    import json

    say(json.dumps(value, indent=2, default=str))


def say(text: str | bytes) -> None:
    """Print to standard output; bytes as they are."""
    try:
        click.echo(text, nl=isinstance(text, str))
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReportsError(
            f"standard output cannot be written: {reason}", "see where it goes"
        ) from error


def user_name() -> str:
    """Return the name that the system has for whoever runs the command; raise UsageError."""
    from getpass import getuser

    try:
        return getuser()
    except (ImportError, KeyError, OSError) as error:
        hint = "say it with --by, or set REPORTS_BY"
        raise UsageError("it is not known who publishes", hint) from error


def counted(count: int, thing: str) -> str:
    """Return a number with its thing, in the plural where it is not one."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def short_path(path: str) -> str:
    """Return a path relative to the working folder where it lies in it."""
    folder = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    return path.removeprefix(folder)


def full_path(place: str) -> str:
    """Return an absolute path, or an address as it is."""
    return place if "://" in place else os.path.abspath(place)  # noqa: PTH100
