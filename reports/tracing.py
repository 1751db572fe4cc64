"""Where a number comes from: its formula, rows with file and line, sources, and its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path

from reports.briefings import build_edition, find_fact, load_editorial
from reports.dataset import AsOfView, Dataset, Place, load_dataset
from reports.errors import DataError, UsageError
from reports.model import (
    Edition,
    Fact,
    RowRef,
    SourceEntry,
    fact_spans,
    numerals,
)

WEEK = timedelta(days=7)
LONGEST_NAMED = 80
"""Letters of a text that was not found which a message repeats."""


@dataclass(frozen=True)
class Row:
    """A row of the dataset that a fact rests on, and where it stands."""

    ref: RowRef
    place: Place | None
    """None for a row that only the edition's day derives."""


@dataclass(frozen=True)
class Earlier:
    """How the fact of the same key stood in an earlier weekly edition; None: not known then."""

    day: date
    fact: Fact | None


@dataclass(frozen=True)
class Trace:
    """A fact of an edition with all that stands behind it."""

    fact: Fact
    printed: tuple[str, ...]
    """Its printed forms in the edition; empty if the edition does not print it."""
    rows: tuple[Row, ...]
    sources: tuple[SourceEntry, ...]
    earlier: tuple[Earlier, ...]
    """None of a gridline, which only the chart of an edition has."""


def trace(data: Path, day: date, wanted: str, weeks: int) -> tuple[Trace, ...]:
    """Return the facts of an edition that a key or a printed text names, by key.

    `weeks` is the number of earlier weekly editions to look at. Raise UsageError where the edition
    has no such fact, and DataError for a wrong dataset.
    """
    dataset = load_dataset(data)
    view = dataset.as_of(day)
    edition = _edition(view, data)
    printed = _printed(edition)
    facts = {fact.key: fact for fact in edition.facts}
    keys = _named(wanted, view, facts) or _said(wanted, printed)
    if not keys:
        raise _unknown(wanted, day, facts)
    return tuple(
        _traced(dataset, view, key, facts.get(key) or find_fact(view, key), printed, weeks)
        for key in keys
    )


def _edition(view: AsOfView, data: Path) -> Edition:
    """Return the edition of a view, without the editor's words where these have faults.

    Whoever mends such a file needs the keys that a trace gives.
    """
    editorial = load_editorial(data, view.day)
    try:
        return build_edition(view, editorial)
    except DataError:
        if editorial is None:
            raise
        return build_edition(view)


def _printed(edition: Edition) -> dict[str, tuple[str, ...]]:
    forms: dict[str, dict[str, None]] = {}
    for span in fact_spans(edition):
        forms.setdefault(span.key, {})[_plain(span.text)] = None
    return {key: tuple(sorted(texts)) for key, texts in forms.items()}


def _named(wanted: str, view: AsOfView, facts: dict[str, Fact]) -> list[str]:
    known = wanted in facts or find_fact(view, wanted) is not None
    return [wanted] if known else []


def _said(wanted: str, printed: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the keys of what is printed like that, or holds that very number."""
    typed = _plain(wanted)
    sought = {typed, typed.replace("-", "−")}
    same = [key for key, texts in printed.items() if sought & {*texts}]
    holding = [key for key, texts in printed.items() if sought & _numbers(texts)]
    return sorted({*same, *holding})


def _numbers(texts: Iterable[str]) -> set[str]:
    return {number.text for text in texts for number in numerals(text)}


def _plain(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def _unknown(wanted: str, day: date, facts: dict[str, Fact]) -> UsageError:
    near = get_close_matches(wanted[:LONGEST_NAMED], facts, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "facts.json of the edition lists keys"
    named = wanted if len(wanted) <= LONGEST_NAMED else f"{wanted[:LONGEST_NAMED]}…"
    return UsageError(f"the edition of {day} has no fact {named!r}", hint)


def _traced(
    dataset: Dataset,
    view: AsOfView,
    key: str,
    fact: Fact | None,
    printed: dict[str, tuple[str, ...]],
    weeks: int,
) -> Trace:
    if fact is None:
        raise KeyError(key)
    # A gridline stands in the edition alone, so that the data cannot tell of earlier ones.
    past = range(1, weeks + 1) if find_fact(view, key) else ()
    return Trace(
        fact,
        printed.get(key, ()),
        tuple(Row(ref, dataset.place(ref)) for ref in fact.rows),
        tuple(_source(view, number, source) for number, source in enumerate(fact.sources, 1)),
        tuple(_earlier(view, key, week) for week in past),
    )


def _source(view: AsOfView, number: int, source_id: str) -> SourceEntry:
    row = view.source(source_id)
    url = row.url or ""
    return SourceEntry(number, source_id, row.publisher, row.title, url, row.published)


def _earlier(view: AsOfView, key: str, weeks: int) -> Earlier:
    day = view.day - weeks * WEEK
    return Earlier(day, find_fact(view.earlier(day), key))
