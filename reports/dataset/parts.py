"""The parts of a table in Parquet: what their manifest says of them, and whether it is true.

A manifest is a Data Package of its own in the folder of the table, written by `reports data pack`:
one resource a part, with its size and sha256, the number of its rows and its first and last key.
Only the standard library, since a manifest must be read before anything is known of the parts.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from reports.errors import Problem

LARGEST_PART = 64 * 1024 * 1024
"""Bytes; a part is hashed as a whole before a row of it is read, and so must stay small."""
MOST_ROWS = 1_000_000
"""Rows of a part; the check looks at one part at a time."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.parquet")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")

Key = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A Parquet file that holds a stretch of a sorted table."""

    name: str
    """The file, relative to the folder of the dataset."""
    path: Path
    size: int
    sha256: str
    rows: int
    first: Key
    last: Key

    def may_hold(self, series: Sequence[str]) -> bool:
        """Tell whether one of some sorted series can stand between the first and last key."""
        place = bisect_left(series, self.first[0])
        return place < len(series) and series[place] <= self.last[0]


def read_parts(folder: Path, manifest: str) -> tuple[tuple[Part, ...], list[Problem]]:
    """Read the manifest of a table, with every fault of it; the parts come in order."""
    try:
        path = _inside(folder, manifest)
        if path.exists() and not path.is_file():  # A pipe would be waited for without end.
            return (), [Problem(manifest, None, "", "is no file", expected="a manifest")]
        text = path.read_text(encoding="utf-8")
        items = json.loads(text)["resources"]
        parts = tuple(_part(folder, manifest, item) for item in items)
    except FileNotFoundError:
        return (), [Problem(manifest, None, "", "the file is missing", expected="a manifest")]
    except OSError as error:
        return (), [Problem(manifest, None, "", f"cannot be read: {error.strerror}")]
    except json.JSONDecodeError as error:
        return (), [Problem(manifest, error.lineno, "", f"is no JSON: {error.msg}")]
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        expected = "what `reports data pack` writes"
        return (), [Problem(manifest, None, "", f"is no manifest: {error!s}", expected=expected)]
    return parts, _order(parts, manifest)


def _part(folder: Path, manifest: str, item: dict[str, Any]) -> Part:
    name = str(item["path"])
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is no plain name of a file such as part-0.parquet")
    seal = _HASH.fullmatch(str(item["hash"]))
    if seal is None:
        raise ValueError(f"the hash of {name} has not the form sha256:…")
    size, rows = item["bytes"], item["rows"]
    if not (isinstance(size, int) and isinstance(rows, int) and size > 0 and rows > 0):
        raise ValueError(f"bytes and rows of {name} are no whole numbers above zero")
    whole = str(PurePosixPath(manifest).with_name(name))
    first, last = (tuple(map(str, item[end])) for end in ("first", "last"))
    if not first or len(first) != len(last):
        raise ValueError(f"the first and last key of {name} are not given")
    return Part(whole, folder / whole, size, seal[1], rows, first, last)


def _order(parts: Sequence[Part], manifest: str) -> list[Problem]:
    """Find parts whose keys do not follow each other: a row between them could be overlooked."""
    problems = []
    before: Part | None = None
    for part in parts:
        if part.last < part.first or (before and part.first <= before.last):
            message = f"the keys of {part.name} do not follow those before"
            problems.append(Problem(manifest, None, "", message, expected="parts in order"))
        before = part
    return problems


def fault_of(folder: Path, part: Part) -> Problem | None:
    """Return what is wrong with the file of a part, or None if its bytes are those recorded."""

    def wrong(message: str, value: str = "", expected: str = "") -> Problem:
        return Problem(part.name, None, "", message, value, expected)

    try:
        path = _inside(folder, part.name)
        if not path.is_file():
            return wrong("is no file" if path.exists() else "the file is missing")
        size = path.stat().st_size
        if size != part.size:
            return wrong("has another size than its manifest says", f"{size}", f"{part.size} bytes")
        if size > LARGEST_PART:
            return wrong("is too large", f"{size} bytes", f"at most {LARGEST_PART} bytes a part")
        with path.open("rb") as file:
            seal = hashlib.file_digest(file, "sha256").hexdigest()
        if seal != part.sha256:
            cure = "the file as it was packed, or `reports data pack` again"
            return wrong("has other bytes than its manifest says", expected=cure)
    except ValueError as error:
        return wrong(str(error))
    except OSError as error:
        return wrong(f"cannot be read: {error.strerror}")
    return None


def unlisted(folder: Path, manifest: str, parts: Sequence[Part]) -> list[Problem]:
    """Return a warning for each Parquet file beside a manifest that it does not name."""
    known = {part.path.name for part in parts}
    return [
        Problem(
            str(PurePosixPath(manifest).with_name(path.name)),
            None,
            "",
            "stands in no manifest and is never read",
            expected="no such file, or `reports data pack` again",
            severity="warning",
        )
        for path in sorted((folder / manifest).parent.glob("*.parquet"))
        if path.name not in known
    ]


def _inside(folder: Path, name: str) -> Path:
    """Return the path of a file; raise ValueError where it leads out of the dataset's folder."""
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except RuntimeError as error:  # Python 3.11 and 3.12 say so of links in a circle.
        raise ValueError("leads in a circle") from error
    if not inside:
        raise ValueError("leads out of the folder of the dataset")
    return path
