"""Whether a file holds what the edition says: its text read back, and looked through."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from dataclasses import dataclass, fields
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any

from reports.model import CiteSpan, FactSpan, LangSpan, Span, StrongSpan, Text, plain
from tests.bench.peers.content import Content

SHORTEST = 12
"""Characters that a piece of a sentence has at least, where a page break cut it."""
MOST_CUTS = 3


def sentences(content: Content, without: tuple[str, ...] = ()) -> list[str]:
    """Return the words of the content, cut at endnote marks and strong words; leave out parts."""
    found: dict[str, None] = {}
    for part in content.parts:
        if part.key not in without:
            for text in _texts(part.blocks):
                for _, spans in groupby(text, key=_setting):
                    if words := folded(plain(tuple(spans))):
                        found[words] = None
    return list(found)


def _setting(span: Span) -> object:
    """Return what words share that stand beside each other in every form."""
    return type(span) if isinstance(span, CiteSpan | StrongSpan) else None


def _texts(value: Any) -> list[Text]:
    if hasattr(value, "__dataclass_fields__"):
        return [
            text
            for field in fields(value)
            if field.name not in ("alt", "align", "chart", "key", "kind", "number")
            for text in _texts(getattr(value, field.name))
        ]
    if not isinstance(value, tuple):
        return []
    if all(isinstance(one, str | CiteSpan | FactSpan | LangSpan | StrongSpan) for one in value):
        return [value]
    return [text for one in value for text in _texts(one)]


def folded(text: str) -> str:
    """Return what stays of words however they are set: no space, hyphen or kind of quote."""
    plain_text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub("[\\s\u00ad\u2010\u2011\u200b-]+", "", re.sub("[‘’'“”\"]", "'", plain_text))


@dataclass(frozen=True)
class Found:
    """How many sentences stand in a file, of how many, and the first that does not."""

    count: int
    of: int
    missing: str = ""

    @property
    def complete(self) -> bool:
        """Tell whether nothing is missing."""
        return self.count == self.of

    def __str__(self) -> str:
        return f"{self.count} of {self.of}"


def found_in(path: Path, wanted: list[str]) -> Found:
    """Look for sentences in the text of an HTML or PDF file."""
    texts = [folded(text) for text in texts_of(path)]
    missing = [one for one in wanted if not any(_holds(text, one, MOST_CUTS) for text in texts)]
    return Found(len(wanted) - len(missing), len(wanted), missing[0] if missing else "")


def _holds(text: str, words: str, cuts: int) -> bool:
    """Tell whether a text holds words, at most so many times cut by what else is on a page."""
    if words in text:
        return True
    if not cuts or len(words) < 2 * SHORTEST:
        return False
    low, high = 0, len(words) - SHORTEST
    while low < high:  # The longest beginning that is there.
        middle = (low + high + 1) // 2
        low, high = (middle, high) if words[:middle] in text else (low, middle - 1)
    return low >= SHORTEST and _holds(text, words[low:], cuts - 1)


def texts_of(path: Path) -> list[str]:
    """Return the text of an HTML or PDF file; of a PDF in the order of columns and as drawn."""
    if path.suffix == ".html":
        parser = _Words()
        parser.feed(path.read_text("utf-8"))
        return [" ".join(parser.words)]
    orders: tuple[list[str], ...] = ([], ["-raw"])
    return [
        subprocess.run(
            ["pdftotext", *order, path, "-"], check=True, capture_output=True, text=True
        ).stdout
        for order in orders
    ]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in ("script", "style"):
            self._silent = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def charts_in(page: Path) -> int:
    """Return how many pictures as wide as a chart a page holds, inline or as images."""
    text = page.read_text("utf-8")
    return len(re.findall(r"<svg\b|<img\b", text))
