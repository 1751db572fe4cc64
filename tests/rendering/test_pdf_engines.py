"""The pages as other programs draw them: Chinese names were blank in some of them once."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rendering.example_edition import example_edition
from tests.rendering.printing import print_edition

pytestmark = pytest.mark.slow

pdfium = pytest.importorskip("pypdfium2")

NAMES = {"中美经贸周报": 0, "何立峰": 1}
"""Words in Chinese script and the pages they stand on."""
SCALE = 3.0
"""Pixels in a point."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("engines") / "edition.pdf"
    path.write_bytes(print_edition(example_edition()).data)
    return path


def letter_boxes(path: Path, words: str, page: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the box of each letter in pixels from the top left of its page."""
    document = pdfium.PdfDocument(path)
    height = document[page].get_height()
    text = document[page].get_textpage()
    start, _ = text.search(words).get_next()
    for number in range(start, start + len(words)):
        left, bottom, right, top = text.get_charbox(number)
        sides = (left, height - top, right, height - bottom)
        yield tuple(round(side * SCALE) for side in sides)


def by_pdfium(path: Path, page: int, _folder: Path) -> Any:
    return pdfium.PdfDocument(path)[page].render(scale=SCALE).to_pil().convert("L")


def by_mupdf(path: Path, page: int, folder: Path) -> Any:
    if not shutil.which("mutool"):
        pytest.skip("mutool is not installed")
    from PIL import Image

    picture = folder / "page.png"
    density = str(int(72 * SCALE))
    subprocess.run(
        ["mutool", "draw", "-q", "-r", density, "-o", str(picture), str(path), str(page + 1)],
        check=True,
    )
    return Image.open(picture).convert("L")


@pytest.mark.parametrize("words", sorted(NAMES))
@pytest.mark.parametrize("draw", [by_pdfium, by_mupdf])
def test_chinese_names_are_drawn(path: Path, tmp_path: Path, words: str, draw: Any) -> None:
    picture = draw(path, NAMES[words], tmp_path)
    for box in letter_boxes(path, words, NAMES[words]):
        letter = picture.crop(box)
        histogram = letter.histogram()
        inked = sum(histogram[:128]) / sum(histogram)
        assert 0.08 < inked < 0.7
