"""What readers take away from an edition: tables as CSV, and the files that ride in the PDF."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from io import StringIO

from reports.model import Attachment, Edition, Exhibit, TableSpec, plain
from reports.rendering.context import long_day

_NUMBER = re.compile(r"[+−-]?\d[\d,]*(\.\d+)?( ?%)?")
_CSV = "text/csv"


def attachments(
    edition: Edition, facts: bytes, rows: Mapping[str, bytes]
) -> tuple[Attachment, ...]:
    """Return the files that ride in the PDF of an edition, by name.

    `facts` is its `facts.json`; `rows` holds, by table, the rows of the dataset behind the facts.
    """
    day = long_day(edition.id.as_of)
    told = f"The facts of the edition of {day}: each number with its formula, rows and sources"
    files = [Attachment("facts.json", facts, "application/json", "Data", _spaced(told))]
    for table, content in rows.items():
        told = f"Rows of the table {table} that the facts rest on, as known by the end of {day}"
        files.append(Attachment(f"rows-{table}.csv", content, _CSV, "Source", _spaced(told)))
    for exhibit in _exhibits(edition):
        told = f"The data of figure {exhibit.number}: {plain(exhibit.title)}"
        content = table_csv(exhibit.data).encode()
        files.append(Attachment(f"chart-{exhibit.key}.csv", content, _CSV, "Data", _spaced(told)))
    return tuple(sorted(files, key=lambda file: file.name))


def table_csv(table: TableSpec) -> str:
    """Return a table as CSV with the marks of status in a column of their own, if it has any."""
    columns = [column for column in table.columns if column.kind != "spark"]
    kept = [index for index, column in enumerate(table.columns) if column.kind != "spark"]
    marked = any(cell.mark for row in table.rows for cell in row)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.label for column in columns] + ["Status"] * marked)
    for row in table.rows:
        marks = " ".join(cell.mark for cell in row if cell.mark)
        writer.writerow([_plain_cell(plain(row[index].text)) for index in kept] + [marks] * marked)
    return out.getvalue()


def _plain_cell(text: str) -> str:
    """Return a cell for a spreadsheet: numbers as numbers, and nothing that runs as a formula."""
    if _NUMBER.fullmatch(text):
        return text.replace(",", "").replace("−", "-")
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _exhibits(edition: Edition) -> list[Exhibit]:
    blocks = (block for section in edition.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, Exhibit)]


def _spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
