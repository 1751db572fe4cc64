"""Where templates, styles, fonts and the dataset lie: a project's own folders first.

In order: the working folder, the folder beside the package (a checkout), the copy in the wheel.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from reports.errors import RenderError, UsageError

_PACKAGE = Path(__file__).resolve().parent


@cache
def templates_dir() -> Path:
    """Return the folder of templates, known by its `tokens.json`; raise RenderError without one."""
    if found := _find("templates", "tokens.json"):
        return found
    raise RenderError(
        "no templates folder was found",
        "run in the project's folder, or install the package again: its templates are missing",
    )


@cache
def data_dir() -> Path:
    """Return the dataset's folder, known by its `datapackage.json`; raise UsageError without."""
    if found := _find("data", "datapackage.json"):
        return found
    raise UsageError(
        "no data folder was found", "name the folder that holds datapackage.json with --data"
    )


def style_json(*names: str) -> Any:
    """Return what a JSON file of the templates holds; raise RenderError that names the line."""
    path = templates_dir().joinpath(*names)
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise RenderError(
            f"templates/{'/'.join(names)}{line}: this is no JSON: {error}", "mend the file"
        ) from error


def is_packaged(folder: Path) -> bool:
    """Tell whether a folder came with the installed package, which the next one replaces."""
    return folder.resolve().is_relative_to(_PACKAGE)


@cache
def proper_names() -> tuple[str, ...]:
    """Return the names that may hold a number, as `templates/names.txt` lists them."""
    lines = (templates_dir() / "names.txt").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _find(name: str, sign: str) -> Path | None:
    for place in (Path.cwd(), _PACKAGE.parent, _PACKAGE / "_share"):
        if (place / name / sign).is_file():
            return place / name
    return None
