"""Where the templates, styles and fonts lie: a project's own folder first, then the package's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reports.errors import RenderError

_PACKAGE = Path(__file__).resolve().parent


@cache
def templates_dir() -> Path:
    """Return the folder of templates; raise RenderError where there is none.

    In order: `templates/` of the working folder, `templates/` beside the package (a checkout), the
    copy that the wheel carries. A folder counts if it holds `tokens.json`.
    """
    places = (Path.cwd(), _PACKAGE.parent, _PACKAGE / "_share")
    for place in places:
        if (place / "templates" / "tokens.json").is_file():
            return place / "templates"
    raise RenderError(
        "no templates folder was found",
        "run in the project's folder, or install the package again: its templates are missing",
    )
