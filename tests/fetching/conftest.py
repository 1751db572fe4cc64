"""What the tests of fetching share: a server, a clock that waits for nobody, questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from reports.dataset import Feed
from reports.dataset.rows import Located
from reports.fetching.catalogue import PROVIDERS
from reports.fetching.values import Ask, FetchRequest, Secret
from reports.model.periods import Period
from tests.fetching.server import Server, serving

TODAY = date(2025, 7, 31)
KEY = "k3y-that-nobody-may-see"
QUERIES = {
    "comtrade": ("850511/842/netWgt", "0.001"),
    "fred": ("IMPCH", "1"),
    "imf": ("IMF.STA,CPI/CHN.CPI._T.YOY_PCH_PA_PT.M", "1"),
    "oecd": (
        "OECD.SDD.TPS,DSD_LFS@DF_IALFS_UNE_M,1.0/USA.UNE_LF_M.PT_LF_SUB._Z.Y._T.Y_GE15._Z.M",
        "1",
    ),
}


@dataclass
class Clock:
    """A clock that moves by what is waited for, and keeps the waits."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Run a server for one test, without the proxies of the machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with serving() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """Return a clock of its own."""
    return Clock()


def feed_of(series_id: str, provider: str, query: str = "", factor: str = "") -> Feed:
    """Return a feed, by default with the usual query of its provider."""
    usual = QUERIES[provider]
    ref = Located("feeds", series_id, date.min, 2)
    return Feed(series_id, provider, query or usual[0], Decimal(factor or usual[1]), ref)


def request_of(
    provider: str,
    *feeds: Feed,
    address: str = "http://127.0.0.1:9",
    key: str | None = KEY,
    since: str = "2025-05",
) -> FetchRequest:
    """Return a request to a provider, by default for one series."""
    return FetchRequest(
        PROVIDERS[provider],
        feeds or (feed_of("some_series", provider),),
        Period.parse(since),
        TODAY,
        address,
        Secret(key) if key else None,
    )


def ask_of(request: FetchRequest) -> Ask:
    """Return the first question of a request."""
    return request.provider.split(request)[0]
