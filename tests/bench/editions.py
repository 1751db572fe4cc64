"""Build editions one after another in one process and print the seconds of each.

`editions.py OUTPUT DAY...`
"""

import sys
import time
from datetime import date
from pathlib import Path

from reports.pipeline import BuildRequest, build
from reports.resources import data_dir


def main() -> None:
    """Build an edition for each day named on the command line."""
    output, *days = sys.argv[1:]
    for day in days:
        start = time.perf_counter()
        build(BuildRequest(data_dir(), Path(output), date.fromisoformat(day), processes=False))
        print(time.perf_counter() - start)  # noqa: T201


main()
