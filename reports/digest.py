"""What a build was made from and what it made, so that a build with nothing to do costs nothing.

Only the standard library, and little of it: this runs before anything heavy is imported.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from reports.store import COMMITTED

LARGE = ".parquet"
_PACKAGE = Path(__file__).resolve().parent


def inputs_digest(folders: Iterable[Path]) -> str:
    """Return the sha256 of all that decides the bytes of an edition but its day.

    That is every file of the given folders (data, templates), the code of this package, the
    installed packages by the names of their metadata folders, and Python's own version.
    """
    seal = _runtime()
    for folder in folders:
        committed = os.path.join(folder, COMMITTED)
        _add_files(seal, os.fspath(folder), over=committed if os.path.isdir(committed) else "")
    _add_files(seal, os.fspath(_PACKAGE), suffix=".py")
    return seal.hexdigest()


def drawing_digest(templates: Path) -> str:
    """Return the sha256 of all that a chart is drawn with: style, fonts, code and libraries."""
    seal = _runtime()
    seal.update(os.uname().machine.encode() + b"\0")
    seal.update(_content(os.path.join(templates, "tokens.json"), ""))
    _add_files(seal, os.path.join(templates, "fonts"))
    _add_files(seal, os.fspath(_PACKAGE), suffix=".py")
    return seal.hexdigest()


def fonts_digest(templates: Path) -> str:
    """Return the sha256 of the fonts."""
    seal = hashlib.sha256()
    _add_files(seal, os.path.join(templates, "fonts"))
    return seal.hexdigest()


def tables_digest(data: Path) -> str:
    """Return the sha256 of a dataset without what its editor wrote."""
    seal = hashlib.sha256()
    committed = os.path.join(data, COMMITTED)
    over = committed if os.path.isdir(committed) else ""
    _add_files(seal, os.fspath(data), over=over, without=os.path.join(data, "editorial"))
    return seal.hexdigest()


def program_digest() -> str:
    """Return the sha256 of what a running process has read already: its code and libraries."""
    seal = _runtime()
    _add_files(seal, os.fspath(_PACKAGE), suffix=".py")
    return seal.hexdigest()


def input_digests(data: Path, templates: Path) -> dict[str, str]:
    """Return the sha256 of the dataset, the templates, the fonts and the code, each apart.

    The parts of a table in Parquet are left out, as in `inputs_digest`: its manifest names them.
    """
    fonts = templates / "fonts"
    committed = os.path.join(data, COMMITTED)
    over = committed if os.path.isdir(committed) else ""
    seals = {name: hashlib.sha256() for name in ("dataset", "templates", "fonts", "code")}
    _add_files(seals["dataset"], os.fspath(data), over=over)
    _add_files(seals["templates"], os.fspath(templates), without=os.fspath(fonts))
    _add_files(seals["fonts"], os.fspath(fonts))
    _add_files(seals["code"], os.fspath(_PACKAGE), suffix=".py")
    return {name: seal.hexdigest() for name, seal in seals.items()}


def file_digests(templates: Path) -> dict[str, dict[str, str]]:
    """Return the sha256 of each file of the templates, of the fonts and of the code, by name."""
    fonts = templates / "fonts"
    return {
        kind: {name: sha256(content) for name, content in found}
        for kind, found in (
            ("templates", _files(os.fspath(templates), "", "", without=os.fspath(fonts))),
            ("fonts", _files(os.fspath(fonts), "", "")),
            ("code", _files(os.fspath(_PACKAGE), "", ".py")),
        )
    }


def sha256(content: bytes) -> str:
    """Return the sha256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def files_are_intact(folder: Path, digests: Mapping[str, str]) -> bool:
    """Tell whether every named file of a folder still has its recorded sha256."""
    try:
        return all(sha256((folder / name).read_bytes()) == known for name, known in digests.items())
    except OSError:
        return False


def read_record(path: Path) -> dict[str, Any]:
    """Return what an earlier build recorded; empty if there is none or it cannot be read."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def record_bytes(record: Mapping[str, object]) -> bytes:
    """Return a record as the JSON that `read_record` reads."""
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _runtime() -> hashlib._Hash:
    """Start a digest with the version of Python and the names of the installed packages."""
    seal = hashlib.sha256(sys.version.encode())
    for name in sorted(installed_packages()):
        seal.update(name.encode() + b"\0")
    return seal


def _add_files(
    seal: hashlib._Hash,
    folder: str,
    suffix: str = "",
    over: str = "",
    without: str = "",
) -> None:
    """Add the files of a folder; those in `over` stand for the ones of the same name."""
    for name, content in _files(folder, "", suffix, over, without):
        seal.update(f"{name}\0{len(content)}\0".encode() + content)


def _files(
    folder: str, prefix: str, suffix: str, over: str = "", without: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a folder by name; those in `over` stand for the ones of the same name."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    for entry in entries:
        name = entry.name
        if name.startswith(".") or name == "__pycache__" or entry.path == without:
            continue
        if entry.is_dir():
            yield from _files(entry.path, f"{prefix}{name}/", suffix, over)
        elif name.endswith(suffix) and not name.endswith(LARGE) and not _waits(entry):
            place = os.path.join(over, prefix + name) if over else ""
            yield prefix + name, _content(entry.path, place)


def _content(path: str, committed: str) -> bytes:
    """Return the bytes of a file, or those that a writer committed and has yet to move there."""
    for place in (committed, path) if committed else (path,):
        with suppress(FileNotFoundError), open(place, "rb") as file:
            return file.read()
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def _waits(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a pipe or a device, which would be waited for without end."""
    return not entry.is_file() and os.path.exists(entry.path)


def installed_packages() -> Iterator[str]:
    """Yield the names of the metadata folders of all installed packages."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")) and os.path.isdir(folder):
            yield from (name for name in os.listdir(folder) if name.endswith(".dist-info"))
