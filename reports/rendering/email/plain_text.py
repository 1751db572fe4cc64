"""Plain text for people: lines of a width that programs do not break again."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

WIDTH = 72
_TAB = 8
"""Letters that a tab takes, with the word before it; what follows hangs behind the last one."""
_UNBROKEN = "[["
"""What a line of a mark begins with, or holds: an address may become of it."""


def set_lines(source: str) -> str:
    """Return a text in lines: a paragraph comes as one line, a heading after `# `.

    What stands before a tab hangs to the left of its paragraph. Empty lines in a row become one.
    """
    lines: list[str] = []
    for line in source.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines += _set(line.rstrip())
    return "\n".join(lines).strip("\n").replace("\N{NO-BREAK SPACE}", " ") + "\n"


def _set(line: str) -> Iterator[str]:
    if line.startswith("# "):
        title = textwrap.wrap(line[2:], WIDTH)
        yield from (*title, "-" * max(map(len, title), default=0))
    elif _UNBROKEN in line or not line:
        yield line
    else:
        head, tab, words = line.rpartition("\t")
        indent = " " * _TAB * line.count("\t")
        hanging = head.rstrip("\t").ljust(len(indent) - 1) + " " if tab else ""
        yield from textwrap.wrap(
            words,
            WIDTH,
            initial_indent=hanging,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
