"""The plan of the pages: rows, lines, page ends and the sizes of charts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from reports.charts import SLOTS, height_range
from reports.model import (
    Block,
    CiteSpan,
    Exhibit,
    FactSpan,
    Points,
    Prose,
    StrongSpan,
    TableBlock,
    Width,
    printed_sources,
)
from reports.rendering import back, ends, pdf
from reports.rendering.annex import AnnexEntry
from reports.rendering.heights import BOX_MM, Extent
from reports.rendering.layout import Layout, plan_again, plan_layout
from reports.rendering.lines import Ruler, balanced, styles
from reports.rendering.measure import Measured, deserves_another_pass, errors, faults
from reports.rendering.pages import Unit, capacity, fill_page
from reports.rendering.rows import rows
from reports.rendering.typesetting import LocalTypesetter
from reports.rendering.units import loosened, make_draft, section_units
from tests.rendering.example_edition import example_edition
from tests.rendering.example_variants import sixty_sources, text_only, thin_week, variants
from tests.rendering.printing import laid_out, placeholders

WORDS = [12.0] * 22 + [3.0] * 22
"""The heights of entries, long ones first."""
BODY = "Shipments of rare earths rose in May to the most in a year, customs data show."
RULER = Ruler({"a": 1, "b": 23})
STANDING_FOR_ALL = ("full", "thin week")
"""Variants of the example that the quick suite plans too."""


def prose(width: Width) -> Prose:
    return Prose(((BODY,),), width)


def widths(*blocks: Block) -> list[list[str]]:
    return [[placed.width for placed in row] for row in rows(blocks)]


def exhibits(plan: Layout) -> dict[str, Width]:
    return {
        cell.block.chart.key: cell.width
        for section in plan.sections
        for row in section.rows
        for cell in row.cells
        if isinstance(cell.block, Exhibit)
    }


def test_blocks_that_fill_a_row_stand_side_by_side() -> None:
    assert widths(prose("half"), prose("half")) == [["half", "half"]]
    assert widths(*[prose("third")] * 3) == [["third"] * 3]
    assert widths(prose("third"), prose("two_thirds")) == [["third", "two_thirds"]]
    assert widths(prose("full"), prose("full")) == [["full"], ["full"]]


def test_a_row_that_stays_short_is_widened() -> None:
    assert widths(prose("half"), prose("full")) == [["full"], ["full"]]
    assert widths(prose("third"), prose("third")) == [["half", "half"]]
    assert widths(prose("half"), prose("two_thirds")) == [["full"], ["full"]]
    assert widths(Points("Limits", ((BODY,),))) == [["full"]]


def test_no_chart_is_drawn_two_thirds_wide() -> None:
    chart = next(
        block
        for section in example_edition().sections
        for block in section.blocks
        if isinstance(block, Exhibit)
    )
    assert widths(prose("third"), replace(chart, width="two_thirds")) == [["half", "half"]]


def test_lines_break_where_words_and_their_marks_no_longer_fit() -> None:
    font = styles()["body"]
    assert RULER.lines("", 84, font) == 0
    assert RULER.lines(BODY, 84, font) == 2
    assert RULER.lines((BODY,), 174, font) == 1
    assert RULER.lines(BODY, 174, font, indent_em=30) == 2
    bold: tuple[StrongSpan, ...] = (StrongSpan(BODY),)
    width = next(mm for mm in range(80, 174) if RULER.lines(BODY, mm, font) == 1)
    assert RULER.lines(bold, width, font) == 2
    assert RULER.lines((BODY, CiteSpan(("a", "b"))), width, font) == 2


def test_headlines_are_balanced_and_keep_their_spans() -> None:
    fact = FactSpan("exports.may", "5,864.6\N{NO-BREAK SPACE}tonnes")
    text = ("China’s rare-earth exports reached ", fact, " in May, the most in a year")
    lines = balanced(text, 174, styles()["headline"])
    assert len(lines) == 3
    assert sum(line.count(fact) for line in lines) == 1
    assert all(not str(line[-1]).endswith(" ") for line in lines)
    assert balanced(("Short",), 174, styles()["headline"]) == (("Short",),)
    assert balanced((), 174, styles()["headline"]) == ()


@pytest.mark.slow
def test_words_are_as_broad_as_they_come_out() -> None:
    """Kerning with spaces and marks of each size count, or a line is thought to break too early."""
    texts = {
        "prose": (
            "January to September\N{NO-BREAK SPACE}2025 came to\N{NO-BREAK SPACE}7 tonnes",
            "body",
        ),
        "source-line": (
            "Only destinations with public figures; not available. Source: GACC.",
            "source_line",
        ),
    }
    mark = '<sup class="ref">&nbsp;<a href="#">1</a>,<a href="#">23</a></sup>'
    lines = "".join(f'<p class="{name}">{text}{mark}</p>' for name, (text, _) in texts.items())
    lines += f"<table><tr><td>Exports, 4,784.8 tonnes{mark}</td></tr></table>"
    boxes = laid_out(f"<div class=prose>{lines}</div>").pages[0]._page_box.children[0].descendants()
    found = [
        sum(part.margin_width() for part in box.children) * 25.4 / 96
        for box in boxes
        if type(box).__name__ == "LineBox"
    ]
    cited = CiteSpan(("a", "b"))
    wanted = [*texts.values(), ("Exports, 4,784.8 tonnes", "table")]
    sums = [RULER.widths((text, cited), styles()[name])[1] for text, name in wanted]
    assert sums == pytest.approx(found, abs=0.06)


def test_prose_takes_one_broad_column_where_a_page_ends_too_white_otherwise() -> None:
    edition = example_edition()
    talks = next(section for section in edition.sections if section.key == "talks")
    text = Prose(tuple((" ".join([BODY] * 4),) for _ in range(5)), "full")
    draft = make_draft(RULER, replace(talks, blocks=(text,), one_line=False))
    assert [cell.width for row in draft.rows for cell in row] == ["full"]
    loose = loosened(draft, "talks.0")
    assert [cell.width for row in loose.rows for cell in row] == ["two_thirds"]
    assert loosened(draft, "talks.1") == draft
    heights = [
        sum(part.extent.best for part in section_units(RULER, each, {})) for each in (draft, loose)
    ]
    assert heights[1] > heights[0] + 20


def test_marks_have_room_in_balanced_lines() -> None:
    font = styles()["standfirst"]
    text = (
        "Duties stand at 20% on all goods of both",
        CiteSpan(("a", "b")),
        " and no round is set",
    )
    room = next(mm for mm in range(60, 174) if len(balanced((text[0], text[2]), mm, font)) == 1)
    lines = balanced(text, room, font)
    assert len(lines) == 2
    assert all(RULER.widths(line, font)[1] <= room for line in lines)
    assert sum(isinstance(span, CiteSpan) for line in lines for span in line) == 1


def test_the_white_below_entries_gives_way_where_a_column_has_many_short_ones() -> None:
    entries = back.Entries(
        "annex", tuple(AnnexEntry((), (str(n),)) for n in range(44)), WORDS, 3, 9
    )
    notes = back.endnotes(RULER, (), 3)
    units = [unit for unit in back.back_units(notes, entries) if unit.key != "colophon"]
    rest = Extent.fixed(capacity(1) - 9 - 155)
    page = fill_page([*units, Unit("rest", rest, Extent(3, 5, 10), 0.0, 0.0)])
    assert page is not None
    (columns,) = back.planned_columns(entries, (page,), {})
    planned = sum(placing.height for placing in page.placings[:-1]) - 9
    ends = [sum(len(column) for column in columns.columns[:count]) for count in (0, 1, 2, 3)]
    actual = [sum(WORDS[start:end]) + columns.note * (end - start) for start, end in pairwise(ends)]
    assert max(len(column) for column in columns.columns) > 20
    assert max(actual) <= planned + 0.01
    assert columns.note >= 0.5


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in STANDING_FOR_ALL else pytest.mark.slow)
        for name in sorted(variants())
    ],
)
def test_every_plan_keeps_the_rules(name: str) -> None:
    edition = variants()[name]
    plan = plan_layout(edition)
    assert 3 <= plan.units["sources"].page <= 6
    last = max(part.page for key, part in plan.units.items() if key.startswith("sources"))
    assert 3 <= last <= 6
    assert last <= plan.pages <= last + 2
    assert plan == plan_layout(edition)
    for key, width in exhibits(plan).items():
        slot, height = plan.charts[key]
        low, high = height_range(chart_of(plan, key).chart, slot)
        assert low - 0.01 <= height <= high + 0.01
        assert SLOTS[slot].width == {"full": 174, "half": 84, "third": 54}[width]
    used: dict[int, float] = {}
    for part in plan.units.values():
        used[part.page] = used.get(part.page, 0) + part.height
    assert all(height < capacity(page) for page, height in used.items())
    listed = [entry for group in plan.sources for column in group.columns for entry in column]
    assert listed == list(printed_sources(edition))
    assert [item.page for item in plan.inside] == sorted(item.page for item in plan.inside)


def chart_of(plan: Layout, key: str) -> Exhibit:
    return next(
        cell.block
        for section in plan.sections
        for row in section.rows
        for cell in row.cells
        if isinstance(cell.block, Exhibit) and cell.block.chart.key == key
    )


def test_siblings_are_drawn_equally_high_where_they_can_be() -> None:
    plan = plan_layout(example_edition())
    panels = {plan.charts[key][1] for key in ("cpi-panel", "ppi-panel", "jobless-panel")}
    assert len(panels) == 1


def test_the_line_of_contents_says_less_where_it_would_take_two() -> None:
    edition = example_edition()
    assert plan_layout(edition).inside[-1].label == ends.BACK_MATTER
    first, *others = edition.sections
    talks = replace(first, kicker="The talks of the week")
    wide = replace(edition, sections=(talks, *others))
    assert ends.inside_height(wide) == ends.inside_height(edition)
    assert plan_layout(wide).inside[-1].label == ends.SHORT_BACK_MATTER


def test_sections_without_news_take_a_line_each() -> None:
    plan = plan_layout(thin_week())
    quiet = [part for part in plan.sections if part.section.one_line]
    assert len(quiet) == 3
    assert all(not part.rows for part in quiet)
    assert all(plan.units[f"{part.section.key}.head"].height < 15 for part in quiet)


def test_a_page_starts_with_a_head_or_a_figure_where_it_can() -> None:
    for edition in (text_only(), sixty_sources()):
        plan = plan_layout(edition)
        first: dict[int, str] = {}
        for key, part in plan.units.items():
            first.setdefault(part.page, key)
        for before, after in pairwise(sorted(first.items())):
            assert after[0] == before[0] + 1
            assert "+" not in after[1] or after[1].startswith(("sources", "annex"))


@pytest.mark.slow
def test_a_long_table_is_cut_between_rows_under_its_own_heads_again() -> None:
    edition = example_edition()
    watch = next(section for section in edition.sections if section.key == "watch")
    block = watch.blocks[0]
    assert isinstance(block, TableBlock)
    longer = replace(block.table, rows=block.table.rows * 12)
    changed = replace(watch, blocks=(TableBlock(longer),))
    plan = plan_layout(
        replace(
            edition,
            sections=tuple(changed if part is watch else part for part in edition.sections),
        )
    )
    parts = next(part for part in plan.sections if part.section.key == "watch").rows
    blocks = [row.cells[0].block for row in parts]
    tables = [block.table for block in blocks if isinstance(block, TableBlock)]
    assert len(tables) == len(parts) > 1
    assert [row.top for row in parts][1:] == [True] * (len(parts) - 1)
    assert [row for table in tables for row in table.rows] == list(longer.rows)
    assert len({table.key for table in tables}) == len(tables)
    assert all(len(table.rows) >= 3 for table in tables)


def test_faults_of_the_pages_are_told_in_words() -> None:
    found = Measured({}, {"watch.0": (4, 5)}, (10.0, 41.2, 5.0, 135.0), {}, {})
    assert list(faults(found)) == [
        "page 2 of the PDF ends with 41 mm of white, over 30 mm",
        "page 4 of the PDF ends with 135 mm of white, over 128 mm",
        "watch.0 is cut between pages 4 and 5 of the PDF",
    ]
    assert "7 pages" in next(faults(Measured({}, {}, (1.0,) * 7, {}, {})))


def test_pages_are_laid_out_again_only_where_heights_were_misjudged() -> None:
    plan = plan_layout(example_edition())
    heights = {key: part.height for key, part in plan.units.items()}
    pages = {key: (part.page,) for key, part in plan.units.items()}
    as_planned = Measured(heights, pages, (10.0,) * plan.pages, {}, {})
    assert not deserves_another_pass(plan, as_planned)
    white = replace(as_planned, white=(60.0,) * plan.pages)
    assert not deserves_another_pass(plan, white)
    wrong = replace(white, heights={**heights, "talks.0": heights["talks.0"] + 9})
    assert deserves_another_pass(plan, wrong)
    again = plan_again(example_edition(), plan, errors(plan, wrong))
    assert again.units["talks.0"].height == pytest.approx(heights["talks.0"] + 9)
    assert again.charts == plan.charts


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(variants()))
def test_pages_come_out_as_planned(name: str) -> None:
    edition = variants()[name]
    plan = plan_layout(edition)
    result = pdf.render_pdf(edition, placeholders(plan), plan)
    assert result.warnings == ()


@pytest.mark.slow
def test_a_misjudged_plan_is_mended_by_a_second_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = example_edition()
    monkeypatch.setitem(BOX_MM, "exhibit", -2.0)
    wrong = plan_layout(edition)
    monkeypatch.undo()
    first = LocalTypesetter().lay_out(pdf.print_html(edition, wrong))
    assert max(first.white[:-1]) > 100
    result = pdf.render_pdf(edition, placeholders(wrong), wrong)
    assert len(result.warnings) < len(list(faults(first)))
    assert not any("cut between" in warning for warning in result.warnings)
