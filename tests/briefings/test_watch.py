"""What to watch: dates ahead, each with what to read it against."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reports.briefings.editorial import Voice
from reports.briefings.watch import watch
from reports.model import FactSpan, TableBlock
from tests.briefings.editions import MONDAYS, edition, row_of, said, section, strings, table
from tests.briefings.worlds import altered, day, event, meeting, situation, value, world
from tests.dataset.packages import DATA, read

SILENT = Voice()


def rows(view: Any, voice: Voice = SILENT) -> list[list[str]]:
    now, book = situation(view)
    (block,) = watch(now, book, voice).blocks
    assert isinstance(block, TableBlock)
    return [[said(cell.text) for cell in row] for row in block.table.rows]


def test_every_date_ahead_has_something_to_read_it_against() -> None:
    for on in MONDAYS:
        spec = table(edition(on), "dates-ahead")
        assert spec.rows, on
        assert all(len(said(row[2].text)) > 5 for row in spec.rows), on


def test_dates_are_ahead_and_in_order() -> None:
    dated = [event("E3", "06-30", "06-01", "C"), event("E1", "06-12", "06-01", "A")]
    past = [event("E2", "06-09", "06-01", "B"), event("E4", "06-20", "06-10", "D")]
    found = rows(world("06-09", calendar=[*dated, *past]))
    assert [row[1] for row in found] == ["A.", "C."]
    assert [row[0] for row in found] == ["12 June Thu", "30 June Mon"]


def test_an_event_that_is_superseded_disappears_on_the_day_that_is_known() -> None:
    row = event("E", "06-30", "06-01", "Deadline", superseded_on=day("06-12"))
    assert len(rows(world("06-11", calendar=[row]))) == 1
    assert rows(world("06-12", calendar=[row])) == []


@pytest.mark.parametrize(
    ("on", "event_id"), [("2025-04-09", "EV06"), ("2025-08-11", "EV16"), ("2025-11-07", "EV23")]
)
def test_superseded_events_of_the_dataset_are_absent(on: str, event_id: str) -> None:
    row = next(r for r in read(DATA, "calendar") if r["event_id"] == event_id)
    label = row["label"].replace("'", "’")
    shown = [said(cells[1].text) for cells in table(edition(on), "dates-ahead").rows]
    assert row["superseded_on"] <= on < row["date"]
    assert not [text for text in shown if text.startswith(label)]


def test_an_event_known_by_its_month_names_no_day() -> None:
    row = event("E", "2025-07-01", "06-01", "Data", date_precision="month")
    assert rows(world("06-09", calendar=[row]))[0][0] == "July 2025"


def test_a_meeting_without_a_calendar_row_is_ahead_too() -> None:
    found = rows(world("06-09", meetings=[meeting("M", "06-20", announced="06-05")]))
    assert found[0][:2] == ["20 June Fri", "M talks begin."]
    announced = event("E", "06-20", "06-05", "Talks begin", kind="meeting", meeting_id="M")
    both = world("06-09", meetings=[meeting("M", "06-20", announced="06-05")], calendar=[announced])
    assert [row[1] for row in rows(both)] == ["Talks begin."]


def test_a_release_that_nobody_announced_is_marked_about() -> None:
    known = [value("cpi_yoy_pct", "2025-05", "-0.1", "06-09")]
    (row,) = rows(world("06-10", observations=known))
    assert row[0].startswith("About 9 July")
    assert "June" in row[1]
    assert "−0.1%" in row[2]


def test_an_announced_release_is_not_repeated_as_an_expected_one() -> None:
    spec = table(edition("2025-06-09"), "dates-ahead")
    assert row_of(spec, "20 June")[1].startswith("Detailed customs data for May")
    assert not [row for row in spec.rows if said(row[0].text).startswith("About 20 June")]


def test_a_day_that_nobody_announced_says_about_or_by() -> None:
    labels = [row["label"] for row in (*read(DATA, "calendar"), *read(DATA, "meetings"))]
    labels += [row["provisional_label"] for row in read(DATA, "meetings")]
    announced = tuple(label.replace("'", "’") for label in labels if label)
    for on in MONDAYS:
        for row in table(edition(on), "dates-ahead").rows:
            expected = said(row[0].text).startswith(("About ", "By "))
            known = said(row[1].text).startswith(announced)
            assert expected != known, (on, said(row[1].text))


def test_the_months_of_january_and_february_come_out_together() -> None:
    shown = table(edition("2025-02-17"), "dates-ahead").rows
    march = [said(r[1].text) for r in shown if said(r[0].text).startswith("About 9 March")]
    assert [t for t in march if "trade" in t and "January and February" in t]
    assert not [t for t in march if "prices" in t and "January" in t]


def test_a_run_below_zero_is_the_mark_to_beat() -> None:
    shown = [said(r[2].text) for r in table(edition("2025-06-09"), "dates-ahead").rows]
    assert any("−0.1%" in text and "fifth month in a row" in text for text in shown)


def test_the_end_of_a_truce_is_read_against_the_points_it_holds_down() -> None:
    row = row_of(table(edition("2025-06-09"), "dates-ahead"), "12 August")
    assert "24" in row[2]

    def weaker(tariff: Any) -> Any:
        return replace(tariff, suspended_pct_points=tariff.suspended_pct_points and Decimal(11))

    shown = rows(altered("2025-06-09", "tariffs", weaker))
    assert "11" in next(row for row in shown if row[0].startswith("12 August"))[2]


def test_the_text_of_an_editor_replaces_that_of_the_rule() -> None:
    calendar = [event("EV1", "06-20", "06-01", "One"), event("EV2", "06-21", "06-01", "Two")]
    voice = Voice(watch={"EV1": ("A rise above ", FactSpan("x.latest", "6,000 t"))})
    one, two = rows(world("06-09", calendar=calendar), voice)
    assert one[2] == "A rise above 6,000 t"
    assert two == rows(world("06-09", calendar=calendar))[1]


def test_the_headline_names_what_comes_next() -> None:
    found = said(section(edition("2025-06-09"), "watch").headline)
    assert "detailed customs data for May" in found
    assert "20 June" in found


def test_nothing_ahead_is_said_plainly() -> None:
    now, book = situation(world("06-09"))
    assert said(watch(now, book, SILENT).headline) != ""


def test_no_more_rows_than_a_reader_can_use() -> None:
    calendar = [event(f"E{n}", f"06-{n}", "06-01", f"Event {n}") for n in range(10, 30)]
    assert len(rows(world("06-09", calendar=calendar))) == 8


def test_a_date_that_a_summit_agreed_to_drop_does_not_lead() -> None:
    """Busan agreed on 30 October to suspend what was due; the table says so, the headline waits."""
    after = section(edition("2025-10-30"), "watch")
    assert "1 November" not in said(after.headline)
    assert [row for row in strings(after) if "unless suspended as agreed" in row]
    before = section(edition("2025-10-29"), "watch")
    assert said(before.headline).startswith("Next: ")
