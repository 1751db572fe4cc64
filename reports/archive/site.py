"""The pages of the archive: made from its editions and its ledger alone, and checked against them.

Pages are the one thing in the archive that is written anew. A run that dies leaves older pages
beside a sound archive, and the next one makes them; the index comes last, and only what it vouches
for is taken over from an earlier run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from reports.archive.cards import data_page, edition_page, issues_by_day
from reports.archive.editions import file_of, manifest_of
from reports.archive.ledger import entries, name_of
from reports.archive.manifest import Revision
from reports.archive.reading import batched, for_each
from reports.archive.store import ArchiveStore
from reports.archive.told import Told
from reports.digest import sha256
from reports.drafts import file_name
from reports.errors import ArchiveError, Problem
from reports.model.site import Ahead, Card, DataPage, EditionPage, Issue, Site
from reports.rendering.site import (
    Pages,
    calendar,
    cards_of,
    chunk,
    chunk_name,
    feed,
    version_of,
)
from reports.rendering.site.pages import assets
from reports.resources import templates_dir

INDEX = "index.html"
FOLDERS = ("assets", "latest", "search")
"""The folders that hold pages and nothing else."""
COPIES = {form: f"latest/briefing.{form}" for form in ("html", "pdf")}
"""The copies of the newest edition, which go with the last edition that stands."""
_CURE = "run `reports index`"
_CODE = ("archive", "model", "rendering")

Days = Mapping[date, tuple[Issue, ...]]


@dataclass(frozen=True)
class Updated:
    """What a run has made of the pages: the names of those that it had to write."""

    written: tuple[str, ...]
    pages: frozenset[str]
    """The names of all pages that it looked at."""
    editions: int


@dataclass(frozen=True)
class _Front:
    """What only the newest edition tells."""

    data: DataPage | None
    ahead: tuple[Ahead, ...]
    told: Told | None


def update(store: ArchiveStore, url: str = "", *, everything: bool = False) -> Updated:
    """Bring the pages up to date with the archive; write only those that differ.

    What the index vouches for is taken over, unless `everything` is to be made from the editions.
    Where another publisher enters an edition meanwhile, the pages are made again with it: of two
    that write, the one that ends last has seen both. Raise ArchiveError for a damaged archive.
    """
    written: dict[str, None] = {}
    pages: set[str] = set()
    while True:
        chain = entries(store)
        if not chain:
            return Updated((), frozenset(), 0)
        days = issues_by_day(chain)
        known = {} if everything else _kept(store, days, maker(url))
        for name, content in _differing(store, _pages(store, days, known, url), pages):
            store.replace(name, content)
            written[name] = None
        _remove_copies(store, pages)
        if not _is_there(store, name_of(len(chain) + 1)):
            return Updated(tuple(written), frozenset(pages), len(days))


def site_damage(
    store: ArchiveStore, url: str = "", wanted: Iterable[date] | None = None
) -> list[Problem]:
    """Return every page that is not what the archive makes it; of some days only their own pages.

    All pages are made from the editions, none from other pages. Raise ArchiveError where an
    edition is damaged, which `verify` tells better.
    """
    chain = entries(store)
    if not chain:
        return []
    days = issues_by_day(chain)
    newest = chunk_name(max(days).year)
    if _read(store, INDEX) is None:
        return [_damage(INDEX, "is missing")]
    if (made := _maker_of(store, newest)) and made != maker(url):
        other = (
            "was made by another version of the program or its templates, or for another address"
        )
        return [_damage(newest, other)]
    if wanted is not None:
        asked = sorted({*wanted} & days.keys())
        own = _own_pages(store, days, asked, url)
        return [problem for each in own if (problem := _compared(store, *each))]
    expected = dict(_pages(store, days, {}, url))
    compared = for_each(store, lambda page: _compared(store, *page), sorted(expected.items()))
    return [*(problem for problem in compared if problem), *strangers(store, expected)]


def strangers(store: ArchiveStore, pages: Collection[str]) -> list[Problem]:
    """Return the files in the folders of pages that are none of them."""
    extra = "is too many: the archive makes no such page"
    found = (f"{folder}/{name}" for folder in FOLDERS for name in store.names(folder))
    return [Problem(name, None, "", extra) for name in found if name not in pages]


def _differing(
    store: ArchiveStore, made: Iterable[tuple[str, bytes]], pages: set[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the pages that are not in the store as they were made, in order; note all names.

    As many as the store is best asked for at once are held at a time.
    """
    for some in batched(made, store.at_once):
        found = for_each(store, lambda page: _read(store, page[0]), some)
        pages |= {name for name, _ in some}
        yield from (page for page, was in zip(some, found, strict=True) if was != page[1])


def _remove_copies(store: ArchiveStore, pages: Collection[str]) -> None:
    """Remove copies of an edition that no longer stands: what was pruned is not to be read on."""
    for name in {*COPIES.values()}.difference(pages):
        if _is_there(store, name):
            store.remove(name)


@cache
def maker(url: str) -> str:
    """Return the sha256 of what makes the pages besides the archive: code, templates, address."""
    package, templates = Path(__file__).resolve().parents[1], templates_dir()
    files = [path for part in _CODE for path in (package / part).rglob("*.py")]
    for part in ("archive", "css", "js"):
        files += (path for path in (templates / part).rglob("*") if path.is_file())
    files += (templates / "tokens.json", *(templates / "fonts").glob("*.woff2"))
    seal = hashlib.sha256(url.encode())
    for path in sorted(files):
        seal.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return seal.hexdigest()


def _pages(
    store: ArchiveStore, days: Days, known: Mapping[date, Card], url: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the pages by name, the index last; those of days that are known are left out."""
    made = _read_pages(store, days, [day for day in days if day not in known])
    cards = tuple(
        made[day].card if day in made else known[day] for day in sorted(days, reverse=True)
    )
    front = _front(store, next((card for card in cards if card.served), None))
    site = _site(store, cards, front, url)
    pages = Pages(site)
    yield from assets().items()
    for page in _with_neighbours(store, days, made):
        yield f"{page.card.as_of.isoformat()}/{INDEX}", pages.edition(page)
    yield from _newest(store, pages, front)
    yield "feed.xml", feed(site)
    yield "calendar.ics", calendar(site, next(iter(site.standing), None), front.ahead)
    versions: dict[str, str] = {}
    for year in site.years:
        yield f"{year}.html", pages.year(year)
        content = chunk(year, site.of_year(year), maker(url))
        versions[chunk_name(year)] = version_of(content)
        yield chunk_name(year), content
    yield INDEX, pages.index(versions, front.ahead)


def _with_neighbours(
    store: ArchiveStore, days: Days, made: Mapping[date, EditionPage]
) -> Iterator[EditionPage]:
    """Yield the pages of the days that were made, and of those beside them, which lead to them."""
    order = sorted(days)
    wanted = [
        day
        for at, day in enumerate(order)
        if any(each in made for each in order[max(at - 1, 0) : at + 2])
    ]
    beside = _read_pages(store, days, [day for day in wanted if day not in made])
    for day in wanted:
        yield _placed(made[day] if day in made else beside[day], order)


def _read_pages(store: ArchiveStore, days: Days, wanted: list[date]) -> dict[date, EditionPage]:
    """Return the pages of some days, read many at a time from a store that is far away."""
    found = for_each(store, lambda day: edition_page(store, day, days[day]), wanted)
    return dict(zip(wanted, found, strict=True))


def _placed(page: EditionPage, order: list[date]) -> EditionPage:
    """Return the page of an edition with the days of its neighbours."""
    at = order.index(page.card.as_of)
    after = order[at + 1] if at + 1 < len(order) else None
    return replace(page, before=order[at - 1] if at else None, after=after)


def _own_pages(
    store: ArchiveStore, days: Days, wanted: Iterable[date], url: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the pages of some days alone: each tells of its own edition and leads to two others."""
    pages = Pages(Site("", "", "", url, "", ()))
    for day in wanted:
        page = _placed(edition_page(store, day, days[day]), sorted(days))
        yield f"{day.isoformat()}/{INDEX}", pages.edition(page)


def _site(store: ArchiveStore, cards: tuple[Card, ...], front: _Front, url: str) -> Site:
    briefing = _briefing(store, cards)
    return Site(
        name=front.told.masthead.name if front.told else briefing,
        name_local=front.told.masthead.name_local if front.told else "",
        briefing=briefing,
        url=url,
        origin=sha256(store.read(name_of(1))),
        cards=cards,
    )


def _front(store: ArchiveStore, newest: Card | None) -> _Front:
    return _Front(*data_page(store, newest)) if newest else _Front(None, (), None)


def _newest(store: ArchiveStore, pages: Pages, front: _Front) -> Iterator[tuple[str, bytes]]:
    """Yield what follows from the newest edition: its copies under names that stay, its data.

    Every page leads to both pages, so they are there without an edition too, and say so.
    """
    newest = next(iter(pages.site.standing), None)
    if newest and newest.served:
        manifest = manifest_of(store, Revision(newest.as_of, newest.served.number))
        for form, copy in COPIES.items():
            name = file_name(form, newest.as_of)
            file = next((file for file in manifest.files if file.name == name), None)
            if file:
                yield copy, file_of(store, manifest, file)
    yield f"latest/{INDEX}", pages.latest(newest)
    yield "data.html", pages.data(front.data)


def _briefing(store: ArchiveStore, cards: tuple[Card, ...]) -> str:
    served = ((card.as_of, card.served.number) for card in cards if card.served)
    first = next(served, None)
    return manifest_of(store, Revision(*first)).briefing if first else "briefing"


def _kept(store: ArchiveStore, days: Days, made_with: str) -> dict[date, Card]:
    """Return the editions that the search index holds as the ledger has them.

    A part of it counts only if the index names that very version of it, and the same program made
    it with the same templates.
    """
    index = _read(store, INDEX) or b""
    found: dict[date, Card] = {}
    for year in {day.year for day in days}:
        content = _read(store, chunk_name(year))
        if content is None or f"{chunk_name(year)}?{version_of(content)}".encode() not in index:
            continue
        try:
            made, cards = cards_of(content)
        except ValueError:
            continue  # Not as we write it: its editions are read again.
        if made == made_with:
            found |= {card.as_of: card for card in cards if card.issues == days.get(card.as_of)}
    return found


def _maker_of(store: ArchiveStore, name: str) -> str:
    try:
        return cards_of(_read(store, name) or b"")[0]
    except ValueError:
        return ""


def _compared(store: ArchiveStore, name: str, content: bytes) -> Problem | None:
    found = _read(store, name)
    if found is None:
        return _damage(name, "is missing")
    return None if found == content else _damage(name, "is not what the archive makes it")


def _damage(name: str, message: str) -> Problem:
    return Problem(name, None, "", f"{message}: {_CURE}")


def _is_there(store: ArchiveStore, name: str) -> bool:
    try:
        store.read(name)
    except FileNotFoundError:
        return False
    return True


def _read(store: ArchiveStore, name: str) -> bytes | None:
    try:
        return store.read(name)
    except (FileNotFoundError, ArchiveError):
        return None
