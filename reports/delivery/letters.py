"""A letter: what an archived edition gives to all who get it, and who sends it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Literal

from reports.archive.editions import file_of, manifest_of, revisions
from reports.archive.manifest import Manifest, Revision
from reports.archive.store import ArchiveStore
from reports.drafts import file_name
from reports.errors import DeliveryError
from reports.variants import FLASH, FULL

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
    """What a later revision mends of the one that readers have."""

    replaced: Revision
    reason: str
    changes: tuple[Change, ...]
    """The numbers of both revisions that differ; empty where only words or drawings do."""
    compared: bool = True
    """False where the files of the revision that they have are no longer kept."""


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
    page = file_name("html", revision.as_of)
    return Letter(
        revision=revision,
        briefing=manifest.briefing,
        headline=manifest.headline,
        subject=manifest.headline,
        text=files[TEXT].decode(),
        html=files[HTML].decode(),
        images={
            PurePosixPath(file.name).name: _read(store, manifest, file.name)
            for file in manifest.files
            if file.name.startswith(FOLDER) and file.media_type == "image/png"
        },
        page_name=page if page in manifest.seals else "",
        pdf_name=pdf,
        pdf=files[pdf],
    )


def corrected(store: ArchiveStore, letter: Letter, since: int) -> Letter:
    """Return a letter for those who got an earlier revision, with its number: what has changed."""
    day, number = letter.revision.as_of, letter.revision.number
    had = Revision(day, since)
    kept = revisions(store, day)
    # Whoever missed a revision between is told why that one was made, too.
    later = (manifest_of(store, each) for each in kept if since < each.number <= number)
    reason = " ".join(dict.fromkeys(_sentence(each.act.reason) for each in later)).strip()
    changes: tuple[Change, ...] = ()
    if had in kept:
        old, new = (_facts(store, each) for each in (had, letter.revision))
        changes = tuple(_changes(old, new))
    correction = Correction(had, reason, changes, compared=had in kept)
    return replace(letter, subject=f"Correction: {letter.headline}", correction=correction)


def _sentence(text: str) -> str:
    """Return what an editor wrote for a ledger as readers are to see it."""
    words = " ".join(text.split())
    return words[:1].upper() + words[1:] + ("" if words[-1:] in ("", ".", "!", "?") else ".")


def _pdf_name(manifest: Manifest, form: Form) -> str:
    one_page = form == "one-page"
    name = file_name("pdf", manifest.revision.as_of, FLASH if one_page else FULL)
    if name not in manifest.seals:
        kind = "one-page PDF" if one_page else "PDF"
        hint = "publish the day again with one: `variants` and `formats` in reports.toml"
        raise DeliveryError(f"{manifest.revision} has no {kind}", hint)
    return name


def _read(store: ArchiveStore, manifest: Manifest, name: str) -> bytes:
    file = next(file for file in manifest.files if file.name == name)
    return file_of(store, manifest, file)


def _facts(store: ArchiveStore, revision: Revision) -> dict[str, dict[str, Any]]:
    found = json.loads(_read(store, manifest_of(store, revision), "facts.json"))
    return {fact["key"]: fact for fact in found["facts"]}


def _changes(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Change]:
    # What was reported comes first: readers look for that, and the rest follows from it.
    found = sorted(new, key=lambda key: new[key].get("status") != "reported")
    for key in (*found, *(key for key in old if key not in new)):
        fact = new.get(key) or old[key]
        before, now = (facts.get(key, {}).get("shown", "") for facts in (old, new))
        if before != now:
            period = fact["period"]
            label = fact["label"]
            yield Change(f"{label}, {period}" if period not in label else label, before, now)
