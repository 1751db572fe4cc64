"""Archives of many weekly editions, written at once: what the pages and the bench are tried on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from reports.archive.ledger import entry_bytes, entry_of, name_of
from reports.archive.manifest import (
    MANIFEST,
    SUMS,
    Act,
    Manifest,
    Origin,
    Revision,
    manifest_bytes,
    sealed,
    sums,
)
from reports.digest import sha256

FIRST = date(2016, 1, 4)
WEEK = timedelta(days=7)
AS_OF = "2025-06-09"
REASON = "the exports of the month before were a preliminary figure"
_ORIGIN = Origin(
    dict.fromkeys(("dataset", "templates", "fonts", "code"), "0" * 64),
    {},
    dict.fromkeys(("python", "pango", "harfbuzz"), "1"),
    {},
)


def write_decade(
    archive: Path,
    count: int,
    files: Mapping[str, bytes],
    *,
    first: date = FIRST,
    corrected: Collection[int] = (),
) -> None:
    """Write an archive of so many weekly editions, with an own text each; some are corrected.

    `files` are those of the edition of 9 June 2025 by name, with `edition.json`. The others are
    the same in all editions, but for the day in their names, and are stored once.
    """
    edition = json.loads(files["edition.json"])
    shared = archive.parent / "shared"
    for name, content in files.items():
        _write(shared / name, content)
    before: bytes | None = None
    number = 0
    for week in range(count):
        day = first + week * WEEK
        revisions = 2 if week in corrected else 1
        previous: Manifest | None = None
        for revision in range(1, revisions + 1):
            own = _edition(edition, day, week, revision)
            reason = REASON if revision > 1 else ""
            named = {name.replace(AS_OF, day.isoformat()): files[name] for name in files}
            previous = _put(archive, shared, named, own, day, revision, reason, previous)
            number += 1
            entry = entry_of(previous, number, sha256(before) if before else None)
            before = entry_bytes(entry)
            _write(archive / name_of(number), before)


def _edition(edition: dict[str, Any], day: date, week: int, revision: int) -> bytes:
    head = {**edition["masthead"], "number": {"key": "n", "text": f"No. {week + 1}", "type": "F"}}
    lead = [
        f"In week {week} of the talks, both sides spoke about point {week * part + 7} of the list, "
        f"and {week + part} companies asked for licences; a further {week * 3 + part} wait."
        for part in range(1, 9)
    ]
    changed = {
        "id": {**edition["id"], "as_of": {"type": "date", "value": day.isoformat()}},
        "headline": [f"Talks of week {week} end with {week + 3} open points on rare earths"],
        "masthead": {**head, "day": f"{day:%A} {day.day} {day:%B %Y}"},
        "lead": [*([text] for text in lead), [f"As printed the {revision}. time"]],
    }
    return json.dumps(edition | changed, ensure_ascii=False, sort_keys=True).encode()


def _put(
    archive: Path,
    shared: Path,
    files: Mapping[str, bytes],
    own: bytes,
    day: date,
    revision: int,
    reason: str,
    previous: Manifest | None,
) -> Manifest:
    place = archive / day.isoformat() / f"r{revision}"
    manifest = Manifest(
        briefing="us-china-trade",
        revision=Revision(day, revision),
        headline=json.loads(own)["headline"][0],
        act=Act(f"{day.isoformat()}T1{revision}:00:00Z", "The Desk", reason),
        previous=sha256(manifest_bytes(previous)) if previous else None,
        origin=_ORIGIN,
        validation=None,
        files=sealed({**files, "edition.json": own}),
    )
    content = manifest_bytes(manifest)
    for name in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if name != "edition.json":
            (place / name).hardlink_to(shared / name.replace(day.isoformat(), AS_OF))
    for name, text in (("edition.json", own), (MANIFEST, content), (SUMS, sums(manifest, content))):
        _write(place / name, text)
    return manifest


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
