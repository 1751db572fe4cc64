"""Measure speed and memory of whole processes and write the table of `make bench`.

Plain standard library. Each pair that is compared runs in turn, so that a slow moment of the
machine falls on both; every ratio is one of medians taken in the same run. Nothing here is a test:
times say something about a machine, never whether code is right.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

RUNS = int(os.environ.get("RUNS", "5"))
DAY = "2025-06-09"
SIZES = (10_000, 1_000_000, 20_000_000)
"""Observations in a Parquet table; the first is what the others are held against."""
LATER = ("2025-06-16", "2025-06-23", "2025-06-30")
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
HERE = Path(__file__).resolve().parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if "BYTECODE" not in name}
"""As it was given, but with the bytecode kept between runs as an installed program has it."""
MB = 1024
HEAD = (
    "| measure | ours | against | theirs | ratio | at most |",
    "|---|---:|---|---:|---:|---:|",
)

Command = Callable[[int], Sequence[str | Path]]
"""A command for a turn, which names folders of its own."""


@dataclass(frozen=True)
class Cost:
    """The wall time of a command in seconds, and the peak memory of its largest process in MB."""

    seconds: float
    megabytes: float


def cost(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end; raise RuntimeError if it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=said, stderr=said)
        # Unlike Popen.wait, wait4 tells what the process used, its own children included.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command} failed: {said.read().decode()}")
    return Cost(seconds, usage.ru_maxrss / MB)


def in_turn(*commands: Command) -> list[Cost]:
    """Return the median cost of each command; they take turns, after a first round unmeasured."""
    rounds = [[cost(command(turn)) for command in commands] for turn in range(RUNS + 1)][1:]
    return [
        Cost(median(run.seconds for run in runs), median(run.megabytes for run in runs))
        for runs in zip(*rounds, strict=True)
    ]


def main() -> None:
    """Measure everything and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*_full_build(folder), *_next_to_nothing(folder), *_more_editions(folder)]
        rows += _large_tables(folder)
        batches = subprocess.run(
            [sys.executable, HERE / "batches.py"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    table = "\n".join((*HEAD, *rows, batches))
    (ROOT / "output" / "bench.md").write_text(table, encoding="utf-8")
    print(table)  # noqa: T201


def _build(output: Path, *more: str | Path) -> list[str | Path]:
    return [BIN / "reports", "build", "--as-of", DAY, "--output", output, *more]


def _full_build(folder: Path) -> list[str]:
    page = folder / "print" / "page.html"
    subprocess.run([sys.executable, HERE / "print_page.py", DAY, page.parent], cwd=ROOT, check=True)
    weasyprint = [BIN / "weasyprint", page, folder / "page.pdf"]
    ours, same, plain = in_turn(
        lambda turn: _build(folder / f"output-{turn}"),
        lambda turn: [*weasyprint, "--pdf-variant", "pdf/a-3a"],
        lambda turn: weasyprint,
    )
    against = "`weasyprint --pdf-variant pdf/a-3a` on the finished print HTML"
    return [
        _time_row("full build from nothing, HTML and PDF", ours, against, same, "1.30"),
        _time_row("the same", ours, "`weasyprint` without a variant", plain, ""),
        _row(
            "the same, memory of the largest process",
            f"{ours.megabytes:.0f} MB",
            against,
            f"{same.megabytes:.0f} MB",
            ours.megabytes / same.megabytes,
            "1.50",
        ),
    ]


def _next_to_nothing(folder: Path) -> list[str]:
    output = folder / "unchanged"
    cost(_build(output))
    nothing, help_page, unchanged = in_turn(
        lambda turn: [sys.executable, "-c", "pass"],
        lambda turn: [BIN / "reports", "--help"],
        lambda turn: _build(output),
    )
    return [
        _time_row("`reports --help`", help_page, "`python -c pass`", nothing, "6.00"),
        _time_row("build that finds nothing changed", unchanged, "the same", nothing, "6.00"),
    ]


def _more_editions(folder: Path) -> list[str]:
    """Compare editions of one process with the whole process that builds a first one."""
    script: list[str | Path] = [sys.executable, HERE / "editions.py"]
    first = median(cost([*script, folder / f"first-{turn}", DAY]).seconds for turn in range(RUNS))
    later: list[list[float]] = []
    for turn in range(RUNS):
        command = [*script, folder / f"later-{turn}", DAY, *LATER]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        later.append([float(line) for line in done.stdout.split()])
    seconds = [median(times) for times in zip(*later, strict=True)]
    names = ("second edition in one process", "third", "fourth")
    against = "the first, whole process"
    return [
        _time_row(name, Cost(taken, 0), against, Cost(first, 0), "0.70")
        for name, taken in zip(names, seconds[1:], strict=True)
    ]


def _large_tables(folder: Path) -> list[str]:
    """Compare builds and checks on synthetic tables of three sizes; the edition is the same."""
    data = {size: folder / f"data-{size}" for size in SIZES}
    for size, place in data.items():
        cost([sys.executable, HERE / "large.py", place, str(size)])
    rows = []
    for what, target, costs in (
        ("build", ("2.00", "1.50"), in_turn(*(_large_build(folder, data[n]) for n in SIZES))),
        ("`reports check`", ("", "1.50"), [cost(_check(place)) for place in data.values()]),
    ):
        small, *larger = costs
        for size, ours in zip(SIZES[1:], larger, strict=True):
            name = f"{what} with {size:,} synthetic observations in Parquet"
            rows.append(_time_row(name, ours, f"with {SIZES[0]:,}", small, target[0]))
            rows.append(_memory_row("the same, memory of the largest process", ours, small, target))
    return rows


def _large_build(folder: Path, data: Path) -> Command:
    return lambda turn: _build(folder / f"{data.name}-{turn}", "--data", data)


def _check(data: Path) -> list[str | Path]:
    return [BIN / "reports", "check", "--data", data]


def _memory_row(what: str, ours: Cost, other: Cost, target: tuple[str, str]) -> str:
    shown = f"{ours.megabytes:.0f} MB", f"{other.megabytes:.0f} MB"
    ratio = ours.megabytes / other.megabytes
    return _row(what, shown[0], "the same", shown[1], ratio, target[1])


def _time_row(what: str, ours: Cost, against: str, other: Cost, target: str) -> str:
    ratio = ours.seconds / other.seconds
    return _row(what, f"{ours.seconds:.3f} s", against, f"{other.seconds:.3f} s", ratio, target)


def _row(*cells: str | float) -> str:
    shown = (f"{cell:.2f}" if isinstance(cell, float) else cell for cell in cells)
    return f"| {' | '.join(shown)} |"


if __name__ == "__main__":
    main()
