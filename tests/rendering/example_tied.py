"""Tie the numbers of an edition made by hand to facts, so that its texts may be written plainly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.charts import axis_numbers
from reports.model import (
    CiteSpan,
    Edition,
    Exhibit,
    Fact,
    FactSpan,
    Input,
    LangSpan,
    RowRef,
    SourceEntry,
    SparkBars,
    SparkLine,
    SparkProgress,
    StrongSpan,
    answered,
    fact_spans,
    numerals,
)
from reports.rendering.gate import names_of

SPANS = (str, FactSpan, CiteSpan, LangSpan, StrongSpan)


def tied(edition: Edition) -> Edition:
    """Return an edition in which each number of a text is a fact, those of drawings too."""
    names = names_of(edition)
    parts = {
        field.name: _tied(getattr(edition, field.name), names)
        for field in fields(edition)
        if field.name not in ("id", "facts", "sources", "description")
    }
    made = replace(edition, **parts)
    known = {fact.key for fact in edition.facts}
    wanted = {span.key: span.text for span in fact_spans(made) if span.key not in known}
    more = tuple(_fact(key, text, edition.sources[0]) for key, text in sorted(wanted.items()))
    return replace(made, facts=(*edition.facts, *more))


def _fact(key: str, text: str, source: SourceEntry) -> Fact:
    value = Decimal(key.partition(".")[2])
    row = RowRef("observations", key, date(2025, 6, 9))
    return Fact(
        key, f"Number {text}", value, text, "", "June 2025", "reported", "as reported", text,
        (Input(text, value),), "reported", (source.id,), (row,),
    )  # fmt: skip


def _tied(part: Any, names: tuple[str, ...]) -> Any:
    if isinstance(part, tuple):
        if part and all(isinstance(item, SPANS) for item in part):
            return tuple(span for item in part for span in _spans(item, names))
        return tuple(item if isinstance(item, str) else _tied(item, names) for item in part)
    if not is_dataclass(part) or isinstance(part, type | FactSpan):
        return part
    made: Any = replace(
        part, **{field.name: _tied(getattr(part, field.name), names) for field in fields(part)}
    )
    if isinstance(made, Exhibit):
        words = (made.subtitle, made.alt, *_strings(made.chart))
        axis = tuple(_span(number.words, names) for number in axis_numbers(made.chart))
        return replace(made, drawn=(*_said(words, names), *(s for one in axis for s in one)))
    if isinstance(made, SparkBars | SparkLine | SparkProgress):
        return replace(made, said=tuple(_said((made.alt,), names)))
    return made


def _spans(item: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    words = item.text if isinstance(item, StrongSpan) else item
    if isinstance(words, str) and numerals(words, names):
        return answered(words, _span(words, names), names)
    return (item,)


def _span(words: str, names: tuple[str, ...]) -> tuple[FactSpan, ...]:
    return tuple(FactSpan(f"said.{n.value}", n.text) for n in numerals(words, names))


def _said(words: tuple[str, ...], names: tuple[str, ...]) -> Iterator[FactSpan]:
    for text in words:
        yield from _span(text, names)


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _strings(item)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name != "key":
                yield from _strings(getattr(part, field.name))
