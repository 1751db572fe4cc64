"""Draw whole small datasets on the catalogue of the repository, and forget what came later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from reports.dataset import Dataset, Source
from reports.dataset.schema import TABLES
from tests.briefings.worlds import OFFLINE, ONLINE, source
from tests.dataset.packages import shipped
from tests.dataset.truncated import KNOWN, LEARNT_LATER, NEVER, WITHHELD
from tests.drawn import events, figures
from tests.drawn.common import days

Rows = dict[str, tuple[Any, ...]]


class Drawn(Rows):
    """Drawn rows by table; printed without the columns' names, which no report has room for."""

    def __repr__(self) -> str:
        return "\n".join(_printed(row) for table in self.values() for row in table)


def _printed(row: Any) -> str:
    values = (getattr(row, field.name) for field in fields(row) if field.name != "ref")
    shown = " ".join(str(value) for value in values if value not in (None, ()))
    return f"{type(row).__name__}({shown})"


@st.composite
def datasets(draw: st.DrawFn, first: int = 1) -> Drawn:
    """Draw the rows of every table; those with an id are numbered from `first` on."""
    known = draw(figures.observations())
    meetings = draw(events.some(events.meeting, first, 4))
    tariffs = draw(events.some(events.tariff, first, 5))
    controls = draw(events.some(events.control, first, 4))
    about = [*meetings, *tariffs, *controls, *known[:2]]
    levels = draw(events.some(events.level, first, 6))
    drawn: dict[str, list[Any]] = {
        "observations": known,
        "stated_changes": draw(figures.stated_changes(known)),
        "definitions": draw(figures.definitions(known)),
        "meetings": meetings,
        "delegates": draw(events.delegates(meetings)),
        "tariffs": tariffs,
        "tariff_levels": list({row.ref.key: row for row in levels}.values()),
        "controls": controls,
        "statements": draw(events.some(events.statement, first, 5)),
        "calendar": draw(events.some(lambda n: events.event(n, about), first, 4)),
        "impacts": draw(events.some(events.impact, first, 3)),
        "sources": draw(sources()),
    }
    return Drawn({name: tuple(listed) for name, listed in drawn.items()})


def dataset_of(rows: Rows) -> Dataset:
    """Return the dataset of drawn rows, with the catalogue of the repository."""
    return Dataset(dict.fromkeys(TABLES, ()) | rows | {"series": shipped()._rows["series"]})


@st.composite
def sources(draw: st.DrawFn) -> list[Source]:
    """Draw the days of two pages; two others are old."""
    young, undated = source("S-young", "https://example.org/young"), source("S-undated")
    return [
        source(ONLINE, "https://example.org/"),
        source(OFFLINE),
        replace(young, published=draw(days), title="What happened then"),
        replace(undated, published=None, earliest=draw(days), title="A page of some day"),
    ]


def known_from(row: Any) -> date:
    """Return the day from which a row counts."""
    known: date = getattr(row, KNOWN[row.ref.table])
    return max(known, getattr(row, "dates_published", None) or known)


def ended(rows: Mapping[str, tuple[Any, ...]], day: date) -> Rows:
    """Return a dataset without what became known after a day, by rules of this module's own."""
    kept = {
        name: tuple(_forgotten(row, day) for row in table if known_from(row) <= day)
        for name, table in rows.items()
        if name in KNOWN
    }
    withheld = tuple(_withheld(row, day) for row in rows["sources"])
    return kept | {"sources": withheld}


def later(rows: Mapping[str, tuple[Any, ...]], day: date) -> Rows:
    """Return only those rows of a dataset that became known after a day."""
    return {
        name: tuple(row for row in table if known_from(row) > day)
        for name, table in rows.items()
        if name in KNOWN
    }


def _forgotten(row: Any, day: date) -> Any:
    for columns in LEARNT_LATER.get(row.ref.table, ()):
        learnt = getattr(row, columns[0])
        if learnt and learnt > day:
            open_end = {"end": row.start, "status": "under way"} if columns == ("end",) else None
            row = replace(row, **(open_end or dict.fromkeys(columns)))
            if "status_kind" in columns:
                row = replace(row, status="not known yet")
    if getattr(row, "place_published", None) and row.place_published > day:
        row = replace(row, name=row.provisional_name, label=row.provisional_label)
        place = ("city", "country", "provisional_name", "provisional_label", "place_published")
        row = replace(row, **dict.fromkeys(place))
    return row


def _withheld(row: Source, day: date) -> Source:
    when = "published" if row.published else "earliest"
    if getattr(row, when) <= day:
        return row
    hidden: dict[str, Any] = {"title": WITHHELD, when: date.fromisoformat(NEVER)}
    return replace(row, **hidden)
