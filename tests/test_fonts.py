"""The bundled fonts: complete, free, TrueType, named apart, and measured as they are."""

from __future__ import annotations

import base64
import json
import string

import pytest
from fontTools.ttLib import TTFont

from reports.errors import RenderError
from reports.rendering.fonts import (
    Face,
    balance,
    face,
    faces,
    fonts_dir,
    missing_glyphs,
    print_font_css,
    text_width,
    web_font_css,
)
from reports.rendering.tokens import tokens

LATIN = ("Newsreader Display", "Newsreader Figures", "Newsreader Text", "Archivo",
         "Archivo SemiCondensed")  # fmt: skip
SIGNS = "\u00a0–—‘’“”…−×÷·%§°½"
PRINT = [item for item in faces() if item.print]
SCREEN = [item for item in faces() if item.screen]


def _stem(item: Face) -> str:
    return item.stem


@pytest.mark.parametrize("item", PRINT, ids=_stem)
def test_a_print_face_is_a_plain_truetype_font_of_its_own_name(item: Face) -> None:
    font = TTFont(fonts_dir() / f"{item.stem}.ttf")
    assert "glyf" in font
    assert "CFF " not in font
    assert "fvar" not in font
    assert font["name"].getDebugName(1) == item.family
    assert round(font["OS/2"].usWeightClass, -2) == item.weight
    assert font["OS/2"].fsType == 0
    assert 0x20 in font.getBestCmap()


@pytest.mark.parametrize("item", PRINT, ids=_stem)
def test_the_table_of_widths_is_that_of_the_font(item: Face) -> None:
    font = TTFont(fonts_dir() / f"{item.stem}.ttf")
    metrics = json.loads((fonts_dir() / "metrics" / f"{item.stem}.json").read_text("utf-8"))
    widths = {chr(code): font["hmtx"][name][0] for code, name in font.getBestCmap().items()}
    assert metrics["advances"] == widths
    assert metrics["units_per_em"] == font["head"].unitsPerEm
    for pair, broader in metrics["ligatures"].items():
        assert _joined(font, pair) == sum(widths[letter] for letter in pair) + broader
    assert set(metrics["ligatures"]) == ({"ff", "fi", "fl"} if item.family in LATIN else set())


def _joined(font: TTFont, pair: str) -> int:
    """Return the width of the glyph that a pair of letters is joined to."""
    glyphs = [font.getBestCmap()[ord(letter)] for letter in pair]
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            actual = getattr(subtable, "ExtSubTable", subtable)
            for item in getattr(actual, "ligatures", {}).get(glyphs[0], ()):
                if item.Component == glyphs[1:]:
                    width: int = font["hmtx"][item.LigGlyph][0]
                    return width
    raise AssertionError(pair)


@pytest.mark.parametrize("item", SCREEN, ids=_stem)
def test_a_screen_face_holds_only_what_print_or_its_own_cut_holds(item: Face) -> None:
    font = TTFont(fonts_dir() / f"{item.stem}.woff2")
    assert font["name"].getDebugName(1) == item.family
    letters = set(map(chr, font.getBestCmap()))
    if item.family in (*LATIN, "Newsreader Text Screen"):
        assert letters >= set(string.ascii_letters + string.digits + string.punctuation + SIGNS)
    else:
        assert letters >= set("中美经贸周报何立峰 ")


def test_every_family_of_the_tokens_was_cut() -> None:
    cut = {(item.family, item.weight) for item in faces()}
    for name, font in tokens()["font"].items():
        if isinstance(font, dict) and name != "email":
            assert {(font["family"], weight) for weight in font["weights"]} <= cut


def test_every_family_brings_its_licence() -> None:
    for name in ("newsreader", "archivo", "noto-serif-sc", "noto-sans-sc"):
        assert "SIL Open Font License" in (fonts_dir() / f"OFL-{name}.txt").read_text("utf-8")


def test_the_fonts_of_the_page_keep_their_budget() -> None:
    css = web_font_css()
    assert css.count("@font-face") == len(SCREEN)
    assert len(css) <= tokens()["budgets"]["html_fonts_kb"] * 1024
    first = (fonts_dir() / f"{SCREEN[0].stem}.woff2").read_bytes()
    assert base64.b64encode(first).decode() in css


def test_print_rules_name_files_by_the_scheme_of_the_renderer() -> None:
    css = print_font_css()
    assert css.count('url("fonts:') == len(PRINT)
    assert 'url("fonts:NewsreaderText-400i.ttf") format("truetype")' in css
    assert "font-style:italic" in css


@pytest.mark.parametrize("family", LATIN)
def test_latin_faces_hold_the_signs_of_the_briefing(family: str) -> None:
    assert missing_glyphs(string.printable.strip() + SIGNS + "Šefčovič", [family]) == ""


def test_missing_characters_are_named_once_and_in_order() -> None:
    assert missing_glyphs("b→a→≥何立峰", ["Archivo"]) == "→≥何峰立"
    assert missing_glyphs("何立峰 Vice Premier", ["Archivo", "Noto Sans SC"]) == ""


def test_an_unknown_face_is_an_error_with_a_hint() -> None:
    with pytest.raises(RenderError) as caught:
        face("Archivo", 900)
    assert "faces.json" in caught.value.hint


def test_a_width_is_the_sum_of_advances_and_kerning() -> None:
    single = [text_width(letter, "Archivo", 400, 1000) for letter in "AV"]
    assert text_width("AV", "Archivo", 400, 1000) < sum(single)
    assert text_width("nn", "Archivo", 400, 10) == pytest.approx(
        2 * text_width("n", "Archivo", 400, 10)
    )


def test_the_condensed_cut_and_the_optical_sizes_differ() -> None:
    sample = "Rare-earth exports"
    assert text_width(sample, "Archivo SemiCondensed", 400, 10) < 0.92 * text_width(
        sample, "Archivo", 400, 10
    )
    assert text_width(sample, "Newsreader Figures", 500, 10) < text_width(
        sample, "Newsreader Text", 400, 10
    )


def test_balance_takes_the_fewest_lines_and_evens_them() -> None:
    text = "one two three four five six seven eight nine ten"
    whole = text_width(text, "Archivo", 400, 10)
    lines = balance(text, whole * 0.6, "Archivo", 400, 10)
    widths = [text_width(line, "Archivo", 400, 10) for line in lines]
    assert len(lines) == 2
    assert " ".join(lines) == text
    assert abs(widths[0] - widths[1]) < whole * 0.12
    assert balance(text, whole + 1, "Archivo", 400, 10) == [text]


def test_balance_keeps_unbroken_spaces_and_overlong_words() -> None:
    lines = balance("until 12\u00a0August antidisestablishmentarianism", 50, "Archivo", 400, 10)
    assert "12\u00a0August" in lines
    assert lines[-1] == "antidisestablishmentarianism"


@pytest.mark.parametrize("family", [item for item in LATIN if item != "Newsreader Figures"])
def test_kerning_is_read_for_the_pairs_of_running_text(family: str) -> None:
    weight = 600
    text = "To Washington, AV. Wa Ty"
    loose = sum(text_width(letter, family, weight, 100) for letter in text)
    assert text_width(text, family, weight, 100) < loose
