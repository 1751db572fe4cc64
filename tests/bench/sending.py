"""Measure sending to many recipients, through a local server that keeps nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
SETTINGS = """[send]
from = "Briefing <briefing@example.org>"
server = "smtp://127.0.0.1:{port}"
encryption = "none"
recipients = "{recipients}"
state = "{state}"
per_connection = 1000
"""


@contextmanager
def sink() -> Iterator[int]:
    """Run the server; yield its port."""
    command: list[str | Path] = [sys.executable, HERE / "sink.py"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def project(folder: Path, port: int, count: int) -> Path:
    """Make a folder with settings and so many recipients; return it."""
    folder.mkdir()
    rows = (f"reader{number}@example{number % 50}.org\n" for number in range(count))
    with (folder / "recipients.csv").open("w", encoding="utf-8") as file:
        file.write("address\n")
        file.writelines(rows)
    filled = SETTINGS.format(
        port=port, recipients=folder / "recipients.csv", state=folder / "state"
    )
    (folder / "reports.toml").write_text(filled, "utf-8")
    return folder
