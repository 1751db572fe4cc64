"""The ledger under examination: every file of it, what it says, and what vouches for it."""

from __future__ import annotations

from dataclasses import dataclass

from reports.archive.editions import days, revisions
from reports.archive.ledger import (
    FOLDER,
    NAME,
    Entry,
    entry_bytes,
    entry_of,
    name_of,
    read_entry,
)
from reports.archive.manifest import MANIFEST, SUMS, Revision, read_manifest
from reports.archive.reading import for_each
from reports.archive.store import ArchiveStore
from reports.digest import sha256
from reports.errors import ArchiveError, Problem


@dataclass(frozen=True)
class Link:
    """A file of the ledger by its number, as it was found."""

    number: int
    content: bytes
    entry: Entry | None
    """None where it cannot be read as one."""
    fault: str
    """What is wrong with it in itself."""
    is_sealed: bool
    """The next entry carries its very sha256."""
    is_contradicted: bool
    """The next entry carries another one."""

    @property
    def name(self) -> str:
        """Return the name of its file."""
        return name_of(self.number)


def links(store: ArchiveStore) -> list[Link]:
    """Return every file of the ledger that is named as an entry, by number."""
    names = _named(store)
    contents = for_each(store, lambda name: _read(store, name), names)
    read = [(int(name[:6]), *each) for name, each in zip(names, contents, strict=True)]
    following = {number - 1: entry.previous for number, _, entry, _ in read if entry}
    found = []
    for number, content, entry, fault in read:
        sealed = following.get(number) == sha256(content)
        contradicted = number in following and not sealed
        found.append(Link(number, content, entry, fault, sealed, contradicted))
    return found


def chain_damage(store: ArchiveStore, chain: list[Link]) -> list[Problem]:
    """Return every damage of the ledger: entries changed, missing or out of their place."""
    problems: dict[str, str] = {
        f"{FOLDER}/{name}": "is too many: the ledger has no such file"
        for name in store.names(FOLDER)
        if not NAME.fullmatch(name)
    }
    last = chain[-1].number if chain else 0
    for number in {*range(1, last + 1)} - {link.number for link in chain}:
        problems[name_of(number)] = "is missing"
    entered: dict[Revision, str] = {}
    pruned = {e.revision for link in chain if (e := link.entry) and e.what == "pruned"}
    faults = for_each(store, lambda link: _fault(store, link, pruned), chain)
    for link, own in zip(chain, faults, strict=True):
        if fault := own or _out_of_order(link, entered, problems):
            problems[link.name] = fault
        elif link.entry:
            entered[link.entry.revision] = link.entry.manifest
    for link, after in zip(chain, [*chain[1:], None], strict=False):
        if link.name not in problems and _is_rewritten(link, after, pruned):
            problems[link.name] = "is changed, or the entry after it: they do not go together"
    # In order: an entry whose own link is broken is not the witness against the one after it.
    for before, link in zip([None, *chain], chain, strict=False):
        if link.name not in problems and not _follows(link, before, problems):
            problems[link.name] = "is changed: it does not follow the entry before it"
    return [Problem(file, None, "", message) for file, message in sorted(problems.items())]


def _follows(link: Link, before: Link | None, problems: dict[str, str]) -> bool:
    """Tell whether an entry carries the sha256 of the one before, or that one is at fault."""
    if link.entry is None:
        return True
    if before is None or before.number != link.number - 1:
        return link.number > 1 or link.entry.previous is None
    return before.is_sealed or before.name in problems


def _is_rewritten(link: Link, after: Link | None, pruned: set[Revision]) -> bool:
    """Tell whether the entry after one of a pruned edition is the witness against it.

    No manifest says when and why that was pruned, or published: only the next entry vouches for it.
    """
    if link.entry is None or link.entry.revision not in pruned or not link.is_contradicted:
        return False
    return after is None or not after.is_contradicted


def _out_of_order(link: Link, entered: dict[Revision, str], problems: dict[str, str]) -> str:
    """Return what is wrong with an entry after those before it: an edition enters once, first.

    Where one of those is at fault or missing, it may be the one with which an edition entered.
    """
    entry = link.entry
    if entry is None:
        return ""
    known = entered.get(entry.revision)
    if entry.what == "pruned":
        is_told = any(name < link.name for name in problems)
        fits = known == entry.manifest or (known is None and is_told)
    else:
        fits = known is None
    if fits:
        return ""
    return "is changed: it does not go with the entries before it"


def _fault(store: ArchiveStore, link: Link, pruned: set[Revision]) -> str:
    """Return what is wrong with an entry in itself, or held against the edition it is of."""
    entry = link.entry
    if entry is None:
        return f"is changed: it {link.fault}"
    if entry.number != link.number:
        return f"is out of its place: it says that it is entry {entry.number}"
    if entry.what == "pruned":
        return ""
    content = _content(store, f"{entry.revision}/{MANIFEST}")
    if content is None and entry.revision in pruned:
        return ""
    if content is None:
        # The edition is damaged, which is told of its own files, or the entry names a wrong one.
        wrong = link.is_contradicted or _is_of_another(store, entry)
        return "is changed: it names an edition that it is not of" if wrong else ""
    if sha256(content) != entry.manifest:
        sums = _content(store, f"{entry.revision}/{SUMS}") or b""
        seen = link.is_sealed or f"{entry.manifest}  {MANIFEST}".encode() in sums.splitlines()
        return "" if seen else "is changed: the manifest of its edition has another sha256"
    try:
        expected = entry_of(read_manifest(content), entry.number, entry.previous)
    except ValueError:
        return ""
    same = entry_bytes(expected) == link.content
    return "" if same else "is changed: the manifest of its edition says otherwise"


def _is_of_another(store: ArchiveStore, entry: Entry) -> bool:
    """Tell whether an edition stands whose manifest is the one that an entry seals."""
    standing = (each for day in days(store) for each in revisions(store, day))
    names = (f"{revision}/{MANIFEST}" for revision in standing)
    return any(sha256(_content(store, name) or b"") == entry.manifest for name in names)


def _content(store: ArchiveStore, name: str) -> bytes | None:
    try:
        return store.read(name)
    except (FileNotFoundError, ArchiveError):
        return None


def _read(store: ArchiveStore, name: str) -> tuple[bytes, Entry | None, str]:
    content = b""
    try:
        content = store.read(f"{FOLDER}/{name}")
        return content, read_entry(content), ""
    except (ArchiveError, FileNotFoundError, ValueError) as error:
        return content, None, str(error)


def _named(store: ArchiveStore) -> list[str]:
    return [name for name in store.names(FOLDER) if NAME.fullmatch(name)]
