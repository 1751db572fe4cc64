"""Read an archive that is far away: many files at the same time, and one listing for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from reports.archive.store import ArchiveStore

Item = TypeVar("Item")
Found = TypeVar("Found")


def for_each(
    store: ArchiveStore, function: Callable[[Item], Found], items: Iterable[Item]
) -> list[Found]:
    """Return what a function that reads from a store finds for each item, in their order."""
    wanted = list(items)
    at_once = min(store.at_once, len(wanted))
    return list(map(function, wanted)) if at_once < 2 else in_threads(at_once, function, wanted)


def batched(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """Yield items by so many at a time, in their order; Python has this from 3.12 on."""
    rest = iter(items)
    while some := tuple(islice(rest, size)):
        yield some


def in_threads(
    at_once: int, function: Callable[[Item], Found], items: Iterable[Item]
) -> list[Found]:
    """Return what a function finds for each item; the first error ends the others too."""
    # Imported here: a folder on this machine never needs it.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(at_once) as pool:
        waiting = [pool.submit(function, item) for item in items]
        try:
            return [each.result() for each in waiting]
        except BaseException:
            # Each of the others would wait for the server that has gone.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@dataclass(frozen=True)
class Listing:
    """The names of all files of a store as they stood at one time."""

    tree: Mapping[str, tuple[str, ...]]
    """The names below each folder, relative to it and sorted."""

    def names(self, place: str) -> tuple[str, ...]:
        """Return the names of all files below a folder."""
        return self.tree.get(place, ())

    def folders(self, place: str) -> tuple[str, ...]:
        """Return the folders in a folder, but hidden ones."""
        return folders_in(self.names(place))


def listing_of(names: Iterable[str]) -> Listing:
    """Return the listing of a store by the names of all its files."""
    tree: dict[str, list[str]] = {}
    for name in names:
        tree.setdefault("", []).append(name)
        at = name.find("/")
        while at >= 0:
            tree.setdefault(name[:at], []).append(name[at + 1 :])
            at = name.find("/", at + 1)
    return Listing({folder: tuple(sorted(found)) for folder, found in tree.items()})


def folders_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return the folders that names lead through first, but hidden ones, sorted."""
    found = {name.partition("/")[0] for name in names if "/" in name}
    return tuple(sorted(name for name in found if name[0] != "."))
