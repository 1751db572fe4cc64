"""Which line of which template printed a naked number; asked only once one has been found.

The page is rendered again by an environment that puts a marker with the template and its line
around every expression it prints. The innermost marker around a number names its origin.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from traceback import walk_tb
from typing import Any

from reports.errors import RenderError
from reports.model import Edition
from reports.rendering.context import environment, new_environment
from reports.rendering.gate.edition import sayings
from reports.rendering.gate.finding import Finding, names_of, refuse, text_findings
from reports.rendering.gate.marking import unmarked
from reports.rendering.gate.markup import markup_findings, walk, walk_text
from reports.rendering.gate.templates import check_templates
from reports.resources import proper_names, templates_dir

_BEGIN, _AFTER, _END = "\ue003", "\ue004", "\ue005"
_CODE = f"{Path(__file__).resolve().parents[2]}{os.sep}"
_MARKER = re.compile(f"{_BEGIN}([^{_AFTER}]*){_AFTER}|{_END}")


@dataclass(frozen=True)
class Traced:
    """A page and, for each stretch of it from a place on, the line that prints it."""

    markup: str
    origins: tuple[tuple[int, str], ...]

    def origin(self, at: int) -> str:
        """Return the template and line that print a letter."""
        return next((origin for start, origin in reversed(self.origins) if start <= at), "")


def gated(
    template: str, context: Mapping[str, Any], edition: Edition, *, is_text: bool = False
) -> str:
    """Return a page that a template prints.

    `is_text` is for a template of plain text, of which each line is judged by itself. Raise
    RenderError for a number nobody answers for, and for a template that cannot be followed.
    """
    try:
        markup = environment().get_template(template).render(context)
    except Exception as error:
        if fault := template_fault(error):
            raise fault from error
        raise
    found = tuple(_findings(markup, edition, is_text))
    if found:
        refuse(tuple(_explained(found, template, context, edition, is_text)))
    return unmarked(markup)


def template_fault(error: Exception) -> RenderError | None:
    """Return what went wrong in a template with its line; None for what is not its fault."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    cure = "mend the template"
    if isinstance(error, TemplateSyntaxError):
        return RenderError(f"templates/{error.name}:{error.lineno}: {error.message}", cure)
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    own = f"{templates_dir()}{os.sep}"
    lines = [at for at, (name, _) in enumerate(frames) if name.startswith(own)]
    # What a template calls lies below its line: if that is our code, so is the fault.
    if not lines or any(name.startswith(_CODE) for name, _ in frames[lines[-1] + 1 :]):
        return None
    name, line = frames[lines[-1]]
    said = (
        f"there is no template {error.name}" if isinstance(error, TemplateNotFound) else str(error)
    )
    return RenderError(f"templates/{name.removeprefix(own)}:{line}: {said}", cure)


def traced(template: str, context: Mapping[str, Any]) -> Traced:
    """Render a template, and tell which line prints what."""
    env = new_environment(finalize=_marked)
    marked = env.get_template(template).render(context)
    parts: list[str] = []
    origins: list[tuple[int, str]] = [(0, "")]
    within = [""]
    at = length = 0
    for marker in _MARKER.finditer(marked):
        parts.append(marked[at : marker.start()])
        length += len(parts[-1])
        at = marker.end()
        if marker[1] is None:
            within.pop()
        else:
            within.append(marker[1])
        origins.append((length, within[-1]))
    return Traced("".join((*parts, marked[at:])), tuple(origins))


def _marked(value: Any) -> Any:
    """Put a marker around a value that a template is about to print."""
    from markupsafe import Markup, escape

    frame = sys._getframe(1)
    template = frame.f_globals.get("__jinja_template__")
    if template is None:  # A constant, printed while the template is compiled.
        return value
    line = template.get_corresponding_lineno(frame.f_lineno)
    begin = f"{_BEGIN}templates/{template.name}:{line}{_AFTER}"
    return Markup(begin) + escape(value) + Markup(_END)  # noqa: S704  no more than marks


def _findings(markup: str, edition: Edition, is_text: bool) -> Iterator[Finding]:
    facts = {fact.key: fact for fact in edition.facts}
    walked = walk_text(markup) if is_text else walk(markup, edition.sources)
    return markup_findings(walked, facts, names_of(edition))


def _explained(
    found: Sequence[Finding],
    template: str,
    context: Mapping[str, Any],
    edition: Edition,
    is_text: bool,
) -> Iterator[Finding]:
    """Add to each finding the line of the template and the place in the edition."""
    page = traced(template, context)
    own = {
        problem.value: f"{problem.file}:{problem.line}"
        for problem in check_templates(templates_dir(), proper_names())
    }
    for finding in _findings(page.markup, edition, is_text) if page.markup else found:
        source = own.get(finding.number) or page.origin(finding.at)
        yield replace(finding, source=source, place=_place(finding, edition))


def _place(finding: Finding, edition: Edition) -> str:
    """Return where in the edition a naked number comes from, if it does."""
    names = names_of(edition)
    for saying in sayings(edition):
        for naked in text_findings(saying.held, names, saying.place):
            if naked.number == finding.number and _alike(naked.words, finding.words):
                return saying.place
    return ""


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one.strip("… "), other.strip("… ")), key=len)
    return " ".join(short.split()) in " ".join(long.split())
