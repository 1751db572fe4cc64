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
from reports.drafts import NAME

FIRST = date(2016, 1, 4)
WEEK = timedelta(days=7)
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

    `files` are those of one edition by name, `edition.json` among them. The others are the same in
    all editions and are stored once.
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
            previous = _put(archive, shared, files, own, day, revision, reason, previous)
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
    named = {_dated(name, day): name for name in files if name != "edition.json"}
    contents = {name: files[kept] for name, kept in named.items()} | {"edition.json": own}
    manifest = Manifest(
        briefing="us-china-trade",
        revision=Revision(day, revision),
        headline=json.loads(own)["headline"][0],
        act=Act(f"{day.isoformat()}T1{revision}:00:00Z", "The Desk", reason),
        previous=sha256(manifest_bytes(previous)) if previous else None,
        origin=_ORIGIN,
        validation=None,
        files=sealed(contents),
    )
    content = manifest_bytes(manifest)
    for name, kept in named.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).hardlink_to(shared / kept)
    for name, text in (("edition.json", own), (MANIFEST, content), (SUMS, sums(manifest, content))):
        _write(place / name, text)
    return manifest


def _dated(name: str, day: date) -> str:
    """Return the name of a file in the edition of a day: page and PDF carry the day in theirs."""
    stem, dot, end = name.partition(".")
    return f"{stem}-{day.isoformat()}{dot}{end}" if stem == NAME else name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
