"""The first page: number, headline, standfirst, the four figures and the lead."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from reports.briefings.facts.state import edition_number
from reports.briefings.front import headline, key_figures, masthead, standfirst
from reports.briefings.lead import lead
from reports.briefings.news import news
from reports.briefings.prose import compose
from reports.model import SparkBars, SparkProgress
from tests.briefings.editions import MONDAYS, edition, said, words_of
from tests.briefings.worlds import (
    added,
    day,
    level,
    situation,
    tariff,
    truce,
    value,
    world,
)


@pytest.mark.parametrize(
    ("on", "number"),
    [
        ("2025-01-06", 1),
        ("2025-01-12", 1),
        ("2025-01-13", 2),
        ("2025-06-09", 23),
        ("2025-12-29", 52),
        ("2026-01-04", 52),
        ("2026-01-05", 1),
        ("2024-01-01", 1),
        ("2024-12-30", 53),
        ("2025-01-05", 53),
        ("2023-01-01", 52),
    ],
)
def test_editions_are_numbered_by_the_mondays_of_their_year(on: str, number: int) -> None:
    assert edition_number(date.fromisoformat(on)) == number


def test_the_numbers_of_a_decade_rise_by_one_a_week_or_start_anew() -> None:
    first = date(2020, 1, 6)
    numbers = [edition_number(first + timedelta(weeks=n)) for n in range(520)]
    for before, after in pairwise(numbers):
        assert after == before + 1 or (after == 1 and before in (52, 53))


def test_the_masthead_names_the_day_the_week_and_the_cut_off() -> None:
    head = masthead(*situation(world("2025-06-09")))
    assert head.day.replace("\xa0", " ") == "Monday 9 June 2025"
    assert "3–9 June" in head.coverage.replace("\xa0", " ")
    assert "9 June 2025, UTC" in head.cut_off.replace("\xa0", " ")
    assert head.number.text.replace("\xa0", " ") == "No. 23"
    assert re.search(r"[\u4e00-\u9fff]", head.name_local)


def test_headlines_have_at_most_nine_words() -> None:
    long = {day: said(edition(day).headline) for day in MONDAYS}
    assert not {d: words for d, words in long.items() if len(words.split()) > 9}


def test_headlines_tell_the_weeks_apart() -> None:
    headlines = [said(edition(day).headline) for day in MONDAYS]
    assert len(set(headlines)) > 0.8 * len(headlines)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2025-02-03", r"US.*10%.*duty.*Chinese goods"),
        ("2025-04-14", r"US duties on Chinese goods rise to 145%"),
        ("2025-05-12", r"Geneva.*truce|US cuts duties"),
        ("2025-06-09", r"London talks open"),
        ("2025-08-11", r"truce"),
        ("2025-10-13", r"100%"),
        ("2025-11-03", r"Trump and Xi agree a one-year truce"),
    ],
)
def test_the_headline_of_a_week_is_its_heaviest_news(on: str, words: str) -> None:
    assert re.search(words, said(edition(on).headline))


def test_a_standfirst_has_two_sentences_one_with_a_number_one_with_a_limit() -> None:
    limit = r"to run|[Nn]ext on the calendar|next date|next customs figures|ends"
    for on in MONDAYS:
        words = said(edition(on).standfirst)
        sentences = re.findall(r".+?\.(?=\s|$)", words)
        assert len(sentences) == 2, (on, words)
        assert re.search(r"\d", sentences[0]), (on, words)
        assert re.search(limit, sentences[1]), (on, words)


def test_the_standfirst_does_not_repeat_the_headline_as_its_number() -> None:
    for on in MONDAYS:
        built = edition(on)
        assert said(built.standfirst).split(". ")[0] != said(built.headline), on


def texts_of(view: Any) -> tuple[str, str]:
    """Return headline and standfirst of a view."""
    now, book = situation(view)
    items = news(now, book)
    return said(compose(headline(now, items, book))), said(compose(standfirst(now, items, book)))


VOLUME = value("rare_earth_exports_t", "2025-04", "5000", "06-01")


def test_a_week_without_news_says_how_things_stand() -> None:
    held = truce("T1", "05-12", "05-14", "08-12")
    title, below = texts_of(world("06-09", tariffs=[held], observations=[VOLUME]))
    assert title == "The tariff truce holds, with 64 days to run"
    assert "to 12 August" in below
    levels = [level("US", "05-14", 30), level("CN", "05-14", 10)]
    title, below = texts_of(world("06-09", tariff_levels=levels, observations=[VOLUME]))
    assert "30%" in title
    assert re.search("30%.* on Chinese goods and 10%.* on US goods", below)
    title, below = texts_of(world("06-09", observations=[VOLUME]))
    assert title == "No round of talks is set"
    assert "5,000 tonnes" in below


def figures(view: Any) -> dict[str, Any]:
    now, book = situation(view)
    return {figure.label: figure for figure in key_figures(now, book)}


def test_the_four_figures_of_london() -> None:
    ore, magnets, prices, deadline = edition("2025-06-09").key_figures
    assert "rare-earth" in ore.label
    assert "May" in ore.label
    assert (ore.value.text, ore.unit) == ("5,864.6", "tonnes")
    assert isinstance(ore.spark, SparkBars)
    assert len(ore.spark.values) == 13
    assert "+23%" in said(ore.note)
    assert "April" in magnets.label
    assert "−50%" in said(magnets.note)
    assert "as stated" in said(magnets.note)
    assert (prices.value.text, prices.unit) == ("−0.1%", "on year")
    assert "fourth month" in said(prices.note)
    assert (deadline.value.text, deadline.unit) == ("64", "days")
    assert isinstance(deadline.spark, SparkProgress)
    assert "day 26 of 90" in said(deadline.note)


def test_a_magnet_figure_that_is_old_is_not_shown_as_news() -> None:
    """The newest month of magnets in March 2025 is October 2024: total exports stand instead."""
    labels = [figure.label for figure in edition("2025-03-24").key_figures]
    assert not [label for label in labels if "magnet" in label]
    assert [label for label in edition("2025-06-09").key_figures if "magnet" in label.label]
    assert "magnets-monthly" not in words_of(edition("2025-03-24").sections)


def test_without_a_truce_the_fourth_figure_is_what_is_charged() -> None:
    rows = [level("US", "02-04", 10), level("CN", "02-10", 0)]
    shown = figures(world("02-17", tariff_levels=rows, observations=[VOLUME]))
    duties = shown["Additional US duties on Chinese goods"]
    assert duties.value.text == "10%"
    assert "Since 4 February" in said(duties.note)


def test_a_duty_that_is_set_but_not_in_force_says_from_when() -> None:
    rows = [level("US", "01-20", 0, "02-01"), level("US", "02-04", 10, "02-01")]
    duties = figures(world("02-03", tariff_levels=rows))["Additional US duties on Chinese goods"]
    assert duties.value.text == "10%"
    assert said(duties.note) == "From 4 February"


def test_a_truce_that_starts_later_has_no_day_yet() -> None:
    shown = figures(world("05-12", tariffs=[truce("T1", "05-12", "05-14", "08-12")]))
    note = said(shown["Until the tariff truce ends"].note)
    assert "starts 14 May" in note
    assert "day" not in note


def test_a_label_names_the_year_of_a_period_that_is_not_of_this_one() -> None:
    labels = [figure.label for figure in edition("2025-02-03").key_figures]
    assert any("December 2024" in label for label in labels)
    assert any(
        label.endswith("May") for label in (f.label for f in edition("2025-06-09").key_figures)
    )


def test_the_lead_ends_with_the_next_evidence() -> None:
    for on in MONDAYS:
        last = said(edition(on).lead[-1])
        ending = re.findall(r"The next (?:evidence|date)[^.]*", last)
        assert ending, (on, last)


def test_the_lead_says_what_is_not_known_while_a_truce_runs() -> None:
    for on in ("2025-06-09", "2025-07-07", "2025-09-08"):
        assert "not known" in words_of(edition(on).lead), on


def test_the_lead_is_about_as_long_as_the_house_allows() -> None:
    lengths = {on: len(words_of(edition(on).lead).split()) for on in MONDAYS}
    assert not {on: n for on, n in lengths.items() if not 25 <= n <= 230}


def test_the_lead_speaks_of_the_newest_voice_of_each_side() -> None:
    words = words_of(edition("2025-06-09").lead)
    assert "Kevin Hassett" in words
    assert "Ministry of Commerce" in words


def test_a_promised_truce_is_told_from_one_in_force() -> None:
    before, after = (words_of(edition(on).lead) for on in ("2025-11-03", "2025-11-10"))
    assert "no act" in before
    assert "no act" not in after


def test_a_duty_ahead_leads_with_its_number_from_its_row() -> None:
    row = tariff(
        "TX",
        "US",
        "06-12",
        "07-01",
        rate_change_pct_points=Decimal(37),
        headline_rate_pct=Decimal(67),
        label="US raises duties to {headline_rate_pct}%",
    )
    now, book = situation(added("2025-06-16", tariffs=[row]))
    items = news(now, book)
    assert "67%" in words_of(lead(now, items, book))
    assert day("07-01") in {t.effective for t in now.pending()}
