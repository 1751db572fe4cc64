"""What the laid out pages turned out to be: heights, white, and the letters of each face."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from reports.errors import RenderError
from reports.model import Edition
from reports.rendering.fonts import faces, missing_glyphs
from reports.rendering.heights import line_of
from reports.rendering.layout import Layout
from reports.rendering.pages import PAGES, most_white

_MM_PER_PX = 25.4 / 96
EXCERPT = 30
"""Characters shown at each side of one that no face has."""
_TOLERANCE_MM = 1.0
"""A height that differs by less from the plan is no ground for laying out again."""


@dataclass(frozen=True)
class Measured:
    """The pages as they are, in mm."""

    heights: Mapping[str, float]
    """The height of each unit on the page where it begins."""
    pages: Mapping[str, tuple[int, ...]]
    """The pages on which each unit stands: more than one where it was cut."""
    white: tuple[float, ...]
    """What is left free at the foot of each page."""
    columns: Mapping[str, tuple[int, ...]]
    """The lines in each column of running text, by its unit."""
    letters: Mapping[tuple[str, ...], frozenset[str]]
    """The characters set in each list of font families."""


def measure(document: Any) -> Measured:
    """Measure the pages of a document that has been laid out."""
    heights: dict[str, float] = {}
    pages: dict[str, list[int]] = defaultdict(list)
    columns: dict[str, list[int]] = defaultdict(list)
    letters: dict[tuple[str, ...], set[str]] = defaultdict(set)
    white = []
    for number, page in enumerate(document.pages, 1):
        page_box = page._page_box
        lowest = page_box.content_box_y()
        for box in page_box.children[0].descendants():
            text = getattr(box, "text", None)
            if text:
                letters[box.style["font_family"]].update(text)
            if text or getattr(box, "replacement", None):
                lowest = max(lowest, box.position_y + box.margin_height())
            if box.is_column and (name := box.element.get("data-columns")):
                columns[name].append(_lines(box))
            key = _unit_of(box)
            if key and number not in pages[key]:
                lowest = max(lowest, box.position_y + box.margin_height())
                pages[key].append(number)
                heights.setdefault(key, box.border_height() * _MM_PER_PX)
        foot = page_box.content_box_y() + page_box.height
        white.append((foot - lowest) * _MM_PER_PX)
        for box in page_box.children[1:]:
            for child in box.descendants():
                if text := getattr(child, "text", None):
                    letters[child.style["font_family"]].update(text)
    return Measured(
        heights,
        {key: tuple(numbers) for key, numbers in pages.items()},
        tuple(white),
        {key: tuple(lines) for key, lines in columns.items()},
        {families: frozenset(found) for families, found in letters.items()},
    )


def balanced_otherwise(plan: Layout, found: Measured) -> bool:
    """Tell whether columns of running text are not what was planned, a line having been misjudged.

    They are as high as they were planned, then, but not full, or too full.
    """
    return any(found.columns.get(key) != planned.lines for key, planned in plan.balances.items())


def deserves_another_pass(plan: Layout, found: Measured) -> bool:
    """Tell whether heights were misjudged and the pages suffer from it."""
    surprise = any(
        abs(found.heights[key] - unit.height) > _TOLERANCE_MM or found.pages[key] != (unit.page,)
        for key, unit in plan.units.items()
        if key in found.heights
    )
    return surprise and bool(tuple(faults(found, plan.one_page)))


def errors(plan: Layout, found: Measured) -> dict[str, float]:
    """Return by how much the height of each unit was misjudged, where it stands on one page."""
    return {
        key: height - plan.units[key].height
        for key, height in found.heights.items()
        if len(found.pages[key]) == 1
    }


def faults(found: Measured, one_page: bool = False) -> Iterator[str]:
    """Yield what the pages leave to wish for, in words; `one_page` is that of a flash."""
    count = len(found.white)
    low, high = (1, 1) if one_page else PAGES
    if not low <= body_pages(found) <= high:
        wanted = f"{low} to {high}" if high > low else f"{high}"
        yield f"the PDF has {body_pages(found)} pages, not {wanted}"
    for number, white in enumerate(found.white, 1):
        most = most_white(last=number == count and not one_page)
        # Entries in columns break between them, so that a column may end a line above its plan.
        if white > most + (line_of("endnote") if number == count else 0.0):
            yield f"page {number} of the PDF ends with {white:.0f} mm of white, over {most:.0f} mm"
    for key, numbers in found.pages.items():
        if len(numbers) > 1:
            yield f"{key} is cut between pages {numbers[0]} and {numbers[1]} of the PDF"


def body_pages(found: Measured) -> int:
    """Return the number of pages up to the last endnote; what follows is the annex."""
    ends = [pages[-1] for key, pages in found.pages.items() if key.startswith("sources")]
    return max(ends, default=len(found.white))


def require_glyphs(found: Measured, edition: Edition) -> None:
    """Raise RenderError where a character is in none of the faces it is set in, and say where."""
    missing = sorted(
        {
            letter
            for families, letters in found.letters.items()
            for letter in missing_glyphs("".join(sorted(letters)), families)
        }
    )
    if missing:
        names = ", ".join(
            f"{letter!r} (U+{ord(letter):04X}){_place(edition, letter)}" for letter in missing
        )
        raise RenderError(
            f"the bundled fonts have no glyph for {names}",
            "write the text without it, or add it to those that templates/fonts/cut.py cuts",
        )


def _place(edition: Edition, letter: str) -> str:
    """Return the words around the first use of a character, as they stand in the edition."""
    text = next((text for text in _strings(edition) if letter in text), "")
    at = text.find(letter)
    return f" in “{text[max(0, at - EXCERPT) : at + EXCERPT].strip()}”" if text else ""


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _strings(item)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            yield from _strings(getattr(part, field.name))


def require_own_fonts(document: Any) -> None:
    """Raise RenderError where a written document took a font that is none of ours."""
    own = {face.family for face in faces()}
    foreign = sorted({font.family for font in document.fonts.values()} - own)
    if foreign:
        raise RenderError(
            f"the PDF would embed fonts that are not bundled: {', '.join(foreign)}",
            "a chart or a style names a family that templates/fonts/faces.json lacks",
        )


def _lines(column: Any) -> int:
    from weasyprint.formatting_structure.boxes import LineBox

    return sum(isinstance(line, LineBox) for block in column.children for line in block.children)


def _unit_of(box: Any) -> str:
    """Return the key of the unit that a box is the whole of, or nothing."""
    element = box.element
    if element is None or box.element_tag != element.tag:
        return ""
    key: str = element.get("data-unit") or ""
    return key
