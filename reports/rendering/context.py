"""What templates see: the environment, its filters and the words that print and web share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reports.model import (
    MONTHS,
    Edition,
    Exhibit,
    Fact,
    FactSpan,
    Text,
    answered,
    fact_spans,
    plain,
)
from reports.rendering.gate.marking import marked
from reports.rendering.heights import subtitle, title_lines
from reports.resources import proper_names, templates_dir

if TYPE_CHECKING:
    from jinja2 import Environment

_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True)
class Shared:
    """What the shared macros read besides the edition itself."""

    edition: Edition
    facts: Mapping[str, Fact]
    """Facts of the edition by key."""
    numbers: Mapping[str, int]
    """Endnote numbers by source id."""
    description: str
    """The words of the standfirst, with marks around their facts."""


def shared(edition: Edition) -> Shared:
    """Return the look-ups that the shared macros need."""
    return Shared(
        edition,
        {fact.key: fact for fact in edition.facts},
        {source.id: source.number for source in edition.sources},
        _said(edition.description, fact_spans((edition.headline, edition.standfirst))),
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the Jinja environment: everything escaped, an unknown name is an error."""
    return new_environment()


def new_environment(finalize: Callable[[Any], Any] | None = None) -> Environment:
    """Return an environment that sends every value it prints through `finalize`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=finalize,
    )
    env.filters.update(
        kind=lambda value: type(value).__name__,
        said=_said,
        answered=_answered,
        plain=plain,
        day=long_day,
        percent=percent,
        is_web=is_web_address,
        exhibit_title=title_lines,
        exhibit_subtitle=_subtitle,
        sort_by=lambda ids, numbers: sorted(ids, key=numbers.__getitem__),
    )
    return env


def _said(text: Text | str, spans: Iterable[FactSpan] = ()) -> str:
    """Return plain words, for an attribute or a title, with marks around their facts."""
    return marked(text, spans, proper_names())


def _answered(text: str, spans: Iterable[FactSpan]) -> Text:
    """Return a plain string as a text whose numbers are marked as the facts they are."""
    return answered(text, spans, proper_names())


def _subtitle(exhibit: Exhibit) -> Text:
    return _answered(subtitle(exhibit), exhibit.drawn)


def long_day(day: date) -> str:
    """Return a date in words, its day and month unbroken: 9 June 2025."""
    return f"{day.day}\N{NO-BREAK SPACE}{MONTHS[day.month - 1]} {day.year}"


def percent(share: float) -> str:
    """Return a share of a whole for CSS: 0.085 gives 8.5%."""
    return f"{share * 100:.4g}%"


def is_web_address(url: str) -> bool:
    """Tell whether an address may become a link; anything but http and https may not."""
    return _WEB_ADDRESS.fullmatch(url) is not None
