"""How many lines a rich text takes: greedy line breaking by the metrics of the bundled fonts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from reports.errors import RenderError
from reports.model import CiteSpan, FactSpan, LangSpan, Span, Text
from reports.rendering.fonts import balance, joined_width, text_width
from reports.rendering.tokens import tokens

MM_PER_PT = 25.4 / 72

_CHUNK = re.compile(r" +|[^ ]+")
_SLACK = 0.05
"""Points that a line may be longer than the sum of its words says, as what is set is rounded."""
_BEFORE = -0.5
"""The margin before reference marks in points."""
_TABULAR_EM = {400: 0.568, 500: 0.573, 600: 0.579}
"""The width of the tabular digits of Archivo by weight; they are not kerned."""
_DIGITS = re.compile("[0-9]")
_HAN = "[\u4e00-\u9fff]"
_BREAKS_WITHIN = re.compile(
    rf"(?<=[a-zA-Z][-–/])(?=[^\W\d_])|(?<=[a-zA-Z]\.)(?=\d)|(?<={_HAN})(?={_HAN})"
)
"""Where a word may break: "US–|China", and the key "exports_t.|2025-05"."""


@dataclass(frozen=True)
class Style:
    """A face, its size in points and the height of a line in mm."""

    family: str
    weight: int
    size: float
    line: float
    tabular: bool = False
    """All digits are equally wide."""
    mark: str = "reference_mark"
    """The size of reference marks in it, by name."""

    @property
    def strong(self) -> Style:
        """Return the same style in its bold cut."""
        return replace(self, weight=600)


def style(name: str, family: str, weight: int = 400) -> Style:
    """Return the style of a size that the tokens name: body, table, endnote."""
    size, line, _ = tokens()["type_print_pt"][name]
    return Style(family, weight, float(size), float(line) * MM_PER_PT)


@lru_cache(maxsize=1)
def styles() -> dict[str, Style]:
    """Return the styles of the printed edition by the name of their size."""
    sans = ("figure_subtitle", "endnote", "running_head")
    bold = ("table_head", "figure_title", "kicker")
    marks = ("reference_mark", "source_line_mark")
    return {
        **{name: style(name, "Archivo") for name in sans},
        **{name: style(name, "Archivo", 600) for name in bold},
        "source_line": replace(style("source_line", "Archivo"), mark="source_line_mark"),
        "table": replace(style("table", "Archivo"), tabular=True, mark="table_mark"),
        **{mark: style(mark, "Archivo", 500) for mark in marks},
        "table_mark": replace(style("table_mark", "Archivo", 500), tabular=True),
        "body": style("body", "Newsreader Text"),
        "standfirst": style("standfirst", "Newsreader Text"),
        "headline": style("headline", "Newsreader Display", 600),
        "section_heading": style("section_heading", "Newsreader Display", 600),
    }


@dataclass(frozen=True)
class Ruler:
    """Counts the lines of texts whose reference marks lead to the numbers given by source id."""

    numbers: Mapping[str, int]
    _known: dict[tuple[object, ...], int] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """The lines counted so far: one block is looked at in several places of a plan."""

    def lines(self, text: Text | str, width_mm: float, font: Style, indent_em: float = 0.0) -> int:
        """Return how many lines a text takes at a width; an empty text takes none.

        `indent_em` is the indent of its first line.
        """
        asked = (text, width_mm, font, indent_em)
        if asked not in self._known:
            self._known[asked] = self._lines(*asked)
        return self._known[asked]

    def _lines(self, text: Text | str, width_mm: float, font: Style, indent_em: float) -> int:
        room = width_mm / MM_PER_PT - _SLACK
        lines, used, gap, word = 0, indent_em * font.size, 0.0, 0.0
        spans = (text,) if isinstance(text, str) else text
        for kind, width in (*self._atoms(spans, font), ("break", 0.0)):
            if kind == "box":
                word += width
                continue
            if word:
                if lines == 0 or used + gap + word > room:
                    lines, used, gap = lines + 1, used if lines == 0 else 0.0, 0.0
                used, gap, word = used + gap + word, 0.0, 0.0
            gap += width
        return lines

    def widths(self, text: Text, font: Style) -> tuple[float, float]:
        """Return the width in mm of the longest part that does not break, and of the whole line."""
        longest, whole, word, gap = 0.0, 0.0, 0.0, 0.0
        for kind, width in self._atoms(text, font):
            if kind == "break":
                word, gap = 0.0, gap + width
                continue
            word, whole, gap = word + width, whole + gap + width, 0.0
            longest = max(longest, word)
        return longest * MM_PER_PT, whole * MM_PER_PT

    def _number(self, source: str) -> int:
        if source not in self.numbers:
            raise RenderError(f"the edition cites {source!r}, which is not among its sources")
        return self.numbers[source]

    def _atoms(self, text: Text, font: Style) -> Iterator[tuple[str, float]]:
        """Yield boxes, and the breaks between them with the width they have inside a line."""
        plain = ""
        for span in text:
            if isinstance(span, str | FactSpan):
                plain += span if isinstance(span, str) else span.text
                continue
            yield from _word_atoms(plain, font)
            plain = ""
            if isinstance(span, CiteSpan):
                yield "box", _marks([str(self._number(source)) for source in span.sources], font)
            elif isinstance(span, LangSpan):
                yield "box", len(span.text) * font.size
            else:
                yield from _word_atoms(span.text, font.strong)
        yield from _word_atoms(plain, font)


def balanced(text: Text, width_mm: float, font: Style) -> tuple[Text, ...]:
    """Break a text into lines: the fewest that fit, and of those the least ragged.

    Reference marks count for numbers of two digits.
    """
    words = "".join(_words(span, font) for span in text)
    lines = balance(words, width_mm / MM_PER_PT, font.family, font.weight, font.size)
    cuts, end = [], 0
    for line in lines[:-1]:
        end += len(line) + 1
        cuts.append(end)
    return _cut(text, cuts, font)


def _words(span: Span, font: Style) -> str:
    """Return the words of a span; for reference marks spaces about as broad."""
    if not isinstance(span, CiteSpan):
        return span if isinstance(span, str) else span.text
    space = "\N{NO-BREAK SPACE}"
    return space * round(_marks(["00" for _ in span.sources], font) / _width(space, font))


def _marks(numbers: Sequence[str], font: Style) -> float:
    """Return the width of reference marks in points; each is set for itself, without kerning."""
    mark = styles()[font.mark]
    commas = (len(numbers) - 1) * _width(",", mark)
    return (
        _width("\N{NO-BREAK SPACE}", mark)
        + sum(_width(number, mark) for number in numbers)
        + commas
        + _BEFORE
    )


def _cut(text: Text, cuts: list[int], font: Style) -> tuple[Text, ...]:
    """Cut a text at positions of its plain words, dropping the space before each cut.

    The words of a fact may stand on two lines; each part is then marked as that fact.
    """
    rows: list[list[Span]] = [[]]
    at, waiting = 0, list(cuts)
    for span in text:
        rest = _words(span, font)
        if not isinstance(span, str | FactSpan):
            rows[-1].append(span)
            at += len(rest)
            # A cut inside a foreign word falls behind it.
            while waiting and waiting[0] <= at:
                waiting.pop(0)
                rows.append([])
            continue
        while waiting and waiting[0] <= at + len(rest):
            size = waiting.pop(0) - at
            if before := rest[:size].rstrip(" "):
                rows[-1].append(_like(span, before))
            rest, at = rest[size:], at + size
            rows.append([])
        if rest:
            rows[-1].append(_like(span, rest))
            at += len(rest)
    return tuple(tuple(row) for row in rows if row)


def _like(span: str | FactSpan, words: str) -> str | FactSpan:
    return words if isinstance(span, str) else FactSpan(span.key, words)


def width_mm(text: str, font: Style) -> float:
    """Return the width of a line in mm."""
    return _width(text, font) * MM_PER_PT


@lru_cache(maxsize=2048)
def _word_atoms(words: str, font: Style) -> tuple[tuple[str, float], ...]:
    """Return the atoms of plain words, which a plan asks for at one width after the other."""
    atoms: list[tuple[str, float]] = []
    for found in _CHUNK.finditer(words):
        chunk, start, end = found[0], found.start(), found.end()
        if chunk[0] == " ":
            gap = _gap(words[start - 1 : start], words[end : end + 1], font)
            atoms.append(("break", gap))
            continue
        for number, part in enumerate(_BREAKS_WITHIN.split(chunk)):
            if number:
                atoms.append(("break", 0.0))
            atoms.append(("box", _width(part, font)))
    return tuple(atoms)


@lru_cache(maxsize=4096)
def _gap(before: str, after: str, font: Style) -> float:
    """Return the width of a space between two letters, with the kerning on both its sides."""
    return _width(f"{before} {after}", font) - _width(before, font) - _width(after, font)


@lru_cache(maxsize=16384)
def _width(text: str, font: Style) -> float:
    parts = _DIGITS.split(text) if font.tabular else [text]
    of = font.family, font.weight, font.size
    digits = (len(parts) - 1) * _TABULAR_EM.get(font.weight, 0.0) * font.size
    return digits + sum(text_width(part, *of) for part in parts) + joined_width(text, *of)
