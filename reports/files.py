"""Files that appear whole or not at all: written beside their place, synced, renamed into it."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from reports.errors import RenderError

_CURES = {
    errno.EACCES: "choose another folder with --output, or make this one writable",
    errno.EDQUOT: "the quota is used up: free some space or choose another disk with --output",
    errno.EISDIR: "a folder stands where a file should go: move it away",
    errno.ENAMETOOLONG: "choose a shorter folder with --output",
    errno.ENOSPC: "the disk is full: free some space or choose another one with --output",
    errno.ENOTDIR: "a file stands where a folder is needed: choose another one with --output",
    errno.EEXIST: "a file stands where a folder is needed: choose another one with --output",
    errno.EPERM: "choose another folder with --output, or make this one writable",
    errno.EROFS: "the disk is read-only: choose another folder with --output",
}


def write_together(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a folder, all of them or none; the last one is renamed last.

    Nothing is renamed before everything lies on the disk, so a full disk leaves the old files
    untouched and no new ones behind. Raise RenderError with what to do about it.
    """
    places = {folder / name: content for name, content in contents.items()}
    new_folders = {path for place in places for path in place.parents if not path.exists()}
    waiting: list[tuple[Path, Path]] = []
    try:
        for place, content in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{place.name}.{os.getpid()}.part")
            waiting.append((beside, place))
            _write_synced(beside, content)
            if place.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
        for beside, place in waiting:
            beside.replace(place)
        _sync_folder(folder)
    except OSError as error:
        raise _cannot_write(error, folder) from error
    finally:
        for beside, _ in waiting:
            with suppress(OSError):
                beside.unlink()
        for path in sorted(new_folders, reverse=True):
            with suppress(OSError):
                path.rmdir()  # Only a folder that stayed empty goes.


def require_writable(folder: Path) -> None:
    """Raise RenderError at once where writing into a folder cannot succeed later."""
    place = folder
    try:
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
        if not os.access(place, os.W_OK | os.X_OK):
            read_only = os.statvfs(place).f_flag & os.ST_RDONLY
            number = errno.EROFS if read_only else errno.EACCES
            raise OSError(number, os.strerror(number), str(place))
    except OSError as error:
        raise _cannot_write(error, folder) from error


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(error: OSError, folder: Path) -> RenderError:
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    cure = _CURES.get(error.errno or 0, "choose another folder with --output")
    return RenderError(f"cannot write to {error.filename or folder}: {reason}", cure)
