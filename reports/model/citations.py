"""Which sources a value of the model cites and which numbers it prints, in reading order."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast

from reports.model.edition import Edition, Exhibit
from reports.model.facts import Fact, SourceEntry
from reports.model.text import CiteSpan, FactSpan, LangSpan, StrongSpan

_LEAVES = (str, FactSpan, CiteSpan, LangSpan, StrongSpan)


def words_within(part: object, *, printed: bool = False) -> Iterator[object]:
    """Yield every string and span inside a value of the model, in reading order.

    `printed` leaves out the data tables of HTML.
    """
    waiting = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, _LEAVES):
            yield item
        elif isinstance(item, tuple | list):
            waiting.extend(reversed(item))
        else:
            names = _field_names(cast("Hashable", type(item)))
            if printed and isinstance(item, Exhibit):
                names = tuple(name for name in names if name != "data")
            waiting.extend(getattr(item, name) for name in reversed(names))


@cache
def _field_names(kind: Hashable) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass, and none of another type."""
    return tuple(field.name for field in fields(cast("Any", kind))) if is_dataclass(kind) else ()


def citations(part: object, *, printed: bool) -> Iterator[str]:
    """Yield the source ids of all citations; `printed` leaves out the data tables of HTML."""
    for item in words_within(part, printed=printed):
        if isinstance(item, CiteSpan):
            yield from item.sources


def fact_spans(part: object, *, printed: bool = False) -> Iterator[FactSpan]:
    """Yield every number that a value of the model prints, those of charts and alt texts too.

    `printed` leaves out the data tables of HTML.
    """
    for item in words_within(part, printed=printed):
        if isinstance(item, FactSpan):
            yield item


def printed_sources(edition: Edition) -> tuple[SourceEntry, ...]:
    """Return the endnotes that a printed page refers to."""
    cited = set(citations(edition, printed=True))
    return tuple(source for source in edition.sources if source.id in cited)


def printed_facts(edition: Edition) -> tuple[Fact, ...]:
    """Return the facts whose numbers stand on a printed page, by key."""
    keys = {span.key for span in fact_spans(edition, printed=True)}
    return tuple(sorted((f for f in edition.facts if f.key in keys), key=lambda fact: fact.key))
