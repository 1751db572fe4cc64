"""The SVG: lean, free of what a host page or WeasyPrint trips over, and the same in every run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from reports.charts import PRINT, SLOTS, WEB, Theme, draw_svg
from reports.charts.slots import print_colours, tokens
from reports.model import Chart, Spark
from tests.charts.examples import EDGES, SPARKS, USUAL

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    "svg": {"width", "height", "viewBox", "font-family", "font-size"},
    "title": set(),
    "path": {
        "d", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap",
        "stroke-linejoin", "class",
    },
    "circle": {"cx", "cy", "r", "fill", "stroke", "stroke-width", "class"},
    "text": {"x", "y", "fill", "text-anchor", "font-size", "font-weight", "class"},
}  # fmt: skip
CASES = [(name, slot) for name in USUAL for slot, each in SLOTS.items() if not each.is_spark]
CASES += [(name, slot) for name in SPARKS for slot, each in SLOTS.items() if each.is_spark]
ALL: dict[str, Chart | Spark] = {**USUAL, **EDGES, **SPARKS}


def parsed(chart: Chart | Spark, slot: str, theme: Theme) -> ElementTree.Element:
    return ElementTree.fromstring(draw_svg(chart, slot, theme, alt="A “chart” & more"))  # noqa: S314


@pytest.mark.parametrize("name", [*EDGES, *SPARKS])
def test_charts_at_the_edge_are_drawn_without_impossible_numbers(name: str) -> None:
    slot = "kpi_spark" if name in SPARKS else "pdf_half"
    svg = draw_svg(ALL[name], slot, PRINT)
    assert not re.search(r"nan|inf|\de[+-]", re.sub("<(title|text).*?</", "", svg))


def test_no_number_has_more_than_two_decimals() -> None:
    for name in USUAL:
        assert not re.search(r"\d\.\d{3}", draw_svg(USUAL[name], "pdf_full", PRINT))


@pytest.mark.parametrize(("name", "slot"), CASES)
def test_every_chart_is_plain_markup_in_every_slot(name: str, slot: str) -> None:
    for theme in (PRINT, WEB):
        for element in parsed(ALL[name], slot, theme).iter():
            tag = element.tag.removeprefix(SVG)
            assert set(element.attrib) <= ALLOWED[tag]
    on_paper, on_screen = (draw_svg(ALL[name], slot, theme) for theme in (PRINT, WEB))
    shapes = [re.sub(r' (fill|stroke|class)="[^"]*"', "", svg) for svg in (on_paper, on_screen)]
    assert shapes[0].partition(">")[2] == shapes[1].partition(">")[2]


@pytest.mark.parametrize("name", list(USUAL))
def test_print_has_the_colours_of_paper_and_web_has_classes(name: str) -> None:
    slot = "pdf_half"
    paper = set(print_colours().values())
    drawn = [each.attrib for each in parsed(ALL[name], slot, PRINT).iter()]
    used = {each[kind] for each in drawn for kind in ("fill", "stroke") if kind in each}
    assert used <= paper | {"none"}
    assert not any("class" in each for each in drawn)
    drawn = [each.attrib for each in parsed(ALL[name], slot, WEB).iter()]
    assert {each.get("fill", "none") for each in drawn} == {"none"}
    assert not any("stroke" in each for each in drawn)
    classes = {word for each in drawn for word in each.get("class", "").split()}
    assert classes <= {f"{kind}-{role}" for kind in "fs" for role in print_colours()}
    assert classes


def test_the_title_comes_first_and_is_escaped() -> None:
    first = next(iter(parsed(USUAL["line"], "pdf_third", PRINT)))
    assert first.tag == f"{SVG}title"
    assert first.text == "A “chart” & more"
    assert "<title>" not in draw_svg(USUAL["line"], "pdf_third", PRINT)


def test_words_from_the_dataset_are_escaped() -> None:
    svg = draw_svg(EDGES["markup"], "web_narrow", WEB)
    assert "<script>" not in svg
    texts = "".join(each.text or "" for each in parsed(EDGES["markup"], "web_narrow", WEB).iter())
    assert "<script>" in texts
    assert "$x^2$" in texts


def test_the_size_is_that_of_the_slot() -> None:
    root = parsed(USUAL["columns"], "pdf_full", PRINT)
    assert root.get("width") == "174mm"
    assert re.fullmatch(r"[\d.]+mm", root.get("height", ""))
    assert root.get("viewBox", "").startswith("0 0 493.23 ")
    root = parsed(USUAL["columns"], "web_narrow", WEB)
    assert root.get("width") == "352"
    assert root.get("height") is None
    assert root.get("viewBox", "").startswith("0 0 352 ")
    assert parsed(SPARKS["line"], "kpi_spark", PRINT).get("height") == "9mm"


def test_text_is_text_in_the_chart_face() -> None:
    root = parsed(USUAL["columns"], "pdf_full", PRINT)
    assert root.get("font-family") == tokens()["font"]["chart"]["family"]
    weights = {each.get("font-weight", "400") for each in root.iter(f"{SVG}text")}
    assert weights == {"400", "500", "600"}
    assert parsed(SPARKS["line"], "kpi_spark", PRINT).get("font-family") is None


def test_estimates_are_hatched_and_several_months_are_marked() -> None:
    plain = draw_svg(EDGES["one column"], "pdf_half", PRINT)
    marked = draw_svg(EDGES["gaps and estimates"], "pdf_half", PRINT)
    assert "stroke-dasharray" in marked
    assert "stroke-dasharray" not in plain
    assert marked.count("<path") > plain.count("<path")


SCRIPT = """
from reports.charts import PRINT, WEB, draw_png, draw_svg
from tests.charts.examples import EDGES, SPARKS, USUAL, exhibit
for chart in (*USUAL.values(), EDGES["crowded"], EDGES["gaps and estimates"]):
    print(draw_svg(chart, "pdf_full", PRINT, alt="x"), draw_svg(chart, "web_narrow", WEB))
for spark in SPARKS.values():
    print(draw_svg(spark, "kpi_spark", WEB))
print(draw_png(exhibit(USUAL["line"]), "email", name="Name").hex())
"""


@pytest.mark.slow
def test_two_processes_with_other_hash_seeds_write_the_same_bytes() -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    outputs = [process.communicate()[0] for process in processes]
    assert all(process.returncode == 0 for process in processes)
    assert len(outputs[0]) > 50_000
    assert outputs[0] == outputs[1]


def test_a_matplotlibrc_of_the_user_changes_nothing() -> None:
    from matplotlib import rc_context

    before = draw_svg(USUAL["steps"], "pdf_full", PRINT)
    foreign = {"lines.scale_dashes": False, "path.snap": True, "lines.linewidth": 9.0,
               "axes.unicode_minus": False, "text.parse_math": True, "font.size": 30.0,
               "lines.dash_capstyle": "round", "figure.dpi": 300}  # fmt: skip
    with rc_context(foreign):  # type: ignore[arg-type]
        assert draw_svg(USUAL["steps"], "pdf_full", PRINT) == before


def test_importing_the_package_imports_no_matplotlib() -> None:
    code = "import sys, reports.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
