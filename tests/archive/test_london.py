"""The edition of 9 June 2025 is published, verified, built again and found by its PDF."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import LONDON, Build, run_reports

pytestmark = pytest.mark.slow
WHEN = {"SOURCE_DATE_EPOCH": "1750000000", "REPORTS_BY": "The Desk"}


def test_the_london_edition_is_published_and_proved(london: Build, tmp_path: Path) -> None:
    output = tmp_path / "output"
    shutil.copytree(london.folder.parent, output / "draft")
    words = ("--output", output, "--json")
    said = run_reports("publish", "--as-of", LONDON, *words, environment=WHEN)
    assert said.status == 0, said.err
    assert said.json["status"] == "published"
    folder = output / "archive" / LONDON / "r1"
    names = [file["name"] for file in said.json["files"]]
    assert {"rows/observations.csv", london.pdf.name} < {*names}
    assert sum(name.startswith("charts/") for name in names) > 4
    assert (folder / london.pdf.name).read_bytes() == london.pdf.read_bytes()
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True
    )
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["versions"]["pango"] != "unknown"
    again = run_reports("publish", "--as-of", LONDON, *words, environment=WHEN)
    assert again.json["status"] == "unchanged"
    rebuilt = run_reports("verify", LONDON, "--rebuild", *words)
    assert rebuilt.status == 0, rebuilt.err
    assert rebuilt.json["rebuilt"] == [f"{LONDON}/r1"]
    found = run_reports("verify", london.pdf, *words)
    assert found.json["files"][0]["revision"] == 1
