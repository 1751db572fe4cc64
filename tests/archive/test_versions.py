"""What an edition was made from and with is told apart."""

import shutil
from importlib.metadata import version
from pathlib import Path

from reports import digest
from reports.archive.versions import library_versions, system_versions
from tests.conftest import ROOT


def test_the_libraries_are_those_of_a_build_with_all_they_need() -> None:
    found = library_versions()
    assert found["weasyprint"] == version("weasyprint")
    # Of fonttools[woff], which WeasyPrint asks for: they compress the fonts in a PDF.
    assert {"brotli", "zopfli", "pillow", "numpy", "trade-reports"} <= {*found}
    assert not {"pytest", "ruff", "mypy", "sphinx"} & {*found}
    assert list(found) == sorted(found)


def test_the_system_is_asked_for_what_sets_text() -> None:
    assert {*system_versions()} == {"python", "pango", "harfbuzz"}
    assert all(system_versions().values())


def test_each_input_has_a_digest_of_its_own(tmp_path: Path) -> None:
    data = shutil.copytree(ROOT / "data", tmp_path / "data")
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    before = digest.input_digests(data, templates)
    for place, changed in (
        (data / "observations.csv", "dataset"),
        (templates / "tokens.json", "templates"),
        (templates / "fonts" / "faces.json", "fonts"),
    ):
        kept = place.read_bytes()
        place.write_bytes(kept + b"\n")
        after = digest.input_digests(data, templates)
        assert [name for name in before if before[name] != after[name]] == [changed]
        place.write_bytes(kept)
    assert digest.input_digests(data, templates) == before
