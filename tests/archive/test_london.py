"""The edition of 9 June 2025 is published, verified, built again and found by its PDF."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from reports.archive.manifest import Revision
from reports.archive.store import FolderStore
from reports.delivery.composing import Addressee, compose
from reports.delivery.letters import read_letter
from reports.verapdf import is_installed
from tests.conftest import LONDON, ROOT, Build, run_reports
from tests.dataset.packages import read, write
from tests.delivery.letters import NOW, SENDER

pytestmark = pytest.mark.slow
WHEN = {"SOURCE_DATE_EPOCH": "1750000000", "REPORTS_BY": "The Desk"}


@pytest.fixture(scope="module")
def output(london: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for output in whose archive the London edition is published."""
    output = tmp_path_factory.mktemp("london-archive") / "output"
    shutil.copytree(london.folder.parent, output / "draft")
    said = run_reports("publish", "--as-of", LONDON, "--output", output, "--json", environment=WHEN)
    assert said.status == 0, said.err
    assert said.json["status"] == "published"
    return output


def test_the_london_edition_is_published_and_proved(london: Build, output: Path) -> None:
    words = ("--output", output, "--json")
    folder = output / "archive" / LONDON / "r1"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    names = [file["name"] for file in manifest["files"]]
    assert {"rows/observations.csv", london.pdf.name} < {*names}
    assert {"email/body.html", "email/body.txt"} < {*names}
    assert sum(name.startswith("charts/") for name in names) > 4
    assert (folder / london.pdf.name).read_bytes() == london.pdf.read_bytes()
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True
    )
    assert manifest["versions"]["pango"] != "unknown"
    assert bool(manifest["validated"]) == is_installed()
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
    found = run_reports("verify", london.pdf, *words)
    assert found.json["files"][0]["revision"] == 1


def test_it_is_built_again_from_what_was_frozen_whatever_the_dataset_says_since(
    output: Path, data: Path
) -> None:
    rows = read(data, "observations")
    changed = next(row for row in rows if row["published"] == LONDON)
    gone = next(row for row in rows if row["published"] == "2025-05-09")
    old = f"{changed['series_id']} {changed['period']} of {LONDON}: value {changed['value']}"
    changed["value"] = "77"
    write(data, "observations", (row for row in rows if row is not gone))
    said = run_reports("verify", LONDON, "--rebuild", "--output", output, "--data", data)
    assert said.status == 0, said.err
    first, *notes = said.out.splitlines()[:-3]
    assert first == f"{LONDON}/r1: is built again, byte for byte"
    assert all(note.startswith(f"note: {LONDON}/r1: the dataset at hand has ") for note in notes)
    key = f"{gone['series_id']} {gone['period']} of 2025-05-09"
    assert {note.partition(" has ")[2] for note in notes} == {
        f"observations.csv: {old} → 77",
        f"observations.csv: {key}: is gone",
    }


def test_a_template_and_a_font_that_changed_since_are_named(output: Path, tmp_path: Path) -> None:
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    page = templates / "css" / "print.css"
    page.write_text(page.read_text("utf-8") + "\nh1 { padding-left: 1mm; }\n", "utf-8")
    fonts = templates / "fonts"
    shutil.copyfile(fonts / "Archivo-500.woff2", fonts / "Archivo-600.woff2")
    done = subprocess.run(
        [sys.executable, "-m", "reports", "verify", LONDON, "--rebuild", "--output", output],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 5
    names = (f"us-china-trade-briefing-{made_for}{LONDON}" for made_for in ("", "flash-"))
    differing = ", ".join(f"{name}.{form}" for name in names for form in ("html", "pdf"))
    pages, rebuilt = done.stdout.splitlines()
    # The pages of the archive are set in that font too.
    assert pages.startswith("damage: search/2025.js: was made by another version of the program ")
    assert rebuilt == (
        f"{LONDON}/r1: differs in {differing}; "
        "changed since: template css/print.css, font Archivo-600.woff2"
    )
