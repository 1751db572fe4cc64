"""Open the archive that an address names: a folder, a bucket or an SFTP server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from reports.archive.store import ArchiveStore, FolderStore
from reports.errors import UsageError

_BUCKET = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,62}")
_PORTS = range(1, 65536)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def open_store(
    url: str, options: Mapping[str, Any], environment: Mapping[str, str]
) -> ArchiveStore:
    """Return the archive at an address; raise UsageError for one that is none.

    `options` are those of `[archive]` in `reports.toml`. Of the environment the endpoint is read
    here and what opens an SFTP server; obstore reads its own variables. No server is asked yet.
    """
    if "://" not in url:
        return FolderStore(Path(url))
    parts = _parts(url)
    if parts.scheme == "s3":
        return _bucket(parts, options, environment)
    if parts.scheme == "sftp":
        return _server(parts, options, environment)
    hint = "name a folder, s3://bucket/prefix or sftp://user@host/path"
    raise UsageError(f"the archive cannot be at an address {parts.scheme}://", hint)


def _parts(url: str) -> SplitResult:
    """Return the parts of an address; no message repeats one that holds a secret."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        hint = "for example s3://bucket/prefix or sftp://user@host:2222/path"
        raise UsageError("the address of the archive cannot be read", hint) from error
    if parts.password is not None or (parts.scheme == "s3" and parts.username is not None):
        hint = (
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            if parts.scheme == "s3"
            else "use a key or an ssh agent, or set REPORTS_SFTP_PASSWORD"
        )
        raise UsageError("the address of the archive holds a password", f"take it out and {hint}")
    if parts.query or parts.fragment or port == 0:
        hint = (
            "write ? and # in a path as %3F and %23" if parts.scheme == "sftp" else "leave it out"
        )
        raise UsageError(f"{url} has a part that no archive has", hint)
    return parts


def _bucket(
    parts: SplitResult, options: Mapping[str, Any], environment: Mapping[str, str]
) -> ArchiveStore:
    from reports.archive.bucket import Bucket
    from reports.archive.s3 import S3Store

    if not _BUCKET.fullmatch(parts.netloc):
        raise UsageError(f"{parts.geturl()} names no bucket", "for example s3://bucket/prefix")
    endpoint = options.get("endpoint_url") or environment.get("AWS_ENDPOINT_URL", "")
    _require_server(endpoint)
    _require("s3", "obstore", "an archive in a bucket")
    prefix = parts.path.strip("/")
    bucket = Bucket(
        parts.netloc,
        endpoint.rstrip("/"),
        options.get("region", ""),
        options.get("path_style", True),
        str(options.get("ca_file", "")),
        options.get("timeout", Bucket.timeout),
    )
    return S3Store(bucket, f"{prefix}/" if prefix else "")


def _require_server(endpoint: str) -> None:
    """Raise UsageError for an endpoint that is none, holds a password or is not encrypted."""
    if not endpoint:
        return
    try:
        parts = urlsplit(endpoint)
        named = parts.hostname and parts.port != 0
    except ValueError:
        named = False
        parts = urlsplit("")
    if not named or parts.scheme not in ("http", "https") or parts.path not in ("", "/"):
        hint = "for example https://storage.example.org:9000"
        raise UsageError("the endpoint of the archive is no address of a server", hint)
    if parts.username is not None:
        hint = "take it out and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        raise UsageError("the endpoint of the archive holds a user or password", hint)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UsageError(f"{endpoint} is not encrypted", "use https://, but on this machine")


def _server(
    parts: SplitResult, options: Mapping[str, Any], environment: Mapping[str, str]
) -> ArchiveStore:
    from reports.archive.sftp import SftpStore
    from reports.archive.sftp_line import Line, Login

    path = unquote(parts.path).rstrip("/")
    if not parts.hostname or path in ("", "/~") or ".." in path.split("/"):
        hint = "for example sftp://user@host/srv/archive, or /~/archive in the user's home"
        raise UsageError(f"{parts.geturl()} names no folder on a server", hint)
    _require("sftp", "asyncssh", "an archive on an SFTP server")
    login = Login(
        environment.get("REPORTS_SFTP_KEY", ""), environment.get("REPORTS_SFTP_PASSWORD") or None
    )
    line = Line(
        parts.hostname,
        parts.port,
        unquote(parts.username or ""),
        login,
        str(options.get("known_hosts", "")),
        options.get("timeout", Line.timeout),
    )
    return SftpStore(line, path.removeprefix("/~/"))


def _require(extra: str, module: str, what: str) -> None:
    if find_spec(module) is None:
        hint = f"install it: pip install 'trade-reports[{extra}]'"
        raise UsageError(f"{what} needs the package {module}, which is not installed", hint)
