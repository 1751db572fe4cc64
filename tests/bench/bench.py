"""Measure speed and memory of whole processes and write the table of `make bench`.

Plain standard library. Each pair that is compared runs in turn, so that a slow moment of the
machine falls on both; a ratio is the median of those of the turns, with the lowest and the highest.
Nothing here is a test: times say something about a machine, never whether code is right.
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

from tests.bench import follow
from tests.bench.sending import project, sink

RUNS = int(os.environ.get("RUNS", "5"))
DAY = "2025-06-09"
SIZES = (10_000, 1_000_000, 20_000_000)
"""Observations in a Parquet table; the first is what the others are held against."""
LATER = ("2025-06-16", "2025-06-23", "2025-06-30")
RECIPIENTS = (1_000, 10_000)
"""Readers on a list; the memory for the many is held against that for the few."""
EDITIONS = (52, 520)
"""Weekly editions of one year and of ten."""
LINEAR = "12.00"
"""Ten times as many editions may take twelve times as long: starting counts for little."""
PAGE = ("index.html", "assets/site.css", "assets/site.js")
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
HERE = Path(__file__).resolve().parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if "BYTECODE" not in name}
"""As it was given, but with the bytecode kept between runs as an installed program has it."""
MB = 1024
HEAD = (
    "| measure | ours | against | theirs | ratio (lowest–highest) | at most |",
    "|---|---:|---|---:|---:|---:|",
)

Command = Callable[[int], Sequence[str | Path]]
"""A command for a turn, which names folders of its own."""


@dataclass(frozen=True)
class Cost:
    """The wall time of each run in seconds, and the peak memory of the largest process in MB."""

    runs: tuple[float, ...]
    megabytes: float = 0.0

    @property
    def seconds(self) -> float:
        """Return the median of the runs."""
        return median(self.runs)


def cost(command: Sequence[str | Path], folder: Path = ROOT) -> Cost:
    """Run a command in a folder to its end; raise RuntimeError if it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=said, stderr=said)
        # Unlike Popen.wait, wait4 tells what the process used, its own children included.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command} failed: {said.read().decode()}")
    return Cost((seconds,), usage.ru_maxrss / MB)


def in_turn(*commands: Command) -> list[Cost]:
    """Return the cost of each command; they take turns, after a first round unmeasured."""
    rounds = [[cost(command(turn)) for command in commands] for turn in range(RUNS + 1)][1:]
    return [
        Cost(tuple(run.seconds for run in runs), median(run.megabytes for run in runs))
        for runs in zip(*rounds, strict=True)
    ]


def main() -> None:
    """Measure everything and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*_full_build(folder), *_next_to_nothing(folder), *_after_a_change(folder)]
        rows += _more_editions(folder)
        rows += _large_tables(folder)
        rows += _messages(folder)
        rows += _many_recipients(folder)
        rows += _archives(folder)
    batches = _printed("tests.bench.batches")
    table = "\n".join((*HEAD, *rows, batches))
    (ROOT / "output" / "bench.md").write_text(table, encoding="utf-8")
    print(table)  # noqa: T201


def _build(output: Path, *more: str | Path) -> list[str | Path]:
    return [BIN / "reports", "build", "--as-of", DAY, "--output", output, *more]


def _printed(module: str, *words: str) -> str:
    """Return the table that another bench prints."""
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


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


def _after_a_change(folder: Path) -> list[str]:
    """Compare what follows a change with the full build from nothing, turn by turn."""
    project = follow.Project(ROOT, folder / "project")
    plain = folder / "plain"
    pages: dict[tuple[str, str], list[float]] = {follow.TEMPLATE: [], follow.NOTE: []}
    followed: list[float] = []
    full: list[Cost] = []
    again: list[Cost] = []

    def build(output: Path) -> Cost:
        data, style = project.folder / "data", project.folder
        return cost(_build(output, "--data", data), style)

    build(plain)
    with follow.following(project, "build", "--watch") as lines:
        follow.until_all(lines)
        for turn in range(RUNS + 1):
            full.append(build(folder / f"nothing-{turn}"))
            followed.append(follow.seconds_to_all(project, lines, follow.ROW))
            again.append(build(plain))
    with follow.following(project, "preview", "--port", "0") as lines:
        viewer = follow.Viewer(lines.readline())
        viewer.until(pdf=True)
        for _ in range(RUNS + 1):
            for what, taken in pages.items():
                taken.append(viewer.seconds_to_page(project, what))
    against, whole = "full build from nothing", _of([run.seconds for run in full])
    return [
        _time_row(
            "build after one changed observation, `build --watch`",
            _of(followed),
            against,
            whole,
            "0.70",
        ),
        _time_row(
            "the same, `reports build` in a new process",
            _of([run.seconds for run in again]),
            "the same",
            whole,
            "",
        ),
        _time_row(
            "page in `preview` after a changed template",
            _of(pages[follow.TEMPLATE]),
            "the same",
            whole,
            "0.25",
        ),
        _time_row(
            "the same, after a changed note of the editor",
            _of(pages[follow.NOTE]),
            "the same",
            whole,
            "0.25",
        ),
    ]


def _of(seconds: Sequence[float]) -> Cost:
    """Return the cost that some times tell of, the first of which was a warm-up."""
    return Cost(tuple(seconds[1:]))


def _more_editions(folder: Path) -> list[str]:
    """Compare editions of one process with the whole process that builds a first one."""
    script: list[str | Path] = [sys.executable, HERE / "editions.py"]
    first: list[float] = []
    later: list[list[float]] = []
    for turn in range(RUNS):
        first.append(cost([*script, folder / f"first-{turn}", DAY]).seconds)
        command = [*script, folder / f"later-{turn}", DAY, *LATER]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        later.append([float(line) for line in done.stdout.split()])
    names = ("second edition in one process", "third", "fourth")
    against = "the first, whole process"
    return [
        _time_row(name, Cost(taken), against, Cost(tuple(first)), "0.70")
        for name, taken in zip(names, list(zip(*later, strict=True))[1:], strict=True)
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


def _messages(folder: Path) -> list[str]:
    """Compare composing messages to many readers with composing them to a few."""
    output = folder / "messages"
    cost(_build(output, "--format", "email,pdf"))
    script: list[str | Path] = [sys.executable, HERE / "messages.py", output / "draft" / DAY]
    many, few = in_turn(lambda turn: [*script, "10000"], lambda turn: [*script, "100"])
    return [
        _time_row("10,000 messages composed", many, "100 messages", few, ""),
        _memory_row("the same, memory", many, few, ("", "1.10")),
    ]


def _archives(folder: Path) -> list[str]:
    """Compare proving and indexing ten years of weekly editions with doing so for one year."""
    draft = folder / "frozen"
    cost(_build(draft, "--format", "html,pdf,png"))
    output = {count: folder / f"archive-{count}" for count in EDITIONS}
    for count, place in output.items():
        cost([sys.executable, HERE / "archive.py", draft / "draft" / DAY, place, str(count)])
    first = [cost(_index(place)) for place in output.values()]
    few, many = EDITIONS
    rows = [_time_row(f"first index of {many} editions", first[1], f"of {few}", first[0], LINEAR)]
    for words in (("index",), ("verify", "--all")):
        one, ten = in_turn(*(_each_turn(_on(place, *words)) for place in output.values()))
        name = f"`reports {' '.join(words)}` with {many} editions"
        rows.append(_time_row(name, ten, f"with {few}", one, LINEAR))
        rows.append(_memory_row("the same, memory of the process", ten, one, ("", "")))
    loaded = [output[many] / "archive" / name for name in PAGE]
    size = sum(path.stat().st_size for path in loaded) / 1000
    shown = f"{size:.0f} kB", "200 kB"
    return [*rows, _row(f"index page of {many} editions, style, fonts and script", shown[0],
                        "its budget", shown[1], size / 200, "1.00")]  # fmt: skip


def _each_turn(command: list[str | Path]) -> Command:
    return lambda turn: command


def _index(output: Path) -> list[str | Path]:
    return _on(output, "index")


def _on(output: Path, *words: str) -> list[str | Path]:
    return [BIN / "reports", *words, "--output", output]


def _large_build(folder: Path, data: Path) -> Command:
    return lambda turn: _build(folder / f"{data.name}-{turn}", "--data", data)


def _check(data: Path) -> list[str | Path]:
    return [BIN / "reports", "check", "--data", data]


def _many_recipients(folder: Path) -> list[str]:
    """Send the edition to many readers through a local server, with a ledger and without."""
    output = folder / "published"
    cost([BIN / "reports", "publish", "--as-of", DAY, "--output", output, "--by", "The bench"])
    words: list[str | Path] = [BIN / "reports", "send", DAY, "--late", "--output", output]
    cost(words)
    message = next((output / "outbox" / DAY).iterdir())
    with sink() as port:
        few, many = (
            cost(words, project(folder / f"readers-{count}", port, count)) for count in RECIPIENTS
        )
        plain = cost(
            [sys.executable, HERE / "plain_smtp.py", message, str(port), str(RECIPIENTS[1])]
        )
    name = f"sending to {RECIPIENTS[1]:,} recipients, {RECIPIENTS[1] / many.seconds:.0f} a second"
    against = "smtplib alone: no list, no ledger, one message for all"
    return [
        _time_row(name, many, against, plain, ""),
        _memory_row("the same, memory of the process", many, few, ("", "1.20")),
    ]


def _memory_row(what: str, ours: Cost, other: Cost, target: tuple[str, str]) -> str:
    shown = f"{ours.megabytes:.0f} MB", f"{other.megabytes:.0f} MB"
    ratio = ours.megabytes / other.megabytes
    return _row(what, shown[0], "the same", shown[1], ratio, target[1])


def _time_row(what: str, ours: Cost, against: str, other: Cost, target: str) -> str:
    shown = spread(ours.runs, other.runs)
    return _row(what, f"{ours.seconds:.3f} s", against, f"{other.seconds:.3f} s", shown, target)


def spread(ours: Sequence[float], others: Sequence[float]) -> str:
    """Return the ratio of each turn as their median, with the lowest and the highest.

    What was not measured in turn is held against the median of the other.
    """
    pairs = others if len(ours) == len(others) else [median(others)] * len(ours)
    ratios = [one / other for one, other in zip(ours, pairs, strict=True)]
    if len(ratios) == 1:
        return f"{ratios[0]:.2f}"
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def _row(*cells: str | float) -> str:
    shown = (f"{cell:.2f}" if isinstance(cell, float) else cell for cell in cells)
    return f"| {' | '.join(shown)} |"


if __name__ == "__main__":
    main()
