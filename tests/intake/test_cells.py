"""Dates, numbers, yes and no in the forms that people use."""

from datetime import date
from decimal import Decimal

import pytest

from reports.dataset.schema import Field
from reports.intake import numbers
from reports.intake.cells import CellError, text_of
from reports.intake.rows import Raw

DATE = Field("published", "date")
NUMBER = Field("value", "number")
BOOLEAN = Field("lead", "boolean", true_values=("yes",), false_values=("no",))
TEXT = Field("note", "string")


@pytest.mark.parametrize(
    "raw",
    [
        "2025-06-09",
        "2025/6/9",
        "2025.06.09",
        "20250609",
        "9 June 2025",
        "9th June 2025",
        "9 Jun. 2025",
        "June 9, 2025",
        "Jun 9 2025",
        "2025年6月9日",
        "２０２５年６月９日",
        " 2025-06-09 ",
        "2025-06-09 00:00:00",
        "2025-06-09T00:00:00Z",
        "9-Jun-2025",
        date(2025, 6, 9),
    ],
)
def test_dates_in_many_forms(raw: Raw) -> None:
    assert text_of(raw, DATE, None) == "2025-06-09"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("09/06/2025", "day or the month first"),
        ("9.6.2025", "day or the month first"),
        ("6-9-25", "day or the month first"),
        ("45817", "perhaps a date"),
        (Decimal(45817), "perhaps a date"),
        ("2025-02-30", "no day of the calendar"),
        ("9 Juin 2025", "no day of the calendar"),
        ("2025-06-09 14:30", "no date"),
        ("soon", "no date"),
        (True, "no date"),
        ("=TODAY()", "formula"),
    ],
)
def test_dates_that_are_not_guessed(raw: Raw, word: str) -> None:
    with pytest.raises(CellError, match=word):
        text_of(raw, DATE, None)


def test_a_date_that_lost_its_format_is_named() -> None:
    with pytest.raises(CellError) as refusal:
        text_of("45817", DATE, None)
    assert "2025-06-09" in refusal.value.expected


@pytest.mark.parametrize(
    ("raw", "mark", "number"),
    [
        ("5864.6", None, "5864.6"),
        ("5,864.6", "point", "5864.6"),
        ("5.864,6", "comma", "5864.6"),
        ("5864,6", "comma", "5864.6"),
        ("1,234", "point", "1234"),
        ("1,234", "comma", "1.234"),
        ("1.234", "comma", "1234"),
        ("1.234", "point", "1.234"),
        ("1 234 567,8", "comma", "1234567.8"),
        ("1\u00a0234.5", "point", "1234.5"),
        ("1'234.5", "point", "1234.5"),
        ("−0.1", "point", "-0.1"),
        ("+3.2", "point", "3.2"),
        ("－３．２", "point", "-3.2"),
        (" 17 ", None, "17"),
        ("42936.0", "point", "42936.0"),
        (Decimal("5864.6"), None, "5864.6"),
        (Decimal("1E+3"), None, "1000"),
    ],
)
def test_numbers_in_many_forms(raw: Raw, mark: numbers.Mark | None, number: str) -> None:
    assert text_of(raw, NUMBER, mark) == number


@pytest.mark.parametrize(
    "raw",
    [
        "n/a",
        "1,23,456",
        "12,34.5",
        "1.234.56",
        "5.5%",
        "--3",
        "1e5",
        "0x1f",
        "٣",
        "1 2",
        "",
        "-",
        True,
        ".",
        "1,",
        "=1+1",
        date(2025, 6, 9),
        "∞",
        "½",
        "5864.6²",
        "5①",
    ],
)
def test_what_is_no_number(raw: Raw) -> None:
    if raw == "":
        assert text_of(raw, NUMBER, "point") == ""
        return
    with pytest.raises(CellError):
        text_of(raw, NUMBER, "point")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("12.5", "point"),
        ("12,5", "comma"),
        ("1,234.5", "point"),
        ("1.234,5", "comma"),
        ("1,234,567", "point"),
        ("1.234.567", "comma"),
        ("0.123", "point"),
        ("0,123", "comma"),
        ("12345.678", "point"),
        ("1.234", None),
        ("1,234", None),
        ("-1,234", None),
        ("1234", None),
        ("n/a", None),
    ],
)
def test_a_number_shows_its_decimal_mark_or_does_not(text: str, mark: str | None) -> None:
    assert numbers.mark_of(text) == mark
    assert numbers.is_ambiguous(text) == (text in ("1.234", "1,234", "-1,234"))


def test_yes_and_no() -> None:
    for raw in ("yes", "Y", "TRUE", "1", "是", True, Decimal(1)):
        assert text_of(raw, BOOLEAN, None) == "yes"
    for raw in ("no", "N", "false", "0", "否", False, Decimal(0)):
        assert text_of(raw, BOOLEAN, None) == "no"
    with pytest.raises(CellError):
        text_of("maybe", BOOLEAN, None)


def test_text_stays_and_a_formula_is_none() -> None:
    assert text_of(" a note ", TEXT, None) == "a note"
    assert text_of(Decimal(2025), TEXT, None) == "2025"
    for formula in ("=A1", ' =HYPERLINK("http://x")'):
        with pytest.raises(CellError, match="formula"):
            text_of(formula, TEXT, None)
