"""Build one edition with what a user would pick instead of this project, and compare.

`python -m tests.bench.peers` installs its peers into `.peers`, prints the tables and writes them
to `output/bench-peers.md`. Nothing here is a test: times say something about a machine.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import date
from itertools import islice
from pathlib import Path

from tests.bench.peers.getting import Tools, get
from tests.bench.peers.looking import TOOLS
from tests.bench.peers.measuring import Place
from tests.bench.peers.peers import Peer, environment, ours, peers
from tests.bench.peers.preparing import Prepared, prepare
from tests.bench.peers.rounds import made_by, measure
from tests.bench.peers.table import tables

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2025, 6, 9)
RUNS = max(1, int(os.environ.get("RUNS", "5")))


def main() -> None:
    """Measure everything, print the tables and write them."""
    if absent := [tool for tool in TOOLS if not shutil.which(tool)]:
        sys.exit(
            f"bench-peers: {', '.join(absent)} missing; run: sudo apt-get install poppler-utils"
        )
    tools = get(ROOT / ".peers")
    with tempfile.TemporaryDirectory() as name:
        prepared = prepare(DAY, Path(name))
        everywhere = environment(tools)
        own = ours(prepared)
        made = {
            key: made_by(own[key], prepared, Place(Path(name) / f"ours-{key}", everywhere))
            for key in ("build", "step")
        }
        there, skipped = _sorted(prepared, tools)
        for pairs in islice(measure(there, own, prepared, everywhere), RUNS):
            # After each round, so that a run that is broken off leaves what it knows.
            text = tables(pairs, own, made, skipped, prepared.charts)
            (ROOT / "output" / "bench-peers.md").write_text(text, encoding="utf-8")
    print(text)  # noqa: T201


def _sorted(prepared: Prepared, tools: Tools) -> tuple[list[Peer], list[tuple[Peer, str]]]:
    """Return the peers that are there, and the others with the reason."""
    there, skipped = [], []
    for peer in peers(prepared, tools):
        reasons = [tools.missing[key] for key in peer.needs if key in tools.missing]
        if reasons:
            skipped.append((peer, reasons[0]))
        else:
            there.append(peer)
    return there, skipped


if __name__ == "__main__":
    main()
