"""An editor's file, read: TOML between two lines of `+++`, below it Markdown."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from reports.briefings.editorial.markdown import read_body
from reports.briefings.editorial.passages import Run, passage, premises
from reports.briefings.editorial.values import Editorial, Faults, Passage, Premise, Words

FENCE = "+++"
KEYS = ("author", "headline", "standfirst", "expects", "watch")
LONGEST = 40_000
"""Characters; an edition has a fifth of that."""
_UNFIT = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")


def editorial_path(data: Path, day: date) -> Path:
    """Return where the editor's file of a day is looked for."""
    return data / "editorial" / f"{day.isoformat()}.md"


def load_editorial(data: Path, day: date) -> Editorial | None:
    """Read the editor's file of a day, None where there is none.

    Its faults stand in `problems`, so that those which only data can show are told with them.
    """
    path = editorial_path(data, day)
    if not path.is_file():
        return None
    faults = Faults(path.relative_to(data).as_posix())
    read = _read(path.read_bytes(), day, faults)
    return replace(read, problems=tuple(faults.found))


def _read(raw: bytes, day: date, faults: Faults) -> Editorial:
    nothing = Editorial(faults.file, day)
    try:
        # With a byte order mark too, as some editors on Windows write one.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        faults.add(line, "", "is not UTF-8 text", "text in UTF-8")
        return nothing
    if len(text) > LONGEST:
        faults.add(1, "", f"is longer than {LONGEST:,} characters", "the notes of one edition")
        return nothing
    source = _lines(text, faults)
    end = _end_of_head(source, faults)
    if not end:
        return nothing
    head = _Head(source[: end - 1], faults)
    return replace(head.read(nothing), notes=read_body(source, end + 1, faults))


def _lines(text: str, faults: Faults) -> list[str]:
    """Return the lines of a file; a character that is for no text becomes a space."""
    lines = []
    for number, line in enumerate(re.split("\r\n|\r|\n", text), 1):
        line = line.replace("\t", " ")
        unfit = [sign for sign in line if unicodedata.category(sign) in _UNFIT]
        if unfit:
            message = f"holds the character U+{ord(unfit[0]):04X}, which cannot be printed"
            column = f"column {line.index(unfit[0]) + 1}"
            faults.add(number, column, message, "letters, marks and spaces")
            line = line.translate({ord(sign): " " for sign in unfit})
        lines.append(line)
    return lines


def _end_of_head(source: Sequence[str], faults: Faults) -> int:
    """Return the line of the closing fence, 0 where there is no head."""
    if source[0].strip() != FENCE:
        faults.add(1, "front matter", "does not begin with +++", "a first line +++")
        return 0
    for number, line in enumerate(source[1:], 2):
        if line.strip() == FENCE:
            return number
    written = len(source) - (source[-1] == "")
    faults.add(written, "front matter", "has no closing +++", "a second line +++")
    return 0


class _Head:
    """The front matter; TOML tells no lines, so they are found by the keys."""

    def __init__(self, source: Sequence[str], faults: Faults) -> None:
        self.source, self.faults = source, faults

    def read(self, into: Editorial) -> Editorial:
        """Return an editorial with what the front matter says."""
        try:
            meta = tomllib.loads("\n".join(self.source[1:]))
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            line = int(place[1]) + 1 if place else 2
            message = _PLACE.sub("", str(error))
            self._fault(line, "front matter", message, "TOML between two lines of +++")
            return into
        for key in sorted(set(meta) - set(KEYS)):
            message = "is no key of the front matter"
            self._fault(self._line(key, key), key, message, " or ".join(KEYS))
        found = {key: self._text(meta, key) for key in ("headline", "standfirst")}
        return replace(
            into,
            author=self._author(meta),
            headline=found["headline"],
            standfirst=found["standfirst"],
            premises=self._premises(meta),
            watch=self._watch(meta),
        )

    def _fault(self, line: int, column: str, message: str, expected: str) -> None:
        self.faults.add(line, column, message, expected)

    def _author(self, meta: Mapping[str, Any]) -> str:
        author = meta.get("author", "")
        line = self._line("author")
        if not isinstance(author, str) or not author.strip():
            self._fault(line, "author", "is missing or empty", 'author = "Name"')
            return ""
        read = self._passage(author, line)
        if any(not isinstance(piece, Words) for piece in read.pieces):
            self._fault(line, "author", "is no place for a fact", 'author = "Name"')
        return " ".join(author.split())

    def _text(self, meta: Mapping[str, Any], key: str) -> Passage | None:
        if key not in meta:
            return None
        text = meta[key]
        if not isinstance(text, str) or not text.strip():
            expected = f'{key} = "…", or no such line'
            self._fault(self._line(key), key, "is no text or an empty one", expected)
            return None
        return self._passage(text, self._line(key))

    def _watch(self, meta: Mapping[str, Any]) -> Mapping[str, Passage]:
        watch = meta.get("watch", {})
        expected = 'EV12 = "…"'
        if not isinstance(watch, dict):
            self._fault(self._line("watch"), "watch", "must map event ids to text", expected)
            return {}
        found = {}
        for key, text in watch.items():
            line = self._line(key, "watch")
            if isinstance(text, str) and text.strip():
                found[key] = self._passage(text, line)
            else:
                self._fault(line, "watch", "must map event ids to text", expected)
        return found

    def _premises(self, meta: Mapping[str, Any]) -> tuple[Premise, ...]:
        if "expects" not in meta:
            return ()
        stated, line = meta["expects"], self._line("expects")
        listed = [stated] if isinstance(stated, str) else stated
        if not isinstance(listed, list) or not all(isinstance(said, str) for said in listed):
            expected = 'expects = ["cpi_yoy_pct.latest < 0"]'
            self._fault(line, "expects", "is no list of premises", expected)
            return ()
        if "headline" not in meta and "standfirst" not in meta:
            message = "a premise with no headline or standfirst that it is for"
            expected = "a line expects: above a paragraph of the body"
            self._fault(line, "expects", message, expected)
        found: list[Premise] = []
        for said in listed:
            found += premises(said, self._place(said, line), self.faults)
        return tuple(found)

    def _passage(self, text: str, line: int) -> Passage:
        """Return a text of the head; each of its lines is looked for in the file."""
        runs: list[Run] = []
        for part in text.split("\n"):
            words = " ".join(part.split())
            line = self._place(part.strip(), line)
            if words:
                runs += [Run(" ", line)] * bool(runs) + [Run(words, line)]
        return replace(passage(runs, self.source, self.faults), line=runs[0].line if runs else line)

    def _place(self, said: str, line: int) -> int:
        """Return the first line from a given one on that holds some words, or that line."""
        after = range(line, len(self.source) + 1)
        return next((number for number in after if said in self.source[number - 1]), line)

    def _line(self, key: str, table: str = "") -> int:
        """Return the line on which a key, or the table of that name, stands; 2 where none is."""
        named = re.compile(rf"\s*([\"']?){re.escape(key)}\1\s*=|\s*\[\s*{re.escape(key)}\s*\]")
        dotted = re.compile(rf"\s*{re.escape(table)}\s*\.\s*([\"']?){re.escape(key)}\1\s*=")
        within = ""
        first = 2
        for number, line in enumerate(self.source, 1):
            if match := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
                within = match[1]
            if dotted.match(line) or (named.match(line) and within in (table, key, "")):
                return number
            if table and re.match(rf"\s*\[?\s*{re.escape(table)}\b", line):
                first = number
        return first
