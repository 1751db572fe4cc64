"""How an addition is shown: counts by kind, then its rows in 80 columns; and for programs."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.intake import Addition, Change

COLUMNS = 80
MOST_SHOWN = 100
"""Rows of a table; a terminal that scrolls for minutes shows nothing."""
ARROW = "\N{RIGHTWARDS ARROW}"
MARGIN = "  "
_VALUES = {
    "observations": "value",
    "tariff_levels": "average_rate_pct",
    "sources": "publisher",
    "stated_changes": "basis",
    "definitions": "definition",
    "delegates": "role",
    "statements": "summary",
    "calendar": "what",
}
"""The column that tells a row apart for a reader, beside its key."""
_LABELS = ("label", "measure", "what", "name")


def lines(addition: Addition) -> Iterator[str]:
    """Yield what a terminal shows: counts, then the rows that change, table by table."""
    yield from (f"Note: {note}." for note in addition.notes)
    yield from _counts(addition)
    told = [c for c in _taken(addition) if c.kind != "unchanged" or c.remark]
    for table, found in groupby(told, key=lambda change: change.table):
        yield from ("", table)
        listed = list(found)
        for change in listed[:MOST_SHOWN]:
            yield from _change(change)
        if len(listed) > MOST_SHOWN:
            yield f"{MARGIN}and {len(listed) - MOST_SHOWN:,} more; --json lists all of them"
    if told:
        yield ""


def _refused(addition: Addition) -> set[tuple[str, int | None]]:
    """Return where the rows stand that are refused."""
    return {(problem.file, problem.line) for problem in addition.errors}


def _taken(addition: Addition) -> list[Change]:
    """Return the changes without those of rows that are refused, if only by the check."""
    refused = _refused(addition)
    return [c for c in addition.plan.changes if (c.file, c.line) not in refused]


def _counts(addition: Addition) -> Iterator[str]:
    from reports.intake import KINDS

    counts = Counter(change.kind for change in _taken(addition))
    refused = len(_refused(addition))
    for kind, meaning in KINDS.items():
        if counts[kind]:
            yield f"{kind:<10} {counts[kind]:>6}  {meaning}"
    if refused:
        yield f"{'refused':<10} {refused:>6}  for what is named below; nothing is written"
    elif not counts:
        yield "There is no row to add."
    elif not addition.plan.written:
        yield "There is nothing to write."


def _change(change: Change) -> Iterator[str]:
    """Yield the lines of a row: what it is, and below what moves."""
    key = " ".join(part for part in change.key if part)
    yield from _wrapped(f"{change.kind:<10} {key}  {_value(change)}".rstrip(), MARGIN)
    if change.kind == "updated":
        for column in change.columns:
            old = change.old.get(column) or "empty"
            yield from _wrapped(
                f"{column}: {old} {ARROW} {change.cells[column] or 'empty'}", " " * 13
            )
    if change.remark:
        yield from _wrapped(f"({change.remark})", " " * 13)


def _value(change: Change) -> str:
    cells, old = change.cells, change.old
    column = _VALUES.get(change.table) or next((n for n in _LABELS if cells.get(n)), "")
    value = cells.get(column, "")
    if change.kind == "updated":
        return ""
    if change.kind in ("revised", "corrected"):
        return f"{old[column]} {ARROW} {value}"
    return value


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=" " * 13,
        break_on_hyphens=False,
        max_lines=3,
        placeholder=" ...",
    )


def described(addition: Addition, status: str) -> dict[str, Any]:
    """Return what a program reads of an addition."""
    return {
        "status": status,
        "counts": dict(Counter(change.kind for change in addition.plan.changes)),
        "rows": [
            {
                "kind": change.kind,
                "table": change.table,
                "key": list(change.key),
                "row": dict(change.cells),
                "before": dict(change.old) or None,
                "columns": list(change.columns),
                "file": change.file,
                "line": change.line,
                "remark": change.remark,
            }
            for change in addition.plan.changes
        ],
        "files": sorted(addition.contents),
        "notes": list(addition.notes),
        "problems": [vars(problem) for problem in addition.plan.problems],
    }
