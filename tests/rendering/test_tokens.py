"""The house style keeps its own rules: contrast, greyscale and one value for each role."""

from __future__ import annotations

import math
import re
from itertools import product

import pytest

from reports.rendering.tokens import Mode, colours, print_variables, tokens, web_variables

MODES: tuple[Mode, ...] = ("light", "print", "dark")
TEXT = ("ink", "ink-2", "muted", "us", "cn", "ore", "gold")
MARKS = (*TEXT, "ctx", *(f"{hue}-mid" for hue in ("us", "cn", "ore", "gold", "ctx")))
ON_GOLD = ("ink", "ink-2", "us", "cn", "gold")


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _lightness(colour: str) -> float:
    return 116 * math.cbrt(_luminance(colour)) - 16


@pytest.mark.parametrize(("mode", "role", "ground"), [*product(MODES, TEXT, ("paper", "panel"))])
def test_text_is_legible_on_paper_and_panel(mode: Mode, role: str, ground: str) -> None:
    values = colours(mode)
    assert _contrast(values[role], values[ground]) >= tokens()["contrast"]["text_min"]


@pytest.mark.parametrize(("mode", "role"), [*product(MODES, MARKS)])
def test_marks_stand_out_from_paper(mode: Mode, role: str) -> None:
    values = colours(mode)
    assert _contrast(values[role], values["paper"]) >= tokens()["contrast"]["mark_min"]


@pytest.mark.parametrize(("mode", "role"), [*product(MODES, ON_GOLD)])
def test_text_is_legible_on_a_band_of_time(mode: Mode, role: str) -> None:
    values = colours(mode)
    assert _contrast(values[role], values["gold-tint"]) >= tokens()["contrast"]["text_min"]


@pytest.mark.parametrize("mode", MODES)
def test_the_parties_part_in_greyscale(mode: Mode) -> None:
    values = colours(mode)
    assert abs(_lightness(values["us"]) - _lightness(values["cn"])) >= 12


@pytest.mark.parametrize("mode", MODES)
def test_every_role_is_a_colour_in_every_mode(mode: Mode) -> None:
    assert all(re.fullmatch(r"#[0-9A-F]{6}", value) for value in colours(mode).values())


def test_a_pair_is_either_allowed_or_forbidden() -> None:
    pairing = tokens()["pairing"]
    allowed = {frozenset(pair) for pair in pairing["allowed"]}
    assert not allowed & {frozenset(pair) for pair in pairing["forbidden_as_series"]}


def test_the_page_knows_both_modes_and_paper() -> None:
    css = web_variables()
    for mode in MODES:
        assert f"--us-mid:{colours(mode)['us-mid']};" in css
    assert "prefers-color-scheme:dark" in css
    assert "[data-theme=dark]" in css
    assert "@media print" in css
    assert "--size-body:18px;--line-body:1.56;" in css


def test_print_has_its_colours_and_sizes() -> None:
    css = print_variables()
    assert f"--paper:{colours('print')['paper']};" in css
    assert "--size-body:9.5pt;--line-body:13.4pt;" in css
    assert colours("dark")["paper"] not in css
