"""Compose messages to many readers from one letter; print the seconds that it took.

Arguments: the folder of a draft with its e-mail and its PDF, how many readers.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from reports.archive.manifest import Revision
from reports.delivery.composing import Addressee, compose
from reports.delivery.letters import Letter, Sender

folder, readers = Path(sys.argv[1]), int(sys.argv[2])
(pdf,) = folder.glob("*.pdf")
letter = Letter(
    revision=Revision(date.fromisoformat(folder.name), 1),
    briefing="us-china-trade",
    headline="The news",
    subject="The news",
    text=(folder / "email" / "body.txt").read_text("utf-8"),
    html=(folder / "email" / "body.html").read_text("utf-8"),
    images={path.name: path.read_bytes() for path in sorted((folder / "email").glob("*.png"))},
    page_name="",
    pdf_name=pdf.name,
    pdf=pdf.read_bytes(),
)
sender = Sender("list@example.org", "List", "list.example.org", "leave@example.org")
now = datetime(2025, 6, 9, tzinfo=UTC)
start = time.perf_counter()
for number in range(readers):
    compose(letter, Addressee(f"reader-{number}@example.net", "李明"), sender, now)
print(time.perf_counter() - start)  # noqa: T201
