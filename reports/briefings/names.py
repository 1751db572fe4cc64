"""Proper names of the dataset that hold a number: people, offices, places, titles of series.

Such a number counts nothing, so it is no fact; the edition lists the names that it prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from reports.briefings.prose import words
from reports.dataset import AsOfView
from reports.model import numerals, words_within
from reports.resources import proper_names

_LETTERS = re.compile(r"[^\W\d_]{3}")
_NAMED = {
    "delegates": ("name", "role"),
    "statements": ("actor", "role"),
    "meetings": ("city", "country"),
    "controls": ("announcement",),
    "impacts": ("where",),
    "series": ("title", "short_title", "organisation", "unit"),
}
"""The columns that hold names."""


def names_in(view: AsOfView, parts: object) -> tuple[str, ...]:
    """Return the names with a number in them that the parts of an edition print, in order."""
    candidates = sorted(set(_candidates(view)))
    if not candidates:
        return ()
    said = "\n".join(_texts_of(parts)).lower()
    return tuple(name for name in candidates if name.lower() in said)


def _candidates(view: AsOfView) -> Iterator[str]:
    listed = proper_names()
    for table, columns in _NAMED.items():
        for row in view.rows(table):
            for name in _texts(row, columns):
                # A sign for any number, or a name that is hardly more than its number, would let
                # every number pass.
                if numerals(name, listed) and "#" not in name and _LETTERS.search(name):
                    yield name


def _texts(row: Any, columns: Iterable[str]) -> Iterator[str]:
    for column in columns:
        if text := getattr(row, column):
            yield words(text)


def _texts_of(parts: object) -> Iterator[str]:
    for item in words_within(parts):
        text = item if isinstance(item, str) else getattr(item, "text", "")
        yield text.replace("\N{NO-BREAK SPACE}", " ")
