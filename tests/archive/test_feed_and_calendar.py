"""The feed holds to RFC 4287 and the calendar to RFC 5545; both name what they tell of for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from lxml import etree

from reports.archive.site import update
from reports.model.site import Ahead, Card, Issue, Site
from reports.rendering.site import calendar, feed
from tests.archive.decade import REASON
from tests.archive.example_archive import CORRECTED, DAYS, small_archive

pytestmark = pytest.mark.slow

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
URL = "https://example.org/archive/"
ISSUE = Issue(1, "1" * 64, "2025-06-09T10:00:00Z", "The Desk", "")
CARD = Card(date(2025, 6, 9), (ISSUE,), "Talks & <tariffs>", standfirst="A standfirst")
SITE = Site("The Briefing", "", "us-china-trade", URL, "0" * 64, (CARD,))


def read_feed(content: bytes) -> Any:
    """Return a feed that is valid: by its schema, and by what a schema cannot say."""
    root = etree.fromstring(content)
    assert SCHEMA.validate(root), SCHEMA.error_log
    entries = root.findall(f"{ATOM}entry")
    ids = [each.findtext(f"{ATOM}id") for each in (root, *entries)]
    assert len({*ids}) == len(ids)
    for each in (root, *entries):
        links = [(link.get("rel"), link.get("type")) for link in each.findall(f"{ATOM}link")]
        assert links.count(("alternate", "text/html")) == 1
        assert len({*links}) == len(links)
    assert root.findtext(f"{ATOM}updated") == max(
        (each.findtext(f"{ATOM}updated") for each in entries), default="1970-01-01T00:00:00Z"
    )
    return root


def test_the_feed_of_an_archive_is_valid(tmp_path: Path) -> None:
    store = small_archive(tmp_path)
    root = read_feed(store.read("feed.xml"))
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == len(DAYS)
    for link in root.iter(f"{ATOM}link"):
        assert (tmp_path / link.get("href")).is_file()
        if link.get("rel") == "enclosure":
            size = (tmp_path / link.get("href")).stat().st_size
            assert int(link.get("length")) == size
    ids = [each.findtext(f"{ATOM}id") for each in entries]
    update(store, URL)
    whole = read_feed(store.read("feed.xml"))
    assert [each.findtext(f"{ATOM}id") for each in whole.findall(f"{ATOM}entry")] == ids
    assert all(link.get("href").startswith(URL) for link in whole.iter(f"{ATOM}link"))


def test_a_correction_moves_its_entry_and_says_why(tmp_path: Path) -> None:
    root = read_feed(small_archive(tmp_path).read("feed.xml"))
    corrected = next(
        each
        for each in root.findall(f"{ATOM}entry")
        if CORRECTED in each.find(f"{ATOM}link").get("href")
    )
    assert corrected.findtext(f"{ATOM}title").startswith("Corrected: ")
    assert REASON in corrected.findtext(f"{ATOM}summary")
    published, updated = (corrected.findtext(f"{ATOM}{name}") for name in ("published", "updated"))
    assert (published, updated) == (f"{CORRECTED}T11:00:00Z", f"{CORRECTED}T12:00:00Z")


def test_the_feed_puts_first_what_was_last_touched_and_keeps_its_ids() -> None:
    later = replace(CARD, as_of=date(2025, 6, 16), issues=(replace(ISSUE, manifest="2" * 64),))
    second = Issue(2, "3" * 64, "2026-01-01T00:00:00Z", "The Desk", "a figure")
    corrected = replace(CARD, issues=(ISSUE, second))
    before = read_feed(feed(replace(SITE, cards=(later, CARD))))
    after = read_feed(feed(replace(SITE, cards=(later, corrected))))
    ids = [
        [each.findtext(f"{ATOM}id") for each in root.iter(f"{ATOM}entry")]
        for root in (before, after)
    ]
    assert ids[1] == ids[0][::-1]
    assert after.find(f"{ATOM}entry").findtext(f"{ATOM}title") == "Corrected: Talks & <tariffs>"


def test_an_empty_feed_is_valid() -> None:
    read_feed(feed(replace(SITE, cards=())))


def events(content: bytes) -> list[Any]:
    """Return the events of a calendar that is written as RFC 5545 wants it."""
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    content.decode()
    assert all(line.decode() for line in lines)
    found = Calendar.from_ical(content)
    assert (found["VERSION"], found["METHOD"]) == ("2.0", "PUBLISH")
    assert not found.errors
    listed = found.walk("VEVENT")
    assert all(not event.errors for event in listed)
    assert len({str(event["UID"]) for event in listed}) == len(listed)
    return list(listed)


def ahead(event: str, day: date, *, is_expected: bool = False) -> Ahead:
    return Ahead(day, day + timedelta(days=1), event, "What it means; a, b \\ c", is_expected)


def test_days_and_months_and_long_words_stand_in_the_calendar() -> None:
    long = "贸易谈判与稀土出口许可证 " * 9
    day = date(2025, 7, 9)
    month = Ahead(date(2025, 12, 1), date(2026, 1, 1), "A summit", "A text", is_expected=False)
    told_of = (ahead(long.strip(), day), ahead("Prices, June", day, is_expected=True), month)
    content = calendar(SITE, CARD, told_of)
    first, second, third = events(content)
    assert str(first["SUMMARY"]) == long.strip()
    assert "What it means; a, b \\ c" in str(first["DESCRIPTION"])
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (day, day + timedelta(days=1))
    assert first["DTSTART"].params["VALUE"] == "DATE"
    assert (str(second["SUMMARY"]), str(second["STATUS"])) == ("About: Prices, June", "TENTATIVE")
    assert (third.decoded("DTSTART"), third.decoded("DTEND")) == (month.start, month.end)
    assert first.decoded("DTSTAMP").isoformat() == "2025-06-09T10:00:00+00:00"
    assert str(first["URL"]) == f"{URL}2025-06-09/index.html"
    assert calendar(SITE, CARD, told_of) == content


def test_an_event_keeps_its_name_when_its_day_moves() -> None:
    one, other, next_year = (
        events(calendar(SITE, CARD, (ahead("Tariff truce ends", day),)))[0]["UID"]
        for day in (date(2025, 8, 12), date(2025, 11, 10), date(2026, 8, 12))
    )
    assert one == other != next_year


def test_a_calendar_without_an_edition_is_valid() -> None:
    assert events(calendar(replace(SITE, cards=()), None, ())) == []
