"""One way to the web: bounded in time and size, patient with busy servers, silent about keys."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import exceptions as wrong

from reports import __version__
from reports.fetching.values import Call, FetchError

AGENT = f"trade-reports/{__version__}"
CHUNK = 65_536
BUSY = (429, 500, 502, 503, 504)
REASONS = {
    400: "refuses the question (400): the query or the key may be wrong",
    401: "refuses the key (401)",
    403: "refuses access (403): the key may be missing or wrong",
    404: "has no such data (404)",
    406: "has the data in no form that is understood (406)",
    413: "finds the question too large (413)",
    429: "is asked too often (429)",
}
FINAL = (401, 403, 429)
KINDS = {
    "text/html": "a web page",
    "application/xhtml+xml": "a web page",
    "application/pdf": "a PDF",
    "application/json": "JSON",
    "text/csv": "CSV",
    "text/plain": "plain text",
    "application/xml": "XML",
    "text/xml": "XML",
    "application/zip": "a ZIP file",
}
"""What an answer of the wrong kind is called; a name of the provider's own might repeat a key."""

# It would write each address with its query, and so a key, to a log that someone turned up.
logging.getLogger("urllib3.connectionpool").disabled = True


@dataclass(frozen=True)
class Limits:
    """How long and how much an answer may take; seconds and bytes."""

    connect: float = 10.0
    read: float = 20.0
    """For one wait on the other side."""
    total: float = 60.0
    """For all that one provider is asked, waits between tries included."""
    tries: int = 3
    backoff: float = 1.0
    """Before the second try; doubled before each further one."""
    size: int = 32 * 2**20
    """Of one answer, unpacked."""


class _BusyError(Exception):
    """A failure that may be over soon."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Client:
    """Asks one provider; its time runs from the first look at the clock.

    Redirects are not followed: a key would go where nobody sent it. There is no way to turn off
    the check of certificates.
    """

    def __init__(
        self,
        limits: Limits,
        pause: float = 0.0,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._pause = pause
        self._sleep = sleep
        self._clock = clock
        self._end = clock() + limits.total
        self._next = clock()
        self._pools: dict[str, urllib3.PoolManager] = {}

    def get(self, call: Call) -> str:
        """Return the text of an answer; raise FetchError with a reason without keys."""
        for number in range(1, self._limits.tries + 1):
            try:
                return _text(self._try(call))
            except _BusyError as busy:
                if number == self._limits.tries:
                    raise FetchError(f"{busy.reason}, {number} times", final=True) from busy
                back_off = self._limits.backoff * 2 ** (number - 1)
                self._wait(back_off if busy.wait is None else busy.wait, busy.reason)
        raise FetchError("was not asked", final=True)

    def _left(self) -> float:
        left = self._end - self._clock()
        if left <= 0:
            raise FetchError(f"takes longer than {self._limits.total:g} s", final=True)
        return left

    def _wait(self, seconds: float, reason: str) -> None:
        if seconds > self._left():
            raise FetchError(f"{reason}; the next try would come after {seconds:.0f} s", final=True)
        if seconds > 0:
            self._sleep(seconds)

    def _try(self, call: Call) -> bytes:
        self._wait(self._next - self._clock(), "asks for a pause between requests")
        self._next = self._clock() + self._pause
        left = self._left()
        timeout = urllib3.Timeout(
            connect=min(self._limits.connect, left), read=min(self._limits.read, left)
        )
        headers = {"User-Agent": AGENT, "Accept": ", ".join(call.accepts), **call.headers}
        headers |= {"Accept-Encoding": "gzip"}
        headers |= {name: secret.value for name, secret in call.secret_headers.items()}
        query = dict(call.params) | {n: secret.value for n, secret in call.secret_params.items()}
        try:
            response = self._pool(call.url).request(
                "GET",
                f"{call.url}?{urlencode(query)}",
                headers=headers,
                timeout=timeout,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            try:
                self._judge(response, call)
                return self._body(response)
            finally:
                response.close()
        except wrong.HTTPError as error:
            raise _named(error) from None  # Its text holds the address, and that a key.

    def _pool(self, url: str) -> urllib3.PoolManager:
        place = urlsplit(url)
        origin = f"{place.scheme}://{place.netloc}"
        if origin not in self._pools:
            self._pools[origin] = _pool(place.scheme, place.hostname or "", getproxies())
        return self._pools[origin]

    def _judge(self, response: urllib3.BaseHTTPResponse, call: Call) -> None:
        """Raise unless an answer is whole and of a kind that is understood."""
        status = response.status
        if status in BUSY:
            reason = REASONS.get(status, f"fails on its own side ({status})")
            raise _BusyError(reason, _retry_after(response.headers))
        if 300 <= status < 400:
            raise FetchError("sends us on to another address, which is not followed", final=True)
        if status != 200:
            raise FetchError(
                REASONS.get(status, f"answers with status {status}"), final=status in FINAL
            )
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in {accepted.partition(";")[0] for accepted in call.accepts}:
            raise FetchError(f"answers {KINDS.get(kind, 'something else')} instead of data")

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """Read an answer piece by piece, so that neither a slow nor a huge one is waited for."""
        body = bytearray()
        while piece := response.read1(CHUNK, decode_content=True):
            body += piece
            self._left()
            if len(body) > self._limits.size:
                raise FetchError(f"answers more than {self._limits.size / 2**20:g} MiB")
        return bytes(body)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _pool(scheme: str, host: str, proxies: Mapping[str, str]) -> urllib3.PoolManager:
    # The system's certificates, as SSL_CERT_FILE and SSL_CERT_DIR may name them.
    checked = ssl.create_default_context()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or is_loopback(host) or proxy_bypass(host):
        return urllib3.PoolManager(ssl_context=checked)
    place = urlsplit(proxy)
    login = f"{unquote(place.username or '')}:{unquote(place.password or '')}"
    headers = urllib3.make_headers(proxy_basic_auth=login) if place.username else None
    address = f"{place.scheme}://{place.hostname}:{place.port or 8080}"
    return urllib3.ProxyManager(address, proxy_headers=headers, ssl_context=checked)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a busy server asks to wait, by its own clock where it gives a day."""
    asked = headers.get("Retry-After", "")
    if asked.isdecimal():
        return float(asked[:9])
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _named(error: wrong.HTTPError) -> Exception:
    """Return what went wrong in words of ours, since those of the library hold the address."""
    if isinstance(error, wrong.SSLError):
        return FetchError("has a certificate that cannot be trusted", final=True)
    if isinstance(error, wrong.NameResolutionError):
        return _BusyError("cannot be found by name")
    if isinstance(error, wrong.ProxyError):
        return FetchError("cannot be reached through the proxy", final=True)
    if isinstance(error, wrong.NewConnectionError):  # To the library a kind of the next.
        return _BusyError("cannot be reached")
    if isinstance(error, wrong.ConnectTimeoutError | wrong.ReadTimeoutError):
        return _BusyError("does not answer in time")
    if isinstance(error, wrong.DecodeError):
        return FetchError("answers packed content that cannot be unpacked")
    return _BusyError("breaks off the connection")


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FetchError("answers text that is not UTF-8") from error
