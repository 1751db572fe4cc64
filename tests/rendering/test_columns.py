"""Columns give each other room where words would wrap or spill over, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.model import Cell, CiteSpan, Column, Exhibit, Prose, TableSpec, plain
from reports.rendering import heights
from reports.rendering.columns import fit_columns
from reports.rendering.lines import Ruler, styles
from reports.rendering.rows import Placed
from reports.rendering.units import make_draft
from tests.rendering.example_edition import example_edition

EDITION = example_edition()
RULER = Ruler({source.id: source.number for source in EDITION.sources})


def table(*rows: tuple[str, ...]) -> TableSpec:
    columns = (
        Column("Series", 0.36, "head"),
        Column("Latest", 0.22),
        Column("Next about", 0.2),
        Column("Status", 0.22),
    )
    return TableSpec("t", "", columns, tuple(tuple(Cell((word,)) for word in row) for row in rows))


def rooms(spec: TableSpec) -> list[float]:
    return [84 * column.width - heights.BOX_MM["cell-right"] for column in spec.columns]


def test_a_table_whose_words_fit_is_left_alone() -> None:
    spec = table(("Magnet exports", "May 2025", "9 July", "As reported"))
    assert fit_columns(spec, RULER, "half") == spec


def test_an_unbroken_date_gets_the_room_it_needs() -> None:
    date = "20\N{NO-BREAK SPACE}November"
    spec = table(("Magnet exports", "May 2025", date, "As reported"))
    need = RULER.widths((date,), styles()["table"])[0]
    assert rooms(spec)[2] < need
    assert rooms(fit_columns(spec, RULER, "half"))[2] >= need


def test_widths_still_fill_the_table_and_rows_get_no_higher() -> None:
    spec = table(
        ("Magnet exports", "September 2025", "9\N{NO-BREAK SPACE}June", "As reported"),
        ("Consumer prices", "September 2025", "9\N{NO-BREAK SPACE}July", "As reported"),
    )
    fitted = fit_columns(spec, RULER, "half")
    assert sum(column.width for column in fitted.columns) == pytest.approx(1)
    before = sum(heights.row_lines(RULER, spec, "half"))
    assert sum(heights.row_lines(RULER, fitted, "half")) < before


def test_numbers_stay_equally_broad() -> None:
    words = tuple(f"{number},000" for number in range(6))
    numbers = (Column("May", 0.1, "number") for _ in words)
    columns = (Column("Series", 0.2, "head"), Column("Unit", 0.2), *numbers)
    cells = tuple(Cell((word,)) for word in ("Magnet exports to the US of all", "tonnes", *words))
    fitted = fit_columns(TableSpec("n", "", columns, (cells,)), RULER, "full")
    assert fitted.columns[0].width > 0.2
    assert len({round(column.width, 9) for column in fitted.columns[2:]}) == 1


def test_widths_of_a_text_are_those_of_its_longest_part_and_its_line() -> None:
    font = styles()["table"]
    longest, line = RULER.widths(("one three\N{NO-BREAK SPACE}four five",), font)
    assert longest == RULER.widths(("three\N{NO-BREAK SPACE}four",), font)[1]
    assert RULER.lines(("one three\N{NO-BREAK SPACE}four five",), line + 0.1, font) == 1


def test_a_mark_belongs_to_the_word_before_it() -> None:
    font = styles()["table"]
    source = EDITION.sources[0].id
    word = RULER.widths(("tonnes",), font)[0]
    assert RULER.widths(("tonnes", CiteSpan((source,))), font)[0] > word


def test_the_unit_of_a_subtitle_keeps_the_word_before_it() -> None:
    found = next(
        block
        for section in EDITION.sections
        for block in section.blocks
        if isinstance(block, Exhibit) and ", %" in block.subtitle
    )
    words = heights.subtitle(found)
    assert words.startswith(f"Figure {found.number}. ")
    assert ",\N{NO-BREAK SPACE}%" in words


def test_titles_in_two_lines_are_balanced() -> None:
    title = ("Consumer prices fell for a fourth month",)
    lines = [plain(line) for line in heights.title_lines(title, "third")]
    assert lines == ["Consumer prices fell", "for a fourth month"]


def test_running_text_after_running_text_is_one() -> None:
    section = next(part for part in EDITION.sections if not part.one_line)
    texts = tuple(((f"Paragraph {number} of some length. " * 6,),) for number in range(2))
    made = make_draft(RULER, replace(section, blocks=tuple(Prose(each) for each in texts)))
    assert made.rows == ((Placed(Prose((*texts[0], *texts[1])), "full"),),)
