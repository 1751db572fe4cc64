"""Where things stand: which meeting an edition is about, the truce, the duties in force."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reports.briefings.situation import Situation
from tests.briefings.worlds import (
    CALL_COLUMNS,
    day,
    delegate,
    level,
    meeting,
    outcome,
    statement,
    tariff,
    truce,
    value,
    world,
)


def at(today: str, **tables: list[Any]) -> Situation:
    return Situation(world(today, **tables))


def about(today: str, *meetings: Any) -> str | None:
    """Return which meeting the edition of a day is about."""
    found = at(today, meetings=list(meetings)).round
    return found.meeting_id if found else None


OLD = meeting("OLD", "03-01", "03-02", announced="02-20")
ENDED = meeting("ENDED", "06-05", "06-06", announced="06-01", **outcome("06-07"))
OPEN = meeting("OPEN", "06-09", "06-10", announced="06-01")
SOON = meeting("SOON", "06-20", announced="06-01")
FAR = meeting("FAR", "08-20", announced="06-01")


@pytest.mark.parametrize(
    ("meetings", "chosen"),
    [
        ((), None),
        ((OLD,), "OLD"),
        ((OLD, FAR), "FAR"),
        ((OLD, FAR, SOON), "SOON"),
        ((OLD, FAR, SOON, OPEN), "OPEN"),
        ((OLD, FAR, SOON, OPEN, ENDED), "ENDED"),
        ((OLD, FAR, meeting("RECENT", "05-25", announced="05-20")), "RECENT"),
        ((OLD, FAR, meeting("CALL", "06-05", **CALL_COLUMNS)), "CALL"),
        ((OLD, SOON, meeting("CALL", "06-05", **CALL_COLUMNS)), "SOON"),
        ((OPEN, meeting("CALL", "06-05", **CALL_COLUMNS)), "OPEN"),
        ((OLD, meeting("CALL", "05-01", **CALL_COLUMNS)), "OLD"),
        ((meeting("CALL", "05-01", **CALL_COLUMNS),), "CALL"),
        ((meeting("LATER", "06-20", announced="06-10"),), None),
    ],
)
def test_which_meeting_an_edition_is_about(meetings: tuple[Any, ...], chosen: str | None) -> None:
    assert about("06-09", *meetings) == chosen


def test_a_round_that_ends_without_a_stated_result_is_not_a_result() -> None:
    open_end = meeting("OPEN END", "06-05", "06-06", announced="06-01")
    assert about("06-09", open_end, OPEN) == "OPEN"


def test_the_round_before_is_a_round_of_talks_in_a_city() -> None:
    call = meeting("CALL", "06-05", **CALL_COLUMNS)
    video = meeting("VIDEO", "06-04", city=None)
    people = [
        delegate("OLD", "US", "Scott Bessent", "Secretary"),
        delegate("OLD", "CN", "He Lifeng", "Vice Premier"),
    ]
    now = at("06-09", meetings=[OLD, video, call, OPEN], delegates=people)
    assert now.last_round
    assert now.last_round.meeting_id == "OLD"
    assert at("06-09", meetings=[call, OPEN]).last_round is None


def test_the_last_call_fades_after_a_month() -> None:
    call = meeting("CALL", "06-05", **CALL_COLUMNS)
    assert at("07-05", meetings=[call]).last_call is not None
    assert at("07-07", meetings=[call]).last_call is None


def test_the_last_contact_is_over() -> None:
    now = at("06-09", meetings=[OLD, ENDED, OPEN, SOON])
    assert now.last_contact
    assert now.last_contact.meeting_id == "OPEN"  # Its end is not known, so the day counts.
    assert at("03-10", meetings=[OLD, SOON]).last_contact == at("03-10", meetings=[OLD]).round
    assert at("02-20", meetings=[OLD]).last_contact is None


def test_a_truce_is_known_once_it_is_announced() -> None:
    row = truce("T1", "05-12", "05-14", "08-12")
    assert at("05-11", tariffs=[row]).truce is None
    found = at("05-12", tariffs=[row]).truce
    assert found
    assert (found.start, found.end, found.points) == (day("05-14"), day("08-12"), Decimal(24))
    assert at("08-12", tariffs=[row]).truce is not None
    assert at("08-13", tariffs=[row]).truce is None


def test_an_extension_takes_the_place_of_the_truce_on_the_day_it_is_known() -> None:
    rows = [truce("T1", "05-12", "05-14", "08-12"), truce("T2", "08-11", "08-12", "11-10")]
    ends = {today: at(today, tariffs=rows).truce for today in ("08-10", "08-11", "08-13")}
    assert [t and t.end for t in ends.values()] == [day("08-12"), day("11-10"), day("11-10")]
    assert (later := ends["08-11"])
    assert [row.event_id for row in later.rows] == ["T2"]


def test_the_american_row_comes_first_and_gives_the_source() -> None:
    us = truce("US", "05-12", "05-14", "08-12")
    cn = tariff(
        "CN",
        "CN",
        "05-11",
        "05-14",
        expires=day("08-12"),
        suspended_pct_points=Decimal(24),
        source_id="SP060",
    )
    found = at("06-09", tariffs=[cn, us]).truce
    assert found
    assert [row.event_id for row in found.rows] == ["US", "CN"]
    assert found.source == us.source_id


def test_a_promise_of_a_truce_counts_until_an_act_keeps_it() -> None:
    summit = meeting("SUMMIT", "10-30", **outcome("10-30", "a one-year truce"))
    old = truce("T2", "08-11", "08-12", "11-10")
    new = truce("T3", "11-04", "11-10", "2026-11-10")
    promised = at("11-03", meetings=[summit], tariffs=[old, new]).truce_promise
    assert promised
    assert promised.meeting_id == "SUMMIT"
    assert at("11-04", meetings=[summit], tariffs=[old, new]).truce_promise is None
    talked = meeting("TALKS", "10-30", **outcome("10-30", "a one-year truce", "discussed"))
    assert at("11-03", meetings=[talked], tariffs=[old]).truce_promise is None


LEVELS = [
    level("US", "01-20", 0, "02-01"),
    level("US", "02-04", 10, "02-01"),
    level("US", "04-10", 145),
    level("US", "05-14", 30, "05-12"),
    level("CN", "04-12", 125),
]


@pytest.mark.parametrize(
    ("today", "in_force", "coming", "peak"),
    [
        ("01-31", None, None, None),
        ("02-01", 0, 10, 0),
        ("02-04", 10, None, 10),
        ("05-11", 145, None, 145),
        ("05-12", 145, 30, 145),
        ("05-14", 30, None, 145),
    ],
)
def test_the_duties_in_force_the_next_and_the_highest(
    today: str, in_force: int | None, coming: int | None, peak: int | None
) -> None:
    now = at(today, tariff_levels=LEVELS)
    rows = (now.level("US"), now.coming("US"), now.peak("US"))
    rates = [None if row is None else int(row.average_rate_pct) for row in rows]
    assert rates == [in_force, coming, peak]


def test_levels_of_another_definition_never_mix_in() -> None:
    other = level("US", "05-14", 51, definition_key="piie_average")
    now = at("06-09", tariff_levels=[*LEVELS, other])
    assert {row.definition_key for row in now.levels("US")} == {"headline"}


def test_the_level_under_a_truce_that_starts_later_is_that_of_its_first_day() -> None:
    rows: dict[str, list[Any]] = {
        "tariffs": [truce("T1", "05-12", "05-14", "08-12")],
        "tariff_levels": LEVELS,
    }
    now = at("05-12", **rows)
    assert (held := now.under_truce("US"))
    assert (in_force := now.level("US"))
    assert [int(row.average_rate_pct) for row in (held, in_force)] == [30, 145]
    assert (cn := now.under_truce("CN"))
    assert cn.average_rate_pct == 125
    assert at("05-12", tariff_levels=LEVELS).under_truce("US") is None


def test_news_is_what_became_known_after_the_last_weekly_edition() -> None:
    now = at("06-09")
    assert now.since == day("06-02")
    assert [now.fresh(day(d)) for d in ("06-02", "06-03", "06-09", "06-10")] == [
        False,
        True,
        True,
        False,
    ]
    assert not now.fresh(None)
    assert now.last.day == day("06-02")


def test_a_pending_measure_is_ahead_and_not_withdrawn() -> None:
    rate = {"headline_rate_pct": Decimal(130)}
    rows = [
        tariff("AHEAD", "US", "10-10", "11-01", **rate),
        tariff("FORCE", "US", "05-12", "05-14", **rate),
        tariff("UNRATED", "US", "10-10", "11-02"),
        tariff(
            "DROPPED", "US", "10-10", "11-01", **rate, status="dropped", status_changed=day("10-26")
        ),
    ]
    assert [t.event_id for t in at("10-20", tariffs=rows).pending()] == ["AHEAD", "DROPPED"]
    assert [t.event_id for t in at("10-27", tariffs=rows).pending()] == ["AHEAD"]


def test_the_newest_day_is_that_of_the_newest_row() -> None:
    rows: dict[str, list[Any]] = {
        "meetings": [OLD],
        "statements": [statement("S1", "05-30", "US", "Said so.")],
        "observations": [value("cpi_yoy_pct", "2025-04", "0.1", "06-01")],
    }
    assert at("06-09", **rows).newest_day == day("06-01")
    assert at("05-31", **rows).newest_day == day("05-30")
    assert at("06-09").newest_day == day("06-09")
