"""Statements: who said what, attributed, dated, quoted, and with their weight marked."""

from __future__ import annotations

from typing import Any

import pytest

from reports.briefings.prose import compose
from reports.briefings.statements import (
    accused_each_other,
    brief,
    in_turn,
    newest,
    sentence,
    speaker,
    spoken,
)
from reports.briefings.subjects import focus
from reports.dataset import AsOfView, Statement
from tests.briefings.editions import said
from tests.briefings.worlds import OFFLINE, ONLINE, day, statement, world

SAID = "Said that licences were being granted."


def one(**columns: Any) -> tuple[AsOfView, Statement]:
    """Return a view with one statement of 5 June, and the statement."""
    row = statement("S1", "06-05", columns.pop("side", "US"), columns.pop("summary", SAID))
    view = world("06-09", statements=[_with(row, **columns)])
    return view, view.statements[0]


def _with(row: Statement, **columns: Any) -> Statement:
    return type(row)(**(vars(row) | columns))


def told(view: AsOfView, row: Statement, **options: bool) -> str:
    return said(compose(sentence(view, row, **options)))


@pytest.mark.parametrize(
    ("side", "actor", "role", "form"),
    [
        ("US", "Howard Lutnick", "US Commerce Secretary", "US Commerce Secretary Howard Lutnick"),
        ("US", "Donald Trump", "President of the United States", "President Donald Trump"),
        ("CN", "He Lifeng", "Vice Premier", "Vice Premier He Lifeng"),
        (
            "CN",
            "Mao Ning",
            "Spokesperson, Ministry of Foreign Affairs",
            "Ministry of Foreign Affairs spokesperson Mao Ning",
        ),
        (
            "US",
            "Kevin Hassett",
            "Director, National Economic Council",
            "Kevin Hassett, director of the National Economic Council,",
        ),
        ("CN", "Ministry of Commerce", "Ministry of Commerce", "China’s Ministry of Commerce"),
        (
            "CN",
            "State Council Tariff Commission",
            "Tariff Commission",
            "China’s State Council Tariff Commission",
        ),
        ("US", "Department of Commerce", "Department of Commerce", "Department of Commerce"),
        ("CN", "Chinese state media", "Readout of the leaders' call", "Chinese state media"),
    ],
)
def test_a_speaker_is_introduced_by_office(side: str, actor: str, role: str, form: str) -> None:
    _, row = one(side=side, actor=actor, role=role)
    assert speaker(row) == form
    assert told(*one(side=side, actor=actor, role=role)).startswith(form)


def test_a_speaker_who_was_introduced_is_named_alone() -> None:
    _, row = one(actor="Kevin Hassett", role="Director, National Economic Council")
    assert speaker(row, introduced=True) == "Kevin Hassett"


def test_in_turn_introduces_each_speaker_once() -> None:
    rows = [statement(f"S{n}", f"06-0{n}", "US", f"Said thing {n}.") for n in (4, 5)]
    view = world("06-09", statements=rows)
    text = said(compose(in_turn(view, view.statements)))
    assert text.count("US Commerce Secretary") == 1
    assert text.count("Jane Doe") == 2


def test_a_dated_statement_names_the_day_and_reads_as_a_sentence() -> None:
    assert "on 5 June" in told(*one(), dated=True)
    assert "on 5 June" not in told(*one())
    assert "said on 5 June that licences" in told(*one(), dated=True)
    assert "said on 5 June that it agreed" in told(*one(summary="Said it agreed."), dated=True)
    text = told(*one(summary="Rejected the offer."), dated=True)
    assert text.startswith("On 5 June ")
    assert text.endswith("rejected the offer.")


def test_a_statement_of_another_year_names_the_year() -> None:
    row = statement("S1", "2024-12-30", "US", SAID)
    view = world("2025-01-06", statements=[row])
    assert "30 December 2024" in told(view, row, dated=True)


def test_a_quotation_follows_in_quotation_marks() -> None:
    assert "(“it should go well”)" in told(*one(quote="it should go well"))
    assert "“it should go well”" in said(compose(brief(*one(quote="it should go well"))))
    assert "“" not in told(*one())


def test_only_what_cannot_be_looked_up_is_marked_as_single_source() -> None:
    for form in (sentence, brief):
        assert "single source" in said(compose(form(*one(source_id=OFFLINE))))
        assert "single source" not in said(compose(form(*one(source_id=ONLINE))))


def test_a_statement_ends_with_one_stop_and_its_reference() -> None:
    for form in (sentence, brief):
        text = compose(form(*one()))
        assert said(text).endswith(".")
        assert not said(text).endswith("..")
        assert getattr(text[-1], "sources", ()) == (ONLINE,)


def test_a_reading_by_others_is_attributed_after_the_words() -> None:
    view, row = one(side="other", actor="Press analysis", summary="The talks may fail.")
    assert told(view, row) == "The talks may fail, according to press analysis."


def test_a_commentary_is_no_person() -> None:
    first = one(side="CN", actor="Xinhua News Agency", summary="A commentary faulted the US.")
    assert told(*first) == "A Xinhua commentary faulted the US."
    assert told(*first, introduced=True) == "The same commentary faulted the US."


def test_what_was_reported_of_someone_is_not_put_into_their_mouth() -> None:
    assert "was reported as having agreed" in told(*one(summary="Reported as having agreed."))


def test_a_cell_says_who_and_when_in_brackets() -> None:
    assert "(Jane Doe, 5 June)" in said(compose(brief(*one())))


def test_statistics_are_no_statements() -> None:
    view, _ = one(role="Official statistics")
    assert spoken(view, 14) == ()
    assert len(spoken(one()[0], 14)) == 1


def test_only_the_last_days_are_spoken_of() -> None:
    rows = [statement(f"S{n}", f"06-0{n}", "US", SAID) for n in (2, 3)]
    view = world("06-09", statements=rows)
    assert [s.statement_id for s in spoken(view, 7)] == ["S3"]


def test_the_newest_statement_is_the_first_of_its_day() -> None:
    rows = [
        statement("S1", "06-04", "US", SAID),
        statement("S2", "06-05", "US", SAID),
        statement("S3", "06-05", "US", SAID, stance="firm"),
        statement("S4", "06-06", "CN", SAID),
    ]
    view = world("06-09", statements=rows)
    assert newest(view.statements, side="US") == view.statements[1]
    assert newest(view.statements, side="US", stance="firm") == view.statements[2]
    assert newest(view.statements, side="US", topic="students") is None


def test_the_focus_is_what_most_statements_are_about() -> None:
    topics = ["technology"] * 3 + ["rare_earths"] * 2 + ["tariffs"] + ["talks"] * 4
    rows = [statement(f"S{n}", "06-05", "US", SAID, topic=topic) for n, topic in enumerate(topics)]
    view = world("06-09", statements=rows)
    assert focus(view, day("06-01")) == ("technology", "rare_earths")
    assert focus(view, day("06-06")) == ()
    assert focus(world("06-09", statements=rows[3:]), day("06-01")) == ()


def test_each_side_blamed_the_other_only_if_both_did() -> None:
    us = statement("S1", "05-30", "US", "Accused China of breaking the Geneva deal.", stance="firm")
    cn = statement("S2", "06-02", "CN", "Said the US had violated Geneva terms.", stance="firm")
    mild = statement("S2", "06-02", "CN", "Said the US had violated Geneva terms.")
    ended = day("05-11")
    both = accused_each_other(world("06-09", statements=[us, cn]), ended, "Geneva")
    assert {s.side for s in both} == {"US", "CN"}
    assert accused_each_other(world("06-09", statements=[us]), ended, "Geneva") == ()
    assert accused_each_other(world("06-09", statements=[us, mild]), ended, "Geneva") == ()
    assert accused_each_other(world("06-09", statements=[us, cn]), ended, "London") == ()
    assert accused_each_other(world("06-09", statements=[us, cn]), day("06-01"), "Geneva") == ()
