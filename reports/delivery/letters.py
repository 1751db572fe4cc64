"""A letter: what an archived edition gives to all who get it, and who sends it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Literal

from reports.archive.editions import file_of, manifest_of, revisions
from reports.archive.manifest import Manifest, Revision
from reports.archive.store import ArchiveStore
from reports.errors import DeliveryError

Form = Literal["full", "one-page"]
"""The PDF that is attached: the whole briefing, or its page for those in a hurry."""

FOLDER = "email/"
HTML, TEXT = f"{FOLDER}body.html", f"{FOLDER}body.txt"
"""The parts of an e-mail in the folder of its edition; its charts lie beside them."""
MOST_CHANGES = 6
"""The changed numbers that a correction lists; the rest is counted."""


@dataclass(frozen=True)
class Dkim:
    """What messages are signed with."""

    domain: str
    selector: str
    key: bytes = field(repr=False)
    """The private key in PEM."""


@dataclass(frozen=True)
class Sender:
    """Who sends the letters, and where readers find or leave them."""

    address: str
    name: str
    list_id: str
    """`briefing.example.org`: names the list, for filters."""
    unsubscribe_mail: str
    """The address that takes the wish to get no more."""
    unsubscribe_url: str = ""
    """An https address that takes it by POST (RFC 8058); the token of the reader is added."""
    archive_url: str = ""
    """Where the archive can be read: `<archive_url>/2025-06-09/r1/…`; empty if nowhere."""
    dkim: Dkim | None = None
    secret: bytes = field(default=b"", repr=False)
    """Makes the tokens of readers unguessable to whoever knows their addresses."""


@dataclass(frozen=True)
class Change:
    """A number that a correction changed, as readers saw it and as it is."""

    label: str
    before: str
    now: str

    def __str__(self) -> str:
        if not self.now:
            return f"{self.label}: no longer given (was {self.before})"
        return f"{self.label}: {self.now}" + (f" (was {self.before})" if self.before else "")


@dataclass(frozen=True)
class Correction:
    """What a later revision mends."""

    replaced: Revision
    reason: str
    changes: tuple[Change, ...]
    """The numbers of both revisions that differ; empty where only words or drawings do."""
    compared: bool = True
    """False where the files of the revision before are no longer kept."""


@dataclass(frozen=True, eq=False)
class Letter:
    """An edition as it goes to all readers of one form; text and HTML hold marks to fill in."""

    revision: Revision
    briefing: str
    headline: str
    subject: str
    text: str
    html: str
    images: Mapping[str, bytes]
    """The charts by the file name that the HTML has for them."""
    page_name: str
    """The file name of the web page."""
    pdf_name: str
    pdf: bytes
    correction: Correction | None = None

    @property
    def as_of(self) -> date:
        """Return the day of the edition."""
        return self.revision.as_of


def read_letter(store: ArchiveStore, revision: Revision, form: Form = "full") -> Letter:
    """Return the letter of an archived edition.

    Raise ArchiveError where a file is damaged and DeliveryError where the edition has no e-mail,
    or no PDF of the form.
    """
    manifest = manifest_of(store, revision)
    if HTML not in manifest.seals or TEXT not in manifest.seals:
        hint = "publish the day again, which makes a revision with one"
        raise DeliveryError(f"{revision} was published without an e-mail", hint)
    pdf = _pdf_name(manifest, form)
    files = {name: _read(store, manifest, name) for name in (HTML, TEXT, pdf)}
    correction = _correction(store, manifest) if revision.number > 1 else None
    return Letter(
        revision=revision,
        briefing=manifest.briefing,
        headline=manifest.headline,
        subject=f"Correction: {manifest.headline}" if correction else manifest.headline,
        text=files[TEXT].decode(),
        html=files[HTML].decode(),
        images={
            PurePosixPath(file.name).name: _read(store, manifest, file.name)
            for file in manifest.files
            if file.name.startswith(FOLDER) and file.media_type == "image/png"
        },
        page_name=_only(manifest, "text/html"),
        pdf_name=pdf,
        pdf=files[pdf],
        correction=correction,
    )


def _pdf_name(manifest: Manifest, form: Form) -> str:
    names = [file.name for file in manifest.files if file.media_type == "application/pdf"]
    flash = [name for name in names if "-flash-" in name]
    found = flash if form == "one-page" else [name for name in names if name not in flash]
    if not found:
        kind = "one-page PDF" if form == "one-page" else "PDF"
        hint = "send the full form, or publish the day again with a one-page form"
        raise DeliveryError(f"{manifest.revision} has no {kind}", hint)
    return found[0]


def _only(manifest: Manifest, media_type: str) -> str:
    """Return the name of the file of a type that lies in the edition's own folder, or nothing."""
    names = (file.name for file in manifest.files if file.media_type == media_type)
    return next((name for name in names if "/" not in name), "")


def _read(store: ArchiveStore, manifest: Manifest, name: str) -> bytes:
    file = next(file for file in manifest.files if file.name == name)
    return file_of(store, manifest, file)


def _correction(store: ArchiveStore, manifest: Manifest) -> Correction:
    day, number = manifest.revision.as_of, manifest.revision.number
    before = Revision(day, number - 1)
    if before not in revisions(store, day):
        return Correction(before, manifest.act.reason, (), compared=False)
    old, new = (_facts(store, each) for each in (before, manifest.revision))
    return Correction(before, manifest.act.reason, tuple(_changes(old, new)))


def _facts(store: ArchiveStore, revision: Revision) -> dict[str, dict[str, Any]]:
    found = json.loads(_read(store, manifest_of(store, revision), "facts.json"))
    return {fact["key"]: fact for fact in found["facts"]}


def _changes(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Change]:
    for key in (*new, *(key for key in old if key not in new)):
        fact = new.get(key) or old[key]
        before, now = (facts.get(key, {}).get("shown", "") for facts in (old, new))
        if before != now:
            period = fact["period"]
            label = fact["label"]
            yield Change(f"{label}, {period}" if period not in label else label, before, now)
