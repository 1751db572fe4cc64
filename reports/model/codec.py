"""Canonical JSON for the model, both ways.

A dataclass becomes an object whose `type` is its class name; a Decimal and a date are tagged
strings. Keys are sorted, so equal values give equal bytes. A field that is marked as sparse is left
out where it has its default.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from json.encoder import encode_basestring as quoted
from typing import Any, cast

from reports.model import charts, edition, facts, periods, text

_TYPES: dict[str, type] = {
    name: value
    for module in (charts, edition, facts, periods, text)
    for name, value in vars(module).items()
    if isinstance(value, type) and is_dataclass(value)
}
_LITERALS = {None: "null", True: "true", False: "false"}


def to_json(value: object, *, indent: int | None = None) -> str:
    """Serialise a model value to canonical JSON text."""
    # Written at once: the library would want a tree of dicts, and has no fast way to indent it.
    line, step = ("\n", " " * indent) if indent else ("", "")
    return _written(value, line, step, ": " if indent else ":")


def from_json(text: str) -> Any:
    """Rebuild the model value that `to_json` wrote; raise ValueError for an unknown type."""
    return _decode(json.loads(text))


def _written(value: object, line: str, step: str, colon: str) -> str:
    """Write a value that ends at the indent of `line`, its parts a step further in."""
    if isinstance(value, str):
        return quoted(value)
    if value is None or value is True or value is False:
        return _LITERALS[value]
    if isinstance(value, int | float):
        return json.dumps(value)
    deeper = line + step
    if isinstance(value, tuple):
        parts = [_written(item, deeper, step, colon) for item in value]
        return f"[{deeper}{f',{deeper}'.join(parts)}{line}]" if parts else "[]"
    parts = [
        f'"{name}"{colon}{_written(item, deeper, step, colon)}' for name, item in _members(value)
    ]
    return f"{{{deeper}{f',{deeper}'.join(parts)}{line}}}"


def _members(value: object) -> Iterator[tuple[str, object]]:
    """Yield the members of the object that stands for a value, by name."""
    if isinstance(value, Decimal | date):
        text = str(value) if isinstance(value, Decimal) else value.isoformat()
        yield from (("type", "Decimal" if isinstance(value, Decimal) else "date"), ("value", text))
        return
    for name, field in _fields(cast("Hashable", type(value))):
        if field is None:
            yield name, type(value).__name__
        elif not (field.metadata.get("sparse") and getattr(value, name) == field.default):
            yield name, getattr(value, name)


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, Field[Any] | None], ...]:
    """Return the fields of a dataclass by name, and among them its type, which is none of them."""
    if not is_dataclass(kind):
        raise TypeError(f"{getattr(kind, '__name__', kind)} is no part of the model")
    named = {field.name: field for field in fields(cast("Any", kind))}
    return tuple(sorted({**named, "type": None}.items(), key=lambda item: item[0]))


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value["type"]
    if kind == "Decimal":
        return Decimal(value["value"])
    if kind == "date":
        return date.fromisoformat(value["value"])
    if kind not in _TYPES:
        raise ValueError(f"unknown type {kind!r} in the JSON of an edition")
    return _TYPES[kind](**{key: _decode(item) for key, item in value.items() if key != "type"})
