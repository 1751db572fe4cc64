"""A fault in a template is told with its line; one in the code is not blamed on a template."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from reports import resources
from reports.errors import RenderError
from reports.rendering.gate import tracing
from tests.rendering.example_edition import example_edition


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(tmp_path), undefined=jinja2.StrictUndefined, autoescape=True
    )
    monkeypatch.setattr(tracing, "environment", lambda: env)
    monkeypatch.setattr(tracing, "templates_dir", lambda: tmp_path)
    return tmp_path


def broken(markup: str, templates: Path, **context: object) -> str:
    (templates / "page.html").write_text(f"<p>\n{markup}\n</p>", "utf-8")
    with pytest.raises(RenderError) as caught:
        tracing.gated("page.html", context, example_edition())
    return caught.value.message


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{% endif %}", "Encountered unknown tag 'endif'."),
        ("{{ 'a' | nofilter }}", "No filter named 'nofilter'."),
        ("{{ 1 // 0 }}", "integer division or modulo by zero"),
        ("{{ 'a' + 1 }}", 'can only concatenate str (not "int") to str'),
        ("{% include 'gone.html' %}", "there is no template gone.html"),
    ],
)
def test_a_fault_is_told_with_its_line(templates: Path, markup: str, said: str) -> None:
    assert broken(markup, templates) == f"templates/page.html:2: {said}"


def test_a_fault_in_an_included_template_is_told_with_the_line_of_that(templates: Path) -> None:
    (templates / "part.html").write_text("\n\n{{ nothing }}", "utf-8")
    message = broken("{% include 'part.html' %}", templates)
    assert message == "templates/part.html:3: 'nothing' is undefined"


def test_a_fault_of_the_code_is_its_own(templates: Path) -> None:
    (templates / "page.html").write_text("{{ asked() }}", "utf-8")
    # A function of ours that fails when a template calls it.
    context = {"asked": lambda: resources.style_json(1)}  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        tracing.gated("page.html", context, example_edition())


def test_a_style_that_is_no_json_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokens.json").write_text('{\n "a": 1,\n}', "utf-8")
    monkeypatch.setattr(resources, "templates_dir", lambda: tmp_path)
    with pytest.raises(RenderError, match=r"^templates/tokens\.json:3: this is no JSON: "):
        resources.style_json("tokens.json")
