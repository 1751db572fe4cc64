"""Editions of the shipped dataset, and what tests ask of an edition: its words and its marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, get_args

from reports.briefings import build_edition, rows_used
from reports.dataset import AsOfView
from reports.model import (
    Chart,
    CiteSpan,
    Edition,
    Exhibit,
    FactSpan,
    LangSpan,
    Section,
    Spark,
    StrongSpan,
    TableBlock,
    TableSpec,
    Text,
    plain,
    to_json,
)
from tests.dataset.packages import shipped

SPANS = (str, FactSpan, CiteSpan, LangSpan, StrongSpan)
WORDLESS = (*SPANS, *get_args(Chart), *get_args(Spark))
"""Parts that hold neither a rich text nor a table."""
MONDAYS = tuple((date(2025, 1, 20) + timedelta(weeks=n)).isoformat() for n in range(50))
LONDON = "2025-06-09"


@cache
def edition(day: str) -> Edition:
    """Return the edition of a day, built once from the dataset of the repository."""
    return build_edition(shipped().as_of(date.fromisoformat(day)))


def with_rows(view: AsOfView) -> str:
    """Return the edition of a view as JSON, and the rows that ride with it as CSV."""
    built = build_edition(view)
    rows = rows_used(view, built)
    return "\n".join((to_json(built), *(f"{name}\n{rows[name].decode()}" for name in rows)))


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass; none of another type."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(f.name for f in fields(kind)) if is_dataclass(kind) else ()
    return _NAMES[kind]


def said(text: Text) -> str:
    """Return the words of a text with ordinary spaces."""
    return plain(text).replace("\xa0", " ")


def texts(part: Any) -> list[Text]:
    """Return every rich text inside a value of the model, in reading order."""
    found: list[Text] = []
    if isinstance(part, Edition):
        names = ("headline", "standfirst", "key_figures", "lead", "changes", "sections")
        _texts([getattr(part, name) for name in names], found)
    else:
        _texts([part], found)
    return found


def _texts(parts: Iterable[Any], found: list[Text]) -> None:
    for part in parts:
        if isinstance(part, tuple):
            if part and isinstance(part[0], SPANS) and all(isinstance(p, SPANS) for p in part):
                found.append(part)
            else:
                _texts(part, found)
        elif not isinstance(part, WORDLESS):
            _texts([getattr(part, name) for name in _names(type(part))], found)


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
    else:
        for name in _names(type(part)):
            yield from strings(getattr(part, name))


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
    elif not isinstance(part, WORDLESS):
        for name in _names(type(part)):
            yield from tables(getattr(part, name))


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
