"""Verify the archive: every hash, every manifest, the chain of the ledger, each damage by its file.

A file, its manifest, SHA256SUMS, the ledger and the entry after it vouch for each other. Where two
of them disagree, a third one says which of them was changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.archive.chain import Link, chain_damage, links
from reports.archive.editions import days, is_revision, revisions
from reports.archive.ledger import Entry, name_of
from reports.archive.manifest import (
    MANIFEST,
    SUMS,
    Manifest,
    Revision,
    read_manifest,
    schema_faults,
    sums,
)
from reports.archive.reading import for_each
from reports.archive.site import INDEX
from reports.archive.store import ArchiveStore
from reports.digest import sha256
from reports.errors import ArchiveError, Problem


@dataclass(frozen=True)
class Verdict:
    """What a verification has looked at and found."""

    editions: tuple[Revision, ...]
    problems: tuple[Problem, ...]
    entries: int
    head: str | None
    """The sha256 of the newest entry; whoever keeps it elsewhere can tell a shortened ledger."""
    pruned: tuple[Entry, ...] = ()
    """The entries of editions that were pruned."""


def verify(store: ArchiveStore, wanted: Iterable[date] | None = None) -> Verdict:
    """Check the whole ledger and the editions of some days, or of all."""
    # The editions are listed first: those that appear from now on are not missed in the ledger.
    first = store.listed()
    standing = {each for day in days(first) for each in revisions(first, day)}
    chain = links(store)
    seen = store.listed()  # Again: the editions of the newest entries are in it.
    problems = chain_damage(seen, chain)
    claims, pruned = _claims(chain, {problem.file for problem in problems}, standing)
    many = len(pruned)
    looked = (standing | claims.keys()) - pruned.keys()
    left = {each for each in standing & pruned.keys() if seen.names(str(each))}
    if wanted is not None:
        asked = {*wanted}
        looked = {revision for revision in looked if revision.as_of in asked}
        left = {revision for revision in left if revision.as_of in asked}
        pruned = {each: entry for each, entry in pruned.items() if each.as_of in asked}

    def look(revision: Revision) -> list[Problem]:
        if revision not in standing and not seen.names(str(revision)):
            return [damage(str(revision), "is missing: the whole edition was removed")]
        return edition_damage(seen, revision, claims.get(revision))

    for found in for_each(store, look, sorted(looked)):
        problems += found
    told = "stands, though the ledger has it pruned: prune it again"
    problems += [damage(str(revision), told) for revision in sorted(left)]
    problems += _beside(seen, {revision.as_of for revision in looked})
    last = chain[-1].number if chain else 0
    lost = last - len(claims) - many
    problems += _not_entered(last, sorted(standing - claims.keys())[lost:])
    head = sha256(chain[-1].content) if chain else None
    away = tuple(pruned[each] for each in sorted(pruned))
    return Verdict(tuple(sorted(looked)), tuple(problems), len(chain), head, away)


def _beside(store: ArchiveStore, looked: set[date]) -> list[Problem]:
    """Return the files in the folders of days that lie in no revision."""
    return [
        damage(f"{day}/{name}", "is too many: it is in no revision")
        for day in sorted(looked)
        for name in store.names(day.isoformat())
        if not is_revision(name.partition("/")[0]) and name != INDEX
    ]


def damage(file: str, message: str) -> Problem:
    """Return a damage of a file of the archive."""
    return Problem(file, None, "", message)


def _claims(
    chain: list[Link], blamed: set[str], standing: set[Revision]
) -> tuple[dict[Revision, Link], dict[Revision, Entry]]:
    """Return the entry of each edition, and those of editions that were pruned.

    An entry that was changed may name any edition: it counts only where no sound entry names that
    one, and where it stands if it is to stand.
    """
    claims: dict[Revision, Link] = {}
    pruned: dict[Revision, Entry] = {}
    for link in sorted(chain, key=lambda link: link.name in blamed):
        if link.entry is None:
            continue
        revision, is_sound = link.entry.revision, link.name not in blamed
        if link.entry.what == "pruned" and (is_sound or revision not in standing):
            pruned.setdefault(revision, link.entry)
        elif link.entry.what != "pruned" and (is_sound or revision in standing):
            claims.setdefault(revision, link)
    return claims, pruned


def _not_entered(last: int, missing: list[Revision]) -> list[Problem]:
    """Return the entries that are missing at the end of the ledger.

    Where others are missing or unreadable, as many editions have none: those are named already.
    """
    hint = "is not in the ledger; if publishing it was cut off, publish the day again"
    return [
        damage(name_of(number), f"is missing: {revision} {hint}")
        for number, revision in enumerate(missing, last + 1)
    ]


def edition_damage(store: ArchiveStore, revision: Revision, link: Link | None) -> list[Problem]:
    """Return every damage of an edition: files that are missing, changed or too many.

    `link` is its entry in the ledger, None where it has none.
    """
    names = {*store.names(str(revision))}
    content = _read(store, f"{revision}/{MANIFEST}")
    kept = _read(store, f"{revision}/{SUMS}") or b""
    if content is None:
        problems = [damage(f"{revision}/{MANIFEST}", "is missing")]
        return problems + _file_damage(store, revision, names, _sums_of(kept))
    manifest, problems = _manifest(revision, content)
    if not problems and _is_another(content, kept, link):
        problems = [damage(f"{revision}/{MANIFEST}", "is changed: the ledger has another sha256")]
    if problems or manifest is None:
        # What the manifest says is no proof any more; the other list still is one.
        return problems + _file_damage(store, revision, names, _sums_of(kept))
    if SUMS not in names:
        problems.append(damage(f"{revision}/{SUMS}", "is missing"))
    elif kept != sums(manifest, content):
        problems.append(damage(f"{revision}/{SUMS}", f"is changed: it is not what {MANIFEST} says"))
    return problems + _file_damage(store, revision, names, manifest.seals)


def _manifest(revision: Revision, content: bytes) -> tuple[Manifest | None, list[Problem]]:
    name = f"{revision}/{MANIFEST}"
    if faults := schema_faults(content):
        return None, [damage(name, f"is changed: it breaks its schema at {faults[0]}")]
    try:
        manifest = read_manifest(content)
    except ValueError as error:
        return None, [damage(name, f"is changed: it {error}")]
    if manifest.revision != revision:
        return None, [damage(name, f"is out of its place: it is of {manifest.revision}")]
    return manifest, []


def _is_another(content: bytes, kept: bytes, link: Link | None) -> bool:
    """Tell whether a manifest is not the one that was entered; else the entry was changed."""
    seal = sha256(content)
    if link is None or link.entry is None or link.entry.manifest == seal:
        return False
    return link.is_sealed or _sums_of(kept).get(MANIFEST) == link.entry.manifest


def _file_damage(
    store: ArchiveStore, revision: Revision, names: set[str], seals: dict[str, str]
) -> list[Problem]:
    ours = {MANIFEST, SUMS}
    problems = []
    for name in sorted({*seals, *names} - ours):
        path = f"{revision}/{name}"
        if name not in names:
            problems.append(damage(path, "is missing"))
        elif name not in seals:
            problems.append(damage(path, "is too many: the edition has no such file"))
        else:
            content = _read(store, path)
            if content is None:
                problems.append(damage(path, "cannot be read"))
            elif sha256(content) != seals[name]:
                problems.append(damage(path, "is changed: it has another sha256"))
    return problems


def _read(store: ArchiveStore, name: str) -> bytes | None:
    try:
        return store.read(name)
    except (FileNotFoundError, ArchiveError):
        return None


def _sums_of(content: bytes) -> dict[str, str]:
    lines = content.decode(errors="replace").splitlines()
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    return {name: seal for seal, name in pairs}
