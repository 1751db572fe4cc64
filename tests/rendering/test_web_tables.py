"""Tables of the page on small screens, and as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from reports.model import Cell, Column, TableSpec
from reports.rendering.downloads import table_csv
from reports.rendering.web import small_screen


def _table(*rows: tuple[str, ...], scrolls: bool = False) -> TableSpec:
    columns = tuple(Column(f"C{number}", 0.5) for number in range(len(rows[0])))
    return TableSpec(
        "t", "", columns, tuple(tuple(Cell((w,)) for w in r) for r in rows), (), scrolls
    )


def test_tables_choose_what_they_do_on_a_small_screen() -> None:
    assert small_screen(_table(("Prices", "May"))) == "stays"
    assert small_screen(_table(("Prices", "May"), scrolls=True)) == "scrolls"
    assert small_screen(
        _table(("Tariffs", "The reprieve ends in August; April’s rates return"))
    ) == ("stacks")


def test_csv_holds_numbers_marks_and_no_formula() -> None:
    spec = TableSpec(
        "t",
        "",
        (Column("Month", 0.5, "head"), Column("Tonnes", 0.5, "number")),
        (
            (Cell(("May, 2025",)), Cell(("5,864.6",), "p")),
            (Cell(("=1+1",)), Cell(("−50",))),
            (Cell(("+23%",)), Cell(("@x",))),
        ),
    )
    rows = list(csv.reader(StringIO(table_csv(spec))))
    assert rows == [
        ["Month", "Tonnes", "Status"],
        ["May, 2025", "5864.6", "p"],
        ["'=1+1", "-50", ""],
        ["+23%", "'@x", ""],
    ]
