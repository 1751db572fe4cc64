"""Editions of the shipped dataset, and what tests ask of an edition: its words and its marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from reports.briefings import build_edition
from reports.model import (
    CiteSpan,
    Edition,
    Exhibit,
    Fact,
    FactSpan,
    LangSpan,
    Section,
    SourceEntry,
    StrongSpan,
    TableBlock,
    TableSpec,
    Text,
    plain,
)
from tests.dataset.packages import shipped

SPANS = (str, FactSpan, CiteSpan, LangSpan, StrongSpan)
MONDAYS = tuple((date(2025, 1, 20) + timedelta(weeks=n)).isoformat() for n in range(50))
LONDON = "2025-06-09"


@cache
def edition(day: str) -> Edition:
    """Return the edition of a day, built once from the dataset of the repository."""
    return build_edition(shipped().as_of(date.fromisoformat(day)))


def said(text: Text) -> str:
    """Return the words of a text with ordinary spaces."""
    return plain(text).replace("\xa0", " ")


def texts(part: Any) -> Iterator[Text]:
    """Yield every rich text inside a value of the model, in reading order."""
    if isinstance(part, Edition):
        for name in ("headline", "standfirst", "key_figures", "lead", "changes", "sections"):
            yield from texts(getattr(part, name))
    elif isinstance(part, tuple):
        if part and all(isinstance(item, SPANS) for item in part):
            yield part
        else:
            for item in part:
                yield from texts(item)
    elif is_dataclass(part) and not isinstance(part, (type, Fact, SourceEntry, *SPANS)):
        for field in fields(part):
            yield from texts(getattr(part, field.name))


def words_of(part: Any) -> str:
    """Return all words of a part of an edition, a line for each text."""
    return "\n".join(said(text) for text in texts(part))


def strings(part: Any) -> Iterator[str]:
    """Yield every string inside a value of the model: texts, labels, alt texts and names."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from strings(item)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            yield from strings(getattr(part, field.name))


def marks(part: Any, kind: type) -> Iterator[Any]:
    """Yield every span of a kind inside a part of an edition."""
    for text in texts(part):
        yield from (span for span in text if isinstance(span, kind))


def section(built: Edition, key: str) -> Section:
    """Return a section by its key."""
    return next(s for s in built.sections if s.key == key)


def tables(part: Any) -> Iterator[TableSpec]:
    """Yield every table of a section or an edition, those of exhibits among them."""
    if isinstance(part, TableSpec):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from tables(item)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            yield from tables(getattr(part, field.name))


def table(built: Edition, key: str) -> TableSpec:
    """Return a table of an edition by its key."""
    return next(t for t in tables((built.changes, built.sections)) if t.key == key)


def exhibits(built: Edition) -> dict[str, Exhibit]:
    """Return the exhibits of an edition by key."""
    blocks = (block for s in built.sections for block in s.blocks)
    return {block.key: block for block in blocks if isinstance(block, Exhibit)}


def row_of(spec: TableSpec, head: str, column: int = 0) -> list[str]:
    """Return the words of the cells of the row whose cell in a column begins with some words."""
    rows = [[said(cell.text) for cell in row] for row in spec.rows]
    return next(row for row in rows if row[column].startswith(head))


def printed_tables(built: Edition) -> list[TableSpec]:
    """Return the tables that stand on the page, without the data of exhibits."""
    blocks = (block for s in built.sections for block in s.blocks)
    shown = [block.table for block in blocks if isinstance(block, TableBlock)]
    return [*([built.changes] if built.changes else []), *shown]
