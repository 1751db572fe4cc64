"""The data inside the PDF, as a reader and a tool take them out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
import pytest
from pypdf import PdfReader

from tests.conftest import Build

pytestmark = pytest.mark.slow

END_OF_DAY = "D:20250609235959Z"


@pytest.fixture(scope="module")
def file(london: Build) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(london.pdf) as opened:
        yield opened


@pytest.fixture(scope="module")
def held(london: Build) -> dict[str, bytes]:
    attachments = PdfReader(london.pdf).attachments
    assert all(len(contents) == 1 for contents in attachments.values())
    return {name: contents[0] for name, contents in attachments.items()}


def specifications(file: pikepdf.Pdf) -> dict[str, Any]:
    """Return what the tree of names leads to, in its order."""
    names: Any = file.Root.Names.EmbeddedFiles.Names
    return {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}


def test_the_facts_are_those_of_the_file_beside_it(london: Build, held: dict[str, bytes]) -> None:
    assert held["facts.json"] == (london.folder / "facts.json").read_bytes()


def test_every_row_that_a_fact_names_is_there(held: dict[str, bytes]) -> None:
    named = {
        (row["table"], row["key"], row["vintage"])
        for fact in json.loads(held["facts.json"])["facts"]
        for row in fact["rows"]
    }
    tables = {match[1]: name for name in held if (match := re.fullmatch(r"rows-(\w+)\.csv", name))}
    written = {
        (table, row["key"], row["vintage"])
        for table, name in tables.items()
        for row in csv.DictReader(io.StringIO(held[name].decode(), newline=""))
    }
    assert len(named) > 100
    assert written == named


def test_charts_bring_the_data_that_the_page_offers(london: Build, held: dict[str, bytes]) -> None:
    page = london.html.read_text("utf-8")
    link = r'href="data:text/csv;charset=utf-8,([^"]*)" download="([^"]*)"'
    offered = {f"chart-{name}": unquote(address) for address, name in re.findall(link, page)}
    assert len(offered) > 5
    charts = {name: text.decode() for name, text in held.items() if name.startswith("chart-")}
    assert charts == offered


def test_files_are_sorted_and_associated_with_the_document_once(file: pikepdf.Pdf) -> None:
    found = specifications(file)
    assert list(found) == sorted(found)
    associated: Any = file.Root.AF
    assert [item.objgen for item in associated] == [item.objgen for item in found.values()]
    kinds = {name: str(item.AFRelationship) for name, item in found.items()}
    expected = {name: "/Source" if name.startswith("rows-") else "/Data" for name in found}
    assert kinds == expected


def test_each_file_says_what_it_is_and_is_of_the_day_of_the_edition(
    file: pikepdf.Pdf, held: dict[str, bytes]
) -> None:
    for name, item in specifications(file).items():
        assert str(item.F) == str(item.UF) == name
        assert name.isascii()
        assert len(str(item.Desc)) > 20
        stream = item.EF.F
        media = "application/json" if name.endswith(".json") else "text/csv"
        assert str(stream.Subtype) == f"/{media}"
        assert str(stream.Filter) == "/FlateDecode"
        told = stream.Params
        assert str(told.CreationDate) == str(told.ModDate) == END_OF_DAY
        assert int(told.Size) == len(held[name])
        assert bytes(told.CheckSum) == hashlib.md5(held[name], usedforsecurity=False).digest()


def test_a_figure_is_described_by_its_number_and_title(file: pikepdf.Pdf) -> None:
    told = [str(item.Desc) for name, item in specifications(file).items() if "chart-" in name]
    assert all(re.match(r"The data of figure \d[abc]?: \w", words) for words in told)


def test_the_command_of_the_guide_takes_them_all_out(
    london: Build, held: dict[str, bytes], tmp_path: Path
) -> None:
    if not shutil.which("pdfdetach"):
        pytest.skip("needs pdfdetach of Poppler")
    subprocess.run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(london.pdf)], check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == held
