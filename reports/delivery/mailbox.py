"""A mailbox over IMAP and TLS, read and not changed: new messages since the last time."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR
from threading import Timer
from typing import Any, NoReturn

from reports.delivery.notices import LARGEST
from reports.delivery.settings import Server
from reports.delivery.wire import printable, reason_of, tls_context
from reports.errors import DeliveryError

MOST_MESSAGES = 20_000
"""Messages that one run reads; the next one goes on after them."""
_LONGEST_ANSWER = LARGEST + (1 << 20)


@dataclass(frozen=True)
class Place:
    """How far a mailbox was read: a UID counts as long as the validity is the same."""

    validity: str = ""
    uid: int = 0


class _Bounded(imaplib.IMAP4):
    """imaplib's client, with a time-out and a limit in bytes for each answer as a whole.

    imaplib reads from a file that waits anew for each byte, so a timer ends what takes too long.
    """

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        self._server = server
        self._implicit = context if server.encryption == "tls" else None
        self._timer: Timer | None = None
        self.begin()
        super().__init__(server.host, server.port, timeout=server.timeout)

    def _create_socket(self, timeout: float | None) -> Any:
        plain = super()._create_socket(timeout)  # type: ignore[misc]
        if self._implicit is None:
            return plain
        return self._implicit.wrap_socket(plain, server_hostname=self._server.host)

    def begin(self) -> None:
        """Start the clock and the count for a command."""
        self.end()
        self._left = _LONGEST_ANSWER
        self._timer = Timer(self._server.timeout, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()

    def _cut(self) -> None:
        with suppress(AttributeError, OSError):  # There may be no socket yet.
            self.sock.shutdown(SHUT_RDWR)

    def read(self, size: int) -> bytes:
        """Read what was announced, if it is no more than was asked for."""
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line; imaplib limits its length."""
        line = super().readline()
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self.abort("it sends more than it was asked for")


def new_messages(server: Server, folder: str, after: Place) -> Iterator[tuple[Place, bytes]]:
    """Yield each message after a place with its own place; at most its first bytes.

    The mailbox is opened for reading alone: no message is marked or moved. Raise DeliveryError
    for a server that cannot be read.
    """
    with _session(server) as client:
        _log_in(client, server)
        validity = _opened(client, server, folder)
        last = after.uid if after.validity == validity else 0
        for uid in _uids(client, server, last):
            client.begin()
            kind, parts = client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
            if kind != "OK":
                _fail(server, f"it does not give message {uid}")
            content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield Place(validity, uid), content


@contextmanager
def _session(server: Server) -> Iterator[_Bounded]:
    """Hold a connection that is encrypted and checked; turn what breaks it into one line."""
    context = tls_context(server)
    if context is None:
        raise DeliveryError(f"{server.host} is to be read unencrypted", "use imaps:// or imap://")
    client: _Bounded | None = None
    try:
        client = _Bounded(server, context)
        if server.encryption == "starttls":
            client.begin()
            client.starttls(context)
        yield client
    except imaplib.IMAP4.error as error:
        _fail(server, _said(error))
    except OSError as error:
        _fail(server, reason_of(error))
    finally:
        if client is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                client.begin()
                client.logout()
            client.end()
            with suppress(OSError):
                client.shutdown()  # `logout` does not where the server has broken off.


def _said(error: imaplib.IMAP4.error) -> str:
    """Return what an error says; imaplib has the words of a server as bytes in it."""
    said = error.args[0] if error.args else ""
    return printable(said if isinstance(said, bytes) else str(said))


def _log_in(client: _Bounded, server: Server) -> None:
    client.begin()
    try:
        client.login(server.user, server.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        message = f"{server.host} does not accept the password of {server.user}"
        raise DeliveryError(f"{message}: {_said(error)}", "see REPORTS_IMAP_PASSWORD") from error


def _opened(client: _Bounded, server: Server, folder: str) -> str:
    """Open a folder for reading; return its validity."""
    client.begin()
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    kind, _ = client.select(quoted, readonly=True)
    if kind != "OK":
        _fail(server, f"it has no folder {folder}")
    _, values = client.response("UIDVALIDITY")
    value = values[0] if values else b""
    return value.decode("ascii", "replace") if isinstance(value, bytes) else ""


def _uids(client: _Bounded, server: Server, last: int) -> list[int]:
    client.begin()
    kind, found = client.uid("SEARCH", f"UID {last + 1}:*")
    if kind != "OK":
        _fail(server, "it does not say which messages are new")
    words = found[0].split() if found and found[0] else []
    # `*` is the newest message even where it is older than asked for.
    uids = {int(word) for word in words if re.fullmatch(b"[0-9]{1,10}", word)}
    return sorted(uid for uid in uids if uid > last)[:MOST_MESSAGES]


def _fail(server: Server, reason: str) -> NoReturn:
    message = f"the mailbox at {server.host}:{server.port} cannot be read: {reason}"
    raise DeliveryError(message, "see [send.bounces]; what was read before is kept")
