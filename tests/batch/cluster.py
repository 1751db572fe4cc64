"""A cluster on this machine: a Dask scheduler and workers as processes of their own.

`cluster.py EDITIONS WORKERS` runs a batch on it, kills a worker in the middle, and compares every
byte with what one process makes.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from reports.batch import BatchRequest, Built, EditionRequest, Failed, run_batch
from reports.batch.pools import Cluster, Processes
from reports.resources import data_dir

FIRST = date(2025, 1, 20)
DASK = [sys.executable, "-m", "distributed.cli.dask_worker"]
SCHEDULER = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
QUIET = {
    "DASK_DISTRIBUTED__ADMIN__LOG_LENGTH": "10",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
}
"""As docs/more-than-one-machine.md has workers started: none looks at its own calls."""
LOOPBACK = ["--host", "127.0.0.1", "--no-dashboard"]


@dataclass(frozen=True)
class Running:
    """A cluster that runs: where it listens, and the processes that work."""

    address: str
    workers: tuple[subprocess.Popen[str], ...]


@contextmanager
def cluster(count: int, folder: Path) -> Iterator[Running]:
    """Start a scheduler and workers, and end them all with the block."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str, *command: str) -> subprocess.Popen[str]:
        log = (folder / f"{name}.log").open("w+", encoding="utf-8")
        environment = os.environ | QUIET
        process = subprocess.Popen(
            command, stdout=log, stderr=log, text=True, env=environment, cwd=folder
        )
        log.close()
        started.append(process)
        return process

    try:
        head = start("scheduler", *SCHEDULER, *LOOPBACK, "--port", "0")
        address = _address(head, folder / "scheduler.log")
        workers = tuple(
            start(f"worker-{n}", *DASK, address, *LOOPBACK, "--nthreads", "1", "--no-nanny")
            for n in range(count)
        )
        yield Running(address, workers)
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Wait for a process that was told to end. A worker of Dask sometimes waits for itself."""
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _address(head: subprocess.Popen[str], log: Path) -> str:
    """Return where a scheduler listens, once it says so."""
    while head.poll() is None:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text("utf-8")):
            return found[1]
        with suppress(subprocess.TimeoutExpired):
            head.wait(timeout=0.05)
    raise RuntimeError(log.read_text("utf-8"))


def editions(count: int, variant: str, formats: tuple[str, ...]) -> tuple[EditionRequest, ...]:
    """Return requests for the editions of so many days in a row."""
    days = (FIRST + timedelta(days=number) for number in range(count))
    return tuple(EditionRequest(day, variant, formats) for day in days)


def files(output: Path) -> dict[str, bytes]:
    """Return all files of the drafts by name."""
    paths = (path for path in sorted(output.rglob("*")) if path.is_file())
    return {str(path.relative_to(output)): path.read_bytes() for path in paths}


def compare(
    requests: tuple[EditionRequest, ...], workers: int, folder: Path, *, serially: bool = True
) -> int:
    """Run a batch on a cluster, kill a worker in the middle; return how many files are equal.

    Raise AssertionError where an edition failed, no worker was killed, or a byte differs.
    """
    with cluster(workers, folder) as running:
        batch = BatchRequest(data_dir(), folder / "cluster", requests)
        built = 0
        for outcome in run_batch(batch, lambda: Cluster(running.address)):
            assert isinstance(outcome, Built), outcome
            built += 1
            if built == len(requests) // 3:
                running.workers[0].send_signal(signal.SIGKILL)
        assert running.workers[0].wait(timeout=10) == -signal.SIGKILL
        assert built == len(requests)
    if serially:
        batch = BatchRequest(data_dir(), folder / "serial", requests)
        outcomes = list(run_batch(batch, lambda: Processes(1)))
        assert not [outcome for outcome in outcomes if isinstance(outcome, Failed)]
    ours, theirs = files(folder / "cluster"), files(folder / "serial")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    return len(ours)


def main() -> None:
    """Run as many editions on as many workers as the command line says."""
    count, workers = map(int, sys.argv[1:])
    requests = editions(count, "full", ("html", "pdf"))
    with TemporaryDirectory() as folder:
        equal = compare(requests, workers, Path(folder))
    print(f"{count} editions on {workers} workers, one of them killed: {equal} files are equal")  # noqa: T201


if __name__ == "__main__":
    main()
