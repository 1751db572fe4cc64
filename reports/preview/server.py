"""Serve the draft to the browsers of this machine: page, PDF, and word of each change."""

from __future__ import annotations

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from reports.errors import UsageError
from reports.preview.board import Board
from reports.preview.page import served

HOST = "127.0.0.1"
_NAMES = {HOST, "localhost"}
"""By which the server may be asked: a foreign page that found its address has another one."""
_ASK = 0.1
"""How often it is asked whether to stop, in seconds."""
_BEAT = 10.0
"""Seconds after which a connection without news is tried."""


class Server(ThreadingHTTPServer):
    """Serves what a board shows, on loopback alone."""

    daemon_threads = True

    def __init__(self, board: Board, port: int) -> None:
        self.board, self.over = board, Event()
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(
                f"port {port} cannot be used: {reason}", "choose another one with --port"
            ) from error

    @property
    def address(self) -> str:
        """Return where the page is found."""
        return f"http://{HOST}:{self.server_port}/"

    def start(self) -> None:
        """Serve in a thread of its own."""
        Thread(target=self.serve_forever, args=(_ASK,), daemon=True).start()

    def stop(self) -> None:
        """End every connection and the server."""
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a browser go that closed its connection; print any other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a request for the page, the PDF or the events."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        path = unquote(urlsplit(self.path).path)
        shown = self.server.board.shown
        if host not in _NAMES:
            self._say(HTTPStatus.FORBIDDEN, b"Ask for localhost.\n", "text/plain")
        elif path == "/":
            page = served(shown.page, shown.version)
            self._say(HTTPStatus.OK, page, "text/html; charset=utf-8")
        elif path == "/events":
            self._events()
        elif shown.pdf_name and path == f"/{shown.pdf_name}":
            self._pdf()
        else:
            self._say(HTTPStatus.NOT_FOUND, b"There is nothing here.\n", "text/plain")

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""

    def _say(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self._write(content)

    def _pdf(self) -> None:
        """Send the PDF of the page, once it is made."""
        count, shown = -1, self.server.board.shown
        while shown.behind == "building" and not self.server.over.is_set():
            count, shown = self.server.board.after(count, _BEAT) or (count, shown)
        if shown.pdf:
            self._say(HTTPStatus.OK, shown.pdf, "application/pdf")
        else:
            words = "The PDF could not be made: the page says why.\n"
            self._say(HTTPStatus.NOT_FOUND, words.encode(), "text/plain; charset=utf-8")

    def _events(self) -> None:
        """Send each state as an event until the browser or the server goes."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        count, alive = -1, True
        while alive and not self.server.over.is_set():
            found = self.server.board.after(count, _BEAT)
            if found:
                count, shown = found
                alive = self._write(f"retry: 500\ndata: {shown.described()}\n\n".encode())
            else:
                alive = self._write(b":\n\n")

    def _write(self, content: bytes) -> bool:
        """Write to the browser; tell whether it is still there."""
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            self.close_connection = True
            return False
        return True
