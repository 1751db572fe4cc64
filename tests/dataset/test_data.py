"""What the shipped data promise beyond their schema."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from statistics import median

import pytest

from reports.dataset.cut import LATER
from reports.dataset.parsing import KNOWN_ON
from reports.dataset.schema import TABLES
from tests.dataset.packages import DATA, read, shipped

DESCRIPTOR = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
GUIDE = DATA.parent / "docs" / "data-package.md"
RESOURCES = {resource["name"]: resource for resource in DESCRIPTOR["resources"]}
LABELLED = ("meetings", "tariffs", "controls", "calendar", "impacts")
PROMPT_DAYS = 12
"""A first row further from the usual day was read from a later page, not from the release."""
PROPER_NAMES = re.compile(r"No\. \d+|Section 301|H20\b|H200\b")


def test_importing_the_package_does_not_import_pandas() -> None:
    code = "import sys, reports.dataset; sys.exit('pandas' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=DATA.parent, check=False).returncode == 0
    )


def test_every_table_is_described() -> None:
    assert set(RESOURCES) == set(TABLES)
    for member in ("title", "description", "licenses", "sources", "contributors", "version"):
        assert DESCRIPTOR[member]
    for resource in RESOURCES.values():
        assert resource["description"]
        for field in resource["schema"]["fields"]:
            assert field["description"].endswith("."), (resource["name"], field["name"])


@pytest.mark.parametrize("table", TABLES)
def test_a_file_is_plain_and_sorted_by_its_key(table: str) -> None:
    content = (DATA / f"{table}.csv").read_bytes()
    assert content.endswith(b"\n")
    assert b"\r" not in content
    schema = RESOURCES[table]["schema"]
    rows = read(DATA, table)
    assert list(rows[0]) == [field["name"] for field in schema["fields"]]
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    if table == "series":
        keys = [(key[0],) for key in keys]
    assert keys == sorted(keys)


def test_every_source_is_cited() -> None:
    cited = {
        row[name]
        for table in TABLES
        if table != "sources"
        for row in read(DATA, table)
        for name in row
        if name.endswith("source_id")
    }
    assert cited - {""} == {row["source_id"] for row in read(DATA, "sources")}


@pytest.mark.parametrize("table", LABELLED)
def test_a_label_has_no_number_that_is_not_of_its_row(table: str) -> None:
    for row in read(DATA, table):
        bare = PROPER_NAMES.sub("", re.sub(r"\{\w+\}", "", row["label"]))
        assert not re.search(r"\d", bare), row["label"]
        assert not row["label"].endswith((".", " "))


def test_a_series_that_may_be_compared_with_another_may_be_compared_back() -> None:
    catalogue = {info.series_id: info for info in shipped().as_of(date.max).catalogue}
    for info in catalogue.values():
        for other in info.comparable_with:
            assert info.series_id in catalogue[other].comparable_with
        if info.parent_series:
            assert catalogue[info.parent_series].unit == info.unit


def test_all_rare_earths_and_rare_earth_products_are_never_compared() -> None:
    catalogue = {info.series_id: info for info in shipped().as_of(date.max).catalogue}
    for name in ("rare_earth_exports_t", "rare_earth_products_exports_t"):
        assert catalogue[name].comparable_with == ()


def test_release_patterns_agree_with_the_releases() -> None:
    """The usual day is within a day of the median; the latest bounds all prompt releases."""
    view = shipped().as_of(date.max)
    fed = {feed.series_id for feed in view.rows("feeds")}
    for info in view.catalogue:
        if info.series_id in fed and not view.observations(info.series_id):
            assert info.coverage == "sparse"  # Nothing fetched yet, so nothing can be overdue.
            continue
        lags = []
        for row in view.observations(info.series_id):
            first = view.vintages(info.series_id, row.period)[0]
            lag = (first.published - info.release_day(row.period)).days
            if abs(lag) > PROMPT_DAYS or first.status == "derived":
                continue
            lags.append(lag)
            assert first.published <= info.release_deadline(row.period), first.ref
        assert lags, info.series_id
        if info.coverage == "complete":
            assert abs(median(lags)) <= 1, info.series_id


def test_the_guide_names_every_table_and_every_day_on_which_something_is_learnt() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for table in TABLES:
        (line,) = [line for line in guide.splitlines() if line.startswith(f"| `{table}` |")]
        days = {KNOWN_ON.get(table)} - {None}
        days |= {name for name in LATER if name in read(DATA, table)[0]}
        assert all(f"`{day}`" in line for day in days) or table == "known_conflicts", table


def test_the_example_of_the_guide_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = GUIDE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(DATA.parent)
    exec(compile(code, str(GUIDE), "exec"), {})  # noqa: S102 - the code of our own guide
    assert capsys.readouterr().out.startswith("5864.60 2025-06-09 ")
