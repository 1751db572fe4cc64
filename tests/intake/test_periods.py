"""Periods in the forms that people use, and the series of a running total."""

import pytest

from reports.intake.periods import PeriodError, Placed, Span, parse, place
from tests.dataset.packages import DATA, Row, read

SERIES = {row["series_id"]: row for row in read(DATA, "series")}
MONTHLY = SERIES["rare_earth_exports_t"]
TOTAL = "rare_earth_exports_ytd_t"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2025-05", Span(2025, 5, 5)),
        ("2025-5", Span(2025, 5, 5)),
        ("2025/05", Span(2025, 5, 5)),
        ("202505", Span(2025, 5, 5)),
        ("May 2025", Span(2025, 5, 5)),
        ("may, 2025", Span(2025, 5, 5)),
        ("Sept. 2025", Span(2025, 9, 9)),
        ("2025 May", Span(2025, 5, 5)),
        ("2025年5月", Span(2025, 5, 5)),
        ("2025年05月份", Span(2025, 5, 5)),
        ("２０２５年５月", Span(2025, 5, 5)),
        ("5月", Span(None, 5, 5)),
        ("May", Span(None, 5, 5)),
        ("2025Q1", Span(2025, 1, 3, quarter=True)),
        ("2025 q1", Span(2025, 1, 3, quarter=True)),
        ("Q4 2025", Span(2025, 10, 12, quarter=True)),
        ("2025年第一季度", Span(2025, 1, 3, quarter=True)),
        ("2025年二季度", Span(2025, 4, 6, quarter=True)),
        ("2025-01/2025-02", Span(2025, 1, 2)),
        ("1-2月", Span(None, 1, 2)),
        ("1—5月", Span(None, 1, 5)),
        ("1月至5月", Span(None, 1, 5)),
        ("2025年1-5月", Span(2025, 1, 5)),
        ("2025年1–5月份", Span(2025, 1, 5)),
        ("Jan-May 2025", Span(2025, 1, 5)),
        ("January to May 2025", Span(2025, 1, 5)),
        ("Jan – Dec 2025", Span(2025, 1, 12)),
    ],
)
def test_forms_that_people_use(text: str, span: Span) -> None:
    assert parse(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2025-13",
        "2025-00",
        "13月",
        "Mayday 2025",
        "5-1月",
        "May-Jan 2025",
        "2025Q5",
        "2025-01/2026-02",
        "2025-05-01",
        "1-5",
        "mars 2025",
        "May 25",
        "1月-",
        "二零二五年五月",
    ],
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(PeriodError, match="is no period"):
        parse(text)


def placed(text: str, series: Row, published: str = "2025-06-09") -> Placed:
    return place(parse(text), series, published, SERIES.__contains__)


def test_a_running_total_goes_to_its_series() -> None:
    for text in ("1-5月", "2025年1-5月", "Jan-May 2025", "2025-01/2025-05"):
        found = placed(text, MONTHLY)
        assert (found.series_id, found.period) == (TOTAL, "2025-05")
        assert TOTAL in found.remark


def test_a_running_total_stays_in_its_series_and_one_without_is_refused() -> None:
    assert placed("1-5月", SERIES[TOTAL]) == Placed(
        TOTAL, "2025-05", "of 2025, by the day of publication"
    )
    assert placed("2025-05", SERIES[TOTAL]).period == "2025-05"
    assert placed("2025年1-2月", SERIES[TOTAL]).period == "2025-02"
    with pytest.raises(PeriodError, match="no series of running totals") as refusal:
        placed("1-5月", SERIES["retail_sales_yoy_pct"])
    assert "since January" in refusal.value.expected


def test_january_and_february_of_a_monthly_series_are_combined() -> None:
    assert placed("2025年1-2月", MONTHLY) == Placed("rare_earth_exports_t", "2025-01/2025-02")
    assert placed("Jan-Feb 2025", MONTHLY).period == "2025-01/2025-02"


def test_a_year_that_is_left_out_is_that_of_the_last_such_period() -> None:
    assert placed("12月", MONTHLY, "2026-01-09").period == "2025-12"
    assert placed("1-12月", MONTHLY, "2026-01-09").period == "2025-12"
    assert placed("5月", MONTHLY, "2025-06-09").period == "2025-05"
    assert placed("5月", MONTHLY, "2025-05-31").period == "2025-05"
    with pytest.raises(PeriodError, match="no year"):
        placed("5月", MONTHLY, "")


def test_quarters_belong_to_quarterly_series() -> None:
    gdp = SERIES["gdp_yoy_pct"]
    assert placed("2025Q2", gdp).period == "2025Q2"
    assert placed("2025年1-3月", gdp).period == "2025Q1"
    for text, series in (("2025Q1", MONTHLY), ("2025-05", gdp), ("Jan-Jun 2025", gdp)):
        with pytest.raises(PeriodError):
            placed(text, series)


def test_a_part_of_a_year_belongs_nowhere() -> None:
    for series in (MONTHLY, SERIES[TOTAL]):
        with pytest.raises(PeriodError):
            placed("3-5月", series)
