"""How high each block of a printed edition will be, before anything is laid out.

Heights are in mm. What a chart may add or give is told as a range, so that a page can be filled.
`BOX_MM` holds every padding of the style sheet that a height depends on; the sheet reads them as
custom properties, so that sum and page cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from reports.charts import SLOTS, height_range
from reports.model import (
    Block,
    Delegation,
    Delegations,
    Edition,
    Exhibit,
    FactStrip,
    Points,
    Prose,
    Section,
    SourceEntry,
    TableBlock,
    TableSpec,
    Terms,
    Text,
    Width,
)
from reports.rendering.context import long_day
from reports.rendering.lines import MM_PER_PT, line_count, styles
from reports.rendering.tokens import tokens

BOX_MM = {
    "masthead-top": 2.6,
    "masthead-bottom": 2.2,
    "edition-line": 2.0,
    "notice": 1.8,
    "key-figures-top": 1.9,
    "key-figures-bottom": 2.0,
    "key-value": 0.6,
    "key-spark": 1.2,
    "section": 1.9,
    "strip": 2.4,
    "strip-side": 3.0,
    "card-top": 1.6,
    "card-bottom": 1.2,
    "member": 1.3,
    "exhibit": 1.5,
    "chart": 1.6,
    "source-line": 1.6,
    "cell": 1.25,
    "cell-right": 2.5,
    "number-left": 1.5,
    "head-top": 0.4,
    "head-bottom": 0.9,
    "points-top": 0.8,
    "points-left": 4.2,
    "point": 1.0,
    "terms-top": 1.0,
    "terms-gap": 2.0,
    "note-left": 4.8,
    "note": 0.7,
    "gutter": 6.0,
}
PARAGRAPH_INDENT_EM = 1.1
SLOT_OF: dict[Width, str] = {
    "full": "pdf_full",
    "two_thirds": "pdf_half",
    "half": "pdf_half",
    "third": "pdf_third",
}


@dataclass(frozen=True)
class Extent:
    """A height that can give way: at least `low`, at most `high`, best `best`."""

    low: float
    best: float
    high: float

    @classmethod
    def fixed(cls, height: float) -> Extent:
        """Return a height that cannot give way."""
        return cls(height, height, height)

    def plus(self, height: float) -> Extent:
        """Return the extent of this with something fixed on top."""
        return Extent(self.low + height, self.best + height, self.high + height)


def box_variables() -> str:
    """Return the paddings as CSS custom properties: `--pad-cell: 1.25mm`."""
    return ":root{" + "".join(f"--pad-{name}:{size}mm;" for name, size in BOX_MM.items()) + "}"


def span_mm(width: Width) -> float:
    """Return the breadth of a span of columns."""
    return float(tokens()["page"]["spans_mm"][width])


def block_extent(block: Block, width: Width, lines: tuple[int, int] | None = None) -> Extent:
    """Return the height of a block at the width it was given.

    `lines` are the lines that the title and the subtitle of an exhibit are given, if it has
    siblings to keep up with.
    """
    if isinstance(block, Exhibit):
        return chart_extent(block, width).plus(
            exhibit_overhead(block, width, lines or head_lines(block, width))
        )
    return Extent.fixed(_FIXED[type(block)](block, width))


def chart_extent(exhibit: Exhibit, width: Width) -> Extent:
    """Return how high the chart of an exhibit may be in its slot."""
    low, high = height_range(exhibit.chart, SLOT_OF[width])
    return Extent(low, (low + high) / 2, high)


def exhibit_overhead(exhibit: Exhibit, width: Width, lines: tuple[int, int]) -> float:
    """Return the height of all of an exhibit but its chart, its head having so many lines."""
    title, subtitle = lines
    source = _lines(exhibit.source, span_mm(width), "source_line")
    return (
        _rule("figure_top")
        + BOX_MM["exhibit"]
        + title * _line("figure_title")
        + subtitle * _line("figure_subtitle")
        + BOX_MM["chart"]
        + BOX_MM["source-line"]
        + source * _line("source_line")
    )


def head_lines(exhibit: Exhibit, width: Width) -> tuple[int, int]:
    """Return how many lines the title and the subtitle of an exhibit take."""
    subtitle = f"Figure {exhibit.number}. {exhibit.subtitle}"
    return (
        _lines(exhibit.title, span_mm(width), "figure_title"),
        _lines((subtitle,), span_mm(width), "figure_subtitle"),
    )


def paragraphs_height(paragraphs: tuple[Text, ...], width: Width) -> float:
    """Return the height of running text: two columns where it spans the page, else one."""
    column = span_mm("half" if width == "full" else width)
    counts = [
        line_count(text, column, styles()["body"], PARAGRAPH_INDENT_EM if number else 0.0)
        for number, text in enumerate(paragraphs)
    ]
    lines = _balanced_lines(counts) if width == "full" else sum(counts)
    return lines * _line("body")


def table_height(table: TableSpec, width: Width) -> float:
    """Return the height of a table with its title, head and note."""
    breadth = span_mm(width)
    heads = [
        _lines((column.label,), _cell_width(column.kind, column.width * breadth), "table_head")
        for column in table.columns
    ]
    height = max(heads) * _line("table_head") + BOX_MM["head-top"] + BOX_MM["head-bottom"]
    if table.title:
        height += _lines((table.title,), breadth, "figure_title") * _line("figure_title")
    if table.note:
        lines = _lines(table.note, breadth, "source_line")
        height += BOX_MM["source-line"] + lines * _line("source_line")
    return height + 2 * _rule("table_head") + sum(row_heights(table, width))


def row_heights(table: TableSpec, width: Width) -> list[float]:
    """Return the height of each row of a table's body."""
    breadth = span_mm(width)
    heights = []
    for row in table.rows:
        lines = 1
        for column, cell in zip(table.columns, row, strict=True):
            room = _cell_width(column.kind, column.width * breadth)
            font = styles()["table"].strong if column.kind == "head" else styles()["table"]
            if column.kind not in ("tag", "spark"):
                lines = max(lines, line_count(cell.text, room, font))
        heights.append(lines * _line("table") + 2 * BOX_MM["cell"] + _rule("table_row"))
    return heights


def section_head_height(headline_lines: int) -> float:
    """Return the height of a section's rule, kicker and headline."""
    return section_rule() + _line("kicker") + headline_lines * _line("section_heading")


def section_rule() -> float:
    """Return the height of the rule and its padding, which a section lacks at the top of a page."""
    return _rule("section") + BOX_MM["section"]


def one_line_height(section: Section) -> float:
    """Return the height of a section without news: its name beside its text."""
    prose = [block for block in section.blocks if isinstance(block, Prose)]
    text = sum(paragraphs_height(block.paragraphs, "two_thirds") for block in prose)
    return section_rule() + max(text, _line("kicker"))


def headline_height(lines: int) -> float:
    """Return the height of the headline."""
    return lines * _line("headline")


def standfirst_height(lines: int) -> float:
    """Return the height of the standfirst."""
    return lines * _line("standfirst")


def colophon_height() -> float:
    """Return the height of the closing lines: a rule and two lines at most."""
    return _rule("table_row") + BOX_MM["source-line"] + 2 * _line("source_line")


def endnote_heights(sources: tuple[SourceEntry, ...], width: Width) -> list[float]:
    """Return the height of each endnote in a column of a width."""
    room = span_mm(width) - BOX_MM["note-left"]
    return [
        _lines((endnote_words(source),), room, "endnote") * _line("endnote") + BOX_MM["note"]
        for source in sources
    ]


def endnote_words(source: SourceEntry) -> str:
    """Return the words of an endnote as it prints."""
    title = f" {source.title}" if source.title else ""
    day = f", {long_day(source.published)}" if source.published else ""
    return f"{source.publisher}.{title}{day}."


def masthead_height(edition: Edition) -> float:
    """Return the height of the name, the line of the edition and the notes to the reader."""
    notes = sum(
        _lines((note,), span_mm("full"), "running_head") * 10 * MM_PER_PT + BOX_MM["notice"]
        for note in edition.notes
    )
    name = BOX_MM["masthead-top"] + _line("masthead") + BOX_MM["masthead-bottom"]
    edition_line = 2 * BOX_MM["edition-line"] + _line("running_head") + 0.9 * MM_PER_PT
    return _rule("masthead") + name + edition_line + notes


def key_figures_height(edition: Edition) -> float:
    """Return the height of the row of key figures."""
    spark = SLOTS["kpi_spark"]
    text_line = 9.4 * MM_PER_PT
    labels, notes = key_figure_lines(edition)
    return (
        _rule("section")
        + BOX_MM["key-figures-top"]
        + labels * text_line
        + BOX_MM["key-value"]
        + _line("kpi_value")
        + 2 * BOX_MM["key-spark"]
        + spark.height[0]
        + notes * text_line
        + BOX_MM["key-figures-bottom"]
        + _rule("table_row")
    )


def key_figure_lines(edition: Edition) -> tuple[int, int]:
    """Return the most lines that a label and a note of the key figures take."""
    room = SLOTS["kpi_spark"].width
    figures = edition.key_figures
    return (
        max((_lines((figure.label,), room, "table_head") for figure in figures), default=0),
        max((line_count(f.note, room, styles()["running_head"]) for f in figures), default=0),
    )


def inside_height(edition: Edition) -> float:
    """Return the height of the line that tells what is inside."""
    words = "Inside" + "".join(f"     {section.kicker} 0" for section in edition.sections)
    return _lines((words,), span_mm("full"), "table") * _line("table")


def _prose_height(block: Prose, width: Width) -> float:
    return paragraphs_height(block.paragraphs, width)


def _table_block_height(block: TableBlock, width: Width) -> float:
    return table_height(block.table, width)


def _strip_height(block: FactStrip, width: Width) -> float:
    gutters = BOX_MM["gutter"] * (len(block.items) - 1)
    room = (span_mm(width) - 2 * BOX_MM["strip-side"] - gutters) / len(block.items)
    lines = max(
        _lines((name,), room, "running_head") + _lines(words, room, "table")
        for name, words in block.items
    )
    return 2 * BOX_MM["strip"] + lines * _line("table")


def _delegations_height(block: Delegations, _width: Width) -> float:
    return max(_card_height(side) for side in block.sides)


def _card_height(side: Delegation) -> float:
    room = span_mm("half")
    line = _line("table")
    height = _rule("card_top") + BOX_MM["card-top"] + _line("card_name") + BOX_MM["card-bottom"]
    for member in side.members:
        lines = 1 + _lines(member.role, room, "figure_subtitle")
        height += 2 * BOX_MM["member"] + lines * line + _rule("table_row")
    if side.note:
        lines = _lines(side.note, room, "figure_subtitle")
        height += BOX_MM["member"] + lines * line + _rule("table_row")
    return height


def _points_height(block: Points, width: Width) -> float:
    room = span_mm("half" if width == "full" else width) - BOX_MM["points-left"]
    items = [_lines(item, room, "table") * _line("table") + BOX_MM["point"] for item in block.items]
    body = shortest_columns(items, 2 if width == "full" else 1)
    return _line("figure_title") + BOX_MM["points-top"] + body


def _terms_height(block: Terms, _width: Width) -> float:
    height = _line("figure_title") + BOX_MM["terms-top"]
    counts = [
        line_count((f"{word}. ", *words), span_mm("third"), styles()["table"])
        for word, words in block.items
    ]
    rows = [max(counts[start : start + 3]) for start in range(0, len(counts), 3)]
    return height + sum(rows) * _line("table") + BOX_MM["terms-gap"] * (len(rows) - 1)


def shortest_columns(heights: list[float], columns: int) -> float:
    """Return the least height at which entries that do not break fit into columns."""
    if not heights:
        return 0.0
    candidates = sorted(
        {
            sum(heights[start:end])
            for start in range(len(heights))
            for end in range(start + 1, len(heights) + 1)
        }
    )
    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high) // 2
        if _columns_needed(heights, candidates[middle]) <= columns:
            high = middle
        else:
            low = middle + 1
    return candidates[low]


def _columns_needed(heights: list[float], limit: float) -> int:
    needed, used = 1, 0.0
    for height in heights:
        if height > limit + 1e-6:
            return len(heights) + 1
        if used + height > limit + 1e-6:
            needed, used = needed + 1, 0.0
        used += height
    return needed


def _balanced_lines(counts: list[int]) -> int:
    """Return the lines of the longer of two columns; a paragraph leaves two on each side."""
    total, before, best = sum(counts), 0, sum(counts)
    for count in counts:
        for line in range(count + 1):
            if line in (0, count) or (line >= 2 and count - line >= 2):
                best = min(best, max(before + line, total - before - line))
        before += count
    return max(best, ceil(total / 2))


def _cell_width(kind: str, width: float) -> float:
    return width - BOX_MM["number-left" if kind == "number" else "cell-right"]


def _lines(text: Text, width: float, name: str) -> int:
    return line_count(text, width, styles()[name])


def _line(name: str) -> float:
    return float(tokens()["type_print_pt"][name][1]) * MM_PER_PT


def _rule(name: str) -> float:
    return float(tokens()["rules_pt"][name]) * MM_PER_PT


_FIXED: dict[type, Callable[..., float]] = {
    Prose: _prose_height,
    TableBlock: _table_block_height,
    FactStrip: _strip_height,
    Delegations: _delegations_height,
    Points: _points_height,
    Terms: _terms_height,
}
