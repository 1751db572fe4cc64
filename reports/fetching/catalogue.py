"""Which providers there are, where each is found, and what a request asks of each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from urllib.parse import urlsplit

from reports.dataset import AsOfView, Feed
from reports.errors import UsageError
from reports.fetching import comtrade, fred, sdmx
from reports.fetching.http import is_loopback
from reports.fetching.values import FetchRequest, Provider, Secret
from reports.model.periods import Period

PROVIDERS: dict[str, Provider] = {
    provider.name: provider for provider in (comtrade.PROVIDER, fred.PROVIDER, sdmx.IMF, sdmx.OECD)
}
_KEY = re.compile(r"[!-~]{1,200}")


def address_variable(provider: str) -> str:
    """Return the environment variable that moves the address of a provider."""
    return f"REPORTS_FETCH_{provider.upper()}"


def addresses(settings: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the base address of each provider: environment over settings over its own.

    Raise UsageError for one without TLS, except on this machine: a key may go there.
    """
    unknown = sorted(settings.keys() - PROVIDERS.keys())
    problems = [f"[fetch] knows no provider {name!r}" for name in unknown]
    found = {}
    for name, provider in PROVIDERS.items():
        chosen = environment.get(address_variable(name)) or settings.get(name) or provider.address
        found[name] = str(chosen).rstrip("/")
        if not _may_be_asked(found[name]):
            problems.append(f"the address of {name} should begin with https://")
    if problems:
        raise UsageError("; ".join(problems), f"choose from {', '.join(PROVIDERS)}")
    return found


def _may_be_asked(address: str) -> bool:
    try:
        place = urlsplit(address)
        host = place.hostname or ""
    except ValueError:
        return False
    if not host or place.username or place.query or place.fragment:
        return False
    return place.scheme == "https" or (place.scheme == "http" and is_loopback(host))


def keys(environment: Mapping[str, str]) -> dict[str, Secret]:
    """Return the keys in the environment by provider; raise UsageError for one that is none."""
    found = {}
    for name, provider in PROVIDERS.items():
        value = environment.get(provider.key_variable or "", "").strip()
        if not value:
            continue
        if not _KEY.fullmatch(value):
            problem = f"{provider.key_variable} holds characters that no key has"
            raise UsageError(problem, "copy the key again")
        found[name] = Secret(value)
    return found


def requests(
    view: AsOfView,
    wanted: Collection[str],
    since: Period,
    today: date,
    places: Mapping[str, str],
    secrets: Mapping[str, Secret],
) -> tuple[FetchRequest, ...]:
    """Return what to ask of each provider: for some series, or for all that have a feed.

    Raise UsageError for a series without a feed, and for a first month that lies ahead.
    """
    feeds: tuple[Feed, ...] = view.rows("feeds")
    known = {feed.series_id for feed in feeds}
    if unknown := sorted(set(wanted) - known):
        raise UsageError(
            f"no provider is known for {', '.join(unknown)}",
            "feeds.csv lists the series that have one",
        )
    if since.length != 1 or since.index > Period.of(today).index:
        raise UsageError(f"{since} is no month up to now", "name one such as 2025-01 with --since")
    return tuple(
        FetchRequest(provider, chosen, since, today, places[name], secrets.get(name))
        for name, provider in PROVIDERS.items()
        if (
            chosen := tuple(
                feed
                for feed in feeds
                if feed.provider == name and (not wanted or feed.series_id in wanted)
            )
        )
    )
