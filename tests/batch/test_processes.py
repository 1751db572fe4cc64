"""Batches with real workers: processes that are killed, interrupted, or on a cluster."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from reports.batch import BatchRequest, Built, pools, run_batch
from reports.batch.pools import Processes
from reports.resources import data_dir
from tests.batch.cluster import compare, editions, files
from tests.conftest import ROOT, Said, run_reports

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
BATCH = ("batch", "--from", "2025-06-02", "--to", "2025-06-16", "--variant", "flash")


def test_bytes_are_equal_whoever_makes_them_even_if_a_worker_is_killed(tmp_path: Path) -> None:
    requests = editions(10, "flash", ("html",))
    started: list[Processes] = []

    def start() -> Processes:
        started.append(Processes(2))
        return started[0]

    batch = BatchRequest(data_dir(), tmp_path / "serial", requests)
    for number, outcome in enumerate(run_batch(batch, start)):
        assert isinstance(outcome, Built), outcome
        if number == 2:
            victim = next(iter(started[0].executor._processes))  # type: ignore[attr-defined]
            os.kill(victim, signal.SIGKILL)
    assert len(files(tmp_path / "serial")) == 10 * 4 + 1
    pytest.importorskip("distributed")
    # A cluster that loses a worker too makes the very same files.
    assert compare(requests, 2, tmp_path, serially=False) == 10 * 4 + 1


def test_the_command_builds_what_build_builds_and_then_nothing(tmp_path: Path) -> None:
    words = (*BATCH, "--output", tmp_path / "many", "--jobs", "2")
    said = run_reports(*words)
    assert said.status == 0, said.err
    assert re.fullmatch(r"3 built in .* a second; 0 unchanged; 0 failed\.\n", said.err)
    paths = said.out.splitlines()
    assert len(paths) == 3 * 4
    one = run_reports("build", "--as-of", "2025-06-09", "--variant", "flash", "--output", tmp_path)
    assert [Path(p).read_bytes() for p in one.out.splitlines()] == [
        Path(p).read_bytes() for p in paths[4:8]
    ]
    again = run_reports(*words, "--json").json
    assert again["status"] == "done"
    assert [e["status"] for e in again["editions"]] == ["unchanged"] * 3


def test_a_failure_is_a_line_with_its_reason(tmp_path: Path) -> None:
    words = ("batch", "--from", "2022-12-20", "--to", "2023-02-20", "--every", "month")
    more = ("--variant", "flash", "--format", "html", "--output", tmp_path, "--jobs", "1")
    said = run_reports(*words, *more)
    assert said.status == 1
    failed = [line for line in said.err.splitlines() if line.startswith("Failed: ")]
    for day in ("2022-12-20", "2023-01-20"):
        why = f"Failed: {day} flash: no edition can be built as of {day}: none of the series "
        assert sum(line.startswith(why) for line in failed) == 1
    assert "built in" in said.err
    assert "Traceback" not in said.err


def test_an_interrupt_ends_all_and_leaves_no_one_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reports", *BATCH[:4], "2025-12-29", *BATCH[5:]]
    process = subprocess.Popen(
        [*command, "--output", str(tmp_path), "--jobs", "2"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not list(tmp_path.rglob("*.pdf")) and process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    os.killpg(process.pid, signal.SIGINT)  # As a terminal does: to all of them.
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "Interrupted; the files of earlier builds are as they were."
    patience = Event()
    for _ in range(200):
        if not alive(process.pid):
            break
        patience.wait(0.05)
    assert alive(process.pid) == []


def alive(session: int) -> list[str]:
    """Return the processes of a session that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = path.read_text().rpartition(")")
            state, _, _, its_session = rest.split()[:4]
            if int(its_session) == session and state not in "ZX":
                found.append(name)
    return found


def test_a_scheduler_that_is_not_there_is_one_line(
    reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(pools, "SECONDS_TO_ANSWER", 0.5)
    said = reports(*BATCH, "--scheduler", "tcp://127.0.0.1:9", "--output", tmp_path)
    assert said.status == 1
    assert said.err.startswith("Error: no scheduler answers at tcp://127.0.0.1:9 (hint: ")
