"""smtplib's client with bounds: no reply that never ends, none that trickles, no endless wait.

smtplib limits the length of a line but not how many of them a reply has, and the time-out of a
socket starts anew with every byte. Here a reply has a size and a deadline as a whole.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from contextlib import suppress
from typing import NoReturn

from reports.delivery.settings import Server, is_loopback
from reports.errors import DeliveryError

LONGEST_LINE = 2_000
"""Bytes; RFC 5321 allows 512."""
LONGEST_REPLY = 100_000
PATIENCE = 10
"""A server may think about a whole message so many times as long as about a command."""

_CHUNK = 1 << 18


class BoundedSMTP(smtplib.SMTP):
    """Speaks to one server; a reply that breaks a bound ends the connection."""

    def __init__(self, server: Server, context: ssl.SSLContext | None) -> None:
        self._server = server
        self._implicit = context if server.encryption == "tls" else None
        self._buffer = b""
        name = socket.gethostname()
        # Never getfqdn, which asks the network and may wait for it.
        known = name if "." in name and name.isascii() else "[127.0.0.1]"
        super().__init__(local_hostname=known, timeout=server.timeout)
        self._host = server.host

    def open(self) -> tuple[int, bytes]:
        """Connect and return the greeting."""
        reply = self.connect(self._server.host, self._server.port)
        peer = self._connection().getpeername()[0]
        if self._server.encryption == "none" and not is_loopback(peer):
            self.close()
            # A name may lead elsewhere than it says.
            message = f"{self._server.host} is not on this machine"
            raise DeliveryError(message, "only there a message may go out unencrypted")
        return reply

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        # The end of a message is small, and would wait for the server to confirm what went before.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._implicit is None:
            return plain
        try:
            return self._implicit.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """Return the code and the text of a reply."""
        return self.reply_within(self._server.timeout)

    def reply_within(self, seconds: float) -> tuple[int, bytes]:
        """Return a reply that is whole after so many seconds; raise SMTPServerDisconnected."""
        end = time.monotonic() + seconds
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._line(end)
            size += len(line)
            if size > LONGEST_REPLY:
                self._give_up("the reply of the server does not end")
            if len(line) < 3 or not line[:3].isdigit():
                self._give_up(f"the server speaks no SMTP: {printable(line)}")
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)

    def _line(self, end: float) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > LONGEST_LINE:
                self._give_up("a line of the server does not end")
            self._buffer += self._received(end)
        line, _, self._buffer = self._buffer.partition(b"\n")
        if len(line) > LONGEST_LINE:
            self._give_up("a line of the server is too long")
        return line.rstrip(b"\r")

    def _received(self, end: float) -> bytes:
        left = end - time.monotonic()
        if left <= 0:
            self._give_up("the server did not answer in time")
        connection = self._connection()
        try:
            connection.settimeout(left)
            found = connection.recv(4096)
        except TimeoutError:
            self._give_up("the server did not answer in time")
        except OSError as error:
            self._give_up(f"the connection broke: {reason_of(error)}")
        if not found:
            self._give_up("the server closed the connection")
        return found

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        """Send a command or a message, all of it within the time-out for its size."""
        content = s.encode("ascii") if isinstance(s, str) else s
        patience = self._server.timeout * (PATIENCE if len(content) > _CHUNK else 1)
        end = time.monotonic() + patience
        view = memoryview(content)
        for start in range(0, len(view), _CHUNK):
            connection = self._connection()
            try:
                connection.settimeout(max(end - time.monotonic(), 0.001))
                connection.sendall(view[start : start + _CHUNK])
            except TimeoutError:
                self._give_up("the server did not take what was sent in time")
            except OSError as error:
                self._give_up(f"the connection broke: {reason_of(error)}")

    def secure(self, context: ssl.SSLContext) -> None:
        """Turn to TLS by STARTTLS; raise DeliveryError where the server does not."""
        host = self._server.host
        hint = "use smtps:// if it has a port for TLS alone"
        if not self.has_extn("starttls"):
            raise DeliveryError(f"{host} offers no STARTTLS, and nothing is sent without", hint)
        code, text = self.docmd("STARTTLS")
        if code != 220:
            raise DeliveryError(f"{host} refuses STARTTLS: {code} {printable(text)}", hint)
        if self._buffer:
            # Whoever sits between us and the server could put replies in before TLS begins.
            raise DeliveryError(f"{host} went on speaking after STARTTLS", "do not trust this line")
        connection = self._connection()
        connection.settimeout(self._server.timeout)
        self.sock = context.wrap_socket(connection, server_hostname=host)
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def close(self) -> None:
        """Close the connection."""
        self._buffer = b""
        with suppress(OSError):
            super().close()

    def _connection(self) -> socket.socket:
        if self.sock is None:
            self._give_up("the connection is closed")
        return self.sock

    def _give_up(self, reason: str) -> NoReturn:
        self.close()
        raise smtplib.SMTPServerDisconnected(reason)


def printable(text: bytes | str) -> str:
    """Return a server's words in one line that a terminal may show."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    shown = " ".join(words.split())[:300]
    return "".join(letter if letter.isprintable() else "?" for letter in shown)


def reason_of(error: OSError) -> str:
    """Return what an error of a connection says, without its numbers."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {(error.reason or str(error)).lower().replace('_', ' ')}"
    return (error.strerror or str(error) or type(error).__name__).lower()


def tls_context(server: Server) -> ssl.SSLContext | None:
    """Return what checks the certificate of a server; None where it is spoken to in the clear."""
    if server.encryption == "none":
        return None
    try:
        context = ssl.create_default_context(cafile=server.ca)
    except (OSError, ssl.SSLError) as error:
        hint = "`ca` names a file of certificates in PEM"
        message = f"{server.ca} cannot be used: {reason_of(error)}"
        raise DeliveryError(message, hint) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
