"""Change each input of a printed edition in turn; hold its PDF against that of a first build.

For a process of its own in the folder of the project: `reprinted.py DAY`.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from reports.pipeline import BuildRequest
from reports.preview.stem import Stem
from tests.preview.turns import made, note, words


def face() -> None:
    """Make a print font another one."""
    path = Path("templates/fonts/Archivo-400.ttf")
    path.write_bytes(Path("templates/fonts/Archivo-500.ttf").read_bytes())


def accident() -> None:
    """Kill the process that keeps the pages with all children of our child, and change a word."""
    parents = {int(path.name): parent(path) for path in Path("/proc").glob("[0-9]*")}
    for pid, above in parents.items():
        if parents.get(above) == os.getpid():
            os.kill(pid, signal.SIGKILL)
            while state(pid) not in ("Z", ""):
                time.sleep(0.001)
    words("templates/print.html", "under the SIL", "by the SIL")()


def parent(process: Path) -> int:
    """Return the parent of a process; 0 for one that has ended."""
    with suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def state(pid: int) -> str:
    """Return the letter of what a process is at; Z for one that has ended and is still listed."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


EDITS: dict[str, Callable[[], None]] = {
    "row": words("data/observations.csv", "2025-05,-3.3,2025-06-09", "2025-05,-3.1,2025-06-09"),
    "note": note,
    "template": words("templates/print.html", "Corrections appear", "Mistakes are mended"),
    "style": words("templates/css/print.css", ".prose p + p {", "h2 { color: red } .prose p + p {"),
    "token": words("templates/tokens.json", '"print": "#16191D"', '"print": "#17191D"'),
    "font": face,
    "accident": accident,
}


def main() -> None:
    """Build, and build again after each edit."""
    stem = Stem()
    day = date.fromisoformat(sys.argv[1])
    request = BuildRequest(Path("data"), Path("output"), day, ("pdf",))
    found = []
    before = made(stem, request).pdf
    for name, edit in EDITS.items():
        edit()
        printed = made(stem, request).pdf
        first = Stem()
        found.append([name, printed != before, printed == made(first, request).pdf])
        first.close()
        before = printed
    stem.close()
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
