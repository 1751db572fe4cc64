"""What holds in every edition of 2025: whole sentences, whole references, nothing empty.

Each test goes through all Mondays and lists what it found with its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.briefings import build_edition
from reports.errors import DataError
from reports.model import (
    CiteSpan,
    Edition,
    FactSpan,
    FactStrip,
    Points,
    Prose,
    TableSpec,
    Terms,
    Text,
    from_json,
    to_json,
)
from tests.briefings.editions import (
    MONDAYS,
    edition,
    exhibits,
    marks,
    printed_tables,
    said,
    strings,
    tables,
    texts,
)
from tests.dataset.packages import shipped

ORDER = ["talks", "tariffs", "economy", "exports", "watch", "numbers", "about"]
SLIPS = {
    "two spaces": r"  ",
    "a space before a stop": r" [.,;:]",
    "a doubled comma or stop": r",,|;;|\.\.",
    "a value that is missing": r"\bNone\b(?! (?:in|since) the)|\b(?:nan|NaN)\b",
    "a hole that is not filled": r"[{}]",
    "a straight quotation mark": r"[\"']",
    "a space at an end": r"^ | $",
    "a hyphen for a minus": r"(?<![\w–])-\d",
    "a mark that was not parsed": r"[\ue000-\uf8ff]",
    "a binary float": r"\d\.\d{4,}",
}
SLIP = re.compile("|".join(f"({pattern})" for pattern in SLIPS.values()))
ABBREVIATIONS = re.compile(r"\b(No|Mr|Ms|St|Sen)\.")
SENTENCE = re.compile(r"[^\s].*?[.!?]”?(?=\s|$)|[^\s].*?$")
LOOSE = re.compile(r"\d (tonnes|days|percentage points|January|April|June|July|October)\b")


@cache
def editions() -> tuple[tuple[str, Edition], ...]:
    return tuple((day, edition(day)) for day in MONDAYS)


@cache
def all_texts() -> tuple[tuple[str, Text], ...]:
    return tuple((day, text) for day, built in editions() for text in texts(built))


@cache
def all_tables() -> tuple[tuple[str, TableSpec], ...]:
    return tuple(
        (day, spec) for day, built in editions() for spec in tables((built.changes, built.sections))
    )


def paragraphs(built: Edition) -> Iterator[Text]:
    """Yield the running text of an edition, which consists of sentences."""
    yield built.standfirst
    yield from built.lead
    for part in built.sections:
        for block in part.blocks:
            if isinstance(block, Prose):
                yield from block.paragraphs


def sentences(text: Text) -> list[str]:
    """Return the sentences of a paragraph; an abbreviation or a decimal point ends none."""
    return SENTENCE.findall(ABBREVIATIONS.sub(r"\1", said(text)))


def slips(words: str) -> list[str]:
    """Return which slips of the pen a text has."""
    found = SLIP.search(words)
    return [list(SLIPS)[(found.lastindex or 1) - 1]] if found else []


def test_the_texts_have_no_slip_of_the_pen() -> None:
    words = {said(text): day for day, text in all_texts()}
    assert len(words) > 1500
    assert not [(day, slips(text), text) for text, day in words.items() if slips(text)]


def test_labels_alt_texts_and_notes_have_none_either() -> None:
    shown: dict[str, str] = {}
    for day, built in editions():
        shown |= dict.fromkeys(strings((built.masthead, built.description)), day)
        shown |= dict.fromkeys(map(said, built.notes), day)
        for figure in built.key_figures:
            shown |= dict.fromkeys((figure.label, figure.unit, *strings(figure.spark)), day)
        for exhibit in exhibits(built).values():
            shown |= dict.fromkeys((exhibit.subtitle, exhibit.alt), day)
            shown |= dict.fromkeys(strings(exhibit.chart), day)
    assert not [(day, slips(text), text) for text, day in shown.items() if slips(text)]


def test_each_slip_would_be_found() -> None:
    wrong = "a  b", "a .", "a,, b", "of None", "{rate}", "it's", "a ", "a -5", "\ue000", "0.12345"
    assert [slips(text) for text in wrong] == [[name] for name in SLIPS]


def test_running_text_consists_of_whole_sentences() -> None:
    running = {text: day for day, built in editions() for text in paragraphs(built)}
    assert not [(day, said(t)) for t, day in running.items() if not said(t).endswith((".", ".”"))]
    found = {sentence: day for text, day in running.items() for sentence in sentences(text)}
    assert len(found) > 500
    assert not [(day, s) for s, day in found.items() if not re.match(r"“?[A-Z]", s)]


def test_sentences_are_told_apart() -> None:
    """The helper sees through decimals, dates and abbreviations, or the test above is blind."""
    text = ("Exports were 5,864.6 tonnes. Since 4 April Announcement No. 18 holds. 5 fell.",)
    assert [s[:3] for s in sentences(text)] == ["Exp", "Sin", "5 f"]


def test_headings_are_clauses_without_a_full_stop() -> None:
    found: dict[str, str] = {}
    for day, built in editions():
        titles = [built.headline, *(s.headline for s in built.sections if s.headline)]
        titles += [exhibit.title for exhibit in exhibits(built).values()]
        found |= dict.fromkeys((said(title) for title in titles), day)
    assert not [(d, t) for t, d in found.items() if t.endswith((".", "?", ",", ";"))]
    assert not [(d, t) for t, d in found.items() if not t[0].isupper()]


def test_numbers_hold_on_to_their_units_and_days_to_their_months() -> None:
    joined = {
        "".join(span if isinstance(span, str) else getattr(span, "text", "") for span in text): day
        for day, text in all_texts()
    }
    assert any("\xa0tonnes" in words for words in joined)
    assert not [(day, words) for words, day in joined.items() if LOOSE.search(words)]


def test_every_reference_and_every_number_leads_somewhere() -> None:
    for day, built in editions():
        spans = [span for text in texts(built) for span in text]
        ids = [source.id for source in built.sources]
        keys = [fact.key for fact in built.facts]
        assert len(set(ids)) == len(ids), day
        assert [source.number for source in built.sources] == list(range(1, len(ids) + 1)), day
        assert keys == sorted(set(keys)), day
        cited = [span.sources for span in spans if isinstance(span, CiteSpan)]
        assert all(cited), day
        assert {source for mark in cited for source in mark} <= set(ids), day
        figures = {figure.value.key for figure in built.key_figures}
        assert figures | {s.key for s in spans if isinstance(s, FactSpan)} <= set(keys), day
        assert {source for fact in built.facts for source in fact.sources} <= set(ids), day


def test_endnotes_are_numbered_in_the_order_in_which_a_reader_meets_them() -> None:
    for day, built in editions():
        cited = dict.fromkeys(i for mark in marks(built, CiteSpan) for i in mark.sources)
        assert list(cited) == [source.id for source in built.sources][: len(cited)], day


def test_a_number_is_printed_the_same_wherever_it_stands() -> None:
    """In running text a fact has one printed form, but for its unit, sign and qualifier."""
    for day, built in editions():
        shown: dict[str, set[str]] = {}
        for text in paragraphs(built):
            for span in text:
                if isinstance(span, FactSpan) and re.search(r"\d", span.text):
                    shown.setdefault(span.key, set()).add(re.sub(r"[^\d.,]", "", span.text))
        assert not {key: forms for key, forms in shown.items() if len(forms) > 1}, day


def test_nothing_is_empty() -> None:
    for day, built in editions():
        assert [s.key for s in built.sections] == ORDER
        assert all((built.headline, built.standfirst, built.lead, built.facts)), day
        assert len(built.key_figures) == 4, day
        for part in built.sections:
            assert part.kicker, day
            assert part.blocks, day
            assert part.headline or part.one_line or part.key in ("numbers", "about"), day
            assert all(said(text).strip() for text in texts(part)), (day, part.key)
            for block in part.blocks:
                assert not isinstance(block, Prose) or block.paragraphs, (day, part.key)
                assert not isinstance(block, FactStrip | Points | Terms) or block.items, day


def test_no_table_has_an_empty_row_or_cell() -> None:
    for day, spec in all_tables():
        assert spec.rows, (day, spec.key)
        assert abs(sum(column.width for column in spec.columns) - 1) < 0.001, spec.key
        for row in spec.rows:
            assert len(row) == len(spec.columns), (day, spec.key)
            assert all(said(cell.text).strip() or cell.spark for cell in row), (day, spec.key)


def test_keys_are_used_once() -> None:
    for day, built in editions():
        keys = [spec.key for spec in printed_tables(built)] + list(exhibits(built))
        assert len(set(keys)) == len(keys), day


def test_exhibits_are_numbered_through() -> None:
    for day, built in editions():
        numbers = [exhibit.number for exhibit in exhibits(built).values()]
        whole = list(dict.fromkeys(int(number.rstrip("abc")) for number in numbers))
        assert whole == list(range(1, len(whole) + 1)), day
        assert len(set(numbers)) == len(numbers), day


@pytest.mark.slow
def test_an_edition_survives_its_json() -> None:
    for day, built in editions()[::4]:
        text = to_json(built)
        assert from_json(text) == built, day
        assert to_json(from_json(text)) == text, day


@pytest.mark.slow
def test_the_same_view_gives_the_same_edition() -> None:
    for day, built in editions()[::12]:
        again = build_edition(shipped().as_of(date.fromisoformat(day)))
        assert to_json(again) == to_json(built), day


def test_a_day_before_the_first_figure_is_refused_with_a_reason() -> None:
    first = shipped().learning_days[0]
    with pytest.raises(DataError, match="none of the series") as caught:
        build_edition(shipped().as_of(first - timedelta(days=1)))
    assert caught.value.hint


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.integers(0, (date(2026, 12, 31) - date(2023, 3, 1)).days))
def test_any_day_gives_an_edition(days: int) -> None:
    day = date(2023, 3, 1) + timedelta(days)
    built = build_edition(shipped().as_of(day))
    assert built.id.as_of == day
    assert len(built.sections) == len(ORDER)
    assert from_json(to_json(built)) == built
