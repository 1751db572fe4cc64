"""Which charts the forms of an edition need, in which slots, and the drawing of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reports.cache import Cache, prune
from reports.digest import drawing_digest, sha256
from reports.model import Chart, Edition, Exhibit, Spark, TableBlock, to_json
from reports.resources import templates_dir

if TYPE_CHECKING:
    from reports.rendering.layout import Layout


@dataclass(frozen=True)
class Drawing:
    """A chart to draw: its name among the drawings, its slot and, in print, its height in mm."""

    name: str
    chart: Chart | Spark
    slot: str
    theme: Literal["print", "web"]
    alt: str
    height: float | None = None


@dataclass(frozen=True)
class Picture:
    """An exhibit to draw as a picture: for sharing, with the publication's name in it, or bare."""

    exhibit: Exhibit
    publication: str
    slot: Literal["share", "email"] = "share"


def for_print(edition: Edition, layout: Layout) -> tuple[Drawing, ...]:
    """Return the drawings of the pages by key, each for the slot and height of the plan."""
    return tuple(
        Drawing(chart.key, chart, slot, "print", alt, height)
        for chart, alt in _charts(edition)
        for slot, height in [layout.charts[chart.key]]
    )


def for_web(edition: Edition) -> tuple[Drawing, ...]:
    """Return the drawings that the web page looks up."""
    from reports.rendering.web import web_drawings

    return tuple(
        Drawing(item.name, item.chart, item.slot, "web", item.alt) for item in web_drawings(edition)
    )


def for_sharing(edition: Edition) -> tuple[Picture, ...]:
    """Return the pictures for sharing: one of each exhibit."""
    return tuple(
        Picture(exhibit, f"{edition.masthead.name} {edition.masthead.number.text}")
        for exhibit in exhibits(edition)
    )


def for_email(edition: Edition) -> tuple[Picture, ...]:
    """Return the pictures of the e-mail."""
    from reports.rendering.email import charts_of

    return tuple(Picture(exhibit, "", "email") for exhibit in charts_of(edition))


@dataclass(frozen=True)
class Studio:
    """Draws charts, or takes them from a cache where the very same were drawn before."""

    cache: Cache | None = None

    def prepare(self) -> None:
        """Import what drawing needs, while there is nothing to draw yet.

        With a cache that knows this style there may be nothing to draw at all.
        """
        if self.cache is None or not self.cache.is_known:
            _import()

    def draw(self, items: Sequence[Drawing | Picture]) -> dict[str, bytes]:
        """Draw charts: SVG by the name of the drawing, PNG by the key of the exhibit."""
        keys = {_name(item): _key(item) for item in items} if self.cache else {}
        known = {name: self.cache.get(key) for name, key in keys.items()} if self.cache else {}
        drawn = {}
        for item in items:
            name = _name(item)
            content = known.get(name)
            drawn[name] = _drawn(item) if content is None else content
        new = [name for name in drawn if known.get(name) is None]
        if self.cache and new and self.cache.origin == drawing_digest(templates_dir()):
            for name in new:
                self.cache.put(keys[name], drawn[name])
            prune(self.cache.folder)
        return drawn


def studio(folder: Path | None) -> Studio:
    """Return what draws, with a cache in a folder if one is given.

    Call this before anything reads the style: it is what the entries are named by.
    """
    return Studio(Cache(folder, _origin(templates_dir())) if folder else None)


@cache
def _origin(templates: Path) -> str:
    """Return the digest of what charts are drawn with in this process, which reads it once."""
    return drawing_digest(templates)


def _import() -> None:
    # Its settings and cache have no say here, so its remarks on them would only puzzle.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import reports.charts.canvas  # noqa: F401


def _name(item: Drawing | Picture) -> str:
    return item.exhibit.key if isinstance(item, Picture) else item.name


def _key(item: Drawing | Picture) -> str:
    """Return the digest of all that a drawing shows; what it is called is no part of it."""
    if isinstance(item, Picture):
        asked: tuple[object, ...] = (item.slot, item.exhibit, item.publication)
    else:
        asked = (item.theme, item.slot, item.height, item.alt, item.chart)
    return sha256(to_json(asked).encode())


def _drawn(item: Drawing | Picture) -> bytes:
    _import()
    if isinstance(item, Picture):
        from reports.charts import draw_png

        return draw_png(item.exhibit, item.slot, name=item.publication)
    return _svg(item)


def _svg(item: Drawing) -> bytes:
    from reports.charts import PRINT, WEB, draw_svg

    theme = PRINT if item.theme == "print" else WEB
    return draw_svg(item.chart, item.slot, theme, height=item.height, alt=item.alt).encode()


def exhibits(edition: Edition) -> Iterator[Exhibit]:
    """Yield the exhibits of an edition in reading order."""
    for section in edition.sections:
        yield from (block for block in section.blocks if isinstance(block, Exhibit))


def _charts(edition: Edition) -> Iterator[tuple[Chart | Spark, str]]:
    """Yield every chart and spark with its alt text."""
    for exhibit in exhibits(edition):
        yield exhibit.chart, exhibit.alt
    sparks = [figure.spark for figure in edition.key_figures]
    tables = [edition.changes] if edition.changes else []
    for section in edition.sections:
        tables += [block.table for block in section.blocks if isinstance(block, TableBlock)]
    for table in tables:
        sparks += [cell.spark for row in table.rows for cell in row]
    for spark in sparks:
        if spark:
            yield spark, spark.alt
