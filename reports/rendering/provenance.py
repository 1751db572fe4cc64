"""What the popovers of a page show: for each fact how it came about, in as few bytes as will do.

Words that many facts share (labels, formulas, rows) are written once, in a table of strings; a fact
names them by their place in it. The script that reads it is `templates/js/page.js`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from reports.model import Edition, Fact, Input
from reports.rendering.context import long_day

if TYPE_CHECKING:
    from markupsafe import Markup

_ROWS_SHOWN = 8
"""Rows of the dataset that a popover names before it only counts the rest."""
_INPUTS_SHOWN = 6
"""Inputs that a popover lists before it only counts the rest."""


class _Words:
    """A table in which each string stands once."""

    def __init__(self) -> None:
        self.table: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, words: str) -> int:
        """Return where a string stands in the table."""
        if words not in self._places:
            self._places[words] = len(self.table)
            self.table.append(words)
        return self._places[words]


def facts_json(edition: Edition, numbers: Mapping[str, int]) -> Markup:
    """Return what popovers show, by fact key, safe inside a script element."""
    from markupsafe import Markup

    words = _Words()
    facts = {fact.key: _entry(fact, words, numbers) for fact in edition.facts}
    text = json.dumps(
        {"words": words.table, "facts": facts}, ensure_ascii=False, separators=(",", ":")
    )
    for letter, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(letter, escaped)
    return Markup(text)  # noqa: S704  escaped above


def _entry(fact: Fact, words: _Words, numbers: Mapping[str, int]) -> list[object]:
    """Return what `decoded` of the script names, in that order.

    A value that is as reported needs neither expression nor inputs: they would repeat it.
    """
    said = words.place
    plain = fact.method == "reported"
    inputs = [] if plain else [_input(item, words) for item in fact.inputs[:_INPUTS_SHOWN]]
    return [
        fact.shown,
        _exact(fact),
        said(fact.label),
        said(fact.period),
        said(fact.formula),
        "" if plain else fact.expression,
        inputs,
        max(0, len(fact.inputs) - _INPUTS_SHOWN) if inputs else 0,
        said(fact.status),
        _rows(fact, words),
        max(0, len(fact.rows) - _ROWS_SHOWN),
        sorted(numbers[source] for source in fact.sources),
    ]


def _exact(fact: Fact) -> str:
    """Return the value before rounding where it was rounded; of long ones, six decimals."""
    value = fact.value
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        value = value.quantize(Decimal("0.000001"))
    exact = written(value)
    bare = exact.removeprefix("−")
    if bare in fact.shown or bare.rstrip("0").rstrip(".") in fact.shown:
        return ""
    return exact + {"%": "%", "pp": " pp"}.get(fact.unit, "")


def _input(item: Input, words: _Words) -> list[object]:
    return [words.place(item.name), written(item.value), *([item.key] if item.key else [])]


def written(value: Decimal | date) -> str:
    """Return an input as a reader writes it."""
    if isinstance(value, date):
        return long_day(value)
    return f"{value:,f}".replace("-", "−")


def _rows(fact: Fact, words: _Words) -> list[int]:
    """Return table, key and day known of the rows of a fact, three places for each."""
    rows = sorted({(row.table, row.key, row.vintage) for row in fact.rows})[:_ROWS_SHOWN]
    return [
        place
        for table, key, vintage in rows
        for place in (words.place(table), words.place(key), words.place(vintage.isoformat()))
    ]
