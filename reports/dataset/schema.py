"""The schema of the dataset, read from `datapackage.json` (Data Package 2.0, Table Schema)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from reports.dataset.rows import (
    CalendarEvent,
    Control,
    Definition,
    Delegate,
    Feed,
    Impact,
    KnownConflict,
    Meeting,
    Observation,
    SeriesInfo,
    Source,
    StatedChange,
    Statement,
    Tariff,
    TariffLevel,
)
from reports.errors import Problem

PACKAGE_FILE = "datapackage.json"
TYPES = ("boolean", "date", "integer", "number", "string")
CONSTRAINTS = {"required", "unique", "enum", "pattern", "maxLength", "minimum"}
"""A constraint beside these is a fault: it would promise what no build holds it to."""

TABLES: dict[str, type] = {
    "series": SeriesInfo,
    "observations": Observation,
    "stated_changes": StatedChange,
    "definitions": Definition,
    "known_conflicts": KnownConflict,
    "meetings": Meeting,
    "delegates": Delegate,
    "tariffs": Tariff,
    "tariff_levels": TariffLevel,
    "controls": Control,
    "statements": Statement,
    "calendar": CalendarEvent,
    "impacts": Impact,
    "sources": Source,
    "feeds": Feed,
}
"""The tables that the package must hold, with the row each is read into."""

NOT_READ = {"meetings": ("status",), "observations": ("note",)}
"""Columns that no view may show: a state without a day of its own, remarks made with hindsight."""

DETAIL = "observations_detail"
"""The resource, if there is one, that holds more rows of `observations`, as Parquet files."""

DETAIL_KEY = ("series_id", "period", "published")
"""Its key, by which its parts are sorted: a series stands together, with all its vintages."""

MAY_BE_EMPTY = ("definitions", "feeds", "known_conflicts")
"""A dataset may know of no break, no feed and no conflict; of the rest it must hold something."""


@dataclass(frozen=True)
class Field:
    """A column: its name, type and constraints."""

    name: str
    type: str
    required: bool = False
    unique: bool = False
    enum: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    max_length: int | None = None
    minimum: int | None = None
    true_values: tuple[str, ...] = ("true",)
    false_values: tuple[str, ...] = ("false",)


@dataclass(frozen=True)
class ForeignKey:
    """A column whose values stand in a column of another table."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class TableSchema:
    """A table: its file, columns and keys."""

    name: str
    path: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]


def columns_of(table: str) -> tuple[str, ...]:
    """Return the columns that a table must have."""
    table = "observations" if table == DETAIL else table
    row = tuple(f.name for f in fields(TABLES[table]))
    return row[: row.index("ref")] + NOT_READ.get(table, ())


def read_schema(folder: Path) -> tuple[dict[str, TableSchema], list[Problem]]:
    """Read the schemas of all tables by name, with every fault of the descriptor."""
    descriptor, problems = _descriptor(folder)
    if descriptor is None:
        return {}, problems
    schemas: dict[str, TableSchema] = {}
    for resource in _objects(descriptor.get("resources")):
        name = resource.get("name")
        if not isinstance(name, str) or (name not in TABLES and name != DETAIL):
            continue
        try:
            schema = _table(resource)
        except (LookupError, TypeError, ValueError, AttributeError, re.error) as error:
            problems.append(_fault(f"resource {name!r} is not understood: {error!s}"))
            continue
        missing = sorted(set(columns_of(schema.name)) - {field.name for field in schema.fields})
        problems += [
            _fault(f"resource {name!r} lacks the field {column!r}", column) for column in missing
        ]
        if not missing:
            schemas[schema.name] = schema
    named = [resource.get("name") for resource in _objects(descriptor.get("resources"))]
    problems += [
        _fault(f"the table {table!r} is missing", expected=f"a resource named {table!r}")
        for table in TABLES
        if table not in named
    ]
    return schemas, problems


def _descriptor(folder: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    path = folder / PACKAGE_FILE
    if not folder.is_dir():
        expected = "a folder with datapackage.json and its tables"
        return None, [Problem(str(folder), None, "", "there is no such folder", expected=expected)]
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return None, [_fault(f"cannot be read: {error.strerror}", expected="a readable file")]
    except json.JSONDecodeError as error:
        return None, [Problem(PACKAGE_FILE, error.lineno, "", f"is no JSON: {error.msg}")]
    except (UnicodeDecodeError, RecursionError):
        return None, [_fault("is no JSON", expected="JSON in UTF-8")]
    if not isinstance(descriptor, dict):
        return None, [_fault("is no descriptor", expected="an object with resources")]
    return descriptor, []


def _fault(message: str, column: str = "", expected: str = "") -> Problem:
    return Problem(PACKAGE_FILE, None, column, message, expected=expected)


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _table(resource: dict[str, Any]) -> TableSchema:
    schema = resource["schema"]
    path = PurePosixPath(str(resource["path"]))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"its path {str(path)!r} leads out of the folder")
    if any(part.startswith(".") or part == "__pycache__" for part in path.parts):
        # Neither the digest nor whoever writes looks at such files.
        raise ValueError(f"its path {str(path)!r} is hidden")
    if path.suffix.lower() == ".parquet":
        # The digest of what a build was made from leaves such files to their manifest.
        raise ValueError(f"its path {str(path)!r} is no CSV table; parts belong to {DETAIL}")
    columns = tuple(_field(item) for item in _objects(schema["fields"]))
    keys = tuple(_foreign_key(key) for key in _objects(schema.get("foreignKeys", [])))
    primary = _words(schema["primaryKey"])
    names = {field.name for field in columns}
    unknown = ({*primary} | {key.column for key in keys}) - names
    if unknown:
        raise ValueError(f"its keys name unknown fields: {', '.join(sorted(unknown))}")
    if resource["name"] == DETAIL and primary != DETAIL_KEY:
        raise ValueError(f"its primary key is not {', '.join(DETAIL_KEY)}")
    return TableSchema(str(resource["name"]), str(path), columns, primary, keys)


def _foreign_key(key: dict[str, Any]) -> ForeignKey:
    columns, targets = _words(key["fields"]), _words(key["reference"]["fields"])
    if len(columns) != 1 or len(targets) != 1:
        raise ValueError("a foreign key has another number of fields than one")
    (table,) = _words([key["reference"]["resource"]])
    return ForeignKey(columns[0], table, targets[0])


def _words(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{values!r} is no list of words")
    return tuple(values)


def _whole(limit: object) -> int | None:
    if limit is not None and not isinstance(limit, int):
        raise ValueError(f"the limit {limit!r} is no whole number")
    return limit


def _field(item: dict[str, Any]) -> Field:
    limits = item.get("constraints", {})
    kind = item["type"]
    if unknown := set(limits) - CONSTRAINTS:
        raise ValueError(f"field {item['name']!r} has a constraint not checked: {min(unknown)!r}")
    if kind not in TYPES:
        raise ValueError(f"field {item['name']!r} has the type {kind!r}, not one of {TYPES}")
    pattern = limits.get("pattern")
    return Field(
        name=str(item["name"]),
        type=kind,
        required=bool(limits.get("required", False)),
        unique=bool(limits.get("unique", False)),
        enum=frozenset(_words(limits.get("enum", []))),
        pattern=re.compile(pattern, re.ASCII) if pattern else None,
        max_length=_whole(limits.get("maxLength")),
        minimum=_whole(limits.get("minimum")),
        true_values=_words(item.get("trueValues", ["true"])),
        false_values=_words(item.get("falseValues", ["false"])),
    )
