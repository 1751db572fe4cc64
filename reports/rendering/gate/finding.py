"""A naked number that was found: what it is, the words around it, and how the build refuses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NoReturn

from reports.errors import RenderError
from reports.model import Edition, Fact, Numeral, numerals
from reports.resources import proper_names

HELD = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a number that a fact answers for, so that what is around it can be judged."""
NAKED = "is no fact, no date and no listed name"
_AROUND = 24
"""Letters shown at each side of a number."""
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d]")
_SIGNS = ("+", "\N{MINUS SIGN}")
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}


@dataclass(frozen=True)
class Finding:
    """A number that may not be printed: why, in which words, and where it comes from."""

    number: str
    words: str
    fault: str = NAKED
    place: str = ""
    """Where it stands in the edition: `sections.exports.headline`."""
    at: int = -1
    """Where it stands in the markup that was looked at."""
    source: str = ""
    """The template and line that print it: `web.html:45`."""

    def __str__(self) -> str:
        origin = ", ".join(part for part in (self.source, self.place) if part)
        words = " ".join(self.words.split())
        return (
            f"{origin + ': ' if origin else ''}the number {self.number} in “{words}” {self.fault}"
        )


def names_of(edition: Edition) -> tuple[str, ...]:
    """Return the names that may hold a number: the listed, the edition's, its publishers'."""
    publishers = {source.publisher for source in edition.sources}
    named = sorted(name for name in publishers if _DIGIT.search(name) and _LETTER.search(name))
    return (*proper_names(), *edition.names, *named)


def text_findings(text: str, names: Sequence[str], place: str = "") -> Iterator[Finding]:
    """Yield the naked numbers of plain words, in which `HELD` stands for each fact."""
    for numeral in numerals(text, names):
        yield Finding(numeral.text, around(text, numeral), place=place, at=numeral.start)


def around(text: str, numeral: Numeral) -> str:
    """Return the words around a number, cut at the ends of words."""
    start = max(0, numeral.start - _AROUND)
    before = text[start : numeral.start]
    after = text[numeral.end : numeral.end + _AROUND]
    if start:
        before = "… " + before.partition(" ")[2]
    if numeral.end + _AROUND < len(text):
        after = after.rpartition(" ")[0] + " …"
    return f"{before}{numeral.text}{after}".replace(HELD, "#")


def disagreements(fact: Fact, text: str, names: Sequence[str]) -> Iterator[Numeral]:
    """Yield the numbers of a fact's printed words that are not its value, rounded half up.

    Where they carry a sign it must be the value's; without one, a verb tells the direction.
    """
    for numeral in numerals(text, names):
        word = text[numeral.end :].replace("\N{NO-BREAK SPACE}", " ").lstrip(" ").partition(" ")[0]
        value = abs(fact.value).scaleb(-_SCALES.get(word.lower(), 0))
        exponent = Decimal(1).scaleb(-numeral.decimals)
        turned = numeral.text[0] in _SIGNS and numeral.value * fact.value < 0
        if turned or value.quantize(exponent, ROUND_HALF_UP) != abs(numeral.value):
            yield numeral


def refuse(found: Sequence[Finding]) -> NoReturn:
    """Raise RenderError for the first of some findings."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    raise RenderError(
        f"{found[0]}{more}",
        "print it as a fact, or list the name it belongs to in templates/names.txt",
    )
