"""What an edition says, as plain parts that any report tool can set: the peers' common content.

Everything that stands on the printed pages is here: words, tables, the values of the charts,
endnotes, the annex. Sparks are left out, in the peers' favour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.model import (
    Block,
    Delegations,
    Edition,
    Exhibit,
    FactStrip,
    Points,
    Prose,
    Section,
    StrongSpan,
    TableBlock,
    TableSpec,
    Terms,
    Text,
    plain,
    printed_sources,
)
from reports.model.periods import MONTHS, Period
from reports.rendering.annex import GUIDE, HEADING
from reports.rendering.ends import endnote_words
from reports.rendering.layout import plan_layout


@dataclass(frozen=True)
class Heading:
    """A heading; 1 is the edition's own, 2 a section's, 3 a finding, or stands above a list."""

    level: int
    text: Text
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: Text
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Listing:
    """A list of short texts."""

    items: tuple[Text, ...]
    kind: Literal["list"] = "list"


@dataclass(frozen=True)
class Table:
    """A table; `align` has an `l` or `r` for each column, widths are shares of 1."""

    title: Text
    head: tuple[Text, ...]
    align: str
    widths: tuple[float, ...]
    rows: tuple[tuple[Text, ...], ...]
    note: Text
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Figure:
    """A chart as plain values, with the words around it."""

    key: str
    number: str
    title: Text
    subtitle: Text
    alt: str
    source: Text
    chart: object
    kind: Literal["figure"] = "figure"


Item = Heading | Paragraph | Listing | Table | Figure


@dataclass(frozen=True)
class Part:
    """A part of the edition: the front, a section, the endnotes, the annex."""

    key: str
    blocks: tuple[Item, ...]


@dataclass(frozen=True)
class Content:
    """An edition as its peers see it."""

    title: str
    author: str
    day: date
    numbers: dict[str, int]
    """The numbers of the endnotes by the ids of the sources."""
    parts: tuple[Part, ...]


def content_of(edition: Edition) -> Content:
    """Return all that an edition prints."""
    return Content(
        title=f"{edition.masthead.name}: {plain(edition.headline)}",
        author=edition.masthead.name,
        day=edition.id.as_of,
        numbers={source.id: source.number for source in edition.sources},
        parts=(
            Part("front", tuple(_front(edition))),
            *(Part(section.key, tuple(_section(section))) for section in edition.sections),
            *_back(edition),
        ),
    )


def _front(edition: Edition) -> Iterator[Item]:
    head = edition.masthead
    yield Paragraph((StrongSpan(head.name),))
    yield Paragraph((head.number, f" · {head.day} · {head.coverage}"))
    yield Paragraph((head.cut_off,))
    yield Heading(1, edition.headline)
    yield Paragraph(edition.standfirst)
    figures = edition.key_figures
    if figures:
        rows = (
            tuple((StrongSpan(figure.value.text), f" {figure.unit}") for figure in figures),
            tuple(figure.note for figure in figures),
        )
        yield _even_table(tuple((figure.label,) for figure in figures), rows)
    yield from map(Paragraph, edition.lead)
    if edition.changes:
        yield _table(edition.changes)


def _section(section: Section) -> Iterator[Item]:
    yield Heading(2, (section.kicker,))
    if section.headline:
        yield Heading(3, section.headline)
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[Item]:
    match block:
        case Prose(paragraphs):
            yield from map(Paragraph, paragraphs)
        case FactStrip(items):
            yield _even_table(
                tuple((name,) for name, _ in items), (tuple(text for _, text in items),)
            )
        case Delegations(sides):
            for side in sides:
                yield Heading(3, (side.title,))
                yield Listing(
                    tuple(
                        (
                            StrongSpan(" ".join(filter(None, (who.name, who.name_local)))),
                            " ",
                            *who.role,
                        )
                        for who in side.members
                    )
                )
        case Exhibit():
            yield _figure(block)
        case TableBlock(table):
            yield _table(table)
        case Points(title, items):
            yield Heading(3, (title,))
            yield Listing(items)
        case Terms(title, terms):
            yield Heading(3, (title,))
            yield Listing(tuple((StrongSpan(word), " ", *text) for word, text in terms))


def _figure(exhibit: Exhibit) -> Figure:
    return Figure(
        exhibit.key,
        exhibit.number,
        exhibit.title,
        (exhibit.subtitle,),
        exhibit.alt,
        exhibit.source,
        plain_values(exhibit.chart),
    )


def _even_table(head: tuple[Text, ...], rows: tuple[tuple[Text, ...], ...]) -> Table:
    count = len(head)
    return Table((), head, "l" * count, (1 / count,) * count, rows, ())


def _table(spec: TableSpec) -> Table:
    shown = [at for at, column in enumerate(spec.columns) if column.kind != "spark"]
    columns = [spec.columns[at] for at in shown]
    whole = sum(column.width for column in columns)
    return Table(
        title=(spec.title,) if spec.title else (),
        head=tuple((column.label,) if column.label else () for column in columns),
        align="".join("r" if column.kind == "number" else "l" for column in columns),
        widths=tuple(column.width / whole for column in columns),
        rows=tuple(
            tuple(
                (*row[at].text, f" {row[at].mark}") if row[at].mark else row[at].text
                for at in shown
            )
            for row in spec.rows
        ),
        note=spec.note,
    )


def _back(edition: Edition) -> Iterator[Part]:
    notes = tuple(endnote_words(source) for source in printed_sources(edition))
    yield Part("sources", (Heading(2, ("Sources",)), Listing(notes)))
    entries = tuple(
        (*(StrongSpan(plain((span,))) for span in entry.head), *entry.text)
        for page in plan_layout(edition).annex
        for column in page.columns
        for entry in column
    )
    yield Part("annex", (Heading(2, (HEADING,)), Paragraph((GUIDE,)), Listing(entries)))


def plain_values(value: object) -> object:
    """Return a chart as JSON values: numbers as floats, days as ISO dates, periods with a label."""
    match value:
        case Period():
            name = MONTHS[value.month - 1][:3]
            return {
                "start": f"{value.year}-{value.month:02}-01",
                "months": value.length,
                "label": name,
            }
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case tuple():
            return [plain_values(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        members = {field.name: plain_values(getattr(value, field.name)) for field in fields(value)}
        return {"type": type(value).__name__, **members}
    return value
