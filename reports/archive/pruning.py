"""Remove published editions for good: the ledger tells first, and keeps the reason.

A run that dies in between leaves an edition that the ledger has pruned; the next run removes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.archive.editions import revisions
from reports.archive.ledger import Entry, enter_pruned, entries
from reports.archive.manifest import Act, Revision
from reports.archive.store import ArchiveStore
from reports.errors import UsageError

Wanted = tuple[date, int | None]
"""A day, and the number of one of its revisions or None for all of them."""


@dataclass(frozen=True)
class Prunable:
    """A published edition that is to be removed."""

    entry: Entry
    """Its first entry: when and by whom it was published."""
    is_gone: bool
    """It is pruned, and no longer stands; what a run that died has left of it may be there."""


def prunable(store: ArchiveStore, wanted: Iterable[Wanted]) -> tuple[Prunable, ...]:
    """Return what is to be removed; raise UsageError for an edition that never was.

    Raise ArchiveError for a ledger that is damaged.
    """
    first: dict[Revision, Entry] = {}
    pruned: set[Revision] = set()
    for entry in entries(store):
        if entry.what == "pruned":
            pruned.add(entry.revision)
        else:
            first[entry.revision] = entry
    found: dict[Revision, Prunable] = {}
    for day, number in wanted:
        of_day = [each for each in first if each.as_of == day and number in (None, each.number)]
        standing = {*revisions(store, day)}
        if not of_day:
            raise _unknown(day, number, standing)
        for revision in of_day:
            is_gone = revision in pruned and revision not in standing
            found[revision] = Prunable(first[revision], is_gone)
    return tuple(found[revision] for revision in sorted(found))


def prune(store: ArchiveStore, editions: Iterable[Prunable], act: Act) -> None:
    """Remove editions, each of them after its entry, with what runs that died have left."""
    for each in editions:
        enter_pruned(store, each.entry, act)
        store.remove(str(each.entry.revision))


def _unknown(day: date, number: int | None, standing: set[Revision]) -> UsageError:
    if any(number in (None, each.number) for each in standing):
        hint = f"`reports publish --as-of {day}` enters it"
        return UsageError(f"the edition of {day} is not in the ledger as yet", hint)
    named = f"of {day}" if number is None else f"{day}/r{number}"
    return UsageError(f"the archive has no edition {named}", "`reports list` shows what it has")
