"""FRED: every vintage with the day of its own, and no day that is made up."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from reports.fetching import fred
from reports.fetching.values import FetchError
from tests.fetching.conftest import KEY, ask_of, request_of
from tests.fetching.shapes import fred_body

ASKED = ask_of(request_of("fred", since="2025-01"))


def read(*vintages: tuple[str, str, str], **more: Any) -> list[tuple[str, str, str, str]]:
    rows = fred.read(fred_body(*vintages, **more).decode(), ASKED)
    return [(str(r.period), str(r.published), str(r.value), r.status) for r in rows]


def reason(body: bytes) -> str:
    with pytest.raises(FetchError) as caught:
        fred.read(body.decode(), ASKED)
    return caught.value.reason


def test_all_vintages_become_rows_of_their_own_days() -> None:
    assert read(
        ("2025-04", "2025-06-05", "25294.7"),
        ("2025-05", "2025-07-03", "19310.0"),
        ("2025-04", "2025-07-03", "25294.9"),
    ) == [
        ("2025-04", "2025-06-05", "25294.7", "reported"),
        ("2025-04", "2025-07-03", "25294.9", "reported"),
        ("2025-05", "2025-07-03", "19310", "reported"),
    ]


def test_a_value_that_is_archived_again_is_no_vintage() -> None:
    rows = read(
        ("2025-04", "2025-06-05", "1.0"),
        ("2025-04", "2025-07-03", "1"),
        ("2025-04", "2025-07-30", "2"),
    )
    assert [row[1] for row in rows] == ["2025-06-05", "2025-07-30"]


def test_a_month_without_a_value_is_a_gap_until_it_has_one() -> None:
    assert read(("2025-04", "2025-06-05", "."), ("2025-05", "2025-07-03", ".")) == []
    rows = read(("2025-04", "2025-06-05", "."), ("2025-04", "2025-07-03", "3"))
    assert [row[:3] for row in rows] == [("2025-04", "2025-07-03", "3")]


def test_a_first_value_from_when_the_archive_began_has_an_estimated_day() -> None:
    (row,) = fred.read(fred_body(("2025-01", "2025-07-03", "5")).decode(), ASKED)
    assert row.status == "reported-date-estimated"
    assert row.published == date(2025, 7, 3)


def test_each_vintage_has_a_source_of_its_day() -> None:
    (row,) = fred.read(fred_body(("2025-04", "2025-06-05", "5")).decode(), ASKED)
    assert row.source.source_id == "fred-impch-2025-06-05"
    assert row.source.published == row.published
    assert row.source.url == "https://alfred.stlouisfed.org/series?seid=IMPCH"


def test_the_widest_real_time_is_asked_for_and_the_key_is_not_shown() -> None:
    call = fred.call_of(ASKED)
    assert call.params["realtime_start"] == "1776-07-04"
    assert call.params["realtime_end"] == "9999-12-31"
    assert "vintage_date" not in call.params
    assert KEY not in str(call)
    assert call.secret_params["api_key"].value == KEY


@pytest.mark.parametrize(
    ("body", "words"),
    [
        # What a server does that knows no real-time bounds: today's figures under old days.
        (fred_body(realtime_start="2025-07-31", realtime_end="2025-07-31"), "real-time period"),
        (fred_body(("2025-05", "2025-07-03", "1"), count=2), "cuts its answer off"),
        (fred_body(("2025-05", "2025-05-20", "1")), "before that month was over"),
        (fred_body(("2025-05", "2025-08-20", "1")), "before that month was over, or ahead"),
        (fred_body(("9999-12", "9999-12-31", "1")), "gives a value for 9999-12, which lies ahead"),
        (fred_body(("2025-05", "2025-07-03", "1_000")), "no number where the column 'value'"),
        (fred_body(("2025-05", "2025-07-03", "n/a")), "no number where the column 'value'"),
        (fred_body(("2025-05", "soon", "1")), "no day where the column 'realtime_start'"),
        (fred_body(("2025-05", "2025-07-03", "1"), ("2025-05", "2025-07-03", "2")), "two values"),
        (fred_body().replace(b'"observations"', b'"values"'), "under 'observations'"),
        (fred_body(("2025-05", "2025-07-03", "1")).replace(b'"value"', b'"v"'), "column 'value'"),
        (fred_body(("2025-05", "2025-07-03", "1")).replace(b'-01"', b'-02"'), "of days, not"),
        (fred_body().replace(b'"count"', b'"n"'), "lacks the column 'count'"),
        (fred_body(count="all"), "no number where the column 'count'"),
        (fred_body()[:-5], "broken or cut off"),
        (json.dumps({"error_code": 400, "error_message": KEY}).encode(), "'realtime_start'"),
    ],
)
def test_each_fault_has_its_reason(body: bytes, words: str) -> None:
    assert words in reason(body)


def test_an_empty_answer_has_no_rows() -> None:
    assert read() == []
