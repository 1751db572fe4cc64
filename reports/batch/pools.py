"""Where the workers of a batch are: processes of this machine, or a cluster's."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from threading import Thread
from typing import Any, Protocol

from reports.errors import ReportsError, UsageError

LIFETIME = 100
"""Editions that a process makes: WeasyPrint's layout leaves some 50 kB of each behind for good."""
SECONDS_TO_ANSWER = 20
"""So long a cluster may take to answer, and to have its first worker."""


class Pool(Protocol):
    """An executor with what differs between one machine and a cluster."""

    executor: Executor

    def width(self) -> int:
        """Return how many editions are made at the same time."""

    def lifetime(self) -> int:
        """Return how many editions the workers make before they are started anew."""

    def renew(self) -> None:
        """Start the workers anew: one of them died, or they are at their age."""

    def stop(self, under_way: Iterable[Future[Any]]) -> None:
        """End the workers; what is under way is not waited for longer than it has to be."""


class Processes:
    """So many processes of this machine, none of which outlives this one."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.executor: Executor = _started(count)

    def width(self) -> int:
        """Return the number of processes."""
        return self._count

    def lifetime(self) -> int:
        """Return the editions after which memory that libraries never give back is given back."""
        return LIFETIME * self._count

    def renew(self) -> None:
        """Start the processes anew."""
        self.executor.shutdown()
        self.executor = _started(self._count)

    def stop(self, under_way: Iterable[Future[Any]]) -> None:
        """End the processes once each has finished the edition it is at."""
        for future in under_way:
            future.cancel()
        self.executor.shutdown(cancel_futures=True)


def _started(count: int) -> ProcessPoolExecutor:
    """Start processes that hear no interrupt: it is the parent's to say when they end."""
    # Spawned, not forked: a fork would take along whatever threads and locks this process has.
    pool = ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=_end_with_parent
    )
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for _ in range(count):
            pool.submit(os.getpid)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    return pool


def _end_with_parent() -> None:
    """End this process when its parent is gone, killed or not: nobody takes its answers."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


class Cluster:
    """The workers of a Dask scheduler, as many as it has at the time."""

    def __init__(self, address: str) -> None:
        self._client = _connected(address)
        self.executor: Executor = self._client.get_executor(pure=False)

    def width(self) -> int:
        """Return the number of workers; each makes one edition at a time."""
        return max(1, len(self._client.nthreads()))

    def lifetime(self) -> int:
        """Return no limit: how long its workers live is for whoever starts them to say."""
        return sys.maxsize

    def renew(self) -> None:
        """Do nothing: the scheduler gives the work of a dead worker to another by itself."""

    def stop(self, under_way: Iterable[Future[Any]]) -> None:
        """Cancel what is under way and leave; the workers are others' to end."""
        for future in under_way:
            future.cancel()
        self.executor.shutdown(wait=False)
        self._client.close()


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        hint = "install the extra: pip install 'trade-reports[cluster]'"
        raise UsageError("--scheduler needs the package distributed", hint) from error
    try:
        connect: Any = Client
        client = connect(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        hint = "name it as `dask scheduler` prints it: tcp://HOST:8786"
        raise ReportsError(f"no scheduler answers at {address}", hint) from error
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    except TimeoutError as error:
        client.close()
        hint = f"start some: dask worker {address} --nthreads 1"
        raise ReportsError(f"the scheduler at {address} has no workers", hint) from error
    return client
