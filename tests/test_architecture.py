"""Habits that no linter holds: sizes of modules and functions, light imports, nothing forgotten."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "reports").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
HEAVY = {"pandas", "numpy", "matplotlib", "PIL", "weasyprint", "jinja2", "fontTools", "logging"}
HEAVY |= {
    "cryptography",
    "css_inline",
    "duckdb",
    "frictionless",
    "markdown_it",
    "openpyxl",
    "urllib3",
}
"""What takes longer to import than a command that needs none of it may take."""
LIGHT = ["reports.cli", "reports.pipeline", "reports.model", "reports.intake", "reports.store"]
LIGHT += ["reports.archive.publishing", "reports.archive.verifying", "reports.delivery.composing"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_stay_short() -> None:
    paths = (*MODULES, *TESTS)
    long = {name(path): len(path.read_text("utf-8").splitlines()) for path in paths}
    assert not {module: lines for module, lines in long.items() if lines > LONGEST_MODULE}


@pytest.mark.slow
def test_functions_stay_short() -> None:
    long = [
        f"{name(path)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in MODULES
        for node in _functions(_tree(path))
        if node.end_lineno and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.slow
def test_everything_public_says_what_it_is_for() -> None:
    silent = [
        f"{name(path)} {getattr(node, 'name', '')}"
        for path in MODULES
        for tree in [_tree(path)]
        for node in (tree, *_public(tree))
        if not ast.get_docstring(node)
    ]
    assert not silent


def _functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield every function in the bodies of a node; expressions, the most of a tree, are passed."""
    for block in ("body", "orelse", "handlers", "finalbody"):
        for part in getattr(node, block, ()):
            if isinstance(part, ast.FunctionDef):
                yield part
            yield from _functions(part)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield the public functions and classes of a module and the methods of the latter."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    member
                    for member in node.body
                    if isinstance(member, ast.FunctionDef) and not member.name.startswith("_")
                )


@cache
def _loaded() -> dict[str, set[str]]:
    """Return what is loaded after the import of each light module, one after the other."""
    code = "\n".join(f"import {module}\nprint({module!r}, *sys.modules)" for module in LIGHT)
    command = [sys.executable, "-c", f"import sys\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {line.partition(" ")[0]: set(line.split()) for line in done.stdout.splitlines()}


@pytest.mark.parametrize("module", LIGHT)
def test_an_import_brings_nothing_heavy(module: str) -> None:
    assert not HEAVY & _loaded()[module]


def test_the_command_line_brings_click_and_the_standard_library_only() -> None:
    code = "import sys; from reports.cli import run; run(); print(*sys.modules)"
    command = [sys.executable, "-c", code, "--help"]  # Which imports the modules of all commands.
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage:")
    found = {module.partition(".")[0] for module in done.stdout.splitlines()[-1].split()}
    ours = {"__main__", "click", "reports", "sitecustomize", "usercustomize", "_distutils_hack"}
    assert found - set(sys.stdlib_module_names) <= ours


def test_the_locks_hold_every_stated_dependency_with_hashes_and_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for requirement in project["project"]["dependencies"]:
        package = requirement.partition(">")[0]
        assert f"\n{package}==" in lock
    for text in (lock, (ROOT / "requirements-dev.lock").read_text("utf-8")):
        assert "://" not in text
        assert "--index-url" not in text
        blocks = [line for line in text.splitlines() if line[:1].isalnum()]
        assert blocks
        assert all(line.endswith("\\") for line in blocks)
