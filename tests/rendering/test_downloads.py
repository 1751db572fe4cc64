"""The files that ride in a PDF: their names, relationships and descriptions."""

from __future__ import annotations

from reports.model import Exhibit
from reports.rendering.downloads import attachments, table_csv
from tests.rendering.example_edition import example_edition

EDITION = example_edition()
ROWS = {"observations": b"key,vintage\n", "tariffs": b"key,vintage\n"}
FILES = attachments(EDITION, b"{}\n", ROWS)


def test_names_are_ascii_without_folders_sorted_and_unique() -> None:
    names = [file.name for file in FILES]
    assert names == sorted(set(names))
    assert all(name.isascii() and "/" not in name and "\\" not in name for name in names)


def test_facts_rows_and_the_data_of_every_chart_ride() -> None:
    blocks = [block for section in EDITION.sections for block in section.blocks]
    exhibits = [block for block in blocks if isinstance(block, Exhibit)]
    assert len(exhibits) > 3
    held = {file.name: file.content for file in FILES}
    charts = {f"chart-{e.key}.csv": table_csv(e.data).encode() for e in exhibits}
    rows = {"rows-observations.csv": b"key,vintage\n", "rows-tariffs.csv": b"key,vintage\n"}
    assert held == {"facts.json": b"{}\n"} | charts | rows


def test_what_they_are_to_the_edition_is_told() -> None:
    told = {file.name: (file.relationship, file.media_type) for file in FILES}
    assert told["facts.json"] == ("Data", "application/json")
    assert told["rows-tariffs.csv"] == ("Source", "text/csv")
    assert {told[name] for name in told if name.startswith("chart-")} == {("Data", "text/csv")}
    words = {file.name: file.description for file in FILES}
    assert words["rows-tariffs.csv"] == (
        "Rows of the table tariffs that the facts rest on, as known by the end of 9 June 2025"
    )
    assert len(set(words.values())) == len(words)
