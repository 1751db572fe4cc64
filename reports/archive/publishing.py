"""Publish an edition: pass every gate, freeze the draft of the day, enter it into the ledger.

The edition comes first and its entry second. A run that dies in between leaves the whole edition,
and the next one adds the entry, which follows from the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from reports import checks, digest, drafts, pipeline
from reports.archive import site
from reports.archive.editions import manifest_of, revisions
from reports.archive.inputs import for_readers, frozen
from reports.archive.ledger import broken, enter, entries
from reports.archive.manifest import (
    MANIFEST,
    SUMS,
    Act,
    Manifest,
    Origin,
    Revision,
    Validation,
    manifest_bytes,
    sealed,
    sums,
)
from reports.archive.standards import validated
from reports.archive.store import ArchiveStore
from reports.archive.verifying import edition_damage
from reports.archive.versions import library_versions, system_versions
from reports.config import FORMATS
from reports.digest import sha256
from reports.drafts import Built
from reports.errors import (
    ArchiveError,
    DataError,
    StoreError,
    StrictError,
    UsageError,
    unreadable,
)
from reports.pipeline import BuildRequest, Tell
from reports.resources import templates_dir
from reports.variants import FULL

VARIANT_FORMATS = ("html", "pdf")
"""The forms in which a variant is frozen; its charts for sharing are those of the full edition."""
_EDITION = re.compile(r"edition(-[a-z-]+)?\.json")
Status = Literal["published", "corrected", "unchanged", "completed"]


@dataclass(frozen=True)
class Draft:
    """An edition as it is to be frozen."""

    as_of: date
    briefing: str
    headline: str
    contents: Mapping[str, bytes]
    origin: Origin
    validation: Validation | None = None
    """What has validated its PDFs; None where no validator is installed."""


@dataclass(frozen=True)
class Published:
    """What a publish has done: `completed` where only the entry of a run that died was missing."""

    status: Status
    manifest: Manifest
    validated: bool
    """Whether the PDFs were validated now, or has been when it was published."""


def publish(
    request: BuildRequest,
    store: ArchiveStore,
    act: Act,
    tell: Tell | None = None,
    variants: Sequence[str] = (),
    *,
    site_url: str = "",
) -> Published:
    """Freeze the draft of a day as an edition of the archive, or find that it is there.

    `variants` are frozen beside the full edition, as PDF and web page. The pages of the archive
    follow the edition; `site_url` is where readers find them.

    Raise DataError, StrictError and RenderError for what a gate refuses, UsageError where a
    correction has no reason, and ArchiveError for an archive that is damaged or not written.
    """
    draft = prepare(request, tell, variants)
    if tell:
        tell("Validating the PDF")
    pdfs = {name: content for name, content in draft.contents.items() if name.endswith(".pdf")}
    draft = replace(draft, validation=validated(store, draft.as_of, pdfs))
    published = freeze(store, draft, act)
    try:
        site.update(store, site_url)
    except (ArchiveError, StoreError) as error:
        message = f"{published.manifest.revision} stands, but not its pages: {error.message}"
        raise type(error)(message, f"{error.hint}; then run `reports index`") from error
    return published


def prepare(request: BuildRequest, tell: Tell | None = None, variants: Sequence[str] = ()) -> Draft:
    """Return the draft of a day with the rows it rests on, built if need be, past every gate."""
    before = _inputs(request.data)
    # First of all: its processes are forked before anything heavy is imported here.
    built = pipeline.build(replace(request, formats=FORMATS, strict=True), tell)
    contents = drafts.contents(built)
    if variants:
        others = replace(request, as_of=built.as_of, formats=VARIANT_FORMATS, strict=True)
        for variant in pipeline.build_variants(others, variants, tell):
            contents |= drafts.contents(variant)
    _require_clean(request.data, request.output)
    contents, briefing, headline = with_rows(request.data, built.as_of, contents)
    contents |= frozen(request.data, built.as_of)
    if _inputs(request.data) != before:
        message = f"{request.data} or the templates were changed while the edition was published"
        raise DataError(message, "publish again")
    return Draft(built.as_of, briefing, headline, contents, _origin(before, built))


def with_rows(
    data: Path, day: date, contents: Mapping[str, bytes]
) -> tuple[dict[str, bytes], str, str]:
    """Return the files of a draft with those of its rows, its briefing's name and its headline."""
    from reports.briefings import rows_used
    from reports.dataset import load_dataset
    from reports.model import Edition, from_json, plain

    names = sorted(name for name in contents if _EDITION.fullmatch(name))
    editions = [from_json(contents[name].decode()) for name in names]
    for edition in editions:
        if not isinstance(edition, Edition):
            raise TypeError(f"the JSON of an edition holds a {type(edition).__name__}")
    full = next(edition for edition in editions if edition.id.variant == FULL)
    rows = rows_used(load_dataset(data).as_of(day), *editions)
    named = {f"rows/{table}.csv": content for table, content in rows.items()}
    return {**contents, **named}, full.id.briefing, plain(full.headline)


def variants_of(manifest: Manifest) -> tuple[str, ...]:
    """Return the variants that an edition of the archive holds beside the full one."""
    matches = (_EDITION.fullmatch(name) for name in manifest.seals)
    return tuple(match[1].removeprefix("-") for match in matches if match and match[1])


def _inputs(data: Path) -> dict[str, str]:
    try:
        return digest.input_digests(data, templates_dir())
    except OSError as error:
        raise unreadable(error) from error


def _origin(inputs: Mapping[str, str], built: Built) -> Origin:
    return Origin(inputs, built.parts, system_versions(), library_versions())


def _require_clean(data: Path, output: Path) -> None:
    """Raise what `reports check --strict` would fail with."""
    problems, _ = checks.check(data, output)
    if not problems:
        return
    faults = tuple(problem for problem in problems if problem.severity == "error")
    kind = "fault" if faults else "warning"
    count = len(faults or problems)
    message = f"the dataset in {data} has {count} {kind}{'s' if count > 1 else ''}"
    hint = "run `reports check --strict` to see all of them; nothing was published"
    if faults:
        raise DataError(message, hint, faults)
    raise StrictError(f"{message}; the first: {problems[0]}", hint, problems)


def freeze(store: ArchiveStore, draft: Draft, act: Act) -> Published:
    """Put a draft into the archive as the next revision of its day, unless it is the newest one.

    Where another publisher puts a revision first, look at that one and decide anew.
    """
    files = sealed(draft.contents)
    is_validated = draft.validation is not None
    while True:
        settled = settle(store, draft.as_of)
        newest, last = settled.newest, settled.last
        if newest and for_readers(newest.files) == for_readers(files):
            status: Status = "completed" if settled.is_completed else "unchanged"
            return Published(status, newest, is_validated)
        if last and not act.reason:
            stands = newest and newest.revision == last
            what = f"differs from {last}" if stands else f"was published as {last} and pruned"
            message = f"the edition of {draft.as_of} {what}"
            hint = "say what is corrected and why with --reason, which readers will see"
            raise UsageError(message, hint)
        manifest = Manifest(
            briefing=draft.briefing,
            revision=Revision(draft.as_of, last.number + 1 if last else 1),
            headline=draft.headline,
            act=act,
            previous=settled.seal,
            origin=draft.origin,
            validation=draft.validation,
            files=files,
        )
        content = manifest_bytes(manifest)
        ends = {SUMS: sums(manifest, content), MANIFEST: content}
        if store.put(str(manifest.revision), {**draft.contents, **ends}):
            enter(store, manifest)
            return Published("corrected" if last else "published", manifest, is_validated)


@dataclass(frozen=True)
class Settled:
    """What a day has been up to now."""

    newest: Manifest | None
    """Its newest revision that is kept."""
    last: Revision | None
    """Its last revision, which may be pruned: no number is ever given twice."""
    seal: str | None
    """The sha256 of the manifest of the last one."""
    is_completed: bool
    """Whether the entry of one had to be added."""


def settle(store: ArchiveStore, day: date) -> Settled:
    """Return what a day has been, with every revision entered.

    Raise ArchiveError where the day or the ledger is damaged: nothing is built on that.
    """
    standing = revisions(store, day)
    entered = {entry.revision: entry for entry in entries(store) if entry.revision.as_of == day}
    pruned = {each for each, entry in entered.items() if entry.what == "pruned"}
    standing = tuple(each for each in standing if each not in pruned)
    seals = {each: entry.manifest for each, entry in entered.items()}
    gone = {*entered} - pruned - {*standing}
    if gone and gone - {*revisions(store, day)}:
        raise broken(f"{min(gone)} is missing")
    completed = False
    for revision in standing:
        if damage := edition_damage(store, revision, None):
            raise broken(str(damage[0]))
        manifest = manifest_of(store, revision)
        entry = entered.get(revision)
        if entry is None:
            seals[revision] = enter(store, manifest).manifest
            completed = True
        elif sha256(manifest_bytes(manifest)) != entry.manifest:
            raise broken(f"{revision}/{MANIFEST} is not the one in the ledger")
    last = max(seals, default=None)
    newest = manifest if standing else None
    return Settled(newest, last, seals[last] if last else None, completed)
