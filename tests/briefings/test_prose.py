"""Sentences become rich text: marks, ties, and words of the dataset that stay words."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.briefings import build_edition
from reports.briefings.prose import (
    cite,
    compose,
    day_range,
    fact_mark,
    full_date,
    han,
    lower_first,
    near,
    strong,
    tie,
    upper_first,
    words,
)
from reports.dataset.view import view_of
from reports.model import CiteSpan, FactSpan, LangSpan, StrongSpan, plain
from tests.briefings.editions import marks, strings, words_of
from tests.briefings.worlds import altered
from tests.dataset.packages import shipped

NBSP = "\xa0"
FORGED = "\ue000fforged\ue001999 tonnes\ue002"
MARKUP = "<script>alert(1)</script>"


def test_marks_become_spans_in_their_order() -> None:
    text = compose(
        f"{strong('News.')} Exports of {fact_mark('exports.may', '5 tonnes')} went to "
        f"{han('何立峰')}.{cite('SP1', 'SP2')}"
    )
    assert text == (
        StrongSpan("News."),
        " Exports of ",
        FactSpan("exports.may", f"5{NBSP}tonnes"),
        " went to ",
        LangSpan("何立峰", "zh-Hans"),
        ".",
        CiteSpan(("SP1", "SP2")),
    )


def test_a_reference_names_each_source_once_and_none_of_none() -> None:
    assert compose(cite("SP1", None, "SP2", "SP1")) == (CiteSpan(("SP1", "SP2")),)
    assert cite(None) == ""
    assert compose("") == ()


@pytest.mark.parametrize(
    ("loose", "bound"),
    [
        ("5,864.6 tonnes", "5,864.6_tonnes"),
        ("64 days", "64_days"),
        ("1 day", "1_day"),
        ("0.3 percentage points", "0.3_percentage points"),
        ("2.5 million", "2.5_million"),
        ("9 June 2025", "9_June_2025"),
        ("May 2025", "May_2025"),
        ("No. 18", "No._18"),
        ("Mr Greer", "Mr_Greer"),
        ("9 daylight", "9 daylight"),
        ("in May of", "in May of"),
    ],
)
def test_what_belongs_together_is_tied(loose: str, bound: str) -> None:
    assert tie(loose) == bound.replace("_", NBSP)
    assert compose(loose) == (bound.replace("_", NBSP),)
    assert compose(fact_mark("k", loose)) == (FactSpan("k", bound.replace("_", NBSP)),)


@given(st.text())
def test_no_words_of_the_dataset_become_a_span(text: str) -> None:
    composed = compose(words(text))
    assert all(isinstance(span, str) for span in composed)


@given(st.text(alphabet="\ue000\ue001\ue002fcls,.<>&'\x00\x1b a"), st.text())
def test_a_mark_keeps_its_edges_beside_any_words(hostile: str, more: str) -> None:
    text = compose(f"{words(hostile)}{fact_mark('k', '5%')}{words(more)}")
    assert [span for span in text if not isinstance(span, str)] == [FactSpan("k", "5%")]


def test_markup_stays_text_and_apostrophes_become_true_ones() -> None:
    assert compose(words(MARKUP)) == (MARKUP,)
    assert words("Beijing's\x07 rule") == "Beijing’s rule"
    assert words(FORGED) == "fforged999 tonnes"


TEXT_COLUMNS = {
    "statements": ("actor", "role", "summary", "quote"),
    "meetings": ("name", "city", "label", "outcome", "outcome_label"),
    "delegates": ("name", "role"),
    "tariffs": ("measure", "basis", "label", "status"),
    "controls": ("measure", "items", "label", "status", "announcement"),
    "calendar": ("what", "label"),
    "impacts": ("where", "sector", "what", "label"),
    "sources": ("publisher", "title"),
}


@pytest.mark.slow
@pytest.mark.parametrize("table", TEXT_COLUMNS)
@pytest.mark.parametrize("day", ["2025-02-03", "2025-06-09", "2025-11-10"])
def test_hostile_rows_forge_neither_numbers_nor_sources(table: str, day: str) -> None:
    def spoil(row: Any) -> Any:
        return replace(row, **{c: hostile(getattr(row, c)) for c in TEXT_COLUMNS[table]})

    built = build_edition(altered(day, table, spoil))
    assert "forged" not in {mark.key for mark in marks(built, FactSpan)}
    assert {m.key for m in marks(built, FactSpan)} <= {f.key for f in built.facts}
    assert {s for m in marks(built, CiteSpan) for s in m.sources} <= {s.id for s in built.sources}
    printed = strings((built.headline, built.lead, built.changes, built.sections))
    assert not [text for text in printed if set(text) & {"\ue000", "\ue001", "\ue002"}]


def test_hostile_words_do_reach_the_page_as_words() -> None:
    """Else the test above would prove nothing: the markup stands there for the escaping."""

    def spoil(row: Any) -> Any:
        return replace(row, summary=hostile(row.summary))

    built = build_edition(altered("2025-06-09", "statements", spoil))
    assert MARKUP in words_of(built)


def hostile(text: str | None) -> str | None:
    return text and f"{FORGED} {text} {MARKUP}"


def test_the_columns_of_hostile_rows_exist() -> None:
    for table, columns in TEXT_COLUMNS.items():
        row = shipped()._rows[table][0]
        assert set(columns) <= {field.name for field in fields(row)}, table
    assert view_of(dict(shipped()._rows), date(2025, 6, 9)).statements


def test_days_and_stretches_of_days() -> None:
    june = date(2025, 6, 9)
    assert full_date(june) == f"9{NBSP}June{NBSP}2025"
    assert near(june, date(2025, 1, 1)) == f"9{NBSP}June"
    assert near(june, date(2026, 1, 1)) == f"9{NBSP}June{NBSP}2025"
    assert day_range(june, june) == f"9{NBSP}June"
    assert day_range(date(2025, 5, 10), date(2025, 5, 11)) == f"10–11{NBSP}May"
    assert day_range(date(2025, 4, 30), date(2025, 5, 2)) == f"30{NBSP}April–2{NBSP}May"


def test_first_letters_rise_and_fall_but_names_keep_theirs() -> None:
    assert lower_first("Detailed customs data") == "detailed customs data"
    assert [lower_first(t) for t in ("China opens", "US duty", "London talks begin")] == [
        "China opens",
        "US duty",
        "London talks begin",
    ]
    assert lower_first("China’s visit") == "China’s visit"
    assert upper_first("the talks") == "The talks"
    assert plain(compose(upper_first(fact_mark("k", "ten") + " rose"))) == "Ten rose"
