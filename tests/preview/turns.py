"""Change each input of a project in turn; print what a build with and without a cache made of it.

For a process of its own in the folder of the project: `turns.py DAY`.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from reports.pipeline import BuildRequest
from reports.preview.stem import Outcome, Stem


def words(name: str, old: str, new: str) -> Callable[[], None]:
    """Return an edit that replaces the first place of some words in a file."""

    def edit() -> None:
        path = Path(name)
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def note() -> None:
    """Write an editor's note."""
    head = '+++\nauthor = "Ann Editor"\n+++\n\n## economy\n'
    text = f"{head}Margins give way before wages do.\n"
    Path(f"data/editorial/{sys.argv[1]}.md").write_text(text, "utf-8")


def face() -> None:
    """Make a font another one: to what reads it only in part, still the same."""
    path = Path("templates/fonts/Archivo-400.woff2")
    path.write_bytes(path.read_bytes() + b"\0")


EDITS = {
    "row": words("data/observations.csv", "2025-05,-3.3,2025-06-09", "2025-05,-3.1,2025-06-09"),
    "note": note,
    "template": words("templates/web.html", "<p class", "<p data-new class"),
    "style": words("templates/css/web.css", "body", "b{color:red}body"),
    "script": words("templates/js/page.js", "", "// new\n"),
    "token": words("templates/tokens.json", '"light": "#FBFAF7"', '"light": "#FBFAF6"'),
    "font": face,
}


def made(stem: Stem, request: BuildRequest) -> Outcome:
    """Build to the end."""
    job = stem.start(request)
    while True:
        outcome = job.outcome()
        assert outcome
        assert not outcome.fault, (outcome.fault, outcome.trace)
        if outcome.complete:
            return outcome


def kept() -> set[str]:
    """Return the entries of the cache."""
    return {str(path) for path in Path("warm/.cache").rglob("*") if path.is_file()}


def main() -> None:
    """Build, and build again after each edit."""
    stem = Stem()
    day = date.fromisoformat(sys.argv[1])
    warm = BuildRequest(
        Path("data"), Path("warm"), day, ("html",), processes=False, cache=Path("warm/.cache")
    )
    cold = replace(warm, output=Path("cold"), cache=None)
    found = []
    before, drawn = made(stem, warm).page, kept()
    for name, edit in EDITS.items():
        edit()
        page, bare = made(stem, warm).page, made(stem, cold).page
        new = kept() - drawn
        found.append([name, page != before, page == bare, len(new), len(drawn)])
        before, drawn = page, drawn | new
    stem.close()
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
