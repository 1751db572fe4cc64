"""Which sources a value of the model cites, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from reports.model.edition import Edition, Exhibit
from reports.model.facts import SourceEntry
from reports.model.text import CiteSpan


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


def printed_sources(edition: Edition) -> tuple[SourceEntry, ...]:
    """Return the endnotes that a printed page refers to."""
    cited = set(citations(edition, printed=True))
    return tuple(source for source in edition.sources if source.id in cited)
