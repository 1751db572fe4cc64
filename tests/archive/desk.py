"""A desk that publishes made-up editions at once, and what the tests see of its archive."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from reports import checks, cli, digest, drafts, pipeline
from reports.archive import inputs, publishing, rebuilding
from reports.archive.manifest import Validation, json_bytes
from reports.resources import templates_dir
from reports.variants import FULL

DAY, NEXT = "2025-06-09", "2025-06-16"
VALIDATION = Validation("veraPDF", "1", ("PDFA-3A", "PDFUA-1"))
FROZEN = re.compile("[0-9-]{10}/r[0-9]|ledger/")
PDF = f"us-china-trade-briefing-{DAY}.pdf"


@dataclass
class Desk:
    """What the next build gives, and the folder for output."""

    output: Path
    page: bytes = b"as first printed"
    rows: bytes = b"key,vintage,value\nexports 2025-05,2025-06-09,1\n"
    builds: list[str] = field(default_factory=list)

    @property
    def archive(self) -> Path:
        """Return the folder of the archive."""
        return self.output / "archive"

    def make(
        self, request: pipeline.BuildRequest, _tell: object
    ) -> tuple[drafts.Built, dict[str, bytes]]:
        """Build an edition that is its page in every form."""
        day = request.as_of or datetime(2025, 12, 31, tzinfo=UTC).date()
        forms = ["edition", "facts", *(form for form in request.formats if form in ("html", "pdf"))]
        if request.variant == FULL:
            self.builds.append(day.isoformat())
            forms.append("png/exports")
        built = drafts.Built(
            as_of=day,
            newest_day=day,
            folder=drafts.folder(request.output, day),
            files={form: drafts.file_name(form, day, request.variant) for form in forms},
            pages=4,
            notes=(),
            warnings=(),
            timings={"total": 1.0},
            variant=request.variant,
        )
        return built, {form: f"{form} of {day}: ".encode() + self.page for form in forms}

    def make_variants(
        self, request: pipeline.BuildRequest, variants: tuple[str, ...], tell: object
    ) -> tuple[pipeline.Made, ...]:
        """Build some variants in the same way."""
        return tuple(self.make(replace(request, variant=variant), tell) for variant in variants)

    def with_rows(
        self, _data: Path, day: object, contents: Mapping[str, bytes]
    ) -> tuple[dict[str, bytes], str, str]:
        """Add the rows of the desk."""
        rows = {"rows/observations.csv": self.rows}
        return {**contents, **rows}, "us-china-trade", f"The news of {day}"

    def frozen(self, _data: Path, _day: object) -> dict[str, bytes]:
        """Freeze a dataset of the rows alone, and the true digests of templates, fonts and code."""
        return {
            inputs.DATASET: inputs.zipped({"observations.csv": self.rows}),
            inputs.INPUTS: digests(),
        }


@cache
def digests() -> bytes:
    """Return the digests of all files that a build is made with."""
    return json_bytes({"schema": inputs.SCHEMA, **digest.file_digests(templates_dir())})


def install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Put the desk in place of builds and gates; the digest of inputs is that of its page."""
    monkeypatch.setattr(pipeline, "make", desk.make)
    monkeypatch.setattr(pipeline, "make_variants", desk.make_variants)
    monkeypatch.setattr(checks, "check", lambda data, output: ((), None))
    monkeypatch.setattr(
        pipeline, "inputs_digest", lambda data: hashlib.sha256(desk.page).hexdigest()
    )
    monkeypatch.setattr(publishing, "validated", lambda *_: VALIDATION)
    monkeypatch.setattr(publishing, "frozen", lambda *words: desk.frozen(*words))
    monkeypatch.setattr(rebuilding, "_since", lambda *_: ())
    for module in (publishing, rebuilding):
        monkeypatch.setattr(module, "with_rows", desk.with_rows)
    monkeypatch.setenv("REPORTS_BY", "The Desk")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    return desk


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of the editions and of the ledger of an archive: what is never changed."""
    return {name: path.read_bytes() for name, path in _files(folder) if FROZEN.match(name)}


def pages(folder: Path) -> dict[str, bytes]:
    """Return every page of an archive: what is made from its editions and its ledger."""
    return {name: path.read_bytes() for name, path in _files(folder) if not FROZEN.match(name)}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file of an archive but what is staged."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not (name := str(path.relative_to(folder))).startswith("."):
            yield name, path


def together(*runs: Sequence[str | Path], pages: Sequence[bytes], desk: Desk) -> list[object]:
    """Run commands in processes that start at the same moment; return the JSON each printed."""
    results = [desk.output.parent / f"said-{number}.json" for number in range(len(runs))]
    ready, start = os.pipe()
    children = []
    for run, page, result in zip(runs, pages, results, strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A fork beside threads of the tests.
            child = os.fork()
        if child == 0:
            desk.page = page
            _child(run, result, ready, start)
        children.append(child)
    os.close(start)
    os.close(ready)
    for child in children:
        _, status = os.waitpid(child, 0)
        assert not os.WIFSIGNALED(status)
    return [json.loads(result.read_text("utf-8")) for result in results]


def _child(run: Sequence[str | Path], result: Path, ready: int, start: int) -> None:
    status = 99
    try:
        signal.alarm(60)
        handle = os.open(result, os.O_WRONLY | os.O_CREAT)
        silent = os.open(os.devnull, os.O_RDWR)
        for stream, target in ((0, silent), (1, handle), (2, silent)):
            os.dup2(target, stream)
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
        sys.argv = ["reports", *map(str, run)]
        os.close(start)
        os.read(ready, 1)  # It ends when the last writer closes: all start together.
        status = cli.run()
        sys.stdout.flush()
    finally:
        os._exit(status)
