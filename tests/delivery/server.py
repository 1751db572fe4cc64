"""A mail server on loopback that does as a script says: answers, refuses, drops, falls silent."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Script = Callable[[str, str, int], str | None]
"""Takes the stage (connect, ehlo, starttls, mail, rcpt, data, body), the recipient and how often
that was reached with it; returns a reply, `drop`, `silent`, or None for what a server answers."""
READY = {
    "connect": "220 ready",
    "mail": "250 2.1.0 fine",
    "rcpt": "250 2.1.5 fine",
    "data": "354 go on",
    "body": "250 2.0.0 queued",
}


@dataclass
class Mailroom:
    """The server and what it took in."""

    port: int = 0
    script: Script = lambda stage, address, count: None
    extensions: tuple[str, ...] = ("SIZE 20000000", "8BITMIME")
    tls: ssl.SSLContext | None = None
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Address and Message-ID of each message that was whole, whatever was answered to it."""
    contents: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def addresses(self) -> list[str]:
        """Return who got a message, sorted."""
        return sorted(address for address, _ in self.taken)

    def answer(self, stage: str, address: str) -> str:
        """Return what is to be said."""
        with self.lock:
            key = (stage, address)
            self.counts[key] = self.counts.get(key, 0) + 1
            said = self.script(stage, address, self.counts[key])
        return said if said is not None else READY[stage]


class _Handler(socketserver.StreamRequestHandler):
    server: Any
    room: Mailroom

    def handle(self) -> None:
        self.room = self.server.room
        with self.room.lock:
            self.room.connections += 1
        with suppress(OSError, _OverError):
            self.say(self.room.answer("connect", ""))
            self.converse()

    def finish(self) -> None:
        """Close what TLS has put around the connection too."""
        with suppress(OSError):
            super().finish()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.close()

    def converse(self) -> None:
        address = ""
        while line := self.rfile.readline(4096):
            command = line.decode("utf-8", "replace").strip()
            self.room.commands.append(command)
            verb = command.split(" ")[0].upper()
            if verb == "EHLO":
                self.say(self.greeting())
            elif verb == "STARTTLS":
                self.start_tls()
            elif verb == "MAIL":
                self.say(self.room.answer("mail", ""))
            elif verb == "RCPT":
                address = command.partition("<")[2].partition(">")[0]
                self.say(self.room.answer("rcpt", address))
            elif verb == "DATA":
                said = self.room.answer("data", address)
                self.say(said)
                if said.startswith("354"):
                    self.take(address)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def greeting(self) -> str:
        said = self.room.script("ehlo", "", 0)
        names = ["mail.example", *self.room.extensions]
        if self.room.tls and not isinstance(self.connection, ssl.SSLSocket):
            names.append("STARTTLS")
        last = len(names) - 1
        lines = (f"250{' ' if n == last else '-'}{name}" for n, name in enumerate(names))
        return said or "\r\n".join(lines)

    def start_tls(self) -> None:
        said = self.room.script("starttls", "", 0)
        self.say(said or "220 go on")
        if self.room.tls and said is None:
            self.connection = self.room.tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)

    def take(self, address: str) -> None:
        if self.room.script("middle", address, 0) == "drop":
            self.rfile.read(100)
            raise _OverError
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            return
        content = b"".join(lines)
        found = re.search(rb"^Message-ID: (<[^>]*>)", content, re.MULTILINE)
        with self.room.lock:
            self.room.taken.append((address, found[1].decode() if found else ""))
            if len(self.room.contents) < 20:
                self.room.contents.append(content)
        self.say(self.room.answer("body", address))

    def say(self, text: str) -> None:
        if text == "drop":
            raise _OverError
        if text == "silent":
            self.room.over.wait(30)
            raise _OverError
        if text == "endless":
            while not self.room.over.is_set():
                self.wfile.write(b"250-and so on\r\n")
        if text == "trickle":
            while not self.room.over.wait(0.05):
                self.wfile.write(b"2")
        self.wfile.write(text.encode() + b"\r\n")


class _OverError(Exception):
    """The connection ends here."""


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    block_on_close = False
    request_queue_size = 50

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that breaks off is what tests are about."""

    def shutdown_request(self, request: Any) -> None:
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)
        self.close_request(request)


@contextmanager
def mailroom(**settings: Any) -> Iterator[Mailroom]:
    """Run a server until the end of the block."""
    room = Mailroom(**settings)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.room = room  # type: ignore[attr-defined]
        room.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield room
        finally:
            room.over.set()
            server.shutdown()
            thread.join(5)


def answering(stage: str, address: str, *replies: str) -> Script:
    """Return a script that answers an address at a stage with some replies, then as a server."""

    def script(at: str, who: str, count: int) -> str | None:
        wanted = at == stage and who.startswith(address)
        return replies[count - 1] if wanted and 0 < count <= len(replies) else None

    return script
