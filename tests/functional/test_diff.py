"""`reports diff`: what two days know otherwise, in a terminal, for machines, and as a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Said, run_reports
from tests.dataset.packages import read, write

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
MARCH = ("cpi_yoy_pct", "2025-03")
VOID = {"meta", "link", "br", "col"}


class Tags(HTMLParser):
    """The tags of a page in order, checked to be closed as they were opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_terminal_shows_old_and_new_by_kind(reports: Reports) -> None:
    said = reports("diff", "2025-07-11", "2025-07-18")
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0] == "What changed from 11 July 2025 to 18 July 2025"
    assert max(map(len, lines)) <= 80
    assert "    2,117 tonnes → 2,115 tonnes [2025-07-18]" in lines
    kinds = [line.partition(":")[0] for line in lines if re.match(r"[A-Z][a-z ]+: ", line)]
    assert kinds[:5] == [
        "Revised value",
        "Status changed",
        "New period",
        "Event learnt",
        "Same value",
    ]
    assert "  rare_earth_exports_t.latest" in lines
    assert "    5,864.6 tonnes (May 2025) → 7,742.2 tonnes (June 2025)" in lines
    assert any(line.startswith("  + ") for line in lines)
    assert any(line.startswith("  - ") for line in lines)
    assert not said.err


def test_a_day_beside_itself_has_nothing_to_tell(reports: Reports) -> None:
    said = reports("diff", "2025-06-09", "2025-06-09")
    assert said.out.splitlines()[-1] == "Nothing."


def test_json_tells_all_of_it(reports: Reports) -> None:
    found = reports("diff", "2025-07-11", "2025-07-18", "--json").json
    assert (found["status"], found["before"], found["now"]) == (
        "compared",
        "2025-07-11",
        "2025-07-18",
    )
    (change,) = [each for each in found["changes"] if each["kind"] == "revised value"]
    assert (change["old"], change["new"]) == ("2,117 tonnes", "2,115 tonnes")
    assert change["rows"] == [
        {
            "table": "observations",
            "key": "rare_earth_products_exports_t 2025-05",
            "vintage": "2025-07-18",
        }
    ]
    facts = {fact["key"]: fact for fact in found["facts"]}
    assert facts["rare_earth_exports_t.latest"]["new"]["value"] == "7742.2"
    assert found["sentences"]
    assert found["warnings"] == []


def test_a_correction_of_ours_is_named_with_what_was_wrong(reports: Reports, data: Path) -> None:
    rows = read(data, "observations")
    at = next(n for n, r in enumerate(rows) if (r["series_id"], r["period"]) == MARCH)
    right = rows[at] | {"published": "2025-06-05", "correction": "the wrong line was read"}
    rows[at : at + 1] = [rows[at] | {"value": "-0.9"}, right]
    write(data, "observations", rows)
    said = reports("diff", "2025-06-02", "2025-06-09", "--data", data)
    assert said.status == 0, said.err
    assert "Correction: an error of our own was mended\n  Consumer prices, March 2025\n" in said.out
    assert "−0.9% on year → −0.1% on year (the wrong line was read)" in said.out
    assert "Revised value" not in said.out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("2025-06-09", "2025-06-02"), 2, "2025-06-09 is later than 2025-06-02"),
        (("2025-06-09", "soon"), 2, "'soon' is no day such as 2025-06-09"),
        (("2025-06-09",), 2, "Missing argument"),
        (("1990-01-01", "2025-06-09"), 3, "no edition can be built as of 1990-01-01"),
        (("2025-06-02", "2025-06-09", "--data", "nowhere"), 2, "there is no data folder"),
    ],
)
def test_what_is_wrong_is_one_line(
    reports: Reports, arguments: tuple[str, ...], status: int, message: str
) -> None:
    for more in ((), ("--json",)):
        said = reports("diff", *arguments, *more)
        assert said.status == status
        assert message in said.err
        assert said.err.count("\n") == 1
        assert said.err.startswith("Error: ")


def test_a_wrong_dataset_is_status_3(reports: Reports, data: Path) -> None:
    (data / "tariffs.csv").unlink()
    said = reports("diff", "2025-06-02", "2025-06-09", "--data", data)
    assert said.status == 3
    assert said.err.count("\n") == 1


@pytest.fixture
def sheet(reports: Reports, fake: Any, tmp_path: Path) -> str:
    """Return a review sheet whose newer edition is said to have one warning."""
    fake("a label is clipped")
    place = tmp_path / "new" / "sheet.html"
    said = reports("diff", "2025-06-02", "2025-06-09", "--html", place)
    assert (said.status, said.out) == (0, f"{place}\n")
    assert [path.name for path in place.parent.iterdir()] == ["sheet.html"]
    return place.read_text("utf-8")


def test_the_sheet_is_one_page_that_asks_for_nothing(sheet: str) -> None:
    tags = Tags(sheet)
    assert not tags.open
    policy = next(a["content"] for t, a in tags.found if "http-equiv" in a)
    assert policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src 'none'" in policy
    for tag, attributes in tags.found:
        assert tag not in ("script", "img", "iframe", "object")
        for name in ("src", "href", "srcset"):
            address = attributes.get(name)
            assert address is None or address.startswith(("#", "data:,"))
    assert "url(http" not in sheet
    ids = [a["id"] for _, a in tags.found if "id" in a]
    assert len(ids) == len(set(ids))
    links = {a["href"] for t, a in tags.found if t == "a"}
    assert links <= {f"#{name}" for name in ids}


def test_the_sheet_shows_both_editions_and_every_warning(sheet: str) -> None:
    assert "<strong>Warning:</strong> a label is clipped" in sheet
    assert sheet.count("<del>") > 10
    assert sheet.count("<ins>") > 10
    assert "US halts chip-design software sales to China" in sheet
    assert "London talks open with rare earths at the centre" in sheet
    assert len(re.findall(r'<div class="chart" role="img" aria-label="[^"]+"', sheet)) > 8
    facts = sheet.partition('id="facts"')[2]
    assert "4,784.8\N{NO-BREAK SPACE}tonnes (April 2025)" in facts
    assert "5,864.6\N{NO-BREAK SPACE}tonnes (May 2025)" in facts


def test_equal_days_give_equal_sheets(reports: Reports, fake: Any, tmp_path: Path) -> None:
    fake()
    places = [tmp_path / name for name in ("one.html", "two.html")]
    for place in places:
        assert reports("diff", "2025-06-09", "2025-06-09", "--html", place).status == 0
    assert places[0].read_bytes() == places[1].read_bytes()
    assert "<del>" not in places[0].read_text("utf-8")


def test_a_sheet_that_cannot_be_written_leaves_nothing(
    reports: Reports, fake: Any, tmp_path: Path
) -> None:
    fake()
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "file" / "sheet.html", tmp_path / "folder"):
        said = reports("diff", "2025-06-02", "2025-06-09", "--html", place)
        assert said.status == 4
        assert said.err.startswith("Error: cannot write to ")
        assert "--output" not in said.err
        assert said.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert not list((tmp_path / "folder").iterdir())


@pytest.mark.slow
def test_the_sheet_of_a_real_build_has_the_warnings_of_its_pages(tmp_path: Path) -> None:
    place = tmp_path / "sheet.html"
    said = run_reports("diff", "2025-06-02", "2025-06-09", "--html", place, "--json")
    assert said.status == 0, said.err
    page = place.read_text("utf-8")
    assert all(warning in page for warning in said.json["warnings"])
    assert said.json["sheet"] == str(place)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="axe is not installed")
def test_the_sheet_is_accessible_and_fits_small_screens(
    browser: Any, sheet: str, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "sheet.html"
    path.write_text(sheet, "utf-8")
    for width in (320, 768, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
        page.goto(path.as_uri())
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, width
        found = Axe().run(page)
        assert not found.response["violations"], found.generate_report()
        page.close()


@pytest.mark.parametrize("name", ["series.csv", "editorial/2025-06-09.md", "new/sheet.html"])
def test_a_sheet_never_replaces_what_editions_are_made_from(
    reports: Reports, data: Path, name: str
) -> None:
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    place = data / name
    said = reports("diff", "2025-06-02", "2025-06-09", "--html", place, "--data", data)
    assert said.status == 2
    assert "which editions are made from" in said.err
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before
