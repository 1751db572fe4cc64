"""A dataset with a table in Parquet, made once, and copies that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.dataset.parquet.tables import moved  # DuckDB, which quick runs do without.

    return moved(tmp_path_factory.mktemp("parquet"))


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """Return a dataset with a Parquet table, which a test may spoil."""
    return shutil.copytree(original, tmp_path / "data")
