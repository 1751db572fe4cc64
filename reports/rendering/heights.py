"""How high each block of a printed edition will be, before anything is laid out.

Heights are in mm. What a chart may add or give is told as a range, so that a page can be filled.
`BOX_MM` holds every padding of the style sheet that a height depends on; the sheet reads them as
custom properties, so that sum and page cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.model import (
    Block,
    Column,
    Delegation,
    Delegations,
    Exhibit,
    FactStrip,
    Points,
    Prose,
    Section,
    TableBlock,
    TableSpec,
    Terms,
    Text,
    Width,
    plain,
)
from reports.rendering.balance import Balance, balanced_columns, shortest_columns
from reports.rendering.lines import MM_PER_PT, Ruler, balanced, styles, width_mm
from reports.rendering.tokens import tokens

BOX_MM = {
    "masthead-top": 3.0,
    "masthead-bottom": 2.0,
    "edition-line": 2.0,
    "notice": 1.8,
    "key-figures-top": 1.9,
    "key-figures-bottom": 2.0,
    "key-value": 0.6,
    "key-spark": 1.5,
    "section": 1.9,
    "kicker": 0.9,
    "strip": 2.4,
    "strip-side": 3.0,
    "card-top": 1.6,
    "card-bottom": 1.2,
    "member": 1.3,
    "exhibit": 1.5,
    "chart": 1.6,
    "source-line": 1.6,
    "cell-right": 2.5,
    "number-left": 1.5,
    "head-top": 0.9,
    "head-bottom": 0.9,
    "points-top": 0.8,
    "points-left": 4.2,
    "point": 1.0,
    "terms-top": 1.0,
    "terms-gap": 2.0,
    "notes": 1.0,
    "endnote-number": 0.8,
    "inside": 4.0,
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

    def plus(self, height: float, times: float = 1.0) -> Extent:
        """Return the extent of so many of these with something fixed on top."""
        return Extent(
            self.low * times + height, self.best * times + height, self.high * times + height
        )

    def at(self, stretch: float) -> float:
        """Return the height at a stretch between -1, the least, and 1, the most."""
        room = self.high - self.best if stretch > 0 else self.best - self.low
        return self.best + stretch * room


CELL_MM = Extent(0.85, 1.25, 2.0)
"""The padding above and below the words of a table: what gives way where there are no charts."""
NOTE_MM = Extent(0.5, 0.7, 2.6)
"""The white below an endnote."""


def box_variables() -> str:
    """Return the paddings as CSS custom properties: `--pad-cell: 1.25mm`."""
    return ":root{" + "".join(f"--pad-{name}:{size}mm;" for name, size in BOX_MM.items()) + "}"


def span_mm(width: Width) -> float:
    """Return the breadth of a span of columns."""
    return float(tokens()["page"]["spans_mm"][width])


def block_extent(ruler: Ruler, block: Block, width: Width) -> Extent:
    """Return the height of a block without a chart, at the width it was given."""
    if isinstance(block, TableBlock):
        return table_extent(ruler, block.table, width)
    return Extent.fixed(_HEIGHT_OF[type(block)](ruler, block, width))


def exhibit_overhead(ruler: Ruler, exhibit: Exhibit, width: Width, lines: tuple[int, int]) -> float:
    """Return the height of all of an exhibit but its chart, its head having so many lines."""
    title, subtitle = lines
    source = count(ruler, exhibit.source, span_mm(width), "source_line")
    return (
        rule_of("figure_top")
        + BOX_MM["exhibit"]
        + title * line_of("figure_title")
        + subtitle * line_of("figure_subtitle")
        + BOX_MM["chart"]
        + BOX_MM["source-line"]
        + source * line_of("source_line")
    )


def head_lines(ruler: Ruler, exhibit: Exhibit, width: Width) -> tuple[int, int]:
    """Return how many lines the title and the subtitle of an exhibit take."""
    return (
        len(title_lines(exhibit.title, width)),
        count(ruler, subtitle(exhibit), span_mm(width), "figure_subtitle"),
    )


def title_lines(title: Text, width: Width) -> tuple[Text, ...]:
    """Return the title of an exhibit in lines of like length."""
    return balanced(title, span_mm(width), styles()["figure_title"])


def subtitle(exhibit: Exhibit) -> str:
    """Return the number and the subtitle of an exhibit; a unit keeps the word before it."""
    words = exhibit.subtitle.replace(", %", ",\N{NO-BREAK SPACE}%")
    return f"Figure {exhibit.number}. {words}"


def paragraphs_height(ruler: Ruler, paragraphs: tuple[Text, ...], width: Width) -> float:
    """Return the height of running text: two columns where it spans the page, else one."""
    counts = paragraph_lines(ruler, paragraphs, width)
    return columns_height(counts) if width == "full" else sum(counts) * line_of("body")


def columns_height(counts: Sequence[int]) -> float:
    """Return the height of two balanced columns of paragraphs with so many lines."""
    return balanced_columns(counts, line_of("body")).height


def paragraphs_balance(ruler: Ruler, paragraphs: Sequence[Text]) -> Balance:
    """Return how running text across the page stands in its two columns."""
    return balanced_columns(paragraph_lines(ruler, paragraphs, "full"), line_of("body"))


def paragraph_lines(ruler: Ruler, paragraphs: Sequence[Text], width: Width) -> list[int]:
    """Return the lines of each paragraph in its column; all but the first are indented."""
    column = span_mm("half" if width == "full" else width)
    return [
        ruler.lines(text, column, styles()["body"], PARAGRAPH_INDENT_EM if number else 0.0)
        for number, text in enumerate(paragraphs)
    ]


def table_extent(ruler: Ruler, table: TableSpec, width: Width) -> Extent:
    """Return the height of a table with its title, head and note."""
    lines = row_lines(ruler, table, width)
    title = table_title_height(ruler, table, width)
    head, note = table_head_height(ruler, table, width), table_note_height(ruler, table, width)
    return rows_extent(lines).plus(title + head + note - rule_of("table_row"))


def table_title_height(ruler: Ruler, table: TableSpec, width: Width) -> float:
    """Return the height of a table's title."""
    return count(ruler, table.title, span_mm(width), "figure_title") * line_of("figure_title")


def table_head_height(ruler: Ruler, table: TableSpec, width: Width) -> float:
    """Return the height of a table's column heads, and of the rules below them and at its end."""
    lines = max(
        count(ruler, column.label, _cell_width(column, span_mm(width)), "table_head")
        for column in table.columns
    )
    padding = BOX_MM["head-top"] + BOX_MM["head-bottom"]
    return lines * line_of("table_head") + padding + 2 * rule_of("table_head")


def table_note_height(ruler: Ruler, table: TableSpec, width: Width) -> float:
    """Return the height of the note under a table."""
    lines = count(ruler, table.note, span_mm(width), "source_line")
    return BOX_MM["source-line"] + lines * line_of("source_line") if lines else 0.0


def rows_extent(lines: list[int]) -> Extent:
    """Return the height of rows of so many lines each, with a rule for each."""
    fixed = sum(lines) * line_of("table") + len(lines) * rule_of("table_row")
    return CELL_MM.plus(fixed, times=2 * len(lines))


def row_lines(ruler: Ruler, table: TableSpec, width: Width) -> list[int]:
    """Return the lines of each row of a table's body."""
    body = styles()["table"]
    counts = []
    for row in table.rows:
        lines = 1
        for column, cell in zip(table.columns, row, strict=True):
            if column.kind not in ("tag", "spark"):
                font = body.strong if column.kind == "head" else body
                room = _cell_width(column, span_mm(width))
                lines = max(lines, ruler.lines(cell.text, room, font))
        counts.append(lines)
    return counts


def section_head_height(headline_lines: int) -> float:
    """Return the height of a section's rule, kicker and headline."""
    height = section_rule() + line_of("kicker")
    if headline_lines:
        height += BOX_MM["kicker"] + headline_lines * line_of("section_heading")
    return height


def section_rule() -> float:
    """Return the height of the rule and its padding, which a section lacks at the top of a page."""
    return rule_of("section") + BOX_MM["section"]


def one_line_height(ruler: Ruler, section: Section) -> float:
    """Return the height of a section without news: its name beside its text."""
    prose = [block for block in section.blocks if isinstance(block, Prose)]
    text = sum(paragraphs_height(ruler, block.paragraphs, "two_thirds") for block in prose)
    return section_rule() + max(text, line_of("kicker"))


def _prose_height(ruler: Ruler, block: Prose, width: Width) -> float:
    return paragraphs_height(ruler, block.paragraphs, width)


def _strip_height(ruler: Ruler, block: FactStrip, width: Width) -> float:
    """Return the height of a strip whose columns are as broad as their words, if all have room."""
    room = span_mm(width) - 2 * BOX_MM["strip-side"] - BOX_MM["gutter"] * (len(block.items) - 1)
    needed = sum(width_mm(plain(words), styles()["table"]) for _, words in block.items)
    lines = 2
    if needed > room:
        equal = room / len(block.items)
        lines = 1 + max(count(ruler, words, equal, "table") for _, words in block.items)
    return 2 * BOX_MM["strip"] + lines * line_of("table")


def _delegations_height(ruler: Ruler, block: Delegations, _width: Width) -> float:
    return max(_card_height(ruler, side) for side in block.sides)


def _card_height(ruler: Ruler, side: Delegation) -> float:
    room = span_mm("half")
    line = line_of("table")
    height = rule_of("card_top") + BOX_MM["card-top"] + line_of("card_name") + BOX_MM["card-bottom"]
    for member in side.members:
        lines = 1 + count(ruler, member.role, room, "figure_subtitle")
        height += 2 * BOX_MM["member"] + lines * line + rule_of("table_row")
    if side.note:
        lines = count(ruler, side.note, room, "figure_subtitle")
        height += BOX_MM["member"] + lines * line + rule_of("table_row")
    return height


def _points_height(ruler: Ruler, block: Points, width: Width) -> float:
    room = span_mm("half" if width == "full" else width) - BOX_MM["points-left"]
    items = [
        count(ruler, item, room, "table") * line_of("table") + BOX_MM["point"]
        for item in block.items
    ]
    body = shortest_columns(items, 2 if width == "full" else 1)
    return line_of("figure_title") + BOX_MM["points-top"] + body


def _terms_height(ruler: Ruler, block: Terms, _width: Width) -> float:
    height = line_of("figure_title") + BOX_MM["terms-top"]
    counts = [
        ruler.lines((f"{word}. ", *words), span_mm("third"), styles()["table"])
        for word, words in block.items
    ]
    rows = [max(counts[start : start + 3]) for start in range(0, len(counts), 3)]
    return height + sum(rows) * line_of("table") + BOX_MM["terms-gap"] * (len(rows) - 1)


def _cell_width(column: Column, breadth: float) -> float:
    padding = BOX_MM["number-left" if column.kind == "number" else "cell-right"]
    return column.width * breadth - padding


def count(ruler: Ruler, text: Text | str, width: float, name: str) -> int:
    """Return the lines that a text takes in a named style, at a width in mm."""
    return ruler.lines(text, width, styles()[name])


def line_of(name: str) -> float:
    """Return the line height of a named style in mm."""
    return float(tokens()["type_print_pt"][name][1]) * MM_PER_PT


def rule_of(name: str) -> float:
    """Return the thickness of a named rule in mm."""
    return float(tokens()["rules_pt"][name]) * MM_PER_PT


_HEIGHT_OF: dict[type, Callable[..., float]] = {
    Prose: _prose_height,
    FactStrip: _strip_height,
    Delegations: _delegations_height,
    Points: _points_height,
    Terms: _terms_height,
}
