"""The gate on templates: no number may stand in their own words, nor in those of style sheets."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reports.errors import Problem, RenderError
from reports.model import numerals
from reports.rendering.gate.finding import Finding, refuse, text_findings
from reports.rendering.gate.markup import walk
from reports.resources import templates_dir

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

PRINTED = "\N{REPLACEMENT CHARACTER}"
"""Stands for what an expression prints."""
_EXPECTED = "a fact, a date or a name listed in names.txt"
_CONTENT = re.compile(r"\bcontent\s*:([^;}]*)")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_WRITING = frozenset(("default", "d", "format", "join", "replace"))
"""Filters that print what they are given beside the value."""


def check_templates(folder: Path, names: Sequence[str]) -> tuple[Problem, ...]:
    """Return every number that the templates and style sheets of a folder print by themselves."""
    problems: list[Problem] = []
    for path in sorted((*folder.rglob("*.html"), *folder.rglob("*.txt"), *folder.rglob("*.css"))):
        if path.name == "names.txt" or "fonts" in path.relative_to(folder).parts:
            continue
        source = path.read_text("utf-8")
        found = _in_style(source, names)
        if path.suffix != ".css":
            found = (*found, *_in_template(source, names, path.name))
        file = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        problems += [_problem(file, source, line, number) for line, number in sorted(found)]
    return tuple(problems)


def quiet_style(name: str, names: Sequence[str]) -> str:
    """Return a style sheet of ours; raise RenderError where it would print a number."""
    folder = templates_dir()
    source = (folder / "css" / name).read_text("utf-8")
    for line, number in _in_style(source, names):
        refuse([Finding(number, number, source=f"templates/css/{name}:{line}")])
    return source


def _problem(file: str, source: str, line: int, number: str) -> Problem:
    column = source.splitlines()[line - 1].find(number) + 1
    message = "prints a number of its own"
    return Problem(file, line, f"column {column}" if column else "", message, number, _EXPECTED)


def _in_style(source: str, names: Sequence[str]) -> tuple[tuple[int, str], ...]:
    found = []
    for content in _CONTENT.finditer(source):
        for string in _STRING.finditer(content[1]):
            words = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), string[1] or string[2] or "")
            line = source.count("\n", 0, content.start(1) + string.start()) + 1
            found += [(line, numeral.text) for numeral in numerals(words, names)]
    return tuple(found)


def _in_template(source: str, names: Sequence[str], name: str) -> tuple[tuple[int, str], ...]:
    from jinja2 import TemplateSyntaxError

    from reports.rendering.context import environment

    env = environment()
    try:
        words, starts, lines = _skeleton(env, source)
        tree = env.parse(source)
    except TemplateSyntaxError as error:
        raise RenderError(f"{name}:{error.lineno}: {error.message}", "mend the template") from error
    found = []
    for run in walk(words).runs:
        for naked in text_findings(run.text, names):
            at = run.place(naked.at)
            piece = bisect(starts, at) - 1
            found.append((lines[piece] + words.count("\n", starts[piece], at), naked.number))
    return (*found, *_in_expressions(tree, names))


def _skeleton(env: Environment, source: str) -> tuple[str, list[int], list[int]]:
    """Return the words of a template, where its pieces start and the line of each."""
    words, starts, lines, length = [], [0], [1], 0
    for line, kind, text in env.lex(source):
        part = text if kind == "data" else PRINTED if kind == "variable_begin" else ""
        if part:
            words.append(part)
            starts.append(length)
            lines.append(line)
            length += len(part)
    return "".join(words), starts, lines


def _in_expressions(tree: nodes.Template, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    from jinja2 import nodes

    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            if not isinstance(node, nodes.TemplateData):
                for constant in _constants(node):
                    for numeral in numerals(str(constant.value), names):
                        yield constant.lineno, numeral.text


def _constants(node: nodes.Node | None) -> Iterator[nodes.Const]:
    """Yield the constants that an expression may print: not those that only choose or index."""
    from jinja2 import nodes

    if isinstance(node, nodes.Const):
        if not isinstance(node.value, bool):
            yield node
    elif isinstance(node, nodes.Concat | nodes.List | nodes.Tuple):
        for child in node.iter_child_nodes():
            yield from _constants(child)
    elif isinstance(node, nodes.BinExpr):
        for side in (node.left, node.right):
            yield from _constants(side)
    elif isinstance(node, nodes.CondExpr):
        yield from _constants(node.expr1)
        yield from _constants(node.expr2)
    elif isinstance(node, nodes.Filter):
        yield from _constants(node.node)
        for argument in node.args if node.name in _WRITING else ():
            yield from _constants(argument)
