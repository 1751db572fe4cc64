"""A letter and its sender, made up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from reports.archive.ledger import enter
from reports.archive.manifest import (
    MANIFEST,
    SUMS,
    Act,
    Manifest,
    Origin,
    Revision,
    manifest_bytes,
    sealed,
    sums,
)
from reports.archive.store import ArchiveStore
from reports.delivery.letters import Letter, Sender

NOW = datetime(2025, 6, 9, 10, 30, tzinfo=UTC)
DAY = date(2025, 6, 9)
PDF = b"%PDF-1.7 " + bytes(range(256)) * 9
SENDER = Sender(
    address="briefing@example.org",
    name="Trade Briefing",
    list_id="briefing.example.org",
    unsubscribe_mail="leave@example.org",
    unsubscribe_url="https://example.org/leave",
    archive_url="https://example.org/briefings",
    secret=b"kept by the sender",
)
TEXT = """[[#correction]]
CORRECTION: [[reason]]
[[#changes]]
* [[change]]
[[/changes]]
[[#more]]
More: [[more]]
[[/more]]
[[#no_number]]
No number differs.
[[/no_number]]
[[/correction]]
The news – 新闻.
From here on it ends with a space: \n
[[#page]]
Read it: [[page_url]]
[[/page]]
[[#attached]]
PDF attached, [[pdf_size]]
[[/attached]]
[[#linked]]
PDF, [[pdf_size]]: [[pdf_url]]
[[/linked]]
Unsubscribe: [[unsubscribe]]
.
"""
HTML = """<p>The news &ndash; 新闻</p><img src="exports.png" alt="Up">
<!--[[#page]]--><a href="[[page_url]]">Read</a><!--[[/page]]-->
<!--[[#correction]]<p>[[reason]][[#changes]]<br>[[change]][[/changes]]</p>[[/correction]]-->
<a href="[[unsubscribe]]">unsubscribe</a>"""
FILES = {
    "us-china-trade-briefing-2025-06-09.html": b"<p>",
    "us-china-trade-briefing-2025-06-09.pdf": PDF,
    "charts/exports.png": b"\x89PNG shared",
    "email/body.html": HTML.encode(),
    "email/body.txt": TEXT.encode(),
    "email/exports.png": b"\x89PNG picture",
}


def letter(**changes: object) -> Letter:
    """Return a letter with an image and a PDF."""
    whole: dict[str, Any] = {
        "revision": Revision(DAY, 1),
        "briefing": "us-china-trade",
        "headline": "London talks open",
        "subject": "London talks open",
        "text": TEXT,
        "html": HTML,
        "images": {"exports.png": FILES["email/exports.png"]},
        "page_name": "us-china-trade-briefing-2025-06-09.html",
        "pdf_name": "us-china-trade-briefing-2025-06-09.pdf",
        "pdf": PDF,
    }
    return Letter(**{**whole, **changes})


def archived(
    store: ArchiveStore,
    number: int = 1,
    *,
    facts: Mapping[str, str] | None = None,
    headline: str = "London talks open",
    reason: str = "",
    files: Mapping[str, bytes] = FILES,
) -> Revision:
    """Put an edition into an archive; `facts` are words by label. Return its revision."""
    told = [
        {
            "key": label,
            "label": label,
            "period": "May 2025",
            "shown": shown,
            "status": "derived" if "change" in label else "reported",
        }
        for label, shown in (facts or {}).items()
    ]
    contents = {**files, "facts.json": json.dumps({"facts": told}).encode()}
    revision = Revision(DAY, number)
    act = Act("2025-06-09T10:00:00Z", "The Desk", reason)
    origin = Origin({}, {}, {}, {})
    manifest = Manifest(
        "us-china-trade", revision, headline, act, None, origin, None, sealed(contents)
    )
    content = manifest_bytes(manifest)
    assert store.put(str(revision), {**contents, MANIFEST: content, SUMS: sums(manifest, content)})
    enter(store, manifest)
    return revision
