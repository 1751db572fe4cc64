"""A process that has everything imported and the dataset read, and forks a child for each build.

A child starts warm and ends with its build: what it read of templates and style goes with it, so
that no build sees what another one read. The stem itself reads no template, and keeps the dataset
under the digest of its files.

Start a stem before any thread: a fork is only safe where there is one.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NoReturn

from reports import digest, drafts, pipeline
from reports.dataset import Dataset, load_dataset
from reports.drafts import Built
from reports.errors import RenderError, ReportsError
from reports.pipeline import UNKNOWN, BuildRequest
from reports.preview.compositor import Compositor, Connection
from reports.resources import templates_dir

_SHOWN = ("html", "pdf")
_MESSAGE = 1 << 16
"""More than any message to the stem takes."""


@dataclass(frozen=True)
class Outcome:
    """What a build made, or why it could not."""

    inputs: str = UNKNOWN
    """The digest of what it was made from; unknown where that changed meanwhile."""
    page: bytes = b""
    pdf: bytes = b""
    pdf_name: str = ""
    paths: Mapping[str, Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    complete: bool = False
    """All forms that were asked for are made, not the page alone."""
    fault: ReportsError | None = None
    trace: str = ""
    """Of a fault that is the program's own, where it happened."""


class Stem:
    """The process from which builds are forked."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid = os.fork()
        if self._pid == 0:
            self._channel.close()
            _run(theirs)
        theirs.close()

    def start(self, request: BuildRequest) -> Job:
        """Start a build in a child; raise RenderError where the stem is gone."""
        read, write = os.pipe()
        try:
            message = pickle.dumps(request)
            socket.send_fds(self._channel, [message], [write])
            answer = self._channel.recv(_MESSAGE)
            if not answer:
                raise ConnectionResetError
        except OSError as error:
            os.close(read)
            raise RenderError(
                "the process that builds has ended", "start it again; it may lack memory"
            ) from error
        finally:
            os.close(write)
        return Job(self, int(answer), os.fdopen(read, "rb"))

    def stop(self, pid: int) -> None:
        """End the build of a child, if it still runs."""
        with suppress(OSError):
            self._channel.send(pickle.dumps(pid))
            self._channel.recv(_MESSAGE)

    def close(self) -> None:
        """End the stem and every build under way."""
        self._channel.close()
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


@dataclass(frozen=True)
class Job:
    """A build under way in a child of the stem."""

    stem: Stem
    pid: int
    pipe: BinaryIO

    def outcome(self) -> Outcome | None:
        """Wait for what is made next: the page, then all. None where the process was ended."""
        try:
            outcome: Outcome = pickle.load(self.pipe)  # noqa: S301 - our own process
        except (EOFError, pickle.UnpicklingError):
            self.pipe.close()
            return None
        if outcome.fault or outcome.complete:
            self.pipe.close()
        return outcome

    def stop(self) -> None:
        """End the build, if it still runs."""
        self.stem.stop(self.pid)


@dataclass
class _State:
    """The children of the stem, and the dataset under the digest of its files."""

    children: set[int] = field(default_factory=set)
    digest: str = ""
    dataset: Dataset | None = None
    compositor: Compositor | None = None

    def reap(self) -> None:
        """Forget the children that have ended."""
        for pid in tuple(self.children):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.children.discard(pid)

    def stop(self, pid: int) -> None:
        """Kill a child that has not ended."""
        self.reap()
        if pid in self.children:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self.children.discard(pid)

    def connect(self) -> Connection | None:
        """Return a way to the compositor; None where a child has to lay out pages itself."""
        try:
            fonts = digest.fonts_digest(templates_dir())
        except OSError:
            return None  # The child meets the same fault, and tells it.
        way = None
        if self.compositor and self.compositor.fonts == fonts:
            way = self.compositor.connect()
        if way is None:
            self.close()
            self.compositor = Compositor(fonts)
            way = self.compositor.connect()
        return way

    def close(self) -> None:
        """End the compositor."""
        if self.compositor:
            self.compositor.close()
        self.compositor = None

    def load(self, folder: Path) -> Dataset | None:
        """Return the dataset of a folder as it stands; None where a child has to load it.

        That is where it is faulty, changes meanwhile, or needs an engine that may leave threads.
        """
        try:
            now = digest.tables_digest(folder)
            if now != self.digest:
                self.digest, self.dataset = "", None
                if any(folder.rglob(f"*{digest.LARGE}")):
                    return None
                dataset = load_dataset(folder)
                if digest.tables_digest(folder) == now:
                    self.digest, self.dataset = now, dataset
        except (ReportsError, OSError):
            return None  # The child meets the same fault, and tells it.
        return self.dataset


def _run(channel: socket.socket) -> NoReturn:
    """Answer messages until the channel closes; never return into the parent's code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent decides when it is over.
    state = _State()
    try:
        _import()
        gc.freeze()
        while True:
            message, handles, _, _ = socket.recv_fds(channel, _MESSAGE, 1)
            if not message:
                break
            asked = pickle.loads(message)  # noqa: S301 - written by our own process
            if isinstance(asked, int):
                state.stop(asked)
                channel.send(b"0")
            else:
                channel.send(str(_fork(state, channel, handles[0], asked)).encode())
    except OSError:
        pass  # The parent has gone.
    except BaseException:  # noqa: BLE001 - there is nobody above to tell it to
        traceback.print_exc()
    finally:
        for pid in tuple(state.children):
            state.stop(pid)
        state.close()
        os._exit(0)


def _import() -> None:
    """Import all that a build needs; nothing of this reads a template."""
    import reports.briefings
    import reports.charts.pictures
    import reports.forms
    import reports.rendering.downloads
    import reports.rendering.gate
    import reports.rendering.ledger
    import reports.rendering.pdf
    import reports.rendering.web
    from reports import drawings

    drawings.Studio().prepare()
    reports.rendering.typesetting.load_libraries()


def _fork(state: _State, channel: socket.socket, pipe: int, request: BuildRequest) -> int:
    """Fork a child for a build and return its process id."""
    state.reap()
    dataset, typesetter = state.load(request.data), state.connect()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)  # With helpers of its own, which are to end with it.
        channel.close()
        _build(replace(request, dataset=dataset, typesetter=typesetter), pipe)
    if typesetter:
        typesetter.close()
    with suppress(PermissionError):  # The child was quicker, and is well under way.
        os.setpgid(pid, pid)
    state.children.add(pid)
    os.close(pipe)
    return pid


def _build(request: BuildRequest, pipe: int) -> NoReturn:
    gc.disable()
    try:
        with os.fdopen(pipe, "wb") as file:
            build = _Build(request, _inputs(request), file)
            build.tell(build.outcome())
    finally:
        sys.stderr.flush()
        os._exit(0)


@dataclass(frozen=True)
class _Build:
    """A build in a child, and the way to tell of it."""

    request: BuildRequest
    before: str
    """The digest of the inputs before anything was read of them."""
    pipe: BinaryIO

    def tell(self, outcome: Outcome) -> None:
        """Send an outcome. A file that changed meanwhile leaves it open what that is of."""
        steady = _inputs(self.request) == self.before
        pickle.dump(replace(outcome, inputs=self.before if steady else UNKNOWN), self.pipe)
        self.pipe.flush()

    def outcome(self) -> Outcome:
        """Build, telling of the page early; return what all of it came to."""
        try:
            built = pipeline.build(replace(self.request, early=self.take_page))
        except ReportsError as error:
            return Outcome(fault=error)
        except Exception as error:  # noqa: BLE001 - shown to the user, with its trace
            said = f"{type(error).__name__}: {error}"
            fault = ReportsError(said, "this is a fault of the program")
            return Outcome(fault=fault, trace=traceback.format_exc())
        return _described(built, complete=True)

    def take_page(self, built: Built, contents: Mapping[str, bytes]) -> None:
        """Write the page, with a record that all is still to be built, and tell of it."""
        page = replace(self.request, formats=("html",))
        if self.request.strict and built.warnings:
            return  # It is refused at the end, and the page before it stays.
        pipeline.save(page, built, contents, UNKNOWN)
        self.tell(_described(built, complete=False))


def _described(built: Built, *, complete: bool) -> Outcome:
    found = {form: path.read_bytes() for form, path in built.paths.items() if form in _SHOWN}
    return Outcome(
        page=found.get("html", b""),
        pdf=found.get("pdf", b""),
        pdf_name=drafts.file_name("pdf", built.as_of, built.variant),
        paths=built.paths,
        notes=built.notes,
        warnings=built.warnings,
        complete=complete,
    )


def _inputs(request: BuildRequest) -> str:
    with suppress(ReportsError):
        return pipeline.inputs_digest(request.data)
    return UNKNOWN
