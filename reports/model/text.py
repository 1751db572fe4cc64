"""Rich text: plain strings with facts, citations and foreign words in between."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FactSpan:
    """A number or computed word as printed; `key` names the Fact that answers for it."""

    key: str
    text: str


@dataclass(frozen=True)
class CiteSpan:
    """A reference mark; the ids lead to numbered entries of the edition's sources."""

    sources: tuple[str, ...]


@dataclass(frozen=True)
class LangSpan:
    """Words in another language, with their language tag (`zh-Hans`)."""

    text: str
    lang: str


@dataclass(frozen=True)
class StrongSpan:
    """Words that lead a paragraph or carry a row."""

    text: str


Span = str | FactSpan | CiteSpan | LangSpan | StrongSpan
Text = tuple[Span, ...]


def plain(text: Text) -> str:
    """Return the words of a text, without its reference marks."""
    return "".join(
        span if isinstance(span, str) else "" if isinstance(span, CiteSpan) else span.text
        for span in text
    )
