"""No look-ahead: an edition says what a dataset that ends on its day says, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from reports.briefings import build_edition
from reports.briefings.book import LATER_PAGE
from reports.dataset import Dataset, load_dataset
from reports.errors import DataError
from reports.model import to_json
from tests.briefings.editions import MONDAYS, edition, strings, with_rows
from tests.comparing import first_difference
from tests.conftest import LONDON, Build, Said
from tests.dataset.packages import DATA, Row, read, shipped
from tests.dataset.truncated import NEVER, truncate

SAMPLE = (
    "2023-02-10",
    "2024-06-07",
    "2025-02-27",
    "2025-05-12",
    "2025-06-09",
    "2025-08-11",
    "2025-10-30",
    "2025-11-05",
    "2025-12-20",
)
QUICK = ("2025-02-27", "2025-06-09", "2025-10-30")
MONTHS = tuple(f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13))
FIRST_EDITION = date(2023, 2, 10)
"""The first day of learning on which an edition can be built."""


@cache
def sources() -> dict[str, Row]:
    """Return the rows of all sources by id."""
    return {row["source_id"]: row for row in read(DATA, "sources")}


def said(dataset: Dataset, day: date) -> str:
    """Return the edition of a day as JSON with its rows, or why there is none."""
    try:
        return with_rows(dataset.as_of(day))
    except DataError as error:
        return f"refused: {error}"


def assert_nothing_later(day: date, folder: Path) -> str:
    """Hold the edition of a day against that of a dataset that ends on it; return what it says."""
    ended = load_dataset(truncate(folder, day))
    learnt = [other for other in ended.learning_days if other.isoformat() != NEVER]
    assert learnt == [other for other in shipped().learning_days if other <= day]
    whole, cut = said(shipped(), day), said(ended, day)
    # Not bare: pytest takes minutes to explain how two texts of this length differ.
    difference = first_difference(whole, cut)
    assert not difference, f"{day}: {difference}"
    return whole


@pytest.mark.parametrize(
    "day", [pytest.param(day, marks=() if day in QUICK else pytest.mark.slow) for day in SAMPLE]
)
def test_an_edition_is_that_of_a_dataset_that_ends_on_its_day(day: str, tmp_path: Path) -> None:
    assert date.fromisoformat(day) in shipped().learning_days
    assert_nothing_later(date.fromisoformat(day), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("month", MONTHS)
def test_every_day_of_learning_is_free_of_later_knowledge(month: str, tmp_path: Path) -> None:
    for day in shipped().learning_days:
        if day.isoformat().startswith(month):
            refused = assert_nothing_later(day, tmp_path).startswith("refused: ")
            assert refused == (day < FIRST_EDITION), day


def test_the_months_hold_every_day_of_learning() -> None:
    days = [day.isoformat() for day in shipped().learning_days]
    assert len(days) > 200
    assert {day[:7] for day in days} == set(MONTHS)
    assert FIRST_EDITION in shipped().learning_days


def test_the_comparison_would_see_one_later_row(tmp_path: Path) -> None:
    """The edition of 20 June has the magnets of May; that of the day before has not."""
    ended = load_dataset(truncate(tmp_path, date(2025, 6, 19)))
    assert said(shipped(), date(2025, 6, 20)) != said(ended, date(2025, 6, 20))


@pytest.mark.slow
def test_the_files_of_a_day_are_those_of_a_dataset_that_ends_on_it(
    london: Build, reports: Callable[..., Said], tmp_path: Path
) -> None:
    data, output = tmp_path / "data", tmp_path / "output"
    data.mkdir()
    truncate(data, date.fromisoformat(LONDON))
    done = reports("build", "--as-of", LONDON, "--data", data, "--output", output)
    assert done.status == 0, done.err
    folder = output / "draft" / LONDON
    for path in (london.html, london.pdf):
        assert (folder / path.name).read_bytes() == path.read_bytes(), path.name


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
