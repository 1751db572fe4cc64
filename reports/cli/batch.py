"""`reports batch`: many editions at once, on the cores of this machine or on a cluster."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    data_folder,
    data_option,
    json_option,
    print_json,
    quieten_libraries,
    say,
    settings_of,
    short_path,
    variant_option,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from reports.batch import BatchRequest, Outcome
    from reports.batch.outcomes import Step
    from reports.batch.pools import Pool
    from reports.config import Settings

BAR = 24
"""Signs of the progress bar."""


@click.command("batch")
@click.option("--from", "first", type=Day(), metavar="DATE", required=True, help="The first day.")
@click.option("--to", "last", type=Day(), metavar="DATE", required=True, help="The last day.")
@click.option(
    "--every",
    "step",
    type=click.Choice(["day", "week", "month"]),
    default="week",
    show_default=True,
    help="An edition for each day, week or month from the first day on.",
)
@variant_option
@click.option(
    "--format", "formats", metavar="LIST", help="What to make, as in build.  [default: html,pdf]"
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 512),
    metavar="N",
    help="How many processes make editions.  [default: one a core]",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler whose workers make them.")
@click.option("--strict", is_flag=True, default=None, help="Take every warning for a failure.")
@data_option
@click.option("--output", metavar="DIR", help="Where the files go.  [default: output]")
@json_option
def command(
    first: date,
    last: date,
    step: Step,
    jobs: int | None,
    scheduler: str | None,
    as_json: bool,
    **flags: Any,
) -> int:
    """Build the editions of many days; a second run makes only what is missing."""
    from reports.batch import Failed, run_batch

    quieten_libraries()
    if jobs and scheduler:
        raise UsageError("--jobs and --scheduler exclude each other", "a cluster has its own size")
    batch = _batch(settings_of(flags), first, last, step)
    outcomes: list[Outcome] = []
    with (
        _Progress(len(batch.editions), as_json) as progress,
        # Closed whatever happens, so that no worker is left behind.
        closing(run_batch(batch, lambda: _pool(jobs, scheduler))) as run,
    ):
        for outcome in run:
            outcomes.append(outcome)
            progress.hear(outcome)
    outcomes.sort(key=lambda outcome: batch.editions.index(outcome.request))
    failed = any(isinstance(outcome, Failed) for outcome in outcomes)
    if as_json:
        seconds = round(progress.seconds, 3)
        status = "incomplete" if failed else "done"
        described = [_described(outcome) for outcome in outcomes]
        print_json({"status": status, "seconds": seconds, "editions": described})
    else:
        click.echo(progress.summary(), err=True)
        for outcome in outcomes:
            for path in () if isinstance(outcome, Failed) else outcome.paths:
                say(short_path(str(path)))
    return 1 if failed else 0


def _batch(settings: Settings, first: date, last: date, step: Step) -> BatchRequest:
    from reports.batch import BatchRequest, EditionRequest, days_between

    if first > last:
        raise UsageError(f"--from {first} is after --to {last}", "exchange them")
    editions = tuple(
        EditionRequest(day, variant, settings.formats)
        for day in days_between(first, last, step)
        for variant in settings.variants
    )
    return BatchRequest(data_folder(settings), settings.output, editions, settings.strict)


def _pool(jobs: int | None, scheduler: str | None) -> Pool:
    from reports.batch.pools import Cluster, Processes

    if scheduler:
        return Cluster(scheduler)
    return Processes(jobs or len(os.sched_getaffinity(0)))


class _Progress:
    """Says how far a batch is: a line on a terminal, and one for each failure anywhere."""

    def __init__(self, total: int, as_json: bool) -> None:
        self._total = total
        self._shown = sys.stderr.isatty() and not as_json
        self._counts: Counter[str] = Counter()
        self._start = monotonic()
        self._end: float | None = None

    def __enter__(self) -> _Progress:
        self._show()
        return self

    def __exit__(self, *_: object) -> None:
        self._end = monotonic()
        self._clear()

    @property
    def seconds(self) -> float:
        """Return the seconds that the batch took up to now."""
        return (self._end or monotonic()) - self._start

    def hear(self, outcome: Outcome) -> None:
        """Count an edition; say why it failed, if it did."""
        from reports.batch import Failed

        self._counts[type(outcome).__name__] += 1
        if isinstance(outcome, Failed):
            self._clear()
            hint = f" (hint: {outcome.hint})" if outcome.hint else ""
            line = f"Failed: {outcome.request}: {outcome.reason}{hint}"
            click.echo(" ".join(line.split()), err=True)
        self._show()

    def summary(self) -> str:
        """Return what became of the editions, and the rate."""
        built, same, failed = (self._counts[name] for name in ("Built", "Unchanged", "Failed"))
        rate = f" in {_clock(self.seconds)}, {self._rate():.2f} a second" if built else ""
        return f"{built:,} built{rate}; {same:,} unchanged; {failed:,} failed."

    def _rate(self) -> float:
        return (self._counts["Built"] + self._counts["Failed"]) / max(self.seconds, 0.001)

    def _show(self) -> None:
        if not self._shown:
            return
        done = self._counts.total()
        filled = BAR * done // self._total
        bar = "#" * filled + "-" * (BAR - filled)
        rate = self._rate()
        left = f"{rate:.2f} a second, {_clock((self._total - done) / rate)} left" if rate else "…"
        failed = f", {self._counts['Failed']:,} failed" if self._counts["Failed"] else ""
        line = f"\r\x1b[K[{bar}] {done:,} of {self._total:,}{failed}, {left}"
        click.echo(line, err=True, nl=False)

    def _clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def _clock(seconds: float) -> str:
    """Return a duration: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 1:
        return f"{whole} s"
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _described(outcome: Outcome) -> dict[str, Any]:
    from reports.batch import Built, Failed

    request = outcome.request
    described: dict[str, Any] = {
        "as_of": request.as_of.isoformat(),
        "variant": request.variant,
        "status": type(outcome).__name__.lower(),
    }
    if isinstance(outcome, Failed):
        why = {"reason": outcome.reason, "hint": outcome.hint}
        return described | why | ({"trace": outcome.trace} if outcome.trace else {})
    described["paths"] = [os.path.abspath(path) for path in outcome.paths]  # noqa: PTH100
    if isinstance(outcome, Built):
        seconds = round(outcome.seconds, 3)
        described |= {"bytes": outcome.size, "seconds": seconds, "warnings": outcome.warnings}
    return described
