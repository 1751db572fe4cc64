"""Keys that exist on the day of a view, for whoever has mistyped one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from reports.briefings.facts.duties import _MADE as MADE
from reports.briefings.facts.series import _MEASURES as MEASURES
from reports.briefings.facts.state import _STATES as STATES
from reports.briefings.prose import words
from reports.dataset import AsOfView
from reports.model import Fact, numerals
from reports.resources import proper_names

LEAST_ALIKE = 0.5
LOOKED_AT = 12
_ROW = re.compile(r"[a-z_]+\.[A-Z]+[0-9]+")
_DUTIES = tuple(f"duties_{side}.{name}" for side in ("us", "cn") for name in ("latest", *MADE))


def nearest_keys(
    view: AsOfView, key: str, find: Callable[[AsOfView, str], Fact | None], most: int = 3
) -> tuple[str, ...]:
    """Return the keys most like a mistyped one that name a fact on the day of a view."""
    pool = [*_of_rows(view)] if _ROW.match(key) else [*STATES, *_DUTIES, *_of_series(view, key)]
    alike = get_close_matches(key, pool, LOOKED_AT, LEAST_ALIKE)
    return tuple(other for other in alike if find(view, other))[:most]


def keys_by_number(
    view: AsOfView, find: Callable[[AsOfView, str], Fact | None]
) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of newest values and of how things stand, by each number they print."""
    found: dict[str, list[str]] = {}
    for key in (*_of_series(view, ""), *_DUTIES, *STATES):
        if fact := find(view, key):
            for number in numerals(fact.shown, proper_names()):
                found.setdefault(number.text, []).append(key)
    return {number: tuple(keys) for number, keys in found.items()}


def _of_series(view: AsOfView, key: str) -> Iterator[str]:
    """Yield keys of newest values and, where a key seems to name a period, of all periods."""
    dated = re.search(r"\.\d", key)
    asked = key.rpartition(".")[2]
    for info in view.catalogue:
        yield from (f"{info.series_id}.{measure}" for measure in MEASURES if measure)
        for row in view.observations(info.series_id) if dated else ():
            yield f"{info.series_id}.{row.period}"
            yield f"{info.series_id}.{row.period}.{asked}"


def _of_rows(view: AsOfView) -> Iterator[str]:
    tables = (
        view.tariffs,
        view.controls,
        view.statements,
        view.calendar,
        view.meetings,
        view.impacts,
    )
    for row in (row for table in tables for row in table):
        for column in fields(row):
            value = getattr(row, column.name)
            key = f"{row.ref.table}.{row.ref.key}.{column.name}"
            if isinstance(value, Decimal):
                yield key
            elif isinstance(value, str):
                yield from _of_words(key, value)


def _of_words(key: str, value: Any) -> Iterator[str]:
    if ";" in value:
        yield f"{key}.count"
    for place, _ in enumerate(numerals(words(value), proper_names()), 1):
        yield f"{key}.{place}"
