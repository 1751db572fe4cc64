"""Observations: a known vintage stays; another value of its day is refused, or a correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from reports.errors import Problem
from reports.intake.ledger import Key, Row
from reports.intake.rows import Change, Incoming, Kind

COMPARED = ("value", "status", "derivation")
"""What an observation says; its source and its note are about the saying."""


@dataclass(frozen=True)
class Correction:
    """What was wrong with a row of ours, if somebody says so, and the day it is mended."""

    reason: str | None
    day: date


def same_number(one: str, other: str) -> bool:
    """Tell whether two cells hold one number: a spreadsheet drops closing zeros."""
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def vintage(
    row: Incoming, full: Row, key: Key, known: Mapping[str, Row], correction: Correction
) -> Change | list[Problem]:
    """Return what an observation is to those known of its series and period, by their days."""
    held = known.get(full["published"])
    if held is not None:
        return _again(row, full, key, held, known, correction)
    before = [day for day in sorted(known) if day < full["published"]]
    if not known:
        return Change("new", row.table, key, full, row.file, row.line, remark=row.remark)
    later = [day for day in known if day > full["published"]]
    old = known[before[-1] if before else min(later)]
    kind: Kind = "older"
    if before and full.get("correction"):
        kind = "corrected"
    elif before and same_number(old["value"], full["value"]):
        kind = "restated"
    elif before and not later:
        kind = "revised"
    elif before:
        old = known[min(later)]
    return Change(kind, row.table, key, full, row.file, row.line, old=old, remark=row.remark)


def _again(
    row: Incoming,
    full: Row,
    key: Key,
    held: Row,
    known: Mapping[str, Row],
    correction: Correction,
) -> Change | list[Problem]:
    """Judge a row whose vintage is known already."""
    differing = [column for column in COMPARED if not _same(column, row, held)]
    if not differing:
        named = row.cells.get("source_id")
        other = named and named != held["source_id"]
        remark = f"known from {held['source_id']}, which stays its source" if other else row.remark
        return _unchanged(row, key, held, remark)
    for day, mended in known.items():
        later = day > full["published"] and mended["correction"]
        if later and same_number(mended["value"], full["value"]):
            return _unchanged(row, key, held, f"corrected so on {day}")
    column = differing[0]
    if correction.reason is None:
        message = f"contradicts what is known of that day, {held[column]!r}"
        expected = (
            "the day on which the new value was published, or --correct REASON if ours is an error"
        )
        return [_refused(row, column, message, expected)]
    return _corrected(row, full, held, known, correction)


def _corrected(
    row: Incoming, full: Row, held: Row, known: Mapping[str, Row], correction: Correction
) -> Change | list[Problem]:
    """Return the row that mends an error: a vintage of its own, known from today."""
    day = correction.day.isoformat()
    if same_number(full["value"], held["value"]):
        expected = "another value: what else a row says is mended by hand"
        return [_refused(row, "status", "differs, but the value is the one we have", expected)]
    if max(known) >= day:
        message = f"cannot be corrected: a vintage of {max(known)} is known"
        return [
            _refused(row, "published", message, "a later day of correction, or mend it by hand")
        ]
    cells = {**full, "published": day, "correction": correction.reason or ""}
    key = (full["series_id"], full["period"], day)
    return Change("corrected", row.table, key, cells, row.file, row.line, old=held)


def _same(column: str, row: Incoming, held: Row) -> bool:
    cell = row.cells.get(column, "")
    return (
        not cell or cell == held[column] or (column == "value" and same_number(cell, held[column]))
    )


def _unchanged(row: Incoming, key: Key, held: Row, remark: str) -> Change:
    return Change("unchanged", row.table, key, held, row.file, row.line, old=held, remark=remark)


def _refused(row: Incoming, column: str, message: str, expected: str) -> Problem:
    value = row.cells.get(column, "")[:80]
    return Problem(row.file, row.line, column, message, value, expected)
