"""The content in the markup of each peer, as the JSON file that its own template reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from html import escape
from typing import Any

from reports.model import CiteSpan, FactSpan, LangSpan, Span, StrongSpan
from tests.bench.peers.content import Content

Written = Callable[[str], str]
"""Words in the markup of a peer."""

_MARKDOWN = re.compile(r"[\\`*_\[\]<>$~^|#]")
_TYPST = re.compile(r"([\\*_`$#<>@\[\]~/+=-])")


def markdown_words(text: str) -> str:
    """Write words in Markdown so that Jupyter and R Markdown, where `\\[` is a formula, agree."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", text)


def typst_words(text: str) -> str:
    """Escape words for Typst."""
    return _TYPST.sub(r"\\\1", text)


def _xml_words(text: str) -> str:
    return escape(text, quote=False)


# How each writes: words, endnote marks, strong words, words in Chinese script.
DIALECTS: Mapping[str, tuple[Written, str, str, str]] = {
    "markdown": (markdown_words, "<sup>{}</sup>", "**{}**", "{}"),
    "typst": (typst_words, "#super[{}];", "#strong[{}];", '#text(lang: "zh")[{}];'),
    "reportlab": (_xml_words, "<super>{}</super>", "<b>{}</b>", '<font name="Han">{}</font>'),
}
_TEXTS = {"text": 0, "title": 0, "subtitle": 0, "source": 0, "note": 0}
_TEXTS |= {"items": 1, "head": 1, "rows": 2}
"""The fields that hold texts, and how deep they lie in tuples there."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def content_json(content: Content, dialect: str) -> str:
    """Return the content as JSON, its texts in a dialect: `markdown`, `typst` or `reportlab`."""
    pen = _Pen(content.numbers, *DIALECTS[dialect])
    return json.dumps(_members(content, pen), ensure_ascii=False, indent=1, default=date.isoformat)


@dataclass(frozen=True)
class _Pen:
    """Writes in a dialect."""

    numbers: Mapping[str, int]
    words: Written
    cite: str
    strong: str
    foreign: str

    def text(self, value: Any, depth: int) -> Any:
        """Return a text, or tuples of texts as lists."""
        if depth:
            return [self.text(one, depth - 1) for one in value]
        return "".join(map(self._span, value))

    def _span(self, item: Span) -> str:
        match item:
            case CiteSpan(sources):
                return self.cite.format(",".join(str(self.numbers[one]) for one in sources))
            case StrongSpan(text):
                return self.strong.format(self._written(text))
            case FactSpan(_, text) | LangSpan(text, _):
                return self._written(text)
        return self._written(item)

    def _written(self, text: str) -> str:
        return _HAN.sub(lambda found: self.foreign.format(found[0]), self.words(text))


def _members(item: Any, pen: _Pen) -> dict[str, Any]:
    shown = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name in _TEXTS and not isinstance(value, str):
            shown[field.name] = pen.text(value, _TEXTS[field.name])
        elif field.name in ("parts", "blocks"):
            shown[field.name] = [_members(one, pen) for one in value]
        else:
            shown[field.name] = value
    return shown
