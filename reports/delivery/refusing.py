"""What is not sent: a draft, what fails its verification, what is old, what rests on old data."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reports import drafts
from reports.archive.editions import days, file_of, manifest_of, revisions
from reports.archive.manifest import Manifest
from reports.archive.store import ArchiveStore
from reports.archive.verifying import verify
from reports.errors import DeliveryError

if TYPE_CHECKING:
    from reports.model import Edition

FRESHNESS, STATUS, OVERDUE = "freshness", "Status", "Overdue"
"""The table of an edition that says how fresh each series is, its column and the word in it."""


def newest_of(store: ArchiveStore, day: date | None, output: Path) -> Manifest:
    """Return the newest revision of a day, or of the newest; raise DeliveryError for a draft."""
    published = days(store)
    if day is None:
        if not published:
            hint = "publish an edition: `reports publish`"
            raise DeliveryError("nothing has been published, so there is nothing to send", hint)
        day = published[-1]
    found = revisions(store, day)
    if not found:
        drafted = drafts.folder(output, day).exists()
        state = "is a draft" if drafted else "is not in the archive"
        hint = f"publish it: `reports publish --as-of {day}`"
        raise DeliveryError(
            f"the edition of {day} {state}, and only what is published is sent", hint
        )
    return manifest_of(store, found[-1])


def require_sound(store: ArchiveStore, manifest: Manifest) -> None:
    """Raise DeliveryError unless the edition and the ledger of the archive are as published."""
    problems = verify(store, [manifest.revision.as_of]).problems
    if problems:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        message = f"{manifest.revision} fails its verification: {problems[0]}{more}"
        hint = f"`reports verify {manifest.revision.as_of}` names every damage"
        raise DeliveryError(message, hint)


def require_recent(manifest: Manifest, today: date, oldest: int) -> None:
    """Raise DeliveryError for an edition that is more than so many days old."""
    day = manifest.revision.as_of
    if today - day > timedelta(oldest):
        message = f"the edition of {day} is {(today - day).days} days old, and the most is {oldest}"
        raise DeliveryError(message, "send it all the same with --late, or set `oldest` in [send]")


def require_fresh(store: ArchiveStore, manifest: Manifest) -> None:
    """Raise DeliveryError for an edition that says that its data are overdue."""
    overdue = overdue_series(store, manifest)
    if overdue:
        named = ", ".join(overdue[:5]) + (" and more" if len(overdue) > 5 else "")
        message = f"the edition of {manifest.revision.as_of} rests on overdue data: {named}"
        hint = "add what was released and publish anew, or send it with --stale-ok"
        raise DeliveryError(message, hint)


def overdue_series(store: ArchiveStore, manifest: Manifest) -> list[str]:
    """Return the series that an edition calls overdue, by the titles that its readers see."""
    from reports.model import Edition
    from reports.model.codec import from_json

    file = next(file for file in manifest.files if file.name == "edition.json")
    try:
        edition = from_json(file_of(store, manifest, file).decode())
        if not isinstance(edition, Edition):
            raise TypeError("it holds no edition")
        return overdue_in(edition)
    except (KeyError, TypeError, ValueError) as error:
        message = f"edition.json of {manifest.revision} is none that this version reads: {error}"
        raise DeliveryError(message, "send it with the version that made it") from error


def overdue_in(edition: Edition) -> list[str]:
    """Return the series that an edition calls overdue; raise ValueError where it says of none."""
    from reports.model import TableBlock, plain

    tables = [
        block.table
        for section in edition.sections
        for block in section.blocks
        if isinstance(block, TableBlock) and block.table.key == FRESHNESS
    ]
    if not tables:
        raise ValueError("it does not say how fresh its data are")
    found = []
    for table in tables:
        place = [column.label for column in table.columns].index(STATUS)
        found += [plain(row[0].text) for row in table.rows if plain(row[place].text) == OVERDUE]
    return found
