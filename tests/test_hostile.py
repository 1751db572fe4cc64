"""What a dataset may hold and a build must survive: one clear message, or harmless text."""

import csv
import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import LONDON, Said, run_reports

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
Spoil = Callable[[Path], object]

ATTACK = "<script>alert(1)</script><img src=x onerror=y>"


def edit(name: str, old: str, new: str, count: int = 1) -> Spoil:
    """Return a function that replaces text in a file of the dataset."""

    def spoil(data: Path) -> None:
        text = (data / name).read_text("utf-8")
        assert old in text
        (data / name).write_text(text.replace(old, new, count), "utf-8")

    return spoil


def remove(name: str) -> Spoil:
    """Return a function that removes a file of the dataset."""
    return lambda data: (data / name).unlink()


def keep_the_head(data: Path) -> None:
    """Leave no row in a table."""
    path = data / "tariffs.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")


def double_a_row(data: Path) -> None:
    """Repeat the first row of the observations."""
    path = data / "observations.csv"
    head, first, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join((head, first, first, *rest)) + "\n", "utf-8")


def put_a_pipe(data: Path) -> None:
    """Put a pipe that nobody writes to in place of a table."""
    (data / "sources.csv").unlink()
    os.mkfifo(data / "sources.csv")


FAULTS = {
    "a missing file": (remove("observations.csv"), ("observations.csv", "missing")),
    "a missing column": (
        edit("observations.csv", "value", "valve"),
        ("observations.csv:1", "[value]", "missing"),
    ),
    "a bad date": (
        edit("meetings.csv", "2025-0", "2025-9"),
        ("meetings.csv:", "date"),
    ),
    "an unknown source": (
        edit("statements.csv", ",SP006,", ",SP9999,"),
        ("statements.csv:2", "[source_id]", "SP9999"),
    ),
    "a duplicate vintage": (double_a_row, ("observations.csv:3",)),
    "a value that is no number": (
        edit("observations.csv", ",2023-01,1,", ",2023-01,one,"),
        ("observations.csv:2", "[value]", "'one'", "number"),
    ),
    "an empty table": (keep_the_head, ("tariffs.csv", "empty")),
    "no description": (remove("datapackage.json"), ("datapackage.json",)),
    "a broken description": (
        lambda data: (data / "datapackage.json").write_text("{"),
        ("datapackage.json",),
    ),
    "a description of nothing": (
        lambda data: (data / "datapackage.json").write_text("{}"),
        ("datapackage.json", "the table 'series' is missing"),
    ),
    "a byte order mark": (
        edit("sources.csv", "source_id", "\ufeffsource_id"),
        ("sources.csv:1", "byte order mark"),
    ),
    "a pipe for a table": (
        put_a_pipe,
        ("sources.csv", "is no file"),
    ),
    "a cell of five million characters": (
        edit("statements.csv", "Exports of rare earths", "x" * 5_000_000),
        ("statements.csv:2", "[summary]", "at most 10000 characters"),
    ),
    "a local name that is neither": (
        edit("delegates.csv", "习近平", "Си Цзиньпин"),
        ("delegates.csv:2", "[name_local]", "Chinese characters"),
    ),
    "bytes that are no text": (
        lambda data: (data / "sources.csv").write_bytes(b"\xff\xfe"),
        ("sources.csv", "UTF-8"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_dataset_is_told_in_lines_that_say_where(
    fault: str, reports: Reports, data: Path, tmp_path: Path
) -> None:
    spoil, named = FAULTS[fault]
    spoil(data)
    said = reports("build", "--as-of", LONDON, "--data", data, "--output", tmp_path / "output")
    assert said.status == 3
    assert said.out == ""
    *listed, last = said.err.splitlines()
    assert all(line.startswith("error: ") for line in listed)
    assert last.startswith("Error: ")
    for word in named:
        assert word in last
    assert not (tmp_path / "output").exists()


def test_check_names_every_fault_at_once(reports: Reports, data: Path) -> None:
    for fault in ("an unknown source", "a value that is no number", "a bad date"):
        FAULTS[fault][0](data)
    said = reports("check", "--data", data)
    assert said.status == 3
    for name in ("statements.csv:2", "observations.csv:2", "meetings.csv:"):
        assert f"error: {name}" in said.out
    assert said.err.count("\n") == 1
    described = reports("check", "--data", data, "--json").json
    assert described["status"] == "failed"
    found = {(problem["file"], problem["line"]) for problem in described["problems"]}
    assert {("statements.csv", 2), ("observations.csv", 2)} <= found


def test_check_says_that_a_dataset_is_valid(reports: Reports) -> None:
    assert "is valid; it knows what was public by 2025-12-" in reports("check").out
    assert reports("check", "--json").json["status"] == "valid"


def test_a_wrong_editors_file_is_one_line(reports: Reports, data: Path, tmp_path: Path) -> None:
    (data / "editorial").mkdir(exist_ok=True)
    (data / "editorial" / f"{LONDON}.md").write_text("no front matter")
    said = reports("build", "--as-of", LONDON, "--data", data, "--output", tmp_path / "output")
    assert said.status == 3
    assert f"editorial/{LONDON}.md:1" in said.err
    assert said.err.count("\n") == 1
    for name in ("june", "20250609"):
        (data / "editorial" / f"{name}.md").write_text("no day")
    checked = reports("check", "--data", data)
    assert checked.status == 3
    assert f"error: editorial/{LONDON}.md:1" in checked.out
    assert "error: editorial/june.md: has no day for a name" in checked.out
    assert "error: editorial/20250609.md: has no day for a name" in checked.out


def test_check_says_what_it_may_not_read(
    reports: Reports, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(folder: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    monkeypatch.setattr(Path, "iterdir", closed)
    said = reports("check", "--data", data)
    assert said.status == 3
    assert "editorial cannot be read: permission denied (hint: " in said.err
    assert said.err.count("\n") == 1


def test_a_full_disk_leaves_nothing_half_written(
    reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    output = tmp_path / "output"
    said = reports("build", "--as-of", LONDON, "--output", output, "--format", "html")
    assert said.status == 4
    assert "no space left on device (hint: the disk is full" in said.err
    assert said.err.count("\n") == 1
    assert not output.exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """Return a folder on a disk of 64 KB; skip where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    # A mount in a name space of its own would be seen by its own processes only.
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    return place


@pytest.mark.slow
def test_a_disk_that_is_really_full_or_read_only(small_disk: Path) -> None:
    arguments = ("build", "--as-of", LONDON, "--output", small_disk, "--format", "html")
    try:
        full = run_reports(*arguments)
        left = list(small_disk.iterdir())
        remount = ["mount", "-o", "remount,ro", str(small_disk)]
        subprocess.run(remount, check=True, capture_output=True)
        read_only = run_reports(*arguments)
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)
    assert (full.status, read_only.status) == (4, 4)
    assert "no space left on device" in full.err
    assert left == []
    assert "read-only file system" in read_only.err
    assert full.err.count("\n") == read_only.err.count("\n") == 1


class Elements(HTMLParser):
    """Collect the elements of a page and the text outside style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def attacked(data: Path) -> Path:
    """Return a dataset that holds HTML in every kind of text that reaches a page."""
    for name, column in (
        ("statements.csv", "summary"),
        ("impacts.csv", "label"),
        ("calendar.csv", "label"),
        ("delegates.csv", "role"),
        ("sources.csv", "title"),
        ("sources.csv", "publisher"),
        ("series.csv", "title"),
    ):
        with (data / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row[column] = row[column][:12] + ATTACK
        with (data / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return data


def test_html_in_the_dataset_is_text_on_the_page(
    reports: Reports, attacked: Path, tmp_path: Path
) -> None:
    arguments = ("--data", attacked, "--output", tmp_path, "--format", "html")
    said = reports("build", "--as-of", LONDON, *arguments)
    assert said.status == 0, said.err
    page = Path(said.out.splitlines()[-1]).read_text("utf-8")
    elements = Elements()
    elements.feed(page)
    assert elements.text.count(ATTACK) > 20
    assert "<script>alert" not in page
    assert not [tag for tag, _ in elements.found if tag == "img"]
    assert not [
        name for _, attributes in elements.found for name in attributes if "onerror" in name
    ]


@pytest.mark.slow
def test_html_in_the_dataset_is_text_in_the_pdf(
    reports: Reports, attacked: Path, tmp_path: Path
) -> None:
    arguments = ("--data", attacked, "--output", tmp_path, "--format", "pdf")
    said = reports("build", "--as-of", LONDON, *arguments)
    assert said.status == 0, said.err
    pages = PdfReader(said.out.splitlines()[-1]).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert text.count("<script>alert(1)</script>") > 20
