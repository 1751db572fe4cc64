"""`reports trace`: from a printed number back to its rows, sources and earlier editions."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import LONDON, ROOT, Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
CHANGE = "rare_earth_exports_t.change_on_month"


def test_a_key_leads_to_value_formula_rows_and_sources(reports: Reports) -> None:
    said = reports("trace", LONDON, CHANGE)
    assert (said.status, said.err) == (0, "")
    for part in (
        "22.56729643872262163517806390 %",
        "5,864.6 ÷ 4,784.8 − 1",
        "rare_earth_exports_t 2025-05, known since 2025-06-09",
        "https://www.globaltimes.cn/page/202506/1335771.shtml",
        "[rare_earth_exports_t.2025-04]",
        "derived",
    ):
        assert part in said.out


def test_each_row_is_where_the_trace_says(reports: Reports) -> None:
    (fact,) = reports("trace", LONDON, CHANGE, "--json").json["facts"]
    assert len(fact["rows"]) == 2
    values = []
    for row in fact["rows"]:
        line = Path(row["file"]).read_text("utf-8").splitlines()[row["line"] - 1]
        cells = next(csv.reader([line]))
        assert " ".join(cells[:2]) == row["key"]
        values.append(Decimal(cells[2]))
    assert values == [Decimal(item["value"]) for item in fact["inputs"]]
    assert Decimal(fact["value"]) == (values[0] / values[1] - 1) * 100


@pytest.mark.parametrize("text", ["23%", "23% more", "+23%"])
def test_a_printed_text_finds_its_facts(reports: Reports, text: str) -> None:
    found = reports("trace", LONDON, text, "--json").json["facts"]
    assert CHANGE in {fact["key"] for fact in found}
    assert all(any("23%" in printed for printed in fact["printed"]) for fact in found)


def test_a_minus_may_be_typed_as_a_hyphen(reports: Reports) -> None:
    found = reports("trace", LONDON, "-0.1%", "--json").json["facts"]
    assert "cpi_yoy_pct.latest" in {fact["key"] for fact in found}


def test_it_tells_how_the_fact_stood_in_earlier_editions(reports: Reports) -> None:
    (fact,) = reports("trace", LONDON, CHANGE, "--weeks", "5", "--json").json["facts"]
    stood = {item["as_of"]: item["fact"] and item["fact"]["period"] for item in fact["earlier"]}
    assert list(stood) == ["2025-06-02", "2025-05-26", "2025-05-19", "2025-05-12", "2025-05-05"]
    assert stood["2025-06-02"] == "April 2025 on March 2025"
    assert stood["2025-05-05"] == "March 2025 on February 2025"


def test_what_was_not_known_is_not_zero(reports: Reports) -> None:
    said = reports("trace", "2025-02-10", "duties_us.latest", "--weeks", "2")
    assert "2025-01-27  not known or not followed" in said.out


def test_of_a_gridline_no_history_is_made_up(reports: Reports) -> None:
    (fact,) = reports("trace", LONDON, "axis.unemployment.5", "--json").json["facts"]
    assert fact["earlier"] == []


def test_a_fact_that_the_edition_does_not_print_can_be_traced(reports: Reports) -> None:
    said = reports("trace", LONDON, "core_cpi_yoy_pct.latest", "--weeks", "0")
    assert "not in this edition" in said.out
    assert "data/observations.csv:" in said.out.replace(str(ROOT), "")


def test_an_unknown_key_is_one_line_with_the_nearest_keys(reports: Reports) -> None:
    said = reports("trace", LONDON, "rare_earth_exports_t.lastest")
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "did you mean rare_earth_exports_t.latest" in said.err
    as_json = reports("trace", LONDON, "no such thing", "--json")
    assert as_json.json["status"] == "failed"


@pytest.mark.parametrize("wanted", ["", " ", "%", "\x00", "a" * 5000, "((", "23% \ue000"])
def test_odd_texts_are_refused_in_one_line(reports: Reports, wanted: str) -> None:
    said = reports("trace", LONDON, wanted)
    assert said.status == 2
    assert said.err.count("\n") == 1
    assert len(said.err) < 600


def test_an_editor_with_a_faulty_file_still_finds_keys(reports: Reports, data: Path) -> None:
    (data / "editorial" / f"{LONDON}.md").write_text(
        '+++\nauthor = "Ann"\n+++\n\n## exports\nThe rise of 23% will not last.\n', "utf-8"
    )
    assert reports("check", "--data", data).status == 3
    found = reports("trace", LONDON, "23%", "--data", data, "--json").json["facts"]
    assert CHANGE in {fact["key"] for fact in found}
