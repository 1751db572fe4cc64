"""The fifty weeks of 2025: published, corrected, verified, built again; each damage is named.

Here the drafts are those of `tests/test_weeks.py`, without pictures and veraPDF, and three of them
are built again. `make archive-check` publishes all of them by the command, as it is, and builds
all again: some minutes.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from shutil import copytree, move
from typing import Any

import pytest

from reports import checks, cli, dataset
from reports.archive import publishing, rebuilding
from reports.archive.store import FolderStore
from reports.archive.verifying import verify
from reports.dataset import dataset as reading
from reports.dataset import keeping
from tests.archive.desk import VALIDATION, contents
from tests.conftest import LONDON, ROOT, Said
from tests.dataset.packages import read, write
from tests.test_weeks import MONDAYS

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
DATA = ROOT / "data"
WHOLE = os.environ.get("WHOLE_ARCHIVE") == "1"
SERIES = "exports_usd_yoy_pct"
WORDS = ("--reason", "the value for May was misread")
EDITIONS = sorted([*(f"{day}/r1" for day in MONDAYS), f"{LONDON}/r2"])
SOME = MONDAYS if WHOLE else (date.fromisoformat(LONDON), MONDAYS[-1])
"""Days that are built again."""


@contextmanager
def cheaper(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave out pictures, veraPDF and the check, which each have tests; read the dataset once."""
    patch.setenv("REPORTS_BY", "The Desk")
    patch.setenv("REPORTS_PARALLEL", "0")
    if not WHOLE:
        for module in (publishing, rebuilding):
            patch.setattr(module, "FORMATS", ("html", "pdf"))
        patch.setattr(publishing, "validated", lambda *_: VALIDATION)
        patch.setattr(checks, "check", lambda *_: ((), None))
        for module, name in ((dataset, "load_dataset"), (keeping, "read_sound")):
            patch.setattr(module, name, once(getattr(reading, name)))
    yield


def once(call: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """Return a function that reads the dataset of the repository once, and others each time."""
    kept = cache(call)
    return lambda folder: kept(folder) if folder == DATA else call(folder)


@pytest.fixture(scope="module")
def output(weeks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for output with fifty editions, one of which was corrected."""
    wrong = copytree(DATA, tmp_path_factory.mktemp("wrong") / "data")
    rows = read(wrong, "observations")
    (misread,) = (r for r in rows if (r["series_id"], r["published"]) == (SERIES, LONDON))
    misread["value"] = "4.3"
    write(wrong, "observations", rows)
    with pytest.MonkeyPatch.context() as patch, cheaper(patch):
        for day in MONDAYS:
            data = wrong if str(day) == LONDON else DATA
            publish(patch, weeks, day, data)
        publish(patch, weeks, date.fromisoformat(LONDON), DATA, *WORDS)
    return weeks


def publish(patch: pytest.MonkeyPatch, output: Path, day: date, data: Path, *more: str) -> None:
    words = ("--as-of", str(day), "--output", str(output), "--data", str(data), *more)
    patch.setattr(sys, "argv", ["reports", "publish", *words])
    assert cli.run() == 0


def damaged(output: Path, *days: date) -> list[str]:
    found = verify(FolderStore(output / "archive"), days or None).problems
    return sorted(problem.file for problem in found)


def test_all_of_them_are_published_and_intact(output: Path, reports: Reports) -> None:
    said = reports("verify", "--all", "--output", output, "--json")
    assert said.status == 0
    assert said.json["editions"] == EDITIONS
    assert said.json["entries"] == len(EDITIONS) == 51
    corrected = reports("show", LONDON, "--output", output, "--json").json
    assert (corrected["revision"], corrected["reason"]) == (2, WORDS[1])


def test_each_revision_is_built_again_from_its_own_rows(
    output: Path, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = tuple(map(str, SOME))
    with cheaper(monkeypatch):
        said = reports("verify", *days, "--rebuild", "--output", output)
    assert said.status == 0, said.out
    lines = said.out.splitlines()[:-3]
    built = [name for name in EDITIONS if name[:10] in days]
    assert [line for line in lines if not line.startswith("note: ")] == [
        f"{name}: is built again, byte for byte" for name in built
    ]
    notes = [line for line in lines if line.startswith("note: ")]
    assert len(notes) == 1
    assert notes[0].startswith(f"note: {LONDON}/r1: the dataset at hand has observations.csv: ")
    assert f"{SERIES} 2025-05 of {LONDON}: value 4.3 → 4.8" in notes[0]


def test_every_file_that_is_changed_or_removed_is_named(output: Path) -> None:
    """In each round one file of every edition is changed or removed, until all of them were."""
    archive = output / "archive"
    files = defaultdict(list)
    for name in contents(archive):
        if not name.startswith("ledger/"):
            files["/".join(name.split("/")[:2])].append(name)
    assert [*files] == EDITIONS
    for number in range(max(map(len, files.values()))):
        names = [each[number] for each in files.values() if number < len(each)]
        before = {name: (archive / name).read_bytes() for name in names}
        for week, (name, content) in enumerate(before.items()):
            (archive / name).unlink()
            if (week + number) % 2:  # Else it is missing.
                (archive / name).write_bytes(content[:-2] + b"?" + content[-1:])
        assert damaged(output) == sorted(names)
        for name, content in before.items():
            (archive / name).write_bytes(content)
    assert damaged(output) == []


def test_every_entry_that_is_changed_or_removed_is_named(output: Path) -> None:
    for path in sorted((output / "archive" / "ledger").iterdir()):
        content = path.read_bytes()
        path.unlink()
        assert damaged(output, date.min) == [f"ledger/{path.name}"]
        path.write_bytes(content.replace(b"The Desk", b"The Duck"))
        assert damaged(output, date.min) == [f"ledger/{path.name}"]
        path.write_bytes(content)
    assert damaged(output) == []


def test_every_edition_that_is_removed_is_named(output: Path, tmp_path: Path) -> None:
    for name in EDITIONS:
        place = output / "archive" / name
        move(place, tmp_path / "removed")
        assert damaged(output, date.fromisoformat(name[:10])) == [name]
        move(tmp_path / "removed", place)
    assert damaged(output) == []
