"""The folder of the dataset as a store: one writer at a time, all of its files or none.

New files are written and synced in `.staged`. One rename of that folder to `.committed` makes them
the dataset's; then each moves to its place. Whoever reads looks into `.committed` first, and a
writer first moves what an earlier one left there. So a crash leaves the old dataset or the new one.

Only the standard library, and little of it: a build that has nothing to do reads through this too.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, TypeVar

from reports.errors import DataError, ReportsError

STAGED = ".staged"
COMMITTED = ".committed"
LOCK = ".lock"

_PAUSE = 0.05
_TRIES = 20
_CURES = {
    errno.EACCES: "see that the folder may be written",
    errno.EDQUOT: "the quota is used up: free some space",
    errno.ELOOP: "put a file where the symbolic link stands",
    errno.ENOSPC: "the disk is full: free some space",
    errno.EROFS: "the disk is read-only",
}

Found = TypeVar("Found")


def place_of(folder: Path, name: str) -> Path:
    """Return where a file of the dataset is read from."""
    waiting = folder / COMMITTED / name
    return waiting if waiting.is_file() else folder / name


def settled(folder: Path, read: Callable[[], Found]) -> Found:
    """Return what a function reads from a dataset that nobody changed meanwhile.

    Several files are read one after the other: a commit in between would mix old with new ones.
    """
    for _ in range(_TRIES):
        before = _identity(folder)
        found = read()
        if _identity(folder) == before:
            return found
        time.sleep(_PAUSE)
    raise DataError(f"the files in {folder} keep changing", "try again when nothing writes there")


def _identity(folder: Path) -> list[tuple[str, int, int, int]]:
    """Return what changes when a file of the dataset does."""
    found = []
    for place in (folder, folder / COMMITTED):
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(place) as entries:
            for entry in entries:
                if not entry.name.startswith(".") or entry.name == COMMITTED:
                    with suppress(FileNotFoundError):
                        state = os.stat(entry.path)  # noqa: PTH116
                        seen = (state.st_ino, state.st_mtime_ns, state.st_size)
                        found.append((entry.path, *seen))
    return sorted(found)


@contextmanager
def locked(folder: Path, holder: str, wait: float, tell: Callable[[str], object]) -> Iterator[None]:
    """Hold the lock of a dataset; raise DataError that names the holder after so many seconds.

    The system gives the lock back when its holder dies, in whatever way.
    """
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(folder / LOCK, flags, 0o666)
    except OSError as error:
        raise _cannot_write(error, folder) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            problem = f"{folder / LOCK} is no file, and so no lock"
            raise ReportsError(problem, "remove what stands there")
        _acquire(handle, folder, wait, tell)
        os.ftruncate(handle, 0)
        os.pwrite(handle, holder.encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _acquire(handle: int, folder: Path, wait: float, tell: Callable[[str], object]) -> None:
    import fcntl  # Where there is none, a dataset can be read all the same.

    end = time.monotonic() + wait
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.pread(handle, 300, 0).decode(errors="replace") or "another process"
        else:
            return
        if time.monotonic() >= end:
            hint = "wait until it is done, or give it longer with --wait"
            raise DataError(f"{folder} is being changed by {other}", hint)
        if not told:
            tell(f"{folder} is being changed by {other}; waiting up to {wait:g} s")
            told = True
        time.sleep(_PAUSE)


def commit(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replace files of a dataset, all of them or none; only the holder of the lock may.

    Raise ReportsError where they cannot be written: before the commit nothing has changed then.
    """
    finish(folder)
    staged = folder / STAGED
    try:
        for name, content in contents.items():
            _require_inside(folder, name)
            path = staged / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_synced(path, content, _mode(folder / name))
        for place in (path for path in (staged, *staged.rglob("*")) if path.is_dir()):
            sync(place)
        staged.rename(folder / COMMITTED)
        sync(folder)
    except OSError as error:
        with suppress(OSError):
            _remove(staged)
        raise _cannot_write(error, folder) from error
    finish(folder)


def finish(folder: Path) -> bool:
    """Move committed files to their places; tell whether an earlier writer had left some."""
    try:
        _remove(folder / STAGED)
        committed = folder / COMMITTED
        if committed.is_symlink():
            _refuse_link(committed)
        if not committed.exists():
            return False
        for path in sorted(path for path in committed.rglob("*") if path.is_file()):
            place = folder / path.relative_to(committed)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
            sync(place.parent)
        _remove(committed)
        sync(folder)
    except OSError as error:
        raise _cannot_write(error, folder) from error
    return True


def _require_inside(folder: Path, name: str) -> None:
    """Raise OSError for a name or a symbolic link that leads out of the folder."""
    place = folder / name
    inside = place.parent.resolve().is_relative_to(folder.resolve())
    if place.is_symlink() or not inside or name.startswith("."):
        _refuse_link(place)


def _refuse_link(place: Path) -> NoReturn:
    raise OSError(errno.ELOOP, "it is a link, or leads out of the folder", str(place))


def _mode(place: Path) -> int:
    try:
        return place.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o644


def write_synced(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, and sync it to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    handle = os.open(path, flags, mode)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        os.fchmod(handle, mode)
        os.fsync(handle)
    finally:
        os.close(handle)


def sync(folder: Path) -> None:
    """Sync a folder to the disk, so that the names in it outlast a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(place: Path) -> None:
    """Remove a folder of ours with all that is in it; a link is not followed."""
    if not place.is_dir() or place.is_symlink():
        if place.is_symlink() or place.exists():
            place.unlink()
        return
    for path in place.iterdir():
        _remove(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    place.rmdir()


def _cannot_write(error: OSError, folder: Path) -> ReportsError:
    reason = (error.strerror or str(error)).lower()
    cure = _CURES.get(error.errno or 0, "see that the folder is there and may be written")
    return ReportsError(f"{error.filename or folder} cannot be written: {reason}", cure)
