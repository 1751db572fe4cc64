"""Measure batches: more processes, a cluster, the memory of a worker, and what a core can do.

`batches.py` by itself prints its rows and the capacity plan, `batches.py capacity` the plan alone;
`make bench` holds both. `WEEKS` and `RUNS` make it shorter: 104 weeks and five runs without them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
RUNS = int(os.environ.get("RUNS", "5"))
WEEKS = int(os.environ.get("WEEKS", "104"))
FIRST = date(2024, 1, 1)
MANY, FEW = 500, 50
WEEK_OF_EDITIONS = 100_000


@dataclass(frozen=True)
class Run:
    """A batch that was run: wall time, and the processor time of all its processes but Dask's."""

    editions: int
    seconds: float
    processor: float
    size: int

    @property
    def rate(self) -> float:
        """Return the editions a second."""
        return self.editions / self.seconds


def run(output: Path, *more: str) -> Run:
    """Run the batch of so many weeks from nothing; raise RuntimeError if an edition fails."""
    last = FIRST + timedelta(weeks=WEEKS - 1)
    command: list[str | Path] = [
        BIN / "reports",
        "batch",
        "--from",
        str(FIRST),
        "--to",
        str(last),
        "--json",
    ]
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen([*command, "--output", output, *more], cwd=ROOT, stdout=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        told = json.load(said)
    if process.returncode:
        raise RuntimeError(f"{command} failed: {told}")
    size = sum(edition["bytes"] for edition in told["editions"])
    return Run(len(told["editions"]), seconds, usage.ru_utime + usage.ru_stime, size)


def rows(folder: Path) -> tuple[list[str], list[str]]:
    """Return the rows of the table, and the capacity plan."""
    sys.path.insert(0, os.fspath(ROOT))
    from tests.batch.cluster import cluster

    done: dict[str, list[Run]] = {"one": [], "two": [], "cluster": []}
    with cluster(2, folder) as running:
        ways = {
            "one": ("--jobs", "1"),
            "two": ("--jobs", "2"),
            "cluster": ("--scheduler", running.address),
        }
        for turn in range(RUNS):
            for name, options in ways.items():
                done[name].append(run(folder / f"{name}-{turn}", *options))
    one, two, many = ([each.rate for each in runs] for runs in done.values())
    early, late = memory()
    megabytes = f"{late:.0f} MB | after {FEW} | {early:.0f} MB | {late / early:.2f}"
    table = [
        _row(f"{WEEKS} editions with two processes", two, "with one", one, "≥ 1.85"),
        _row(f"{WEEKS} editions on a cluster of two workers", many, "two processes", two, "≥ 0.80"),
        f"| memory of a worker after {MANY} editions | {megabytes} | 1.05 |",
    ]
    return table, plan(done["one"])


def memory() -> tuple[float, float]:
    """Return the memory of the worker at hand after few and after many one-page editions, in MB."""
    from reports.batch import BatchRequest, EditionRequest, run_batch
    from reports.batch.pools import Processes
    from reports.resources import data_dir

    started: list[Processes] = []
    seen: dict[int, float] = {}
    days = (FIRST + timedelta(days=number) for number in range(MANY))
    editions = tuple(EditionRequest(day, "flash", ("html", "pdf")) for day in days)
    with tempfile.TemporaryDirectory() as name:
        batch = BatchRequest(data_dir(), Path(name), editions)

        def start() -> Processes:
            started.append(Processes(1))
            return started[0]

        for number, _ in enumerate(run_batch(batch, start), 1):
            if number in (FEW, MANY):
                (worker,) = started[0].executor._processes  # type: ignore[attr-defined]
                seen[number] = _resident(worker)
    return seen[FEW], seen[MANY]


def _resident(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def plan(runs: list[Run]) -> list[str]:
    """Return what a core makes in an hour, and what a week of many editions needs."""
    processor = median(each.processor / each.editions for each in runs)
    size = median(each.size / each.editions for each in runs)
    hourly = 3600 / processor
    hours, whole = WEEK_OF_EDITIONS / hourly, WEEK_OF_EDITIONS * size / 1e9
    cores = f"{hours / 168:.1f} of a core day and night, or {hours / 8:,.0f} cores for eight hours"
    return [
        f"- processor time of a full edition, HTML and PDF: {processor:.2f} s",
        f"- editions a core-hour: {hourly:,.0f}",
        f"- bytes an edition: {size / 1e6:.2f} MB",
        f"- {WEEK_OF_EDITIONS:,} editions a week: {hours:,.0f} core-hours ({cores})",
        f"- their files: {whole:,.0f} GB",
    ]


def _row(what: str, ours: list[float], against: str, theirs: list[float], target: str) -> str:
    from tests.bench.bench import spread

    rates = [f"{median(each):.2f} a second" for each in (ours, theirs)]
    return f"| {what} | {rates[0]} | {against} | {rates[1]} | {spread(ours, theirs)} | {target} |"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sys.argv[1:] == ["capacity"]:
            table: list[str] = []
            capacity = plan([run(folder / f"{n}", "--jobs", "1") for n in range(RUNS)])
        else:
            table, capacity = rows(folder)
    print("\n".join((*table, "", *capacity)))  # noqa: T201


if __name__ == "__main__":
    main()
