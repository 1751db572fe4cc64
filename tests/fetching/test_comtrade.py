"""UN Comtrade: totals by code and partner, in tonnes, and nothing that is not one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reports.fetching import comtrade
from reports.fetching.values import Ask, FetchError
from reports.model.periods import Period
from tests.fetching.conftest import KEY, TODAY, ask_of, feed_of, request_of
from tests.fetching.shapes import comtrade_body, comtrade_record

WEIGHT = feed_of("to_us_t", "comtrade")
VALUE = feed_of("value_usd_m", "comtrade", "850511/0/primaryValue", "0.000001")


def asked(*, key: str | None = KEY, since: str = "2025-05") -> Ask:
    return ask_of(request_of("comtrade", WEIGHT, VALUE, key=key, since=since))


def read(*records: dict[str, Any], **more: Any) -> tuple[Any, ...]:
    return comtrade.read(comtrade_body(*records, **more).decode(), asked())


def reason(body: bytes | str) -> str:
    text = body if isinstance(body, str) else body.decode()
    with pytest.raises(FetchError) as caught:
        comtrade.read(text, asked())
    return caught.value.reason


def test_kilograms_become_tonnes_and_dollars_millions() -> None:
    rows = read(comtrade_record(), comtrade_record(partner=0, primaryValue=25042007.55))
    weight, value = rows
    assert (weight.series_id, str(weight.period)) == ("to_us_t", "2025-05")
    assert weight.value == Decimal("46.1235")
    assert weight.note == "46123.5 kg times 0.001; published by the day of fetching"
    assert weight.published == weight.source.published == TODAY
    assert weight.status == "reported-date-estimated"
    assert value.value == Decimal("25.04200755")
    assert {row.source.source_id for row in rows} == {"comtrade-2025-07-31"}


def test_a_weight_that_the_un_estimated_is_derived() -> None:
    (row,) = read(comtrade_record(isNetWgtEstimated=True))
    assert row.status == "derived"
    assert row.derivation == "net weight as estimated by UN Comtrade"


@pytest.mark.parametrize("weight", [None, 0])
def test_a_weight_that_was_not_reported_is_a_gap(weight: object) -> None:
    assert read(comtrade_record(netWgt=weight)) == ()


def test_no_trade_at_all_is_a_zero() -> None:
    (row,) = read(comtrade_record(netWgt=0, primaryValue=0))
    assert row.value == 0


def test_parts_of_a_total_are_left_out() -> None:
    parts: list[dict[str, Any]] = [
        {"motCode": 2100},
        {"customsCode": "C01"},
        {"partner2Code": 36},
        {"flowCode": "M"},
    ]
    parts += [{"reporterCode": 842}, {"period": "202401"}, {"cmdCode": "850519"}]
    assert read(*(comtrade_record(**part) for part in parts)) == ()


def test_a_repeated_row_counts_once_and_a_contradicting_one_is_refused() -> None:
    assert len(read(comtrade_record(), comtrade_record())) == 1
    body = comtrade_body(comtrade_record(), comtrade_record(netWgt=1))
    assert reason(body) == "gives two values for to_us_t in 2025-05"


def test_an_empty_answer_has_no_rows() -> None:
    assert read() == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (comtrade_body(comtrade_record())[:200], "broken or cut off"),
        (b"[]", "JSON that is no object"),
        (b"{}", "without a list of objects under 'data'"),
        (b'{"data": [1]}', "without a list of objects under 'data'"),
        (b'{"data": [], "error": "secret text"}', "reports an error of its own"),
        (b'{"data": ' + b"[" * 100_000, "broken or cut off"),
        (b'{"data": [{"netWgt": NaN}]}', "broken or cut off"),
        (comtrade_body(comtrade_record(netWgt="much")), "no number where the column 'netWgt'"),
        (comtrade_body(comtrade_record(netWgt=True)), "no number where the column 'netWgt'"),
        (comtrade_body(comtrade_record(netWgt=1e300)), "no number where the column 'netWgt'"),
        (comtrade_body(comtrade_record(period="May")), "no month or quarter where"),
        (comtrade_body(comtrade_record(period="202513")), "no month or quarter where"),
        (comtrade_body(comtrade_record(isNetWgtEstimated=2)), "neither true nor false"),
    ],
)
def test_each_fault_has_its_reason(body: bytes, words: str) -> None:
    assert words in reason(body)


@pytest.mark.parametrize("column", ["netWgt", "motCode", "period", "cmdCode", "isNetWgtEstimated"])
def test_a_renamed_column_is_named(column: str) -> None:
    record = comtrade_record()
    record[column.upper()] = record.pop(column)
    assert reason(comtrade_body(record)) == f"lacks the column {column!r}: has it been renamed?"


def test_a_cut_off_preview_is_refused() -> None:
    body = comtrade_body(*[comtrade_record(partner=9)] * 500).decode()
    with pytest.raises(FetchError, match="cuts its answer off at 500 records"):
        comtrade.read(body, asked(key=None))


def test_one_question_asks_for_all_codes_and_partners_of_a_dozen_months() -> None:
    request = request_of("comtrade", WEIGHT, VALUE, since="2024-01")
    first, second = comtrade.split(request)
    assert first.months[0] == Period(2024, 1)
    assert (len(first.months), len(second.months)) == (12, 7)
    call = comtrade.call_of(first)
    assert call.url.endswith("/data/v1/get/C/M/HS")
    assert (call.params["cmdCode"], call.params["partnerCode"]) == ("850511", "842,0")
    assert call.params["period"].startswith("202401,202402,")
    assert [call.params[name] for name in comtrade.TOTALS] == ["0", "C00", "0"]


def test_the_key_goes_into_a_header_and_without_one_the_preview_is_asked() -> None:
    call = comtrade.call_of(asked())
    assert KEY not in str(call)
    assert call.secret_headers["Ocp-Apim-Subscription-Key"].value == KEY
    public = comtrade.call_of(asked(key=None))
    assert public.url.endswith("/public/v1/preview/C/M/HS")
    assert not public.secret_headers
