"""Numbers that stand in a row that is no observation: a rate, a count of the goods it lists."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from reports.analysis import grouped
from reports.briefings.facts.weight import status_of
from reports.briefings.prose import plain_date, words
from reports.dataset import AsOfView
from reports.model import Fact, Input

_KEY = re.compile(r"([a-z_]+)\.([A-Z]+[0-9]+)\.([a-z_]+)(\.count)?")
_NAMED_BY = ("measure", "actor", "where", "name", "what")
_SOURCES = {
    "outcome": "outcome_source_id",
    "outcome_label": "outcome_source_id",
    "outcome_verb": "outcome_source_id",
    "status": "status_source_id",
}
_UNITS = {"headline_rate_pct": "%"}


def row_fact(view: AsOfView, key: str) -> Fact | None:
    """Return the number of a column, or the count of the items it lists, by its key, or None."""
    match = _KEY.fullmatch(key)
    row = view.row(match[1], match[2]) if match else None
    value = getattr(row, match[3], None) if match and row else None
    if match is None or row is None or value is None:
        return None
    if match[4]:
        return _count(view, key, row, match[3]) if isinstance(value, str) else None
    return _number(view, key, row, match[3]) if isinstance(value, Decimal) else None


def items_of(text: str) -> list[str]:
    """Return what a column lists, parted by semicolons."""
    return [words(item.strip()) for item in text.split(";")]


def _number(view: AsOfView, key: str, row: Any, column: str) -> Fact:
    value: Decimal = getattr(row, column)
    unit = _UNITS.get(column, "pp")
    source = source_of(row, column)
    return Fact(
        key,
        label_of(row),
        value,
        grouped(abs(value), 0) + ("%" if unit == "%" else ""),
        unit,
        f"from {plain_date(row.effective)}",
        "reported",
        "as reported",
        grouped(value, 0),
        (Input(label_of(row), value),),
        status_of(view, [source]),
        (source,),
        (row.ref.plain,),
    )


def _count(view: AsOfView, key: str, row: Any, column: str) -> Fact:
    items = items_of(getattr(row, column))
    source = source_of(row, column)
    return Fact(
        key,
        f"{label_of(row)}: {column} listed",
        Decimal(len(items)),
        f"{len(items)}",
        column,
        "",
        "count",
        "the items that the row lists, counted",
        " + ".join(items),
        tuple(Input(item, Decimal(1)) for item in items),
        status_of(view, [source], computed=True),
        (source,),
        (row.ref.plain,),
    )


def label_of(row: Any) -> str:
    """Return what a row is about, in its own words."""
    return next(words(text) for name in _NAMED_BY if (text := getattr(row, name, "")))


def source_of(row: Any, column: str) -> str:
    """Return the source of a column: outcomes and states have one of their own."""
    own = getattr(row, _SOURCES.get(column, ""), None) if column in _SOURCES else None
    source: str = own or row.source_id
    return source
