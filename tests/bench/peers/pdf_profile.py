"""Say where our PDF step spends its time, and what some levers would bring.

`python -m tests.bench.peers.pdf_profile` prints Markdown. A lever is a change that makes the step
do less; it is measured to know the most that it could bring, not because its result were good.
"""

from __future__ import annotations

import gc
import os
import pickle
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import cssselect2
import tinycss2
import weasyprint

from reports.rendering import finish, pdf, typesetting
from tests.bench.peers.preparing import prepare
from tests.bench.peers.stages import by_folder, clocked

RUNS = int(os.environ.get("RUNS", "5"))
DAY = date(2025, 6, 9)
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>a</title></svg>'

_WORDS = re.compile(r"<text\b.*?</text>", re.DOTALL)

Job = tuple[Any, Mapping[str, str], Any, Any]
"""Edition, charts, layout, attachments."""


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        job: Job = pickle.loads(prepare(DAY, Path(name)).job.read_bytes())  # noqa: S301 - our own
    pdf.render_pdf(*job)  # Warm, as the process is that lays out the PDF.
    print("\n".join((*_shares(job), "", *_folders(job), "", *_levers(job))))  # noqa: T201


def _shares(job: Job) -> list[str]:
    rounds = []
    for _ in range(RUNS):
        gc.collect()
        with clocked() as clock:
            pdf.render_pdf(*job)
        rounds.append({stage: s for stage, s in clock.seconds.items() if stage != "after"})
    wholes = [sum(one.values()) for one in rounds]
    shares = {
        stage: [one.get(stage, 0) / whole for one, whole in zip(rounds, wholes, strict=True)]
        for stage in rounds[0]
    }
    spread = f"{median(wholes):.2f} s ({min(wholes):.2f}–{max(wholes):.2f})"
    lines = [
        f"A whole step takes {spread} of the processor's time.",
        "",
        "| stage | share |",
        "|---|---:|",
    ]
    for stage, known in sorted(shares.items(), key=lambda item: -median(item[1])):
        lines.append(f"| {stage} | {_percent(known)} |")
    return lines


def _percent(shares: list[float]) -> str:
    return f"{median(shares):.1%} ({min(shares):.1%}–{max(shares):.1%})"


def _folders(job: Job) -> list[str]:
    seconds = by_folder(lambda: pdf.render_pdf(*job))
    whole = sum(seconds.values())
    lines = ["| part, own time under cProfile | share |", "|---|---:|"]
    for part, own in sorted(seconds.items(), key=lambda item: -item[1]):
        if own / whole > 0.01:
            lines.append(f"| {part} | {own / whole:.1%} |")
    return lines


def _levers(job: Job) -> list[str]:
    edition, charts, layout, inside = job
    blank = dict.fromkeys(charts, BLANK)
    wordless = {key: _WORDS.sub("", svg) for key, svg in charts.items()}
    lean = _matching(pdf.print_html(edition, layout), pdf.print_css())
    levers: dict[str, Callable[[], object]] = {
        "no drawing in any chart": lambda: _made((edition, blank, layout, inside)),
        "no words in any chart": lambda: _made((edition, wordless, layout, inside)),
        "no annex": lambda: _made((edition, charts, replace(layout, annex=()), inside)),
        "no style rule that matches nothing": lambda: _made(job, lambda: _style(lean)),
        "no tags (PDF/A-3u)": lambda: _made(job, _untagged),
        "nothing attached": lambda: _made((edition, charts, layout, ())),
    }
    lines = ["| lever | time of the step, of that without it |", "|---|---:|"]
    for name, lever in levers.items():
        ratios = []
        for _ in range(RUNS + 1):
            whole, less = _seconds(lambda: _made(job)), _seconds(lever)
            ratios.append(less / whole)
        ratios = ratios[1:]
        lines.append(f"| {name} | {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) |")
    return lines


def _made(job: Job, change: Callable[[], Any] = nullcontext) -> object:
    """Lay out and write a page without the checks, which would refuse what levers leave out."""
    edition, charts, layout, inside = job
    with change(), closing(typesetting.LocalTypesetter()) as typesetter:
        typesetter.lay_out(pdf.print_html(edition, layout))
        return typesetter.write(charts, inside)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()  # The documents of earlier runs are cycles, and pages laid out are many objects.
    start = time.process_time()
    work()
    return time.process_time() - start


@contextmanager
def _untagged() -> Iterator[None]:
    with (
        patch.object(typesetting, "VARIANT", "pdf/a-3u"),
        patch.object(finish, "VARIANT", "pdf/a-3u"),
        patch.object(finish, "_finish", lambda *_: None),
    ):
        yield


@contextmanager
def _style(css: str) -> Iterator[None]:
    with patch.object(pdf, "print_css", lambda: css):
        yield


def _matching(page: str, css: str) -> str:
    """Return a style sheet without the rules that match no element of a page."""
    root = cssselect2.ElementWrapper.from_html_root(weasyprint.HTML(string=page).etree_element)
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    kept = [
        rule
        for rule in rules
        if rule.type != "qualified-rule" or root.query(tinycss2.serialize(rule.prelude))
    ]
    return str(tinycss2.serialize(kept))


if __name__ == "__main__":
    main()
