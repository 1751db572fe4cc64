"""Messages to a mail server: one connection for many, each message in a transaction of its own.

A message is a reader's own (its Message-ID, its way to unsubscribe), so a transaction has one
recipient, and what the server says of it is said of them alone.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from reports.delivery.settings import Server
from reports.delivery.transport import Outcome
from reports.delivery.wire import (
    PATIENCE,
    BoundedSMTP,
    printable,
    reason_of,
    tls_context,
)
from reports.errors import DeliveryError

MOST_LOST = 5
"""Connections that may be lost one after the other before sending stops."""
MOST_TRIES = 3
"""Times that a server is called before sending stops."""
_CLOSING = 421
_START_INPUT = 354
_TOO_LARGE = 552
_SIZE = re.compile(r"5\.(3\.4|2\.3)\b|(?!5\.)[^\n]*\b(size|large|big)\b", re.IGNORECASE)
"""What 552 says of a message that is too large; it may also be a full mailbox."""
_NO_SUCH_ADDRESS = re.compile(r"5\.1\.[0-9]+\b")
_PAUSE = 2.0


@dataclass
class SmtpTransport:
    """Speaks SMTP with one server; opens the connection when it is needed, and again when lost."""

    server: Server
    return_path: str
    per_connection: int = 100
    rate: int = 0
    """The most messages a minute; 0: no limit."""
    pause: Callable[[float], None] = time.sleep
    via: str = "smtp"
    _client: BoundedSMTP | None = field(default=None, init=False, repr=False)
    _context: ssl.SSLContext | None = field(default=None, init=False, repr=False)
    _used: bool = field(default=False, init=False)
    """A transaction has begun on the connection since it was last reset."""
    _sent: int = field(default=0, init=False)
    """Messages of this connection."""
    _lost: int = field(default=0, init=False)
    """Connections lost in a row."""
    _refused: int | None = field(default=None, init=False)
    """The size of the smallest message that was too large, for servers that state no limit."""
    _next: float = field(default=0.0, init=False)
    """When the next message may go."""

    def size_limit(self) -> int | None:
        """Return the limit that the server states, or has shown; None where it has none."""
        client = self._ready()
        text = client.esmtp_features.get("size", "").split(" ")[0]
        # Longer numbers are no limit that anything here could meet.
        stated = int(text) if re.fullmatch("[0-9]{1,18}", text) else 0
        shown = self._refused - 1 if self._refused else 0
        return min(filter(None, (stated, shown)), default=None)

    def deliver(
        self, address: str, _name: str, content: bytes, begin: Callable[[], None]
    ) -> Outcome:
        """Hand over a message."""
        self._keep_to_the_rate()
        client = self._ready()
        self._used = True
        try:
            early = self._envelope(client, address, len(content))
        except smtplib.SMTPServerDisconnected as error:
            return self._lose(error)
        if early is not None:
            return early
        begin()
        try:
            client.putcmd("data")
            code, text = client.getreply()
        except smtplib.SMTPServerDisconnected as error:
            return self._lose(error)  # Not a byte of the message has left.
        if code != _START_INPUT:
            return self._outcome(code, text, len(content))
        return self._content(client, content)

    def close(self) -> None:
        """Say goodbye and end the connection."""
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._client.quit()
            self._client.close()
            self._client = None

    def _content(self, client: BoundedSMTP, content: bytes) -> Outcome:
        """Send a message after the server asked for it: from here on a lost line is unknown."""
        whole = content.replace(b"\n.", b"\n..") if b"\n." in content else content
        whole = b"." + whole if whole.startswith(b".") else whole
        try:
            client.send(whole + (b".\r\n" if whole.endswith(b"\r\n") else b"\r\n.\r\n"))
            code, text = client.reply_within(client.timeout * PATIENCE)
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            return Outcome("unknown", f"no answer to the message: {error}")
        except BaseException:
            self._drop()  # Who interrupts should not wait for a goodbye within a message.
            raise
        self._sent += 1
        self._lost = 0
        if not 200 <= code < 600 or 300 <= code < 400:
            self._drop()
            return Outcome("unknown", f"an answer that is none: {code} {printable(text)}")
        return self._outcome(code, text, len(content))

    def _keep_to_the_rate(self) -> None:
        if self.rate:
            wait = self._next - time.monotonic()
            if wait > 0:
                self.pause(wait)
                self._used = True  # The server may have closed the connection meanwhile.
            self._next = max(self._next, time.monotonic()) + 60 / self.rate

    def _envelope(self, client: BoundedSMTP, address: str, size: int) -> Outcome | None:
        """Name sender and recipient; return an outcome where the server takes no message."""
        options = [f"SIZE={size}"] if client.has_extn("size") else []
        code, text = client.mail(self.return_path, options)
        if code >= 500 and code != _TOO_LARGE:
            self.close()
            message = f"{self.server.host} takes nothing from {self.return_path}"
            hint = "see `return_path` and `user` in [send], and what the server allows them"
            raise DeliveryError(f"{message}: {code} {printable(text)}", hint)
        if not 200 <= code < 300:
            return self._outcome(code, text, size)
        code, text = client.rcpt(address)
        if not 200 <= code < 300:
            outcome = self._outcome(code, text, size)
            hard = outcome.status == "refused" and bool(_NO_SUCH_ADDRESS.match(printable(text)))
            return Outcome(outcome.status, outcome.reply, hard)
        return None

    def _outcome(self, code: int, text: bytes, size: int) -> Outcome:
        """Return what a reply means for a message that the server has or has not taken."""
        reply = f"{code} {printable(text)}".strip()
        if code == _CLOSING:
            self._drop()
            self._lost += 1
            return Outcome("deferred", reply)
        if 200 <= code < 300:
            return Outcome("accepted", reply)
        self._lost = 0
        if code == _TOO_LARGE and _SIZE.match(printable(text)):
            # No fault of the recipient: the next attempt has a link in place of the PDF.
            self._refused = min(size, self._refused or size)
            return Outcome("deferred", reply)
        return Outcome("refused" if code >= 500 else "deferred", reply)

    def _lose(self, error: smtplib.SMTPServerDisconnected) -> Outcome:
        """Return the outcome of a message that did not leave before the connection was lost."""
        self._drop()
        self._lost += 1
        return Outcome("deferred", f"before the message: {error}")

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ready(self) -> BoundedSMTP:
        """Return a connection on which a transaction may begin."""
        if self._client is not None and self._sent >= self.per_connection:
            self.close()
        if self._client is not None and self._used:
            try:
                code, _ = self._client.docmd("RSET")
            except smtplib.SMTPServerDisconnected:
                code = _CLOSING  # It closed an idle connection, as it may.
            if code != 250:
                self._drop()
        if self._client is None:
            if self._lost >= MOST_LOST:
                message = f"{self.server.host} broke off {self._lost} times in a row"
                hint = "run the command again later: it goes on where it stopped"
                raise DeliveryError(message, hint)
            if self._lost > 1:
                self.pause(_PAUSE * 2 ** (self._lost - 2))
            self._client = self._connected()
            self._sent = 0
        self._used = False
        return self._client

    def _connected(self) -> BoundedSMTP:
        """Connect, with TLS and as the user; raise DeliveryError where that fails."""
        for attempt in range(MOST_TRIES):
            if attempt:
                self.pause(_PAUSE * 2 ** (attempt - 1))
            try:
                return self._opened()
            except OSError as error:  # SMTPServerDisconnected is one.
                failed = error
                if isinstance(error, ssl.SSLError):
                    break  # Waiting makes no certificate better.
        message = f"no connection to {self.server.host}:{self.server.port}: {reason_of(failed)}"
        hint = "see `server` and `ca` in [send]; nothing is sent unencrypted or unchecked"
        raise DeliveryError(message, hint) from failed

    def _opened(self) -> BoundedSMTP:
        if self._context is None:
            self._context = tls_context(self.server)
        client = BoundedSMTP(self.server, self._context)
        try:
            code, text = client.open()
            self._require(code == 220, "does not take connections now", code, text)
            self._greet(client)
            if self.server.encryption == "starttls":
                assert self._context is not None  # noqa: S101
                client.secure(self._context)
                self._greet(client)
            if self.server.user:
                self._log_in(client)
        except BaseException:
            client.close()
            raise
        return client

    def _greet(self, client: BoundedSMTP) -> None:
        code, text = client.ehlo()
        self._require(code == 250, "takes no EHLO", code, text)

    def _require(self, fine: bool, what: str, code: int, text: bytes) -> None:
        if not fine:
            raise smtplib.SMTPServerDisconnected(f"it {what}: {code} {printable(text)}")

    def _log_in(self, client: BoundedSMTP) -> None:
        host, user = self.server.host, self.server.user
        try:
            client.login(user, self.server.password)
        except smtplib.SMTPAuthenticationError as error:
            said = f"{error.smtp_code} {printable(error.smtp_error)}"
            message = f"{host} does not accept the password of {user}: {said}"
            raise DeliveryError(message, "see REPORTS_SMTP_PASSWORD, or the keyring") from error
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPException, ValueError) as error:
            message = f"{host} offers no way to log in that is known here"
            raise DeliveryError(message, "PLAIN, LOGIN and CRAM-MD5 are") from error
