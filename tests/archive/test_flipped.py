"""Whatever single byte of an archive is changed, lost or added: its file is named, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reports.archive.manifest import Act
from reports.archive.publishing import Draft, freeze
from reports.archive.store import FolderStore
from reports.archive.verifying import verify
from reports.config import day_of
from tests.archive.desk import DAY, contents
from tests.archive.test_together import ORIGIN

pytestmark = pytest.mark.slow

APART = 17
"""Every so many bytes of a file, one is spoilt."""


def spoilt(content: bytes) -> Iterator[bytes]:
    """Yield a content with one byte changed, left out or put in, at places all over it."""
    for number, at in enumerate(range(0, len(content), APART)):
        byte = b'0179afx \n"'[number % 10 : number % 10 + 1]
        yield content[:at] + byte + content[at + 1 :]
        yield content[:at] + byte + content[at:]
        yield content[:at] + content[at + 1 :]


def test_the_file_of_every_flipped_byte_is_named(tmp_path: Path) -> None:
    archive = FolderStore(tmp_path)
    for week in range(4):
        for revision in range(1 + week % 2):
            files = {"edition.json": f"{week} {revision}".encode(), "rows/meetings.csv": b"id\n"}
            day = day_of(DAY) + timedelta(weeks=week)
            act = Act("2025-06-15T15:06:40Z", "The Desk", "a figure was wrong")
            freeze(archive, Draft(day, "us-china-trade", "News", files, ORIGIN), act)
    assert verify(archive).problems == ()
    whole = contents(tmp_path)
    for name, content in whole.items():
        for wrong in spoilt(content):
            (tmp_path / name).unlink()
            (tmp_path / name).write_bytes(wrong)
            found = [problem.file for problem in verify(archive).problems]
            assert found == ([] if wrong == content else [name]), wrong
        (tmp_path / name).write_bytes(content)
