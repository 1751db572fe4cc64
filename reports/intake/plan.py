"""What incoming rows change in the tables: pure, and the same for a file and a provider.

A vintage that is known is never overwritten. Of an event, empty columns are filled, and columns
with a day of their own are replaced by what a later day says; nothing else moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reports.dataset.cut import LATER
from reports.dataset.parsing import KNOWN_ON
from reports.dataset.schema import TABLES
from reports.errors import Problem
from reports.intake.complete import completed, unfit
from reports.intake.events import changed
from reports.intake.ledger import Key, Ledger, Row
from reports.intake.rows import Batch, Change, Incoming, Plan
from reports.intake.vintages import COMPARED, Correction, same_number, vintage

_FIRST = ("sources",)
"""Tables that others refer to come first, so that what is shown is in the order of reading."""


@dataclass
class Tables:
    """The tables while a batch is put into them: rows by key, and which of them are the batch's."""

    rows: dict[str, dict[Key, Row]]
    vintages: dict[tuple[str, str], dict[str, Row]]
    """The observations of a series and period, by the day they became known."""
    origin: dict[tuple[str, Key], Incoming]

    def put(self, change: Change, row: Incoming) -> None:
        """Take a change in, so that the next row of the batch meets it."""
        self.rows[change.table][change.key] = change.cells
        self.origin[change.table, change.key] = row
        if change.table == "observations":
            cells = change.cells
            known = self.vintages[cells["series_id"], cells["period"]]
            known[cells["published"]] = cells


def plan(
    ledgers: Mapping[str, Ledger],
    batch: Batch,
    today: date,
    correct: str | None = None,
    packed: Iterable[Row] = (),
) -> Plan:
    """Return what a batch changes in tables, each row for itself, and what of it is refused.

    `today` is the day of a correction, and no row may be younger. `correct` says what was wrong
    where a row of the batch contradicts one of the same day. `packed` are observations that are
    known from the Parquet table, which nothing is put into.
    """
    tables = _tables(ledgers, packed)
    changes: list[Change] = []
    problems = list(batch.problems)
    for row in _in_order(batch.rows):
        found = (
            unfit(row)
            or _young(row, today)
            or _change(ledgers[row.table], tables, row, Correction(correct, today), batch.rows)
        )
        if isinstance(found, Change):
            changes.append(found)
            if found.kind != "unchanged":
                tables.put(found, row)
        else:
            problems += found
    if correct is not None and not any(change.kind == "corrected" for change in changes):
        message = "corrects nothing: no row contradicts one that is known"
        problems.append(Problem("--correct", None, "", message, severity="warning"))
    problems += (problem for change in changes for problem in _look_ahead(change))
    return Plan(tuple(changes), tuple(problems))


def _tables(ledgers: Mapping[str, Ledger], packed: Iterable[Row]) -> Tables:
    rows = {name: {ledger.key(row): row for row in ledger.rows} for name, ledger in ledgers.items()}
    vintages: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in (*rows.get("observations", {}).values(), *packed):
        vintages[row["series_id"], row["period"]][row["published"]] = row
    return Tables(rows, vintages, {})


def _in_order(rows: Iterable[Incoming]) -> list[Incoming]:
    """Return rows as they are taken in: sources first, vintages from the oldest on."""
    names = [*_FIRST, *(name for name in TABLES if name not in _FIRST)]

    def place(row: Incoming) -> tuple[int, str]:
        day = row.cells.get("published", "") if row.table == "observations" else ""
        return names.index(row.table), day

    return sorted(rows, key=place)


def _change(
    ledger: Ledger,
    tables: Tables,
    row: Incoming,
    correction: Correction,
    batch: tuple[Incoming, ...],
) -> Change | list[Problem]:
    """Return what a row changes, or why it is refused."""
    full, problems = completed(ledger, row, batch)
    missing = [column for column in ledger.schema.primary_key if not full[column]]
    if missing:
        return problems or [_refused(row, missing[0], "is empty", "a value: it is part of the key")]
    key = tuple(full[column] for column in ledger.schema.primary_key)
    known = tables.rows[row.table].get(key)
    if known is not None and (row.table, key) in tables.origin:
        return _twice(row, key, known, tables.origin[row.table, key])
    if row.table == "observations":
        vintages = tables.vintages[full["series_id"], full["period"]]
        found = vintage(row, full, key, vintages, correction)
        written = isinstance(found, Change) and found.kind != "unchanged"
        return problems if problems and written else found
    if known is not None:
        return changed(ledger.schema, row, key, known)
    return problems or Change("new", row.table, key, full, row.file, row.line, remark=row.remark)


def _twice(row: Incoming, key: Key, known: Row, first: Incoming) -> Change | list[Problem]:
    """Judge a row whose key the batch brought before."""
    compared = COMPARED if row.table == "observations" else tuple(known)
    for column in compared:
        cell = row.cells.get(column, "")
        if cell and not same_number(cell, known[column]):
            place = f"{first.file}:{first.line}"
            message = f"contradicts {place}, which has the same key and {known[column]!r}"
            return [_refused(row, column, message, "one of the two rows", cell)]
    remark = f"stands twice: {first.file}:{first.line}"
    return Change("unchanged", row.table, key, known, row.file, row.line, old=known, remark=remark)


def _young(row: Incoming, today: date) -> list[Problem]:
    """Refuse a row that claims to have become known later than today."""
    columns = {KNOWN_ON.get(row.table, ""), "published", "dates_published", *LATER}
    return [
        _refused(row, column, "lies ahead: nothing is known from then", f"{today} or earlier", cell)
        for column, cell in row.cells.items()
        if column in columns and cell > today.isoformat()
    ]


def _look_ahead(change: Change) -> list[Problem]:
    """Warn of what moves in editions of the past, though nothing of the past is overwritten."""
    if change.kind == "older":
        newer = f"{change.old['value']} of {change.old['published']}"
        message = f"is older than what is known ({newer}): editions of earlier days may change"
        return [_warning(change, "published", message, change.cells["published"])]
    known = KNOWN_ON.get(change.table)
    if change.kind != "updated" or known is None:
        return []
    return [
        _warning(
            change,
            column,
            f"has no day of its own: editions since {change.cells[known]} will say it too",
            change.cells[column],
        )
        for column in change.columns
        if column in _UNDATED.get(change.table, ()) and not change.old.get(column)
    ]


_UNDATED: dict[str, tuple[str, ...]] = {
    "meetings": ("city", "country"),
    "tariffs": ("rate_change_pct_points", "headline_rate_pct", "expires", "suspended_pct_points"),
    "controls": ("effective", "announcement"),
    "statements": ("quote",),
    "calendar": ("meeting_id", "tariff_id", "control_id", "series_id", "period"),
}


def _refused(row: Incoming, column: str, message: str, expected: str, value: str = "") -> Problem:
    return Problem(row.file, row.line, column, message, value[:80], expected)


def _warning(change: Change, column: str, message: str, value: str) -> Problem:
    return Problem(change.file, change.line, column, message, value[:80], severity="warning")
