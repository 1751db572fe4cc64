"""News of the past: values revised by their provider, corrected by us, or measured anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports.analysis import Difference, differences
from reports.briefings.book import Book
from reports.briefings.items import Item
from reports.briefings.news_figures import FOLLOWED
from reports.briefings.prose import cite, upper_first, words
from reports.briefings.situation import Situation

WEIGHTS = {"correction": 90, "revised value": 59, "changed definition": 58}
"""An error of our own is told before most news; none of these can lead an edition."""
_SERIES = frozenset(followed.series_id for followed in FOLLOWED)


def revision_items(now: Situation, book: Book) -> list[Item]:
    """Return an item for each followed value that is no longer what last week's edition knew."""
    return [_item(book, found) for found in _followed(differences(now.last, now.view))]


def _followed(found: Iterable[Difference]) -> Iterator[Difference]:
    for each in found:
        if each.kind in WEIGHTS and getattr(each.now, "series_id", "") in _SERIES:
            yield each


def _item(book: Book, found: Difference) -> Item:
    if found.kind == "changed definition":
        return _redefined(book, found)
    row, was = found.now, found.was
    info = book.view.series(row.series_id)
    own = found.kind == "correction"
    told = f"our figure was wrong: {words(found.reason)}" if own else "as the source now has it"
    return Item(
        WEIGHTS[found.kind],
        found.known,
        "Corrected" if own else "Revised",
        f"{words(info.short_title)}, {row.period.label}",
        book.vintage(was, unit=True),
        f"{book.level(row)}, {told}.{cite(*found.sources)}",
        "",
        "revisions",
    )


def _redefined(book: Book, found: Difference) -> Item:
    row, was = found.now, found.was
    info = book.view.series(row.series_id)
    text = f"measured {words(row.definition)} from {row.from_period.label} on"
    return Item(
        WEIGHTS[found.kind],
        found.known,
        "Redefined",
        f"{words(info.short_title)}: definition",
        f"Measured {words(was.definition)}" if was else "Measured as before",
        f"{upper_first(text)}; no change is computed across it.{cite(*found.sources)}",
        "",
        "revisions",
    )
