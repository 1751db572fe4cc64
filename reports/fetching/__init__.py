"""Fetching: ask the public interfaces of providers for observations, each on its own account."""

from reports.fetching.catalogue import PROVIDERS, addresses, keys
from reports.fetching.gather import Gathered, gather
from reports.fetching.http import Limits
from reports.fetching.values import Failed, Fetched, FetchedRow, FetchedSource

__all__ = [
    "PROVIDERS",
    "Failed",
    "Fetched",
    "FetchedRow",
    "FetchedSource",
    "Gathered",
    "Limits",
    "addresses",
    "gather",
    "keys",
]
