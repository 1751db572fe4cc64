"""What a published edition says, read from its JSON as it lies in the archive.

Editions outlive the model that they were written with. So nothing here asks for more than it
shows, and whatever cannot be found is told as such: the page of that edition then says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reports.model import MONTHS, FactSpan, Masthead
from reports.model.site import Ahead, Figure, Newest, PlainTable

_SPANS = ("CiteSpan", "FactSpan", "LangSpan", "StrongSpan")
_NOT_TOLD = frozenset(
    ("chart", "columns", "drawn", "facts", "id", "masthead", "names", "sources", "spark")
)
"""Members that hold no words of the text."""
_PLAIN = frozenset(("kicker", "label", "name", "name_local", "subtitle", "title"))
"""Members that hold words as a plain string."""
_DAY = re.compile(rf"(?:(\d{{1,2}}) )?({'|'.join(MONTHS)})(?: (\d{{4}}))?(?: \w{{3}})?")
_EXPECTED = re.compile("(About|By) ")


@dataclass(frozen=True)
class Told:
    """What the pages show of an edition."""

    masthead: Masthead
    headline: str
    standfirst: str
    figures: tuple[Figure, ...]
    exhibits: tuple[tuple[str, str, str, str], ...]
    """Key, number, title and alternative text of each."""
    passages: tuple[str, ...]
    """Every passage once, in the order of the page."""
    ahead: tuple[Ahead, ...]
    freshness: PlainTable | None
    limits: tuple[str, ...]


def told(content: bytes) -> Told | None:
    """Return what an `edition.json` says; None where it is not in a form that is known."""
    try:
        edition = json.loads(content)
        blocks = [block for section in edition["sections"] for block in section["blocks"]]
        head = {name: edition["masthead"][name] for name in _MASTHEAD}
        number = edition["masthead"]["number"]
        dates = _table(blocks, "dates-ahead")
        return Told(
            masthead=Masthead(**head, number=FactSpan(number["key"], number["text"])),
            headline=words(edition["headline"]),
            standfirst=words(edition["standfirst"]),
            figures=tuple(map(_figure, edition["key_figures"])),
            exhibits=tuple(_exhibit(each) for each in blocks if each["type"] == "Exhibit"),
            passages=tuple(dict.fromkeys(_passages(edition))),
            ahead=_ahead(dates, date.fromisoformat(edition["id"]["as_of"]["value"])),
            freshness=_plain_table(_table(blocks, "freshness")),
            limits=_limits(blocks),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def facts_of(content: bytes) -> dict[str, dict[str, Any]] | None:
    """Return the facts of a `facts.json` by key, but those of axes; None for any other form."""
    try:
        facts = {fact["key"]: fact for fact in json.loads(content)["facts"]}
        return {key: fact for key, fact in facts.items() if not key.startswith("axis.")}
    except (KeyError, TypeError, ValueError):
        return None


def newest_values(content: bytes) -> tuple[Newest, ...]:
    """Return the newest value of each series that a `facts.json` tells of."""
    facts = facts_of(content) or {}
    listed = {source["id"]: source for source in json.loads(content)["sources"]} if facts else {}
    return tuple(
        Newest(
            key=key,
            label=fact["label"],
            shown=fact["shown"],
            period=fact["period"],
            known=max((date.fromisoformat(row["vintage"]) for row in fact["rows"]), default=None),
            status=fact["status"],
            sources=tuple(
                (listed[name]["publisher"], listed[name]["address"] or "")
                for name in fact["sources"]
                if name in listed
            ),
        )
        for key, fact in facts.items()
        if key.endswith(".latest")
    )


def words(text: list[Any]) -> str:
    """Return the words of a rich text, without its reference marks."""
    return "".join(span if isinstance(span, str) else span.get("text", "") for span in text)


_MASTHEAD = ("name", "name_local", "day", "coverage", "cut_off")


def _figure(figure: Mapping[str, Any]) -> Figure:
    value = figure["value"]
    note = words(figure["note"])
    return Figure(value["key"], figure["label"], value["text"], figure["unit"], note)


def _exhibit(block: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return block["key"], block["number"], words(block["title"]), block["alt"]


def _passages(value: Any) -> Iterator[str]:
    """Yield every text below a value: headings and paragraphs, and the rows of tables as one."""
    if isinstance(value, dict):
        if value.get("type") == "TableSpec":
            for row in value["rows"]:
                yield " · ".join(filter(None, (words(cell["text"]) for cell in row)))
            return
        for name in sorted(value.keys() - _NOT_TOLD, key=_reading_order):
            plain = name in _PLAIN and isinstance(value[name], str)
            yield from _passages([value[name]] if plain else value[name])
    elif _is_text(value):
        if said := words(value).strip():
            yield said
    elif isinstance(value, list):
        for each in value:
            yield from _passages([each] if isinstance(each, str) else each)


def _reading_order(name: str) -> tuple[int, str]:
    first = ("headline", "standfirst", "key_figures", "lead", "changes", "title", "label")
    return (first.index(name) if name in first else len(first), name)


def _is_text(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, str) or (isinstance(each, dict) and each.get("type") in _SPANS)
        for each in value
    )


def _table(blocks: list[Any], key: str) -> dict[str, Any] | None:
    tables = (block["table"] for block in blocks if block["type"] == "TableBlock")
    return next((table for table in tables if table["key"] == key), None)


def _plain_table(table: Mapping[str, Any] | None) -> PlainTable | None:
    if table is None:
        return None
    return PlainTable(
        table["title"],
        tuple(column["label"] for column in table["columns"]),
        tuple(tuple(words(cell["text"]) for cell in row) for row in table["rows"]),
        words(table["note"]),
    )


def _limits(blocks: list[Any]) -> tuple[str, ...]:
    points = [block for block in blocks if block["type"] == "Points"]
    return tuple(words(item) for block in points for item in block["items"])


def _ahead(table: Mapping[str, Any] | None, as_of: date) -> tuple[Ahead, ...]:
    rows = table["rows"] if table else ()
    return tuple(_coming([words(cell["text"]) for cell in row], as_of) for row in rows)


def _coming(cells: list[str], as_of: date) -> Ahead:
    """Return a row of the dates ahead: "13 June Fri", "About 9 July", "6 January 2026", "May 2026".

    A date without a year is of the year of the edition. Raise ValueError for any other words.
    """
    when, event, mark = (cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells)
    expected = _EXPECTED.match(when)
    found = _DAY.fullmatch(when[expected.end() :] if expected else when)
    if found is None:
        raise ValueError(f"{when!r} is no day of the dates ahead")
    month, year = MONTHS.index(found[2]) + 1, int(found[3] or as_of.year)
    if found[1]:
        start = date(year, month, int(found[1]))
        end = start + timedelta(days=1)
    else:
        start = date(year, month, 1)
        end = date(year + month // 12, month % 12 + 1, 1)
    return Ahead(start, end, event.removesuffix("."), mark, expected is not None)
