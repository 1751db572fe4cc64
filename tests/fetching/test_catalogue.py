"""Who is asked, where, for which series, and with which key."""

from __future__ import annotations

import re
from datetime import date

import pytest

from reports.errors import UsageError
from reports.fetching.catalogue import PROVIDERS, addresses, keys, requests
from reports.model.periods import Period
from tests.dataset.packages import shipped
from tests.fetching.conftest import KEY, TODAY

VIEW = shipped().as_of(TODAY)


def test_every_feed_of_the_dataset_can_be_asked() -> None:
    feeds = VIEW.rows("feeds")
    assert {feed.provider for feed in feeds} == set(PROVIDERS)
    for feed in feeds:
        assert re.fullmatch(PROVIDERS[feed.provider].query, feed.query), feed.series_id
        info = VIEW.series(feed.series_id)
        tonnes, millions = info.unit == "tonnes", feed.query.endswith(("primaryValue", "USD.M"))
        factor = {(True, False): "0.001", (False, True): "0.000001"}.get((tonnes, millions), "1")
        assert str(feed.factor) == factor, feed.series_id


def test_every_address_of_the_catalogue_is_checked() -> None:
    found = addresses({}, {})
    assert found == {name: provider.address for name, provider in PROVIDERS.items()}
    assert all(address.startswith("https://") for address in found.values())


def test_the_environment_wins_over_the_settings() -> None:
    moved = addresses(
        {"imf": "https://a.example/", "oecd": "https://b.example"},
        {"REPORTS_FETCH_IMF": "http://127.0.0.1:8080/"},
    )
    assert (moved["imf"], moved["oecd"]) == ("http://127.0.0.1:8080", "https://b.example")


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example",
        "ftp://127.0.0.1",
        "api.example",
        "https://",
        "https://[",
        "https://a.b/?x=1",
        "https://me:word@api.example",
        "http://127.0.0.1.example",
        "http://localhost.example",
        7,
    ],
)
def test_an_address_without_tls_is_refused(address: object) -> None:
    with pytest.raises(UsageError, match="the address of imf should begin with https://"):
        addresses({"imf": address}, {})


def test_all_problems_of_the_settings_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        addresses({"imf": "x", "nbs": "https://example.org"}, {})
    assert "'nbs'" in caught.value.message
    assert "imf" in caught.value.message


def test_keys_come_from_the_environment_and_are_not_shown() -> None:
    found = keys({"FRED_API_KEY": f" {KEY}\n", "COMTRADE_API_KEY": ""})
    assert found.keys() == {"fred"}
    assert found["fred"].value == KEY
    assert KEY not in f"{found} {found['fred']}"


@pytest.mark.parametrize("value", [f"{KEY}\r\nHost: x", "kéy", "a b", "x" * 201])
def test_a_key_that_is_none_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        keys({"FRED_API_KEY": value})
    assert "FRED_API_KEY" in caught.value.message
    assert value not in f"{caught.value.message} {caught.value.hint}"


def test_series_are_asked_of_the_provider_that_has_them() -> None:
    wanted = ("cpi_yoy_pct", "hs2846_exports_t")
    asked = requests(VIEW, wanted, Period(2025, 1), TODAY, addresses({}, {}), {})
    assert [(r.provider.name, [f.series_id for f in r.feeds]) for r in asked] == [
        ("comtrade", ["hs2846_exports_t"]),
        ("imf", ["cpi_yoy_pct"]),
    ]
    assert len(asked[0].months) == 7


@pytest.mark.parametrize(
    ("wanted", "since", "words"),
    [
        (("pmi_mfg", "no_such"), "2025-01", "no provider is known for no_such, pmi_mfg"),
        ((), "2025-08", "is no month up to now"),
        ((), "2025Q1", "is no month up to now"),
    ],
)
def test_what_cannot_be_asked_is_a_matter_of_usage(
    wanted: tuple[str, ...], since: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        requests(VIEW, wanted, Period.parse(since), date(2025, 7, 31), addresses({}, {}), {})
