"""What a correction changed: the values and passages in which two revisions differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from reports.archive.told import Told
from reports.model.review import Piece
from reports.model.site import Correction, Moved, Reworded

MOST_VALUES = 40
MOST_PASSAGES = 30
"""What a page lists; beyond that it says how many more there are."""
_WORD = re.compile(r"\s+|[^\s]+")
_ALIKE = 0.5
"""The share of words that two passages must have in common to be two wordings of one."""


def correction(
    before: tuple[Told | None, Mapping[str, Any] | None, Mapping[str, str]],
    now: tuple[Told | None, Mapping[str, Any] | None, Mapping[str, str]],
) -> Correction:
    """Return what a revision changed; each side is what it tells, its facts and its files' seals.

    What is not in a form that can be read is not compared, and the correction says so.
    """
    (was, old, seals), (tells, new, others) = before, now
    files = tuple(name for name in sorted({*seals, *others}) if seals.get(name) != others.get(name))
    if was is None or tells is None or old is None or new is None:
        return Correction((), 0, (), 0, files, is_compared=False)
    values = list(_values(old, new))
    passages = list(_passages(was.passages, tells.passages))
    return Correction(
        tuple(values[:MOST_VALUES]),
        max(len(values) - MOST_VALUES, 0),
        tuple(passages[:MOST_PASSAGES]),
        max(len(passages) - MOST_PASSAGES, 0),
        files,
    )


def _values(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Moved]:
    """Yield the facts that are printed otherwise, those of the newest values first."""
    keys = sorted({*old, *new}, key=lambda key: (not key.endswith(".latest"), key))
    for key in keys:
        was, now = old.get(key), new.get(key)
        before, after = was["shown"] if was else "", now["shown"] if now else ""
        known = now or was
        if before != after and known:
            yield Moved(key, known["label"], known["period"], before, after)


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[Reworded]:
    """Yield the passages that differ: reworded, gone or new, in the order of the page."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for how, i, j, k, m in matcher.get_opcodes():
        if how != "equal":
            yield from _reworded(old[i:j], new[k:m])


def _reworded(old: Sequence[str], new: Sequence[str]) -> Iterator[Reworded]:
    waiting = list(old)
    for text in new:
        shares = [SequenceMatcher(None, was.split(), text.split()).ratio() for was in waiting]
        best = max(shares, default=0.0)
        if best >= _ALIKE:
            yield Reworded(*_pieces(waiting.pop(shares.index(best)), text))
        else:
            yield Reworded((), (Piece(text, "new"),))
    yield from (Reworded((Piece(text, "gone"),), ()) for text in waiting)


def _pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both wordings, cut where they part."""
    was, words = _WORD.findall(old), _WORD.findall(new)
    before: list[Piece] = []
    now: list[Piece] = []
    for how, i, j, k, m in SequenceMatcher(None, was, words, autojunk=False).get_opcodes():
        gone, come = "".join(was[i:j]), "".join(words[k:m])
        if gone:
            before.append(Piece(gone, "same" if how == "equal" else "gone"))
        if come:
            now.append(Piece(come, "same" if how == "equal" else "new"))
    return tuple(before), tuple(now)
