"""Where tests run: what a module needs is made once, which nothing but the clock would tell."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict

import pytest

from tests.conftest import ROOT

WEEKLY = ("tests/briefings/test_notes.py", "tests/briefings/test_used.py")
OTHERS = ("tests/analysis/test_rounding.py", "tests/model/test_numerals.py")


@pytest.mark.slow
def test_a_module_stays_in_one_process_and_all_weeks_in_one() -> None:
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    options = ("-n", "2", "--dist", "loadfile", "-v", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "not slow", *options, *WEEKLY, *OTHERS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    places = defaultdict(set)
    for process, module in re.findall(r"^\[(gw\d)\] .*PASSED (\S+?)::", done.stdout, re.MULTILINE):
        places[module].add(process)
    assert set(places) == {*WEEKLY, *OTHERS}
    assert all(len(processes) == 1 for processes in places.values()), places
    assert len(set.union(*(places[module] for module in WEEKLY))) == 1
    assert len(set.union(*places.values())) == 2
