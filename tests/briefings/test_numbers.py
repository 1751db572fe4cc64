"""The table of numbers: every cell filled, every value the one that holds, nothing guessed."""

from __future__ import annotations

import re
from decimal import Decimal

from reports.analysis import grouped
from reports.briefings import build_edition
from reports.model import MONTHS, FactSpan, Period, TableSpec
from tests.briefings.editions import MONDAYS, edition, row_of, said, table
from tests.briefings.worlds import value, world
from tests.dataset.packages import shipped

MISSING = "[x]"
ORDER = [name[:3] for name in MONTHS]
MONTH = re.compile(rf"({'|'.join(ORDER)})( \d{{4}})?$")
JOINT = "j"


def numbers(day: str) -> TableSpec:
    return table(edition(day), "six-months")


def test_every_cell_says_something() -> None:
    for day in MONDAYS:
        for row in numbers(day).rows:
            for cell in row[:-1]:
                assert said(cell.text), day
            assert row[-1].spark, day


def test_the_columns_are_six_months_in_a_row_up_to_the_newest() -> None:
    for day in MONDAYS:
        heads = [c.label for c in numbers(day).columns if MONTH.match(c.label)]
        months = [MONTH.match(head) for head in heads]
        names = [match[1] for match in months if match]
        assert len(names) == 6, day
        start = ORDER.index(names[0])
        assert names == [ORDER[(start + n) % 12] for n in range(6)], day
        assert heads[0][-4:].isdigit(), day


def test_the_values_are_those_that_hold_on_the_day() -> None:
    for day in ("2025-02-24", "2025-06-09", "2025-10-20"):
        built = edition(day)
        view = shipped().as_of(built.id.as_of)
        spec = table(built, "six-months")
        titles = {info.short_title: info for info in view.catalogue}
        newest = max(view.observations("rare_earth_exports_t"), key=lambda o: o.period.index)
        assert spec.rows
        for row in spec.rows:
            info = titles[said(row[0].text)]
            for column, cell in zip(spec.columns[2:8], row[2:8], strict=True):
                found = view.observation(info.series_id, _period(column.label, newest.period))
                if found is not None:
                    assert said(cell.text) == grouped(found.value, info.decimals)
                else:
                    assert cell.mark == JOINT or said(cell.text) == MISSING


def _period(head: str, newest: Period) -> Period:
    """Return the month a head names: the last such month before half a year after the newest."""
    month = ORDER.index(head[:3]) + 1
    candidates = [Period(newest.year + n, month) for n in (-1, 0, 1)]
    return max((p for p in candidates if p.index <= newest.index + 3), key=lambda p: p.index)


def test_london_marks_an_estimate_a_joint_figure_and_what_is_missing() -> None:
    spec = numbers("2025-06-09")
    row = next(r for r in spec.rows if said(r[0].text) == "Rare-earth exports")
    assert [cell.mark for cell in row[2:8]] == ["", "e", "", "", "", ""]
    trade = next(r for r in spec.rows if said(r[0].text) == "Exports")
    assert [cell.mark for cell in trade[2:8]] == ["", "", JOINT, "", "", ""]
    assert said(trade[3].text) == MISSING
    assert row_of(spec, "Magnet exports")[2] == MISSING


def test_a_figure_of_two_months_stands_once_and_is_never_added_to_a_month() -> None:
    """January and February 2024 are one figure: it stands under February, with its mark."""
    spec = numbers("2024-04-15")
    row = next(r for r in spec.rows if said(r[0].text) == "Rare-earth exports")
    cells = {column.label[:3]: cell for column, cell in zip(spec.columns, row, strict=True)}
    assert said(cells["Feb"].text) == "8,774"
    assert cells["Feb"].mark == JOINT
    assert said(cells["Jan"].text) == MISSING
    assert said(cells["On "].text)
    assert "−" not in said(row[8].text).replace(MISSING, "") or MISSING in said(row[8].text)


def test_the_change_after_a_joint_figure_is_not_computed() -> None:
    """March 2024 has no month before it of its own length."""
    spec = numbers("2024-04-15")
    row = next(r for r in spec.rows if said(r[0].text) == "Rare-earth exports")
    assert said(row[8].text) == MISSING


def test_every_mark_is_explained_below_the_table() -> None:
    for day in MONDAYS:
        spec = numbers(day)
        key = said(spec.note)
        for mark in {cell.mark for row in spec.rows for cell in row if cell.mark}:
            assert re.search(rf"(^|; ){mark} = ", key), (day, mark)
        if any(MISSING in said(cell.text) for row in spec.rows for cell in row):
            assert "[x] = " in key


def test_changes_are_signed_in_their_unit_and_lead_to_a_fact() -> None:
    sign = re.compile(r"(about )?([+−]\d[\d,]*(\.\d)?|0\.0)(%| pp| points)?$")
    for day in MONDAYS:
        built = edition(day)
        facts = {fact.key: fact for fact in built.facts}
        for row in numbers(day).rows:
            for cell in row[8:10]:
                text = said(cell.text)
                assert text == MISSING or sign.match(text), (day, text)
                for span in cell.text:
                    if isinstance(span, FactSpan):
                        assert facts[span.key].formula
                        assert isinstance(facts[span.key].value, Decimal)
                unit = said(row[1].text)
                if text != MISSING and unit == "tonnes":
                    assert text.endswith("%")
                if text != MISSING and unit == "% on year":
                    assert text.endswith(" pp")


def test_where_every_figure_is_old_the_old_ones_stand_in_the_table() -> None:
    view = world("12-01", observations=[value("cpi_yoy_pct", "2025-02", "-0.7", "03-09")])
    spec = table(build_edition(view), "six-months")
    assert row_of(spec, "Consumer prices")[2:8] == [MISSING] * 5 + ["−0.7"]


def test_a_change_that_is_refused_is_explained_below_the_table() -> None:
    """March 2025 follows one figure for two months; the two months follow no such figure."""
    march = said(numbers("2025-04-14").note)
    assert "Not compared: Exports on month (January and February 2025 are one figure)." in march
    joint = said(numbers("2025-03-10").note)
    assert "Rare-earth exports and Exports on month (no figure covers November and" in joint
    assert "Not compared" not in said(numbers("2025-06-09").note)
