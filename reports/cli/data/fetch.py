"""`reports data fetch`: ask the public interfaces of providers for what is new."""

from __future__ import annotations

import os
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
    data_folder,
    data_option,
    json_option,
    print_json,
    progress,
    say,
    settings_of,
    short_path,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from reports.fetching import Failed, Fetched, Gathered
    from reports.intake import Addition
    from reports.model.periods import Period

SOME_FAILED = 1
MONTHS = 12
"""What is asked for without --since: UN Comtrade answers no more months at once."""


@click.command("fetch")
@click.argument("series", nargs=-1, metavar="[SERIES]…")
@click.option(
    "--since",
    metavar="MONTH",
    help="The first month asked for, such as 2025-01.  [default: the last 12 months]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=60.0,
    show_default="60",
    metavar="SECONDS",
    help="The longest that one provider may take, waits and repeats included.",
)
@click.option(
    "--output",
    metavar="FILE",
    help="Write the new rows as CSV to FILE, and their sources beside it.",
)
@yes_option
@dry_run_option
@wait_option
@data_option
@json_option
def command(
    series: tuple[str, ...],
    since: str | None,
    timeout: float,
    output: str | None,
    as_json: bool,
    **flags: Any,
) -> int:
    """Ask providers for the SERIES that have a feed, or for all, and add what is new."""
    from reports.fetching import Limits, addresses, gather, keys

    ways = {name: flags.pop(name) for name in ("yes", "dry_run", "wait")}
    _require_one_way(output, as_json=as_json, yes=ways["yes"], dry_run=ways["dry_run"])
    settings = settings_of(flags)
    folder = data_folder(settings)
    place = _place(output, folder) if output is not None else None
    day = today()
    with progress(as_json) as tell:
        tell("Asking providers")
        gathered = gather(
            folder,
            series,
            _first_month(since, day),
            day,
            places=addresses(settings.fetch, os.environ),
            secrets=keys(os.environ),
            limits=Limits(total=timeout),
        )
    paths = _write(place, gathered) if place else ()
    if not as_json:
        _print(gathered, paths)
    added = None
    if gathered.new and not place:
        added, gathered = _added(folder, gathered, day, as_json=as_json, **ways)
    if as_json:
        print_json(_described(gathered, day, paths) | {"addition": added})
    return SOME_FAILED if gathered.failures else 0


def _require_one_way(output: str | None, *, as_json: bool, yes: bool, dry_run: bool) -> None:
    """Raise UsageError for options that say two things about where the rows go."""
    from reports.errors import UsageError

    if output is None:
        require_an_answer(yes=yes, dry_run=dry_run, as_json=as_json)
    elif yes or dry_run:
        hint = "leave out --output to add the rows, or the other to write them to a file"
        raise UsageError(f"--output and --{'yes' if yes else 'dry-run'} exclude each other", hint)


def _added(
    folder: Path, gathered: Gathered, day: date, **ways: Any
) -> tuple[dict[str, Any], Gathered]:
    """Plan the new rows as `reports data add` does, and write them if that is wanted.

    Return what became of them, and what was gathered without the series that are refused.
    """
    from reports.cli.data.fetched import plan_fetched

    taken = gathered

    def planned() -> Addition:
        nonlocal taken
        addition, taken = plan_fetched(folder, gathered, day)
        if not ways["as_json"]:
            _print_failures(each for each in taken.failures if each not in gathered.failures)
        return addition

    return described(*merge(folder, planned, **ways)), taken


def _first_month(since: str | None, day: date) -> Period:
    from reports.errors import UsageError
    from reports.model.periods import Period

    if since is None:
        return Period.of(day).shift(1 - MONTHS)
    try:
        return Period.parse(since)
    except ValueError as error:
        raise UsageError(f"{since!r} is no month", "name one such as 2025-01") from error


def _place(output: str, folder: Path) -> Path:
    """Return where the new rows go; raise UsageError where a table of the dataset might stand."""
    from pathlib import Path

    from reports.errors import UsageError

    place = Path.cwd() / output
    if not output or not place.name or place.is_dir():
        raise UsageError(f"--output {output!r} names no file", "name one such as fetched.csv")
    if place.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{output} lies in the dataset", "choose a file outside of it")
    return place


def _write(place: Path, gathered: Gathered) -> tuple[Path, ...]:
    """Write the tables of rows and of sources, both or none; return their paths."""
    from reports.fetching import table
    from reports.files import write_together

    beside = place.with_name(f"{place.stem}-sources{place.suffix}")
    rows = table.csv_bytes(table.OBSERVATIONS, table.observation_cells(gathered.new))
    sources = table.csv_bytes(table.SOURCES, table.source_cells(gathered.new))
    write_together(place.parent, {beside.name: sources, place.name: rows})
    return place, beside


def _print(gathered: Gathered, paths: tuple[Path, ...]) -> None:
    from reports.fetching import Failed

    for outcome in gathered.outcomes:
        if isinstance(outcome, Failed):
            _print_failures([outcome])
        else:
            say(_success(outcome, gathered))
    for path in paths:
        say(short_path(str(path)))


def _print_failures(failures: Iterable[Failed]) -> None:
    for failure in failures:
        click.echo(f"Failed: {_failure(failure)}", err=True)


def _success(outcome: Fetched, gathered: Gathered) -> str:
    new = len(gathered.new_of(outcome))
    given = len(outcome.rows)
    values = "1 value" if given == 1 else f"{given} values"
    told = f"{outcome.provider}: {len(outcome.series)} series, {values}"
    return f"{told}: {new} new, {given - new} known" if given else told


def _failure(outcome: Failed) -> str:
    shown = ", ".join(outcome.series[:3])
    more = f" and {len(outcome.series) - 3} more" if len(outcome.series) > 3 else ""
    return f"{outcome.provider} {outcome.reason} ({shown}{more})"


def _described(gathered: Gathered, day: date, paths: tuple[Path, ...]) -> dict[str, Any]:
    """Return what a program reads of a round of fetching."""
    from reports.fetching import Failed, table

    providers = []
    for outcome in gathered.outcomes:
        told: dict[str, Any] = {"provider": outcome.provider, "series": outcome.series}
        if isinstance(outcome, Failed):
            told |= {"status": "failed", "reason": outcome.reason}
        else:
            new = len(gathered.new_of(outcome))
            told |= {"status": "fetched", "values": len(outcome.rows), "new": new}
        providers.append(told)
    return {
        "status": "incomplete" if gathered.failures else "fetched",
        "day": day,
        "providers": providers,
        "observations": table.observation_cells(gathered.new),
        "sources": table.source_cells(gathered.new),
        "paths": [str(path) for path in paths],
    }
