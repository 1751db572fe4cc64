"""Canonical JSON for the model, both ways.

A dataclass becomes an object whose `type` is its class name; a Decimal and a date are tagged
strings. Keys are sorted, so equal values give equal bytes. A field that is marked as sparse is left
out where it has its default.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.model import charts, edition, facts, periods, text

_TYPES: dict[str, type] = {
    name: value
    for module in (charts, edition, facts, periods, text)
    for name, value in vars(module).items()
    if isinstance(value, type) and is_dataclass(value)
}


def to_json(value: object, *, indent: int | None = None) -> str:
    """Serialise a model value to canonical JSON text."""
    separators = (",", ": ") if indent else (",", ":")
    return json.dumps(
        _encode(value), ensure_ascii=False, sort_keys=True, indent=indent, separators=separators
    )


def from_json(text: str) -> Any:
    """Rebuild the model value that `to_json` wrote; raise ValueError for an unknown type."""
    return _decode(json.loads(text))


def _encode(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        members = {
            field.name: _encode(getattr(value, field.name))
            for field in fields(value)
            if not (field.metadata.get("sparse") and getattr(value, field.name) == field.default)
        }
        return {"type": type(value).__name__, **members}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Decimal):
        return {"type": "Decimal", "value": str(value)}
    if isinstance(value, date):
        return {"type": "date", "value": value.isoformat()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} is no part of the model")


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
