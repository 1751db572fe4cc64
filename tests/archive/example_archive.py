"""A small archive with readable editions: five weeks over a turn of the year, one corrected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from reports.archive.site import site_damage, update
from reports.archive.store import FolderStore
from reports.config import day_of
from reports.model import to_json
from reports.rendering.ledger import facts_file
from tests.archive.decade import AS_OF, write_decade
from tests.rendering.example_edition import example_edition

FIRST = date(2024, 12, 16)
DAYS = ("2024-12-16", "2024-12-23", "2024-12-30", "2025-01-06", "2025-01-13")
NEWEST = DAYS[-1]
CORRECTED = "2024-12-30"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)


@cache
def edition_files() -> Mapping[str, bytes]:
    """Return the files of an edition by name."""
    edition = example_edition()
    name = f"us-china-trade-briefing-{AS_OF}"
    charts = ("rare-earths-monthly", "tariff-steps", "year-to-date")
    return {
        "edition.json": to_json(edition).encode(),
        "facts.json": facts_file(edition),
        f"{name}.html": b"<!doctype html><title>Briefing</title><link rel=icon href=data:,>",
        f"{name}.pdf": b"%PDF-1.7 as it was printed",
        "rows/observations.csv": b"series_id,value\nexports,1\n",
        **{f"charts/{chart}.png": PIXEL for chart in charts},
    }


def write_small(folder: Path, count: int = 5) -> FolderStore:
    """Write the archive without its pages; return its store."""
    write_decade(folder, count, edition_files(), first=FIRST, corrected={2})
    return FolderStore(folder)


def small_archive(folder: Path, url: str = "") -> FolderStore:
    """Write the archive with its pages; return its store."""
    store = write_small(folder)
    update(store, url)
    return store


def index_of(page: bytes) -> dict[str, object]:
    """Return what a part of the search index holds."""
    found: dict[str, object] = json.loads(page.decode().removeprefix("archiveYear(")[:-3])
    return found


def damaged(store: FolderStore, *days: str) -> dict[str, str]:
    """Return what is wrong with each page of some days, or of all, by name."""
    wanted = [day_of(day) for day in days] or None
    return {problem.file: problem.message for problem in site_damage(store, "", wanted)}
