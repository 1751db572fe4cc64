"""About the data: how fresh, how firm, what was revised, what contradicts itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from reports.briefings import build_edition
from reports.briefings.about import about
from reports.model import Edition, Points, Section, Terms
from tests.briefings.editions import (
    LONDON,
    MONDAYS,
    edition,
    row_of,
    said,
    section,
    strings,
    table,
    words_of,
)
from tests.briefings.worlds import added, altered, situation, value
from tests.dataset.packages import shipped

MAY_2023 = "rare_earth_exports_t.2023-05"


def limits(part: Section) -> list[str]:
    (points,) = (block for block in part.blocks if isinstance(block, Points))
    return [said(item) for item in points.items]


def test_the_freshness_of_london() -> None:
    spec = table(edition(LONDON), "freshness")
    assert row_of(spec, "Rare-earth exports")[1] == "May 2025"
    assert row_of(spec, "Urban unemployment")[1] == "Apr 2025"
    assert row_of(spec, "Magnet exports")[1:3] == ["Apr 2025", "20 June"]


def test_a_release_that_is_late_shows_as_overdue() -> None:
    states = {on: row_of(table(edition(on), "freshness"), "Magnet exports") for on in MONDAYS}
    assert "Overdue" in states["2025-02-03"][3]
    assert states["2025-02-03"][1] == "Oct 2024"
    assert "Overdue" not in states[LONDON][3]
    late = row_of(table(edition("2026-03-02"), "freshness"), "Consumer prices")
    assert "Overdue" in late[3]


def test_a_release_is_overdue_from_the_day_after_its_latest_usual_day() -> None:
    """Consumer prices of May come out by 15 June; without them the next day says so."""

    def unknown(row: Any) -> Any:
        late = row.series_id == "cpi_yoy_pct" and str(row.period) == "2025-05"
        return None if late else row

    def state(on: str) -> str:
        built = build_edition(altered(on, "observations", unknown))
        return row_of(table(built, "freshness"), "Consumer prices")[3]

    assert "Overdue" not in state("2025-06-09")
    assert "Overdue" in state("2025-06-16")


def test_a_conflict_of_sources_is_shown_with_both_values() -> None:
    for on in MONDAYS:
        told = [text for text in limits(section(edition(on), "about")) if "conflict" in text]
        assert len(told) == 1, on
        assert "May 2023" in told[0]
        assert "4,816" in told[0]
        assert "4,576" in told[0]


def test_a_conflict_is_not_known_before_its_second_source() -> None:
    built = edition("2024-06-06")
    assert not [text for text in limits(section(built, "about")) if "conflict" in text]
    assert [text for text in limits(section(edition("2024-06-07"), "about")) if "conflict" in text]


def test_a_value_in_conflict_enters_no_computed_sentence() -> None:
    for on in MONDAYS:
        built = edition(on)
        used = [
            fact.key
            for fact in built.facts
            for row in fact.rows
            if row.key.endswith("2023-05") and "rare_earth_exports_t" in row.key
        ]
        assert set(used) <= {MAY_2023, f"{MAY_2023}.as_published_on_2024-06-07"}, on
        fact = next(fact for fact in built.facts if fact.key == MAY_2023)
        assert fact.status == "in conflict"
        others = [s for s in built.sections if s.key != "about"]
        assert not [s for s in strings(tuple(others)) if "4,816" in s or "4,576" in s], on


def test_the_rank_of_a_month_is_the_same_without_the_conflicting_value() -> None:
    """What is "the highest since" does not turn on a value that is not firm."""

    def firm(row: Any) -> Any:
        bad = (row.series_id, str(row.period), row.published) == (
            "rare_earth_exports_t",
            "2023-05",
            date(2024, 6, 7),
        )
        return None if bad else row

    cleaned = build_edition(altered(LONDON, "observations", firm))
    assert not [t for t in limits(section(cleaned, "about")) if "conflict" in t]
    assert section(cleaned, "exports").headline == section(edition(LONDON), "exports").headline
    assert "since May 2024" in words_of(cleaned.standfirst)


def test_no_revision_is_said_to_be_none() -> None:
    assert [
        t for t in limits(section(edition(LONDON), "about")) if "Revisions" in t and "none" in t
    ]


def test_a_change_on_a_value_in_conflict_is_not_computed() -> None:
    """May 2024 was the first month after May 2023 that could be held against it."""
    built = edition("2024-06-10")
    keys = {fact.key for fact in built.facts}
    assert "rare_earth_exports_t.change_on_month" in keys
    assert "rare_earth_exports_t.change_on_year" not in keys


def revised(on: str, series_id: str, number: str) -> Edition:
    """Return the edition of a day with another value for April, known since 6 June."""
    row = value(series_id, "2025-04", number, "06-06")
    return build_edition(added(on, observations=[row]))


def test_a_revision_shows_the_old_and_the_new_value_once() -> None:
    built = revised("2025-06-09", "cpi_yoy_pct", "-0.3")
    told = [text for text in limits(section(built, "about")) if "evision" in text]
    assert len(told) == 1
    assert "April 2025" in told[0]
    assert re.search(r"−0\.1 to −0\.3\b", told[0])
    after = limits(section(revised("2025-06-16", "cpi_yoy_pct", "-0.3"), "about"))
    assert [t for t in after if "Revisions" in t and "none" in t]


def test_another_precision_is_no_revision() -> None:
    told = limits(section(revised("2025-06-09", "rare_earth_exports_t", "4785"), "about"))
    assert [t for t in told if "Revisions" in t and "none" in t]


def test_a_revised_value_is_marked_in_the_numbers() -> None:
    spec = table(revised("2025-06-09", "cpi_yoy_pct", "-0.3"), "six-months")
    row = next(r for r in spec.rows if said(r[0].text) == "Consumer prices")
    assert [cell.mark for cell in row if said(cell.text) == "−0.3"] == ["r"]


def test_a_new_value_that_contradicts_the_totals_is_a_conflict_and_no_revision() -> None:
    built = revised("2025-06-09", "rare_earth_exports_t", "4500")
    told = limits(section(built, "about"))
    assert [t for t in told if "Revisions" in t and "none" in t]
    assert [t for t in told if "conflict" in t and "April 2025" in t and "4,500" in t]
    changes = [f for f in built.facts if f.key == "rare_earth_exports_t.change_on_month"]
    assert all(fact.status == "reported" for fact in changes)  # As its source states it, or none.
    newest = revised("2025-06-08", "rare_earth_exports_t", "4500")
    keys = {fact.key for fact in newest.facts}
    assert "rare_earth_exports_t.latest" in keys
    assert not {key for key in keys if key.startswith("rare_earth_exports_t.change")}


def test_a_derived_newest_value_says_so() -> None:
    def derived(row: Any) -> Any:
        fits = (row.series_id, str(row.period)) == ("rare_earth_exports_t", "2025-05")
        return replace(row, status="derived", derivation="a - b") if fits else row

    built = build_edition(altered(LONDON, "observations", derived))
    assert row_of(table(built, "freshness"), "Rare-earth exports")[3] == "Derived"


def test_the_terms_explain_what_is_counted() -> None:
    (terms,) = (b for b in section(edition(LONDON), "about").blocks if isinstance(b, Terms))
    text = {word: said(meaning) for word, meaning in terms.items}
    assert {"Rare earths", "Magnets"} <= set(text)
    assert all(len(meaning) > 40 for meaning in text.values())
    assert "not compared" in text["Magnets"]


def test_a_series_without_a_value_has_no_row() -> None:
    now, book = situation(shipped().as_of(date(2023, 3, 1)))
    shown = words_of(about(now, book, {"cpi_yoy_pct", "magnet_exports_t"}))
    assert "Magnet exports" not in shown
    assert "Consumer prices" in shown


def test_a_figure_whose_successor_is_overdue_is_called_old_in_the_sentence() -> None:
    """Magnets of October 2024 were the newest known until 20 May 2025."""
    told = re.compile(r"of magnets in October 2024 \(an old figure: November was due by 24 Dec")
    words = words_of(section(edition("2025-02-03"), "exports"))
    assert told.search(words)
    assert "old figure" not in words_of(edition(LONDON))


def test_a_figure_is_old_from_the_day_on_which_the_next_is_overdue() -> None:
    def unknown(row: Any) -> Any:
        late = row.series_id == "cpi_yoy_pct" and str(row.period) == "2025-05"
        return None if late else row

    def old(on: str) -> bool:
        words = words_of(build_edition(altered(on, "observations", unknown)))
        return "old figure: May was due by 15 June" in words

    assert not old("2025-06-15")
    assert old("2025-06-16")


def test_every_series_of_an_edition_states_its_newest_period_and_next_release() -> None:
    built = edition(LONDON)
    used = {fact.key.partition(".")[0] for fact in built.facts}
    titles = {
        i.short_title for i in shipped().as_of(built.id.as_of).catalogue if i.series_id in used
    }
    spec = table(built, "freshness")
    assert {said(row[0].text) for row in spec.rows} == titles
    assert all(said(cell.text) for row in spec.rows for cell in row)
