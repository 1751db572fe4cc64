"""A line to an SFTP server: one connection for all threads, and what its failures mean."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from reports.errors import StoreError

Found = TypeVar("Found")

_FIRST = threading.Lock()
_ACCESS = "start an ssh agent, or set REPORTS_SFTP_KEY or REPORTS_SFTP_PASSWORD"
_SYSTEM_WIDE = "/etc/ssh/ssh_known_hosts"
_AGAIN = "see that the server runs and can be reached, then run the command again"


@dataclass(frozen=True)
class Login:
    """How a server is to be convinced; nothing of it is ever shown."""

    key_file: str = ""
    """Empty: the agent's keys and those in `~/.ssh`."""
    password: str | None = field(default=None, repr=False)
    """Opens the account, or the key where one is named."""


@dataclass(frozen=True)
class Line:
    """A server, a user on it, and who vouches for the server."""

    host: str
    port: int | None = None
    user: str = ""
    login: Login = Login()
    known_hosts: str = ""
    """Empty: `~/.ssh/known_hosts` and the system's. There is no way not to check."""
    timeout: float = 60.0
    """Seconds without an answer."""

    @property
    def where(self) -> str:
        """Return the address of the server."""
        user = f"{self.user}@" if self.user else ""
        return f"sftp://{user}{self.host}{f':{self.port}' if self.port else ''}"

    def run(self, work: Callable[[Any], Awaitable[Found]]) -> Found:
        """Do something with the SFTP client; raise StoreError where the server fails.

        The connection is made at the first call: a build forks its processes before.
        """
        with _FIRST:
            loop = self._loop
        return asyncio.run_coroutine_threadsafe(self._attempt(work), loop).result()

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="sftp", daemon=True).start()
        return loop

    @cached_property
    def _client(self) -> asyncio.Task[Any]:
        return asyncio.ensure_future(self._connect())

    async def _attempt(self, work: Callable[[Any], Awaitable[Found]]) -> Found:
        import asyncssh

        try:
            return await work(await self._client)
        except (OSError, asyncssh.Error) as error:
            lost = (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost)
            if isinstance(error, asyncssh.SFTPError) and not isinstance(error, lost):
                raise
            raise StoreError(f"{self.where} does not answer: connection lost", _AGAIN) from error

    async def _connect(self) -> Any:
        import asyncssh

        asyncssh.set_log_level("CRITICAL")  # Its warnings would stand beside our one line.
        known = self._known_hosts()
        try:
            connection = await asyncssh.connect(
                self.host,
                **self._options(),
                # Never None, which a line in ~/.ssh/config could make of it: that checks nothing.
                known_hosts=known,
                connect_timeout=self.timeout,
                login_timeout=self.timeout,
                keepalive_interval=self.timeout / 2,
                keepalive_count_max=1,
            )
            return await connection.start_sftp_client()
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._not_verified(known) from error
        except asyncssh.PermissionDenied as error:
            raise StoreError(f"{self.where} refuses the login", _ACCESS) from error
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, FileNotFoundError) as error:
            named = f"the key {self.login.key_file or 'in ~/.ssh'}"
            hint = "see REPORTS_SFTP_KEY; REPORTS_SFTP_PASSWORD opens the key that it names"
            raise StoreError(f"{named} cannot be read", hint) from error
        except (OSError, asyncssh.Error) as error:
            raise StoreError(f"{self.where} does not answer: {_words(error)}", _AGAIN) from error

    def _options(self) -> dict[str, Any]:
        """Return what is known of port, user and login; ~/.ssh/config fills in the rest."""
        options: dict[str, Any] = {}
        if self.port:
            options["port"] = self.port
        if self.user:
            options["username"] = self.user
        if self.login.key_file:
            options["client_keys"] = [self.login.key_file]
            options["passphrase"] = self.login.password
            options["agent_path"] = None
        elif self.login.password is not None:
            options["password"] = self.login.password
        return options

    def _known_hosts(self) -> bytes:
        files = [self.known_hosts] if self.known_hosts else ["~/.ssh/known_hosts", _SYSTEM_WIDE]
        found = [path for path in (Path(file).expanduser() for file in files) if path.is_file()]
        if self.known_hosts and not found:
            hint = "correct archive.known_hosts"
            raise StoreError(f"there is no file {self.known_hosts} of known hosts", hint)
        return b"\n".join(path.read_bytes() for path in found)

    def _not_verified(self, known: bytes) -> StoreError:
        import asyncssh

        keys, *_ = asyncssh.import_known_hosts(known.decode()).match(self.host, "", self.port)
        file = self.known_hosts or "~/.ssh/known_hosts"
        if keys:
            message = f"the host key of {self.host} is not the one in {file}"
            return StoreError(message, "ask who runs the server before you trust another key")
        port = f"-p {self.port} " if self.port else ""
        hint = f"compare what `ssh-keyscan {port}{self.host}` prints, and add it there"
        return StoreError(f"the host key of {self.host} is not in {file}", hint)


def _words(error: BaseException) -> str:
    """Return the reason of a failed connection, in few words."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    reason = getattr(error, "reason", "") or getattr(error, "strerror", "") or str(error)
    return str(reason).lower()
