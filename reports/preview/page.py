"""The page as it is served, with a script that reloads it and shows faults; the file has none."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')
_EMPTY = (
    '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>Preview</title>'
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head>'
    "<body></body></html>"
)
"""What is shown while there is no page."""


def served(page: bytes, version: str) -> bytes:
    """Return a page with the script; its content policy allows that script and its address."""
    text = page.decode() or _EMPTY
    script = f'<script data-version="{escape(version)}">{_script()}</script>\n'
    head, end, tail = text.rpartition("</body>")
    whole = f"{head}{script}{end}{tail}" if end else text + script
    return _POLICY.sub(lambda found: found[1] + _allowing(found[2]) + found[3], whole, 1).encode()


def _allowing(policy: str) -> str:
    """Return a content policy that allows the script, and to ask where the page came from."""
    seal = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    with_script = re.sub(r"(script-src)( &#39;none&#39;| 'none')?", rf"\1 'sha256-{seal}'", policy)
    return f"{with_script}; connect-src 'self'"


@cache
def _script() -> str:
    return Path(__file__).with_name("live.js").read_text("utf-8")
