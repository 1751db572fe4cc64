"""Numbers in running text: what is one, what it is worth, and what is a date or a name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.model import FactSpan, answered, numerals
from reports.resources import proper_names


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-one plants", "21"),
        ("the twenty-first round", "21"),
        ("the seventeenth round", "17"),
        ("two-thirds of exports", None),
        ("three-quarters of exports", "0.75"),
        ("a million tonnes", "1000000"),
        ("half a million tonnes", "500000"),
        ("two hundred firms", "200"),
        ("twenty-five thousand firms", "25000"),
        ("a dozen firms", "12"),
        ("half a dozen firms", "6"),
        ("a tenfold rise", "10"),
        ("the \N{LATIN SMALL LETTER LONG S}ixth of 9 June", "6"),
        ("3½ weeks", "3.5"),
        ("−1½ points", "-1.5"),
        ("½ of exports", "0.5"),
        ("about 2.5 million", "2.5"),
        ("a 50.0% rise", "50.0"),
    ],
)
def test_a_number_is_worth_all_its_words(text: str, value: str | None) -> None:
    (found,) = numerals(text, proper_names())
    assert found.value == (Decimal(2) / 3 if value is None else Decimal(value))
    assert found.decimals == (len(value.partition(".")[2]) if value else 28)


@pytest.mark.parametrize(
    "text",
    [
        "worth $2000 each",
        "a loss of −2000",
        "sold 2025bn",
        "weighs 2025kg",
        "2025 units",
        "5000-60 tonnes",
        "9999-99",
        "99 May",
        "0 June",
        "€5 May cost",
        "Figure 23% up",
        "section 23 % of it",
        "page 300 tonnes",
        "the figure 23 million",
        "Licence 1.1%",
    ],
)
def test_a_quantity_is_neither_a_date_nor_a_name(text: str) -> None:
    assert numerals(text, proper_names())


@pytest.mark.parametrize(
    "text",
    [
        "on 9 June 2025",
        "10–12 May",
        "from 28 July to 1 August",
        "2024-02/2024-03",
        "2025-06-09",
        "in 2025, in the 1990s and in mid-2025",
        "2025–26",
        "2025年",
        "Figure 2 shows",
        "under Section 301",
        "Nvidia H200 and AMD MI308 chips",
        "Huawei Ascend 910B, 910C, 910D",
        "LEAP-1C and CF34 engines",
        "Announcements No. 55-58, 61 and 62",
        "Chinese controls No. 55-58",
    ],
)
def test_dates_and_names_are_no_numbers(text: str) -> None:
    assert numerals(text, proper_names()) == ()


def test_a_label_is_tied_to_the_number_of_its_sign() -> None:
    spans = [FactSpan("fall", "−2.5%"), FactSpan("rise", "2.5%")]
    text = answered("from −2.5 to 2.5 %", spans)
    assert text == ("from ", FactSpan("fall", "−2.5"), " to ", FactSpan("rise", "2.5"), " %")
    assert answered("fell 2.5%", spans[:1]) == ("fell ", FactSpan("fall", "2.5%"))
