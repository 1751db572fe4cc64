"""Numbers in the words of the dataset: a paraphrase, a label, an outcome. Each is a fact too."""

from __future__ import annotations

import re
from typing import Any

from reports.briefings.facts.rows import label_of, source_of
from reports.briefings.facts.weight import status_of
from reports.briefings.prose import fact_mark, words
from reports.dataset import AsOfView
from reports.model import Fact, Input, Numeral, numerals, replaced
from reports.resources import proper_names

COLUMNS = frozenset(
    [
        "label",
        "name",
        "outcome",
        "outcome_label",
        "summary",
        "quote",
        "what",
        "measure",
        "status",
        "items",
        "where",
    ]
)
"""The columns that hold words for a reader."""
_KEY = re.compile(r"([a-z_]+)\.([A-Z]+[0-9]+)\.([a-z_]+)\.([1-9][0-9]*)")
_UNIT = re.compile(
    r"[ \N{NO-BREAK SPACE}-]((?:million|billion|trillion)?"
    r"(?:tonne|ton|day|week|month|year|point|minute)?s?)\b(?<=\w)"
)
"""What a number in words counts, where the very next word says so."""


def told(row: Any, column: str) -> str:
    """Return the words of a column, each number in them marked as a fact of that row.

    Empty where the row has none; row-wise keys need a table whose key is one word.
    """
    text = words(getattr(row, column) or "")
    key = f"{row.ref.table}.{row.ref.key}.{column}"
    return replaced(
        text, proper_names(), lambda place, number: fact_mark(f"{key}.{place}", number.text)
    )


def told_fact(view: AsOfView, key: str) -> Fact | None:
    """Return the n-th number in the words of a row, by its key, or None."""
    match = _KEY.fullmatch(key)
    row = view.row(match[1], match[2]) if match else None
    if match is None or row is None or match[3] not in COLUMNS:
        return None
    if not getattr(row, match[3], None):
        return None
    text = words(getattr(row, match[3]))
    found = list(numerals(text, proper_names()))
    place = int(match[4])
    if not 0 < place <= len(found):
        return None
    number = found[place - 1]
    source = source_of(row, match[3])
    before, after = text[: number.start].rpartition(". ")[2], text[number.end :].partition(". ")[0]
    return Fact(
        key,
        label_of(row),
        number.value,
        number.text,
        _unit(number, text),
        "",
        "reported",
        "as the row words it",
        f"“{before}{number.text}{after.rstrip('.')}”",
        (Input("The row, in its words", number.value),),
        status_of(view, [source]),
        (source,),
        (row.ref.plain,),
    )


def _unit(number: Numeral, text: str) -> str:
    if number.text.endswith("%"):
        return "%"
    match = _UNIT.match(text, number.end)
    unit = match[1] if match else ""
    return unit if not unit or unit.endswith(("s", "ion")) else f"{unit}s"
