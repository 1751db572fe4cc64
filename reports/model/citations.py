"""Which sources a value of the model cites and which numbers it prints, in reading order."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast

from reports.model.edition import Edition, Exhibit
from reports.model.facts import Fact, SourceEntry
from reports.model.text import CiteSpan, FactSpan, LangSpan, StrongSpan

_SPANS = frozenset((FactSpan, CiteSpan, LangSpan, StrongSpan))
_SPANLESS = frozenset((Fact, SourceEntry))
"""What holds words, but no span: half of an edition."""


def words_within(part: object) -> Iterator[object]:
    """Yield every string and span inside a value of the model, in reading order."""
    return _within(part, _SPANS | {str}, printed=False)


def citations(part: object, *, printed: bool) -> Iterator[str]:
    """Yield the source ids of all citations; `printed` leaves out the data tables of HTML."""
    for item in _within(part, _SPANS, printed=printed):
        if isinstance(item, CiteSpan):
            yield from item.sources


def fact_spans(part: object, *, printed: bool = False) -> Iterator[FactSpan]:
    """Yield every number that a value of the model prints, those of charts and alt texts too.

    `printed` leaves out the data tables of HTML.
    """
    for item in _within(part, _SPANS, printed=printed):
        if isinstance(item, FactSpan):
            yield item


def _within(part: object, wanted: frozenset[type], *, printed: bool) -> Iterator[object]:
    """Yield everything of the types wanted, spans among them, in reading order."""
    waiting: list[Any] = [part]
    words = str in wanted
    while waiting:
        item = waiting.pop()
        kind: Any = type(item)
        if kind in wanted:
            yield item
        elif kind is tuple or kind is list:
            waiting += reversed(item)
        else:
            waiting += [getattr(item, name) for name in _members(kind, words, printed)]


@cache
def _members(kind: Hashable, words: bool, printed: bool) -> tuple[str, ...]:
    """Return the fields of a dataclass that may hold what is wanted, the last one first."""
    if not is_dataclass(kind) or (kind in _SPANLESS and not words):
        return ()
    left_out = {"data"} if kind is Exhibit and printed else set()
    names = (field.name for field in fields(cast("Any", kind)))
    return tuple(name for name in names if name not in left_out)[::-1]


def printed_sources(edition: Edition) -> tuple[SourceEntry, ...]:
    """Return the endnotes that a printed page refers to."""
    cited = set(citations(edition, printed=True))
    return tuple(source for source in edition.sources if source.id in cited)


def printed_facts(edition: Edition) -> tuple[Fact, ...]:
    """Return the facts whose numbers stand on a printed page, by key."""
    keys = {span.key for span in fact_spans(edition, printed=True)}
    return tuple(sorted((f for f in edition.facts if f.key in keys), key=lambda fact: fact.key))
