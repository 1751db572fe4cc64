"""The editor's voice in an edition: what is printed, where, and under whose name."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from reports.briefings import editorial_path, load_editorial
from reports.briefings.book import Book
from reports.briefings.editorial import Voice, bind
from reports.briefings.editorial.binding import FORMS
from reports.model import CiteSpan, FactSpan, LangSpan, Points, Prose, StrongSpan, Text
from tests.briefings.editions import LONDON, edition, row_of, said, section, table, texts
from tests.briefings.voices import DAY, HEAD, faults, printed, read, voice, write
from tests.dataset.packages import DATA, shipped

GUIDE = (DATA.parent / "docs" / "editorial.md").read_text("utf-8")
EXAMPLES = [GUIDE, (DATA / "editorial" / "README.md").read_text("utf-8")]
UNUSED = "pmi_mfg"
"""A series that the rules print nothing of."""
FRONT = """\
+++
author = "Ann O'Hara"
headline = "Exports rise {{ fact('rare_earth_exports_t.change_on_month') }} before London"
standfirst = '''
China shipped {{ fact("rare_earth_exports_t.latest") }} in May.
The truce has {{ fact("truce.days_left") }} to run.'''
expects = ["rare_earth_exports_t.change_on_month > 0"]

[watch]
EV12 = "More than last year's {{ fact('magnet_exports_t.latest') }}"
+++
"""


def notes(built: Voice, key: str) -> tuple[Text, ...]:
    """Return the texts of the one block that a voice adds to a section."""
    (block,) = built.notes[key]
    assert isinstance(block, Prose | Points)
    return block.paragraphs if isinstance(block, Prose) else block.items


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert load_editorial(tmp_path, DAY) is None
    assert bind(None, Book(shipped().as_of(DAY))) == Voice()
    assert edition(LONDON).notes == ()


def test_the_file_of_a_day_is_found_by_its_date(tmp_path: Path) -> None:
    assert editorial_path(tmp_path, DAY) == tmp_path / "editorial" / "2025-06-09.md"
    write(tmp_path, HEAD)
    assert load_editorial(tmp_path, date(2025, 6, 10)) is None


def test_author_alone_is_enough_and_changes_nothing(tmp_path: Path) -> None:
    assert printed(tmp_path, HEAD) == edition(LONDON)


def test_headline_and_standfirst_replace_the_computed_ones_and_name_their_author(
    tmp_path: Path,
) -> None:
    built = printed(tmp_path, FRONT)
    assert said(built.headline) == "Exports rise 23% before London"
    assert FactSpan("rare_earth_exports_t.change_on_month", "23%") in built.headline
    assert said(built.standfirst) == (
        "China shipped 5,864.6 tonnes in May. The truce has 64 days to run."
    )
    assert said(built.notes[-1]) == "Headline and standfirst by Ann O’Hara."
    assert built.description.replace("\xa0", " ") == said(built.standfirst)
    assert {"rare_earth_exports_t.latest", "truce.days_left"} <= {f.key for f in built.facts}


def test_each_sentence_with_a_fact_ends_in_its_sources(tmp_path: Path) -> None:
    built = printed(tmp_path, FRONT)
    facts = {fact.key: fact for fact in built.facts}
    marks = [at for at, span in enumerate(built.standfirst) if isinstance(span, CiteSpan)]
    assert len(marks) == 2
    assert [built.standfirst[at - 1] for at in marks] == [" in May.", " to run."]
    for at, key in zip(marks, ("rare_earth_exports_t.latest", "truce.days_left"), strict=True):
        assert built.standfirst[at] == CiteSpan(facts[key].sources)
    cited = {source.id for source in built.sources}
    assert set(facts["truce.days_left"].sources) <= cited


def test_one_of_the_two_is_replaced_alone(tmp_path: Path) -> None:
    head = '+++\nauthor = "Ann"\nheadline = "Talks open in London"\n+++\n'
    built = printed(tmp_path, head)
    assert said(built.headline) == "Talks open in London"
    assert built.standfirst == edition(LONDON).standfirst
    assert [said(note) for note in built.notes] == ["Headline by Ann."]


def test_paragraphs_stand_at_the_end_of_their_section_under_the_name_of_their_author(
    tmp_path: Path,
) -> None:
    body = "## talks\nIt's early,\nthey say.\n\nWe'll **wait** for 9 June.\n"
    built = printed(tmp_path, FRONT + body)
    last = section(built, "talks").blocks[-1]
    assert isinstance(last, Prose)
    assert [said(text) for text in last.paragraphs] == [
        "Note by Ann O’Hara. It’s early, they say.",
        "Note by Ann O’Hara. We’ll wait for 9 June.",
    ]
    assert all(text[0] == StrongSpan("Note by Ann O’Hara.") for text in last.paragraphs)
    assert StrongSpan("wait") in last.paragraphs[1]
    for key in ("tariffs", "economy", "exports"):
        assert section(built, key) == section(edition(LONDON), key)


def test_a_fact_in_a_note_is_printed_as_a_fact_with_its_source(tmp_path: Path) -> None:
    body = '## economy\nPrices fell {{ fact("cpi_yoy_pct.latest", "size") }}. So it goes on.\n'
    (text,) = notes(voice(tmp_path, HEAD + body), "economy")
    fact = Book(shipped().as_of(DAY)).find("cpi_yoy_pct.latest")
    assert text == (
        StrongSpan("Note by Ann."),
        " Prices fell ",
        FactSpan("cpi_yoy_pct.latest", "0.1%"),
        ".",
        CiteSpan(fact.sources),
        " So it goes on.",
    )


def test_a_text_without_an_end_is_cited_at_its_end(tmp_path: Path) -> None:
    (block,) = voice(tmp_path, HEAD + '## talks\n- {{fact("truce.days_left")}} left\n').notes[
        "talks"
    ]
    assert isinstance(block, Points)
    assert isinstance(block.items[0][-1], CiteSpan)


@pytest.mark.parametrize(
    ("reference", "shown"), re.findall(r"^\| `(\{\{.+?\}\})` \| (\S+) \|", GUIDE, re.MULTILINE)
)
def test_every_form_of_the_guide_comes_out(tmp_path: Path, reference: str, shown: str) -> None:
    (text,) = notes(voice(tmp_path, f"{HEAD}## talks\nSo {reference} it is.\n"), "talks")
    assert [span.text.replace("\xa0", " ") for span in text if isinstance(span, FactSpan)] == [
        shown
    ]


def test_every_form_stands_in_the_guide() -> None:
    assert all(f'"{form}")' in GUIDE for form in FORMS)


def test_lists_print_as_points_under_the_name_of_their_author(tmp_path: Path) -> None:
    body = "## exports\nFirst this.\n\n- One\n  and more.\n- Another.\n\nThen that.\n"
    built = printed(tmp_path, HEAD + body)
    first, points, last = section(built, "exports").blocks[-3:]
    assert isinstance(first, Prose)
    assert isinstance(last, Prose)
    assert isinstance(points, Points)
    assert points.title == "Note by Ann"
    assert [said(item) for item in points.items] == ["One and more.", "Another."]


def test_scenarios_and_changes_of_view_are_lists_of_what_to_watch(tmp_path: Path) -> None:
    body = (
        "## Scenarios\n- **Likely:** talks go on.\n- A break.\n\n"
        '## What would change our view\nLess than {{ fact("magnet_exports_t.latest") }}.\n'
        "## watch\nRead it slowly.\n"
    )
    *_, prose, scenarios, view = section(printed(tmp_path, HEAD + body), "watch").blocks
    assert isinstance(prose, Prose)
    assert isinstance(scenarios, Points)
    assert isinstance(view, Points)
    assert scenarios.title == "Scenarios, by Ann"
    assert scenarios.items == ((StrongSpan("Likely:"), " talks go on."), ("A break.",))
    assert view.title == "What would change our view, by Ann"
    assert said(view.items[0]) == "Less than 2,627 tonnes."
    assert {scenarios.width, view.width} == {"half"}
    alone = section(printed(tmp_path, HEAD + "## scenarios\nPeace.\n"), "watch").blocks[-1]
    assert isinstance(alone, Points)
    assert alone.width == "full"


@pytest.mark.parametrize("body", ["Wait for spring.", "- Wait for spring."])
def test_a_note_joins_a_section_of_one_line(tmp_path: Path, body: str) -> None:
    day = date(2025, 2, 3)
    part = section(printed(tmp_path, f"{HEAD}## exports\n{body}\n", day), "exports")
    assert "Wait for spring." in [said(t).removeprefix("Note by Ann. ") for t in texts(part)]
    # Only paragraphs fit a line of their own.
    assert part.one_line == all(isinstance(block, Prose) for block in part.blocks)


def test_the_text_for_an_event_replaces_the_one_of_the_rule(tmp_path: Path) -> None:
    built = printed(tmp_path, FRONT)
    new, old = (table(e, "dates-ahead") for e in (built, edition(LONDON)))
    assert row_of(new, "20 June")[2] == "More than last year’s 2,627 tonnes"
    assert [r for r in new.rows if r not in old.rows] == [
        r for r in new.rows if said(r[0].text).startswith("20 June")
    ]


def test_chinese_words_carry_their_language(tmp_path: Path) -> None:
    (text,) = notes(voice(tmp_path, f"{HEAD}## talks\nThey say 中国 first.\n"), "talks")
    assert LangSpan("中国", "zh-Hans") in text


def test_a_number_in_strong_words_keeps_its_fact(tmp_path: Path) -> None:
    (text,) = notes(
        voice(
            tmp_path, f'{HEAD}## scenarios\n- **In {{{{ fact("truce.days_left") }}}}:** peace.\n'
        ),
        "watch",
    )
    assert text[:3] == (
        StrongSpan("In "),
        FactSpan("truce.days_left", "64\xa0days"),
        StrongSpan(":"),
    )


def test_the_freshness_of_a_series_that_only_a_note_prints_is_told(tmp_path: Path) -> None:
    built = printed(tmp_path, f'{HEAD}## talks\nSo {{{{ fact("{UNUSED}.latest") }}}} it is.\n')
    new, old = (table(e, "freshness").rows for e in (built, edition(LONDON)))
    assert len(new) == len(old) + 1
    assert f"{UNUSED}.latest" in {fact.key for fact in built.facts}


@pytest.mark.parametrize("page", EXAMPLES, ids=["guide", "readme"])
def test_the_examples_of_the_documentation_are_valid(tmp_path: Path, page: str) -> None:
    text = page.split("```\n")[1]
    assert not faults(tmp_path, text)
    assert voice(tmp_path, text).notes


def test_the_shipped_folder_explains_itself_and_holds_no_file_of_an_edition() -> None:
    assert (DATA / "editorial" / "README.md").is_file()
    assert not list((DATA / "editorial").glob("????-??-??.md"))


def test_a_file_of_windows_reads_the_same(tmp_path: Path) -> None:
    """With a byte order mark and both characters at the end of a line."""
    body = (
        '## talks\nexpects: truce.days_left > 0\nSome words\nand {{ fact("truce.days_left") }}.\n'
    )
    there = read(tmp_path, "\ufeff" + (FRONT + body).replace("\n", "\r\n"))
    assert there == read(tmp_path, FRONT + body)
    assert not there.problems


def test_markdown_is_read_by_a_library_that_is_loaded_only_for_a_file() -> None:
    code = "import sys, reports.briefings; print('markdown_it' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
