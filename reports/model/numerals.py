"""Numbers in running text: found, read, and told apart from dates and from proper names.

The house writes thousands with a comma, so a bare number of four digits that begins with 19 or 20
is a year unless a unit follows it. Number words count from "two" and "second" on; "one" and "first"
are too often no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from reports.model.periods import MONTHS
from reports.model.text import FactSpan, Text

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
    return re.compile(
        r"(?<!\w)(?:" + "|".join(each) + r")(?![\w]|[.,]\d)" if each else r"(?!)", re.I
    )


def numerals(text: str, names: Iterable[str] = ()) -> tuple[Numeral, ...]:
    """Return the numbers of a text that are part neither of a date nor of a proper name."""
    return _numerals(text, tuple(names)) if _may_count(text) else ()


@lru_cache(maxsize=8192)
def _numerals(text: str, names: tuple[str, ...]) -> tuple[Numeral, ...]:
    masked = _DATES.sub(_blank, _names_pattern(names).sub(_blank, text))
    return tuple(
        Numeral(match.start(), match.end(), text[match.start() : match.end()], _value(match))
        for match in _NUMERAL.finditer(masked)
    )


def _value(match: re.Match[str]) -> Decimal:
    word = match["word"]
    return Decimal(WORD_VALUES[word.lower()] if word else _number(match["digits"]))


@dataclass(frozen=True)
class Census:
    """How many numbers a text holds: plain ones, parts of dates, parts of proper names."""

    numbers: int = 0
    dates: int = 0
    names: int = 0


def census(text: str, names: Iterable[str] = ()) -> Census:
    """Count the numbers of a text; a date or a name counts as one if it holds a number."""
    if not _may_count(text):
        return Census()
    named, masked = _blanked(_names_pattern(tuple(names)), text)
    dated, masked = _blanked(_DATES, masked)
    return Census(sum(1 for _ in _NUMERAL.finditer(masked)), dated, named)


def _blanked(pattern: re.Pattern[str], text: str) -> tuple[int, str]:
    held = [match for match in pattern.finditer(text) if _NUMERAL.search(match[0])]
    return len(held), pattern.sub(_blank, text)


def answered(text: str, spans: Iterable[FactSpan], names: Iterable[str] = ()) -> Text:
    """Return a plain string as a text in which each number is the mark of the fact that it is.

    `spans` are the numbers that the string may print; another number stays as it is.
    """
    known: dict[tuple[Decimal, int], str] = {}
    for span in spans:
        for numeral in numerals(span.text, names):
            known.setdefault((abs(numeral.value), numeral.decimals), span.key)
    parts: list[str | FactSpan] = []
    at = 0
    for numeral in numerals(text, names):
        key = known.get((abs(numeral.value), numeral.decimals))
        if key:
            parts += [text[at : numeral.start], FactSpan(key, numeral.text)]
            at = numeral.end
    return tuple(part for part in (*parts, text[at:]) if part)


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


_DIGIT = re.compile(r"\d")
_SPELLING = re.compile("|".join(sorted({word[:3] for word in WORD_VALUES})))


def _may_count(text: str) -> bool:
    """Tell whether a text may hold a number: most do not, and this is soon seen."""
    return _DIGIT.search(text) is not None or _SPELLING.search(text.lower()) is not None


def _blank(match: re.Match[str]) -> str:
    return "\N{SYMBOL FOR NULL}" * len(match[0])
