"""Kill a run of the command line at its n-th write, as a crash of the machine's would."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reports import cli

_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.link"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class _Killer:
    """Count what changes the file system; kill the process before the n-th change."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self.last = last

    def step(self) -> bool:
        """Count a change; tell whether it is the one that is not to happen."""
        self.count += 1
        return self.count == self.last

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear what Python does to the file system."""
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if (opens or event in _CHANGES) and self.step():
            self.die()

    @staticmethod
    def die() -> None:
        """End the process at once: nothing is cleaned up."""
        os.kill(os.getpid(), signal.SIGKILL)

    def patch(self) -> None:
        """Count writes and syncs too, for which there is no event; a write stops half-way."""
        write, pwrite, fsync = os.write, os.pwrite, os.fsync

        def half(handle: int, content: Any) -> int:
            if self.step():
                write(handle, bytes(content)[: len(content) // 2])
                self.die()
            return write(handle, content)

        def before(call: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*arguments: Any) -> Any:
                if self.step():
                    self.die()
                return call(*arguments)

            return counted

        os.write, os.pwrite, os.fsync = half, before(pwrite), before(fsync)
        sys.addaudithook(self.watch)


def killed_at(number: int, *arguments: str | Path) -> bool:
    """Run a command in a child that dies at a change of the file system; tell whether it died."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A fork beside threads of the tests.
        child = os.fork()
    if child == 0:
        _run(number, arguments)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _run(number: int, arguments: tuple[str | Path, ...]) -> None:
    """Run the command line in the child and end it."""
    silent = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(silent, handle)
    sys.argv = ["reports", *map(str, arguments)]
    _Killer(number).patch()
    status = 99
    try:
        status = cli.run()
    finally:
        os._exit(status)


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the main thread for what takes longer."""

    def late(*_: object) -> None:
        raise TimeoutError(f"took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
