"""The order of an addition: open, read, plan, check the whole, write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reports import store
from reports.dataset import check_tables
from reports.dataset.schema import DETAIL, TableSchema, read_schema
from reports.errors import DataError, Problem
from reports.intake.files import open_file
from reports.intake.ledger import Ledger, packed_rows, read_ledgers
from reports.intake.numbers import Mark
from reports.intake.plan import plan
from reports.intake.rows import Batch, Change, Plan
from reports.intake.tables import Ask, Reading, read_sheet

Read = Callable[[Mapping[str, TableSchema], Mapping[str, Ledger]], Batch]
"""Whatever reads rows, from files or from a provider, with the tables at hand."""


@dataclass(frozen=True)
class Addition:
    """What a batch would change, and the files that would say so."""

    plan: Plan
    contents: Mapping[str, bytes]
    """The new content of each table that changes, by its file."""
    before: Mapping[str, bytes]
    """What these files held when the plan was made."""
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return why the batch is refused."""
        return tuple(found for found in self.plan.problems if found.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return what an editor should look at."""
        return tuple(found for found in self.plan.problems if found.severity != "error")


def files_reader(paths: Sequence[Path], decimal: Mark | None, ask: Ask) -> Read:
    """Return what reads the rows of some files."""

    def read(schemas: Mapping[str, TableSchema], ledgers: Mapping[str, Ledger]) -> Batch:
        series = {row["series_id"]: row for row in ledgers["series"].rows}
        reading = Reading(schemas, series, decimal, ask)
        notes: list[str] = []
        for path in paths:
            opened = open_file(path, schemas)
            reading.problems += opened.problems
            notes += opened.notes
            for sheet in opened.sheets:
                read_sheet(sheet, reading)
        return replace(reading.batch, notes=tuple(notes))

    return read


def prepare(folder: Path, read: Read, today: date, correct: str | None = None) -> Addition:
    """Return what a batch would change in a dataset, checked as a whole; write nothing.

    Raise DataError where the dataset has faults before anything is added.
    """
    old = check_tables(folder)
    faults = tuple(problem for problem in old if problem.severity == "error")
    if faults:
        message = f"the dataset in {folder} has faults already; the first: {faults[0]}"
        raise DataError(message, "mend them first: `reports check` names all of them", faults)
    schemas, _ = read_schema(folder)
    detail = schemas.pop(DETAIL, None)  # No file that comes in is put into it.
    ledgers = store.settled(folder, lambda: read_ledgers(folder, schemas))
    batch = read(schemas, ledgers)
    packed = packed_rows(folder, detail, batch.rows) if detail else ()
    planned = plan(ledgers, batch, today, correct, packed)
    contents, places = _contents(ledgers, planned)
    checked = check_tables(folder, contents) if contents else old
    problems = _new_problems(checked, old, places, batch.refused, folder.resolve())
    before = {ledgers[name].schema.path: ledgers[name].content for name in ledgers}
    found = sorted((*planned.problems, *problems), key=lambda each: (each.file, each.line or 0))
    return Addition(
        replace(planned, problems=tuple(found)),
        contents,
        {path: before[path] for path in contents},
        batch.notes,
    )


def write(folder: Path, addition: Addition) -> None:
    """Write the files of an addition, all or none; only the holder of the lock may.

    Raise DataError where somebody changed one of them since, with an editor for instance.
    """
    for name, content in addition.before.items():
        now = None
        with suppress(OSError):
            now = store.place_of(folder, name).read_bytes()
        if now != content:
            raise DataError(f"{folder / name} has been changed meanwhile", "run the command again")
    store.commit(folder, addition.contents)


def _contents(
    ledgers: Mapping[str, Ledger], planned: Plan
) -> tuple[dict[str, bytes], dict[tuple[str, int], Change]]:
    """Return the new files, and the change that each of their new lines comes from."""
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in planned.written:
        by_table[change.table].append(change)
    contents: dict[str, bytes] = {}
    places: dict[tuple[str, int], Change] = {}
    for name, changes in by_table.items():
        path = ledgers[name].schema.path
        contents[path], lines = ledgers[name].merged(changes)
        places |= {(path, line): change for line, change in lines.items()}
    return contents, places


def _new_problems(
    checked: Sequence[Problem],
    old: Sequence[Problem],
    places: Mapping[tuple[str, int], Change],
    refused: frozenset[str],
    folder: Path,
) -> list[Problem]:
    """Return what is wrong with the new dataset and was not before, at the lines that came in.

    What stands at a line that was there is told with the folder, for files that come in often have
    the name of a table too.
    """
    known = {replace(problem, line=None) for problem in old}
    problems = []
    for problem in checked:
        change = places.get((problem.file, problem.line or 0))
        if change is None and replace(problem, line=None) in known:
            continue
        if problem.message == "is unknown" and problem.value in refused:
            continue  # The row it names came in as well, and is refused for its own fault.
        file, line = f"{folder.name}/{problem.file}", problem.line
        if change is not None:
            file, line = change.file, change.line
        problems.append(replace(problem, file=file, line=line))
    return problems
