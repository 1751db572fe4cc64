"""UN Comtrade: China's exports by HS code and partner, monthly.

The database keeps one version; a revision replaces it. So a value counts from the day of fetching,
and only what differs from what is known is new. Interface: `/data/v1/get/C/M/HS` with a key,
`/public/v1/preview/C/M/HS` without one (at most 500 records), as in the official client
`comtradeapicall`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from reports.dataset import Feed
from reports.fetching.reading import cell, distinct, json_object, number, objects, period
from reports.fetching.values import (
    Ask,
    Call,
    FetchedRow,
    FetchedSource,
    FetchError,
    FetchRequest,
    Getter,
    Provider,
    plain,
    scaled,
)

CHINA = "156"
MOST_MONTHS = 12
"""Periods that the interface takes in one question."""
PREVIEW_RECORDS = 500
RECORDS = 100_000
TOTALS = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}
"""All second partners, customs procedures and modes of transport together.

Without them one answer holds the total and its parts, which nobody may add up.
"""
_FLOW = {"reporterCode": CHINA, "flowCode": "X"}
_UNITS = {"netWgt": "kg", "primaryValue": "US dollars"}


def split(request: FetchRequest) -> tuple[Ask, ...]:
    """Return one question for each dozen months, about all codes and partners at once."""
    months = request.months
    return tuple(
        Ask(request, request.feeds, months[first : first + MOST_MONTHS])
        for first in range(0, len(months), MOST_MONTHS)
    )


def call_of(asked: Ask) -> Call:
    """Return the request for a question; the key goes into a header, never into the address."""
    request = asked.request
    codes, partners = (
        ",".join(dict.fromkeys(feed.query.split("/")[place] for feed in asked.feeds))
        for place in (0, 1)
    )
    params = {
        **_FLOW,
        **TOTALS,
        "cmdCode": codes,
        "partnerCode": partners,
        "period": ",".join(f"{month.year}{month.month:02}" for month in asked.months),
        "maxRecords": str(_most(asked)),
        "format": "JSON",
        "includeDesc": "false",
    }
    path = "data/v1/get" if request.key else "public/v1/preview"
    return Call(
        url=f"{request.address}/{path}/C/M/HS",
        params=params,
        accepts=("application/json",),
        secret_headers={"Ocp-Apim-Subscription-Key": request.key} if request.key else {},
    )


def _most(asked: Ask) -> int:
    return RECORDS if asked.request.key else PREVIEW_RECORDS


def read(text: str, asked: Ask) -> tuple[FetchedRow, ...]:
    """Return the rows of an answer; raise FetchError where it is not what was asked for."""
    found = json_object(text)
    if found.get("error"):
        raise FetchError("reports an error of its own instead of data")
    records = objects(found, "data")
    if len(records) >= _most(asked):
        raise FetchError(f"cuts its answer off at {_most(asked)} records: ask for fewer months")
    source = _source(asked)
    return distinct(row for record in records for row in _rows(record, asked, source))


def ask(client: Getter, asked: Ask) -> tuple[FetchedRow, ...]:
    """Put a question and read the answer."""
    return read(client.get(call_of(asked)), asked)


def _source(asked: Ask) -> FetchedSource:
    today = asked.request.today
    return FetchedSource(
        source_id=f"comtrade-{today}",
        publisher=PROVIDER.title,
        title=f"UN Comtrade database, exports of China by month, as fetched on {today}",
        url="https://comtradeplus.un.org/",
        published=today,
    )


def _rows(record: Mapping[str, Any], asked: Ask, source: FetchedSource) -> Iterator[FetchedRow]:
    if any(str(cell(record, name)) != total for name, total in (_FLOW | TOTALS).items()):
        return  # A part of a total, or somebody else's trade.
    month = period(cell(record, "period"), "period")
    code, partner = str(cell(record, "cmdCode")), str(cell(record, "partnerCode"))
    for feed in asked.feeds:
        wanted, towards, measure = feed.query.split("/")
        if (wanted, towards) == (code, partner) and month in asked.months:
            row = _row(record, feed, measure, source)
            if row is not None:
                yield row


def _row(
    record: Mapping[str, Any], feed: Feed, measure: str, source: FetchedSource
) -> FetchedRow | None:
    """Return the row of a record; None where it has no value, for a gap is no zero."""
    stated = cell(record, measure)
    if stated is None:
        return None
    value = number(stated, measure)
    estimated = False
    if measure == "netWgt":
        flag = cell(record, "isNetWgtEstimated")
        if not isinstance(flag, bool):
            raise FetchError("has neither true nor false where 'isNetWgtEstimated' should say it")
        estimated = flag
        if value == 0 and number(cell(record, "primaryValue"), "primaryValue") > 0:
            return None  # Goods of some value have some weight: it was not reported.
    unit = _UNITS[measure]
    return FetchedRow(
        series_id=feed.series_id,
        period=period(record["period"], "period"),
        value=scaled(value, feed.factor),
        published=source.published,
        source=source,
        status="derived" if estimated else "reported-date-estimated",
        note=_note(value, unit, feed.factor),
        derivation="net weight as estimated by UN Comtrade" if estimated else "",
    )


def _note(value: Decimal, unit: str, factor: Decimal) -> str:
    return f"{plain(value)} {unit} times {plain(factor)}; published by the day of fetching"


PROVIDER = Provider(
    name="comtrade",
    title="United Nations Statistics Division",
    address="https://comtradeapi.un.org",
    split=split,
    ask=ask,
    query=r"\d{2,6}/\d{1,3}/(netWgt|primaryValue)",
    pause=1.0,
    key_variable="COMTRADE_API_KEY",
)
