"""Where the archive is kept: a small protocol, and the folder that meets it.

`s3` and `sftp` meet it too; `opening` finds the right one for an address.

No edition and no entry is ever replaced: a folder appears by one rename and a file by one link,
and both fail where something stands already. Whoever comes second is told so, and needs no lock.
Only what is made from them, such as an index, is written anew.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

from reports.errors import ArchiveError
from reports.store import sync, write_synced

STAGED = ".staged"
"""Where a folder or file waits until it is whole; hidden, and no part of the archive."""
READ_ONLY = 0o444
READABLE = 0o644

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY)
_CURES = {
    errno.EDQUOT: "the quota is used up: free some space",
    errno.ENOSPC: "the disk is full: free some space",
    errno.ENOTDIR: "a file stands where a folder is needed: move it away",
    errno.EPERM: "the archive needs a file system with hard links, on which it may write",
    errno.EROFS: "the disk is read-only",
}


class ArchiveStore(Protocol):
    """Keeps files by names such as `2025-06-09/r1/manifest.json`.

    It raises ArchiveError for a place that cannot be read or written, and StoreError for a server
    that cannot be reached or refuses. It may be used by several threads.
    """

    @property
    def at_once(self) -> int:
        """Return how many files are best read at the same time; 1 where nobody is waited for."""

    def folders(self, place: str) -> tuple[str, ...]:
        """Return the names of the folders in a folder, sorted; none where it is missing."""

    def names(self, place: str) -> tuple[str, ...]:
        """Return the names of all files below a folder, relative to it and sorted."""

    def read(self, name: str) -> bytes:
        """Return a file; raise FileNotFoundError where there is none."""

    def put(self, folder: str, contents: Mapping[str, bytes]) -> bool:
        """Let a folder appear whole; return False, and change nothing, where it is taken.

        The last of its files says that it is there, in a store that cannot move folders.
        """

    def append(self, name: str, content: bytes) -> bool:
        """Let a file appear whole; return False, and change nothing, where it is taken."""

    def replace(self, name: str, content: bytes) -> None:
        """Write a file whole over the one that stands there: for pages made from the editions."""

    def remove(self, name: str) -> None:
        """Let a folder disappear with all in it, or a page; it is none where there is none."""

    def where(self, name: str) -> str:
        """Return where a person finds a file or folder: a path or an address."""

    def listed(self) -> ArchiveStore:
        """Return the store with the names it has now, so that none is asked for again.

        For reading alone, by whoever looks at all of it.
        """


@dataclass(frozen=True)
class FolderStore:
    """An archive in a local folder."""

    root: Path
    at_once: int = 1

    def folders(self, place: str) -> tuple[str, ...]:
        """Return the names of the folders in a folder, but hidden ones."""
        with _reading(self.root / place):
            entries = _entries(self.root / place)
            return tuple(sorted(e.name for e in entries if e.is_dir() and e.name[0] != "."))

    def names(self, place: str) -> tuple[str, ...]:
        """Return the names of all files below a folder."""
        with _reading(self.root / place):
            return tuple(sorted(_files(self.root / place, "")))

    def read(self, name: str) -> bytes:
        """Return a file."""
        with _reading(self.root / name):
            return (self.root / name).read_bytes()

    def put(self, folder: str, contents: Mapping[str, bytes]) -> bool:
        """Let a folder appear by one rename, synced before and after."""
        place = self.root / folder
        with _writing(place), _staged(self.root) as staged:
            whole = staged / "whole"
            for name, content in contents.items():
                (whole / name).parent.mkdir(parents=True, exist_ok=True)
                write_synced(whole / name, content, READ_ONLY)
            for below in (path for path in (*whole.rglob("*"), whole) if path.is_dir()):
                sync(below)
            _make(place.parent)
            try:
                # It fails on a folder that holds anything, and every edition does.
                whole.rename(place)
            except OSError as error:
                if error.errno in _TAKEN:
                    return False
                raise
            sync(place.parent)
        return True

    def append(self, name: str, content: bytes) -> bool:
        """Let a file appear by one link, synced before and after."""
        place = self.root / name
        with _writing(place), _staged(self.root) as staged:
            write_synced(staged / "file", content, READ_ONLY)
            _make(place.parent)
            try:
                place.hardlink_to(staged / "file")
            except FileExistsError:
                return False
            sync(place.parent)
        return True

    def replace(self, name: str, content: bytes) -> None:
        """Write a file by one rename over what stands there, synced before and after."""
        place = self.root / name
        with _writing(place), _staged(self.root) as staged:
            write_synced(staged / "file", content, READABLE)
            _make(place.parent)
            (staged / "file").replace(place)
            sync(place.parent)

    def remove(self, name: str) -> None:
        """Let a folder or a page disappear by one rename; what it held is then removed."""
        place = self.root / name
        with _writing(place), _staged(self.root) as staged, suppress(FileNotFoundError):
            place.rename(staged / "whole")
            sync(place.parent)

    def where(self, name: str) -> str:
        """Return the path of a file or folder."""
        return str(self.root / name)

    def listed(self) -> FolderStore:
        """Return the store itself: asking a disk again costs nothing."""
        return self


@contextmanager
def _reading(place: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ArchiveError(f"{place} cannot be read: {reason}", "see who may read it") from error


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        cure = _CURES.get(error.errno or 0, "see that the folder of the archive may be written")
        raise ArchiveError(
            f"{error.filename2 or error.filename or place} cannot be written: {reason}", cure
        ) from error


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        return list(entries)
    return []


def _files(folder: Path, prefix: str) -> Iterator[str]:
    """Yield all that is no folder, links among it: a link is no file of an edition."""
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(folder / entry.name, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name


@contextmanager
def _staged(root: Path) -> Iterator[Path]:
    """Hold an empty folder on the disk of the archive; clear away what killed runs left."""
    staged = root / STAGED
    _make(staged)
    for entry in _entries(staged):
        left = _take(staged / entry.name)
        if left is not None:
            _give_up(staged / entry.name, left)
    for number in count(1):
        place = staged / f"{number:03}"
        with suppress(FileExistsError):
            place.mkdir()
            held = _take(place)
            if held is not None:
                try:
                    yield place
                finally:
                    _give_up(place, held)
                return


def _take(place: Path) -> int | None:
    """Lock a staged folder, unless another process works in it or has removed it.

    The lock decides nothing but who clears up, and dies with its holder.
    """
    import fcntl

    try:
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if place.stat().st_ino == os.fstat(handle).st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(handle)
    return None


def _give_up(place: Path, handle: int) -> None:
    """Remove a folder that we hold, and let go of it."""
    try:
        _remove(place)
    finally:
        os.close(handle)


def _remove(place: Path) -> None:
    for path in place.iterdir():
        _remove(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    place.rmdir()


def _make(folder: Path) -> None:
    """Make a folder with those above it, each of them synced into its own."""
    if folder.is_dir():
        return
    _make(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir()
    sync(folder.parent)
