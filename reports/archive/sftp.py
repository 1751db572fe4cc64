"""An archive on an SFTP server: what waits in a hidden folder appears by one rename or one link.

Both fail on the server where something stands already, as they do on a disk. There are no locks
that die with their holder, so what a dead writer left is known by its age.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, TypeVar

from reports.archive.reading import Listing, listing_of
from reports.archive.sftp_line import Line
from reports.archive.store import READ_ONLY, READABLE, STAGED
from reports.errors import ArchiveError, StoreError

STALE = 24 * 60 * 60
"""Seconds after which what nobody has put in its place is a dead writer's."""
AT_ONCE = 32

Found = TypeVar("Found")


@dataclass(frozen=True)
class SftpStore:
    """An archive in a folder of an SFTP server."""

    line: Line
    root: str
    """Absolute, or relative to the home of the user."""
    listing: Listing | None = None
    at_once: int = AT_ONCE

    def folders(self, place: str) -> tuple[str, ...]:
        """Return the names of the folders in a folder, but hidden ones."""
        if self.listing:
            return self.listing.folders(place)

        async def look(sftp: Any) -> list[str]:
            entries = await _entries(sftp, self._path(place))
            return [name for name, is_folder in entries if is_folder and name[0] != "."]

        return tuple(sorted(self._reading(place, look)))

    def names(self, place: str) -> tuple[str, ...]:
        """Return the names of all files below a folder, but hidden ones of the store."""
        if self.listing:
            return self.listing.names(place)
        found = self._reading(
            place, lambda sftp: _names(sftp, self._path(place), asyncio.Semaphore(AT_ONCE))
        )
        return tuple(sorted(name for name in found if place or name[0] != "."))

    def read(self, name: str) -> bytes:
        """Return a file."""

        async def read(sftp: Any) -> bytes:
            async with sftp.open(self._path(name), "rb") as file:
                content: bytes = await file.read()
            return content

        return self._reading(name, read)

    def put(self, folder: str, contents: Mapping[str, bytes]) -> bool:
        """Let a folder appear by one rename."""

        async def put(sftp: Any, stage: str) -> bool:
            whole = f"{stage}/whole"
            for path in {str(PurePosixPath(f"{whole}/{name}").parent) for name in contents}:
                await _make(sftp, path)
            gate = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(
                *(
                    _write(sftp, f"{whole}/{name}", contents[name], READ_ONLY, gate)
                    for name in contents
                )
            )
            return await _unless_taken(sftp, sftp.rename, whole, self._path(folder))

        return self._writing(folder, put)

    def append(self, name: str, content: bytes) -> bool:
        """Let a file appear by one link."""

        async def append(sftp: Any, stage: str) -> bool:
            await _write(sftp, f"{stage}/file", content, READ_ONLY)
            return await _unless_taken(sftp, sftp.link, f"{stage}/file", self._path(name))

        return self._writing(name, append)

    def replace(self, name: str, content: bytes) -> None:
        """Write a file by one rename over what stands there."""

        async def put(sftp: Any, stage: str) -> None:
            await _write(sftp, f"{stage}/file", content, READABLE)
            await _make(sftp, str(PurePosixPath(self._path(name)).parent))
            await sftp.posix_rename(f"{stage}/file", self._path(name))

        self._writing(name, put)

    def remove(self, name: str) -> None:
        """Let a folder or a page disappear by one rename; what it held is then removed."""
        import asyncssh

        async def remove(sftp: Any, stage: str) -> None:
            with suppress(asyncssh.SFTPNoSuchFile):
                await sftp.rename(self._path(name), f"{stage}/whole")

        self._writing(name, remove)

    def where(self, name: str) -> str:
        """Return the address of a file or folder."""
        root = self.root if self.root.startswith("/") else f"/~/{self.root}"
        return f"{self.line.where}{root.rstrip('/')}/{name}".rstrip("/")

    def listed(self) -> SftpStore:
        """Return the store with its names listed once, many folders at the same time."""
        return replace(self, listing=listing_of(self.names("")))

    def _path(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}".rstrip("/") if self.root else name or "."

    def _reading(self, name: str, work: Callable[[Any], Awaitable[Found]]) -> Found:
        import asyncssh

        try:
            return self.line.run(work)
        except asyncssh.SFTPNoSuchFile as error:
            raise FileNotFoundError(f"{self.where(name)} is missing") from error
        except asyncssh.SFTPError as error:
            reason = error.reason.lower()
            message = f"{self.where(name)} cannot be read: {reason}"
            raise ArchiveError(message, "see who may read it") from error

    def _writing(self, name: str, work: Callable[[Any, str], Awaitable[Found]]) -> Found:
        """Do something with an empty folder on the server, which is removed after it."""
        import asyncssh

        async def staged(sftp: Any) -> Found:
            async with _stage(sftp, self._path(STAGED)) as stage:
                return await work(sftp, stage)

        try:
            return self.line.run(staged)
        except asyncssh.SFTPOpUnsupported as error:
            message = f"{self.line.where} offers no links or renames that keep the archive safe"
            hint = "use a server with hardlink@openssh.com and posix-rename@openssh.com"
            raise StoreError(message, hint) from error
        except asyncssh.SFTPError as error:
            reason = error.reason.lower()
            message = f"{self.where(name)} cannot be written: {reason}"
            raise ArchiveError(
                message, "see that the user may write there, and has room"
            ) from error


async def _entries(sftp: Any, path: str) -> list[tuple[str, bool]]:
    """Return the names in a folder, and whether each is a folder; none where it is missing."""
    import asyncssh

    try:
        return [
            (entry.filename, entry.attrs.type == asyncssh.FILEXFER_TYPE_DIRECTORY)
            async for entry in sftp.scandir(path)
            if entry.filename not in (".", "..")
        ]
    except asyncssh.SFTPNoSuchFile:
        return []


async def _names(sftp: Any, path: str, gate: asyncio.Semaphore) -> list[str]:
    """Return all that is no folder, links among it: a link is no file of an edition."""
    async with gate:  # A server keeps few folders open at a time.
        entries = await _entries(sftp, path)
    inside = [name for name, is_folder in entries if is_folder]
    below = await asyncio.gather(*(_names(sftp, f"{path}/{name}", gate) for name in inside))
    found = [name for name, is_folder in entries if not is_folder]
    for folder, names in zip(inside, below, strict=True):
        found += [f"{folder}/{name}" for name in names]
    return found


async def _write(
    sftp: Any, path: str, content: bytes, mode: int, gate: asyncio.Semaphore | None = None
) -> None:
    """Write a file that is not there yet, and sync it to the server's disk if it can."""
    import asyncssh

    async with gate or nullcontext(), sftp.open(path, "xb") as file:
        await file.write(content)
        with suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()
        await sftp.chmod(path, mode)


async def _make(sftp: Any, path: str) -> None:
    """Make a folder with those above it."""
    import asyncssh

    if await sftp.isdir(path):
        return
    await _make(sftp, str(PurePosixPath(path).parent))
    try:
        await sftp.mkdir(path)
    except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
        if not await sftp.isdir(path):
            raise


async def _unless_taken(
    sftp: Any, move: Callable[[str, str], Awaitable[None]], source: str, place: str
) -> bool:
    """Move something to its place; return False where that is taken.

    Version 3 of the protocol knows but one failure, so the place is looked at after it.
    """
    import asyncssh

    await _make(sftp, str(PurePosixPath(place).parent))
    try:
        await move(source, place)
    except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
        if await sftp.lexists(place):
            return False
        raise
    return True


@asynccontextmanager
async def _stage(sftp: Any, staged: str) -> AsyncIterator[str]:
    """Hold an empty folder on the server's disk; take over what dead writers left."""
    import asyncssh

    stage = f"{staged}/{secrets.token_hex(16)}"
    await _make(sftp, stage)
    try:
        now = (await sftp.stat(stage)).mtime
        async for entry in sftp.scandir(staged):
            if entry.filename not in (".", "..") and now - entry.attrs.mtime > STALE:
                # One rename: a writer that lives after all can then put nothing half removed.
                with suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPFailure):
                    await sftp.rename(f"{staged}/{entry.filename}", f"{stage}/{entry.filename}")
        yield stage
    finally:
        # A line that broke says so by its own error; others clear up after us.
        with suppress(asyncssh.SFTPError):
            await sftp.rmtree(stage, ignore_errors=True)
