"""What a desk sends: CSV files and workbooks, and small datasets that they go to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.dataset.packages import DATA, Row, copy, read, write

PAGE = "customs-2026-01-09"
TODAY = "2026-03-02"
OBSERVATION = ("series_id", "period", "value", "published", "source_id", "status", "note")
SOURCE = ("source_id", "publisher", "title", "url", "published")
SOURCE_ROW = (PAGE, "Customs", "Trade in December", "https://example.org/december", "2026-01-09")
EXPORTS = "rare_earth_exports_t"
DECEMBER = (EXPORTS, "2025-12", "5012.3", "2026-01-09", PAGE, "reported", "")


def text(*rows: Sequence[str], separator: str = ",", end: str = "\n") -> str:
    """Return rows as the text of a CSV file; a cell with the separator is quoted."""
    quoted = ([f'"{c}"' if separator in c else c for c in row] for row in rows)
    return "".join(separator.join(row) + end for row in quoted)


def csv_file(path: Path, *rows: Sequence[str], encoding: str = "utf-8", **form: str) -> Path:
    """Write rows to a CSV file."""
    path.write_bytes(text(*rows, **form).encode(encoding))
    return path


def observations(folder: Path, *rows: Sequence[str]) -> Path:
    """Write observations in the layout of the collectors."""
    return csv_file(folder / "observations.csv", OBSERVATION, *rows)


def sources(folder: Path, *rows: Sequence[str]) -> Path:
    """Write sources; without rows, the page of the December figures."""
    return csv_file(folder / "sources.csv", SOURCE, *(rows or [SOURCE_ROW]))


def workbook(path: Path, **sheets: Iterable[Sequence[Any]]) -> Path:
    """Write a workbook with a sheet for each name."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def as_saved_by_a_spreadsheet(path: Path) -> Path:
    """Move the texts of the first sheet into the shared strings, where spreadsheets keep them."""
    sheet, types = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
    with zipfile.ZipFile(path) as book:
        inside, listed = book.read(sheet).decode(), book.read(types).decode()
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(found[1])
        return f't="s"><v>{len(texts) - 1}</v>'

    inside = re.sub(r't="inlineStr"><is><t>(.*?)</t></is>', share, inside)
    items = "".join(f"<si><t>{item}</t></si>" for item in texts)
    head = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts = {
        sheet: inside.encode(),
        types: listed.replace("</Types>", override).encode(),
        "xl/sharedStrings.xml": f"{head}{items}</sst>".encode(),
    }
    return repacked(path, **parts)


def repacked(path: Path, **parts: bytes) -> Path:
    """Add or replace parts of a workbook; `__` in a name stands for a slash."""
    content = io.BytesIO(path.read_bytes())
    new = {name.replace("__", "/"): part for name, part in parts.items()}
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part in old.infolist():
            if part.filename not in new:
                book.writestr(part, old.read(part))
        for name, part_content in new.items():
            book.writestr(name, part_content)
    return path


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a dataset that git tracks."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def whole(folder: Path) -> Path:
    """Copy the dataset of the repository into a new folder."""
    folder.mkdir()
    return copy(folder)


def small(folder: Path) -> Path:
    """Make a dataset of few rows, which is checked in a fraction of the time."""
    whole(folder)
    kept: dict[str, list[Row]] = {}
    wanted = (EXPORTS, "rare_earth_exports_ytd_t", "pmi_mfg")
    rows = [row for row in read(DATA, "observations") if row["series_id"] in wanted]
    kept["observations"] = [
        row for row in rows if row["period"] >= "2025-08" or row["value"] == "42936.0"
    ]
    for name in ("tariffs", "controls", "statements", "impacts"):
        kept[name] = read(DATA, name)[:2]
    kept["tariff_levels"] = [
        row for row in read(DATA, "tariff_levels") if row["definition_key"] == "trump_stated_rate"
    ]
    kept["meetings"] = [
        row for row in read(DATA, "meetings") if row["meeting_id"] in ("M01", "M05")
    ]
    for name in ("delegates", "stated_changes", "definitions"):
        kept[name] = read(DATA, name)[:1]
    kept["calendar"] = [row for row in read(DATA, "calendar") if row["tariff_id"] == "TC01"]
    cited = {
        cell
        for rows in kept.values()
        for row in rows
        for column, cell in row.items()
        if column.endswith("source_id")
    } | {"SP001"}
    kept["sources"] = [row for row in read(DATA, "sources") if row["source_id"] in cited]
    for name, chosen in kept.items():
        write(folder, name, chosen)
    path = folder / "known_conflicts.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return folder
