"""A table of the dataset as text, so that rows can be put in and all others keep their bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reports import store
from reports.dataset.parquet import read_detail
from reports.dataset.schema import TableSchema
from reports.errors import DataError, unreadable
from reports.intake.rows import Change, Incoming

Row = Mapping[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """A table: its schema, its head, and each row with its line of text."""

    schema: TableSchema
    content: bytes
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    texts: tuple[str, ...]

    def key(self, row: Row) -> Key:
        """Return the primary key of a row."""
        return tuple(row[column] for column in self.schema.primary_key)

    def merged(self, changes: Iterable[Change]) -> tuple[bytes, dict[int, Change]]:
        """Return the table with changes, sorted by key, and the changes by their lines in it."""
        lines = {self.key(row): text for row, text in zip(self.rows, self.texts, strict=True)}
        changed = {self.key(change.cells): change for change in changes}
        lines |= {key: self._text(change.cells) for key, change in changed.items()}
        places = {
            number: changed[key] for number, key in enumerate(sorted(lines), 2) if key in changed
        }
        head = self.content.decode().partition("\n")[0]
        text = "".join(f"{line}\n" for line in (head, *(lines[key] for key in sorted(lines))))
        return text.encode(), places

    def _text(self, row: Row) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([row.get(name, "") for name in self.head])
        return text.getvalue()


def read_ledgers(folder: Path, schemas: Mapping[str, TableSchema]) -> dict[str, Ledger]:
    """Read tables of a dataset that was checked and has no fault."""
    return {name: _read(folder, schema) for name, schema in schemas.items()}


def packed_rows(folder: Path, schema: TableSchema, batch: Iterable[Incoming]) -> tuple[Row, ...]:
    """Return the rows of the Parquet table that are of the series of incoming observations.

    They are vintages like those of the CSV table: the same row is known, another one revises it.
    """
    wanted = {row.cells.get("series_id", "") for row in batch if row.table == "observations"}
    detail, problems = store.settled(folder, lambda: read_detail(folder, schema, wanted))
    if problems:
        message = f"the rows in {schema.path} cannot be read; the first: {problems[0]}"
        raise DataError(message, "run `reports check` to see all of it", tuple(problems))
    unread = dict.fromkeys((field.name for field in schema.fields), "")
    return tuple(
        unread | dict(zip(table.frame.columns, cells, strict=True))
        for table in detail.tables
        for cells in table.frame.itertuples(index=False, name=None)
    )


def _read(folder: Path, schema: TableSchema) -> Ledger:
    try:
        content = store.place_of(folder, schema.path).read_bytes()
    except OSError as error:
        raise unreadable(error) from error
    # No cell of a sound table holds a line break: a row is a line.
    lines = content.decode().removesuffix("\n").split("\n")
    head, *cells = csv.reader(lines)
    rows = tuple(dict(zip(head, row, strict=True)) for row in cells)
    return Ledger(schema, content, tuple(head), rows, tuple(lines[1:]))
