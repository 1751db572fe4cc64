"""Two editions side by side: every passage of both stands in it, and what differs is marked."""

from __future__ import annotations

from datetime import date
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analysis import differences
from reports.briefings.review import Words, _passages, review, sentences
from reports.model import Exhibit, plain
from reports.model.review import Piece, Review
from tests.briefings.editions import edition
from tests.dataset.packages import shipped

EARLY, LATE = "2025-06-02", "2025-06-09"


@cache
def reviewed(before: str = EARLY, now: str = LATE) -> Review:
    views = [shipped().as_of(date.fromisoformat(day)) for day in (before, now)]
    return review(edition(before), edition(now), differences(*views))


def text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def test_an_edition_beside_itself_differs_in_nothing() -> None:
    same = reviewed(LATE, LATE)
    assert not same.changes
    assert not any(section.changed for section in same.sections)
    assert not [pair for pair in same.facts if pair.moved or not pair.before or not pair.now]
    assert all(pair.before == pair.now for section in same.sections for pair in section.exhibits)


def test_every_section_chart_and_fact_of_both_editions_stands_in_it() -> None:
    found = reviewed()
    assert found.sections[0].key == "front"
    for side in ("before", "now"):
        built = getattr(found, side)
        exhibits = [
            block
            for section in built.sections
            for block in section.blocks
            if isinstance(block, Exhibit)
        ]
        shown = [getattr(pair, side) for section in found.sections for pair in section.exhibits]
        assert exhibits
        assert {e.key for e in shown if e} == {e.key for e in exhibits}
        texts = {text(getattr(p, side)) for section in found.sections for p in section.passages}
        assert plain(built.headline) in texts
        assert {plain(paragraph) for paragraph in built.lead} <= texts
        keys = {pair.key for pair in found.facts if getattr(pair, side)}
        assert keys == {fact.key for fact in built.facts}


def test_a_fact_that_moved_has_two_values_under_one_key() -> None:
    moved = {pair.key: pair for pair in reviewed().facts if pair.moved}
    pair = moved["rare_earth_exports_t.latest"]
    assert pair.before
    assert pair.now
    assert (str(pair.before.value), str(pair.now.value)) == ("4784.8", "5864.60")


def test_sentences_that_stayed_are_not_told() -> None:
    for section in reviewed().sections:
        gone, new = sentences(section)
        assert not set(gone) & set(new)
    front = reviewed().sections[0]
    assert any("London" in sentence for sentence in sentences(front)[1])


_texts = st.lists(st.sampled_from(["exports", "rose", "fell", "May", "3%"]), min_size=1)
_lines = st.lists(
    st.tuples(st.sampled_from(("text", "row")), _texts.map(" ".join)),
    max_size=6,
)


@settings(deadline=None, max_examples=80)
@given(_lines, _lines)
def test_no_word_of_either_side_is_lost(old: list[Words], new: list[Words]) -> None:
    found = list(_passages(old, new))
    assert [(p.kind, text(p.before)) for p in found if p.before] == old
    assert [(p.kind, text(p.now)) for p in found if p.now] == new
    for passage in found:
        assert all(piece.kind in ("same", "gone") for piece in passage.before)
        assert all(piece.kind in ("same", "new") for piece in passage.now)
        assert passage.before or passage.now
