"""The gate on the edition itself: what it says, and which numbers of that no fact answers for."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, cast

from reports.model import (
    CiteSpan,
    Edition,
    EditionId,
    Exhibit,
    Fact,
    FactSpan,
    LangSpan,
    SparkBars,
    SparkLine,
    SparkProgress,
    StrongSpan,
    Text,
    answered,
    fact_spans,
)
from reports.rendering.gate.finding import HELD, Finding, disagreements, names_of, text_findings

_SPANS = (str, FactSpan, CiteSpan, LangSpan, StrongSpan)
_SPARKS = (SparkBars, SparkLine, SparkProgress)
_UNPRINTED = frozenset(
    ("key", "id", "url", "hue", "width", "party", "kind", "lang", "facts", "sources", "names")
)
_SILENT = frozenset((type(None), bool, int, float, Decimal, date))
"""What says nothing by itself."""
_DRAWN = frozenset(("subtitle", "alt", "chart"))
"""What of an exhibit its `drawn` numbers answer for."""


@dataclass(frozen=True)
class Saying:
    """Words that an edition prints, where they stand, with the marks of their facts."""

    place: str
    text: Text

    @property
    def held(self) -> str:
        """Return the words with a sign in place of each fact."""
        return "".join(_held(span) for span in self.text)


def sayings(edition: Edition) -> Iterator[Saying]:
    """Yield all words of an edition in reading order, the numbers of drawings marked."""
    names = names_of(edition)
    for name in _printed(cast("Hashable", type(edition))):
        told: tuple[FactSpan, ...] = ()
        if name == "description":
            told = tuple(fact_spans((edition.headline, edition.standfirst)))
        yield from _said(getattr(edition, name), name, told, names)


def findings(edition: Edition) -> tuple[Finding, ...]:
    """Return the numbers of an edition that are naked, unknown or other than their fact."""
    names = names_of(edition)
    facts = {fact.key: fact for fact in edition.facts}
    found = list(_untrue(facts, edition, names))
    for saying in sayings(edition):
        found += text_findings(saying.held, names, saying.place)
    return tuple(found)


def drawings(part: object) -> Iterator[tuple[str, tuple[FactSpan, ...]]]:
    """Yield the key of every drawing of an edition, and the numbers that it may print."""
    if isinstance(part, _SPARKS):
        yield part.key, part.said
    elif isinstance(part, tuple):
        for item in part:
            yield from drawings(item)
    elif is_dataclass(part) and not isinstance(part, type | FactSpan | Fact):
        if isinstance(part, Exhibit):
            yield part.chart.key, part.drawn
        for name in _printed(cast("Hashable", type(part))):
            yield from drawings(getattr(part, name))


def _untrue(facts: Mapping[str, Fact], edition: Edition, names: Sequence[str]) -> Iterator[Finding]:
    for key, text in sorted({(span.key, span.text) for span in fact_spans(edition)}):
        if key not in facts:
            yield Finding(text, text, f"is marked as the fact {key!r}, which the edition lacks")
            continue
        for numeral in disagreements(facts[key], text, names):
            fault = f"is not the value of the fact {key!r}, {facts[key].value}"
            yield Finding(numeral.text, text, fault)


def _said(
    part: object, place: str, told: tuple[FactSpan, ...], names: Sequence[str]
) -> Iterator[Saying]:
    if isinstance(part, str):
        yield Saying(place, answered(part, told, names))
    elif isinstance(part, FactSpan):
        yield Saying(place, (part,))
    elif isinstance(part, tuple):
        if part and all(isinstance(item, _SPANS) for item in part):
            yield Saying(place, part)
            return
        for number, item in enumerate(part):
            if not isinstance(item, str | tuple) and not is_dataclass(item):
                continue
            yield from _said(item, f"{place}.{_name(item, number)}", told, names)
    elif is_dataclass(part) and not isinstance(part, type | EditionId):
        yield from _of_fields(part, place, told, names)


def _of_fields(
    part: object, place: str, told: tuple[FactSpan, ...], names: Sequence[str]
) -> Iterator[Saying]:
    if isinstance(part, _SPARKS):
        told = part.said
    for name in _printed(cast("Hashable", type(part))):
        value = getattr(part, name)
        if type(value) in _SILENT:
            continue
        answers = told
        if isinstance(part, Exhibit):
            answers = part.drawn if name in _DRAWN else ()
        yield from _said(value, f"{place}.{name}", answers, names)


@cache
def _printed(kind: Hashable) -> tuple[str, ...]:
    """Return the fields of a class whose words are printed.

    The number of an exhibit is the document's own numbering; marks of drawings are no words.
    """
    left_out = _UNPRINTED | ({"number", "drawn"} if kind is Exhibit else {"said"})
    return tuple(field.name for field in fields(cast("Any", kind)) if field.name not in left_out)


def _name(item: object, number: int) -> str:
    key = getattr(item, "key", "")
    return key if key and not isinstance(item, FactSpan) else str(number)


def _held(span: object) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, FactSpan):
        return HELD
    return span.text if isinstance(span, LangSpan | StrongSpan) else ""
