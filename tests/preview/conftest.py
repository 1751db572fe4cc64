"""A project to edit, and a browser to look at it with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.preview.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")
