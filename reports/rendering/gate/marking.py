"""Marks around facts where no element can stand: in print, in attributes, in drawings.

A mark is made of private-use characters, so that the gate can tell a fact from a naked number in
the finished markup; it is taken away before anyone reads or lays out the page. In print an element
for each number would cost a box each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape

from reports.model import FactSpan, Text, answered

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
WORKING = "="
"""Before the key of a fact in a mark: the words are its key or its formula, not its value."""
NUMBERING = "@"
"""In place of a key: the numbers are the document's own, such as those of its endnotes."""
MARKED = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}([^{CLOSE}]*){CLOSE}")
_OPENING = re.compile(f"{OPEN}[^{MIDDLE}]*{MIDDLE}")
_SVG_TEXT = re.compile(r"<(text|title)((?:\s[^>]*)?)>([^<]*)</\1>")


def marked(text: Text | str, spans: Iterable[FactSpan] = (), names: Sequence[str] = ()) -> str:
    """Return plain words with a mark around each fact; `spans` answer for those of a string."""
    parts = answered(text, spans, names) if isinstance(text, str) else text
    return "".join(_marked(part) for part in parts)


def _marked(span: object) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, FactSpan):
        return f"{OPEN}{span.key}{MIDDLE}{span.text}{CLOSE}"
    return getattr(span, "text", "")


def unmarked(markup: str) -> str:
    """Return markup without the marks."""
    return _OPENING.sub("", markup).replace(CLOSE, "")


def marked_drawing(svg: str, spans: Sequence[FactSpan], names: Sequence[str] = ()) -> str:
    """Return a drawing whose labels name the facts they print, so that they can be opened.

    A label that is one number carries the key itself; others hold a `tspan` for each number.
    """

    def label(match: re.Match[str]) -> str:
        tag, attributes, words = match.groups()
        parts = answered(unescape(words), spans, names)
        if not any(isinstance(part, FactSpan) for part in parts):
            return match[0]
        if tag == "title":
            return f"<title{attributes}>{escape(marked(parts), quote=False)}</title>"
        keys = {part.key for part in parts if isinstance(part, FactSpan)}
        if len(keys) == 1 and len(parts) <= 2:
            return f'<text{attributes} data-fact="{escape(keys.pop())}">{words}</text>'
        return f"<text{attributes}>{''.join(map(_tspan, parts))}</text>"

    return _SVG_TEXT.sub(label, svg)


def _tspan(part: object) -> str:
    if isinstance(part, FactSpan):
        return f'<tspan data-fact="{escape(part.key)}">{escape(part.text, quote=False)}</tspan>'
    return escape(str(part), quote=False)
