"""What an editor's file may not hold: each fault with its line, all of a file at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reports.briefings import build_edition, editorial_faults, load_editorial
from reports.checks import check
from reports.errors import DataError
from tests.briefings.voices import DAY, HEAD, faults, read, write
from tests.conftest import Said
from tests.dataset.packages import DATA, copy, edit, shipped
from tests.dataset.packages import read as rows

Reports = Callable[..., Said]
GUIDE = (DATA.parent / "docs" / "editorial.md").read_text("utf-8")
DOCUMENTED = re.findall(r"^\| .+ \| `(editorial/.+?)`(?: and .+)? \|$", GUIDE, re.MULTILINE)
VARIES = re.compile(r"“[^”]*”|'[^']*'|\[[^]]*\]|U\+\w+|[−\d]+|\b[a-z_]+\.[a-z_]+( [<>] )?")
"""What differs between two messages of one fault: quotations, places, keys and numbers."""
KNOWN = [VARIES.sub("", told) for told in DOCUMENTED]
LONG = "A headline of far too many words for one line of print"
DAYS = '{{ fact("truce.days_left") }}'


def head(*lines: str) -> str:
    """Return a head with further lines; they begin on line 3."""
    return "\n".join(("+++", 'author = "A"', *lines, "+++", ""))


def body(text: str) -> str:
    """Return a file with a note; its text begins on line 5."""
    return f"{HEAD}## talks\n{text}\n"


FAULTS = {
    "no front matter": ("## talks\nText.\n", 1, "does not begin"),
    "an empty file": ("", 1, "does not begin"),
    "front matter without an end": ('+++\nauthor = "A"\n', 2, "no closing"),
    "what is no TOML": ('+++\nauthor = "A"\nx = y\n+++\n', 3, "front matter"),
    "an unknown key": (head("", "typo = 1"), 4, "typo"),
    "an unknown table": (head("[wacth]", 'EV12 = "x"'), 3, "wacth"),
    "no author": ("+++\n[watch]\n+++\n", 2, "author"),
    "an empty author": ('+++\nauthor = " "\n+++\n', 2, "author"),
    "an author that is no text": ("+++\nauthor = 5\n+++\n", 2, "author"),
    "an author with a number": ('+++\nauthor = "Ann 3"\n+++\n', 2, "'3'"),
    "an author with a fact": (f"+++\nauthor = '{DAYS}'\n+++\n", 2, "no place for a fact"),
    "an empty headline": (head('headline = ""'), 3, "headline"),
    "a standfirst that is a list": (head('standfirst = ["a"]'), 3, "standfirst"),
    "a long headline": (head(f'headline = "{LONG}"'), 3, "has 12 words; expected at most 9"),
    "facts make a headline long": (
        head(f"headline = 'All of these words are more than enough: {DAYS}'"),
        3,
        "has 10 words",
    ),
    "a question": (head('headline = "Will the talks fail?"'), 3, "question"),
    "a headline with a full stop": (head('headline = "Talks open."'), 3, "like a sentence"),
    "a short standfirst": (head('standfirst = "One sentence alone."'), 3, "1 whole sentence;"),
    "a long standfirst": (head('standfirst = "A b. C d. E f."'), 3, "3 whole sentences"),
    "a standfirst without an end": (head('standfirst = "A b. C d. E f"'), 3, "does not end"),
    "a number in the headline": (head("", 'headline = "Up 5% now"'), 4, r"\[column 16\]"),
    "a number in a later line": (
        head('standfirst = """', "The talks go on.", 'They have 64 days."""'),
        5,
        r"\[column 11\]: a number that is no fact \(found '64'\)",
    ),
    "a watch that is no table": (head('watch = "x"'), 3, r"\[watch\]: must map"),
    "a watch text that is a number": (head("[watch]", "EV1 = 5"), 4, r"\[watch\]: must map"),
    "a number in a watch text": (head("[watch]", 'EV12 = "Above 5,000"'), 4, "'5,000'"),
    "a watch key that is nothing": (head("[watch]", 'EV99 = "x"'), 4, "known on 9 June 2025"),
    "a watch key of a later day": (head("[watch]", 'M11 = "x"'), 4, "names no event"),
    "an unknown section": (f"{HEAD}\n## weather\nRain.\n", 5, "weather"),
    "text before a section": (f"{HEAD}Text.\n", 4, "before"),
    "a heading of another level": (body("### More"), 5, "heading"),
    "an underlined heading": (body("More\n----"), 5, "heading"),
    "a link": (body("So [they](https://a.example) say."), 5, "a link"),
    "a bare link": (body("So <https://a.example> says."), 5, "a link"),
    "the address of a link": (body("So [they] say.\n\n[they]: https://a.example"), 7, "address"),
    "an image": (body("So ![x](x.png)."), 5, "an image"),
    "HTML": (body("<div>x</div>"), 5, "HTML"),
    "HTML in a line": (body("So\nit <b>is</b>."), 6, "HTML"),
    "code": (body("So `it` is."), 5, "code"),
    "a block of code": (body("```\nx\n```"), 5, "code"),
    "text set in": (body("So.\n\n    it is"), 7, "four spaces"),
    "a table": (body("| a | b |\n|---|---|\n| c | d |"), 5, "a table"),
    "a rule": (body("So.\n\n***"), 7, "a rule"),
    "a quotation": (body("> So."), 5, "a quotation"),
    "a numbered list": (body("1. So."), 5, "numbered"),
    "emphasis by one star": (body("So *it* is."), 5, "one star"),
    "strong words without an end": (body("So.\n\n**It is."), 7, "not closed"),
    "struck words": (body("So ~~it~~ is."), 5, "struck"),
    "a list in a list": (body("- So\n  - it is"), 6, "a list within an item"),
    "two paragraphs in an item": (body("- So\n\n  it is"), 7, "second paragraph within an item"),
    "an empty item": (body("- So\n-\n- it is"), 6, "without words"),
    "a number": (body("So\nit rose **23%** then."), 6, r"\[column 11\].*'23%'.*change_on_month"),
    "the same number again": (body("By {{ fact('x7') }} 7 and 7."), 5, r"\[column 27\]"),
    "a number in words": (body("All twelve of them."), 5, r"\[column 5\].*'twelve'"),
    "a number beside a fact": (body(f"So {DAYS}5 it is."), 5, "'5'"),
    "a number of one sign": (body("So ½ of it."), 5, "'½'"),
    "a number in an item": (body("- So\n- 5 more"), 6, "'5'"),
    "a number of another script": (body("So ٣ of it."), 5, "'٣'"),
    "a mistyped key": (body('So {{ fact("cpi_yoy.latest") }}.'), 5, "'cpi_yoy_pct.latest'"),
    "a mistyped measure": (
        body('So {{ fact("rare_earth_exports_t.change_on_moth") }}.'),
        5,
        "'rare_earth_exports_t.change_on_month'",
    ),
    "a mistyped column": (
        body('So {{ fact("tariffs.TU10.headline_rate") }}.'),
        5,
        "TU10.headline_r",
    ),
    "a period without a value": (body('So {{ fact("magnet_exports_t.2025-05") }}.'), 5, "2025-04'"),
    "an unknown form": (body('So {{ fact("truce.days_left", "round") }}.'), 5, "'round'.*'size'"),
    "a form of words": (
        body('So {{ fact("cpi_yoy_pct.months_below_zero", "bare") }}.'),
        5,
        "printed in words",
    ),
    "a variable": (body("So {{ days }} it is."), 5, "only a fact"),
    "another call": (body('So {{ fact("truce.days_left") | upper }}.'), 5, "only a fact"),
    "curly quotes": (body("So {{ fact(“truce.days_left”) }}."), 5, "only a fact"),
    "a block": (body("So {% if x %}."), 5, "only a fact"),
    "a comment": (body("So {# x #}."), 5, "only a fact"),
    "a brace without an end": (body('So\n{{ fact("truce.days_left" it is.'), 6, "not closed"),
    "an end without a brace": (body("So\nx }} it is."), 6, "only a fact"),
    "a premise that fails": (
        body(f"expects: truce.days_left < 30\nThe truce has {DAYS} left."),
        5,
        r"truce\.days_left < 30 of “The truce has 64 days left\.” no longer holds: \S+ is 64",
    ),
    "a premise of the head that fails": (
        head('headline = "Prices rise"', "expects = [", '  "cpi_yoy_pct.latest > 0"]'),
        5,
        r"“Prices rise” no longer holds: cpi_yoy_pct\.latest is −0\.1",
    ),
    "a premise that is none": (body("expects: prices fall\nSo it is."), 5, "no comparison"),
    "an empty premise": (body("expects:\nSo it is."), 5, "no comparison"),
    "half a premise": (body("expects: truce.days_left > 1 and\nSo."), 5, "no comparison"),
    "a premise of one equals sign": (
        body("expects: truce.days_left = 64\nSo."),
        5,
        "no comparison",
    ),
    "a premise on nothing": (body("expects: truce.days > 1\nSo."), 5, "'truce.days_left'"),
    "a premise against nothing": (body("expects: truce.days_left > a.b\nSo."), 5, "'a.b'"),
    "a premise of two units": (
        body("expects: truce.days_left > cpi_yoy_pct.latest\nSo."),
        5,
        "compares days with %",
    ),
    "a percentage of days": (body("expects: truce.days_left > 5%\nSo."), 5, "compares days with %"),
    "a premise above nothing": (body("So it is.\nexpects: truce.days_left > 1"), 6, "no sentence"),
    "a premise above a gap": (body("expects: truce.days_left > 1\n\nSo."), 5, "no sentence"),
    "a premise above a heading": (body("expects: truce.days_left > 1\n## watch"), 5, "no sentence"),
    "premises for no text": (head('expects = ["truce.days_left > 1"]'), 3, "no headline"),
    "premises that are no list": (
        head('headline = "A b"', "expects = 5"),
        4,
        "no list of premises",
    ),
    "a zero byte": (body("So\x00."), 5, r"\[column 3\]: holds the character U\+0000"),
    "a mark of our own": (body("So \ue000fx\ue001999\ue002."), 5, "U\\+E000"),
    "an unseen sign": (body("So 2\u200b3."), 5, "U\\+200B"),
    "a sign that turns the line": (head('headline = "A \u202eb"'), 3, "U\\+202E"),
    "a very long file": (body("So it is. " * 5_000), 1, "longer than 40,000"),
}


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=list(FAULTS))
def test_each_fault_names_file_line_and_cure(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    found = faults(tmp_path, text)
    told = [p for p in found if p.line == line and re.search(words, str(p))]
    assert told, [str(p) for p in found]
    problem = told[0]
    assert problem.file == "editorial/2025-06-09.md"
    assert problem.expected
    assert "\n" not in str(problem)
    shape = VARIES.sub("", str(problem))
    assert any(shape.startswith(known) for known in KNOWN) or "is not printed" in shape, shape


@pytest.mark.slow
def test_a_fault_stops_the_build_in_one_line(tmp_path: Path) -> None:
    for text, _, words in FAULTS.values():
        editorial = read(tmp_path, text)
        with pytest.raises(DataError) as caught:
            build_edition(shipped().as_of(DAY), editorial)
        assert caught.value.exit_status == 3
        assert caught.value.problems == editorial_faults(editorial, shipped().as_of(DAY))
        assert caught.value.message == str(caught.value.problems[0])
        assert caught.value.hint
        assert words


@pytest.mark.slow
def test_every_documented_fault_is_tested(tmp_path: Path) -> None:
    told = [str(p) for text, *_ in FAULTS.values() for p in faults(tmp_path, text)]
    told.append("editorial/2025-06-09.md:1: is not UTF-8 text")
    shapes = [VARIES.sub("", message) for message in told]
    assert len(DOCUMENTED) >= 30
    for known in KNOWN:
        assert any(shape.startswith(known) for shape in shapes), known


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    text = (
        '+++\nheadline = "Up 5%?"\ntypo = 1\n+++\n## wether\nRain 7.\n\n## talks\n'
        'expects: truce.days_left < 1\n*So* {{ fact("truce.day_left") }} and 23%.\n'
    )
    found = faults(tmp_path, text)
    assert [p.line for p in found] == sorted(p.line or 0 for p in found)
    assert {(p.line, p.value) for p in found} >= {(2, "5%"), (6, "7"), (10, "23%")}
    told = "\n".join(map(str, found))
    for words in ("author", "typo", "question", "wether", "no longer holds", "'truce.days_left'"):
        assert words in told


def test_bytes_that_are_no_text_are_a_fault_of_their_line(tmp_path: Path) -> None:
    write(tmp_path, "").write_bytes(b"+++\n\xff\n+++\n")
    found = load_editorial(tmp_path, DAY)
    with pytest.raises(DataError, match=r"2025-06-09\.md:2: is not UTF-8"):
        build_edition(shipped().as_of(DAY), found)


@pytest.mark.parametrize(
    "premise",
    [
        "cpi_yoy_pct.latest < 0",
        "cpi_yoy_pct.latest == -0.1",
        "cpi_yoy_pct.latest == −0.1%",
        "cpi_yoy_pct.latest != 0 and truce.days_left >= 64 and truce.days_left <= 64",
        "rare_earth_exports_t.latest > 5,000",
        "rare_earth_exports_t.latest > 5000",
        "rare_earth_exports_t.latest > rare_earth_exports_t.2025-04",
        "ppi_yoy_pct.latest<cpi_yoy_pct.latest",
    ],
)
@pytest.mark.parametrize(
    "place", ["{}\nSo.", "- Or.\n{}\n- So.", "- {}\n  So.", "* {}\n  {}\n  So."]
)
def test_a_premise_that_holds_is_not_printed(tmp_path: Path, premise: str, place: str) -> None:
    text = body(place.replace("{}", f"expects: {premise}"))
    assert not faults(tmp_path, text)
    last = read(tmp_path, text).notes["talks"][-1]
    assert last.written == "So."
    assert len(last.premises) == (premise.count(" and ") + 1) * place.count("{}")


def test_a_premise_belongs_to_the_sentence_below_it_only(tmp_path: Path) -> None:
    text = body("- One.\nexpects: truce.days_left < 30\n- Another.\n- A last.")
    (problem,) = faults(tmp_path, text)
    assert "of “Another.”" in str(problem)


@pytest.mark.slow
def test_a_correction_of_the_data_breaks_a_premise(tmp_path: Path) -> None:
    """The sentence was true when it was written."""
    data = copy(tmp_path)
    write(data, body("expects: cpi_yoy_pct.latest < 0\nPrices still fall, shops say."))
    assert check(data)[0] == ()
    lines = rows(data, "observations")
    line = max(
        at
        for at, row in enumerate(lines, 2)
        if row["series_id"] == "cpi_yoy_pct" and row["published"] <= "2025-06-09"
    )
    edit(data, "observations", line, value="0.3")
    (problem,) = [p for p in check(data)[0] if p.severity == "error"]
    assert str(problem).startswith("editorial/2025-06-09.md:5 [expects]: the premise")
    assert "“Prices still fall, shops say.” no longer holds: cpi_yoy_pct.latest is 0.3" in str(
        problem
    )


def test_check_judges_each_file_on_its_own_day(tmp_path: Path, reports: Reports) -> None:
    data = copy(tmp_path)
    note = body("expects: cpi_yoy_pct.latest < 0\nPrices fall.")
    for day in (DAY, date(2025, 11, 17), date(2030, 1, 7)):
        write(data, note, day)
    write(data, body('So {{ fact("truce.days_left") }}.'), date(2025, 2, 3))
    said = reports("check", "--data", data)
    assert said.status == 3
    assert "editorial/2025-06-09.md" not in said.out
    assert "editorial/2025-11-17.md:5 [expects]: the premise cpi_yoy_pct.latest < 0" in said.out
    assert "editorial/2030-01-07.md:5 [expects]" in said.out
    assert "editorial/2025-02-03.md:5: no fact is called 'truce.days_left'" in said.out


def test_check_reads_the_files_of_a_broken_dataset_too(tmp_path: Path, reports: Reports) -> None:
    data = copy(tmp_path)
    edit(data, "observations", 2, value="one")
    write(data, body("So 5 it is."))
    said = reports("check", "--data", data)
    assert "error: editorial/2025-06-09.md:5 [column 4]" in said.out
    assert "error: observations.csv:2" in said.out


HOSTILE = {
    "lists in lists": "\n".join(f"{'  ' * depth}- x" for depth in range(150)),
    "open brackets": "5" + "[" * 39_000,
    "stars": "*a **b " * 5_000,
    "braces": "{{" * 19_000,
    "unknown facts": "".join(f'{{{{ fact("cpi_yoy_pct.l{n}") }}}} ' for n in range(1_100)),
    "numbers": "5 " * 19_000,
    "premises": "expects: truce.days_left > 99\n" * 1_300,
    "references without an end": '{{ fact("x" ' * 3_000,
    "entities": "&#x30;&num;&#0;" * 2_500,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_is_refused_in_a_while(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, body(text))


def test_a_number_cannot_hide_in_an_entity_or_an_escape(tmp_path: Path) -> None:
    assert [p.value for p in faults(tmp_path, body("So &#50;3\\% it is."))] == ["23%"]
