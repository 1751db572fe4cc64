"""The list of recipients: what is read and refused, by line and column, and what it takes."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from subprocess import PIPE, run

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.delivery.recipients import MOST_PROBLEMS, Recipient, roster, valid_address
from reports.errors import DataError, UsageError
from tests.conftest import ROOT

HEAD = "address,name,group,form,language,since,until\n"
GROUPS = ("board", "desk", "press")


def read(path: Path, text: str | bytes) -> list[Recipient]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with roster(path, GROUPS) as people:
        return [person for batch in people.batches(2) for person in batch]


def problems(path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(path, text)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recipients.csv"


def test_a_row_is_read_in_full(path: Path) -> None:
    row = "Ann@Example.ORG,何立峰,board; press,one-page,zh-Hans,2025-01-06,2026-01-06\n"
    (person,) = read(path, HEAD + row)
    assert person == Recipient(
        "ann@example.org",
        "Ann@example.org",
        "何立峰",
        ("board", "press"),
        "one-page",
        "zh-Hans",
        date(2025, 1, 6),
        date(2026, 1, 6),
        2,
    )


def test_a_name_may_be_joined_as_its_script_asks_for(path: Path) -> None:
    (person,) = read(path, HEAD + "ann@example.org,علی\u200cرضا,,,,,")
    assert person.name == "علی\u200cرضا"


@pytest.mark.parametrize(
    "text",
    [
        "address\nann@example.org\n",
        "\ufeffaddress;name\r\nann@example.org;Ann\r\n",
        "name\taddress\nAnn\tann@example.org\n\n",
        'Name,Address\n"Field, Ann",ann@example.org',
    ],
)
def test_the_forms_that_programs_save_are_read(path: Path, text: str) -> None:
    (person,) = read(path, text)
    assert person.address == "ann@example.org"
    assert (person.form, person.language, person.groups) == ("full", "en", ())


def test_every_problem_is_told_at_once_with_its_place(path: Path) -> None:
    rows = [
        "ann@example.org,,,,,,",
        "ANN@example.org,,,,,,",
        "bob,,,,,,",
        ",Nobody,,,,,",
        "cy@example.org,,friends,short,english language,2025-13-01,",
        "dee@example.org,,,,,2025-06-09,2025-06-08",
        "eve@example.org,,,,",
    ]
    assert problems(path, HEAD + "\n".join(rows)) == [
        (
            "recipients.csv:4 [address]: is no address: An email address must have an @-sign "
            "(found 'bob'); expected an address such as ann@example.org"
        ),
        "recipients.csv:5 [address]: is missing; expected an address such as ann@example.org",
        (
            "recipients.csv:6 [group]: is no group of reports.toml (found 'friends'); "
            "expected board, desk, press"
        ),
        "recipients.csv:6 [form]: is no form (found 'short'); expected full or one-page",
        (
            "recipients.csv:6 [language]: is no language tag (found 'english language'); "
            "expected such as en or zh-Hans"
        ),
        (
            "recipients.csv:6 [since]: is no day (found '2025-13-01'); "
            "expected a day such as 2025-06-09, or nothing"
        ),
        "recipients.csv:7 [until]: lies before 2025-06-09 (found '2025-06-08')",
        (
            "recipients.csv:8: has 5 cells, and the head 7; "
            "expected quotes around a cell with a comma in it"
        ),
        (
            "recipients.csv:3 [address]: is the address of line 2 too (found 'ANN@example.org'); "
            "expected one row, with groups such as `board; press`"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + '"ann@example.org\nBcc: eve@example.org",,,,,,', "2 [address]: holds a line break"),
        (HEAD + 'ann@example.org,"Ann\r\nBcc: eve@example.org",,,,,', "2 [name]: holds a line"),
        (HEAD + "ann@example.org,Ann\x00,,,,,", "2 [name]: holds a character"),
        (HEAD + "ann@example.org,\u202eAnn,,,,,", "2 [name]: holds a character"),
        (HEAD.encode() + b"ann@example.org,Andr\xe9,,,,,", "2 [name]: holds bytes that are not"),
        (HEAD + "ann@example.org>,<eve@example.org,,,,,", "2 [address]: is no address"),
        (HEAD + '"ann@example.org,eve@example.org",,,,,,', "2 [address]: is no address"),
        (HEAD + f"ann@example.org,{'A' * 101},,,,,", "2 [name]: has more than 100 letters"),
        (HEAD + 'ann@example.org,"Ann,,,,,\nbob@example.org,,,,,,\n', "2: cannot be read"),
        (HEAD + "a" * 20_000, "2: has more than 10,000 bytes"),
        ("mail,name\nann@example.org,Ann\n", "1: has no column `address`"),
        ("address,colour\nann@example.org,red\n", "1 [colour]: is no column of recipients"),
        ("address,name,name\n", "1 [name]: stands twice in the head"),
        ("", "1: has no column `address`"),
        (HEAD, "1: names nobody"),
        (HEAD + "ann\u200d@example.org,,,,,,", "2 [address]: holds a character"),
        (HEAD + "李@example.org,,,,,,", "2 [address]: is no address"),
    ],
)
def test_hostile_and_broken_lists_are_refused_in_a_line(
    path: Path, text: str | bytes, said: str
) -> None:
    found = problems(path, text)
    assert f"recipients.csv:{said}" in found[0]
    assert all(line.isprintable() for line in found)


def test_a_list_that_is_wrong_throughout_is_told_in_part(path: Path) -> None:
    path.write_text(HEAD + "nobody,,,,,,\n" * 5_000, "utf-8")
    with pytest.raises(DataError, match="4,999 more problems") as caught, roster(path, GROUPS):
        pass
    assert len(caught.value.problems) == MOST_PROBLEMS


def test_a_list_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"), roster(path, GROUPS):
        pass


def test_the_example_is_without_a_fault() -> None:
    with roster(ROOT / "recipients.example.csv", GROUPS) as people:
        assert people.size == 3


@settings(max_examples=50)
@given(
    st.from_regex(
        r"[A-Za-z0-9.+_'/=-]{1,66}@[a-zA-Z0-9.-]{1,20}\.(org|test|museum)", fullmatch=True
    )
)
def test_the_quick_check_agrees_with_the_whole_one(address: str) -> None:
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        with pytest.raises(ValueError, match=" "):
            valid_address(address)
    else:
        assert valid_address(address) == found.ascii_email


PEAK = """
import sys, tracemalloc
from pathlib import Path
from reports.delivery.recipients import roster
tracemalloc.start()
with roster(Path(sys.argv[1]), ["board"]) as people:
    assert sum(map(len, people.batches(100))) == people.size
print(people.size, tracemalloc.get_traced_memory()[1])
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_list(path: Path) -> None:
    peaks = []
    for count in (2_000, 20_000):
        with path.open("w", encoding="utf-8") as file:
            file.write(HEAD)
            file.writelines(f"reader{n}@example{n % 50}.org,Reader,,,,,\n" for n in range(count))
        # Processes of their own: what other tests left behind is not to be measured.
        told = run([sys.executable, "-c", PEAK, path], cwd=ROOT, text=True, stdout=PIPE, check=True)
        size, peak = map(int, told.stdout.split())
        assert size == count
        peaks.append(peak)
    assert peaks[1] < peaks[0] * 1.2
