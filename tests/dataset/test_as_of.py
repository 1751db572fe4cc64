"""No look-ahead: a view holds what was known by the end of its day and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.dataset import AsOfView, Meeting, load_dataset
from reports.dataset.rows import Located
from reports.dataset.view import view_of
from reports.model import Period
from tests.dataset.packages import read, shipped
from tests.dataset.truncated import truncate

TABLES = ("meetings", "tariffs", "tariff_levels", "controls", "statements", "calendar", "impacts")
LONDON = date(2025, 6, 9)
MAY_2023 = Period(2023, 5)

days = st.dates(date(2023, 1, 1), date(2027, 12, 31))


def at(text: str) -> AsOfView:
    return shipped().as_of(date.fromisoformat(text))


def without_lines(value: Any) -> Any:
    """Return a value with the line numbers in its references set to 0."""
    if isinstance(value, Located):
        return replace(value, line=0)
    if isinstance(value, tuple):
        return tuple(without_lines(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        items = {f.name: without_lines(getattr(value, f.name)) for f in fields(value)}
        return type(value), tuple(items.items())
    return value


def contents(view: AsOfView) -> dict[str, Any]:
    """Return all that a view shows."""
    shown: dict[str, Any] = {name: getattr(view, name) for name in TABLES}
    for info in view.catalogue:
        rows = view.observations(info.series_id)
        shown[info.series_id] = rows
        shown[f"{info.series_id} vintages"] = tuple(
            view.vintages(info.series_id, row.period) for row in rows
        )
    shown["stated"] = view.stated_changes
    shown["breaks"] = tuple(view.definitions(info.series_id) for info in view.catalogue)
    shown["delegates"] = tuple(view.delegates(m.meeting_id) for m in view.meetings)
    return shown


def dates_in(value: Any) -> Iterator[tuple[str, date]]:
    """Yield the dates of a row by column, in nested rows too."""
    if isinstance(value, tuple):
        for item in value:
            yield from dates_in(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            member = getattr(value, field.name)
            if isinstance(member, date):
                yield field.name, member
            else:
                yield from dates_in(member)


@pytest.mark.slow
@pytest.mark.parametrize(
    "day",
    ["2025-06-02", "2025-06-09", "2025-08-11", "2025-09-22", "2025-10-27", "2025-11-08"],
)
def test_the_view_is_that_of_a_dataset_that_ends_on_the_day(day: str, tmp_path: Path) -> None:
    ended = load_dataset(truncate(tmp_path, date.fromisoformat(day)))
    view, expected = at(day), ended.as_of(date.fromisoformat(day))
    got, wanted = contents(view), contents(expected)
    for name, rows in wanted.items():
        assert without_lines(got[name]) == without_lines(rows), name
    for row in read(tmp_path, "sources"):
        source_id = row["source_id"]
        assert without_lines(view.source(source_id)) == without_lines(expected.source(source_id))


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(days, days)
def test_a_view_cut_again_is_the_view_of_the_earlier_day(one: date, other: date) -> None:
    first, last = sorted((one, other))
    again = shipped().as_of(last).earlier(first)
    assert contents(again) == contents(shipped().as_of(first))
    assert again.day == first


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(days)
def test_nothing_in_a_view_became_known_after_its_day(day: date) -> None:
    ahead = {"date", "start", "end", "effective", "expires"}
    for name, rows in contents(shipped().as_of(day)).items():
        late = [(column, value) for column, value in dates_in(rows) if value > day]
        assert not [column for column, _ in late if column not in ahead], name
        if name not in TABLES:
            assert not late, name


@settings(deadline=None, max_examples=30)
@given(days, st.integers(0, 400))
def test_knowledge_only_grows(day: date, more: int) -> None:
    before, after = shipped().as_of(day), shipped().as_of(day + timedelta(days=more))
    for info in before.catalogue:
        periods = {row.period for row in before.observations(info.series_id)}
        assert periods <= {row.period for row in after.observations(info.series_id)}
        for period in periods:
            known = before.vintages(info.series_id, period)
            assert known == after.vintages(info.series_id, period)[: len(known)]
    for name in ("meetings", "tariffs", "controls", "statements", "calendar", "impacts"):
        assert {r.ref.key for r in getattr(before, name)} <= {
            r.ref.key for r in getattr(after, name)
        }


def test_the_cut_off_is_the_end_of_the_day() -> None:
    may = Period(2025, 5)
    assert at("2025-06-08").observation("rare_earth_exports_t", may) is None
    row = at("2025-06-09").observation("rare_earth_exports_t", may)
    assert row is not None
    assert row.value == Decimal("5864.60")
    assert str(row.value) == "5864.60"
    assert row.ref.vintage == LONDON


def test_a_view_refuses_to_look_ahead() -> None:
    with pytest.raises(ValueError, match="knows nothing of 2025-06-10"):
        at("2025-06-09").earlier(date(2025, 6, 10))


def test_the_newest_vintage_holds_and_a_new_print_is_no_revision() -> None:
    january = Period(2025, 1)
    assert at("2025-12-19").observation("magnet_exports_t", january) == _only(
        at("2025-12-19"), "magnet_exports_t", january
    )
    row = at("2025-12-20").observation("magnet_exports_t", january)
    assert row is not None
    assert (row.value, row.revised_from, row.conflict) == (Decimal(6357), None, ())
    assert len(at("2025-12-20").vintages("magnet_exports_t", january)) == 2


def _only(view: AsOfView, series_id: str, period: Period) -> Any:
    (row,) = view.vintages(series_id, period)
    return row


@pytest.mark.parametrize(("period", "value"), [((2023, 8), "4775"), ((2024, 6), "4829")])
def test_a_derived_value_that_is_later_reported_is_no_revision(
    period: tuple[int, int], value: str
) -> None:
    row = at("2025-12-31").observation("rare_earth_exports_t", Period(*period))
    assert row is not None
    assert (str(row.value), row.status, row.revised_from) == (value, "reported", None)


def test_a_restated_value_is_a_revision() -> None:
    row = at("2025-07-18").observation("rare_earth_products_exports_t", Period(2025, 5))
    assert row is not None
    assert row.revised_from is not None
    assert (row.value, row.revised_from.value) == (Decimal(2115), Decimal(2117))
    assert row.conflict == ()


def test_a_contradiction_is_shown_and_the_value_that_fits_the_totals_holds() -> None:
    before = at("2024-06-06").observation("rare_earth_exports_t", MAY_2023)
    assert before is not None
    assert (before.value, before.conflict) == (Decimal(4816), ())
    after = at("2024-06-07").observation("rare_earth_exports_t", MAY_2023)
    assert after is not None
    assert after.value == Decimal(4816)
    assert [row.value for row in after.conflict] == [Decimal(4576)]
    assert after.revised_from is None


def test_months_may_be_known_apart_and_together() -> None:
    rows = at("2025-12-31").observations("rare_earth_exports_t")
    periods = [str(row.period) for row in rows if row.period.year == 2025][:4]
    assert periods == ["2025-01", "2025-01/2025-02", "2025-02", "2025-03"]


def test_a_break_of_definition_is_known_from_its_day() -> None:
    series, period = "unemployment_16_24_pct", Period(2023, 12)
    assert at("2024-01-16").definitions(series) == ()
    (row,) = at("2024-01-17").definitions(series)
    assert (row.from_period, row.definition) == (period, "without students")
    view = at("2025-06-09")
    assert view.definition(series, period.previous()) is None
    assert view.definition(series, period) == view.definition(series, Period(2025, 5)) == row
    assert view.definitions("pmi_mfg") == ()


def test_a_stated_change_is_known_from_its_day() -> None:
    april = Period(2025, 4)
    assert at("2025-05-23").stated_change("magnet_exports_t", april, "month") is None
    stated = at("2025-05-24").stated_change("magnet_exports_t", april, "month")
    assert stated is not None
    assert (stated.change, stated.unit) == (Decimal(-51), "%")
    jobless = at("2024-03-20").stated_change("unemployment_16_24_pct", Period(2024, 2), "month")
    assert jobless is not None
    assert (jobless.change, jobless.unit) == (Decimal("0.7"), "pp")


def test_of_several_stated_changes_the_newest_then_the_most_precise_is_given() -> None:
    may = Period(2025, 5)
    rows = {str(r.change): r for r in at("2025-06-20").stated_changes if r.period == may}
    precise = replace(rows["-74.26"], source_id="a")
    rough = replace(rows["-74"], source_id="b")
    about = replace(precise, source_id="c", qualifier="about")
    old = replace(precise, source_id="d", published=date(2025, 6, 19))
    view = view_of({"stated_changes": (precise, rough, about, old)}, date(2025, 6, 20))
    assert view.stated_change("magnet_exports_t", may, "year") == precise
    assert view.stated_change("magnet_exports_t", may, "month") is None
    assert view.earlier(date(2025, 6, 19)).stated_change("magnet_exports_t", may, "year") == old


def meeting(day: str, meeting_id: str) -> Meeting | None:
    return next((m for m in at(day).meetings if m.meeting_id == meeting_id), None)


@pytest.mark.parametrize(
    ("day", "status", "end", "outcome"),
    [
        ("2025-06-06", "scheduled", 9, False),
        ("2025-06-09", "under way", 9, False),
        ("2025-06-10", "held", 10, False),
        ("2025-06-11", "held", 10, True),
    ],
)
def test_a_meeting_is_held_when_its_days_are_over(
    day: str, status: str, end: int, outcome: bool
) -> None:
    london = meeting(day, "M05")
    assert london is not None
    assert (london.status, london.end) == (status, date(2025, 6, end))
    later = (london.outcome, london.outcome_label, london.outcome_source_id, london.outcome_verb)
    assert all((value is not None) == outcome for value in later)


def test_a_meeting_counts_from_the_day_its_date_was_set_and_its_place_from_its_own() -> None:
    assert meeting("2025-10-24", "M12") is None
    apec = meeting("2025-10-25", "M12")
    assert apec is not None
    assert (apec.label, apec.city) == ("Trump–Xi meeting at APEC", None)
    assert apec.ref.vintage == date(2025, 10, 25)
    busan = meeting("2025-10-30", "M12")
    assert busan is not None
    assert (busan.label, busan.city) == ("Busan summit", "Busan")
    for row in contents(at("2025-10-29"))["meetings"]:
        assert "Busan" not in str(row)


def test_delegates_come_washington_first_heads_first_as_they_were_named() -> None:
    people = [(d.side, d.name) for d in at("2025-06-11").delegates("M05")]
    assert people == [
        ("US", "Scott Bessent"),
        ("US", "Howard Lutnick"),
        ("US", "Jamieson Greer"),
        ("CN", "He Lifeng"),
        ("CN", "Wang Wentao"),
        ("CN", "Li Chenggang"),
    ]
    assert len(at("2025-06-09").delegates("M05")) == 5


@pytest.mark.parametrize(
    ("day", "event_id", "state", "status"),
    [
        ("2025-04-08", "TU04", "ended", "superseded before taking effect"),
        ("2025-05-13", "TU10", "announced", None),
        ("2025-05-14", "TU10", "in force", None),
        ("2025-08-11", "TU10", "in force", "extended"),
        ("2025-08-12", "TU10", "ended", "extended"),
        ("2025-05-29", "TU11", "suspended", "stayed"),
        ("2025-11-09", "TU02", "in force", None),
        ("2025-11-10", "TU02", "in force", "reduced to 10%"),
        ("2025-12-31", "TU01", "in force", None),
        ("2025-10-31", "TU14", "announced", None),
        ("2025-11-01", "TU14", "ended", "not implemented"),
    ],
)
def test_the_state_of_a_tariff_follows_from_what_was_known(
    day: str, event_id: str, state: str, status: str | None
) -> None:
    row = next(t for t in at(day).tariffs if t.event_id == event_id)
    assert (row.state, row.status) == (state, status)


@pytest.mark.parametrize(
    ("day", "control_id", "state"),
    [
        ("2025-06-09", "KC04", "in force"),
        ("2025-11-06", "KC12", "announced"),
        ("2025-11-07", "KC12", "suspended"),
        ("2025-07-02", "KU05", "in force"),
        ("2025-07-03", "KU05", "ended"),
        ("2025-06-09", "KC09", "announced"),
    ],
)
def test_the_state_of_a_control_follows_from_what_was_known(
    day: str, control_id: str, state: str
) -> None:
    assert next(c for c in at(day).controls if c.control_id == control_id).state == state


@pytest.mark.parametrize(
    ("event_id", "superseded_on"),
    [
        ("EV05", "2025-04-08"),
        ("EV16", "2025-08-11"),
        ("EV22", "2025-11-01"),
        ("EV23", "2025-11-07"),
        ("EV26", "2025-11-07"),
    ],
)
def test_an_event_is_superseded_from_the_day_it_became_known(
    event_id: str, superseded_on: str
) -> None:
    day = date.fromisoformat(superseded_on)
    events = {e.event_id: e for e in shipped().as_of(day).calendar}
    before = {e.event_id: e for e in shipped().as_of(day - timedelta(days=1)).calendar}
    assert events[event_id].superseded
    assert not before[event_id].superseded
    assert before[event_id].superseded_source_id is None


def test_a_page_younger_than_the_view_shows_neither_title_nor_date() -> None:
    page = at("2025-08-12").source("ichongqing-2025-09-11-cpi")
    assert (page.title, page.published, page.later) == ("", None, True)
    assert page.publisher
    page = at("2025-09-11").source("ichongqing-2025-09-11-cpi")
    assert (page.published, page.later) == (date(2025, 9, 11), False)
    assert "August 2025" in page.title
    undated = at("2024-02-01").source("redcensor-2025-08-youth")
    assert (undated.title, undated.later) == ("", True)


def test_the_newest_day_is_the_last_on_which_something_was_learnt() -> None:
    learnt = shipped().learning_days
    assert shipped().newest_day == learnt[-1] == date(2025, 12, 31)
    assert list(learnt) == sorted(set(learnt))
    for text in ("2025-06-09", "2025-10-25", "2025-11-07", "2025-08-30"):
        assert date.fromisoformat(text) in learnt
    for day, before in zip(learnt[1::12], learnt[::12], strict=False):
        if (day - before).days > 1:
            assert contents(shipped().as_of(day)) != contents(shipped().as_of(before))


def test_the_catalogue_is_in_reading_order() -> None:
    catalogue = at("2025-06-09").catalogue
    assert [info.rank for info in catalogue] == list(range(1, 58))
    assert at("2025-06-09").series("cpi_yoy_pct") == catalogue[0]


@pytest.mark.parametrize(
    ("series_id", "period", "day", "deadline"),
    [
        ("cpi_yoy_pct", "2025-05", "2025-06-09", "2025-06-15"),
        ("pmi_mfg", "2025-06", "2025-06-30", "2025-07-01"),
        ("gdp_yoy_pct", "2025Q2", "2025-07-17", "2025-07-20"),
        ("rare_earth_exports_t", "2025-12", "2026-01-09", "2026-01-14"),
        ("unemployment_urban_pct", "2025-01", "2025-03-16", "2025-03-20"),
        ("exports_usd_yoy_pct", "2025-01/2025-02", "2025-03-09", "2025-03-14"),
    ],
)
def test_a_release_is_due_by_the_pattern_of_its_series(
    series_id: str, period: str, day: str, deadline: str
) -> None:
    info = at("2025-12-31").series(series_id)
    wanted = Period.parse(period)
    assert info.release_day(wanted).isoformat() == day
    assert info.release_deadline(wanted).isoformat() == deadline
