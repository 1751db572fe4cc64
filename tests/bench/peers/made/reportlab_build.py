"""Set the briefing with ReportLab's Platypus: `reportlab_build.py CONTENT FONTS PDF`.

Charts are drawn by matplotlib and put in as vectors by svglib.
"""

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from charts import draw
from reportlab.lib import colors
from reportlab.lib.fonts import addMapping
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    ListFlowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)
from svglib.svglib import svg2rlg

TEXT = ParagraphStyle("text", fontName="Text", fontSize=9, leading=12, spaceAfter=4)
SMALL = ParagraphStyle("small", parent=TEXT, fontName="Sans", fontSize=7.5, leading=9.5)
RIGHT = ParagraphStyle("right", parent=SMALL, alignment=2)
HEADINGS = {
    level: ParagraphStyle(
        f"h{level}",
        parent=TEXT,
        fontName="SansBold",
        fontSize=size,
        leading=1.2 * size,
        spaceBefore=8,
    )
    for level, size in ((1, 20), (2, 14), (3, 11))
}
WIDTH = A4[0] - 36 * mm


def main() -> None:
    """Make the PDF named on the command line."""
    content, fonts, pdf = map(Path, sys.argv[1:4])
    _register(fonts)
    said = json.loads(content.read_text("utf-8"))
    document = SimpleDocTemplate(
        str(pdf), pagesize=A4, title=said["title"], author=said["author"], lang="en-GB",
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
    )  # fmt: skip
    story = [
        flowable
        for part in said["parts"]
        for block in part["blocks"]
        for flowable in _flowables(block)
    ]

    def page(canvas: Canvas, _: object) -> None:
        canvas.setFont("Sans", 7.5)
        canvas.drawString(18 * mm, A4[1] - 12 * mm, said["author"])
        canvas.drawRightString(A4[0] - 18 * mm, 12 * mm, str(canvas.getPageNumber()))

    document.build(story, onFirstPage=page, onLaterPages=page)


def _register(fonts: Path) -> None:
    for name, file in (
        ("Text", "NewsreaderText-400"),
        ("TextBold", "NewsreaderText-600"),
        ("Sans", "Archivo-400"),
        ("SansBold", "Archivo-600"),
        ("Han", "NotoSansSC-500"),
    ):
        pdfmetrics.registerFont(TTFont(name, fonts / f"{file}.ttf"))
    for family in ("Text", "Sans", "Han"):
        addMapping(family, 0, 0, family)
        addMapping(family, 1, 0, f"{family}Bold" if family != "Han" else family)


def _flowables(block: dict[str, Any]) -> Iterator[Flowable]:
    match block["kind"]:
        case "heading":
            yield Paragraph(block["text"], HEADINGS[block["level"]])
        case "paragraph":
            yield Paragraph(block["text"], TEXT)
        case "list":
            items = [Paragraph(item, TEXT) for item in block["items"]]
            yield ListFlowable(items, bulletType="bullet")
        case "table":
            yield from _table(block)
        case "figure":
            yield Paragraph(f"<b>{block['title']}</b>", TEXT)
            yield Paragraph(f"Figure {block['number']}. {block['subtitle']}", SMALL)
            yield _chart(block["chart"])
            yield Paragraph(block["source"], SMALL)


def _table(block: dict[str, Any]) -> Iterator[Flowable]:
    if block["title"]:
        yield Paragraph(f"<b>{block['title']}</b>", TEXT)
    styles = [RIGHT if side == "r" else SMALL for side in block["align"]]
    rows = [
        [Paragraph(cell, style) for cell, style in zip(row, styles, strict=True)]
        for row in (block["head"], *block["rows"])
    ]
    widths = [WIDTH * share for share in block["widths"]]
    line = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.grey)])
    yield Table(rows, widths, repeatRows=1, style=line)
    if block["note"]:
        yield Paragraph(block["note"], SMALL)
    yield Spacer(0, 6)


def _chart(chart: dict[str, Any]) -> Flowable:
    svg = BytesIO()
    draw(chart).savefig(svg, format="svg")
    svg.seek(0)
    drawing = svg2rlg(svg)
    drawing.hAlign = "CENTER"
    return drawing


if __name__ == "__main__":
    main()
