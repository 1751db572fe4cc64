"""`reports data status` as a desk uses it, and `reports check` with its warnings."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.dataset import standard
from tests.conftest import LONDON, Said, run_reports
from tests.dataset.packages import edit, read, write

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1749427200")  # 9 June 2025
    monkeypatch.setenv("REPORTS_OUTPUT", str(tmp_path))


def test_every_series_is_listed_with_its_figures(
    reports: Reports, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = reports("data", "status", "--data", data)
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    at = next(
        n for n, line in enumerate(lines) if line.startswith("Rare-earth exports, all products  ")
    )
    assert "rare_earth_exports_t  Global Times https://" in lines[at]
    assert re.split(r"\s{2,}|\s(?=2025)|\s(?=~)", lines[at + 1].strip())[:4] == [
        "May", "2025", "5,864.60 t", "2025-06-09",
    ]  # fmt: skip
    assert "~2025-07-09" in lines[at + 1]
    listed = sum(f"  {row['series_id']}" in said.out for row in read(data, "series"))
    assert listed == len(read(data, "series"))
    assert lines[-1].startswith(f"{listed} series on {LONDON}, 0 overdue")


@pytest.mark.parametrize(("columns", "longest"), [("40", 80), ("80", 80), ("100", 100)])
def test_the_table_fits_the_terminal(
    reports: Reports, monkeypatch: pytest.MonkeyPatch, columns: str, longest: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for day in (LONDON, "today", "2025-12-31"):
        said = reports("data", "status", "--as-of", day)
        assert max(map(len, said.out.splitlines())) <= longest


def test_a_wide_terminal_shows_more(reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    said = reports("data", "status", "magnet_exports_t")
    assert "…" not in said.out
    assert "https://" in said.out


def test_some_series_are_told_to_a_machine(reports: Reports) -> None:
    said = reports("data", "status", "magnet_exports_t", "pmi_mfg", "--as-of", LONDON, "--json")
    assert said.json["as_of"] == LONDON
    assert said.json["newest_day"] == "2025-12-31"
    assert [each["series_id"] for each in said.json["series"]] == ["pmi_mfg", "magnet_exports_t"]
    magnets = said.json["series"][1]
    assert magnets["latest"]["period"] == "2025-04"
    assert magnets["latest"]["value"] == "2627"
    assert magnets["latest"]["published"] == "2025-05-24"
    assert magnets["latest"]["source"]["url"].startswith("https://")
    assert magnets["next"] == {
        "period": "2025-05",
        "day": "2025-06-20",
        "deadline": "2025-06-24",
        "announced": True,
        "month_only": False,
    }
    assert (magnets["overdue"], magnets["days_overdue"]) == (False, 0)
    assert "2024-03" in magnets["gaps"]


def test_what_is_overdue_is_listed_and_is_no_failure(reports: Reports) -> None:
    said = reports("data", "status", "--as-of", "2026-01-20", "--overdue", "--json")
    assert said.status == 0
    late = {each["series_id"]: each["days_overdue"] for each in said.json["series"]}
    assert late["cpi_yoy_pct"] == 5
    assert "magnet_exports_t" not in late
    said = reports("data", "status", "--as-of", "2026-01-20", "--overdue")
    assert f"{len(late)} series on 2026-01-20, {len(late)} overdue" in said.out
    none = reports("data", "status", "--overdue", "--as-of", LONDON)
    assert none.out.startswith(f"0 series on {LONDON}, 0 overdue")


def test_an_unknown_series_is_one_line_with_what_was_meant(reports: Reports) -> None:
    said = reports("data", "status", "rare_earth_export")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("Error: there is no series 'rare_earth_export' (hint: such as ")
    assert "rare_earth_exports_t" in said.err


def test_the_group_by_itself_is_one_line(reports: Reports) -> None:
    said = reports("data")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("Error: Missing command.")


def test_a_wrong_dataset_has_no_status(reports: Reports, data: Path) -> None:
    edit(data, "observations", 40, value="x")
    said = reports("data", "status", "--data", data, "--json")
    assert said.status == 3
    assert said.json["problems"][0]["line"] == 40


def test_warnings_fail_a_strict_check_only(
    reports: Reports, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standard, "check_standard", lambda folder: ())
    listed = read(data, "known_conflicts")
    write(data, "known_conflicts", [row for row in listed if row["basis"] != "gap"])
    said = reports("check", "--data", data)
    assert said.status == 0
    assert said.out.startswith("warning: observations.csv:")
    strict = reports("check", "--data", data, "--strict", "--json")
    assert strict.status == 1
    (problem,) = strict.json["problems"]
    assert (problem["severity"], problem["column"]) == ("warning", "period")
    assert strict.err.startswith("Error: the dataset in ")
    assert "has 1 warning (hint: mend the rows" in strict.err
    assert reports("check", "--strict").status == 0


def test_what_only_the_standard_forbids_is_a_fault(reports: Reports, data: Path) -> None:
    path = data / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace('"name": "CC0-1.0"', '"name": 5'), "utf-8")
    said = reports("check", "--data", data, "--json")
    assert said.status == 3
    (problem,) = said.json["problems"]
    assert problem["file"] == "datapackage.json"
    assert problem["message"].startswith("is no valid Data Package: ")


@pytest.mark.slow
def test_no_warning_of_a_library_reaches_the_terminal(tmp_path: Path) -> None:
    """In a process of its own, where each warning is an error and the validator is imported."""
    copy = shutil.copytree(Path(__file__).parents[2] / "data", tmp_path / "data")
    edit(copy, "statements", 2, summary="Never checked before")
    said = run_reports("check", "--data", copy)
    assert (said.status, said.err) == (0, "")
    assert (tmp_path / ".validated.json").is_file()
