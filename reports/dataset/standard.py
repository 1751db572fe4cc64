"""A second opinion on the schema part: frictionless, the validator of the Data Package standard.

Our own reader finds the same faults in a tenth of the time, and builds and additions rely on it
alone. That the two agree is what this proves, each time a dataset is checked: that the descriptor
means to everybody else what it means to us.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.dataset.schema import PACKAGE_FILE, TABLES
from reports.errors import Problem
from reports.store import place_of

if TYPE_CHECKING:
    from frictionless import Error

MOST_ROWS = 20_000
"""Rows of a table that it reads: one second. Ours reads all rows of every table."""

_FOREIGN = "is no valid Data Package"
_EXPECTED = {
    "constraint-error": "a value that meets the constraint",
    "foreign-key": "a value of the table that the key refers to",
    "primary-key": "one row for each key",
    "type-error": "a value of the type of its field",
    "unique-error": "each value once",
}


def fingerprint(folder: Path) -> str:
    """Return the sha256 of all that decides what the validator says of a dataset."""
    seal = hashlib.sha256(f"frictionless {version('frictionless')} {MOST_ROWS}".encode())
    tables = {resource["path"] for resource in _descriptor(folder)["resources"]}
    for name in (PACKAGE_FILE, *sorted(tables)):
        content = place_of(folder, name).read_bytes()
        seal.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return seal.hexdigest()


def check_standard(folder: Path) -> tuple[Problem, ...]:
    """Return what the standard's validator finds wrong with a dataset that our own check passes.

    It reads files of the folder only, and of each table the first rows (`MOST_ROWS`). What a writer
    committed and has yet to move is read where it waits.
    """
    from frictionless import FrictionlessException, Package

    descriptor = _descriptor(folder)
    places = {}
    for resource in descriptor["resources"]:
        name = resource["path"]
        resource["path"] = place_of(folder, name).relative_to(folder).as_posix()
        places[resource["path"]] = name
    try:
        package = Package.from_descriptor(descriptor, basepath=str(folder))
        report = package.validate(limit_rows=MOST_ROWS)
    except FrictionlessException as error:
        reasons = [reason.note for reason in error.reasons] or [error.error.note]
        return tuple(_of_descriptor(reason) for reason in reasons)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # A descriptor of a shape that the validator itself did not expect.
        return (_of_descriptor(str(error)),)
    found = [_of_descriptor(error.note) for error in report.errors]
    found += [
        _problem(places.get(task.place, task.place), error)
        for task in report.tasks
        for error in task.errors
    ]
    return tuple(found)


def _descriptor(folder: Path) -> dict[str, Any]:
    """Return the descriptor with the tables that we read; of others we promise nothing."""
    descriptor: dict[str, Any] = json.loads((folder / PACKAGE_FILE).read_text("utf-8"))
    ours = [resource for resource in descriptor["resources"] if resource.get("name") in TABLES]
    return descriptor | {"resources": ours}


def _of_descriptor(note: str) -> Problem:
    expected = "what the Data Package standard says"
    return Problem(PACKAGE_FILE, None, "", f"{_FOREIGN}: {note}", expected=expected)


def _problem(place: str, error: Error) -> Problem:
    """Return an error of the validator as ours; a row is a line, since no cell holds a break."""
    names = getattr(error, "field_names", None) or [""]
    return Problem(
        place,
        getattr(error, "row_number", None),
        getattr(error, "field_name", "") or names[-1],
        f"{_FOREIGN}: {error.note}",
        str(getattr(error, "cell", "") or "")[:80],
        _EXPECTED.get(error.type, "what the schema in datapackage.json says"),
    )
