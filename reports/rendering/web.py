"""An edition as one self-contained page: no request of any kind, with or without script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from reports.model import (
    Block,
    Chart,
    Edition,
    Exhibit,
    FactSpan,
    Prose,
    Spark,
    TableBlock,
    TableSpec,
    Width,
    plain,
)
from reports.rendering.columns import fitted
from reports.rendering.context import shared
from reports.rendering.downloads import table_csv
from reports.rendering.fonts import web_font_css
from reports.rendering.gate import marked, marked_drawing, quiet_style
from reports.rendering.gate.tracing import gated
from reports.rendering.lines import Ruler
from reports.rendering.provenance import facts_json
from reports.rendering.rows import Placed, rows
from reports.rendering.tokens import colours, tokens, web_variables
from reports.resources import proper_names, templates_dir

if TYPE_CHECKING:
    from markupsafe import Markup

STYLES = ("web.css", "web-blocks.css", "web-print.css")
SCRIPTS = ("common.js", "page.js")
PLACES = {"key-figure": "kpi_spark", "table": "table_spark"}
"""The chart slot of each place that the shared macros give to a spark."""

_SLOTS: dict[Width, tuple[str, str]] = {
    "full": ("web_wide", "web_narrow"),
    "two_thirds": ("web_half", "web_narrow"),
    "half": ("web_half", "web_narrow"),
    "third": ("web_third", "web_narrow"),
}
"""The chart slots of an exhibit by its place: where the page is wide, and where it is narrow."""
_PLAIN = ",:;/()!*"
"""Signs that a data address may hold as they are."""
_NARROW_TABLE = 48
"""The most letters in a row that a small screen has room for."""


@dataclass(frozen=True)
class Row:
    """Blocks that stand side by side where the page is wide enough; `name` is a CSS class."""

    name: str
    cells: tuple[Placed, ...]


@dataclass(frozen=True)
class Drawing:
    """A chart the page needs: its name in the mapping of charts, what it shows and its slot."""

    name: str
    chart: Chart | Spark
    slot: str
    alt: str


def web_drawings(edition: Edition) -> tuple[Drawing, ...]:
    """Return every drawing that `render_html` looks up, in the order of the page."""
    found = [
        Drawing(f"{figure.spark.key}:kpi_spark", figure.spark, "kpi_spark", figure.spark.alt)
        for figure in edition.key_figures
        if figure.spark
    ]
    found += _table_drawings(edition.changes)
    for section in edition.sections:
        for row in web_rows(section.blocks):
            for cell in row.cells:
                found += _block_drawings(cell.block, cell.width)
    return tuple(found)


def render_html(edition: Edition, charts: Mapping[str, str], *, pdf_name: str = "") -> str:
    """Return the page of an edition.

    `charts` holds an SVG in the web theme for each name that `web_drawings` lists. `pdf_name` is
    the file name of the PDF that lies beside the page, or empty.
    """
    from markupsafe import Markup

    base = shared(edition)
    ruler = Ruler(base.numbers)
    style = Markup(stylesheet())  # noqa: S704  our own files
    script = Markup("".join(_template_file("js", name) for name in SCRIPTS))  # noqa: S704  ours too
    context = {
        **vars(base),
        "form": "web",
        "style": style,
        "script": script,
        "policy": content_policy(style, script),
        "facts_json": facts_json(edition, base.numbers),
        "theme_colours": {mode: colours(mode)["paper"] for mode in ("light", "dark")},
        "pdf_name": pdf_name,
        "rows": lambda blocks: web_rows(tuple(fitted(block, ruler) for block in blocks)),
        "drawings": lambda exhibit, width: _drawings(exhibit, width, charts),
        "spark_drawing": lambda spark, place: _spark(spark, place, charts),
        "small_screen": small_screen,
        "csv_address": _csv_address,
    }
    return gated("web.html", context, edition)


def stylesheet(*more: str) -> str:
    """Return the whole style of a page: fonts, custom properties, chart colours and rules."""
    files = map(_style_file, (*STYLES, *more))
    parts = (web_font_css(), web_variables(), _chart_colours(), *files)
    return "\n".join(parts)


def web_rows(blocks: tuple[Block, ...]) -> tuple[Row, ...]:
    """Group the blocks of a section into rows; running text is never set in a third of the page."""
    made: list[Row] = []
    for row in rows(blocks):
        if any(isinstance(cell.block, Prose) and cell.width == "third" for cell in row):
            made.extend(Row("", (Placed(cell.block, "full"),)) for cell in row)
        else:
            name = "row-" + "-".join(cell.width for cell in row) if len(row) > 1 else ""
            made.append(Row(name, row))
    return tuple(made)


def small_screen(table: TableSpec) -> str:
    """Return what a table does on a small screen: it scrolls, stacks into a list, or stays."""
    if table.scrolls:
        return "scrolls"
    longest = max((sum(len(plain(cell.text)) for cell in row) for row in table.rows), default=0)
    return "stacks" if longest > _NARROW_TABLE else "stays"


def _csv_address(table: TableSpec) -> str:
    return f"data:text/csv;charset=utf-8,{quote(table_csv(table), safe=_PLAIN)}"


def _block_drawings(block: Block, width: Width) -> list[Drawing]:
    if isinstance(block, TableBlock):
        return _table_drawings(block.table)
    if not isinstance(block, Exhibit):
        return []
    drawn = [Drawing(f"{block.key}:{slot}", block.chart, slot, block.alt) for slot in _SLOTS[width]]
    return drawn + _table_drawings(block.data)


def _table_drawings(table: TableSpec | None) -> list[Drawing]:
    cells = (cell for row in table.rows for cell in row) if table else ()
    return [
        Drawing(f"{cell.spark.key}:table_spark", cell.spark, "table_spark", cell.spark.alt)
        for cell in cells
        if cell.spark
    ]


def _drawings(
    exhibit: Exhibit, width: Width, charts: Mapping[str, str]
) -> tuple[tuple[str, Markup], ...]:
    from markupsafe import Markup

    return tuple(
        (name, Markup(_answering(charts[f"{exhibit.key}:{slot}"], exhibit.drawn)))  # noqa: S704
        for name, slot in zip(("wide", "narrow"), _SLOTS[width], strict=True)
    )


def _spark(spark: Spark, place: str, charts: Mapping[str, str]) -> Markup:
    from markupsafe import Markup

    drawing = Markup(_answering(charts[f"{spark.key}:{PLACES[place]}"], spark.said))  # noqa: S704
    frame = Markup(
        '<span class="spark-drawing" role="img" aria-label="{}">'
        '<span class="drawn" aria-hidden="true">{}</span></span>'
    )
    return frame.format(marked(spark.alt, spark.said, proper_names()), drawing)


def _answering(svg: str, spans: Sequence[FactSpan]) -> str:
    return marked_drawing(svg, spans, proper_names())


def content_policy(style: str, script: str = "") -> str:
    """Return the content policy: nothing may be loaded, and only this style and script may act."""
    acting = _hash(script) if script else "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style)}",
            "style-src-attr 'unsafe-inline'",
            f"script-src {acting}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _chart_colours() -> str:
    roles = tokens()["color"]
    return "".join(
        f".f-{role}{{fill:var(--{role})}}.s-{role}{{stroke:var(--{role})}}" for role in roles
    )


def _style_file(name: str) -> str:
    return quiet_style(name, proper_names())


def _template_file(folder: str, name: str) -> str:
    return (templates_dir() / folder / name).read_text("utf-8")
