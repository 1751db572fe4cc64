"""The edition of 9 June 2025 is published, verified, built again and found by its PDF."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from reports.archive.manifest import Revision
from reports.archive.store import FolderStore
from reports.delivery.composing import Addressee, compose
from reports.delivery.letters import read_letter
from tests.conftest import LONDON, Build, run_reports
from tests.delivery.letters import NOW, SENDER

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
    assert {"email/body.html", "email/body.txt"} < {*names}
    assert sum(name.startswith("charts/") for name in names) > 4
    assert (folder / london.pdf.name).read_bytes() == london.pdf.read_bytes()
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True
    )
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["versions"]["pango"] != "unknown"
    letter = read_letter(FolderStore(output / "archive"), Revision(date(2025, 6, 9), 1))
    assert len(letter.images) == 2
    message = compose(letter, Addressee("li@example.net", "李明"), SENDER, NOW)
    read = message_from_bytes(message.content, policy=default)
    assert not [part.defects for part in read.walk() if part.defects]
    assert read["Subject"] == "London talks open with rare earths at the centre"
    (pdf,) = read.iter_attachments()
    assert pdf.get_content() == london.pdf.read_bytes()
    again = run_reports("publish", "--as-of", LONDON, *words, environment=WHEN)
    assert again.json["status"] == "unchanged"
    rebuilt = run_reports("verify", LONDON, "--rebuild", *words)
    assert rebuilt.status == 0, rebuilt.err
    assert rebuilt.json["rebuilt"] == [f"{LONDON}/r1"]
    found = run_reports("verify", london.pdf, *words)
    assert found.json["files"][0]["revision"] == 1
