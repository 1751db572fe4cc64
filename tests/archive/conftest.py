"""A desk for every test of the archive."""

from pathlib import Path

import pytest

from tests.archive.desk import Desk, install


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk whose editions are made at once."""
    return install(Desk(tmp_path / "output"), monkeypatch)
