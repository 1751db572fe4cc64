"""Who gets the briefing: `recipients.csv`, read row by row and checked as a whole.

The rows wait in a temporary database of SQLite's, which lies on the disk and goes with the process:
so a long list takes no more memory than a short one, and a second row of the same address is found.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from reports.config import day_of
from reports.delivery.headers import JOINERS
from reports.delivery.letters import Form
from reports.errors import DataError, Problem, UsageError

COLUMNS = ("address", "name", "group", "form", "language", "since", "until")
FORMS: tuple[Form, ...] = ("full", "one-page")
MOST_PROBLEMS = 100
"""Problems that are told one by one; a list that is wrong throughout is wrong once."""
LONGEST = {"address": 254, "name": 100, "group": 200, "language": 35}
"""Letters of a cell; of an address by RFC 5321, of a language by BCP 47."""

_LONGEST_LINE = 10_000
_BATCH = 1_000
_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_UNJOINED = str.maketrans("", "", JOINERS)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Recipient:
    """A reader as the list has them."""

    key: str
    """The address in the form that two spellings of it share."""
    address: str
    name: str = ""
    groups: tuple[str, ...] = ()
    form: Form = "full"
    language: str = "en"
    since: date | None = None
    until: date | None = None
    """The last day on which they get it."""
    line: int = 0


@dataclass(frozen=True)
class Roster:
    """All recipients of a list, which was found to be without a fault."""

    _connection: sqlite3.Connection
    size: int

    def batches(self, size: int) -> Iterator[list[Recipient]]:
        """Yield the recipients in the order of the list, so many at a time."""
        last = 0
        while True:
            rows = self._connection.execute(
                "SELECT * FROM people WHERE line > ? ORDER BY line LIMIT ?", (last, size)
            ).fetchall()
            if not rows:
                return
            yield [_recipient(row) for row in rows]
            last = rows[-1][-1]

    def find(self, keys: Sequence[str]) -> list[Recipient]:
        """Return those of some keys that the list has, in its order."""
        marks = ", ".join("?" * len(keys))
        found = self._connection.execute(
            f"SELECT * FROM people WHERE key IN ({marks}) ORDER BY line",  # noqa: S608
            tuple(keys),
        )
        return [_recipient(row) for row in found]


def key_of(address: str) -> str:
    """Return the form of an address in which two spellings of one mailbox are equal.

    By the standard a server may tell `Ann@` from `ann@`; none does, and Ann wants one copy.
    """
    local, _, domain = address.rpartition("@")
    return f"{local.casefold()}@{domain.casefold()}"


def valid_address(text: str) -> str:
    """Return an address as it is to be written, in ASCII; raise ValueError that says why not."""
    local, _, domain = text.rpartition("@")
    if len(local) <= 64 and len(text) <= LONGEST["address"] and _PLAIN.fullmatch(local):
        # The whole check takes 60 µs, and most addresses of a list share their domains.
        return f"{local}@{_domain(domain)}"
    return _checked(text)


@lru_cache(maxsize=10_000)
def _domain(domain: str) -> str:
    return _checked(f"a@{domain}").rpartition("@")[2]


def _checked(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        # No header of ours holds other letters before the @, and few servers would take them.
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValueError(str(error).rstrip(".")) from error
    return found.ascii_email or found.normalized


@contextmanager
def roster(path: Path, groups: Collection[str]) -> Iterator[Roster]:
    """Read a list of recipients; raise DataError with every problem, UsageError where it is none.

    `groups` are those that the settings name.
    """
    with closing(sqlite3.connect("")) as connection:
        connection.execute(
            "CREATE TABLE people (key TEXT PRIMARY KEY, address, name, groups, form, language, "
            "since, until, line INTEGER UNIQUE)"
        )
        problems = _Problems(path.name)
        rows = _recipients(path, groups, problems)
        while batch := list(islice(rows, _BATCH)):
            _insert(connection, batch, problems)
        count: int = connection.execute("SELECT COUNT(*) FROM people").fetchone()[0]
        if not count and not problems.count:
            problems.add(1, "", "names nobody", "", "a row for each reader under the head")
        problems.raise_any()
        yield Roster(connection, count)


class _Problems:
    """Collect the problems of a list, the first ones in full and all by their number."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self.count = 0

    def add(
        self, line: int | None, column: str, message: str, value: str = "", wanted: str = ""
    ) -> None:
        self.count += 1
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(Problem(self.file, line, column, message, value[:60], wanted))

    def raise_any(self) -> None:
        if not self.count:
            return
        first, more = self.found[0], self.count - 1
        also = f", and {more:,} more {'problem' if more == 1 else 'problems'}" if more else ""
        hint = "nothing was sent; correct the list"
        raise DataError(f"{first}{also}", hint, tuple(self.found))


def _insert(
    connection: sqlite3.Connection, batch: Sequence[Recipient], problems: _Problems
) -> None:
    marks = ", ".join("?" * len(fields(Recipient)))
    for person in batch:
        row = [_stored(value) for value in vars(person).values()]
        new = connection.execute(f"INSERT OR IGNORE INTO people VALUES ({marks})", row)  # noqa: S608
        if not new.rowcount:
            first = "SELECT line FROM people WHERE key = ?"
            line = connection.execute(first, (person.key,)).fetchone()[0]
            wanted = "one row, with groups such as `board; press`"
            message = f"is the address of line {line} too"
            problems.add(person.line, "address", message, person.address, wanted)


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date) else value


def _recipient(row: Sequence[Any]) -> Recipient:
    key, address, name, groups, form, language, since, until, line = row
    return Recipient(
        key,
        address,
        name,
        tuple(groups.split(";")) if groups else (),
        form,
        language,
        day_of(since) if since else None,
        day_of(until) if until else None,
        line,
    )


def _recipients(path: Path, groups: Collection[str], problems: _Problems) -> Iterator[Recipient]:
    """Yield the rows that have no fault, and note the faults of the others."""
    try:
        file = path.open("rb")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "copy recipients.example.csv to it and write your readers into it"
        raise UsageError(f"the recipients {path} cannot be read: {reason}", hint) from error
    with file:
        lines = (line.decode("utf-8", "surrogateescape") for line in _lines(file, problems))
        first = next(lines, "").removeprefix("\ufeff")
        delimiter = max(",;\t", key=first.count)
        columns = _columns(next(csv.reader([first], delimiter=delimiter), []), problems)
        if not columns:
            return
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        start = 2
        try:
            for cells in reader:
                if any(cells):
                    yield from _read(cells, columns, start, groups, problems)
                start = reader.line_num + 2
        except csv.Error as error:
            wanted = "one row a line, quotes closed"
            problems.add(start, "", f"cannot be read: {error}", "", wanted)


def _lines(file: Any, problems: _Problems) -> Iterator[bytes]:
    """Yield the lines of a file, none of them longer than a row can be."""
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            problems.add(number, "", f"has more than {_LONGEST_LINE:,} bytes")
            return
        yield line


def _columns(names: Sequence[str], problems: _Problems) -> tuple[str, ...]:
    """Return the columns of a head; none where it is no head of such a list."""
    columns = tuple(name.strip().lower() for name in names)
    wanted = ",".join(COLUMNS)
    before = problems.count
    if "address" not in columns:
        problems.add(1, "", "has no column `address`", "", wanted)
    for name in sorted({*columns} - {*COLUMNS}):
        problems.add(1, name, "is no column of recipients", name, wanted)
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        problems.add(1, name, "stands twice in the head")
    return columns if problems.count == before else ()


def _read(
    cells: Sequence[str],
    columns: Sequence[str],
    line: int,
    groups: Collection[str],
    problems: _Problems,
) -> Iterator[Recipient]:
    """Yield the recipient of a row, unless there is something wrong with it."""
    before = problems.count
    if len(cells) != len(columns):
        message = f"has {len(cells)} cells, and the head {len(columns)}"
        problems.add(line, "", message, "", "quotes around a cell with a comma in it")
        return
    row = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    for name, cell in row.items():
        _check_letters(line, name, cell, problems)
    if problems.count == before:
        person = _person(row, line, groups, problems)
        if problems.count == before:
            yield person


def _check_letters(line: int, name: str, cell: str, problems: _Problems) -> None:
    """Note what no header of a message may hold, whatever the column."""
    shown = cell.translate(_UNJOINED) if name == "name" else cell
    if not shown.isprintable():
        broken = "\n" in cell or "\r" in cell
        what = "a line break" if broken else "a character that cannot be printed"
        if any("\ud800" <= letter <= "\udfff" for letter in cell):
            what = "bytes that are not UTF-8"
        safe = cell.encode("ascii", "backslashreplace").decode()
        problems.add(line, name, f"holds {what}", safe)
    elif len(cell) > LONGEST.get(name, 100):
        problems.add(line, name, f"has more than {LONGEST.get(name, 100)} letters", cell)


def _person(
    row: dict[str, str], line: int, groups: Collection[str], problems: _Problems
) -> Recipient:
    address = row["address"]
    try:
        address = valid_address(address)
    except ValueError as error:
        message = f"is no address: {error}" if address else "is missing"
        problems.add(line, "address", message, address, "an address such as ann@example.org")
    own = tuple(dict.fromkeys(name.strip() for name in row.get("group", "").split(";")))
    own = tuple(name for name in own if name)
    for name in own:
        if name not in groups:
            wanted = ", ".join(sorted(groups)) or "a table [send.groups] in reports.toml"
            problems.add(line, "group", "is no group of reports.toml", name, wanted)
    form = row.get("form") or "full"
    if form not in FORMS:
        problems.add(line, "form", "is no form", form, " or ".join(FORMS))
    language = row.get("language") or "en"
    if not _LANGUAGE.fullmatch(language):
        problems.add(line, "language", "is no language tag", language, "such as en or zh-Hans")
    since, until = (_day(row.get(name, ""), line, name, problems) for name in ("since", "until"))
    if since and until and until < since:
        problems.add(line, "until", f"lies before {since}", str(until))
    chosen: Form = "one-page" if form == "one-page" else "full"
    key = key_of(address)
    return Recipient(key, address, row.get("name", ""), own, chosen, language, since, until, line)


def _day(text: str, line: int, name: str, problems: _Problems) -> date | None:
    if not text:
        return None
    try:
        return day_of(text)
    except ValueError:
        problems.add(line, name, "is no day", text, "a day such as 2025-06-09, or nothing")
        return None
