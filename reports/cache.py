"""A folder of made things, each under the digest of all it was made from.

A name says what went in, so an entry is never out of date; each holds the sha256 of its content,
so a damaged one is none. Losing the folder costs time and nothing else: whatever goes wrong with
it, the thing is made. Several builds may share it.

Times of files serve one purpose: where room is needed, what was used longest ago goes first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reports.digest import sha256

MOST_BYTES = 128 << 20
"""What the entries of a cache may take together: some hundred editions."""
_KEPT = 0.75
"""The share of that which stays, so that not every build has to make room."""
_SEAL = 65
"""The length of the sha256 and the line's end at the head of an entry."""


@dataclass(frozen=True)
class Cache:
    """The entries of a folder; `origin` is the digest of what they all were made with."""

    folder: Path
    origin: str

    @property
    def is_known(self) -> bool:
        """Tell whether anything has been made with this origin before."""
        return self._place.is_dir()

    def get(self, key: str) -> bytes | None:
        """Return what was kept under a key; None where there is nothing, or it is damaged."""
        path = self._place / key
        try:
            entry = path.read_bytes()
        except OSError:
            return None
        content = entry[_SEAL:]
        if entry[:_SEAL] != _seal(content):
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep something, whole or not at all; where that cannot be done, nothing happens."""
        beside = self._place / f".{key}.{os.getpid()}.part"
        with suppress(OSError):
            self._place.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(_seal(content) + content)
                beside.replace(self._place / key)
            finally:
                beside.unlink(missing_ok=True)

    @property
    def _place(self) -> Path:
        return self.folder / self.origin


def prune(folder: Path, most: int = MOST_BYTES) -> None:
    """Remove what was used longest ago where the entries of a folder take more than `most` bytes.

    What a killed build left half written goes the same way.
    """
    entries = sorted(_entries(folder))
    total = sum(size for _, size, _ in entries)
    if total <= most:
        return
    for _, size, path in entries:
        if total <= most * _KEPT:
            break
        with suppress(OSError):
            path.unlink()
        total -= size
    for place in _folders(folder):
        with suppress(OSError):
            place.rmdir()  # Only one that is empty goes.


def clear(folder: Path) -> None:
    """Remove a cache, as when its room is needed; the folder it lies in too, if that is empty."""
    for place in (*_folders(folder), folder):
        with suppress(OSError):
            for path in place.iterdir():
                with suppress(OSError):
                    path.unlink()
        with suppress(OSError):
            place.rmdir()
    with suppress(OSError):
        folder.parent.rmdir()


def _entries(folder: Path) -> Iterator[tuple[int, int, Path]]:
    """Yield when each entry was last used, its size and its path."""
    for place in _folders(folder):
        with suppress(OSError):
            for path in place.iterdir():
                with suppress(OSError):
                    state = path.stat()
                    yield state.st_mtime_ns, state.st_size, path


def _folders(folder: Path) -> list[Path]:
    try:
        return [place for place in folder.iterdir() if place.is_dir() and not place.is_symlink()]
    except OSError:
        return []


def _seal(content: bytes) -> bytes:
    return f"{sha256(content)}\n".encode()
