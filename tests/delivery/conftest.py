"""An office for every test of sending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Said
from tests.delivery.office import READERS, Office


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reports: Callable[..., Said]) -> Office:
    """Return an office on the day of its edition, with three readers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1749470000")  # 9 June 2025, 11:53 UTC
    monkeypatch.setenv("REPORTS_BY", "The Desk")
    made = Office(tmp_path, reports)
    made.publish()
    made.settings()
    made.recipients(*READERS)
    return made
