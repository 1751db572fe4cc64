"""A process that keeps laid out pages from one build to the next.

Builds come and go as children of the stem, each of which reads the templates anew. What they share
lives here: a typesetter, which is handed finished pages and reads nothing but fonts. Where those
change, it makes way for another one.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from reports.errors import RenderError
from reports.workers import outcome, receive, send

if TYPE_CHECKING:
    from reports.model import Attachment
    from reports.rendering.measure import Measured
    from reports.rendering.typesetting import LocalTypesetter


class Compositor:
    """The process, as its parent knows it. Start it while there is one thread."""

    def __init__(self, fonts: str) -> None:
        self.fonts = fonts
        """The digest of the fonts that it began with."""
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid = os.fork()
        if self._pid == 0:
            # It must hold no pipe open whose other end waits for it to be closed.
            os.closerange(3, theirs.fileno())
            os.closerange(theirs.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
            _run(theirs)
        theirs.close()

    def connect(self) -> Connection | None:
        """Return a way to it for one build; None where it has ended."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._channel, [b"0"], [theirs.fileno()])
            except OSError:
                ours.close()
                return None
        return Connection(ours)

    def close(self) -> None:
        """End it, whatever it is at."""
        self._channel.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


class Connection:
    """The typesetter of a build that is done by the compositor."""

    def __init__(self, ours: socket.socket) -> None:
        self._socket = ours

    def lay_out(self, page: str) -> Measured:
        """Lay out a page as `LocalTypesetter.lay_out` does."""
        measured: Measured = self._ask("lay_out", page)
        return measured

    def write(self, charts: Mapping[str, str], attachments: Sequence[Attachment]) -> bytes:
        """Write what was laid out last as `LocalTypesetter.write` does."""
        data: bytes = self._ask("write", charts, attachments)
        return data

    def close(self) -> None:
        """Close this end of the way."""
        self._socket.close()

    def _ask(self, name: str, *words: object) -> Any:
        try:
            with self._socket.makefile("wb") as requests, self._socket.makefile("rb") as answers:
                send(requests, (name, words))
                done, value = receive(answers)
        except (EOFError, OSError) as error:
            hint = "repeat the command; if it happens again, see that enough memory is free"
            raise RenderError("the process that lays out the PDF has ended", hint) from error
        if not done:
            raise value[0]
        return value


def _run(channel: socket.socket) -> NoReturn:
    """Serve one build after the other; never return into the parent's code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        from reports.rendering.typesetting import LocalTypesetter

        typesetter = LocalTypesetter()
        while True:
            message, handles, _, _ = socket.recv_fds(channel, 1, 1)
            if not message:
                break
            with suppress(OSError, EOFError), socket.socket(fileno=handles[0]) as theirs:
                _serve(typesetter, theirs)
            gc.collect()  # Pages are full of cycles, and nothing waits for us now.
    finally:
        os._exit(0)


def _serve(typesetter: LocalTypesetter, theirs: socket.socket) -> None:
    """Do what a build asks for until it ends, or is ended."""
    with theirs.makefile("rb") as requests, theirs.makefile("wb") as answers:
        while True:
            name, words = receive(requests)
            send(answers, outcome(getattr(typesetter, name), *words))
