"""The record of the last dataset that the standard's validator passed, so that it runs once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from reports import digest, files, store
from reports.errors import RenderError

if TYPE_CHECKING:
    from reports.errors import Problem

_RECORD = ".validated.json"


def standard_problems(data: Path, output: Path | None = None) -> tuple[Problem, ...]:
    """Return what the standard's validator says of a dataset without faults of our own finding.

    With a folder for output, a dataset that it passed there before is not read again.
    """
    from reports.dataset.standard import check_standard, fingerprint

    passed = digest.read_record(output / _RECORD).get("valid") if output else None

    def read() -> tuple[str, tuple[Problem, ...]]:
        seal = fingerprint(data)
        return seal, () if seal == passed else check_standard(data)

    seal, problems = store.settled(data, read)
    if seal == passed:
        return ()
    if output and output.is_dir() and not problems:
        with suppress(RenderError):  # The record saves a second and decides nothing.
            files.write_together(output, {_RECORD: digest.record_bytes({"valid": seal})})
    return problems
