"""A build with nothing to do is recognised, and only such a build."""

from datetime import date
from pathlib import Path

import pytest

from reports import drafts
from reports.drafts import Built

DAY = date(2025, 6, 9)
BOTH = ("html", "pdf")


def built(output: Path, *forms: str, pages: int | None = 4) -> Built:
    return Built(
        as_of=DAY,
        newest_day=DAY,
        folder=drafts.folder(output, DAY),
        files={form: drafts.file_name(form, DAY) for form in forms},
        pages=pages,
        notes=("old",),
        warnings=("odd",),
        timings={"total": 1.0},
    )


def save(output: Path, inputs: str, **forms: bytes) -> None:
    formats = tuple(form for form in forms if form != "edition")
    pages = 4 if "pdf" in forms else None
    drafts.save(built(output, *forms, pages=pages), forms, formats, inputs)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    save(tmp_path, "inputs", edition=b"{}", html=b"<p>", pdf=b"%PDF")
    return tmp_path


def test_files_lie_where_the_readme_says(output: Path) -> None:
    folder = output / "draft" / "2025-06-09"
    assert (folder / "us-china-trade-briefing-2025-06-09.html").read_bytes() == b"<p>"
    assert (folder / "us-china-trade-briefing-2025-06-09.pdf").read_bytes() == b"%PDF"
    assert (folder / "edition.json").read_bytes() == b"{}"
    assert drafts.file_name("png/exports", DAY) == "charts/exports.png"


def test_the_same_inputs_find_the_build(output: Path) -> None:
    found = drafts.find(output, DAY, BOTH, "inputs")
    assert found is not None
    assert found.unchanged
    assert (found.pages, found.notes, found.warnings) == (4, ("old",), ("odd",))
    assert list(found.paths) == ["edition", "html", "pdf"]


def test_the_default_date_finds_the_newest_day(output: Path) -> None:
    found = drafts.find(output, None, BOTH, "inputs")
    assert found is not None
    assert found.as_of == DAY
    assert drafts.find(output, None, BOTH, "other") is None


def test_one_format_is_found_among_two(output: Path) -> None:
    found = drafts.find(output, DAY, ("html",), "inputs")
    assert found is not None
    assert list(found.paths) == ["edition", "html"]
    assert found.pages is None


def test_other_inputs_another_day_or_format_find_nothing(output: Path) -> None:
    assert drafts.find(output, DAY, BOTH, "other") is None
    assert drafts.find(output, date(2025, 6, 10), BOTH, "inputs") is None
    assert drafts.find(output, DAY, ("html", "png"), "inputs") is None


@pytest.mark.parametrize("form", ["edition", "html", "pdf"])
def test_a_changed_or_missing_file_is_built_again(output: Path, form: str) -> None:
    path = drafts.folder(output, DAY) / drafts.file_name(form, DAY)
    path.write_bytes(b"changed")
    assert drafts.find(output, DAY, BOTH, "inputs") is None
    path.unlink()
    assert drafts.find(output, DAY, BOTH, "inputs") is None


def test_formats_of_the_same_inputs_add_up(tmp_path: Path) -> None:
    save(tmp_path, "inputs", edition=b"{}", pdf=b"%PDF")
    save(tmp_path, "inputs", edition=b"{}", html=b"<p>")
    found = drafts.find(tmp_path, DAY, BOTH, "inputs")
    assert found is not None
    assert found.pages == 4


def test_a_form_of_other_inputs_does_not_stay(output: Path) -> None:
    save(output, "newer", edition=b"{}", html=b"<p>newer")
    assert sorted(path.name for path in drafts.folder(output, DAY).iterdir()) == [
        ".build.json",
        "edition.json",
        "us-china-trade-briefing-2025-06-09.html",
    ]
