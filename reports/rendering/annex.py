"""The annex of the printed edition: where each of its numbers comes from, by key.

Values of a series that are as reported share an entry; what was computed from them has one of its
own, with its formula. Sources that only this annex names follow at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from reports.model import (
    Edition,
    Fact,
    FactSpan,
    SourceEntry,
    Span,
    StrongSpan,
    Text,
    plain,
    printed_facts,
)
from reports.rendering.context import long_day
from reports.rendering.gate import NUMBERING, WORKING

HEADING = "Where each number comes from"
GUIDE = (
    "Values as printed, by the keys that facts.json lists them under; that file and the rows behind"
    " it are attached to this PDF. A key that begins with a dot continues that of its series."
    " Numbers in brackets are those of the sources."
)
_AXIS = "axis"
_MORE = "Sources named only in this annex"


@dataclass(frozen=True)
class AnnexEntry:
    """An entry of the annex."""

    head: Text
    """Its first words, in bold."""
    text: Text

    @property
    def measured(self) -> Text:
        """Return all its words in the faces that they are set in."""
        return (*(StrongSpan(plain((span,))) for span in self.head), *self.text)


def annex_entries(
    edition: Edition, endnotes: tuple[SourceEntry, ...]
) -> tuple[tuple[AnnexEntry, ...], tuple[AnnexEntry, ...]]:
    """Return the entries of the annex: series by key, gridlines, sources that no endnote names.

    There are two forms of it: with an entry for the pages of each publisher, and a longer one with
    an entry for each page.
    """
    numbers = {source.id: source.number for source in edition.sources}
    facts = printed_facts(edition)
    told = [fact for fact in facts if _series(fact) != _AXIS]
    entries = [
        entry
        for _, group in groupby(told, key=_series)
        for entry in _of_series(tuple(group), numbers)
    ]
    if lines := [fact for fact in facts if _series(fact) == _AXIS]:
        entries.append(AnnexEntry(("Gridlines",), tuple(_gridlines(lines))))
    wanted = {source for fact in told for source in fact.sources}
    wanted -= {source.id for source in endnotes}
    further = [source for source in edition.sources if source.id in wanted]
    short = _further_sources(further, grouped=True)
    return (*entries, *short), (*entries, *_further_sources(further, grouped=False))


def _series(fact: Fact) -> str:
    return fact.key.partition(".")[0]


def _of_series(facts: tuple[Fact, ...], numbers: Mapping[str, int]) -> Iterator[AnnexEntry]:
    """Yield an entry for what is reported of a series, then one for each computed fact."""
    reported = [fact for fact in facts if fact.method == "reported"]
    heads = [label for label, _ in groupby(reported, key=lambda fact: fact.label)]
    for label, group in groupby(reported, key=lambda fact: fact.label):
        values = _newest_first(group)
        yield AnnexEntry((_written(values[0], label),), tuple(_reported(values, numbers)))
    for fact in facts:
        if fact.method != "reported":
            yield _computed(fact, heads, numbers)


def _newest_first(facts: Iterable[Fact]) -> list[Fact]:
    ordered = sorted(facts, key=lambda fact: fact.key, reverse=True)
    return sorted(ordered, key=lambda fact: not fact.key.endswith(".latest"))


def _reported(facts: list[Fact], numbers: Mapping[str, int]) -> Iterator[Span]:
    """Yield the values of a series; those of the same sources in a row name them once."""
    yield " "
    yield _written(facts[0], _series(facts[0]) if len(facts) > 1 else facts[0].key)
    yield ", as reported:"
    for at, fact in enumerate(facts):
        yield f" {fact.period} " if fact.period else " "
        yield FactSpan(fact.key, fact.shown)
        last = at + 1 == len(facts)
        if last or facts[at + 1].sources != fact.sources:
            yield from _bracket(fact.sources, numbers)
        yield "." if last else ";"


def _computed(fact: Fact, heads: list[str], numbers: Mapping[str, int]) -> AnnexEntry:
    """Return the entry of a computed fact; it leaves out what the head of its series says."""
    head = next((head for head in heads if fact.label.startswith(f"{head}, ")), "")
    label = fact.label.removeprefix(f"{head}, ") if head else fact.label
    key = fact.key.removeprefix(_series(fact)) if head else fact.key
    words = _written(fact, label[:1].upper() + label[1:])
    return AnnexEntry((words,), tuple(_working(fact, key, numbers)))


def _working(fact: Fact, key: str, numbers: Mapping[str, int]) -> Iterator[Span]:
    yield " "
    yield _written(fact, key)
    yield f", {fact.period}: " if fact.period else ": "
    yield FactSpan(fact.key, fact.shown)
    yield "; "
    yield _written(fact, fact.expression or fact.formula)
    yield from _bracket(fact.sources, numbers)
    yield "."


def _gridlines(facts: list[Fact]) -> Iterator[Span]:
    yield " of charts, multiples of a round step that holds the values drawn:"
    charts = [
        (chart, sorted(group, key=lambda fact: fact.value))
        for chart, group in groupby(facts, key=lambda fact: ".".join(fact.key.split(".")[:2]))
    ]
    for place, (chart, lines) in enumerate(charts):
        yield f" {chart} "
        for number, fact in enumerate(lines):
            yield ", " if number else ""
            yield FactSpan(fact.key, fact.shown)
        yield ";" if place + 1 < len(charts) else "."


def _written(fact: Fact, words: str) -> FactSpan:
    """Return the key or the working of a fact, whose numbers are no facts themselves."""
    return FactSpan(WORKING + fact.key, words)


def _bracket(sources: tuple[str, ...], numbers: Mapping[str, int]) -> Iterator[Span]:
    if sources:
        yield " ["
        yield FactSpan(NUMBERING, _ranges(sorted({numbers[source] for source in sources})))
        yield "]"


def _ranges(numbers: list[int]) -> str:
    """Return numbers in order, runs of three and more as a range: "1, 4 to 6"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )


def _further_sources(further: list[SourceEntry], *, grouped: bool) -> Iterator[AnnexEntry]:
    groups: dict[str, list[SourceEntry]] = {}
    for source in further:
        groups.setdefault(source.publisher if grouped else source.id, []).append(source)
    for number, sources in enumerate(groups.values()):
        head = () if number else (f"{_MORE}: ",)
        yield AnnexEntry(head, (f"{sources[0].publisher} ", *_pages(sources)))


def _pages(sources: list[SourceEntry]) -> Iterator[Span]:
    """Yield the number and the day of each page of a publisher."""
    for at, source in enumerate(sources, 1):
        yield "["
        yield FactSpan(NUMBERING, str(source.number))
        yield "]"
        if source.published:
            yield f"\N{NO-BREAK SPACE}{long_day(source.published)}"
        yield "." if at == len(sources) else "; "
