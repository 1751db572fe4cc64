"""The PNG pictures: words baked in for sharing, the bare plot for e-mail, small and the same."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image

from reports.charts import draw_png
from reports.charts.pictures import share_scene
from reports.charts.scene import Label
from reports.charts.slots import print_colours
from tests.charts.examples import EDGES, USUAL, exhibit

pytestmark = pytest.mark.slow

NAME = "US–China Trade Briefing No. 23"


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def colours(picture: Image.Image) -> Sequence[tuple[int, object]]:
    return picture.getcolors(picture.width * picture.height) or []


@pytest.mark.parametrize("name", ["columns", "steps", "timeline"])
def test_email_pictures_are_small_and_have_a_white_margin(name: str) -> None:
    data = draw_png(exhibit(USUAL[name]), "email", name=NAME)
    picture = opened(data)
    assert len(data) < 80_000
    assert picture.mode == "P"
    assert picture.width == 2 * 536
    assert len(picture.getcolors() or ()) <= 256
    pixels = picture.convert("RGB")
    for edge in (
        (0, 0, 20, pixels.height),
        (pixels.width - 20, 0, pixels.width, pixels.height),
        (0, 0, pixels.width, 19),
        (0, pixels.height - 19, pixels.width, pixels.height),
    ):
        assert [colour for _, colour in colours(pixels.crop(edge))] == [(255, 255, 255)]


@pytest.mark.parametrize("name", ["columns", "timeline"])
def test_shared_pictures_have_their_size_and_the_exact_colours(name: str) -> None:
    picture = opened(draw_png(exhibit(USUAL[name]), "share", name=NAME))
    assert picture.size == (1200, 675)
    seen = {colour: count for count, colour in colours(picture.convert("RGB"))}
    for role in ("us", "cn", "ink", "paper"):
        colour = print_colours()[role]
        assert seen[tuple(bytes.fromhex(colour[1:]))] > 100


@pytest.mark.parametrize("name", [*USUAL, "crowded", "three years", "eight"])
def test_shared_pictures_carry_their_words_and_none_covers_another(name: str) -> None:
    title = "Nine weeks separate the London round from the end of the truce in August, says Beijing"
    scene = share_scene(exhibit({**USUAL, **EDGES}[name], title), NAME)
    labels = [mark for mark in scene.marks if isinstance(mark, Label)]
    words = " ".join(label.text for label in labels)
    for text in (title, "China’s exports of rare earths", "Source: customs", NAME):
        assert text in words
    boxes = [label.box.grown(-0.05) for label in labels]
    assert not any(one.meets(two) for place, one in enumerate(boxes) for two in boxes[place + 1 :])
    assert all(box.left >= 47.9 and box.right <= 1152.1 for box in boxes)
    assert all(box.top >= 0 and box.bottom <= scene.height for box in boxes)
    assert scene.height == 675 or name == "crowded"
    assert min(label.size for label in labels) >= 14
