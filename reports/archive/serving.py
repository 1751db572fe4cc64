"""Show an archive on this machine: a small server that reads it through its store."""

from __future__ import annotations

import errno
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from reports.archive.site import INDEX
from reports.archive.store import ArchiveStore
from reports.errors import ArchiveError, StoreError, UsageError

HOST = "127.0.0.1"
"""This machine alone."""
_NAMES = (HOST, "localhost")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".xml": "application/atom+xml; charset=utf-8",
    "": "text/plain; charset=utf-8",
}


def server(store: ArchiveStore, port: int) -> ThreadingHTTPServer:
    """Return a server of the archive on a port of this machine, or on a free one for port 0.

    Raise UsageError where the port is taken or not ours, and ArchiveError without pages to show.
    """
    try:
        store.read(INDEX)
    except FileNotFoundError as error:
        hint = "publish an edition, or make the pages with `reports index`"
        raise ArchiveError(f"there are no pages in {store.where('')}", hint) from error
    try:
        return _Server(store, port)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "is taken" if error.errno == errno.EADDRINUSE else "may not be used by you"
        hint = "name another with --port; 0 takes a free one"
        raise UsageError(f"port {port} {why}", hint) from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, store: ArchiveStore, port: int) -> None:
        self.store = store
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away before its answer was whole."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the server's name for it
        """Say nothing: the page shows what is wrong."""

    def _answer(self) -> None:
        # A page elsewhere whose name was made to lead here is not to read the archive.
        if (self.headers["Host"] or HOST).partition(":")[0] not in _NAMES:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        path = unquote(urlsplit(self.path).path)
        name = path.removeprefix("/") + (INDEX if path.endswith("/") else "")
        hidden = any(part == "" or part.startswith(".") for part in name.split("/"))
        hidden = hidden or "\0" in name  # No file system can be asked for one.
        try:
            self._find(name, hidden=hidden)
        except StoreError as error:
            self.send_error(HTTPStatus.BAD_GATEWAY, explain=error.message)

    def _find(self, name: str, *, hidden: bool) -> None:
        content = None if hidden else _content(self.server.store, name)
        if content is not None:
            self._send(name, content)
        elif not hidden and _content(self.server.store, f"{name}/{INDEX}") is not None:
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"/{quote(name)}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _send(self, name: str, content: bytes) -> None:
        kind = _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


def _content(store: ArchiveStore, name: str) -> bytes | None:
    """Return a file; None where there is none, or where a folder stands."""
    try:
        return store.read(name)
    except (FileNotFoundError, ArchiveError):
        return None
