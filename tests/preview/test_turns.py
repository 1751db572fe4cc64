"""No build is stale: each input is changed in turn, and held against a build without a cache."""

from __future__ import annotations

import json

import pytest

from tests.conftest import LONDON, ROOT
from tests.preview.project import Project

pytestmark = pytest.mark.slow

EVERY, NONE, SOME = "every", "none", "some"
REDRAWN = {
    "row": SOME,
    "note": NONE,
    "template": NONE,
    "style": NONE,
    "script": NONE,
    "token": EVERY,
    "font": EVERY,
}


def test_each_change_shows_and_draws_only_what_it_must(project: Project) -> None:
    found = json.loads(project.python(ROOT / "tests" / "preview" / "turns.py", LONDON))
    assert [name for name, changed, _, _, _ in found if not changed] == []
    assert [name for name, _, fresh, _, _ in found if not fresh] == []
    first = found[0][4]
    counts = {name: new for name, _, _, new, _ in found}
    assert 0 < counts["row"] < first / 4
    kinds = {
        name: NONE if new == 0 else EVERY if new >= first else SOME for name, new in counts.items()
    }
    assert kinds == REDRAWN
