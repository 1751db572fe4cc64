"""The served page allows its script and nothing more, and is otherwise the page."""

import base64
import hashlib
import re

import pytest

from reports.preview.page import served
from reports.rendering.web import content_policy

POLICY = content_policy("b{}", "own()").replace("'", "&#39;")
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
PAGE = f"<html><head>{META}</head><body><p>Words, {{x}} \\1</p></body></html>\n"


def script_of(page: str) -> str:
    found = re.search('<script data-version="v1">(.*?)</script>\n', page, re.DOTALL)
    assert found
    return found[1]


def seal(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@pytest.mark.parametrize("own", ["own()", ""])
def test_the_policy_allows_the_script_and_its_address_alone(own: str) -> None:
    policy = content_policy("b{}", own)
    page = PAGE.replace(POLICY, policy.replace("'", "&#39;"))
    text = served(page.encode(), "v1").decode()
    found = re.search(r'Policy" content="([^"]*)"', text)
    assert found
    now = found[1].replace("&#39;", "'").split("; ")
    sources = [f"'sha256-{seal(script_of(text))}'", *([f"'sha256-{seal(own)}'"] if own else [])]
    expected = [
        f"script-src {' '.join(sources)}" if part.startswith("script-src") else part
        for part in policy.split("; ")
    ]
    assert now == [*expected, "connect-src 'self'"]


def test_all_else_stays() -> None:
    text = served(PAGE.encode(), "v1").decode()
    script = f'<script data-version="v1">{script_of(text)}</script>\n'
    bare = re.sub(r'content="[^"]*"', f'content="{POLICY}"', text.replace(script, ""), count=1)
    assert bare == PAGE


@pytest.mark.parametrize("page", ["", "<p>No body", "<html><body></body>"])
def test_a_page_that_is_no_whole_one_has_the_script_too(page: str) -> None:
    assert script_of(served(page.encode(), "v1").decode())
