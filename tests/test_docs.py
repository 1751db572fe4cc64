"""The documentation says what is so: commands run, options are all there, links lead somewhere."""

import os
import re
import subprocess
from pathlib import Path

import click
import pytest

from reports import cli
from reports.errors import DataError, RenderError, ReportsError, UsageError
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted({ROOT / "README.md", ROOT / "output" / "README.md", *ROOT.glob("docs/**/*.md")})
COMMANDS = {
    f"{name} {part}" if part else name: command
    for name, group in cli.reports.commands.items()
    for part, command in (getattr(group, "commands", None) or {"": group}).items()
}
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)\)")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_stands_in_the_readme(name: str) -> None:
    assert f"### `reports {name}`" in README
    assert COMMANDS[name].help
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert all(f"`{word}" in README for word in option.opts)
            assert option.help


def test_every_exit_status_stands_in_the_readme() -> None:
    statuses = {kind.exit_status for kind in (ReportsError, UsageError, DataError, RenderError)}
    for status in {0, cli.INTERRUPTED, *statuses}:
        assert re.search(rf"^\| {status} \|", README, re.MULTILINE)


def test_every_target_exists_and_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## .+", makefile, re.MULTILINE))
    for target in re.findall(r"`make ([a-z]+)`", README):
        assert target in targets
    for target in ("all", "test", "quick", "check", "bench", "lock", "clean", "help"):
        assert target in targets


@pytest.mark.slow
def test_the_quick_start_runs_and_ends_with_the_paths_it_shows(tmp_path: Path) -> None:
    start = README.partition("## Start")[2]
    commands = start.partition("```sh\n")[2].partition("```")[0].splitlines()
    shown = start.partition("paths of the files:\n\n```\n")[2].partition("```")[0].splitlines()
    assert len(commands) == 2
    assert len(shown) == 4
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    for command in commands:
        done = subprocess.run(
            command.split(),
            cwd=ROOT,
            env=outside | {"ARGS": f"--output {tmp_path}"},
            capture_output=True,
            text=True,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    paths = done.stdout.splitlines()[-3:]
    assert [Path(path).relative_to(tmp_path) for path in paths] == [
        Path(path).relative_to("output") for path in shown
    ]
    assert all(Path(path).is_file() for path in paths)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_layout_in_the_readme_is_the_layout_of_the_tree() -> None:
    tree = README.partition("## What is where")[2].partition("```")[2].partition("```")[0]
    for folder in re.findall(r"^(\w+/)", tree, re.MULTILINE):
        assert (ROOT / folder).is_dir()
    for part in re.findall(r"(\w+(?:/|\.py))  ", tree):
        assert (ROOT / part).exists() or (ROOT / "reports" / part).exists(), part


def test_every_decision_has_a_context_a_decision_and_consequences() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len({path.name[:3] for path in decisions}) == len(decisions)
    for path in decisions:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:3]} ")
        for heading in ("Context", "Decision", "Consequences"):
            assert f"\n## {heading}\n" in text
