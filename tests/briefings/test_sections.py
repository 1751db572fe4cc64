"""The sections: one line without news, no filler with it, no exhibit without a finding."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reports.briefings import build_edition
from reports.model import (
    ColumnChart,
    Delegations,
    DumbbellChart,
    FactSpan,
    FactStrip,
    LineChart,
    Period,
    Prose,
    SegmentChart,
    StepChart,
    TimelineChart,
    plain,
)
from tests.briefings.editions import (
    LONDON,
    MONDAYS,
    edition,
    exhibits,
    row_of,
    said,
    section,
    table,
    words_of,
)
from tests.briefings.worlds import added, altered, day, truce
from tests.dataset.packages import shipped

NEWS_SECTIONS = ("talks", "tariffs", "economy", "exports")
PAIR = Period(2024, 1, 2)


def test_a_section_without_news_is_one_sentence_or_two_with_a_date() -> None:
    seen = set()
    for on in MONDAYS:
        for part in edition(on).sections:
            if part.one_line:
                (block,) = part.blocks
                assert isinstance(block, Prose), on
                (text,) = block.paragraphs
                assert not part.headline, on
                assert re.search(r"\d+ [A-Z][a-z]+", said(text)), said(text)
                assert len(said(text).split()) < 75, said(text)
                seen.add(part.key)
    assert seen == set(NEWS_SECTIONS)


def test_each_section_has_news_in_some_week() -> None:
    full = {part.key for on in MONDAYS for part in edition(on).sections if not part.one_line}
    assert full >= set(NEWS_SECTIONS)


def test_a_quiet_week_repeats_no_chart_of_the_week_before() -> None:
    for on in MONDAYS:
        built = edition(on)
        quiet = {part.key for part in built.sections if part.one_line}
        shown = {part.key for part in built.sections for b in part.blocks if hasattr(b, "chart")}
        assert not quiet & shown, on


def test_no_exhibit_without_a_finding() -> None:
    for on in MONDAYS:
        for exhibit in exhibits(edition(on)).values():
            title = said(exhibit.title)
            assert len(title.split()) >= 4, (on, title)
            assert plain(exhibit.title).rstrip(".") in exhibit.alt, (on, exhibit.key)
            assert exhibit.alt.split(":")[0].split(",")[0] != title
            assert len(exhibit.alt) < 250, (on, exhibit.alt)
            assert exhibit.subtitle
            assert exhibit.data.rows


def test_every_exhibit_names_its_source() -> None:
    for on in MONDAYS:
        for exhibit in exhibits(edition(on)).values():
            assert re.search(r"Sources?:", said(exhibit.source)), (on, exhibit.key)


def test_a_short_title_fits_its_slot() -> None:
    for on in MONDAYS:
        for exhibit in exhibits(edition(on)).values():
            most = {"full": 22, "half": 14, "third": 9}[exhibit.width]
            assert len(said(exhibit.title).split()) <= most, (on, said(exhibit.title))


# The talks


def test_the_talks_of_london() -> None:
    part = section(edition(LONDON), "talks")
    kinds = [type(block) for block in part.blocks]
    assert kinds.index(FactStrip) < kinds.index(Delegations)
    strip = next(b for b in part.blocks if isinstance(b, FactStrip))
    answers = {label: said(text) for label, text in strip.items}
    assert answers["Where and when"] == "London, 9 June"
    assert "Geneva" in answers["Round before"]
    cards = next(b for b in part.blocks if isinstance(b, Delegations))
    assert [side.party for side in cards.sides] == ["us", "cn"]


def test_the_end_of_a_round_under_way_is_not_known() -> None:
    words = words_of(section(edition(LONDON), "talks"))
    assert "9–10 June" not in words
    assert "9–10 June" in words_of(section(edition("2025-06-11"), "talks"))


def test_a_side_that_has_named_nobody_says_so() -> None:
    def nobody(row: Any) -> Any:
        return None if (row.meeting_id, row.side) == ("M05", "CN") else row

    built = build_edition(altered(LONDON, "delegates", nobody))
    cards = next(b for b in section(built, "talks").blocks if isinstance(b, Delegations))
    assert cards.sides[1].members == ()
    assert re.search(r"\b(nobody|[Nn]o names|not (yet )?named)\b", said(cards.sides[1].note))
    assert not cards.sides[0].note


def test_the_positions_give_both_capitals_in_the_same_order() -> None:
    spec = table(edition(LONDON), "positions")
    assert [column.label for column in spec.columns] == ["Issue", "Washington", "Beijing"]
    issue, washington, beijing = row_of(spec, "Rare earths")
    assert issue
    assert "Hassett" in washington
    assert "Ministry of Commerce" in beijing
    assert len(spec.rows) >= 3


def test_a_timeline_sets_what_is_scheduled_apart() -> None:
    chart = exhibits(edition(LONDON))["timeline"].chart
    assert isinstance(chart, TimelineChart)
    assert chart.today == day("06-09")
    days = [event.day for event in chart.events]
    assert days == sorted(days)
    assert chart.start <= days[0] <= days[-1] <= chart.end
    for event in chart.events:
        assert event.scheduled == (event.day > chart.today), event
    assert [event for event in chart.events if event.scheduled]
    near = [abs((event.day - chart.today).days) for event in chart.events]
    assert max(near) <= 80  # Of a whole year of events only the months around the day.
    assert all(band.start < band.end for band in chart.bands)


# Tariffs


def test_the_step_chart_follows_the_headline_levels() -> None:
    chart = exhibits(edition(LONDON))["tariff-steps"].chart
    assert isinstance(chart, StepChart)
    us, cn = chart.lines
    rates = {step.day.isoformat(): int(step.value) for step in us.steps}
    assert rates["2025-04-10"] == 145
    assert rates["2025-05-14"] == 30
    assert int(cn.steps[-1].value) == 10
    assert (us.outlook, cn.outlook) == (Decimal(54), Decimal(34))
    assert chart.deadline
    assert chart.deadline.day == day("08-12")
    assert "57" not in {str(step.value) for line in chart.lines for step in line.steps}


def test_the_outcomes_are_computed_from_rates_and_points() -> None:
    spec = table(edition(LONDON), "outcomes")
    assert row_of(spec, "Truce prolonged")[2:] == ["30%", "10%"]
    assert row_of(spec, "Truce lapses")[2:] == ["54%", "34%"]

    def points(row: Any) -> Any:
        return replace(row, suspended_pct_points=row.suspended_pct_points and Decimal(11))

    other = table(build_edition(altered(LONDON, "tariffs", points)), "outcomes")
    assert row_of(other, "Truce lapses")[2:] == ["41%", "21%"]


def test_the_outcomes_of_a_truce_ahead_are_those_of_its_own_rates() -> None:
    """On 12 May duties of 145% are in force; the truce of 14 May cuts them to 30%."""
    spec = table(edition("2025-05-12"), "outcomes")
    assert row_of(spec, "Truce prolonged")[2:] == ["30%", "10%"]
    words = words_of(section(edition("2025-05-12"), "tariffs"))
    assert "145%" in words


def test_without_a_truce_there_are_measures_and_no_outcomes() -> None:
    built = edition("2025-04-14")
    assert table(built, "measures").rows
    assert "if_truce_lapses" not in " ".join(fact.key for fact in built.facts)


def test_a_truce_that_has_lapsed_is_no_truce() -> None:
    ended = truce("TX", "2026-11-01", "2026-11-10", "2026-12-01")
    running = build_edition(added("2026-11-30", tariffs=[ended]))
    over = build_edition(added("2026-12-02", tariffs=[ended]))
    assert "Until the tariff truce ends" in [figure.label for figure in running.key_figures]
    assert "Until the tariff truce ends" not in [figure.label for figure in over.key_figures]


# The economy


def test_the_panels_are_three_lines_of_two_years_with_gaps_as_gaps() -> None:
    for key in ("consumer-prices", "factory-prices", "unemployment"):
        exhibit = exhibits(edition(LONDON))[key]
        chart = exhibit.chart
        assert isinstance(chart, LineChart)
        assert exhibit.width == "third"
        assert len(chart.points) == 24
        assert chart.points[-1].value is not None
        assert chart.label.endswith("%")
        negative = any(p.value is not None and p.value < 0 for p in chart.points)
        assert chart.zero_line == negative


def test_an_axis_that_does_not_start_at_zero_says_so() -> None:
    panels = exhibits(edition(LONDON))
    assert "Axis starts at" in said(panels["unemployment"].source)
    assert "Axis" not in said(panels["consumer-prices"].source)


@pytest.mark.parametrize(
    ("on", "months"), [("2025-05-19", "third"), (LONDON, "fourth"), ("2025-03-10", "first")]
)
def test_the_months_below_zero_are_counted_afresh(on: str, months: str) -> None:
    words = words_of(section(edition(on), "economy"))
    if months == "first":
        assert "Consumer prices fell" in words
        assert "second month in a row" not in words
    else:
        assert f"the {months} month in a row below zero" in words


# Rare earths and magnets


def test_monthly_exports_are_columns_with_a_joint_figure_as_one() -> None:
    chart = exhibits(edition(LONDON))["rare-earths-monthly"].chart
    assert isinstance(chart, ColumnChart)
    bars = {bar.period: bar for bar in chart.bars}
    assert bars[PAIR].value == Decimal(8774)
    assert Period(2024, 1) not in bars
    assert Period(2024, 2) not in bars
    assert bars[Period(2025, 1)].estimated
    assert [bar.role for bar in chart.bars].count("latest") == 1
    assert chart.bars[-1].role == "latest"
    assert {bar.role for bar in chart.bars if bar.period.year == 2024} == {"before"}
    labelled = {str(bar.period): bar.label for bar in chart.bars if bar.label}
    assert labelled == {"2024-05": "6,217", "2025-04": "4,784.8", "2025-05": "5,864.6"}


def test_two_months_in_one_are_never_added_to_a_month_of_them() -> None:
    for on in MONDAYS:
        for exhibit in exhibits(edition(on)).values():
            if isinstance(exhibit.chart, ColumnChart):
                covered = [
                    bar.period.index + offset
                    for bar in exhibit.chart.bars
                    for offset in range(bar.period.length)
                ]
                assert len(covered) == len(set(covered)), (on, exhibit.key)
                assert covered == list(range(covered[0], covered[-1] + 1)), (on, exhibit.key)


def test_the_year_to_date_adds_up_to_its_months() -> None:
    shown = 0
    for on in MONDAYS:
        exhibit = exhibits(edition(on)).get("year-to-date")
        if exhibit is None:
            continue
        shown += 1
        assert isinstance(exhibit.chart, SegmentChart)
        for row in exhibit.chart.rows:
            total = Decimal(row.total_label.split("\xa0")[0].replace(",", ""))
            months = sum((segment.value for segment in row.segments), Decimal(0))
            assert abs(months - total) <= len(row.segments), (on, row.label)
        before, now = exhibit.chart.rows
        assert (before.role, now.role) == ("before", "current")
        assert int(now.label) == int(before.label) + 1
    assert shown > 5


def test_months_of_magnets_that_are_not_known_stay_empty() -> None:
    chart = exhibits(edition(LONDON))["magnets-monthly"].chart
    assert isinstance(chart, ColumnChart)
    values = {str(bar.period): bar.value for bar in chart.bars}
    assert len(values) == 13
    assert values["2024-12"] is None
    assert values["2025-04"] == Decimal(2627)
    assert "Empty months" in said(exhibits(edition(LONDON))["magnets-monthly"].source)


def test_an_old_month_of_magnets_is_neither_chart_nor_news() -> None:
    for on in ("2025-03-10", "2025-04-14"):
        built = edition(on)
        assert "magnets-monthly" not in exhibits(built)
        figures = " ".join(figure.label for figure in built.key_figures)
        assert "magnet" not in figures


def test_destinations_are_published_figures_and_never_interpolated() -> None:
    shown = 0
    for on in MONDAYS:
        exhibit = exhibits(edition(on)).get("magnets-by-destination")
        if exhibit is None:
            continue
        shown += 1
        chart = exhibit.chart
        assert isinstance(chart, DumbbellChart)
        view = shipped().as_of(edition(on).id.as_of)
        known = {
            row.value
            for info in view.catalogue
            if info.parent_series == "magnet_exports_t"
            for row in view.observations(info.series_id)
        }
        assert sum(row.before is not None for row in chart.rows) >= 2, on
        for row in chart.rows:
            assert row.now in known, (on, row.label)
            assert row.before is None or row.before in known, (on, row.label)
            assert (row.change_label == "[x]") == (row.before is None), (on, row.label)
    assert shown > 3


def test_destinations_without_two_comparisons_are_no_exhibit() -> None:
    assert "magnets-by-destination" not in exhibits(edition(LONDON))


def test_the_licensing_rule_is_named_with_what_it_covers() -> None:
    words = words_of(section(edition(LONDON), "exports"))
    assert "Announcement No. 18" in words
    assert "seven rare earths" in words
    for on in MONDAYS:
        assert "one rare earths" not in words_of(section(edition(on), "exports")), on


def test_a_rule_is_not_named_before_it_is_announced() -> None:
    assert "No. 18" not in words_of(edition("2025-03-31"))
    assert "No. 18" in words_of(edition("2025-04-07"))


def test_a_change_that_only_its_source_states_says_so() -> None:
    words = words_of(section(edition(LONDON), "exports"))
    assert re.search(r"about 50%.*source states", words)
    fact = next(f for f in edition(LONDON).facts if f.key == "magnet_exports_t.change_on_month")
    assert fact.status == "reported"
    assert "stated" in fact.formula


def test_a_reported_effect_stands_with_its_place() -> None:
    words = words_of(section(edition(LONDON), "exports"))
    assert re.search(r"In Europe, several auto-parts plants", words)


def test_every_number_of_the_export_text_that_is_computed_is_a_fact() -> None:
    part = section(edition(LONDON), "exports")
    prose = [text for block in part.blocks if isinstance(block, Prose) for text in block.paragraphs]
    bare = " ".join(span for text in prose for span in text if isinstance(span, str))
    numbers = [span.text for text in prose for span in text if isinstance(span, FactSpan)]
    assert len(numbers) >= 8
    assert not re.search(r"\d[\d,.]* ?(tonnes|%)", bare)
