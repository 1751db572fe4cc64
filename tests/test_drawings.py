"""A chart is drawn once for the same request, style, fonts, code and libraries, and not again."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import reports.charts
from reports import cache, digest, drawings
from reports.drawings import Drawing, Picture, Studio
from reports.model import Exhibit, LineChart
from reports.resources import templates_dir
from tests.charts.examples import USUAL
from tests.rendering.example_edition import example_edition

pytestmark = pytest.mark.slow

LINES = next(chart for chart in USUAL.values() if isinstance(chart, LineChart))
DRAWING = Drawing("one", LINES, "web_wide", "web", "What it shows")
EXHIBIT = next(drawings.exhibits(example_edition()))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of what is really drawn, as it is drawn."""
    names: list[str] = []
    svg, png = reports.charts.draw_svg, reports.charts.draw_png

    def draw_svg(chart: object, slot: str, *arguments: object, **named: object) -> str:
        names.append(slot)
        return svg(chart, slot, *arguments, **named)  # type: ignore[arg-type]

    def draw_png(exhibit: Exhibit, *arguments: object, **named: object) -> bytes:
        names.append(exhibit.key)
        return png(exhibit, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(reports.charts, "draw_svg", draw_svg)
    monkeypatch.setattr(reports.charts, "draw_png", draw_png)
    return names


def studio(folder: Path) -> Studio:
    return Studio(cache.Cache(folder, digest.drawing_digest(templates_dir())))


def test_the_same_is_drawn_once(tmp_path: Path, drawn: list[str]) -> None:
    first = studio(tmp_path).draw([DRAWING])
    again = studio(tmp_path).draw([replace(DRAWING, name="two")])
    assert drawn == ["web_wide"]
    assert first["one"] == again["two"] == Studio().draw([DRAWING])["one"]


@pytest.mark.parametrize(
    "other",
    [
        replace(DRAWING, alt="Something else"),
        replace(DRAWING, slot="web_half"),
        replace(DRAWING, height=300.0),
        replace(DRAWING, theme="print"),
        replace(DRAWING, chart=replace(LINES, points=LINES.points[:-1])),
        replace(DRAWING, chart=replace(LINES, key="other")),
    ],
)
def test_another_request_is_drawn(tmp_path: Path, drawn: list[str], other: Drawing) -> None:
    studio(tmp_path).draw([DRAWING])
    made = studio(tmp_path).draw([other])
    assert len(drawn) == 2
    assert made == Studio().draw([other])


def test_a_picture_depends_on_its_words_and_on_the_publication(
    tmp_path: Path, drawn: list[str]
) -> None:
    first = Picture(EXHIBIT, "Briefing 1")
    for item in (first, first, replace(first, publication="Briefing 2")):
        studio(tmp_path).draw([item])
    studio(tmp_path).draw([replace(first, exhibit=replace(EXHIBIT, subtitle="other"))])
    assert drawn == [EXHIBIT.key] * 3


def test_a_damaged_entry_is_drawn_again(tmp_path: Path, drawn: list[str]) -> None:
    whole = studio(tmp_path).draw([DRAWING])
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    entry.write_bytes(entry.read_bytes()[:-1] + b"?")
    assert studio(tmp_path).draw([DRAWING]) == whole
    assert studio(tmp_path).draw([DRAWING]) == whole
    assert drawn == ["web_wide"] * 2


def test_what_was_drawn_while_the_style_changed_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = studio(tmp_path)
    monkeypatch.setattr(drawings, "drawing_digest", lambda templates: "another")
    early.draw([DRAWING])
    assert not list(tmp_path.iterdir())


@pytest.fixture
def style(tmp_path: Path) -> Path:
    place = tmp_path / "templates"
    (place / "fonts" / "metrics").mkdir(parents=True)
    (place / "css").mkdir()
    for name in ("tokens.json", "web.html", "css/web.css", "fonts/A.ttf", "fonts/metrics/A.json"):
        (place / name).write_bytes(b"{}")
    return place


@pytest.mark.parametrize("name", ["tokens.json", "fonts/A.ttf", "fonts/metrics/A.json"])
def test_style_and_fonts_decide_how_a_chart_looks(style: Path, name: str) -> None:
    before = digest.drawing_digest(style)
    (style / name).write_bytes(b"{ }")
    assert digest.drawing_digest(style) != before


@pytest.mark.parametrize("name", ["web.html", "css/web.css"])
def test_a_template_draws_no_chart(style: Path, name: str) -> None:
    before = digest.drawing_digest(style)
    (style / name).write_bytes(b"{ }")
    assert digest.drawing_digest(style) == before


def test_code_libraries_and_python_decide_how_a_chart_looks(
    style: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "module.py").write_bytes(b"x = 1\n")
    monkeypatch.setattr(digest, "_PACKAGE", package)
    seen = [digest.drawing_digest(style)]
    (package / "module.py").write_bytes(b"x = 2\n")
    seen.append(digest.drawing_digest(style))
    site = tmp_path / "site-packages"
    (site / "matplotlib-9.9.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(site)
    seen.append(digest.drawing_digest(style))
    monkeypatch.setattr(sys, "version", "3.99")
    seen.append(digest.drawing_digest(style))
    assert len(set(seen)) == 4


def test_drawing_reads_nothing_but_what_its_digest_covers(tmp_path: Path) -> None:
    code = (
        "import sys\nread = []\n"
        "sys.addaudithook(lambda event, given: read.append(str(given[0]))"
        " if event == 'open' else None)\n"
        "from tests.test_drawings import DRAWING, EXHIBIT\n"
        "from reports.drawings import Picture, Studio\n"
        "del read[:]\n"
        "Studio().draw([DRAWING, Picture(EXHIBIT, 'x')])\n"
        "print(*read, sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=templates_dir().parent,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    own = os.fspath(templates_dir().parent)
    read = {name.removeprefix(own + "/") for name in done.stdout.split("\n") if name}
    project = {name for name in read if not name.startswith(("/", "reports/", ".venv/"))}
    assert project
    assert {n for n in project if n != "templates/tokens.json"} == {
        n for n in project if n.startswith("templates/fonts/")
    }
