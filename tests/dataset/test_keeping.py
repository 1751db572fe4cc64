"""The dataset that is kept beside an edition shows what the whole one shows on that day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from reports.dataset import kept_files, load_dataset, row_changes, view_changes
from reports.dataset.standard import check_standard
from reports.dataset.writing import rows_csv
from tests.briefings.editions import with_rows
from tests.comparing import first_difference
from tests.conftest import LONDON
from tests.dataset.packages import DATA, copy, edit, read, shipped

pytestmark = pytest.mark.slow

DAYS = ("2023-02-10", LONDON, "2025-12-31")


def unpack(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("day", DAYS)
def test_an_edition_of_what_was_kept_is_that_of_the_whole(day: str, tmp_path: Path) -> None:
    on = date.fromisoformat(day)
    kept = load_dataset(unpack(kept_files(DATA, on)[0], tmp_path))
    whole = shipped().as_of(on)
    assert view_changes(whole, kept.as_of(on)) == view_changes(kept.as_of(on), whole) == []
    assert not first_difference(with_rows(whole), with_rows(kept.as_of(on)))
    assert check_standard(tmp_path) == ()


def test_what_was_learnt_later_is_not_kept(tmp_path: Path) -> None:
    files, _ = kept_files(DATA, date.fromisoformat(LONDON))
    unpack(files, tmp_path)
    rows = read(tmp_path, "observations")
    assert max(row["published"] for row in rows) <= LONDON
    assert len(rows) < len(read(DATA, "observations")) - 100
    # A row is kept in its own words.
    kept = files["observations.csv"].splitlines()
    whole = (DATA / "observations.csv").read_bytes().splitlines()
    assert kept == [line for line in whole if line in {*kept}]
    assert files["datapackage.json"] == (DATA / "datapackage.json").read_bytes()


def test_a_row_that_a_kept_one_refers_to_is_kept_too(tmp_path: Path) -> None:
    """Delegates are named before the day on which the dates of their meeting were published."""
    copy(tmp_path)
    delegate = next(row for row in read(tmp_path, "delegates") if row["published"] <= LONDON)
    meetings = read(tmp_path, "meetings")
    line = 2 + [row["meeting_id"] for row in meetings].index(delegate["meeting_id"])
    late = "2025-06-20"
    days = dict.fromkeys(("start", "end", "dates_published", "outcome_published"), late)
    edit(tmp_path, "meetings", line, **days, dates_source_id=meetings[line - 2]["source_id"])
    day = date.fromisoformat(LONDON)
    files, whole = kept_files(tmp_path, day)
    assert delegate["meeting_id"] not in {row.meeting_id for row in whole.meetings}
    (tmp_path / "kept").mkdir()
    kept = load_dataset(unpack(files, tmp_path / "kept"))
    assert view_changes(whole, kept.as_of(day)) == []
    assert delegate["meeting_id"] in {
        row["meeting_id"] for row in read(tmp_path / "kept", "meetings")
    }


def drop_observation(folder: Path) -> str:
    path = folder / "observations.csv"
    head, _, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, *rest]) + "\n", "utf-8")
    return "observations.csv: core_cpi_yoy_pct 2023-01 of 2023-02-10: is gone"


def change_source(folder: Path) -> str:
    edit(folder, "sources", 2, title="Another")
    title = read(DATA, "sources")[0]["title"]
    return f"sources.csv: SP001: title {title} → Another"


def backdate(folder: Path) -> str:
    path = folder / "definitions.csv"
    path.write_text(
        path.read_text("utf-8") + "cpi_yoy_pct,2025-04,2025-06-01,anew,SP001\n", "utf-8"
    )
    return "definitions.csv: cpi_yoy_pct 2025-04 of 2025-06-01: is new"


@pytest.mark.parametrize("change", [drop_observation, change_source, backdate])
def test_a_row_that_is_otherwise_is_named_by_file_and_key(
    tmp_path: Path, change: Callable[[Path], str]
) -> None:
    told = change(copy(tmp_path))
    day = date.fromisoformat(LONDON)
    now = load_dataset(tmp_path)
    assert [str(each) for each in view_changes(shipped().as_of(day), now.as_of(day))] == [told]
    assert view_changes(now.as_of(day - timedelta(days=3000)), shipped().as_of(date.min)) == []


def test_rows_of_one_key_are_all_held_against_each_other() -> None:
    head = "key,vintage,name\n"
    old, new = (f"{head}M1,2025-01-01,A\nM1,2025-01-01,{name}\n" for name in "BC")
    (found,) = row_changes("rows.csv", old.encode(), new.encode())
    assert found.change == "name B → C"
    assert row_changes("rows.csv", old.encode(), b"")[0].change == "is gone"
    table = rows_csv("observations", shipped().as_of(date(2025, 1, 20)).rows("observations"))
    assert row_changes("observations.csv", table, table) == []
