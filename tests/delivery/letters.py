"""A letter and its sender, made up."""

from datetime import UTC, date, datetime

from reports.archive.manifest import Revision
from reports.delivery.letters import Letter, Sender

NOW = datetime(2025, 6, 9, 10, 30, tzinfo=UTC)
SENDER = Sender(
    address="briefing@example.org",
    name="Trade Briefing",
    list_id="briefing.example.org",
    unsubscribe_mail="leave@example.org",
    unsubscribe_url="https://example.org/leave",
    archive_url="https://example.org/briefings",
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
<!--[[#correction]]<p>[[reason]]</p>[[/correction]]-->
<a href="[[unsubscribe]]">unsubscribe</a>"""


def letter(**changes: object) -> Letter:
    """Return a letter with an image and a PDF."""
    whole = {
        "revision": Revision(date(2025, 6, 9), 1),
        "briefing": "us-china-trade",
        "headline": "London talks open",
        "subject": "London talks open",
        "text": TEXT,
        "html": HTML,
        "images": {"exports.png": b"\x89PNG picture"},
        "page_name": "briefing-2025-06-09.html",
        "pdf_name": "briefing-2025-06-09.pdf",
        "pdf": b"%PDF-1.7 " + bytes(range(256)) * 9,
    }
    return Letter(**{**whole, **changes})  # type: ignore[arg-type]
