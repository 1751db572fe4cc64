"""A bucket of an S3-compatible server: single requests, and what their failures mean."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from mimetypes import MimeTypes
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from reports.errors import StoreError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Store

WRITER = "writer"
"""The metadata of a file that names the one attempt that wrote it."""

_FIRST = Lock()
_MOST_DELETED = 1000
_RETRIES = 2
_TRIES = 5
_METADATA = "169.254.169.254"
"""Where a machine of AWS finds its credentials, which is asked when nothing else names any."""
_CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_RIGHTS = "see that the credentials are right and may list, read, write and delete there"
_REGION = "set archive.region"
_REFUSALS = {
    "AccessDenied": ("access is denied", _RIGHTS),
    "AllAccessDisabled": ("access is denied", _RIGHTS),
    "InvalidAccessKeyId": ("the access key is not known", _CREDENTIALS),
    "SignatureDoesNotMatch": ("the secret access key is wrong", _CREDENTIALS),
    "ExpiredToken": ("the credentials have expired", "renew them"),
    "InvalidToken": ("the session token is wrong", "renew the credentials"),
    "RequestTimeTooSkewed": ("the clock differs from the server's", "set the clock right"),
    "NoSuchBucket": ("there is no such bucket", "make it, or correct archive.url"),
    "PermanentRedirect": ("the bucket is in another region", _REGION),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", _REGION),
    "SlowDown": ("too many requests", "run the command again later"),
}
_AGAIN = "see that the server runs and can be reached, then run the command again"
_SIGNS = (
    ("redirect without LOCATION", "the bucket is in another region", _REGION),
    ("ertificate", "its certificate is not trusted", "archive.ca_file can name its authority"),
    ("BadScheme", "its address is not encrypted", "use https://"),
    ("kind: Timeout", "it took too long", "try again, or set a longer archive.timeout"),
    ("ConnectionRefused", "connection refused", _AGAIN),
    ("dns error", "there is no such host", _AGAIN),
    ("HTTP error", "the connection was lost", _AGAIN),
)
"""What is in the words of requests that failed, and what it means."""
_TYPES = MimeTypes()


@dataclass(frozen=True)
class Bucket:
    """A bucket and how its server is reached; safe to use from several threads."""

    name: str
    endpoint_url: str = ""
    """Empty: the one of AWS_ENDPOINT_URL, or of AWS."""
    region: str = ""
    path_style: bool = True
    """Name the bucket in the path, not in the host."""
    ca_file: str = ""
    """A further authority to trust for certificates."""
    timeout: int = 60
    """Seconds that a request may take."""

    @property
    def client(self) -> S3Store:
        """Return the client, made at the first request: a build forks its processes before."""
        with _FIRST:
            return self._client

    @cached_property
    def _client(self) -> S3Store:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store

        known = {"endpoint": self.endpoint_url, "region": self.region}
        try:
            return S3Store(
                self.name,
                virtual_hosted_style_request=not self.path_style,
                client_options=self._client_options(),
                retry_config={
                    "max_retries": _RETRIES,
                    "retry_timeout": timedelta(seconds=self.timeout),
                },
                **{name: value for name, value in known.items() if value},  # type: ignore[arg-type]
            )
        except (BaseError, ValueError) as error:
            raise self._meant(error) from error

    def _client_options(self) -> ClientConfig:
        options: ClientConfig = {
            "timeout": f"{self.timeout}s",
            "connect_timeout": f"{min(self.timeout, 10)}s",
        }
        if self.endpoint_url.startswith("http://"):
            options["allow_http"] = True
        if self.ca_file:
            try:
                options["root_certificate"] = Path(self.ca_file).read_bytes()
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                message = f"{self.ca_file} cannot be read: {reason}"
                raise StoreError(message, "correct archive.ca_file") from error
        return options

    @property
    def where(self) -> str:
        """Return the bucket as messages name it."""
        at = f" at {self.endpoint_url}" if self.endpoint_url else ""
        return f"s3://{self.name}{at}"

    def get(self, key: str) -> bytes:
        """Return a file; raise FileNotFoundError where there is none."""
        with self._asking():
            return bytes(self.client.get(key).bytes())

    def put(self, key: str, content: bytes) -> None:
        """Write a file over any that stands there."""
        with self._asking():
            self.client.put(
                key, content, attributes={"Content-Type": media_type(key)}, use_multipart=False
            )

    def put_new(self, key: str, content: bytes) -> bool:
        """Write a file by a conditional put; return False, and change nothing, where one stands.

        A request whose answer was lost may be sent again and then meets its own file, so the file
        says who wrote it.
        """
        from obstore.exceptions import AlreadyExistsError

        writer = secrets.token_hex(16)
        attributes = {"Content-Type": media_type(key), WRITER: writer}
        for _ in range(_TRIES):
            with self._asking():
                try:
                    self.client.put(
                        key, content, attributes=attributes, mode="create", use_multipart=False
                    )
                except AlreadyExistsError as error:
                    # A server may also say that another writer is at it just now.
                    if _code(error) != "ConditionalRequestConflict":
                        return self._writer(key) == writer
                else:
                    return True
        raise StoreError(f"{self.where} is busy: others write {key} all the time", "try again")

    def _writer(self, key: str) -> str:
        return str(self.client.get(key, options={"head": True}).attributes.get(WRITER, ""))

    def unconditional(self) -> StoreError:
        """Return the error of a server on which nothing is safe from being overwritten."""
        message = f"{self.where} does not keep to If-None-Match: two publishers could overwrite"
        return StoreError(f"{message} each other", "keep the archive on a server that does")

    def copy(self, source: str, key: str) -> None:
        """Copy a file within the server; raise FileNotFoundError where there is none."""
        with self._asking():
            self.client.copy(source, key)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete files, a thousand by one request; those that are not there are none."""
        for start in range(0, len(keys), _MOST_DELETED):
            with self._asking():
                self.client.delete(keys[start : start + _MOST_DELETED])

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield the rest of each key below a folder, with a slash at its end, and its time."""
        with self._asking():
            for page in self.client.list(prefix or None):
                for each in page:
                    yield each["path"].removeprefix(prefix), each["last_modified"]

    def folders(self, prefix: str) -> list[str]:
        """Return the names of the folders in a folder."""
        with self._asking():
            found = self.client.list_with_delimiter(prefix or None)["common_prefixes"]
        return [each.rstrip("/").removeprefix(prefix) for each in found]

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn what obstore raises into FileNotFoundError or StoreError without any secret."""
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError as error:
            if _code(error) == "NoSuchBucket":
                raise self._meant(error) from error
            raise FileNotFoundError("there is no such file") from error
        except (BaseError, OSError) as error:
            raise self._meant(error) from error

    def _meant(self, error: Exception) -> StoreError:
        """Return what a failed request means; of its own words only known ones are repeated."""
        code = _code(error)
        if code in ("NotImplemented", "501"):
            return self.unconditional()
        if code:
            reason, hint = _REFUSALS.get(code, (f"it answers {code}", "see what its log says"))
            return StoreError(f"{self.where} refuses: {reason}", hint)
        if _METADATA in str(error):
            return StoreError(f"there are no credentials for {self.where}", _CREDENTIALS)
        if status := re.search(r"status code: ([0-9]{3})", str(error)):
            hint = "see the credentials and archive.endpoint_url"
            return StoreError(f"{self.where} refuses: it answers {status[1]}", hint)
        for sign, reason, hint in _SIGNS:
            if sign in str(error):
                return StoreError(f"{self.where} does not answer: {reason}", hint)
        hint = "correct archive.endpoint_url"
        return StoreError(f"{self.where} does not answer as S3 does", hint)


def media_type(name: str) -> str:
    """Return the media type that a server should give a file."""
    if name.endswith("SHA256SUMS"):
        return "text/plain; charset=utf-8"
    found = _TYPES.guess_type(name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def _code(error: BaseException) -> str:
    """Return the code of S3 in the answer to a request; empty where there is none."""
    found = re.search("<Code>([A-Za-z0-9]{1,60})</Code>", str(error))
    return found[1] if found else ""
