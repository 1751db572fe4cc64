"""The editor's file of an edition: what no rule can know, from `data/editorial/<date>.toml`-headed
Markdown.

The file is optional. Between two lines of `+++` stands TOML (`author`, and `[watch]` with the text
for the third column of the calendar by event), below it Markdown-like notes: a line `## talks`
names a section, the paragraphs under it are added to that section with the author's name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports.errors import DataError, Problem

FENCE = "+++"
KEYS = ("author", "watch")
SECTIONS = ("talks", "tariffs", "economy", "exports", "watch")


@dataclass(frozen=True)
class Editorial:
    """What an editor adds to one edition."""

    author: str
    watch: Mapping[str, str]
    notes: Mapping[str, tuple[str, ...]]


def editorial_path(data: Path, day: date) -> Path:
    """Return where the editor's file of a day is looked for."""
    return data / "editorial" / f"{day.isoformat()}.md"


def load_editorial(data: Path, day: date) -> Editorial | None:
    """Read the editor's file of a day, None where there is none; raise DataError for a bad one."""
    path = editorial_path(data, day)
    if not path.is_file():
        return None
    name = path.relative_to(data).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _bad(name, 1, "", "is not UTF-8 text", "text in UTF-8") from error
    head, body, body_line = _split(name, text)
    try:
        meta = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        raise _bad(name, 2, "front matter", str(error), "TOML between two lines of +++") from error
    for key in sorted(set(meta) - set(KEYS)):
        raise _bad(name, 2, key, "is no key of the front matter", " or ".join(KEYS))
    author = meta.get("author", "")
    watch = meta.get("watch", {})
    if not isinstance(author, str) or not author.strip():
        raise _bad(name, 2, "author", "is missing or empty", 'author = "Name"')
    if not isinstance(watch, dict) or not all(isinstance(v, str) for v in watch.values()):
        raise _bad(name, 2, "watch", "must map event ids to text", 'EV12 = "…"')
    return Editorial(author.strip(), dict(watch), _notes(name, body, body_line))


def _split(name: str, text: str) -> tuple[str, str, int]:
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        raise _bad(name, 1, "front matter", "does not begin with +++", "a first line +++")
    for number, line in enumerate(lines[1:], 2):
        if line.strip() == FENCE:
            return "\n".join(lines[1 : number - 1]), "\n".join(lines[number:]), number + 1
    raise _bad(name, len(lines), "front matter", "has no closing +++", "a second line +++")


def _notes(name: str, body: str, first_line: int) -> Mapping[str, tuple[str, ...]]:
    notes: dict[str, list[str]] = {}
    section = ""
    for number, line in enumerate(body.splitlines(), first_line):
        if line.startswith("## "):
            section = line[3:].strip().lower()
            if section not in SECTIONS:
                raise _bad(
                    name, number, "", f"no section is called {section!r}", ", ".join(SECTIONS)
                )
            notes.setdefault(section, [""])
        elif line.strip() and not section:
            raise _bad(name, number, "", "text before the first section", "a line such as ## talks")
        elif line.strip():
            notes[section][-1] = f"{notes[section][-1]} {line.strip()}".strip()
        elif section and notes[section][-1]:
            notes[section].append("")
    return {key: tuple(p for p in paragraphs if p) for key, paragraphs in notes.items()}


def _bad(name: str, line: int, column: str, message: str, expected: str) -> DataError:
    problem = Problem(name, line, column, message, expected=expected)
    return DataError(str(problem), "mend the editor’s file or remove it", (problem,))
