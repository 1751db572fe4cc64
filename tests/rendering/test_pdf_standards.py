"""Both claims of the PDF, proved by the full validator of the standards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest

from reports.verapdf import PROFILES, Validator, is_installed, validator
from tests.conftest import Build
from tests.rendering.example_edition import example_edition
from tests.rendering.example_variants import long_calendar, thin_week
from tests.rendering.printing import print_edition

pytestmark = pytest.mark.slow

if not is_installed():
    pytest.skip("veraPDF is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def verapdf() -> Iterator[Validator]:
    with validator() as running:
        yield running


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("standards") / "edition.pdf"
    path.write_bytes(print_edition(example_edition()).data)
    return path


@pytest.mark.parametrize("profile", PROFILES)
def test_the_pdf_keeps_both_standards(verapdf: Validator, path: Path, profile: str) -> None:
    verdict = verapdf.validate(path, profile)
    assert verdict.failures == ()
    assert verdict.compliant
    assert verdict.checks > 10_000


@pytest.mark.parametrize("profile", PROFILES)
def test_weeks_of_other_shapes_keep_them_too(
    verapdf: Validator, tmp_path: Path, profile: str
) -> None:
    for number, edition in enumerate((thin_week(), long_calendar())):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(print_edition(edition).data)
        assert verapdf.validate(path, profile).failures == ()


@pytest.mark.parametrize("profile", PROFILES)
def test_an_edition_with_its_data_inside_keeps_them_too(
    verapdf: Validator, london: Build, profile: str
) -> None:
    with pikepdf.open(london.pdf) as file:
        assert len(file.attachments) > 10
    verdict = verapdf.validate(london.pdf, profile)
    assert verdict.failures == ()
    assert verdict.compliant


def drop_relationship(file: pikepdf.Pdf) -> None:
    del file.Root.Names.EmbeddedFiles.Names[1].AFRelationship


def drop_association(file: pikepdf.Pdf) -> None:
    del file.Root.AF


def drop_media_type(file: pikepdf.Pdf) -> None:
    del file.Root.Names.EmbeddedFiles.Names[1].EF.F.Subtype


def drop_unicode_name(file: pikepdf.Pdf) -> None:
    del file.Root.Names.EmbeddedFiles.Names[1].UF


@pytest.mark.parametrize(
    ("spoil", "profile"),
    [
        (drop_relationship, "PDFA-3A"),
        (drop_association, "PDFA-3A"),
        (drop_media_type, "PDFA-3A"),
        (drop_unicode_name, "PDFUA-1"),
    ],
)
def test_the_validator_looks_at_the_files_inside(
    verapdf: Validator,
    london: Build,
    tmp_path: Path,
    spoil: Callable[[pikepdf.Pdf], None],
    profile: str,
) -> None:
    assert_seen(verapdf, london.pdf, tmp_path, spoil, profile)


def drop_access_claim(file: pikepdf.Pdf) -> None:
    stream = file.Root.Metadata
    stream.write(stream.read_bytes().replace(b"<pdfuaid:part>1</pdfuaid:part>", b""))


def drop_archive_claim(file: pikepdf.Pdf) -> None:
    stream = file.Root.Metadata
    stream.write(stream.read_bytes().replace(b'pdfaid:conformance="A"', b""))


def drop_alt_text(file: pikepdf.Pdf) -> None:
    figures = [
        item
        for item in file.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
    ]
    del figures[0].Alt


def drop_colour_profile(file: pikepdf.Pdf) -> None:
    del file.Root.OutputIntents


@pytest.mark.parametrize(
    ("spoil", "profile"),
    [
        (drop_access_claim, "PDFUA-1"),
        (drop_archive_claim, "PDFA-3A"),
        (drop_alt_text, "PDFUA-1"),
        (drop_colour_profile, "PDFA-3A"),
    ],
)
def test_the_validator_sees_what_is_dropped(
    verapdf: Validator,
    path: Path,
    tmp_path: Path,
    spoil: Callable[[pikepdf.Pdf], None],
    profile: str,
) -> None:
    assert_seen(verapdf, path, tmp_path, spoil, profile)


def assert_seen(
    verapdf: Validator,
    path: Path,
    tmp_path: Path,
    spoil: Callable[[pikepdf.Pdf], None],
    profile: str,
) -> None:
    """Spoil a copy of a file, and have the validator find it."""
    spoiled = tmp_path / "spoiled.pdf"
    with pikepdf.open(path) as file:
        spoil(file)
        file.save(spoiled)
    verdict = verapdf.validate(spoiled, profile)
    assert not verdict.compliant
    assert verdict.failures
