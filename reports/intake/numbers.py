"""Numbers as people write them: which mark is the decimal one is found in the column, or asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

Mark = Literal["point", "comma"]

EXPECTED = "digits such as -12.5"

_NUMBER = re.compile(r"[+-]?[0-9][0-9.,' ]*")
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f ']+")
_GROUPED = re.compile(rf"[+-]?[0-9]{{1,3}}(?:{_SPACES.pattern}[0-9]{{3}})+(?:[.,][0-9]+)?")
_SIGNS: dict[Mark, str] = {"point": ".", "comma": ","}


def plain(text: str) -> str:
    """Return the text of a number in ASCII, its thousands not set apart by blanks."""
    if any(unicodedata.category(sign) == "No" for sign in text):
        return text  # The raised figure of a footnote would become a digit.
    narrow = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    return _SPACES.sub("", narrow) if _GROUPED.fullmatch(narrow) else narrow


def written(value: Decimal) -> str:
    """Return a number as the dataset writes it, without an exponent."""
    return f"{value:f}"


def mark_of(text: str) -> Mark | None:
    """Return the decimal mark that a number can only have, or None if it may have either."""
    whole = plain(text).lstrip("+-")
    if not _NUMBER.fullmatch(whole):
        return None
    points, commas = whole.count("."), whole.count(",")
    if points and commas:
        return "point" if whole.rfind(".") > whole.rfind(",") else "comma"
    if points > 1 or (commas == 1 and not _may_group(whole, ",")):
        return "comma"
    if commas > 1 or (points == 1 and not _may_group(whole, ".")):
        return "point"
    return None


def is_ambiguous(text: str) -> bool:
    """Tell whether a number reads otherwise with another decimal mark."""
    whole = plain(text).lstrip("+-")
    return bool(re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", whole))


def marks(texts: Iterable[str]) -> set[Mark]:
    """Return the decimal marks that the numbers of a column show."""
    return {mark for text in texts if (mark := mark_of(text))}


def read(text: str, mark: Mark | None) -> str | None:
    """Return a number as the dataset writes it, or None if it is none with this decimal mark."""
    signed = plain(text)
    sign = "-" if signed.startswith("-") else ""
    digits = signed.lstrip("+-")
    if len(signed) - len(digits) > 1:
        return None
    if re.fullmatch(r"[0-9]{1,15}", digits):
        return sign + digits
    decimal = _SIGNS[mark or "point"]
    group = _SIGNS["comma" if decimal == "." else "point"]
    whole_part = rf"([0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})*|[0-9]+)"
    found = re.fullmatch(rf"{whole_part}(?:{re.escape(decimal)}([0-9]+))?", digits)
    if not found:
        return None
    return sign + found[1].replace(group, "") + (f".{found[2]}" if found[2] else "")


def _may_group(whole: str, sign: str) -> bool:
    """Tell whether the only mark of a number may set thousands apart."""
    before, _, after = whole.partition(sign)
    return len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0"
