"""No look-ahead: an edition says what a dataset that ends on its day says, to the letter."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from reports.briefings import build_edition
from reports.briefings.book import LATER_PAGE
from reports.dataset import load_dataset
from reports.model import Edition, to_json
from tests.briefings.editions import MONDAYS, edition, strings
from tests.dataset import packages
from tests.dataset.packages import DATA, Row, read, shipped, truncate

SAMPLE = (
    "2025-02-27",
    "2025-05-12",
    "2025-06-09",
    "2025-08-11",
    "2025-10-30",
    "2025-11-05",
    "2025-12-20",
)
YEAR = tuple(day.isoformat() for day in shipped().learning_days if day.year == 2025)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
LINE = re.compile(r'"line":\d+')


def write_full(folder: Path, table: str, rows: Iterable[Row]) -> None:
    """Write a table; one that would be empty, which no dataset may be, gets a row of 2099."""
    listed = list(rows) or [in_2099(table)]
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)


def in_2099(table: str) -> Row:
    """Return a row that becomes known long after any edition, from a source that is cited."""
    cited = min(read(DATA, "observations"), key=lambda row: row["published"])["source_id"]
    row = read(DATA, table)[0]
    moved = {k: "2099-12-31" if ISO_DATE.fullmatch(v) else v for k, v in row.items()}
    moved |= {"tariff_id": ""} if table == "calendar" else {}
    return {k: cited if v and k.endswith("source_id") else v for k, v in moved.items()}


@cache
def sources() -> dict[str, Row]:
    """Return the rows of all sources by id."""
    return {row["source_id"]: row for row in read(DATA, "sources")}


def canonical(built: Edition) -> str:
    """Return the JSON of an edition without the line numbers of rows, which truncation moves."""
    return LINE.sub('"line":0', to_json(built))


def assert_nothing_later(day: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "write", write_full)
    ended = load_dataset(truncate(folder, date.fromisoformat(day)))
    assert ended.newest_day.isoformat() in (day, "2099-12-31")
    expected = build_edition(ended.as_of(date.fromisoformat(day)))
    assert canonical(edition(day)) == canonical(expected)


@pytest.mark.parametrize("day", SAMPLE)
def test_an_edition_is_that_of_a_dataset_that_ends_on_its_day(
    day: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert day in YEAR
    assert_nothing_later(day, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("day", sorted(set(YEAR) - set(SAMPLE)))
def test_every_day_of_learning_is_free_of_later_knowledge(
    day: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_nothing_later(day, tmp_path, monkeypatch)


def test_the_comparison_would_see_one_later_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edition of 20 June has the magnets of May; that of the day before has not."""
    monkeypatch.setattr(packages, "write", write_full)
    ended = load_dataset(truncate(tmp_path, date(2025, 6, 19)))
    without = build_edition(ended.as_of(date(2025, 6, 20)))
    assert canonical(edition("2025-06-20")) != canonical(without)


def test_no_source_younger_than_the_edition_shows_its_title_or_date() -> None:
    own = sources()
    for day in MONDAYS:
        built = edition(day)
        assert not [s for s in built.sources if s.published and s.published > built.id.as_of], day
        later = [s for s in built.sources if (own[s.id]["published"] or "0") > day]
        assert not [s for s in later if s.title not in ("", LATER_PAGE) or s.published], day
        shown = "\n".join(strings(built.sections)) if later else ""
        assert not [s.id for s in later if own[s.id]["title"] in shown], day


def test_some_editions_do_cite_a_younger_page() -> None:
    """Else the test above would prove nothing."""
    own = sources()
    cited = [(day, s.id) for day in MONDAYS for s in edition(day).sources]
    assert [s for day, s in cited if (own[s]["published"] or "0") > day]


def test_every_fact_rests_on_rows_known_on_the_day() -> None:
    for day in MONDAYS:
        built = edition(day)
        late = [f.key for f in built.facts for row in f.rows if row.vintage > built.id.as_of]
        assert not late, day
        assert all(fact.rows for fact in built.facts if fact.key != "edition.number"), day


def test_an_edition_does_not_change_when_the_dataset_grows() -> None:
    """The view of a day cut out of a later view is the same edition."""
    newest = shipped().as_of(date(2026, 12, 31))
    for day in SAMPLE[::3]:
        again = build_edition(newest.earlier(date.fromisoformat(day)))
        assert to_json(again) == to_json(edition(day))


def test_what_is_learnt_in_the_week_shows_in_the_week() -> None:
    """Each sampled day of learning changes the edition against one blind to that day."""
    for day in ("2025-06-09", "2025-08-11", "2025-10-30"):
        today = date.fromisoformat(day)
        view = shipped().as_of(today)
        assert view.earlier(today - timedelta(days=1)).day < today
        blind = build_edition(view.earlier(today - timedelta(days=1)))
        assert blind.changes != edition(day).changes
