"""The registry of facts: what a key stands for, and that an edition answers for every number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from reports.briefings.facts import find_fact, told
from reports.briefings.prose import compose
from reports.dataset import AsOfView
from reports.model import (
    CiteSpan,
    Edition,
    Fact,
    FactSpan,
    Prose,
    Span,
    StrongSpan,
    Text,
    fact_spans,
    numerals,
    plain,
    recomputed,
)
from reports.resources import proper_names
from tests.briefings.editions import LONDON, MONDAYS, edition, said, texts
from tests.briefings.worlds import OFFLINE, added, altered, day, statement, value
from tests.conftest import ROOT
from tests.dataset.packages import shipped

STATUSES = {"reported", "derived", "estimated date", "single source", "in conflict"}


def at(on: str) -> AsOfView:
    return shipped().as_of(day(on))


def found(on: str, key: str) -> Fact:
    fact = find_fact(at(on), key)
    assert fact is not None, key
    return fact


def test_a_change_is_the_unrounded_quotient_of_its_inputs() -> None:
    fact = found(LONDON, "rare_earth_exports_t.change_on_month")
    assert fact.value == (Decimal("5864.60") / Decimal("4784.8") - 1) * 100
    assert (fact.shown, fact.unit, fact.status) == ("23%", "%", "derived")
    assert fact.expression == "5,864.6 ÷ 4,784.8 − 1"
    assert [(i.key, i.value) for i in fact.inputs] == [
        ("rare_earth_exports_t.latest", Decimal("5864.60")),
        ("rare_earth_exports_t.2025-04", Decimal("4784.8")),
    ]
    assert [(row.table, row.key, row.vintage) for row in fact.rows] == [
        ("observations", "rare_earth_exports_t 2025-05", day("06-09")),
        ("observations", "rare_earth_exports_t 2025-04", day("05-09")),
    ]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("rare_earth_exports_t.latest", "5,864.6 tonnes"),
        ("rare_earth_exports_t.2025-05", "5,864.6 tonnes"),
        ("rare_earth_exports_t.2025-04", "4,784.8 tonnes"),
        ("rare_earth_exports_t.2025-05.change_on_month", "23%"),
        ("rare_earth_exports_t.rank_high", "the highest in the year since May 2024"),
        ("rare_earth_exports_t.2023-05.as_published_on_2024-06-07", "4,576 tonnes"),
        ("rare_earth_exports_ytd_t.change_on_year", "2.3%"),
        ("cpi_yoy_pct.months_below_zero", "the fourth month in a row"),
        ("unemployment_urban_pct.highest_of_year", "the highest in the year to April"),
        ("duties_us.latest", "30%"),
        ("duties_us.2025-04-10", "145%"),
        ("duties_us.if_truce_lapses", "54%"),
        ("truce.days_left", "64 days"),
        ("truce.weeks_left", "nine weeks"),
        ("edition.number", "No. 23"),
        ("controls.KC04.items.count", "7"),
        ("statements.ST001.summary.1", "24,266.5"),
    ],
)
def test_a_key_names_a_fact(key: str, shown: str) -> None:
    assert found(LONDON, key).shown.replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    "key",
    [
        "",
        "rare_earth_exports_t",
        "rare_earth_exports_t.2025-13",
        "rare_earth_exports_t.2025-06",
        "rare_earth_exports_t.latest.no_such_measure",
        "no_such_series.latest",
        "duties_us.2025-01-01",
        "statements.ST001.summary.99",
        "statements.ST001.source_id.1",
        "statements.ST001.ref.1",
        "observations.x.value",
        "truce.days_left.latest",
        "cpi_yoy_pct.２０２５-03",
        "cpi_yoy_pct.latest.latest",
        "cpi_yoy_pct.2025-03.latest",
        "statements.ST001.summary.01",
        "__class__.latest",
    ],
)
def test_a_key_that_names_nothing_finds_nothing(key: str) -> None:
    assert find_fact(at(LONDON), key) is None


@pytest.mark.parametrize(
    ("on", "key"),
    [
        ("2025-05-20", "rare_earth_exports_t.highest_of_year"),  # January and February as one
        ("2024-02-20", "rare_earth_exports_t.highest_of_year"),  # sources in conflict on May 2023
        ("2024-05-20", "unemployment_16_24_pct.highest_of_year"),  # redefined in December 2023
        ("2024-04-01", "unemployment_16_24_pct.highest_of_year"),  # three months are known
        ("2025-05-20", "rare_earth_exports_ytd_t.highest_of_year"),  # running totals
    ],
)
def test_the_highest_of_a_year_is_one_of_months_that_may_be_compared(on: str, key: str) -> None:
    assert find_fact(at(on), key) is None


def test_a_highest_that_another_month_reached_too_is_joint() -> None:
    fact = find_fact(at("2025-01-20"), "unemployment_urban_pct.highest_of_year")
    assert fact is not None
    assert fact.shown == "the joint highest in the year to December"


@pytest.mark.parametrize("measure", ["rank_high", "highest_of_year"])
def test_what_rests_on_a_day_that_is_estimated_says_so(measure: str) -> None:
    fact = find_fact(at("2025-09-30"), f"unemployment_16_24_pct.{measure}")
    assert fact is not None
    assert fact.status == "estimated date"


def test_the_change_of_a_quarter_is_one_on_the_quarter_before() -> None:
    fact = find_fact(at("2025-08-01"), "gdp_yoy_pct.change_on_month")
    assert fact is not None
    assert fact.label.endswith("change on quarter")


def test_the_keys_of_the_documentation_name_facts() -> None:
    page = (ROOT / "docs" / "provenance.md").read_text("utf-8")
    table = page.partition("## Keys")[2].partition("\n## ")[0]
    keys = re.findall(r"`([a-z0-9_]+\.[^`]+)`", table)
    assert len(keys) > 20
    printed = {fact.key for on in ("2025-06-09", "2025-10-13") for fact in edition(on).facts}
    for key in keys:
        on = "2025-12-22" if key.startswith("magnet_exports_us_t") else LONDON
        assert key in printed or find_fact(at(on), key) or _on_some_monday(key), key


def _on_some_monday(key: str) -> bool:
    return any(find_fact(at(on), key) for on in MONDAYS)


def test_a_key_means_the_newest_value_known_on_its_day() -> None:
    assert found("2025-06-08", "rare_earth_exports_t.latest").period == "April 2025"
    assert found(LONDON, "rare_earth_exports_t.latest").period == "May 2025"
    assert find_fact(at("2025-06-08"), "rare_earth_exports_t.2025-05") is None


def test_every_fact_of_every_monday_follows_from_its_inputs() -> None:
    for on in MONDAYS:
        for fact in edition(on).facts:
            assert recomputed(fact) == fact.value, (on, fact.key)
            assert fact.status in STATUSES
            assert all((fact.label, fact.shown, fact.formula, fact.expression)), (on, fact.key)


def test_a_fact_and_its_key_as_a_lookup_are_the_same() -> None:
    view = at(LONDON)
    for fact in edition(LONDON).facts:
        if not fact.key.startswith("axis."):
            assert find_fact(view, fact.key) == fact


def test_a_fact_states_the_weakest_thing_it_rests_on() -> None:
    assert found(LONDON, "rare_earth_exports_t.2023-05").status == "in conflict"
    assert found(LONDON, "rare_earth_exports_t.2025-01").status == "derived"
    view = added(LONDON, observations=[value("cpi_yoy_pct", "2025-05", "0.2", "06-09")])
    fact = find_fact(view, "cpi_yoy_pct.change_on_month")
    assert fact is not None
    single = altered(LONDON, "sources", lambda row: _without_address(row, fact.sources[-1]))
    weak = find_fact(single, "cpi_yoy_pct.change_on_month")
    assert weak is not None
    assert weak.status == "single source"


def _without_address(row: object, source_id: str) -> object:
    from dataclasses import replace

    same = getattr(row, "source_id", "") == source_id
    return replace(row, url=None) if same else row  # type: ignore[type-var]


def test_numbers_in_the_words_of_a_row_are_facts_of_that_row() -> None:
    row = statement(
        "ST900", "06-05", "US", "Said 12 firms under Section 301 would pay 3.5% from 9 June 2025."
    )
    text = compose(told(row, "summary"))
    assert [(s.key, s.text) for s in text if isinstance(s, FactSpan)] == [
        ("statements.ST900.summary.1", "12"),
        ("statements.ST900.summary.2", "3.5%"),
    ]
    assert plain(text).replace("\xa0", " ") == row.summary
    view = added(LONDON, statements=[row])
    fact = find_fact(view, "statements.ST900.summary.2")
    assert fact is not None
    assert (fact.value, fact.unit, fact.status) == (Decimal("3.5"), "%", "reported")
    assert "12 firms" in fact.expression


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("statements.ST001.summary.1", "tons"),
        ("meetings.M03.outcome.2", "days"),
        ("meetings.M06.outcome.1", "days"),
        ("impacts.IM15.what.1", "billion"),
        ("statements.ST012.summary.1", "%"),
        ("controls.KC02.label.1", ""),
    ],
)
def test_a_number_told_has_the_unit_that_the_next_word_names(key: str, unit: str) -> None:
    assert found("2025-12-22", key).unit == unit


def test_a_number_told_by_one_article_alone_is_marked_so() -> None:
    row = statement("ST901", "06-05", "US", "Said 12 firms would pay.", source_id=OFFLINE)
    fact = find_fact(added(LONDON, statements=[row]), "statements.ST901.summary.1")
    assert fact is not None
    assert fact.status == "single source"


def test_no_text_of_any_monday_holds_a_number_that_is_no_fact() -> None:
    names = proper_names()
    for on in MONDAYS:
        naked = [
            (number.text, said(text))
            for text in _words(edition(on))
            for number in numerals(_unanswered(text), names)
        ]
        assert not naked, on


def _words(built: Edition) -> list[Text]:
    publishers = {source.publisher for source in built.sources}
    return [text for text in texts(built) if plain(text) not in publishers]


def _unanswered(text: Text) -> str:
    """Return the words of a text that no fact answers for."""
    parts = [
        span if isinstance(span, str) else span.text if isinstance(span, StrongSpan) else "\ue000"
        for span in text
    ]
    return "".join(parts)


def test_every_number_that_an_edition_prints_has_its_fact_and_no_fact_is_idle() -> None:
    for on in MONDAYS:
        built = edition(on)
        assert {span.key for span in fact_spans(built)} == {fact.key for fact in built.facts}, on


def test_every_sentence_with_a_figure_ends_in_its_source_note() -> None:
    for on in MONDAYS:
        built = edition(on)
        prose = [
            paragraph
            for part in built.sections
            for block in part.blocks
            if isinstance(block, Prose)
            for paragraph in block.paragraphs
        ]
        for text in (built.standfirst, *built.lead, *prose):
            for sentence in _sentences(text):
                if any(isinstance(span, FactSpan) for span in sentence):
                    assert isinstance(sentence[-1], CiteSpan), (on, plain(tuple(sentence)))


def _sentences(text: Text) -> Iterator[list[Span]]:
    """Yield the sentences of a paragraph: a reference mark ends one, and so does a full stop."""
    current: list[Span] = []
    for span in text:
        if isinstance(span, CiteSpan):
            yield [*current, span]
            current = []
            continue
        parts = re.split(r"(?<=[.!?]) (?=[A-Z“])", span) if isinstance(span, str) else [span]
        for place, part in enumerate(parts):
            if place:
                yield current
                current = []
            current.append(part)
    if current:
        yield current
