"""Which sources a value of the model cites and which numbers it prints, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from reports.model.edition import Edition, Exhibit
from reports.model.facts import Fact, SourceEntry
from reports.model.text import CiteSpan, FactSpan


def citations(part: object, *, printed: bool) -> Iterator[str]:
    """Yield the source ids of all citations; `printed` leaves out the data tables of HTML."""
    if isinstance(part, CiteSpan):
        yield from part.sources
    elif isinstance(part, tuple | list):
        for item in part:
            yield from citations(item, printed=printed)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            if not (printed and isinstance(part, Exhibit) and field.name == "data"):
                yield from citations(getattr(part, field.name), printed=printed)


def fact_spans(part: object, *, printed: bool = False) -> Iterator[FactSpan]:
    """Yield every number that a value of the model prints, those of charts and alt texts too.

    `printed` leaves out the data tables of HTML.
    """
    if isinstance(part, FactSpan):
        yield part
    elif isinstance(part, tuple | list):
        for item in part:
            if not isinstance(item, str):
                yield from fact_spans(item, printed=printed)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            if not (printed and isinstance(part, Exhibit) and field.name == "data"):
                yield from fact_spans(getattr(part, field.name), printed=printed)


def printed_sources(edition: Edition) -> tuple[SourceEntry, ...]:
    """Return the endnotes that a printed page refers to."""
    cited = set(citations(edition, printed=True))
    return tuple(source for source in edition.sources if source.id in cited)


def printed_facts(edition: Edition) -> tuple[Fact, ...]:
    """Return the facts whose numbers stand on a printed page, by key."""
    keys = {span.key for span in fact_spans(edition, printed=True)}
    return tuple(sorted((f for f in edition.facts if f.key in keys), key=lambda fact: fact.key))
