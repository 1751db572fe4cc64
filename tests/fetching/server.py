"""A web server on this machine that answers as providers do, or as they should not."""

from __future__ import annotations

import gzip
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

JSON = "application/json; charset=utf-8"
CSV = "application/vnd.sdmx.data+csv; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What the server says; `misbehave` takes the place of an ordinary answer."""

    body: bytes = b""
    kind: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    misbehave: Callable[[BaseHTTPRequestHandler, threading.Event], None] | None = None


@dataclass
class Server:
    """A server under way: where it is, what it says, what it was asked."""

    address: str
    answers: dict[str, list[Reply]] = field(default_factory=dict)
    """Replies by a part of the path, in turn; the last one is repeated."""
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when a reply that never ends has to end."""

    def say(self, part: str, *replies: Reply) -> None:
        """Answer requests whose path holds a part with some replies in turn."""
        self.answers[part] = list(replies)

    def reply_to(self, path: str) -> Reply:
        """Return the next reply to a path."""
        for part, replies in self.answers.items():
            if part in path:
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return Reply(status=404)


class _Handler(BaseHTTPRequestHandler):
    server_for: Server

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        self.server_for.asked.append(Asked(place.path, query, dict(self.headers)))
        reply = self.server_for.reply_to(place.path)
        try:
            if reply.misbehave:
                reply.misbehave(self, self.server_for.closing)
            else:
                _send(self, reply)
        except OSError:
            self.close_connection = True  # The client has had enough.

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    handler.send_header("Content-Type", reply.kind)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    handler.wfile.write(reply.body)


@contextmanager
def serving(secured: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server until the block ends, with TLS where a context is given."""
    handler = type("Handler", (_Handler,), {})
    served = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    served.daemon_threads = True
    if secured:
        served.socket = secured.wrap_socket(served.socket, True, do_handshake_on_connect=False)
    scheme = "https" if secured else "http"
    server = Server(f"{scheme}://127.0.0.1:{served.server_address[1]}")
    handler.server_for = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        served.shutdown()
        served.server_close()
        thread.join()


def head_only(handler: BaseHTTPRequestHandler, kind: str = JSON) -> None:
    """Send the head of an answer whose length is not told."""
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.end_headers()
    handler.close_connection = True


def hang(handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
    """Say nothing at all."""
    closing.wait(30)
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
    """Send a blank every few milliseconds, for ever."""
    head_only(handler)
    while not closing.wait(0.02):
        handler.wfile.write(b" ")


def drip_head(handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
    """Send the head a byte at a time, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not closing.wait(0.02):
        handler.wfile.write(b"x")


def flood(handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
    """Send blanks as fast as they are taken, for ever."""
    head_only(handler)
    while not closing.is_set():
        handler.wfile.write(b" " * 65_536)


def cut_off(handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


def bomb(megabytes: int) -> Reply:
    """Return a small answer that unpacks to so many megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(b" " * 2**20) for _ in range(megabytes)]
    return Reply(b"".join([*pieces, packer.flush()]), headers={"Content-Encoding": "gzip"})


def packed(body: bytes, kind: str = JSON) -> Reply:
    """Return an answer packed as servers do."""
    return Reply(gzip.compress(body), kind, headers={"Content-Encoding": "gzip"})
