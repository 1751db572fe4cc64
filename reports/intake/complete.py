"""The columns that a file in the collectors' layout lacks: derived, left empty, or demanded."""

from __future__ import annotations

import re

from reports.dataset.cut import LATER
from reports.dataset.parsing import KNOWN_ON
from reports.dataset.schema import Field
from reports.errors import Problem
from reports.intake.ledger import Ledger, Row
from reports.intake.rows import Incoming

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ue000-\uf8ff\ufeff]")

_WRITTEN = {
    "label": "a few words that an editor writes: a finding, in the present tense",
    "derivation": "the arithmetic, such as 58193.1 - 52699.2",
}


def completed(
    ledger: Ledger, row: Incoming, batch: tuple[Incoming, ...]
) -> tuple[Row, list[Problem]]:
    """Return a whole row, with a fault for each column that a new row would have to supply."""
    derived = _derived(ledger, row, batch)
    cells = {name: row.cells.get(name, "") or derived.get(name, "") for name in ledger.head}
    problems = [
        Problem(row.file, row.line, field.name, _missing(field.name, row), "", _expected(field))
        for field in ledger.schema.fields
        if field.required and not cells[field.name]
    ]
    if row.table == "observations" and cells["status"] == "derived" and not cells["derivation"]:
        message = _missing("derivation", row)
        problems.append(
            Problem(row.file, row.line, "derivation", message, "", _WRITTEN["derivation"])
        )
    return cells, problems


def unfit(row: Incoming) -> list[Problem]:
    """Return a fault for each cell that no table may hold, whatever its column."""
    return [
        Problem(row.file, row.line, name, "holds a control character or a line break", cell[:80])
        for name, cell in row.cells.items()
        if _UNFIT.search(cell)
    ]


def _missing(column: str, row: Incoming) -> str:
    if column in row.cells:
        return "a value is missing"
    return "is no column of the file, but a new row needs it"


def _expected(field: Field) -> str:
    if field.enum:
        return "one of " + ", ".join(sorted(field.enum))
    return _WRITTEN.get(field.name, "a value")


def _derived(ledger: Ledger, row: Incoming, batch: tuple[Incoming, ...]) -> dict[str, str]:
    if row.table == "tariff_levels":
        return _definition_key(ledger, row)
    if row.table == "sources":
        return _earliest(row, batch)
    return {}


def _definition_key(ledger: Ledger, row: Incoming) -> dict[str, str]:
    """Know a definition by its words, where one key has them."""
    said = row.cells.get("definition")
    keys = {known["definition_key"] for known in ledger.rows if known["definition"] == said}
    return {"definition_key": keys.pop()} if len(keys) == 1 else {}


def _earliest(row: Incoming, batch: tuple[Incoming, ...]) -> dict[str, str]:
    """Date an undated page by the newest fact that the batch takes from it.

    Without a day, its title would be shown in editions of days when it did not exist.
    """
    if row.cells.get("published") or row.cells.get("earliest"):
        return {}
    page = row.cells.get("source_id", "")
    days = [
        other.cells.get(column, "")
        for other in batch
        for source, column in _cited(other)
        if other.cells.get(source) == page
    ]
    return {"earliest": max(days, default="")}


def _cited(row: Incoming) -> list[tuple[str, str]]:
    """Return the columns of a row that name a source, each with that of the day it attests."""
    if row.table == "sources":
        return []
    known = KNOWN_ON.get(row.table, "published")
    named = [(day.partition("_")[0] + "_source_id", day) for day in LATER]
    return [("source_id", known), ("dates_source_id", "dates_published"), *named]
