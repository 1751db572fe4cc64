"""The reference edition: what the briefing of 9 June 2025 must state, and what it must not.

Patterns are tolerant of wording; every number is computed here from the CSV rows, so that neither
the templates nor these tests can hold one that the data do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest

from reports.briefings import build_edition
from reports.dataset.view import view_of
from reports.model import (
    CiteSpan,
    Delegation,
    Delegations,
    Edition,
    FactSpan,
    StrongSpan,
    to_json,
)
from tests.briefings.editions import LONDON, edition, marks, section, strings, texts, words_of
from tests.dataset.packages import DATA, Row, read, shipped

SINGLE = "SP001"


@cache
def london() -> Edition:
    return edition(LONDON)


@cache
def known(table: str, column: str = "published") -> list[Row]:
    """Return the rows of a table that were known on the day."""
    return [row for row in read(DATA, table) if row[column] <= LONDON]


@cache
def value(series_id: str, period: str) -> Decimal:
    """Return the newest value known on the day for a period."""
    rows = [
        r for r in known("observations") if (r["series_id"], r["period"]) == (series_id, period)
    ]
    return Decimal(max(rows, key=lambda r: r["published"])["value"])


def rounded(number: Decimal, decimals: int) -> str:
    """Return a number as the house style prints it, without its sign."""
    return f"{abs(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}"


def tonnes(number: Decimal) -> str:
    return rounded(number, 0 if number == number.to_integral_value() else 1)


def percent(now: Decimal, before: Decimal) -> str:
    change = (now / before - 1) * 100
    return rounded(change, 0 if abs(change) >= Decimal("9.95") else 1) + "%"


def months_below_zero(series_id: str) -> int:
    """Return how many months in a row up to May 2025 lie below zero."""
    count = 0
    while True:
        year, month = divmod(2025 * 12 + 4 - count, 12)
        rows = [r for r in known("observations") if r["series_id"] == series_id]
        period = f"{year}-{month + 1:02}"
        if not any(r["period"] == period for r in rows) or value(series_id, period) >= 0:
            return count
        count += 1


def peak(side: str) -> str:
    rows = known("tariff_levels")
    levels = [r for r in rows if r["definition_key"] == "headline" and r["imposed_by"] == side]
    return rounded(max(Decimal(r["average_rate_pct"]) for r in levels), 0)


def monthly(period: str) -> Decimal:
    return value("rare_earth_exports_t", period)


def total(period: str) -> Decimal:
    return value("rare_earth_exports_ytd_t", period)


ORDINALS = {4: "fourth|4th", 29: "29th|twenty-ninth"}
PLACES: dict[str, Callable[[], object]] = {
    "lead": lambda: (london().headline, london().standfirst, london().lead),
    "talks": lambda: (london().lead, section(london(), "talks")),
    "tariffs": lambda: (london().lead, section(london(), "tariffs")),
    "economy": lambda: section(london(), "economy"),
    "exports": lambda: section(london(), "exports"),
}
FACTS: list[tuple[str, str, list[str]]] = [
    ("1 talks resume", "lead", ["United States and China", r"resume|open", "talks", "London"]),
    ("1 focus", "lead", ["rare earths", "technology", "focus"]),
    ("2 the call", "lead", ["call", "Donald Trump", "Xi Jinping", "5 June", "de-escalat"]),
    ("3 each accused the other", "talks", ["each side", "accus", "Geneva", "May", "roll|cut"]),
    (
        "3 above 100%",
        "talks",
        ["Geneva", f"{peak('US')}%", "Chinese", f"{peak('CN')}%", "US goods"],
    ),
    ("6 the presence of Lutnick", "talks", ["Lutnick", "eas", "controls", "Beijing"]),
    ("7 optimism", "talks", ["Trump", "6 June", "London", "optimis|go (very )?well"]),
    (
        "8 Hassett",
        "lead",
        [
            "Hassett",
            "National Economic Council",
            "rare earths and magnets",
            "flow",
            "before",
            "April",
        ],
    ),
    ("9 the end of the truce", "tariffs", ["truce", "12 August"]),
    ("9 what may follow", "tariffs", ["Trump", "April", "10% baseline"]),
    (
        "10 consumer prices",
        "economy",
        [
            "consumer prices",
            rf"\b{rounded(value('cpi_yoy_pct', '2025-05'), 1)}%",
            rf"\b({ORDINALS[months_below_zero('cpi_yoy_pct')]}) month",
        ],
    ),
    (
        "10 producer prices",
        "economy",
        [
            "(factory-gate|producer|factory) prices",
            rf"\b{rounded(value('ppi_yoy_pct', '2025-05'), 1)}%",
            rf"at least the ({ORDINALS[months_below_zero('ppi_yoy_pct')]}) month",
        ],
    ),
    (
        "11 the jobless figure",
        "economy",
        [
            f"{rounded(value('unemployment_urban_pct', '2025-04'), 1)}% (in|of) April",
            f"{rounded(value('unemployment_urban_pct', '2025-02'), 1)}% (in|of) February",
        ],
    ),
    (
        "11 the report, as a report",
        "economy",
        ["report", "job market|unemployment|uptick", "figure"],
    ),
    ("12 a reason to settle", "economy", ["reason", "settlement", "according to|analys"]),
    ("13 the Foreign Ministry", "economy", ["Foreign", "Trump", "Xi", "welcome", "students"]),
    ("13 Trump affirmed it", "economy", ["Trump", "affirm|confirm", "students", "welcome"]),
    (
        "14 the commentary",
        "economy",
        ["Xinhua commentary", "security", "“the biggest obstacle to win-win cooperation”"],
    ),
    (
        "14 what it grants",
        "economy",
        ["commentary", "common interests", "room for cooperation", "mutual benefit"],
    ),
    (
        "15 exports of May",
        "exports",
        [
            tonnes(monthly("2025-05")),
            rf"\b{percent(monthly('2025-05'), monthly('2025-04'))} more",
            f"{tonnes(monthly('2025-04'))} tonnes of April",
            "highest in (a|the) year",
            "May 2024",
            tonnes(monthly("2024-05")),
        ],
    ),
    (
        "16 the year to May",
        "exports",
        [
            "January to May",
            tonnes(total("2025-05")),
            tonnes(total("2024-05")),
            rf"\b{percent(total('2025-05'), total('2024-05'))}",
        ],
    ),
    (
        "17 the licences",
        "exports",
        ["Announcement No. 18", "4 April", "seven", "samarium", "magnets"],
    ),
    ("17 car plants", "exports", ["motor|car|auto", "closed|halt|stop|ceas", "April"]),
    ("18 what is not covered", "exports", ["not cover every", "20 June"]),
    ("19 magnets halved", "exports", ["magnet exports", "halved|half", "50%", "April"]),
    ("19 European plants", "exports", ["Europe", "auto", "plants", "ceased|clos|halt|stop"]),
    ("19 chip firms", "exports", ["semiconductor|chip", "warned", "weeks"]),
]


@pytest.mark.parametrize(("place", "patterns"), [f[1:] for f in FACTS], ids=[f[0] for f in FACTS])
def test_the_edition_states(place: str, patterns: list[str]) -> None:
    """Each fact stands in one paragraph, cell or title of its section."""
    lines = words_of(PLACES[place]()).splitlines()
    assert any(all(re.search(p, line, re.IGNORECASE) for p in patterns) for line in lines), patterns


def cards(built: Edition) -> dict[str, Delegation]:
    blocks = section(built, "talks").blocks
    return {d.party: d for block in blocks if isinstance(block, Delegations) for d in block.sides}


def test_the_american_delegation() -> None:
    people = {m.name: words_of(m.role) for m in cards(london())["us"].members}
    assert cards(london())["us"].members[0].name == "Scott Bessent"
    assert "Treasury" in people["Scott Bessent"]
    assert "Commerce" in people["Howard Lutnick"]
    assert "Trade Representative" in people["Jamieson Greer"]
    assert len(people) == 3


def test_the_chinese_delegation_is_headed_by_he_lifeng_in_his_own_script() -> None:
    head, *team = cards(london())["cn"].members
    assert (head.name, head.name_local) == ("He Lifeng", "何立峰")
    assert "Vice Premier" in words_of(head.role)
    assert team


def test_a_negotiator_named_on_11_june_is_not_at_the_table_yet() -> None:
    assert "Li Chenggang" in {m.name for m in cards(edition("2025-06-11"))["cn"].members}
    assert "Li Chenggang" not in {m.name for m in cards(london())["cn"].members}


def test_every_number_of_the_list_is_a_fact_that_leads_to_rows() -> None:
    facts = {fact.key: fact for fact in london().facts}
    spans = list(marks(london(), FactSpan))
    shown = {span.text.replace("\xa0", " "): facts[span.key] for span in spans}
    shown |= {span.text.split()[0]: facts[span.key] for span in spans if "% " in span.text}
    numbers = [
        f"{tonnes(monthly('2025-05'))} tonnes",
        f"{tonnes(monthly('2025-04'))} tonnes",
        f"{tonnes(monthly('2024-05'))} tonnes",
        f"{tonnes(total('2025-05'))} tonnes",
        f"{tonnes(total('2024-05'))} tonnes",
        percent(monthly("2025-05"), monthly("2025-04")),
        percent(total("2025-05"), total("2024-05")),
        f"{(date(2025, 8, 12) - date(2025, 6, 9)).days} days",
        f"{peak('US')}%",
        f"{peak('CN')}%",
    ]
    for number in numbers:
        fact = shown[number]
        assert fact.rows, number
        for ref in fact.rows:
            assert ref.vintage.isoformat() <= LONDON
            named = [r for r in read(DATA, ref.table) if set(ref.key.split()) <= set(r.values())]
            assert {v for r in named for v in r.values()} & set(fact.sources), (number, ref)


def test_the_numbers_follow_the_rows() -> None:
    """With another value for May, the edition says that value and all that follows from it."""
    tables = dict(shipped()._rows)
    tables["observations"] = tuple(
        replace(row, value=Decimal(5000))
        if (row.series_id, str(row.period)) == ("rare_earth_exports_t", "2025-05")
        else row
        for row in tables["observations"]
    )
    built = build_edition(view_of(tables, date(2025, 6, 9)))
    words = words_of((built.headline, built.standfirst, built.lead, section(built, "exports")))
    assert "5,000 tonnes" in words
    assert percent(Decimal(5000), monthly("2025-04")) in words
    assert tonnes(monthly("2025-05")) not in words
    assert percent(monthly("2025-05"), monthly("2025-04")) not in words


SINGLE_SOURCE_ROWS = {
    "ST047": "security lens",
    "ST048": "common interests and broad room",
    "ST049": "after the Chinese readout",
    "ST052": "10% baseline",
    "ST053": "strong reason to want",
}


@pytest.mark.parametrize("row", SINGLE_SOURCE_ROWS)
def test_a_statement_of_one_article_is_marked_as_single_source(row: str) -> None:
    words = SINGLE_SOURCE_ROWS[row]
    statement = next(r for r in read(DATA, "statements") if r["statement_id"] == row)
    assert statement["source_id"] == SINGLE
    assert words in statement["summary"]
    told = [sentence for sentence, ids in cited_sentences() if words in sentence and SINGLE in ids]
    assert told
    assert all("single source" in sentence for sentence in told)


def test_nothing_rests_on_that_article_unmarked() -> None:
    told = [sentence for sentence, ids in cited_sentences() if SINGLE in ids]
    assert len(told) > len(SINGLE_SOURCE_ROWS)
    assert not [sentence for sentence in told if "single source" not in sentence]


def test_no_statement_that_can_be_looked_up_is_marked_so() -> None:
    marked = [ids for sentence, ids in cited_sentences() if "single source)" in sentence]
    assert len(marked) >= len(SINGLE_SOURCE_ROWS)
    assert all(SINGLE in ids for ids in marked)


def cited_sentences() -> list[tuple[str, tuple[str, ...]]]:
    """Return the words before each reference mark, back to the mark before it, and its sources."""
    found = []
    for text in texts(london()):
        words = ""
        for span in text:
            if isinstance(span, CiteSpan):
                found.append((words.replace("\xa0", " "), span.sources))
                words = ""
            else:
                words += span.text if isinstance(span, FactSpan | StrongSpan) else str(span)
    return found


LATER = {
    "the framework of London": r"framework",
    "the rounds of July and later": r"Stockholm|Madrid|Kuala Lumpur|Busan",
    "magnets in October": r"5,?473",
    "magnets to the US in April, out on 10 June": r"\b246\b",
    "rare earths in June": r"7,?742",
    "magnets in May": r"1,?238",
    "the total that the White House gave on 11 June": r"\b55%",
    "unemployment of May": r"\b5\.0% in May",
    "the talks of the second day": r"9–10 June|10 June",
}


@pytest.mark.parametrize("pattern", LATER.values(), ids=list(LATER))
def test_nothing_that_became_public_later_appears(pattern: str) -> None:
    pages = {text for source in london().sources for text in (source.id, source.url)}
    told = [s.replace("\xa0", " ") for s in strings(london()) if s not in pages]
    found = [s for s in told if re.search(pattern, s)]
    assert not found


def test_no_value_published_later_is_in_the_edition() -> None:
    """Every value of the dataset that came later, and is no value known before, is absent."""
    before = {row["value"] for row in known("observations")}
    later = {r["value"] for r in read(DATA, "observations") if r["published"] > LONDON} - before
    assert len(later) > 50
    shown = set(re.findall(r'"type":"Decimal","value":"([^"]*)"', to_json(london())))
    assert not {v for v in later & shown if len(v) > 4}
