"""What an edition was made from, frozen beside it: its dataset as a zip, and digests by file.

They are for building the edition again. Readers are given neither, so that two revisions are the
same where only these differ.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from reports import digest
from reports.archive.manifest import Sealed, json_bytes
from reports.errors import DataError
from reports.resources import templates_dir

DATASET = "dataset.zip"
"""A data package: the rows known by the day, and the editor's file of the day."""
INPUTS = "inputs.json"
"""The sha256 of each file of the templates, the fonts and the code."""

SCHEMA = "inputs/1"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can tell; files of the same content are then the same bytes."""


def for_readers(files: tuple[Sealed, ...]) -> tuple[Sealed, ...]:
    """Return the files of an edition without those that only serve to build it again."""
    return tuple(file for file in files if file.name not in (DATASET, INPUTS))


def frozen(data: Path, day: date) -> dict[str, bytes]:
    """Return the files from which the edition of a day can be built again, from a dataset's folder.

    Raise DataError unless what is kept shows on that day what the whole dataset shows.
    """
    from reports.briefings import editorial_path
    from reports.dataset import kept_files, load_dataset, view_changes

    files, view = kept_files(data, day)
    notes = editorial_path(data, day)
    if notes.is_file():
        files[notes.relative_to(data).as_posix()] = notes.read_bytes()
    content = zipped(files)
    with unpacked(content) as folder:
        changes = view_changes(view, load_dataset(folder).as_of(day))
    if changes:
        message = f"the dataset of {day} cannot be kept beside its edition: {changes[0]}"
        raise DataError(message, "this is a fault of the program: nothing was published")
    described = {"schema": SCHEMA, **digest.file_digests(templates_dir())}
    return {DATASET: content, INPUTS: json_bytes(described)}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip, the same bytes for the same files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return whole.getvalue()


@contextmanager
def unpacked(content: bytes) -> Iterator[Path]:
    """Unpack a dataset into a folder that is removed with the block."""
    with tempfile.TemporaryDirectory(prefix="reports-") as folder:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
        yield Path(folder)


def changed_files(then: bytes) -> Iterator[str]:
    """Yield the files of templates, fonts and code that are not as INPUTS has them."""
    old: dict[str, Any] = json.loads(then)
    for kind, now in digest.file_digests(templates_dir()).items():
        was: Mapping[str, str] = old[kind]
        for name in sorted({*was, *now}):
            if was.get(name) != now.get(name):
                how = "" if name in was and name in now else " (new)" if name in now else " (gone)"
                yield f"{_PLACES[kind]}{name}{how}"


_PLACES = {"templates": "template ", "fonts": "font ", "code": "code "}
