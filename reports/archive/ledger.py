"""The ledger: one file an entry, each with the sha256 of the one before it; none ever changes.

An entry follows from the manifest of its edition and from the entry before, and from nothing else.
So whoever finds an edition without one can write the very bytes that its publisher would have.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from reports.archive.manifest import Act, Manifest, Revision, json_bytes, manifest_bytes
from reports.archive.reading import for_each
from reports.archive.store import ArchiveStore
from reports.digest import sha256
from reports.errors import ArchiveError

SCHEMA = "ledger/1"
FOLDER = "ledger"
NAME = re.compile("[0-9]{6}[.]json")

What = Literal["published", "corrected", "pruned"]
WHATS = ("published", "corrected", "pruned")


@dataclass(frozen=True)
class Entry:
    """One thing that happened, and its place in the order of all of them."""

    number: int
    what: What
    revision: Revision
    manifest: str
    """The sha256 of the manifest of the edition."""
    act: Act
    previous: str | None
    """The sha256 of the entry before; None for the first."""


def name_of(number: int) -> str:
    """Return the name of the file of an entry."""
    return f"{FOLDER}/{number:06}.json"


def entry_bytes(entry: Entry) -> bytes:
    """Return an entry as canonical JSON."""
    return json_bytes(
        {
            "schema": SCHEMA,
            "number": entry.number,
            "what": entry.what,
            "as_of": entry.revision.as_of.isoformat(),
            "revision": entry.revision.number,
            "manifest": entry.manifest,
            **vars(entry.act),
            "previous": entry.previous,
        }
    )


def read_entry(content: bytes) -> Entry:
    """Return what `entry_bytes` wrote; raise ValueError for anything else."""
    try:
        found: dict[str, Any] = json.loads(content)
        entry = Entry(
            number=found["number"],
            what=found["what"],
            revision=Revision(date.fromisoformat(found["as_of"]), found["revision"]),
            manifest=found["manifest"],
            act=Act(found["at"], found["by"], found["reason"]),
            previous=found["previous"],
        )
        written = entry_bytes(entry)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"is no {SCHEMA}: {error}") from error
    if written != content or entry.what not in WHATS:
        raise ValueError(f"is not written as a {SCHEMA} is")
    return entry


def entries(store: ArchiveStore) -> tuple[Entry, ...]:
    """Return all entries in their order; raise ArchiveError where the chain is broken."""
    chain: list[Entry] = []
    before: str | None = None
    names = list(filter(NAME.fullmatch, store.names(FOLDER)))

    def read(name: str) -> bytes:
        try:
            return store.read(f"{FOLDER}/{name}")
        except FileNotFoundError as error:
            raise broken(f"{FOLDER}/{name} {error}") from error

    for number, (name, content) in enumerate(
        zip(names, for_each(store, read, names), strict=True), 1
    ):
        try:
            entry = read_entry(content)
        except ValueError as error:
            raise broken(f"{FOLDER}/{name} {error}") from error
        if entry.number != number or name_of(number) != f"{FOLDER}/{name}":
            raise broken(f"{name_of(number)} is missing or out of its place")
        if entry.previous != before:
            raise broken(f"{name_of(number)} does not follow the entry before it")
        before = sha256(content)
        chain.append(entry)
    return tuple(chain)


def broken(message: str) -> ArchiveError:
    """Return the error of an archive that is not to be added to."""
    return ArchiveError(f"the archive is damaged: {message}", "see `reports verify --all`")


def enter(store: ArchiveStore, manifest: Manifest) -> Entry:
    """Add the entry of an edition, unless it is there; return it.

    Whoever loses the race for a number looks again and takes the next one.
    """
    while True:
        chain = entries(store)
        for entry in chain:
            if entry.revision == manifest.revision and entry.what != "pruned":
                return entry
        number = len(chain) + 1
        before = sha256(entry_bytes(chain[-1])) if chain else None
        entry = entry_of(manifest, number, before)
        if store.append(name_of(number), entry_bytes(entry)):
            return entry


def enter_pruned(store: ArchiveStore, published: Entry, act: Act) -> Entry:
    """Add the entry that an edition is pruned, unless it is there; return it."""
    while True:
        chain = entries(store)
        for entry in chain:
            if entry.revision == published.revision and entry.what == "pruned":
                return entry
        entry = replace(
            published,
            number=len(chain) + 1,
            what="pruned",
            act=act,
            previous=sha256(entry_bytes(chain[-1])),
        )
        if store.append(name_of(entry.number), entry_bytes(entry)):
            return entry


def entry_of(manifest: Manifest, number: int, before: str | None) -> Entry:
    """Return the entry of an edition as it stands at a place in the ledger."""
    return Entry(
        number=number,
        what="published" if manifest.revision.number == 1 else "corrected",
        revision=manifest.revision,
        manifest=sha256(manifest_bytes(manifest)),
        act=manifest.act,
        previous=before,
    )
