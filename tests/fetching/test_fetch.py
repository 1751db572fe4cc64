"""What one provider does wrong costs that provider only, and no more than its time."""

from __future__ import annotations

import time

import pytest

from reports.fetching.fetch import client_for, fetch, fetch_one
from reports.fetching.http import Limits
from reports.fetching.values import Call, Failed, Fetched, FetchError, Getter, Outcome, Provider
from tests.fetching import server as play
from tests.fetching import shapes
from tests.fetching.conftest import feed_of, request_of
from tests.fetching.server import HTML, Reply, Server

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=2, read=0.3, total=1, tries=1)


def fetched(server: Server, *providers: str, grace: float = 5) -> dict[str, Outcome]:
    requests = [request_of(provider, address=server.address) for provider in providers]
    outcomes = fetch(requests, LIMITS, grace=grace)
    return {outcome.provider: outcome for outcome in outcomes}


def all_well(server: Server) -> None:
    server.say("/C/M/HS", shapes.comtrade(shapes.comtrade_record()))
    server.say("/fred/", shapes.fred(("2025-05", "2025-07-03", "19310")))
    server.say("IMF.STA", shapes.imf(("2025-M05", "-0.1")))
    server.say("OECD", shapes.oecd(("2025-05", "4.2")))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(misbehave=play.hang), "does not answer in time, 1 times"),
        (Reply(misbehave=play.drip), "takes longer than 1 s"),
        (Reply(b"<html>", HTML), "answers a web page"),
        (Reply(b'{"data": ['), "answers JSON that is broken or cut off"),
        (Reply(status=503), "fails on its own side (503)"),
    ],
)
def test_the_others_go_on(server: Server, reply: Reply, reason: str) -> None:
    all_well(server)
    server.say("/C/M/HS", reply)
    outcomes = fetched(server, "comtrade", "fred", "imf", "oecd")
    failed = outcomes.pop("comtrade")
    assert isinstance(failed, Failed)
    assert reason in failed.reason
    for outcome in outcomes.values():
        assert isinstance(outcome, Fetched)
        assert len(outcome.rows) == 1


def test_a_head_that_never_ends_is_left_behind(server: Server) -> None:
    all_well(server)
    server.say("IMF.STA", Reply(misbehave=play.drip_head))
    started = time.monotonic()
    outcomes = fetched(server, "imf", "oecd", grace=0.1)
    assert outcomes["imf"] == Failed("imf", ("some_series",), "takes longer than 1 s")
    assert isinstance(outcomes["oecd"], Fetched)
    assert time.monotonic() - started < 3


def test_nothing_is_asked_where_nothing_is_wanted() -> None:
    assert fetch([]) == ()


def test_a_fault_of_one_series_does_not_cost_the_next(server: Server) -> None:
    all_well(server)
    server.say("IMF.STA", Reply(status=404), shapes.imf(("2025-M05", "-0.1")))
    request = request_of(
        "imf", feed_of("one", "imf"), feed_of("two", "imf"), address=server.address
    )
    failed, given = sorted(fetch_one(request, LIMITS, client_for), key=lambda o: o.series)
    assert failed == Failed("imf", ("one",), "has no such data (404)")
    assert isinstance(given, Fetched)
    assert [row.series_id for row in given.rows] == ["two"]


def test_a_provider_that_is_down_is_asked_no_further(server: Server) -> None:
    server.say("IMF.STA", Reply(status=500))
    request = request_of(
        "imf", feed_of("one", "imf"), feed_of("two", "imf"), address=server.address
    )
    (failed,) = fetch_one(request, LIMITS, client_for)
    assert failed == Failed("imf", ("one", "two"), "fails on its own side (500), 1 times")
    assert len(server.asked) == 1


def test_a_missing_key_is_named_and_nothing_is_asked(server: Server) -> None:
    (failed,) = fetch([request_of("fred", address=server.address, key=None)], LIMITS)
    assert isinstance(failed, Failed)
    assert failed.reason == "needs a key in the environment variable FRED_API_KEY"
    assert not server.asked


@pytest.mark.parametrize(
    ("provider", "query"),
    [
        ("comtrade", "8505.11/0/netWgt"),
        ("comtrade", "850511/0/grossWgt"),
        ("fred", "imp ch"),
        ("imf", "IMF.STA,CPI/CHN..IX.M"),
        ("oecd", "OECD.SDD.TPS,DSD@DF/../../x"),
    ],
)
def test_a_query_that_is_none_is_not_asked(server: Server, provider: str, query: str) -> None:
    all_well(server)
    feeds = feed_of("wrong", provider, query), feed_of("right", provider)
    outcomes = fetch([request_of(provider, *feeds, address=server.address)], LIMITS)
    given, failed = outcomes
    reason = f"cannot be asked {query!r}, the query in feeds.csv"
    assert failed == Failed(provider, ("wrong",), reason)
    assert given.series == ("right",)
    assert len(server.asked) == 1


def test_an_error_of_our_own_is_not_taken_for_one_of_a_provider() -> None:
    class Broken:
        def get(self, _: Call) -> str:
            raise ZeroDivisionError

    def broken(_: Provider, __: Limits) -> Getter:
        return Broken()

    with pytest.raises(ZeroDivisionError):
        fetch([request_of("imf")], LIMITS, broken)


def test_what_was_given_is_kept_when_later_months_fail() -> None:
    class Tired:
        asked = 0

        def get(self, _: Call) -> str:
            self.asked += 1
            if self.asked > 1:
                raise FetchError("is asked too often (429)", final=True)
            return shapes.comtrade_body(shapes.comtrade_record(period="202401")).decode()

    request = request_of("comtrade", since="2024-01")
    given, failed = fetch_one(request, LIMITS, lambda provider, limits: Tired())
    assert isinstance(given, Fetched)
    assert len(given.rows) == 1
    assert isinstance(failed, Failed)
