"""SDMX-CSV of the IMF and the OECD: one series, found by the names of columns."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.fetching import sdmx
from reports.fetching.values import FetchError
from tests.fetching.conftest import TODAY, ask_of, request_of
from tests.fetching.shapes import imf_body, oecd_body

IMF = ask_of(request_of("imf", key=None))
OECD = ask_of(request_of("oecd", key=None))


def reason(body: bytes) -> str:
    with pytest.raises(FetchError) as caught:
        sdmx.read(body.decode(), IMF)
    return caught.value.reason


def test_months_of_the_imf() -> None:
    body = imf_body(("2025-M05", "-0.1"), ("2025-M06", "0.100984780662489"), ("2025-M07", ""))
    rows = sdmx.read(body.decode(), IMF)
    assert [(str(row.period), row.value) for row in rows] == [
        ("2025-05", Decimal("-0.1")),
        ("2025-06", Decimal("0.100984781")),
    ]
    assert {row.published for row in rows} == {TODAY}
    assert {row.status for row in rows} == {"reported-date-estimated"}
    assert rows[0].source.source_id == "imf-some-series-2025-07-31"


def test_months_of_the_oecd_come_in_any_order() -> None:
    rows = sdmx.read(oecd_body(("2025-06", "4.1"), ("2025-05", "4.2")).decode(), OECD)
    assert [(str(row.period), str(row.value)) for row in rows] == [
        ("2025-05", "4.2"),
        ("2025-06", "4.1"),
    ]


def test_quarters_and_months_before_the_first_one_asked_for() -> None:
    body = imf_body(("2025-Q2", "5.2"), ("2025-Q1", "5.4"), ("2025-M05", "1")).decode()
    periods = [
        str(row.period) for row in sdmx.read(body, ask_of(request_of("imf", since="2025-04")))
    ]
    assert periods == ["2025Q2", "2025-05"]


def test_an_empty_answer_has_no_rows() -> None:
    assert sdmx.read(imf_body().decode(), IMF) == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "lacks the column 'TIME_PERIOD'"),
        (imf_body().replace(b"OBS_VALUE", b"VALUE"), "lacks the column 'OBS_VALUE'"),
        (imf_body(("2025-M05", "1"))[:-20], "broken or cut off"),
        (imf_body(("2025-M05", "1")).replace(b',0,"On\ntwo lines"', b""), "differ in length"),
        (imf_body(("2025-M05", "1")).replace(b"On", b'O"n'), "broken or cut off"),
        (imf_body(("2025-M05", "low")), "no number where the column 'OBS_VALUE'"),
        (imf_body(("2026-M05", "1")), "gives a value for 2026-05, which lies ahead"),
        (imf_body(("2025-M05", "1e-999999")), "no number where the column 'OBS_VALUE'"),
        (imf_body(("May", "1")), "no month or quarter where the column 'TIME_PERIOD'"),
        (imf_body(("2025-M05", "1"), ("2025-M05", "2")), "gives two values for some_series"),
        (imf_body(("2025-M05", "1"), key="JPN.CPI._T.YOY_PCH_PA_PT.M"), "another series"),
    ],
)
def test_each_fault_has_its_reason(body: bytes, words: str) -> None:
    assert words in reason(body)


def test_the_question_names_dataflow_key_and_first_month() -> None:
    call = sdmx.call_of(IMF, {"format": "csvfile"})
    assert call.url.endswith("/data/IMF.STA,CPI/CHN.CPI._T.YOY_PCH_PA_PT.M")
    assert call.params == {"startPeriod": "2025-05", "detail": "dataonly", "format": "csvfile"}
    assert call.accepts[0] == "application/vnd.sdmx.data+csv;version=1.0.0"
