"""What does not keep its standards is not published; what was not validated is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from reports import pipeline
from reports.archive import publishing, standards
from reports.archive.standards import validated
from reports.archive.store import FolderStore
from reports.config import day_of
from reports.drafts import file_name
from reports.errors import RenderError
from reports.verapdf import EXTRA, is_installed, version
from tests.archive.desk import DAY, VALIDATION, Desk
from tests.conftest import Build, Said

Reports = Callable[..., Said]


@pytest.fixture
def publish(desk: Desk, reports: Reports) -> Reports:
    """Return a function that publishes the edition of the day."""
    return lambda *more: reports("publish", "--as-of", DAY, "--output", desk.output, *more)


def test_what_was_validated_by_what_is_in_the_manifest(desk: Desk, publish: Reports) -> None:
    assert json.loads(publish("--json").out)["validated"] is True
    manifest = json.loads((desk.archive / DAY / "r1" / "manifest.json").read_text("utf-8"))
    assert manifest["validated"] == {
        "validator": "veraPDF",
        "version": VALIDATION.version,
        "profiles": ["PDFA-3A", "PDFUA-1"],
    }


def test_where_no_validator_is_installed_it_is_said(
    desk: Desk, publish: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "validated", validated)
    monkeypatch.setattr(standards, "is_installed", lambda: False)
    said = publish()
    assert said.status == 0
    assert "No PDF was validated against PDF/A-3a and PDF/UA-1" in said.err
    assert EXTRA in said.err
    again = json.loads(publish("--json").out)
    assert (again["status"], again["validated"]) == ("unchanged", False)
    manifest = json.loads((desk.archive / DAY / "r1" / "manifest.json").read_text("utf-8"))
    assert manifest["validated"] is None


def spoiled(pdf: Path, folder: Path) -> bytes:
    """Return a PDF without its claim of accessibility, and with a figure that has no words."""
    with pikepdf.open(pdf) as file:
        stream = file.Root.Metadata
        stream.write(stream.read_bytes().replace(b"<pdfuaid:part>1</pdfuaid:part>", b""))
        file.save(folder / "spoiled.pdf")
    return (folder / "spoiled.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not is_installed(), reason="veraPDF is not installed")
def test_a_pdf_that_breaks_its_standards_is_not_published(
    desk: Desk,
    publish: Reports,
    london: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pdf = spoiled(london.pdf, tmp_path)

    def make_variants(
        request: pipeline.BuildRequest, variants: tuple[str, ...], tell: object
    ) -> tuple[pipeline.Made, ...]:
        made = desk.make_variants(request, variants, tell)
        return tuple((built, {**files, "pdf": pdf}) for built, files in made)

    monkeypatch.setattr(pipeline, "make_variants", make_variants)
    monkeypatch.setattr(publishing, "validated", validated)
    said = publish()
    assert said.status == 4
    flash = file_name("pdf", day_of(DAY), "flash")
    for name in (london.pdf.name, flash):
        assert f"{name} does not keep PDF/UA-1, clause 5-1: " in said.err
    assert said.err.count("\n") == 1
    assert not desk.archive.exists()
    pdf, desk.page = london.pdf.read_bytes(), b"as mended"
    assert publish().status == 0
    manifest = json.loads((desk.archive / DAY / "r1" / "manifest.json").read_text("utf-8"))
    assert manifest["validated"]["version"] == version()
    both = {london.pdf.name: pdf, flash: spoiled(london.pdf, tmp_path)}
    with pytest.raises(RenderError, match=f"^{flash} does not keep PDF/UA-1, clause 5-1: "):
        validated(FolderStore(desk.archive), day_of(DAY), both)
    # The very PDF again is not validated again by the same validator, another one is.
    monkeypatch.setattr(standards, "validator", called)
    assert json.loads(publish("--json").out)["validated"] is True
    with pytest.raises(AssertionError, match="asked"):
        validated(FolderStore(desk.archive), day_of(DAY), {london.pdf.name: pdf + b"\n"})


def called() -> None:
    """Stand in for a validator that is not to be asked."""
    raise AssertionError("the validator was asked")
