"""The gate on markup: a walk over all that a page says, and which of its numbers are naked.

The markup is our own, so a tokenizer of one regular expression reads it: it takes a tenth of the
time of a parser. Words are judged a block at a time, so that a date may be set in two faces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

from reports.model import Census, Fact, FactSpan, SourceEntry, census
from reports.rendering.gate.finding import HELD, Finding, disagreements, text_findings
from reports.rendering.gate.marking import MARKED, NUMBERING, WORKING, marked_drawing

_TOKEN = re.compile(
    r"<(?:(?:path|circle)\b[^>]*>(?:<(?:path|circle)\b[^>]*>)*|!--.*?-->|![^>]*>"
    r"|(?P<silent>style|script)\b[^>]*>.*?</(?P=silent)>"
    r"|(?P<closes>/?)(?P<tag>[a-zA-Z\ufffd][\w\ufffd-]*)"
    r"(?P<attributes>(?:[^>\"']+|\"[^\"]*\"|'[^']*')*)>)",
    re.DOTALL,
)
"""All begins with one sign, so that the search may leap from one to the next."""
_ATTRIBUTE = re.compile(
    r"\s(alt|aria-(?:label|description|placeholder|roledescription|valuetext)|title|placeholder"
    r"|content|label|summary|abbr|data-(?:label|name|issue|tagline|section))"
    r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
"""The attributes that a reader sees or hears, some by way of a style sheet."""
_META = re.compile(r"""=["'](?:description|keywords|author|og:(?:title|description))["']""")
_CLASS = re.compile(r"""\sclass=["']([^"']*)["']""")
_KEY = re.compile(r"""\sdata-fact=["']([^"']*)["']""")
_MAYBE = re.compile(r"\d")
_PHRASES = frozenset(
    ("a", "abbr", "b", "cite", "code", "data", "em", "i", "mark", "q", "s", "small")
)
_INLINE = _PHRASES | {"br", "span", "strong", "sub", "sup", "time", "tspan", "u", "\ufffd"}
"""A line that breaks inside a heading does not end a name or a date."""
_VOID = frozenset(("br", "col", "hr", "img", "input", "link", "meta", "wbr"))
_NUMBERING = frozenset(("ref", "n", "folio"))
"""Classes of the document's own numberings: endnote marks, endnotes, pages."""
_OF_SOURCES = frozenset(("publisher", "title"))
_ORDINALS = re.compile(r"(?:\d|,|\s|to)*")


@dataclass
class Run:
    """Words in a row, with `HELD` for each fact; `pieces` tell where they stand in the markup."""

    words: list[str] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, words: str, at: int) -> None:
        """Append words that stand at a place of the markup."""
        self.words.append(words)
        self.pieces.append((self.length, at))
        self.length += len(words)

    @property
    def text(self) -> str:
        """Return the words joined."""
        return "".join(self.words)

    def place(self, at: int) -> int:
        """Return where in the markup a letter of the words stands."""
        start, origin = max(piece for piece in self.pieces if piece[0] <= at)
        return origin + at - start


@dataclass
class Walk:
    """What a page says: runs of words, the facts it prints, and its own numberings."""

    runs: list[Run] = field(default_factory=list)
    facts: list[tuple[str, str, int]] = field(default_factory=list)
    """Key, printed words and place of each."""
    numberings: int = 0
    titles: list[str] = field(default_factory=list)
    """The titles and publishers of listed sources, whose numbers are part of a name."""

    def census(self, names: Sequence[str]) -> Census:
        """Count the numbers that are no facts."""
        counted = [census(run.text, names) for run in self.runs]
        titled = [census(words) for words in self.titles]
        return Census(
            sum(one.numbers for one in counted),
            sum(one.dates for one in counted),
            sum(one.names for one in counted) + sum(one.numbers + one.dates for one in titled),
        )


@dataclass
class _Element:
    tag: str
    key: str = ""
    numbering: bool = False
    source: bool = False


def walk(markup: str, sources: Sequence[SourceEntry] = ()) -> Walk:
    """Walk over a page, or a part of one; facts are elements with `data-fact`, or marks."""
    return _Walker(frozenset(word for s in sources for word in (s.publisher, s.title))).walk(markup)


def walk_text(text: str) -> Walk:
    """Walk over plain text with marks around its facts, a line at a time."""
    walked = Walk()
    at = 0
    for line in text.splitlines(keepends=True):
        run = Run()
        _add_marked(walked, run, line, at)
        walked.runs.append(run)
        at += len(line)
    return walked


def _add_marked(walked: Walk, run: Run, words: str, at: int) -> None:
    """Add words in which marks stand around facts."""
    start = 0
    for match in MARKED.finditer(words):
        run.add(words[start : match.start()], at + start)
        walked.facts.append((match[1], match[2], at + match.start(2)))
        run.add(HELD, at + match.start())
        start = match.end()
    run.add(words[start:], at + start)


def markup_findings(
    walked: Walk, facts: Mapping[str, Fact], names: Sequence[str]
) -> Iterator[Finding]:
    """Yield the naked numbers of a page, and what it marks as a fact that is none."""
    for run in walked.runs:
        for found in text_findings(run.text, names):
            yield Finding(found.number, found.words, at=run.place(found.at))
    placed = {(key, text): at for key, text, at in reversed(walked.facts)}
    for (key, text), at in placed.items():
        yield from _untrue(key, text, at, facts, names)


def _untrue(
    key: str, text: str, at: int, facts: Mapping[str, Fact], names: Sequence[str]
) -> Iterator[Finding]:
    """Yield what is wrong with the words of a fact: no such fact, or another value."""
    if key == NUMBERING:
        if not _ORDINALS.fullmatch(text):
            yield Finding(text, text, "is no number of an endnote", at=at)
        return
    fact = facts.get(key.removeprefix(WORKING))
    if fact is None:
        yield Finding(text, text, f"is marked as the fact {key!r}, which the edition lacks", at=at)
    elif key.startswith(WORKING):
        told = (fact.expression, fact.formula, fact.key, fact.key.partition(".")[0])
        known = text in told or fact.key.endswith(text) or text.lower() in fact.label.lower()
        if not known:
            yield Finding(text, text, f"is not how {fact.key!r} came about", at=at)
    else:
        for numeral in disagreements(fact, text, names):
            fault = f"is not the value of the fact {key!r}, {fact.value}"
            yield Finding(numeral.text, text, fault, at=at)


def drawing_findings(
    svg: str, spans: Sequence[FactSpan], facts: Mapping[str, Fact], names: Sequence[str]
) -> Iterator[Finding]:
    """Yield the naked numbers among the labels of a drawing whose numbers are `spans`."""
    return markup_findings(walk(marked_drawing(svg, spans, names)), facts, names)


class _Walker:
    def __init__(self, of_sources: frozenset[str]) -> None:
        self._of_sources = of_sources
        self._done = Walk()
        self._run = Run()
        self._open: list[_Element] = []

    def walk(self, markup: str) -> Walk:
        at = 0
        for token in _TOKEN.finditer(markup):
            if token.start() > at:
                self._words(markup[at : token.start()], at)
            at = token.end()
            if token.lastgroup == "silent":
                self._run.add(" ", token.start())
            elif token.lastgroup:
                self._tag(token)
        self._words(markup[at:], at)
        self._flush()
        return self._done

    def _tag(self, token: re.Match[str]) -> None:
        closes, tag, attributes = token.group("closes", "tag", "attributes")
        if tag not in _INLINE:
            self._flush()
        if closes:
            self._close(tag)
            return
        if " " in attributes or "\n" in attributes:
            self._attributes(tag, attributes, token.start("attributes"))
        if tag not in _VOID and not attributes.endswith("/"):
            self._open.append(self._element(tag, attributes))

    def _close(self, tag: str) -> None:
        for number in range(len(self._open) - 1, -1, -1):
            if self._open[number].tag == tag:
                del self._open[number:]
                return

    def _element(self, tag: str, attributes: str) -> _Element:
        parent = self._open[-1] if self._open else _Element("")
        key = _KEY.search(attributes) if "data-fact" in attributes else None
        named = _CLASS.search(attributes) if "class" in attributes else None
        classes = named[1].split() if named else ()
        return _Element(
            tag,
            unescape(key[1]) if key else parent.key,
            parent.numbering or not _NUMBERING.isdisjoint(classes),
            not _OF_SOURCES.isdisjoint(classes) or (parent.source and tag in _INLINE),
        )

    def _words(self, raw: str, at: int) -> None:
        parent = self._open[-1] if self._open else _Element("")
        words = unescape(raw) if "&" in raw else raw
        if parent.key:
            self._done.facts.append((parent.key, words, at))
            self._run.add(HELD, at)
        elif parent.numbering and _ORDINALS.fullmatch(words):
            self._done.numberings += bool(_MAYBE.search(words))
        elif parent.source and words in self._of_sources:
            self._done.titles.append(words)
        else:
            _add_marked(self._done, self._run, words, at)

    def _attributes(self, tag: str, attributes: str, at: int) -> None:
        for match in _ATTRIBUTE.finditer(attributes):
            if match[1].lower() == "content" and not (tag == "meta" and _META.search(attributes)):
                continue
            run = Run()
            group = match.lastindex or 0  # That of the words, however they are quoted.
            _add_marked(self._done, run, unescape(match[group]), at + match.start(group))
            self._done.runs.append(run)

    def _flush(self) -> None:
        if self._run.length:
            self._done.runs.append(self._run)
            self._run = Run()
