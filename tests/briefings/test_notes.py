"""Notes on an edition as a whole: how old the data are, and what is overdue."""

from __future__ import annotations

from reports.briefings import build_edition
from tests.briefings.editions import MONDAYS, edition, said, section, strings, table
from tests.briefings.worlds import altered
from tests.dataset.packages import shipped

BEYOND = "2026-11-23"


def test_an_edition_beyond_the_newest_row_says_how_old_the_data_are() -> None:
    built = edition(BEYOND)
    age = (built.id.as_of - shipped().newest_day).days
    text = " ".join(map(said, built.notes))
    assert "31 December 2025" in text
    assert f"{age} days" in text


def test_it_names_the_releases_that_are_overdue() -> None:
    text = " ".join(map(said, edition(BEYOND).notes))
    for series in ("Rare-earth exports", "Magnet exports", "Consumer prices", "Producer prices"):
        assert series in text
    assert "Exports to the US" not in text  # Its months are sparse: none is missed.


def test_it_says_nothing_of_the_last_week_it_cannot_know() -> None:
    built = edition(BEYOND)
    one_line = [s.key for s in built.sections if s.one_line]
    assert {"talks", "economy", "exports"} <= set(one_line)
    assert built.changes is None or not [
        row for row in built.changes.rows if said(row[0].text) != "Same"
    ]
    assert "not in the data" in " ".join(map(said, built.notes))


def test_a_week_without_a_new_row_is_not_yet_old() -> None:
    """The newest row is of 31 December 2025: seven days later no note is due."""
    assert edition("2026-01-07").notes == ()
    assert edition("2026-01-08").notes != ()


def test_hardly_a_monday_of_2025_needs_a_note() -> None:
    assert [day for day in MONDAYS if edition(day).notes] in ([], ["2025-02-17"])


def test_no_note_is_taken_from_a_row_the_day_does_not_know() -> None:
    def silent(row: object) -> None:
        return None

    built = build_edition(altered("2025-06-09", "statements", silent))
    assert "2026" not in " ".join(strings(built.notes))


def test_beyond_the_newest_row_nothing_that_is_over_stands_ahead() -> None:
    spec = table(edition(BEYOND), "dates-ahead")
    assert "2025" not in " ".join(said(row[0].text) for row in spec.rows)
    assert section(edition(BEYOND), "watch").headline
