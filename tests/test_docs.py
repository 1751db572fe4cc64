"""The documentation says what is so: commands run, options are all there, links lead somewhere."""

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from reports import cli
from reports.errors import (
    ArchiveError,
    DataError,
    DeliveryError,
    RenderError,
    ReportsError,
    UsageError,
)
from reports.intake import KINDS
from reports.intake.files import LARGEST_FILE, LONGEST_CELL, MOST_ROWS
from reports.intake.xlsx import HIGHEST_RATIO, LARGEST_CONTENT, MOST_ELEMENTS, MOST_PARTS
from tests.conftest import ROOT, Said

README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted({ROOT / "README.md", ROOT / "output" / "README.md", *ROOT.glob("docs/**/*.md")})


def commands_of(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its name, those of groups with the name of the group."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands_of(cli.reports))
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)\)")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_stands_in_the_readme(name: str) -> None:
    _, heading, rest = README.partition(f"### `reports {name}`\n")
    assert heading
    section = rest.partition("\n### ")[0]
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert all(f"`{word}" in section for word in option.opts)
            assert option.help
    assert COMMANDS[name].help


def test_every_exit_status_stands_in_the_readme() -> None:
    kinds = (ReportsError, UsageError, DataError, RenderError, ArchiveError, DeliveryError)
    statuses = {kind.exit_status for kind in kinds}
    for status in {0, cli.INTERRUPTED, *statuses}:
        assert re.search(rf"^\| {status} \|", README, re.MULTILINE)


def test_every_target_exists_and_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## .+", makefile, re.MULTILINE))
    for target in re.findall(r"`make ([a-z-]+)`", README):
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
    paths = done.stdout.splitlines()[-4:]
    assert [Path(path).relative_to(tmp_path) for path in paths] == [
        Path(path).relative_to("output") for path in shown
    ]
    assert all(Path(path).is_file() for path in paths)


def test_the_worked_week_of_added_data_is_as_it_is_shown(
    reports: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "adding-data.md").read_text("utf-8")
    pages, observations, status = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    command, correction = re.findall(r"```sh\nreports (.*?)\n```", page)
    shown = re.search(r"```\n(new .*?)```", page, re.DOTALL)
    assert shown
    for name, text in (("pages", pages), ("observations", observations), ("status", status)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    data = ("--data", ROOT / "data", "--today", "2026-01-09")
    assert reports(*shlex.split(command), *data) == Said(0, shown[1], "")
    updated = reports("data", "add", "status.csv", "pages.csv", *data, "--dry-run")
    assert "updated    TC01" in updated.out
    assert shlex.split(correction)[:4] == ["data", "add", "observations.csv", "--correct"]


def test_the_kinds_of_added_rows_are_explained() -> None:
    page = (ROOT / "docs" / "adding-data.md").read_text("utf-8")
    assert all(f"\n| `{kind}` | " in page for kind in (*KINDS, "refused"))
    for limit in (MOST_ROWS, LONGEST_CELL, MOST_PARTS, MOST_ELEMENTS, HIGHEST_RATIO):
        assert f"{limit:,} " in page
    for limit in (LARGEST_FILE, LARGEST_CONTENT):
        assert f"{limit // 1_000_000} MB" in page


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
