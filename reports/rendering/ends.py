"""How high the parts of the first page and of the last one will be, in mm."""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts import SLOTS
from reports.model import Edition, Section, SourceEntry, StrongSpan, Text, Width
from reports.rendering import heights as h
from reports.rendering.annex import GUIDE, AnnexEntry
from reports.rendering.context import long_day
from reports.rendering.lines import MM_PER_PT, Ruler, styles, width_mm

BACK_MATTER = "Numbers, data, sources"
SHORT_BACK_MATTER = "Data, sources"


def headline_height(lines: int) -> float:
    """Return the height of the headline."""
    return lines * h.line_of("headline")


def standfirst_height(lines: int) -> float:
    """Return the height of the standfirst."""
    return lines * h.line_of("standfirst")


def colophon_height() -> float:
    """Return the height of the closing line under its rule."""
    return h.rule_of("table_row") + h.BOX_MM["source-line"] + h.line_of("source_line")


def masthead_height(ruler: Ruler, edition: Edition) -> float:
    """Return the height of the name, the line of the edition and the notes to the reader."""
    notes = sum(
        h.count(ruler, note, h.span_mm("full"), "running_head") * 10 * MM_PER_PT
        + h.BOX_MM["notice"]
        for note in edition.notes
    )
    name = h.BOX_MM["masthead-top"] + h.line_of("masthead") + h.BOX_MM["masthead-bottom"]
    edition_line = 2 * h.BOX_MM["edition-line"] + h.line_of("running_head") + 0.9 * MM_PER_PT
    return h.rule_of("masthead") + name + edition_line + notes


def key_figures_height(ruler: Ruler, edition: Edition) -> float:
    """Return the height of the row of key figures."""
    spark = SLOTS["kpi_spark"]
    text_line = 9.4 * MM_PER_PT
    labels, notes = key_figure_lines(ruler, edition)
    return (
        h.rule_of("section")
        + h.BOX_MM["key-figures-top"]
        + labels * text_line
        + h.BOX_MM["key-value"]
        + h.line_of("kpi_value")
        + 2 * h.BOX_MM["key-spark"]
        + spark.height[0]
        + notes * text_line
        + h.BOX_MM["key-figures-bottom"]
        + h.rule_of("table_row")
    )


def key_figure_lines(ruler: Ruler, edition: Edition) -> tuple[int, int]:
    """Return the most lines that a label and a note of the key figures take."""
    room = SLOTS["kpi_spark"].width - h.rule_of("table_row")
    figures = edition.key_figures
    return (
        max((h.count(ruler, (figure.label,), room, "table_head") for figure in figures), default=0),
        max((ruler.lines(f.note, room, styles()["running_head"]) for f in figures), default=0),
    )


def inside_labels(edition: Edition) -> list[tuple[str, str]]:
    """Return what the line of contents names, with the id it leads to.

    What has no finding of its own stands at the back and is named at once; in fewer words where a
    line would not hold them.
    """
    told = [(section.kicker, section.key) for section in edition.sections if _is_told(section)]
    plain = [section.key for section in edition.sections if not _is_told(section)]
    names = [label for label, _ in told]
    back = BACK_MATTER if _inside_lines([*names, BACK_MATTER]) == 1 else SHORT_BACK_MATTER
    return [*told, (back, plain[0] if plain else "sources")]


def inside_height(edition: Edition) -> float:
    """Return the height of the line of contents."""
    return _inside_lines([label for label, _ in inside_labels(edition)]) * h.line_of("table")


def _inside_lines(labels: Sequence[str]) -> int:
    """Return the lines that items of the line of contents take, which do not break."""
    font, room = styles()["table"], h.span_mm("full")
    lines, used = 1, width_mm("Inside", font.strong)
    for label in labels:
        item = h.BOX_MM["inside"] + width_mm(f"{label} ", font) + width_mm("0", font.strong)
        if used + width_mm(" ", font) + item > room:
            lines, used = lines + 1, 0.0
        used += width_mm(" ", font) + item
    return lines


def _is_told(section: Section) -> bool:
    return bool(section.headline) or section.one_line


def endnote_heights(ruler: Ruler, sources: tuple[SourceEntry, ...], width: Width) -> list[float]:
    """Return the height of the words of each endnote in a column of a width."""
    font = styles()["endnote"]
    indent = h.BOX_MM["endnote-number"] / MM_PER_PT / font.size
    return [
        ruler.lines(endnote_words(source), h.span_mm(width), font, indent) * h.line_of("endnote")
        for source in sources
    ]


def annex_heights(ruler: Ruler, entries: tuple[AnnexEntry, ...]) -> list[float]:
    """Return the height of each entry of the annex in its column, a third of the page."""
    room = h.span_mm("third")
    return [
        h.count(ruler, entry.measured, room, "source_line") * h.line_of("source_line")
        for entry in entries
    ]


def guide_height(ruler: Ruler) -> float:
    """Return the height of the words above the annex and of the white below them."""
    lines = h.count(ruler, GUIDE, h.span_mm("full"), "source_line")
    return h.BOX_MM["notes"] * 2 + lines * h.line_of("source_line")


def endnote_words(source: SourceEntry) -> Text:
    """Return the words of an endnote in the faces that they are set in."""
    title = f". {source.title}" if source.title else ""
    day = f", {long_day(source.published)}" if source.published else ""
    return (StrongSpan(f"{source.number}"), f" {source.publisher}{title}{day}.")
