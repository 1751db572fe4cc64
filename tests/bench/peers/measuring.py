"""What chains of commands cost: wall time, processor time, and memory of all their processes."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]

_BETWEEN = 0.1
"""Seconds between two looks at the memory; the runs that are timed are not looked at."""


@dataclass(frozen=True)
class Place:
    """Where commands run: the folder and the environment."""

    folder: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Taken:
    """The seconds that a chain took by the clock, and on all processors together."""

    clock: float
    processors: float


def timed(chain: Sequence[Command], place: Place) -> Taken:
    """Run commands one after another; raise RuntimeError with what one said if it fails."""
    clock = processors = 0.0
    for command in chain:
        start = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            process = _start(command, place, said.fileno())
            # Unlike Popen.wait, wait4 tells what the process used, its own children included.
            _, status, usage = os.wait4(process.pid, 0)
            clock += time.perf_counter() - start
            processors += usage.ru_utime + usage.ru_stime
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            _require(process, said.read())
    return Taken(clock, processors)


def peak_memory(chain: Sequence[Command], place: Place) -> float:
    """Return the most memory in MB that all processes of a command held at once.

    A page that several of them share is counted once (PSS).
    """
    most = 0
    for command in chain:
        with tempfile.TemporaryFile() as said:
            process = _start(command, place, said.fileno())
            while process.poll() is None:
                most = max(most, sum(map(_pss, _family(process.pid))))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_BETWEEN)
            said.seek(0)
            _require(process, said.read())
    return most / 1024


def _start(command: Command, place: Place, said: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=place.folder,
        env=dict(place.environment),
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
    )


def _require(process: subprocess.Popen[bytes], said: bytes) -> None:
    if process.returncode:
        raise RuntimeError(f"{process.args!r} failed: {said.decode(errors='replace')[-2000:]}")


def _family(first: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name, which may hold spaces and brackets, ends with the last bracket.
            parent = int(stat.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    family = [first]
    for member in family:
        family += children.get(member, [])
    return family


def _pss(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
