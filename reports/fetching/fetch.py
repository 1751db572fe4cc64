"""Ask all providers at once, each in its own bounded time; what one does wrong costs it alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from reports.fetching.http import Client, Limits
from reports.fetching.values import (
    Failed,
    Fetched,
    FetchError,
    FetchRequest,
    Getter,
    Outcome,
    Provider,
)

GRACE = 5.0
"""Seconds after its time in which a provider's thread should have noticed by itself."""

MakeClient = Callable[[Provider, Limits], Getter]


def client_for(provider: Provider, limits: Limits) -> Getter:
    """Return a client that keeps the pause a provider asks for."""
    return Client(limits, provider.pause)


def fetch(
    requests: Sequence[FetchRequest],
    limits: Limits | None = None,
    make_client: MakeClient = client_for,
    grace: float = GRACE,
) -> tuple[Outcome, ...]:
    """Return what became of every request, in their order.

    A thread each, because a name that is looked up and a head that arrives byte by byte know no
    total time: whoever has not answered after it is left behind, and the rest goes on.
    """
    limits = limits or Limits()
    if not requests:
        return ()
    pool = ThreadPoolExecutor(len(requests), "fetch")
    futures = [pool.submit(fetch_one, request, limits, make_client) for request in requests]
    try:
        return tuple(
            outcome
            for request, future in zip(requests, futures, strict=True)
            for outcome in _awaited(request, future, limits.total, grace)
        )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _awaited(
    request: FetchRequest, future: Future[tuple[Outcome, ...]], total: float, grace: float
) -> tuple[Outcome, ...]:
    try:
        return future.result(total + grace)
    except TimeoutError:
        reason = f"takes longer than {total:g} s"
        return (Failed(request.provider.name, _series(request), reason),)


def fetch_one(
    request: FetchRequest, limits: Limits, make_client: MakeClient
) -> tuple[Outcome, ...]:
    """Put all questions of a request, until one is answered in a way that ends them."""
    name = request.provider.name
    outcomes: list[Outcome] = [*_misread(request)]
    wrong = {series for outcome in outcomes for series in outcome.series}
    sound = replace(
        request, feeds=tuple(feed for feed in request.feeds if feed.series_id not in wrong)
    )
    end = _missing_key(request)
    client = make_client(request.provider, limits)
    for asked in request.provider.split(sound) if sound.feeds else ():
        series = tuple(feed.series_id for feed in asked.feeds)
        if end is not None:
            outcomes.append(Failed(name, series, end))
            continue
        try:
            outcomes.append(Fetched(name, series, request.provider.ask(client, asked)))
        except FetchError as error:
            outcomes.append(Failed(name, series, error.reason))
            end = error.reason if error.final else None
    return tuple(_merged(outcomes))


def _merged(outcomes: Iterable[Outcome]) -> Iterable[Outcome]:
    """Return what was given as one outcome, and each reason to fail once."""
    rows = [row for outcome in outcomes if isinstance(outcome, Fetched) for row in outcome.rows]
    given: dict[str, None] = {}
    reasons: dict[str, dict[str, None]] = {}
    name = ""
    for outcome in outcomes:
        name = outcome.provider
        into = given if isinstance(outcome, Fetched) else reasons.setdefault(outcome.reason, {})
        into |= dict.fromkeys(outcome.series)
    if given:
        yield Fetched(name, tuple(given), tuple(rows))
    for reason, series in reasons.items():
        yield Failed(name, tuple(series), reason)


def _series(request: FetchRequest) -> tuple[str, ...]:
    return tuple(feed.series_id for feed in request.feeds)


def _missing_key(request: FetchRequest) -> str | None:
    provider = request.provider
    if provider.key_required and request.key is None:
        return f"needs a key in the environment variable {provider.key_variable}"
    return None


def _misread(request: FetchRequest) -> Iterator[Failed]:
    """Yield the feeds whose query the provider would not understand."""
    form = request.provider.query
    for feed in request.feeds:
        if not re.fullmatch(form, feed.query, re.ASCII):
            reason = f"cannot be asked {feed.query!r}, the query in feeds.csv"
            yield Failed(request.provider.name, (feed.series_id,), reason)
