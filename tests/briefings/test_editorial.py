"""The editor's file: what it adds, and one clear message for each fault."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from reports.briefings import build_edition, editorial_path, load_editorial
from reports.briefings.editorial import Editorial
from reports.errors import DataError
from reports.model import Prose, StrongSpan
from tests.briefings.editions import LONDON, edition, row_of, said, section, table, texts
from tests.dataset.packages import DATA, read, shipped

DAY = date(2025, 6, 9)
WHOLE = """\
+++
author = "Ann O'Hara"

[watch]
EV12 = "More than 2,627 t of magnets would say that licences flow"
+++

## talks
A first paragraph
over two lines.

A second one.

## economy

The mood's turned.
"""


GUIDE = (DATA.parent / "docs" / "editorial.md").read_text("utf-8")
EXAMPLES = [GUIDE, (DATA / "editorial" / "README.md").read_text("utf-8")]
DOCUMENTED = re.findall(r"\| `(editorial/[^`]+)`", GUIDE)
NUMBER = re.compile(r"(?<=md):\d+")


def write(data: Path, text: str) -> Path:
    path = editorial_path(data, DAY)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert load_editorial(tmp_path, DAY) is None


def test_the_file_of_a_day_is_found_by_its_date(tmp_path: Path) -> None:
    assert editorial_path(tmp_path, DAY) == tmp_path / "editorial" / "2025-06-09.md"
    write(tmp_path, WHOLE)
    assert load_editorial(tmp_path, date(2025, 6, 10)) is None


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    note = load_editorial(tmp_path, DAY)
    assert note
    assert note.author == "Ann O'Hara"
    assert note.watch == {"EV12": "More than 2,627 t of magnets would say that licences flow"}
    assert note.notes == {
        "talks": ("A first paragraph over two lines.", "A second one."),
        "economy": ("The mood's turned.",),
    }


def test_author_alone_is_enough(tmp_path: Path) -> None:
    write(tmp_path, '+++\nauthor = "A. B."\n+++\n')
    assert load_editorial(tmp_path, DAY) == Editorial("A. B.", {}, {})


FAULTS = {
    "no front matter": ("## talks\nText.\n", 1, r"\+\+\+"),
    "an empty file": ("", 1, r"\+\+\+"),
    "front matter without an end": ('+++\nauthor = "A"\n', 2, "closing"),
    "what is no TOML": ("+++\nauthor = A\n+++\n", 2, "TOML|nvalid"),
    "no author": ("+++\n[watch]\n+++\n", 2, "author"),
    "an empty author": ('+++\nauthor = " "\n+++\n', 2, "author"),
    "an author that is no text": ("+++\nauthor = 5\n+++\n", 2, "author"),
    "a watch that is no table": ('+++\nauthor = "A"\nwatch = "x"\n+++\n', 2, "watch"),
    "a watch text that is a number": ('+++\nauthor = "A"\n[watch]\nEV1 = 5\n+++\n', 2, "watch"),
    "an unknown section": ('+++\nauthor = "A"\n+++\n\n## weather\nRain.\n', 5, "weather"),
    "text before a section": ('+++\nauthor = "A"\n+++\nText.\n', 4, "before"),
}


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=list(FAULTS))
def test_each_fault_names_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    write(tmp_path, text)
    with pytest.raises(DataError, match=words) as caught:
        load_editorial(tmp_path, DAY)
    assert f"editorial/2025-06-09.md:{line}" in caught.value.message
    assert caught.value.hint
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("editorial/2025-06-09.md", line)
    assert problem.expected
    message = NUMBER.sub(":", caught.value.message)
    assert any(message.startswith(NUMBER.sub(":", known)) for known in DOCUMENTED), message


def test_a_file_that_is_no_utf_8_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "").write_bytes(b"+++\n\xff\n+++\n")
    with pytest.raises(DataError, match="UTF-8"):
        load_editorial(tmp_path, DAY)


def test_paragraphs_stand_at_the_end_of_their_section_under_the_name_of_their_author() -> None:
    note = Editorial("Ann O'Hara", {}, {"talks": ("It's early.", "We'll see.")})
    built = build_edition(shipped().as_of(DAY), note)
    last = section(built, "talks").blocks[-1]
    assert isinstance(last, Prose)
    assert len(last.paragraphs) == 2
    for text, words in zip(last.paragraphs, ("It’s early.", "We’ll see."), strict=True):
        assert isinstance(text[0], StrongSpan)
        assert "Ann O’Hara" in text[0].text
        assert said(text).endswith(words)
    for key in ("tariffs", "economy", "exports", "watch"):
        assert section(built, key) == section(edition(LONDON), key)
    assert built.headline == edition(LONDON).headline


def test_a_note_joins_a_section_of_one_line() -> None:
    note = Editorial("A", {}, {"exports": ("Wait for spring.",)})
    built = build_edition(shipped().as_of(date(2025, 2, 3)), note)
    part = section(built, "exports")
    assert "Wait for spring." in [said(t).removeprefix("Note by A. ") for t in texts(part)]


def test_the_text_for_an_event_replaces_the_one_of_the_rule() -> None:
    note = Editorial("A", {"EV12": "More than last year's total"}, {})
    built = build_edition(shipped().as_of(DAY), note)
    new, old = (table(e, "dates-ahead") for e in (built, edition(LONDON)))
    assert row_of(new, "20 June")[2] == "More than last year’s total"
    assert row_of(new, "20 June")[2] != row_of(old, "20 June")[2]
    assert [r for r in new.rows if r not in old.rows] == [
        r for r in new.rows if said(r[0].text).startswith("20 June")
    ]


def test_an_editor_cannot_forge_a_number_or_a_source() -> None:
    forged = "\ue000fforged\ue001999\ue002 <b>bold</b>"
    built = build_edition(
        shipped().as_of(DAY), Editorial(forged, {"EV12": forged}, {"talks": (forged,)})
    )
    last = section(built, "talks").blocks[-1]
    assert isinstance(last, Prose)
    assert {type(span) for span in last.paragraphs[0]} == {StrongSpan, str}
    assert "<b>bold</b>" in said(last.paragraphs[0])
    assert built.facts == edition(LONDON).facts


@pytest.mark.parametrize("page", EXAMPLES, ids=["guide", "readme"])
def test_the_examples_of_the_documentation_are_valid(tmp_path: Path, page: str) -> None:
    write(tmp_path, page.split("```\n")[1])
    note = load_editorial(tmp_path, DAY)
    assert note
    events = {row["event_id"] for row in read(DATA, "calendar")}
    series = {row["series_id"] for row in read(DATA, "series")}
    assert set(note.watch) <= events | series
    assert note.notes


def test_every_documented_fault_is_tested() -> None:
    assert len(DOCUMENTED) == 8


def test_the_shipped_folder_explains_itself_and_holds_no_file_of_an_edition() -> None:
    assert (DATA / "editorial" / "README.md").is_file()
    assert not list((DATA / "editorial").glob("????-??-??.md"))


@pytest.mark.parametrize("key", ["typo = 1", '[wacth]\nEV12 = "x"'])
def test_an_unknown_key_is_named(tmp_path: Path, key: str) -> None:
    """A misspelt key would lose what stands under it without a word."""
    folder = tmp_path / "editorial"
    folder.mkdir()
    (folder / "2025-06-09.md").write_text(f'+++\nauthor = "A"\n{key}\n+++\n', "utf-8")
    with pytest.raises(DataError, match=key.strip("[]").split()[0].strip("]")):
        load_editorial(tmp_path, date(2025, 6, 9))
