"""A few helpers that work at the same time: forked processes, or the same calls one after another.

A worker prepares itself (imports, caches), then answers requests in their order. Start workers
before importing pandas, matplotlib or WeasyPrint: a fork is only safe and small while the process
has one thread and little memory.
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import signal
import struct
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, NoReturn, Protocol, TypeVar

from reports.errors import RenderError

Request = TypeVar("Request", contravariant=True)
Answer = TypeVar("Answer", covariant=True)

_LENGTH = struct.Struct("<Q")
_YIELD = 5
"""How much nicer a process is that yields: it keeps a quarter of a core that is wanted twice."""
_PIPE_BYTES = 1 << 20  # All that is ever under way fits, so that nobody waits for a reader.


class Worker(Protocol[Request, Answer]):
    """Takes requests at any time and answers them in their order."""

    def ask(self, request: Request) -> None:
        """Hand over a request without waiting for its answer."""

    def answer(self) -> Answer:
        """Wait for the answer to the oldest open request; raise what its work raised."""


@contextmanager
def crew(*, processes: bool) -> Iterator[Crew]:
    """Open a crew whose workers are all gone when the block ends, whatever happened in it."""
    team = Crew(processes)
    try:
        yield team
    except BaseException:
        team.dismiss(signal.SIGKILL)
        raise
    team.dismiss(None)


class Crew:
    """Starts workers of one kind: forked processes, or plain calls in this process."""

    def __init__(self, processes: bool) -> None:
        self._processes = processes
        self._forked: list[_Forked[Any, Any]] = []
        self._closing: list[Callable[[], object]] = []

    def start(
        self,
        name: str,
        prepare: Callable[[], object],
        work: Callable[[Request], Answer],
        *,
        close: Callable[[], object] = lambda: None,
        yielding: bool = False,
    ) -> Worker[Request, Answer]:
        """Start a worker that calls `prepare` once, `work` for each request, and `close` at last.

        `name` says in an error what the worker was doing: "drawing the charts". One that is
        `yielding` lets the others go first where there are fewer cores than processes.
        """
        if not self._processes:
            self._closing.append(close)
            return _Local(work)
        others = [pipe for worker in self._forked for pipe in worker.pipes]
        # An interrupt waits until the child is on our list, and never unwinds the child's stack.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            worker: _Forked[Request, Answer] = _Forked(
                name, _Service(prepare, work, close, yielding), others
            )
            self._forked.append(worker)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        return worker

    def dismiss(self, sign: signal.Signals | None) -> None:
        """Close every pipe, end the processes with a signal if one is given, and wait for them."""
        for worker in self._forked:
            worker.dismiss(sign)
        for close in self._closing:
            close()


@dataclass(frozen=True)
class _Service:
    """What a worker does, and whether it lets others go first."""

    prepare: Callable[[], object]
    work: Callable[[Any], object]
    close: Callable[[], object]
    yielding: bool


class _Local(Generic[Request, Answer]):
    def __init__(self, work: Callable[[Request], Answer]) -> None:
        self._work = work
        self._open: deque[Request] = deque()

    def ask(self, request: Request) -> None:
        self._open.append(request)

    def answer(self) -> Answer:
        return self._work(self._open.popleft())


class _Forked(Generic[Request, Answer]):
    def __init__(
        self,
        name: str,
        service: _Service,
        others: list[BinaryIO],
    ) -> None:
        requests_out, requests_in = os.pipe()
        answers_out, answers_in = os.pipe()
        for pipe in (requests_in, answers_in):
            _widen(pipe)
        self._name = name
        self._pid = os.fork()
        if self._pid == 0:
            for pipe in (requests_in, answers_out):
                os.close(pipe)
            for other in others:
                other.close()
            _serve(os.fdopen(requests_out, "rb"), os.fdopen(answers_in, "wb"), service)
        for pipe in (requests_out, answers_in):
            os.close(pipe)
        self._requests = os.fdopen(requests_in, "wb")
        self._answers = os.fdopen(answers_out, "rb")

    @property
    def pipes(self) -> tuple[BinaryIO, BinaryIO]:
        return self._requests, self._answers

    def ask(self, request: Request) -> None:
        with suppress(BrokenPipeError):  # The answer says what became of the process.
            send(self._requests, request)

    def answer(self) -> Answer:
        try:
            done, value = receive(self._answers)
        except EOFError:
            raise self._crashed() from None
        if done:
            answer: Answer = value
            return answer
        error, trace = value
        raise error from _WorkerTraceback(trace)

    def dismiss(self, sign: signal.Signals | None) -> None:
        for pipe in self.pipes:
            with suppress(BrokenPipeError):
                pipe.close()
        if self._pid:
            if sign:
                os.kill(self._pid, sign)
            os.waitpid(self._pid, 0)
            self._pid = 0

    def _crashed(self) -> RenderError:
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        if os.WIFSIGNALED(status):
            end = f"was ended by {signal.Signals(os.WTERMSIG(status)).name}"
        else:
            end = f"ended with status {os.waitstatus_to_exitcode(status)}"
        return RenderError(
            f"the process {self._name} {end}",
            "repeat the command; if it happens again, see that enough memory is free",
        )


class _WorkerTraceback(Exception):  # noqa: N818
    """Where in the worker an exception came from; shown as its cause."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _serve(requests: BinaryIO, answers: BinaryIO, service: _Service) -> NoReturn:
    """Answer requests until the pipe closes; never return into the parent's code."""
    gc.disable()  # It lives for one edition only.
    try:
        if service.yielding:
            os.nice(_YIELD)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        ready = outcome(service.prepare)
        while True:
            request = receive(requests)
            send(answers, outcome(service.work, request) if ready[0] else ready)
    except (EOFError, BrokenPipeError):
        service.close()
        os._exit(0)  # The parent has all it wants, or is gone.
    finally:
        os._exit(1)


def outcome(call: Callable[..., object], *arguments: object) -> tuple[bool, object]:
    """Return whether a call was done, and what it returned or what it raised, with its trace."""
    try:
        return True, call(*arguments)
    except Exception as error:  # noqa: BLE001 - raised again by the parent, with its traceback
        return False, (_portable(error), traceback.format_exc())


def _portable(error: Exception) -> Exception:
    """Return an exception that survives the way to the parent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - whatever its own methods raise
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def send(pipe: BinaryIO, value: object) -> None:
    """Send a value to a process that receives it."""
    content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """Return the next value that was sent; raise EOFError where none comes any more."""
    (length,) = _LENGTH.unpack(_read(pipe, _LENGTH.size))
    return pickle.loads(_read(pipe, length))  # noqa: S301 - written by our own process


def _read(pipe: BinaryIO, length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _widen(pipe: int) -> None:
    """Let a pipe hold a whole request, where the system can."""
    size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if size is not None:
        with suppress(OSError):  # The limit of the system is lower: the writer waits instead.
            fcntl.fcntl(pipe, size, _PIPE_BYTES)
