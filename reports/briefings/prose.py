"""Sentences with facts in them: composed as plain strings, parsed into rich text once.

A fact, citation or Chinese name is put into a sentence as a marked run (private-use characters
around its parts), so that section modules read like the sentences they write. `compose` turns the
marked string into spans and ties numbers to their units. Words from the dataset pass through
`words`, which removes anything that could be taken for a mark.
"""

from __future__ import annotations

import re
from datetime import date

from reports.model import MONTHS, CiteSpan, FactSpan, LangSpan, Span, StrongSpan, Text

_OPEN, _MID, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}(.)([^{_MID}{_CLOSE}]*){_MID}([^{_CLOSE}]*){_CLOSE}")
_UNSAFE = re.compile("[\ue000-\uf8ff\x00-\x1f\x7f]")
NBSP = "\N{NO-BREAK SPACE}"
CITE = f"{_OPEN}c"
"""How a reference mark begins."""

_UNITS = "tonnes|tons|days?|weeks?|months?|years?|percentage points?|points?|million|billion|%"
_TIES = (
    (re.compile(rf"(\d{_CLOSE}?) ({_UNITS})\b"), rf"\1{NBSP}\2"),
    (re.compile(rf"(\d) ({'|'.join(MONTHS)})\b"), rf"\1{NBSP}\2"),
    (re.compile(rf"\b({'|'.join(MONTHS)}) (\d)"), rf"\1{NBSP}\2"),
    (re.compile(r"\b(No\.|Section|Mr|Ms) (?=\S)"), rf"\1{NBSP}"),
)


def fact_mark(key: str, shown: str) -> str:
    """Return the marked run of a fact for use in a sentence."""
    return f"{_OPEN}f{key}{_MID}{shown}{_CLOSE}"


def cite(*sources: str | None) -> str:
    """Return the reference mark of some sources, to stand after the full stop."""
    ids = dict.fromkeys(source for source in sources if source)
    return f"{_OPEN}c{_MID}{','.join(ids)}{_CLOSE}" if ids else ""


def han(text: str) -> str:
    """Mark words in Chinese script."""
    return f"{_OPEN}lzh-Hans{_MID}{words(text)}{_CLOSE}" if text else ""


def strong(text: str) -> str:
    """Mark words that lead a paragraph or carry a row."""
    return f"{_OPEN}s{_MID}{text}{_CLOSE}"


def words(text: str) -> str:
    """Return words of the dataset fit for a sentence: no marks, true apostrophes."""
    return _UNSAFE.sub("", text).replace("'", "’")


def compose(marked: str) -> Text:
    """Parse a marked string into spans, with no-break spaces where a line must not break."""
    marked = tie(marked)
    spans: list[Span] = []
    at = 0
    for match in _MARKED.finditer(marked):
        if match.start() > at:
            spans.append(marked[at : match.start()])
        spans.append(_span(match[1], match[2], match[3]))
        at = match.end()
    if at < len(marked):
        spans.append(marked[at:])
    return tuple(spans)


def _span(kind: str, key: str, shown: str) -> Span:
    if kind == "f":
        return FactSpan(key, shown)
    if kind == "c":
        return CiteSpan(tuple(shown.split(",")))
    if kind == "l":
        return LangSpan(shown, key)
    return StrongSpan(shown)


def tie(text: str) -> str:
    """Bind numbers to units, days to months and abbreviations to names with no-break spaces."""
    for pattern, tied in _TIES:
        text = pattern.sub(tied, text)
    return text


def day_month(day: date) -> str:
    """Return "9 June"."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1]}"


def full_date(day: date) -> str:
    """Return "9 June 2025"."""
    return f"{day_month(day)}{NBSP}{day.year}"


def plain_date(day: date) -> str:
    """Return "9 June 2025" with ordinary spaces, for what is not set in lines of a page."""
    return full_date(day).replace(NBSP, " ")


def near(day: date, today: date) -> str:
    """Return a date in running text: with its year only where it is not this year's."""
    return day_month(day) if day.year == today.year else full_date(day)


def day_range(first: date, last: date) -> str:
    """Return "10–11 May", "30 April–2 May" or "9 June"."""
    if first == last:
        return day_month(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_month(last)}"
    return f"{day_month(first)}–{day_month(last)}"


def lower_first(text: str) -> str:
    """Lower the first letter, unless the first word is a name or an abbreviation."""
    head = text.split(" ", 1)[0].removesuffix("’s")
    keep = head in _PROPER or head[1:] != head[1:].lower()
    return text if keep or not text else text[0].lower() + text[1:]


def upper_first(text: str) -> str:
    """Raise the first letter of a sentence, looking past marks."""
    match = re.match(f"(?:{_OPEN}.[^{_MID}]*{_MID})?", text)
    at = match.end() if match else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


_NAMES = (
    "China Chinese Beijing Washington Trump Xi Lutnick Bessent He Geneva London Stockholm Madrid "
    "Busan Kuala Europe European American"
)
_PROPER = frozenset(re.split(" ", _NAMES))
