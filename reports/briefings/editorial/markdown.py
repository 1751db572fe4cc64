"""The body of an editor's file: headings, paragraphs, strong words and lists; nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports.briefings.editorial.passages import Run, passage, premises
from reports.briefings.editorial.values import SECTIONS, Faults, Passage, Premise

if TYPE_CHECKING:
    from markdown_it.token import Token

ALLOWED = "paragraphs, **strong** words, lists with - and headings such as ## talks"
_REFUSED = {
    "blockquote_open": "a quotation",
    "code_block": "text set in by four spaces, which is code,",
    "code_inline": "code",
    "em_open": "emphasis by one star or line",
    "fence": "code",
    "heading_open": "a heading of another kind",
    "hr": "a rule",
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "an image",
    "link_open": "a link",
    "ordered_list_open": "a numbered list",
    "s_open": "struck words",
    "table_open": "a table",
}
_PREMISE = re.compile(r"(?P<lead>\s*(?:[-*+]\s+)?)expects:(?P<said>.*)")
_BULLET = re.compile(r"\s*[-*+](?:\s|$)")


@dataclass(frozen=True)
class _Stated:
    """The premises above a line, and the line."""

    above: int
    line: int
    premises: tuple[Premise, ...]


def read_body(
    source: Sequence[str], first: int, faults: Faults
) -> Mapping[str, tuple[Passage, ...]]:
    """Return the passages of a body by heading; `first` is the line of the file it begins on."""
    # Here, as no other command and no edition without an editor's file needs it.
    from markdown_it import MarkdownIt

    lines, stated = _part_premises(source, first, faults)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    env: dict[str, dict[str, dict[str, list[int]]]] = {}
    tokens = parser.parse("\n".join(lines), env)
    for definition in env.get("references", {}).values():
        faults.add(
            definition["map"][0] + first, "", "the address of a link is not printed", ALLOWED
        )
    reader = _Reader(source, first, faults)
    for group in _groups(tokens):
        reader.take(group)
    return _with_premises(reader.notes, stated, faults)


def _part_premises(
    source: Sequence[str], first: int, faults: Faults
) -> tuple[list[str], list[_Stated]]:
    """Take the lines of premises out, an empty one in place of each, so that no line moves.

    The bullet of an item that begins with its premises moves to the line below them.
    """
    lines: list[str] = []
    stated: list[_Stated] = []
    waiting: list[tuple[int, tuple[Premise, ...]]] = []
    bullet = ""
    for number, line in enumerate(source[first - 1 :], first):
        if match := _PREMISE.fullmatch(line):
            waiting.append((number, premises(match["said"], number, faults)))
            bullet = bullet or match["lead"]
            lines.append("")
            continue
        if bullet.strip() and line.strip() and not _BULLET.match(line):
            line = bullet + line.lstrip()
        stated += [_Stated(number, at, found) for at, found in waiting]
        waiting, bullet = [], ""
        lines.append(line)
    stated += [_Stated(len(source) + 1, at, found) for at, found in waiting]
    return lines, stated


def _with_premises(
    notes: Mapping[str, Sequence[Passage]], stated: Sequence[_Stated], faults: Faults
) -> Mapping[str, tuple[Passage, ...]]:
    starts = {p.line for passages in notes.values() for p in passages}
    for stray in stated:
        if stray.above not in starts:
            expected = "the paragraph or item in the very next line"
            faults.add(stray.line, "expects", "a premise with no sentence below it", expected)
    return {
        key: tuple(
            replace(p, premises=tuple(x for s in stated if s.above == p.line for x in s.premises))
            for p in passages
        )
        for key, passages in notes.items()
        if key
    }


def _groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the outermost blocks of some tokens, each from its opening to its closing."""
    depth = start = 0
    for at, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : at + 1]
            start = at + 1


class _Reader:
    """Sort the blocks of a body under its headings."""

    def __init__(self, source: Sequence[str], first: int, faults: Faults) -> None:
        self.source, self.first, self.faults = source, first, faults
        self.notes: dict[str, list[Passage]] = {}
        self.section: str | None = None

    def take(self, group: Sequence[Token]) -> None:
        """Read one block."""
        kind = group[0].type
        if kind == "heading_open" and group[0].markup == "##":
            self._head(group[1])
            return
        if self.section is None:
            self.faults.add(
                self._line(group[0]), "", "text before the first section", "a line such as ## talks"
            )
            self.section = ""
        if kind == "paragraph_open":
            self._add(group[1])
        elif kind == "bullet_list_open":
            for item in _groups(group[1:-1]):
                self._item(item)
        else:
            self._refuse(kind, self._line(group[0]))

    def _line(self, token: Token) -> int:
        return (token.map[0] if token.map else 0) + self.first

    def _head(self, inline: Token) -> None:
        name = " ".join(inline.content.split()).lower()
        self.section = name if name in SECTIONS else ""
        if not self.section:
            self.faults.add(
                self._line(inline), "", f"no section is called {name!r}", ", ".join(SECTIONS)
            )

    def _item(self, item: Sequence[Token]) -> None:
        first, *others = [*_groups(item[1:-1])] or [()]
        line = self._line(item[0])
        if not first:
            self.faults.add(line, "", "an item without words", "a sentence after the dash")
        elif first[0].type == "paragraph_open":
            self._add(first[1], item=True)
        else:
            others = [first, *others]
        for group in others:
            kind = group[0].type
            if kind in ("paragraph_open", "bullet_list_open"):
                what = "a second paragraph" if kind == "paragraph_open" else "a list"
                message = f"{what} within an item is not printed"
                self.faults.add(self._line(group[0]), "", message, "one paragraph an item")
            else:
                self._refuse(kind, self._line(group[0]))

    def _add(self, inline: Token, *, item: bool = False) -> None:
        line = self._line(inline)
        runs = list(self._runs(inline.children or (), line))
        read = passage(runs, self.source, self.faults)
        self.notes.setdefault(self.section or "", []).append(replace(read, line=line, item=item))

    def _runs(self, children: Sequence[Token], line: int) -> Iterator[Run]:
        strong = False
        for token in children:
            if token.type in ("strong_open", "strong_close"):
                strong = token.type == "strong_open"
            elif token.type in ("softbreak", "hardbreak"):
                yield Run(" ", line, strong)
                line += 1
            elif token.type == "text":
                if "**" in token.content:
                    self.faults.add(line, "", "strong words are opened and not closed", "**words**")
                yield Run(token.content, line, strong)
            elif token.nesting >= 0:
                self._refuse(token.type, line)

    def _refuse(self, kind: str, line: int) -> None:
        what = _REFUSED.get(kind, "markup of this kind")
        self.faults.add(line, "", f"{what} is not printed", ALLOWED)
