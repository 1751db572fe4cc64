"""Texts of an editor's file: numbers by reference, naked numbers refused, premises parsed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.briefings.editorial.values import (
    NAKED,
    REFERENCE,
    Faults,
    Passage,
    Premise,
    Reference,
    Words,
)
from reports.model import numerals
from reports.resources import proper_names

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{[{%#].*|\}\}|%\}|#\}")
_FACT = re.compile(
    r"""\{\{\s*fact\(\s*(["'])(?P<key>[^"'{}]+)\1\s*(?:,\s*(["'])(?P<form>[^"'{}]*)\3\s*)?\)\s*\}\}"""
)
_HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""In place of a reference while numbers are looked for: neither a digit nor a letter."""
_QUOTED = 60

_KEY = r"[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_/-]+)+"
_NUMBER = r"[+−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_COMPARISON = re.compile(
    rf"(?P<key>{_KEY})\s*(?P<operator><=|>=|==|!=|<|>)\s*"
    rf"(?:(?P<number>{_NUMBER})(?P<percent>\s?%)?|(?P<other>{_KEY}))"
)
EXPECTED_PREMISE = (
    "expects: cpi_yoy_pct.latest < 0, with <, <=, >, >=, == or != and a number or a key"
)


@dataclass(frozen=True)
class Run:
    """Words of one style on one line of the file."""

    text: str
    line: int
    strong: bool = False


def passage(runs: Sequence[Run], source: Sequence[str], faults: Faults) -> Passage:
    """Return a passage with its references; note what is no reference and every naked number.

    `source` holds the lines of the file, to say in which column a number stands.
    """
    pieces: list[Words | Reference] = []
    bare = ""
    lines: list[int] = []
    for run in runs:
        for piece, shown in _parts(run, faults):
            if piece is not None:
                pieces.append(piece)
            bare += shown
            lines += [run.line] * len(shown)
    _refuse_numbers(bare, lines, source, faults)
    return Passage(tuple(_joined(pieces)), runs[0].line if runs else 1)


def _parts(run: Run, faults: Faults) -> Iterator[tuple[Words | Reference | None, str]]:
    """Yield the pieces of a run, each with what the search for numbers sees of it."""
    at = 0
    for tag in _TAG.finditer(run.text):
        if words := run.text[at : tag.start()]:
            yield Words(words, run.strong), words
        at = tag.end()
        match = _FACT.fullmatch(tag[0])
        if match is None:
            _refuse_tag(tag[0], run.line, faults)
            yield None, _HOLE
        else:
            yield Reference(match["key"].strip(), match["form"] or "", run.line), _HOLE
    if words := run.text[at:]:
        yield Words(words, run.strong), words


def _refuse_tag(tag: str, line: int, faults: Faults) -> None:
    whole = tag.endswith("}") or not tag.startswith("{")
    message = "only a fact is looked up in a text" if whole else "a brace is opened and not closed"
    shown = tag if len(tag) <= _QUOTED else f"{tag[:_QUOTED]}…"
    faults.add(line, "", message, REFERENCE, shown)


def _joined(pieces: Sequence[Words | Reference]) -> Iterator[Words | Reference]:
    """Yield pieces with neighbouring words of one style as one."""
    held: Words | None = None
    for piece in pieces:
        if isinstance(piece, Words) and held and held.strong == piece.strong:
            held = Words(held.text + piece.text, held.strong)
            continue
        if held:
            yield held
        held = piece if isinstance(piece, Words) else None
        if isinstance(piece, Reference):
            yield piece
    if held:
        yield held


def _refuse_numbers(text: str, lines: Sequence[int], source: Sequence[str], faults: Faults) -> None:
    seen: dict[int, int] = {}
    found = [(number.start, number.text) for number in numerals(text, proper_names())]
    # ½, ² and Ⅳ are numbers that no pattern of digits finds.
    found += [
        (at, sign) for at, sign in enumerate(text) if unicodedata.category(sign) in ("No", "Nl")
    ]
    for start, number in sorted(found):
        line = lines[start]
        column = _column(source[line - 1], number, seen.get(line, 0))
        seen[line] = column
        faults.add(
            line,
            f"column {column}" if column else "",
            NAKED,
            f"{REFERENCE} with its key, a date, or a name that templates/names.txt lists",
            number,
        )


def _column(source: str, number: str, after: int) -> int:
    """Return the column of the next place where a number stands in a line, 0 where it is not."""
    masked = _TAG.sub(lambda tag: " " * len(tag[0]), source)
    return masked.find(number, after) + 1


def premises(said: str, line: int, faults: Faults) -> tuple[Premise, ...]:
    """Return the comparisons of a line of premises, joined by `and`; note what is none."""
    found = []
    for part in re.split(r"\s+and\s+", said.strip()):
        match = _COMPARISON.fullmatch(part.strip())
        if match is None:
            faults.add(
                line, "expects", "is no comparison of a fact", EXPECTED_PREMISE, part[:_QUOTED]
            )
            continue
        number = match["number"]
        right = Decimal(number.replace(",", "").replace("−", "-")) if number else match["other"]
        percent = bool(match["percent"])
        found.append(Premise(part.strip(), match["key"], match["operator"], right, percent, line))
    return tuple(found)
