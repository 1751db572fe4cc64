"""Publishers in processes of their own, forked from one that has no threads and no connection."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from reports import cli
from reports.archive.manifest import Act, Origin
from reports.archive.opening import open_store
from reports.archive.publishing import Draft, Published, freeze
from reports.archive.store import ArchiveStore
from reports.config import day_of
from tests.archive.desk import DAY, Desk, install

LONGEST = 60
ORIGIN = Origin(
    dict.fromkeys(("dataset", "templates", "fonts", "code"), "0" * 64),
    {},
    dict.fromkeys(("python", "pango", "harfbuzz"), "1"),
    {},
)


def context() -> ForkServerContext:
    """Return where processes come from that inherit no thread."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.archive.children", "asyncssh", "obstore.store"])
    return found


def publish_page(store: ArchiveStore, page: bytes, reason: str) -> Published:
    """Publish a small edition by itself."""
    contents = {name: name.encode() + page for name in ("edition.json", "facts.json", "a/b.csv")}
    draft = Draft(day_of(DAY), "us-china-trade", "News", contents, ORIGIN)
    return freeze(store, draft, Act("2025-06-15T15:06:40Z", "The Desk", reason))


def start(url: str, page: bytes, reason: str) -> ForkServerProcess:
    """Start to publish a small edition in a process of its own."""
    process = context().Process(target=_publish, args=(dict(os.environ), url, page, reason))
    process.start()
    return process


def _publish(environment: Mapping[str, str], url: str, page: bytes, reason: str) -> None:
    os.environ |= environment
    publish_page(open_store(url, {}, os.environ), page, reason)


def together(*runs: Sequence[str | Path], pages: Sequence[bytes], desk: Desk) -> list[Any]:
    """Run commands in processes that start at the same moment; return the JSON each printed."""
    ready = context().Barrier(len(runs))
    results = [desk.output.parent / f"said-{number}.json" for number in range(len(runs))]
    processes = []
    for run, page, result in zip(runs, pages, results, strict=True):
        known = (dict(os.environ), desk.output, page, [*map(str, run)], result, ready)
        processes.append(context().Process(target=_command, args=known))
        processes[-1].start()
    for process in processes:
        process.join(LONGEST)
        assert process.exitcode is not None, "it hangs"
        process.close()
    return [json.loads(result.read_text("utf-8")) for result in results]


def _command(
    environment: Mapping[str, str],
    output: Path,
    page: bytes,
    words: Sequence[str],
    result: Path,
    ready: Barrier,
) -> None:
    os.environ |= environment
    sys.argv = ["reports", *words]
    with (
        pytest.MonkeyPatch.context() as patch,
        result.open("w", encoding="utf-8") as out,
        open(os.devnull, "w", encoding="utf-8") as err,  # noqa: PTH123
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        install(Desk(output, page), patch)
        ready.wait(LONGEST)
        cli.run()
