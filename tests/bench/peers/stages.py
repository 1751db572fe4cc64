"""Where our PDF step spends its time: a clock at the doors of its stages, and cProfile beside it.

A stage's own time leaves out the stages that it calls. The clock, of the processor's time, costs
little; cProfile weighs down what calls many small functions, so its shares are for comparison.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pydyf
import weasyprint.css
import weasyprint.document
import weasyprint.draw.text
import weasyprint.formatting_structure.build
import weasyprint.images
import weasyprint.pdf.fonts
import weasyprint.pdf.tags
import weasyprint.text.line_break

from reports.rendering import finish, measure, pdf

Doors = tuple[tuple[str, Any, str], ...]

DOORS: Doors = (
    ("our page template", pdf, "print_html"),
    ("our checks of charts, pages and glyphs", pdf, "_require_facts"),
    ("our checks of charts, pages and glyphs", measure, "measure"),
    ("our checks of charts, pages and glyphs", measure, "require_glyphs"),
    ("our checks of charts, pages and glyphs", measure, "require_own_fonts"),
    ("reading HTML and CSS", weasyprint.HTML, "__init__"),
    ("reading HTML and CSS", weasyprint.CSS, "__init__"),
    ("style: selectors and cascade", weasyprint.css, "get_all_computed_styles"),
    ("style: computed values", weasyprint.css.ComputedStyle, "__missing__"),
    ("style: computed values", weasyprint.css.AnonymousStyle, "__missing__"),
    ("boxes", weasyprint.formatting_structure.build, "build_formatting_structure"),
    ("layout", weasyprint.HTML, "render"),
    ("text: shaping and line breaks by Pango", weasyprint.text.line_break, "split_first_line"),
    ("drawing: boxes, borders, lines", weasyprint.document.Page, "paint"),
    ("drawing: text", weasyprint.draw.text, "draw_text"),
    ("SVG", weasyprint.images.SVGImage, "__init__"),
    ("SVG", weasyprint.images.SVGImage, "draw"),
    ("fonts: subsets and tables", weasyprint.pdf.fonts, "build_fonts_dictionary"),
    ("tags", weasyprint.pdf.tags, "add_tags"),
    ("our marks of artifacts and languages", finish, "_finish"),
    ("our attached files", finish, "embed"),
    ("drawing: streams and objects of the PDF", weasyprint.document.Document, "write_pdf"),
    ("writing and compressing", pydyf.PDF, "write"),
)
"""The stages, and the functions that are their doors."""


class StageClock:
    """Adds up the own seconds of stages, as the processor spends them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._open = ["the rest"]
        self._since = time.process_time()

    def enter(self, stage: str) -> None:
        """Let time run for a stage, and stand still for the one that called it."""
        self._add()
        self._open.append(stage)

    def leave(self) -> None:
        """Let time run again for the stage before."""
        self._add()
        self._open.pop()

    def _add(self) -> None:
        now = time.process_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now


@contextmanager
def clocked(doors: Doors = DOORS) -> Iterator[StageClock]:
    """Put a clock at the doors, wherever they were imported to; take it away at the end."""
    put: list[tuple[Any, str, Any]] = []
    clock = StageClock()
    try:
        for stage, owner, name in doors:
            door = vars(owner)[name]
            watched = _watched(clock, stage, door)
            for place, known_as in _places(owner, name, door):
                put.append((place, known_as, door))
                setattr(place, known_as, watched)
        yield clock
    finally:
        clock.enter("after")
        for place, known_as, door in put:
            setattr(place, known_as, door)


def _watched(clock: StageClock, stage: str, door: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        clock.enter(stage)
        try:
            return door(*args, **kwargs)
        finally:
            clock.leave()

    return watched


def _places(owner: Any, name: str, door: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(owner, type):
        yield owner, name
        return
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] in ("weasyprint", "reports"):
            for known_as, value in list(vars(module).items()):
                if value is door:
                    yield module, known_as


def by_folder(work: Callable[[], object]) -> dict[str, float]:
    """Return the own seconds of functions under cProfile, by part of the libraries."""
    profile = cProfile.Profile()
    profile.runcall(work)
    seconds: dict[str, float] = defaultdict(float)
    for (file, _, name), entry in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        seconds[_part(file, name)] += entry[2]
    return dict(seconds)


def _part(file: str, name: str) -> str:
    parts = Path(file).parts
    if "site-packages" not in parts:
        return name if "compress" in name else "Python, our code, calls of C"
    package, *inner = parts[parts.index("site-packages") + 1 :]
    if package == "weasyprint" and len(inner) > 1:
        return f"weasyprint/{inner[0]}"
    return package
