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
from unicodedata import numeric

from reports.model.periods import MONTHS
from reports.model.text import FactSpan, Text

_S = "[ \N{NO-BREAK SPACE}]"
_CARDINALS = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_CARDINALS += " sixteen seventeen eighteen nineteen twenty"
_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
_ORDINALS += " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000}
_SCALES |= {"million": 10**6, "billion": 10**9, "trillion": 10**12}
WORD_VALUES = {
    **{word: value for value, word in enumerate(_CARDINALS.split(), 2)},
    **{word: value for value, word in enumerate(_ORDINALS.split(), 2)},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), 2)},
    "hundred": 100,
    "thousand": 1000,
    "dozen": 12,
}
_SINGLE = {"one": 1, "first": 1, **{w: v for w, v in WORD_VALUES.items() if v < 10}}
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _initial(words: Iterable[str]) -> str:
    """Return a pattern of the letters that words begin with: most places are soon passed over."""
    return "[" + "".join(sorted({word[0] for word in words})) + "]"


_SPELLED = _any(WORD_VALUES)
_WORD = (
    rf"(?P<parts>two|three|four|five)-(?P<part>{_any(_PARTS)})s?"
    rf"|(?P<halved>half{_S})?(?P<times>an?|one|(?:(?:{_any(_TENS.split())})-)?(?:{_SPELLED}))"
    rf"{_S}(?P<scale>{_any(_SCALES)})"
    rf"|(?P<tens>{_any(_TENS.split())})-(?P<single>{_any(_SINGLE)})"
    rf"|(?P<word>{_SPELLED})(?:fold)?"
)
_FRACTION = "[\N{VULGAR FRACTION ONE QUARTER}-\N{VULGAR FRACTION THREE QUARTERS}\u2150-\u215e]"
_NUMERAL = re.compile(
    rf"(?P<digits>[+−]?(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?)(?P<rest>{_FRACTION})?"
    r"(?:%|(?:st|nd|rd|th)\b)?"
    rf"|(?P<fraction>{_FRACTION})"
    rf"|(?={_initial((*WORD_VALUES, 'half', 'a', 'one'))})(?<![\w-])(?:{_WORD})(?!\w)",
    re.IGNORECASE,
)

_MONTH = "(?:" + "|".join((*MONTHS, *(f"{name[:3]}" for name in MONTHS))) + ")"
_BARE = r"(?<![\d.,$€£¥+−])"
_YEAR = rf"{_BARE}(?:19|20)\d\d(?![\dA-Za-rt-z%]|s[A-Za-z]|[.,]\d)"
_UNIT = r"(?:tonnes?|tons?|t|kg|%|points?|pp|percent|billion|million|dollars|yuan|units|days?"
_UNIT += r"|plants|firms|companies)\b"
_OF_MONTH = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY = rf"{_BARE}{_OF_MONTH}(?:st|nd|rd|th)?"
_ANY_DATE = "|".join(
    (
        rf"{_BARE}(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-{_OF_MONTH})?(?![\d%-])",
        rf"(?:(?:19|20)\d\d{_S}?)?\bQ[1-4]\b(?:{_S}(?:19|20)\d\d)?",
        rf"(?:first|second|third|fourth){_S}quarter(?:{_S}of{_S}(?:19|20)\d\d)?",
        rf"{_DAY}(?:{_S}{_MONTH})?(?:–|-|{_S}(?:to|and|or){_S}){_DAY}{_S}{_MONTH}\b(?:,?{_S}{_YEAR})?",
        rf"{_DAY}{_S}{_MONTH}\b(?:,?{_S}{_YEAR})?",
        rf"\b{_MONTH}{_S}{_DAY},{_S}{_YEAR}",
        rf"\b{_MONTH}{_S}{_YEAR}",
        rf"{_BARE}(?:19|20)\d\d[–/-]\d\d(?![\d%])",
        rf"{_YEAR}(?!{_S}{_UNIT})",
    )
)
_DATES = re.compile(rf"(?=\d|Q|{_initial((*MONTHS, 'first', 'second', 'third'))})(?:{_ANY_DATE})")
_AMOUNT = rf"(?:tonnes?|tons?|per{_S}?cent|million|billion)\b"
"""What no number of a name is followed by: "Figure 2 shows", but not "figure 23 tonnes"."""


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
        rf"(?<!\w)(?:{'|'.join(each)})(?![\w%]|[.,]\d|{_S}(?:%|{_AMOUNT}))" if each else r"(?!)",
        re.I,
    )


def numerals(text: str, names: Iterable[str] = ()) -> tuple[Numeral, ...]:
    """Return the numbers of a text that are part neither of a date nor of a proper name."""
    return _read(text, tuple(names)).numerals if _may_count(text) else ()


@dataclass(frozen=True)
class _Reading:
    """The numbers of a text, and how many of its dates and names hold a number."""

    numerals: tuple[Numeral, ...]
    dates: int
    names: int


@lru_cache(maxsize=8192)
def _read(text: str, names: tuple[str, ...]) -> _Reading:
    """Read a text once for all who ask: the gate of an edition, its count, and its pages."""
    named, masked = _blanked(_names_pattern(names), text)
    dated, masked = _blanked(_DATES, masked)
    found = tuple(
        Numeral(match.start(), match.end(), text[match.start() : match.end()], _value(match))
        for match in _NUMERAL.finditer(masked)
    )
    return _Reading(found, dated, named)


def _blanked(pattern: re.Pattern[str], text: str) -> tuple[int, str]:
    """Return how many matches hold a number, and the text without any match."""
    held = 0

    def blank(match: re.Match[str]) -> str:
        nonlocal held
        held += _NUMERAL.search(match[0]) is not None
        return "\N{SYMBOL FOR NULL}" * len(match[0])

    masked = pattern.sub(blank, text)
    return held, masked


def _value(match: re.Match[str]) -> Decimal:
    if digits := match["digits"]:
        number = _number(digits)
        rest = Decimal(str(numeric(match["rest"]))) if match["rest"] else None
        return number if rest is None else number + rest.copy_sign(number)
    if match["fraction"]:
        return Decimal(str(numeric(match["fraction"])))
    said = {name: (text or "").casefold() for name, text in match.groupdict().items()}
    if said["part"]:
        return Decimal(WORD_VALUES[said["parts"]]) / _PARTS[said["part"]]
    if said["scale"]:
        whole = Decimal(_counted(said["times"]) * _SCALES[said["scale"]])
        return whole / 2 if said["halved"] else whole
    if said["tens"]:
        return Decimal(WORD_VALUES[said["tens"]] + _SINGLE[said["single"]])
    return Decimal(WORD_VALUES[said["word"]])


def _counted(words: str) -> int:
    """Return what stands before a scale: "a", "two", "twenty-five"."""
    return sum({"a": 1, "an": 1, **_SINGLE, **WORD_VALUES}[word] for word in words.split("-"))


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
    read = _read(text, tuple(names))
    return Census(len(read.numerals), read.dates, read.names)


def answered(text: str, spans: Iterable[FactSpan], names: Iterable[str] = ()) -> Text:
    """Return a plain string as a text in which each number is the mark of the fact that it is.

    `spans` are the numbers that the string may print; another number stays as it is. One with the
    same sign is preferred: a verb may tell the sign of the other.
    """
    found = numerals(text, names)
    if not found:
        return (text,) if text else ()
    known: dict[tuple[Decimal, int], str] = {}
    sizes: dict[tuple[Decimal, int], str] = {}
    for span in spans:
        for numeral in numerals(span.text, names):
            known.setdefault((numeral.value, numeral.decimals), span.key)
            sizes.setdefault((abs(numeral.value), numeral.decimals), span.key)
    parts: list[str | FactSpan] = []
    at = 0
    for numeral in found:
        key = known.get((numeral.value, numeral.decimals))
        if key := key or sizes.get((abs(numeral.value), numeral.decimals)):
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


_DIGIT = re.compile(rf"\d|{_FRACTION}")
_SPELLING = re.compile("|".join(sorted({word[:3] for word in (*WORD_VALUES, *_SCALES)})))


def _may_count(text: str) -> bool:
    """Tell whether a text may hold a number: most do not, and this is soon seen."""
    return _DIGIT.search(text) is not None or _SPELLING.search(text.lower()) is not None
