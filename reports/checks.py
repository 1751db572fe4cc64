"""All that is checked without a build: the dataset, the files of its editor, the templates."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reports.config import day_of
from reports.errors import Problem, unreadable
from reports.resources import proper_names, templates_dir

if TYPE_CHECKING:
    from reports.dataset import Dataset


def check(data: Path, output: Path | None = None) -> tuple[tuple[Problem, ...], date | None]:
    """Return every problem of a dataset, its editor's files and the templates, and its newest day.

    The day is None where there is too much wrong to build from. A folder for output keeps the
    record of the dataset that the standard's validator passed last.
    """
    from reports.dataset import check_dataset, load_dataset
    from reports.rendering.gate import check_templates
    from reports.validated import standard_problems

    try:
        problems = check_dataset(data)
        if not _wrong(problems):
            problems += standard_problems(data, output)
        dataset = None if _wrong(problems) else load_dataset(data)
        problems = (
            *problems,
            *_editorial_problems(data, dataset),
            *check_templates(templates_dir(), proper_names()),
        )
    except OSError as error:
        raise unreadable(error) from error
    if dataset is None or _wrong(problems):
        return problems, None
    return problems, dataset.newest_day


def _wrong(problems: tuple[Problem, ...]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _editorial_problems(data: Path, dataset: Dataset | None) -> list[Problem]:
    """Return the faults of all editor's files, each judged on the data of its own day."""
    from reports.briefings import editorial_faults, load_editorial

    problems: list[Problem] = []
    folder = data / "editorial"
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        if path.suffix != ".md" or path.name == "README.md":
            continue
        try:
            day = day_of(path.stem)
        except ValueError:
            wanted = "a name such as 2025-06-09.md"
            problems.append(
                Problem(f"editorial/{path.name}", None, "", "has no day for a name", "", wanted)
            )
            continue
        if editorial := load_editorial(data, day):
            problems += editorial_faults(editorial, dataset.as_of(day) if dataset else None)
    return problems
