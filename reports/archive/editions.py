"""What stands in the archive: its days, their revisions and the manifests of these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from reports.archive.ledger import Entry, broken, entries
from reports.archive.manifest import MANIFEST, Manifest, Revision, Sealed, read_manifest
from reports.archive.reading import for_each
from reports.archive.store import ArchiveStore
from reports.config import day_of
from reports.digest import sha256
from reports.drafts import file_name
from reports.errors import ArchiveError, UsageError
from reports.variants import FULL

_FOLDER = re.compile("r([1-9][0-9]*)")


@dataclass(frozen=True)
class Found:
    """A file that is one of an edition's, and what has become of that edition."""

    manifest: Manifest
    file: Sealed
    corrections: tuple[Entry, ...]
    """The entries of the revisions that came after the last one that has it, pruned ones too."""
    unchanged: tuple[Entry, ...] = ()
    """The entries of the later revisions that have it too, byte for byte."""


def days(store: ArchiveStore) -> tuple[date, ...]:
    """Return the days that have a folder, in order."""
    found = []
    for name in store.folders(""):
        try:
            found.append(day_of(name))
        except ValueError:
            continue  # The ledger, or a page for readers.
    return tuple(found)


def revisions(store: ArchiveStore, day: date) -> tuple[Revision, ...]:
    """Return the revisions of a day that stand in the archive, in order."""
    matches = map(_FOLDER.fullmatch, store.folders(day.isoformat()))
    return tuple(sorted(Revision(day, int(match[1])) for match in matches if match))


def is_revision(name: str) -> bool:
    """Tell whether a name is that of a revision's folder."""
    return _FOLDER.fullmatch(name) is not None


def manifest_of(store: ArchiveStore, revision: Revision) -> Manifest:
    """Return the manifest of a revision; raise ArchiveError where it is damaged."""
    name = f"{revision}/{MANIFEST}"
    try:
        manifest = read_manifest(store.read(name))
    except FileNotFoundError as error:
        raise broken(f"{name} is missing") from error
    except ValueError as error:
        raise broken(f"{name} {error}") from error
    if manifest.revision != revision:
        raise broken(f"{name} is the manifest of {manifest.revision}")
    return manifest


def manifests(store: ArchiveStore) -> tuple[Manifest, ...]:
    """Return the manifests of all editions by day and revision."""
    standing = store.listed()
    found = [each for day in days(standing) for each in revisions(standing, day)]
    return tuple(for_each(store, lambda revision: manifest_of(store, revision), found))


def chosen(store: ArchiveStore, day: date, number: int | None = None) -> Manifest:
    """Return a revision of a day, the newest unless a number is given; raise UsageError."""
    found = revisions(store, day)
    wanted = Revision(day, number) if number else found[-1] if found else None
    if wanted is None or wanted not in found:
        named = f"of {day}" if number is None else f"{day}/r{number}"
        raise UsageError(f"the archive has no edition {named}", "`reports list` shows what it has")
    return manifest_of(store, wanted)


def named_file(manifest: Manifest, form: str, variant: str = FULL) -> Sealed:
    """Return the file of a form, such as `pdf`, of a variant; raise UsageError where none is."""
    name = file_name(form, manifest.revision.as_of, variant)
    file = next((file for file in manifest.files if file.name == name), None)
    if file is None:
        message = f"{manifest.revision} holds no {name}"
        raise UsageError(message, f"`reports show {manifest.revision.as_of}` lists its files")
    return file


def file_of(store: ArchiveStore, manifest: Manifest, file: Sealed) -> bytes:
    """Return a file of an edition; raise ArchiveError where it is not as it was published."""
    name = f"{manifest.revision}/{file.name}"
    try:
        content = store.read(name)
    except FileNotFoundError as error:
        raise broken(f"{name} is missing") from error
    if sha256(content) != file.sha256:
        raise broken(f"{name} is changed")
    return content


def find_file(store: ArchiveStore, content: bytes, name: str) -> Found:
    """Return the edition that a file is of; raise ArchiveError where it is of none.

    A correction of other files does not touch it; a later revision may have brought it back. Where
    several days have the very file, it is of the newest of them. The ledger has to vouch for the
    manifest: one that somebody put there proves nothing.
    """
    seal = sha256(content)
    entered = [entry for entry in entries(store) if entry.what != "pruned"]
    vouched = {entry.revision: entry.manifest for entry in entered}
    having = [each for each in manifests(store) if seal in each.seals.values()]
    if not having:
        hint = "a file that was changed, or saved again by a program, has another sha256"
        raise ArchiveError(f"{name} is no file of an edition in this archive (sha256 {seal})", hint)
    having = [each for each in having if each.revision.as_of == having[-1].revision.as_of]
    for revision in (each.revision for each in having):
        path = f"{revision}/{MANIFEST}"
        if vouched.get(revision) != sha256(store.read(path)):
            raise broken(f"{path} is not the one in the ledger")
    first, *others = having
    file = next(file for file in first.files if file.sha256 == seal)
    of_day = [each for each in entered if each.revision.as_of == first.revision.as_of]
    same = {each.revision for each in others}
    return Found(
        first,
        file,
        tuple(each for each in of_day if each.revision > having[-1].revision),
        tuple(each for each in of_day if each.revision in same),
    )
