"""Gather what the pages of the archive tell, from its editions and its ledger alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from reports.archive.corrections import correction
from reports.archive.editions import file_of
from reports.archive.ledger import Entry, broken
from reports.archive.manifest import MANIFEST, Manifest, Revision, read_manifest
from reports.archive.store import ArchiveStore
from reports.archive.told import Told, facts_of, newest_values, told
from reports.digest import sha256
from reports.drafts import NAME, file_name
from reports.model.site import (
    Ahead,
    Card,
    Correction,
    DataPage,
    Download,
    EditionPage,
    File,
    Issue,
    Removal,
    RevisionPage,
    Thumbnail,
)
from reports.variants import pdf_label

UNKNOWN = "Briefing"
"""The name of a briefing of which nothing is left."""
EDITION, FACTS = "edition.json", "facts.json"
MOST_MOVED = 2
"""Values of a correction that a list names."""
_GROUPS = ("Rows", "Charts")


@dataclass(frozen=True)
class _Side:
    """A revision that stands, as far as the pages look into it."""

    issue: Issue
    manifest: Manifest
    size: int
    """The bytes of the manifest."""
    told: Told | None
    facts: dict[str, dict[str, Any]] | None


def issues_by_day(entries: tuple[Entry, ...]) -> dict[date, tuple[Issue, ...]]:
    """Return the revisions of each day as the ledger tells of them, days in order."""
    found: dict[Revision, Issue] = {}
    for entry in entries:
        act = entry.act
        if entry.what == "pruned":
            removal = Removal(act.at, act.by, act.reason)
            found[entry.revision] = replace(found[entry.revision], removal=removal)
        else:
            number = entry.revision.number
            found[entry.revision] = Issue(number, entry.manifest, act.at, act.by, act.reason)
    days: dict[date, tuple[Issue, ...]] = {}
    for revision in sorted(found):
        days[revision.as_of] = (*days.get(revision.as_of, ()), found[revision])
    return days


def edition_page(store: ArchiveStore, day: date, issues: tuple[Issue, ...]) -> EditionPage:
    """Return the page of a day, without its neighbours.

    Raise ArchiveError where a file that it needs is not the one that was published.
    """
    corrected = len(issues) > 1
    sides = {
        issue.number: _side(store, day, issue, with_facts=corrected)
        for issue in issues
        if issue.removal is None
    }
    corrections = dict(_corrections(issues, sides))
    served = sides[max(sides)] if sides else None
    head = served.told.masthead if served and served.told else None
    return EditionPage(
        card=_card(day, issues, served, corrections),
        name=head.name if head else served.manifest.briefing if served else UNKNOWN,
        name_local=head.name_local if head else "",
        masthead=head,
        thumbnails=_thumbnails(served) if served else (),
        revisions=tuple(
            RevisionPage(issue, _files(sides.get(issue.number)), corrections.get(issue.number))
            for issue in reversed(issues)
        ),
        before=None,
        after=None,
    )


def data_page(store: ArchiveStore, card: Card) -> tuple[DataPage, tuple[Ahead, ...], Told | None]:
    """Return how the data stand by an edition, what is ahead by it, and what else it tells."""
    issue = card.served
    if issue is None:
        raise ValueError(f"no revision of {card.as_of} stands")
    manifest, _ = _manifest(store, card.as_of, issue)
    says = told(_content(store, manifest, EDITION))
    page = DataPage(
        card.as_of,
        newest_values(_content(store, manifest, FACTS)),
        says.freshness if says else None,
        says.limits if says else (),
    )
    return page, says.ahead if says else (), says


def _side(store: ArchiveStore, day: date, issue: Issue, *, with_facts: bool) -> _Side:
    manifest, size = _manifest(store, day, issue)
    facts = facts_of(_content(store, manifest, FACTS)) if with_facts else None
    return _Side(issue, manifest, size, told(_content(store, manifest, EDITION)), facts)


def _manifest(store: ArchiveStore, day: date, issue: Issue) -> tuple[Manifest, int]:
    """Return the manifest that the ledger names, and its size."""
    name = f"{Revision(day, issue.number)}/{MANIFEST}"
    try:
        content = store.read(name)
    except FileNotFoundError as error:
        raise broken(f"{name} is missing") from error
    if sha256(content) != issue.manifest:
        raise broken(f"{name} is not the one in the ledger")
    return read_manifest(content), len(content)


def _content(store: ArchiveStore, manifest: Manifest, name: str) -> bytes:
    file = next((file for file in manifest.files if file.name == name), None)
    return file_of(store, manifest, file) if file else b""


def _corrections(
    issues: tuple[Issue, ...], sides: dict[int, _Side]
) -> Iterator[tuple[int, Correction]]:
    """Yield what each correction that stands changed, by its number."""
    for before, issue in pairwise(issues):
        now, was = sides.get(issue.number), sides.get(before.number)
        if now and was:
            yield issue.number, correction(_compared(was), _compared(now))
        elif now:
            yield issue.number, Correction((), 0, (), 0, (), is_compared=False)


def _compared(side: _Side) -> tuple[Told | None, dict[str, Any] | None, dict[str, str]]:
    return side.told, side.facts, side.manifest.seals


def _card(
    day: date,
    issues: tuple[Issue, ...],
    served: _Side | None,
    corrections: dict[int, Correction],
) -> Card:
    if served is None:
        return Card(day, issues, "")
    newest = corrections.get(served.issue.number)
    moved = newest.values if newest else ()
    card = Card(
        as_of=day,
        issues=issues,
        headline=served.manifest.headline,
        downloads=_downloads(served),
        moved=moved[:MOST_MOVED],
        more_moved=max(len(moved) - MOST_MOVED, 0) + (newest.more_values if newest else 0),
    )
    if served.told is None:
        return card
    return replace(
        card,
        number=served.told.masthead.number.text,
        standfirst=served.told.standfirst,
        figures=served.told.figures,
        passages=served.told.passages,
    )


def _files(side: _Side | None) -> tuple[File, ...]:
    if side is None:
        return ()
    folder = f"r{side.issue.number}"
    own = File(f"{folder}/{MANIFEST}", "application/json", side.size, side.issue.manifest)
    files = (
        File(f"{folder}/{file.name}", file.media_type, file.size, file.sha256)
        for file in side.manifest.files
    )
    return (*files, own)


def _downloads(side: _Side) -> tuple[Download, ...]:
    """Return what a list offers: PDF, HTML and facts, the PDF of variants, rows and charts."""
    files = {file.name: file for file in _files(side)}
    day = side.manifest.revision.as_of
    single = {what: file_name(what.lower(), day) for what in ("PDF", "HTML", "Facts")}
    variant = re.compile(rf"{NAME}-(.+)-{day}[.]pdf")
    for match in filter(None, map(variant.fullmatch, files)):
        single[pdf_label(match[1])] = match[0]
    found = [
        Download(what, files[name].path, files[name].size)
        for what, name in single.items()
        if name in files
    ]
    for what in _GROUPS:
        group = [file for name, file in files.items() if name.startswith(f"{what.lower()}/")]
        if group:
            found.append(Download(what, "", sum(file.size for file in group), len(group)))
    return tuple(found)


def _thumbnails(side: _Side) -> tuple[Thumbnail, ...]:
    paths = {file.name: file.path for file in _files(side)}
    exhibits = side.told.exhibits if side.told else ()
    return tuple(
        Thumbnail(paths[name], number, title, alt)
        for key, number, title, alt in exhibits
        if (name := f"charts/{key}.png") in paths
    )
