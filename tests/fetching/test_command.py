"""`reports data fetch` as a desk runs it, against servers of this machine."""

from __future__ import annotations

import csv
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.dataset import check_dataset, load_dataset
from tests.conftest import Said, run_reports
from tests.fetching import server as play
from tests.fetching import shapes
from tests.fetching.conftest import KEY
from tests.fetching.server import HTML, Reply, Server

pytestmark = pytest.mark.slow

NOW = "1753920000"  # 31 July 2025
SERIES = (
    "cpi_yoy_pct",
    "hs850511_exports_us_t",
    "us_imports_from_china_usd_m",
    "us_unemployment_pct",
)
Run = Callable[..., Said]


@pytest.fixture
def ready(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Let every provider be a server that has something new."""
    for name in ("COMTRADE", "FRED", "IMF", "OECD"):
        monkeypatch.setenv(f"REPORTS_FETCH_{name}", server.address)
    monkeypatch.setenv("COMTRADE_API_KEY", KEY)
    monkeypatch.setenv("FRED_API_KEY", KEY)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)
    server.say("/C/M/HS", shapes.comtrade(shapes.comtrade_record()))
    server.say(
        "/fred/", shapes.fred(("2025-04", "2025-06-05", "25"), ("2025-04", "2025-07-03", "26"))
    )
    server.say("IMF.STA", shapes.imf(("2025-M05", "-0.1"), ("2025-M06", "0.7")))
    server.say("OECD", shapes.oecd(("2025-05", "4.2")))
    return server


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_summary_says_what_is_new(ready: Server, reports: Run) -> None:
    said = reports("data", "fetch", *SERIES, "--dry-run")
    assert said.status == 0, said.err
    assert said.out.splitlines()[:4] == [
        "comtrade: 1 series, 1 value: 1 new, 0 known",
        "fred: 1 series, 2 values: 2 new, 0 known",
        "imf: 1 series, 2 values: 1 new, 1 known",
        "oecd: 1 series, 1 value: 1 new, 0 known",
    ]


def test_queries_arrive_as_they_are_written(ready: Server, reports: Run) -> None:
    reports("data", "fetch", *SERIES, "--dry-run")
    flow = "OECD.SDD.TPS,DSD_LFS@DF_IALFS_UNE_M,1.0/USA.UNE_LF_M.PT_LF_SUB._Z.Y._T.Y_GE15._Z.M"
    paths = [asked.path for asked in ready.asked]
    assert f"/data/{flow}" in paths
    assert "/data/IMF.STA,CPI/CHN.CPI._T.YOY_PCH_PA_PT.M" in paths
    assert "/data/v1/get/C/M/HS" in paths
    assert "/fred/series/observations" in paths


def test_fetched_rows_fit_the_dataset(
    ready: Server, reports: Run, data: Path, tmp_path: Path
) -> None:
    said = reports("data", "fetch", *SERIES, "--output", tmp_path / "new.csv", "--data", data)
    assert said.status == 0, said.err
    assert said.out.splitlines()[-2:] == [
        str(tmp_path / "new.csv"),
        str(tmp_path / "new-sources.csv"),
    ]
    for table, new in (("observations", "new.csv"), ("sources", "new-sources.csv")):
        lines = (data / f"{table}.csv").read_text("utf-8").splitlines()
        added = (tmp_path / new).read_text("utf-8").splitlines()
        assert added[0] == lines[0]
        text = "\n".join([*lines, *added[1:]]) + "\n"
        (data / f"{table}.csv").write_text(text, encoding="utf-8")
    assert not [str(p) for p in check_dataset(data) if p.severity == "error"]
    view = load_dataset(data).as_of(load_dataset(data).newest_day)
    values = [str(row.value) for row in view.observations("us_imports_from_china_usd_m")]
    assert values == ["26"]
    # Fetched again, nothing of it is new.
    again = reports("data", "fetch", *SERIES, "--data", data, "--json", "--dry-run").json
    assert again["observations"] == again["sources"] == []


def test_what_is_new_is_added_to_the_dataset(ready: Server, reports: Run, data: Path) -> None:
    said = reports("data", "fetch", *SERIES, "--data", data, "--yes")
    assert said.status == 0, said.err
    assert re.search(r"^Wrote \d+ rows to observations\.csv, sources\.csv\.$", said.out, re.M)
    assert not [str(p) for p in check_dataset(data) if p.severity == "error"]
    view = load_dataset(data).as_of(load_dataset(data).newest_day)
    assert [str(row.value) for row in view.observations("us_imports_from_china_usd_m")] == ["26"]
    again = reports("data", "fetch", *SERIES, "--data", data, "--yes")
    assert "Wrote" not in again.out


def test_what_one_provider_gave_is_added_where_another_fails(
    ready: Server, reports: Run, data: Path
) -> None:
    ready.say("IMF.STA", Reply(b"<html>", HTML))
    said = reports("data", "fetch", *SERIES, "--data", data, "--yes", "--json")
    assert said.status == 1
    assert said.json["addition"]["status"] == "added"
    assert {row["table"] for row in said.json["addition"]["rows"]} == {"observations", "sources"}


def test_a_series_that_the_dataset_refuses_costs_itself_only(
    ready: Server, reports: Run, data: Path
) -> None:
    assert reports("data", "fetch", SERIES[1], "--data", data, "--yes").status == 0
    # The provider replaced its figure on the same day, which no vintage can hold.
    ready.say("/C/M/HS", shapes.comtrade(shapes.comtrade_record(netWgt=47123.5)))
    said = reports("data", "fetch", *SERIES, "--data", data, "--yes")
    assert said.status == 1
    assert "Failed: comtrade gives what is refused: value '47.1235' contradicts" in said.err
    assert "Wrote 8 rows to" in said.out
    assert SERIES[1] in (data / "observations.csv").read_text("utf-8")
    assert "47.1235" not in (data / "observations.csv").read_text("utf-8")
    again = reports("data", "fetch", *SERIES, "--data", data, "--yes", "--json")
    assert (again.status, again.json["addition"]["status"]) == (1, "unchanged")
    assert again.json["providers"][0]["status"] == "failed"
    assert again.json["observations"] == []


def test_nothing_is_written_unasked(ready: Server, reports: Run, data: Path) -> None:
    before = {path: path.read_bytes() for path in data.glob("*.csv")}
    assert reports("data", "fetch", *SERIES, "--data", data, "--dry-run").status == 0
    said = reports("data", "fetch", *SERIES, "--data", data)
    assert (said.status, "add --yes to write" in said.err) == (2, True)
    assert {path: path.read_bytes() for path in data.glob("*.csv")} == before


def test_an_empty_answer_is_no_failure(ready: Server, reports: Run, tmp_path: Path) -> None:
    ready.say("OECD", shapes.oecd())
    series = "us_unemployment_pct"
    said = reports("data", "fetch", series, "--output", tmp_path / "new.csv")
    assert said.status == 0
    assert said.out.splitlines()[0] == "oecd: 1 series, 0 values"
    assert rows_of(tmp_path / "new.csv") == rows_of(tmp_path / "new-sources.csv") == []


def test_one_that_fails_costs_itself_and_the_status(
    ready: Server, reports: Run, tmp_path: Path
) -> None:
    ready.say("IMF.STA", Reply(b"<html>", HTML))
    said = reports("data", "fetch", *SERIES, "--output", tmp_path / "new.csv")
    assert said.status == 1
    assert said.err == ("Failed: imf answers a web page instead of data (cpi_yoy_pct)\n")
    assert len(rows_of(tmp_path / "new.csv")) == 4


def test_a_program_reads_the_same(ready: Server, reports: Run) -> None:
    ready.say("OECD", Reply(status=404))
    said = reports("data", "fetch", *SERIES, "--json", "--dry-run")
    assert said.status == 1
    found = said.json
    assert found["status"] == "incomplete"
    assert found["providers"][-1] == {
        "provider": "oecd",
        "series": ["us_unemployment_pct"],
        "status": "failed",
        "reason": "has no such data (404)",
    }
    assert [row["series_id"] for row in found["observations"]] == [
        "cpi_yoy_pct",
        "hs850511_exports_us_t",
        *["us_imports_from_china_usd_m"] * 2,
    ]
    assert {row["source_id"] for row in found["observations"]} == {
        row["source_id"] for row in found["sources"]
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no_such"], "no provider is known for no_such"),
        (["--since", "May"], "'May' is no month"),
        (["--since", "2030-01"], "is no month up to now"),
        (["--timeout", "0"], "timeout"),
        (["--output", "data/observations.csv"], "lies in the dataset"),
        (["--output", "data/editorial/new.csv"], "lies in the dataset"),
        (["--output", "new.csv", "--yes"], "--output and --yes exclude each other"),
        (["--output", "new.csv", "--dry-run"], "--output and --dry-run exclude each other"),
        (["--output", "docs"], "names no file"),
        (["--output", ""], "names no file"),
    ],
)
def test_what_cannot_be_asked_ends_with_status_2(
    ready: Server, reports: Run, arguments: list[str], words: str
) -> None:
    said = reports("data", "fetch", *arguments)
    assert said.status == 2
    assert words in said.err
    assert not ready.asked


@pytest.mark.parametrize(
    "reply",
    [
        None,
        Reply(status=403, body=KEY.encode()),
        Reply(status=302, headers={"Location": f"http://elsewhere.example/{KEY}?api_key={KEY}"}),
        Reply(b"<html>" + KEY.encode(), HTML),
        Reply(b'{"error": "' + KEY.encode() + b'", "data": []}'),
        Reply(KEY.encode()),
        Reply(b"{}", KEY),
        Reply(misbehave=play.cut_off),
        Reply(b"x", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_no_key_is_ever_shown(
    ready: Server,
    reports: Run,
    reply: Reply | None,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    if reply:
        for part in list(ready.answers):
            ready.say(part, reply)
    output = ("--output", tmp_path / "new.csv")
    said = reports("data", "fetch", *SERIES, "--timeout", "2", *output, "--json")
    shown = said.out + said.err
    shown += caplog.text + "".join(path.read_text("utf-8") for path in tmp_path.glob("*.csv"))
    assert shown
    assert KEY not in shown
    assert {asked.query.get("api_key", KEY) for asked in ready.asked} == {KEY}  # It did go out.


def test_no_key_is_shown_on_a_terminal_either(ready: Server) -> None:
    ready.say("/fred/", Reply(status=400))
    said = run_reports("data", "fetch", *SERIES, "--dry-run")
    assert said.status == 1
    assert "fred refuses the question (400)" in said.err
    assert KEY not in said.out + said.err


def test_addresses_may_stand_in_the_settings(
    ready: Server, reports: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.delenv("REPORTS_FETCH_OECD")
    (tmp_path / "reports.toml").write_text(f"[fetch]\noecd = {json.dumps(ready.address)}\n")
    monkeypatch.chdir(tmp_path)
    said = reports("data", "fetch", "us_unemployment_pct", "--data", data, "--dry-run")
    assert said.status == 0, said.err
    (tmp_path / "reports.toml").write_text('[fetch]\noecd = "http://example.org"\n')
    said = reports("data", "fetch", "us_unemployment_pct", "--data", data)
    assert said.status == 2
    assert "https://" in said.err
