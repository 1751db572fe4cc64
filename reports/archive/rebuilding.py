"""Build a published edition again from what was frozen with it, and compare it byte by byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reports import drafts, pipeline
from reports.archive.editions import file_of
from reports.archive.inputs import DATASET, INPUTS, changed_files, for_readers, unpacked
from reports.archive.manifest import Manifest
from reports.archive.publishing import VARIANT_FORMATS, variants_of, with_rows
from reports.archive.store import ArchiveStore
from reports.archive.versions import library_versions, system_versions
from reports.config import FORMATS
from reports.digest import sha256
from reports.errors import DataError, RenderError
from reports.pipeline import BuildRequest, Tell

if TYPE_CHECKING:
    from reports.dataset import Dataset


@dataclass(frozen=True)
class AtHand:
    """The dataset from which the next edition would be built."""

    folder: Path

    @cached_property
    def dataset(self) -> Dataset:
        """Return what it holds, read when it is first asked for: no sooner than processes fork."""
        from reports.dataset import load_dataset

        return load_dataset(self.folder)


@dataclass(frozen=True)
class Rebuilt:
    """A published edition, and what became of building it again."""

    manifest: Manifest
    differing: tuple[str, ...] = ()
    """The files whose bytes differ, or that only one of the two has."""
    rows: tuple[str, ...] = ()
    """The rows of these files that differ, each with its key and its cells."""
    changed: tuple[str, ...] = ()
    """What differs of that with which both were made: "font …", "weasyprint 69 → 70"."""
    refused: str = ""
    """Why it could not be built again at all."""
    since: tuple[str, ...] = ()
    """The rows that the dataset at hand has otherwise for that day; no damage of the archive."""

    @property
    def is_same(self) -> bool:
        """Tell whether all bytes are the same."""
        return not (self.differing or self.refused)


def rebuild(
    store: ArchiveStore,
    manifest: Manifest,
    at_hand: AtHand | None = None,
    *,
    processes: bool,
    tell: Tell | None = None,
) -> Rebuilt:
    """Build an edition from the rows that were frozen with it, in memory; nothing is written.

    `at_hand` is a dataset to hold those rows against. What a build refuses is told in
    the answer. Raise ArchiveError for a damaged edition.
    """
    if DATASET not in manifest.seals:
        return Rebuilt(manifest, refused="it was published without its dataset")
    with unpacked(_kept(store, manifest, DATASET)) as folder:
        try:
            made = _made(folder, manifest, processes=processes, tell=tell)
        except (DataError, RenderError) as error:
            changed = tuple(_changed(store, manifest))
            return Rebuilt(manifest, changed=changed, refused=error.message)
        since = _since(folder, at_hand, manifest) if at_hand else ()
    now = {name: sha256(content) for name, content in made.items()}
    then = {file.name: file.sha256 for file in for_readers(manifest.files)}
    differing = tuple(name for name, _, _ in _unequal(then, now))
    if not differing:
        return Rebuilt(manifest, since=since)
    rows = tuple(_row_changes(store, manifest, differing, made))
    return Rebuilt(manifest, differing, rows, tuple(_changed(store, manifest)), since=since)


def _kept(store: ArchiveStore, manifest: Manifest, name: str) -> bytes:
    file = next(file for file in manifest.files if file.name == name)
    return file_of(store, manifest, file)


def _made(
    folder: Path, manifest: Manifest, *, processes: bool, tell: Tell | None
) -> dict[str, bytes]:
    """Return the files that are built from the dataset in a folder, by name."""
    day = manifest.revision.as_of
    request = BuildRequest(folder, Path(), day, FORMATS, processes=processes)
    try:
        _, made = pipeline.make(request, tell)
        contents = {drafts.file_name(form, day): content for form, content in made.items()}
        if variants := variants_of(manifest):
            for other, forms in pipeline.make_variants(
                replace(request, formats=VARIANT_FORMATS), variants, tell
            ):
                contents |= {other.files[form]: content for form, content in forms.items()}
        return with_rows(folder, day, contents)[0]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "see that TMPDIR can be written and has room"
        raise RenderError(f"the edition of {day} cannot be built again: {reason}", hint) from error


def _since(folder: Path, at_hand: AtHand, manifest: Manifest) -> tuple[str, ...]:
    """Return the rows of that day that the dataset at hand has otherwise than was frozen."""
    from reports.briefings import editorial_path
    from reports.dataset import load_dataset, view_changes

    day = manifest.revision.as_of
    try:
        now_known = at_hand.dataset.as_of(day)
    except DataError as error:
        return (f"nothing that can be read: {error.message}",)
    found = tuple(map(str, view_changes(load_dataset(folder).as_of(day), now_known)))
    was, now = (_content(editorial_path(place, day)) for place in (folder, at_hand.folder))
    if was != now:
        how = "is changed" if was and now else "is new" if now else "is gone"
        found += (f"editorial/{day}.md: {how}",)
    return found


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _row_changes(
    store: ArchiveStore, manifest: Manifest, differing: tuple[str, ...], made: Mapping[str, bytes]
) -> Iterator[str]:
    """Yield the rows that the published tables and those built again do not have alike."""
    from reports.dataset import row_changes

    for name in differing:
        if name.startswith("rows/"):
            old = _kept(store, manifest, name) if name in manifest.seals else b""
            yield from map(str, row_changes(name, old, made.get(name, b"")))


def _changed(store: ArchiveStore, manifest: Manifest) -> Iterator[str]:
    """Yield what has changed: files by their names, libraries with both versions."""
    if INPUTS in manifest.seals:
        yield from changed_files(_kept(store, manifest, INPUTS))
    origin = manifest.origin
    now = ((origin.versions, system_versions()), (origin.libraries, library_versions()))
    for before, after in now:
        for name, old, new in _unequal(before, after):
            yield f"{name} {old or 'absent'} → {new or 'absent'}"


def _unequal(
    then: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[tuple[str, str | None, str | None]]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield name, then.get(name), now.get(name)
