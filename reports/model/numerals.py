"""Numbers in running text: found, read, and told apart from dates and from proper names.

The house writes thousands with a comma, so a bare number of four digits that begins with 19 or 20
is a year unless a unit follows it. Number words count from "two" and "second" on; "one" and "first"
are too often no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from reports.model.periods import MONTHS

_S = "[ \N{NO-BREAK SPACE}]"
_CARDINALS = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_ORDINALS = [
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_TENS |= {"ninety": 90, "hundred": 100, "thousand": 1000}
WORD_VALUES = {
    **{word: value for value, word in enumerate(_CARDINALS, 2)},
    **{word: value for value, word in enumerate(_ORDINALS, 2)},
    **_TENS,
}
_SPELLED = "|".join(sorted(WORD_VALUES, key=len, reverse=True))
_NUMERAL = re.compile(
    r"(?P<digits>[+−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)(?:%|(?:st|nd|rd|th)\b)?"
    rf"|(?<![\w-])(?P<word>{_SPELLED})(?!\w)",
    re.IGNORECASE,
)

_MONTH = "(?:" + "|".join((*MONTHS, *(f"{name[:3]}" for name in MONTHS))) + ")"
_YEAR = r"(?<![\d.,])(?:19|20)\d\d(?![\d%]|[.,]\d)"
_UNIT = r"(?:tonnes?|tons?|t|%|points?|percent|billion|million|days?|plants|firms|companies)\b"
_DAY = r"(?<![\d.,])\d{1,2}(?:st|nd|rd|th)?"
_DATES = re.compile(
    "|".join(
        (
            r"(?<!\d)\d{4}-\d\d(?:-\d\d)?(?![\d-])",
            rf"(?:(?:19|20)\d\d{_S}?)?\bQ[1-4]\b(?:{_S}(?:19|20)\d\d)?",
            rf"(?:first|second|third|fourth){_S}quarter(?:{_S}of{_S}(?:19|20)\d\d)?",
            rf"{_DAY}(?:{_S}{_MONTH})?(?:–|-|{_S}(?:to|and|or){_S}){_DAY}{_S}{_MONTH}\b(?:,?{_S}{_YEAR})?",
            rf"{_DAY}{_S}{_MONTH}\b(?:,?{_S}{_YEAR})?",
            rf"\b{_MONTH}{_S}{_DAY},{_S}{_YEAR}",
            rf"\b{_MONTH}{_S}{_YEAR}",
            r"(?<![\d.,])(?:19|20)\d\d[–/-]\d\d(?!\d)",
            rf"{_YEAR}(?!{_S}{_UNIT})",
        )
    )
)


@dataclass(frozen=True)
class Numeral:
    """A number in a text: where it stands, how it is written and what it is worth."""

    start: int
    end: int
    text: str
    value: Decimal

    @property
    def decimals(self) -> int:
        """Return how many decimals it is written with."""
        exponent = self.value.as_tuple().exponent
        return -exponent if isinstance(exponent, int) and exponent < 0 else 0


@lru_cache(maxsize=8)
def _names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of proper names; a space stands for any, `#` for a number."""
    written = sorted(names, key=lambda name: (-len(name), name))
    each = [re.escape(name).replace("\\ ", _S).replace("\\#", r"\d+[a-c]?") for name in written]
    return re.compile(r"(?<!\w)(?:" + "|".join(each) + r")(?![\w]|[.,]\d)" if each else r"(?!)")


def numerals(text: str, names: Iterable[str] = ()) -> Iterator[Numeral]:
    """Yield the numbers of a text that are part neither of a date nor of a proper name."""
    if not any(letter.isdigit() for letter in text) and not _may_spell(text):
        return
    masked = _names_pattern(tuple(names)).sub(_blank, text)
    masked = _DATES.sub(_blank, masked)
    for match in _NUMERAL.finditer(masked):
        word = match["word"]
        value = WORD_VALUES[word.lower()] if word else _number(match["digits"])
        yield Numeral(match.start(), match.end(), text[match.start() : match.end()], Decimal(value))


def replaced(text: str, names: Iterable[str], write: Callable[[int, Numeral], str]) -> str:
    """Return a text with each of its numbers written anew; `write` gets its place from 1 on."""
    parts: list[str] = []
    at = 0
    for place, numeral in enumerate(numerals(text, names), 1):
        parts += [text[at : numeral.start], write(place, numeral)]
        at = numeral.end
    return "".join((*parts, text[at:]))


def _number(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "").replace("−", "-"))


_SPELLED_AT_ALL = re.compile(_SPELLED, re.IGNORECASE)


def _may_spell(text: str) -> bool:
    return _SPELLED_AT_ALL.search(text) is not None


def _blank(match: re.Match[str]) -> str:
    return "\N{SYMBOL FOR NULL}" * len(match[0])
