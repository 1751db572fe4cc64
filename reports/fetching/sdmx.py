"""SDMX providers (IMF, OECD): a series by dataflow and key, read from SDMX-CSV.

SDMX-CSV is a flat table with the columns TIME_PERIOD and OBS_VALUE, one for each dimension, and
attributes. The interfaces give the version of today, so a value counts from the day of fetching.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from reports.fetching.reading import csv_rows, distinct, not_ahead, number, period
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

CSV = ("application/vnd.sdmx.data+csv;version=1.0.0", "text/csv", "application/csv")
TIME, VALUE = "TIME_PERIOD", "OBS_VALUE"
# Dataflow and a key without wildcards, so that all rows of an answer are of one series.
QUERY = r"[A-Za-z0-9_.]+,[A-Za-z0-9_@]+(,[0-9.+]+)?/[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+"


def split(request: FetchRequest) -> tuple[Ask, ...]:
    """Return one question for each series."""
    return tuple(Ask(request, (feed,), request.months) for feed in request.feeds)


def call_of(asked: Ask, more: Mapping[str, str]) -> Call:
    """Return the request for a question, with what a provider wants besides the standard."""
    first = asked.months[0]
    return Call(
        url=f"{asked.request.address}/data/{asked.feeds[0].query}",
        params={"startPeriod": str(first), "detail": "dataonly", **more},
        accepts=CSV,
    )


def read(text: str, asked: Ask) -> tuple[FetchedRow, ...]:
    """Return the rows of an answer; raise FetchError where it is not what was asked for."""
    feed = asked.feeds[0]
    key = set(feed.query.rpartition("/")[2].split("."))
    source = _source(asked)
    rows = []
    for row in csv_rows(text, (TIME, VALUE)):
        if not key <= set(row.values()):
            raise FetchError(f"answers with another series than {feed.series_id}")
        if row[VALUE] in ("", "NaN"):
            continue  # A gap is a gap.
        known = not_ahead(period(row[TIME], TIME), asked.request.today)
        if known.index >= asked.months[0].index:
            rows.append(
                FetchedRow(
                    series_id=feed.series_id,
                    period=known,
                    value=scaled(number(row[VALUE], VALUE), feed.factor),
                    published=asked.request.today,
                    source=source,
                    status="reported-date-estimated",
                    note="published by the day of fetching",
                )
            )
    return distinct(rows)


def ask(more: Mapping[str, str], client: Getter, asked: Ask) -> tuple[FetchedRow, ...]:
    """Put a question and read the answer."""
    return read(client.get(call_of(asked, more)), asked)


def _source(asked: Ask) -> FetchedSource:
    provider, today = asked.request.provider, asked.request.today
    feed = asked.feeds[0]
    name = feed.series_id.replace("_", "-")
    return FetchedSource(
        source_id=f"{provider.name}-{name}-{today}",
        publisher=provider.title,
        title=f"{feed.query}, as fetched on {today}",
        url=f"{provider.address}/data/{feed.query}",
        published=today,
    )


IMF = Provider(
    name="imf",
    title="International Monetary Fund",
    address="https://api.imf.org/external/sdmx/2.1",
    split=split,
    ask=partial(ask, {}),
    query=QUERY,
    pause=0.5,
)

OECD = Provider(
    name="oecd",
    title="Organisation for Economic Co-operation and Development",
    address="https://sdmx.oecd.org/public/rest",
    split=split,
    # The form in which most clients ask it for CSV.
    ask=partial(ask, {"format": "csvfile", "dimensionAtObservation": "AllDimensions"}),
    query=QUERY,
    pause=1.0,
)
