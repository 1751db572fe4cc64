"""FRED and its archive ALFRED: every vintage of a series, each with its own day.

Interface: `/fred/series/observations`. Without real-time bounds it gives the values of today under
the days of the past, and `vintage_date` is no parameter of it: both end in HTTP 200 and revised
figures. So the widest bounds are asked for, and the answer must repeat them. Narrower bounds would
be worse: `realtime_start` of a row is cut to them, which makes up days of publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from reports.dataset import Feed
from reports.fetching.reading import cell, day, distinct, json_object, not_ahead, number, objects
from reports.fetching.values import (
    Ask,
    Call,
    FetchedRow,
    FetchedSource,
    FetchError,
    FetchRequest,
    Getter,
    Provider,
    scaled,
)
from reports.model.periods import Period

FIRST, LAST = "1776-07-04", "9999-12-31"
"""The bounds of real time, as the interface writes them."""
RECORDS = 100_000
NO_VALUE = "."
LATE = 120
"""Days after the end of a period; a first value that came later was out before the archive was."""

Vintage = tuple[date, Decimal]


def split(request: FetchRequest) -> tuple[Ask, ...]:
    """Return one question for each series."""
    return tuple(Ask(request, (feed,), request.months) for feed in request.feeds)


def call_of(asked: Ask) -> Call:
    """Return the request for a question; the interface takes its key in the query only."""
    request = asked.request
    return Call(
        url=f"{request.address}/fred/series/observations",
        params={
            "series_id": asked.feeds[0].query,
            "file_type": "json",
            "output_type": "1",
            "realtime_start": FIRST,
            "realtime_end": LAST,
            "observation_start": f"{asked.months[0]}-01",
            "limit": str(RECORDS),
        },
        accepts=("application/json",),
        secret_params={"api_key": request.key} if request.key else {},
    )


def read(text: str, asked: Ask) -> tuple[FetchedRow, ...]:
    """Return the vintages in an answer; raise FetchError where it is not what was asked for."""
    found = json_object(text)
    if (cell(found, "realtime_start"), cell(found, "realtime_end")) != (FIRST, LAST):
        raise FetchError("answers for another real-time period, so without its vintages")
    records = objects(found, "observations")
    if number(cell(found, "count"), "count") > len(records):
        raise FetchError("cuts its answer off: ask for fewer months")
    in_order = sorted(
        (_day(record), day(cell(record, "realtime_start"), "realtime_start"), n)
        for n, record in enumerate(records)
    )
    rows: list[FetchedRow] = []
    for first, together in groupby(in_order, key=lambda item: item[0]):
        vintages = [
            (known, number(records[n]["value"], "value"))
            for _, known, n in together
            if cell(records[n], "value") != NO_VALUE
        ]
        month = not_ahead(Period.of(first), asked.request.today)
        rows += _rows(asked, month, vintages)
    return distinct(rows)


def _day(record: Mapping[str, Any]) -> date:
    found = day(cell(record, "date"), "date")
    if found.day != 1:
        raise FetchError("has observations of days, not of months")
    return found


def ask(client: Getter, asked: Ask) -> tuple[FetchedRow, ...]:
    """Put a question and read the answer."""
    return read(client.get(call_of(asked)), asked)


def _rows(asked: Ask, period: Period, vintages: Iterable[Vintage]) -> list[FetchedRow]:
    """Return the values of one month, the oldest first, each from the day it changed."""
    feed = asked.feeds[0]
    end = date.fromisoformat(f"{period.shift(1)}-01")
    rows: list[FetchedRow] = []
    for known, value in vintages:
        if not end <= known <= asked.request.today:
            raise FetchError(f"dates a value of {period} before that month was over, or ahead")
        shown = scaled(value, feed.factor)
        if rows and rows[-1].value == shown and rows[-1].published != known:
            continue  # Archived again, not changed.
        late = not rows and (known - end).days > LATE
        rows.append(
            FetchedRow(
                series_id=feed.series_id,
                period=period,
                value=shown,
                published=known,
                source=_source(asked, feed, known),
                status="reported-date-estimated" if late else "reported",
                note="published by that day, when its archive begins" if late else "",
            )
        )
    return rows


def _source(asked: Ask, feed: Feed, known: date) -> FetchedSource:
    return FetchedSource(
        source_id=f"fred-{feed.query.lower().replace('_', '-')}-{known}",
        publisher=asked.request.provider.title,
        title=f"ALFRED, series {feed.query}, vintage of {known}",
        url=f"https://alfred.stlouisfed.org/series?seid={feed.query}",
        published=known,
    )


PROVIDER = Provider(
    name="fred",
    title="Federal Reserve Bank of St. Louis",
    address="https://api.stlouisfed.org",
    split=split,
    ask=ask,
    query=r"[A-Z0-9_]{1,40}",
    pause=0.5,
    key_variable="FRED_API_KEY",
    key_required=True,
    keeps_vintages=True,
)
