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
from pathlib import Path

from tests.bench.peers.getting import get
from tests.bench.peers.looking import TOOLS
from tests.bench.peers.peers import environment, ours, peers
from tests.bench.peers.preparing import prepare
from tests.bench.peers.rounds import made_by, measure
from tests.bench.peers.table import tables

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2025, 6, 9)
RUNS = int(os.environ.get("RUNS", "5"))


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
            key: made_by(own[key], prepared, Path(name) / f"ours-{key}", everywhere)
            for key in ("build", "step")
        }
        wanted = list(peers(prepared, tools))
        reasons = {
            peer.subject.name: [tools.missing[key] for key in peer.needs if key in tools.missing]
            for peer in wanted
        }
        there = [peer for peer in wanted if not reasons[peer.subject.name]]
        skipped = [
            (peer, reasons[peer.subject.name][0]) for peer in wanted if reasons[peer.subject.name]
        ]
        pairs = list(measure(there, own, prepared, everywhere, RUNS))
    text = tables(pairs, own, made, skipped)
    (ROOT / "output" / "bench-peers.md").write_text(text, encoding="utf-8")
    print(text)  # noqa: T201


if __name__ == "__main__":
    main()
