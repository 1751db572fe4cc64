"""Hold two editions against each other: passages, charts and facts, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from reports.analysis import Difference
from reports.analysis.differences import MEANINGS
from reports.briefings.prose import words
from reports.model import (
    Block,
    Delegations,
    Edition,
    Exhibit,
    FactStrip,
    Points,
    Prose,
    Section,
    TableBlock,
    TableSpec,
    Terms,
    plain,
)
from reports.model.review import (
    Change,
    ExhibitPair,
    FactPair,
    Passage,
    Piece,
    Review,
    SectionPair,
)

Kind = Literal["heading", "text", "row"]
Words = tuple[Kind, str]
"""A passage of one edition."""

FRONT = ("front", "First page")
ALIKE = 0.4
"""The share of common words from which two passages are one that was reworded."""
_WORD = re.compile(r"\S+\s*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])")


def review(before: Edition, now: Edition, found: Iterable[Difference]) -> Review:
    """Return two editions side by side with what differs between their days."""
    changes = tuple(_change(each) for each in found)
    return Review(before, now, changes, facts(before, now), tuple(_sections(before, now)))


def facts(before: Edition, now: Edition) -> tuple[FactPair, ...]:
    """Return the facts of two editions by key."""
    old, new = ({fact.key: fact for fact in edition.facts} for edition in (before, now))
    return tuple(FactPair(key, old.get(key), new.get(key)) for key in sorted({*old, *new}))


def sentences(section: SectionPair) -> tuple[list[str], list[str]]:
    """Return the sentences of the running text that are gone and those that are new."""
    old, new = (
        [
            sentence
            for passage in section.passages
            if passage.kind != "row"
            for sentence in _SENTENCE.split("".join(p.text for p in getattr(passage, side)))
            if sentence
        ]
        for side in ("before", "now")
    )
    return [s for s in old if s not in new], [s for s in new if s not in old]


def _change(found: Difference) -> Change:
    return Change(
        found.kind,
        MEANINGS[found.kind],
        found.table,
        found.key,
        words(found.label),
        words(found.old),
        words(found.new),
        found.known,
        found.sources,
        found.rows,
        words(found.reason),
    )


def _sections(before: Edition, now: Edition) -> Iterator[SectionPair]:
    """Yield the first page and every section, those of the newer edition first."""
    yield SectionPair(*FRONT, tuple(_passages(list(_front(before)), list(_front(now)))), ())
    old, new = ({s.key: s for s in edition.sections} for edition in (before, now))
    for key in dict.fromkeys([*new, *old]):
        pair = [sections.get(key) for sections in (old, new)]
        was, is_ = (list(_words(section)) if section else [] for section in pair)
        name = next(section.kicker for section in reversed(pair) if section)
        yield SectionPair(key, name, tuple(_passages(was, is_)), tuple(_exhibits(*pair)))


def _exhibits(before: Section | None, now: Section | None) -> Iterator[ExhibitPair]:
    old, new = (
        {b.key: b for b in section.blocks if isinstance(b, Exhibit)} if section else {}
        for section in (before, now)
    )
    for key in dict.fromkeys([*new, *old]):
        yield ExhibitPair(old.get(key), new.get(key))


def _front(edition: Edition) -> Iterator[Words]:
    yield "heading", plain(edition.headline)
    yield "text", plain(edition.standfirst)
    for figure in edition.key_figures:
        yield "row", f"{figure.label}: {figure.value.text} {figure.unit}; {plain(figure.note)}"
    for paragraph in edition.lead:
        yield "text", plain(paragraph)
    if edition.changes:
        yield from _table(edition.changes)


def _words(section: Section) -> Iterator[Words]:
    if section.headline:
        yield "heading", plain(section.headline)
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[Words]:
    if isinstance(block, Prose):
        yield from (("text", plain(paragraph)) for paragraph in block.paragraphs)
    elif isinstance(block, Exhibit):
        yield "heading", f"Figure {block.number}. {plain(block.title)}"
        yield "text", f"{block.subtitle}. {plain(block.source)}"
    elif isinstance(block, TableBlock):
        yield from _table(block.table)
    elif isinstance(block, Points):
        yield "heading", block.title
        yield from (("text", plain(item)) for item in block.items)
    elif isinstance(block, FactStrip | Terms):
        yield from (("text", f"{name}: {plain(text)}") for name, text in block.items)
    elif isinstance(block, Delegations):
        for side in block.sides:
            people = ", ".join(f"{d.name} ({plain(d.role)})" for d in side.members)
            yield "row", f"{side.title}: {people} {plain(side.note)}".strip()


def _table(table: TableSpec) -> Iterator[Words]:
    if table.title:
        yield "heading", table.title
    for row in table.rows:
        yield "row", " | ".join(filter(None, (plain(cell.text) for cell in row)))


def _passages(old: list[Words], new: list[Words]) -> Iterator[Passage]:
    """Yield passages in pairs: the same in both, reworded, gone or new."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for how, i, j, k, m in matcher.get_opcodes():
        if how == "equal":
            for kind, text in new[k:m]:
                same = (Piece(text, "same"),)
                yield Passage(kind, same, same)
        else:
            yield from _reworded(old[i:j], new[k:m])


def _reworded(old: Sequence[Words], new: Sequence[Words]) -> Iterator[Passage]:
    """Pair the two passages that are most alike, and then what lies before and behind them."""
    best, at = ALIKE, None
    for i, (kind, was) in enumerate(old):
        for k, (other, text) in enumerate(new):
            if kind == other and (share := _likeness(was, text)) > best:
                best, at = share, (i, k)
    if at is None:
        yield from (Passage(kind, (Piece(text, "gone"),), ()) for kind, text in old)
        yield from (Passage(kind, (), (Piece(text, "new"),)) for kind, text in new)
        return
    i, k = at
    yield from _reworded(old[:i], new[:k])
    yield Passage(new[k][0], *_pieces(old[i][1], new[k][1]))
    yield from _reworded(old[i + 1 :], new[k + 1 :])


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both wordings cut where they part."""
    was, words = _WORD.findall(old), _WORD.findall(new)
    before: list[Piece] = []
    now: list[Piece] = []
    matcher = SequenceMatcher(None, was, words, autojunk=False)
    for how, i, j, k, m in matcher.get_opcodes():
        gone, come = "".join(was[i:j]), "".join(words[k:m])
        if gone:
            before.append(Piece(gone, "same" if how == "equal" else "gone"))
        if come:
            now.append(Piece(come, "same" if how == "equal" else "new"))
    return tuple(before), tuple(now)
