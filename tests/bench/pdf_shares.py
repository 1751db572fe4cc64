"""Tell what the PDF step spends its processor time on: `python -m tests.bench.pdf_shares [DAY]`.

Each part is timed where WeasyPrint calls it, what it calls in turn included; a part within
another is taken out of that one. Medians of several runs in one warm process.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

from reports import drawings
from reports.briefings import build_edition, load_editorial, rows_used
from reports.dataset import load_dataset
from reports.rendering import pdf
from reports.rendering.downloads import attachments
from reports.rendering.layout import plan_layout
from reports.rendering.ledger import facts_file
from reports.resources import data_dir

RUNS = 5
DAY = "2025-06-09"


class Shares:
    """Seconds of each part, without those of the parts within it."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within: list[float] = []

    def timed(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that counts its time for a part."""

        def counted(*arguments: Any, **named: Any) -> Any:
            self._within.append(0.0)
            start = time.process_time()
            try:
                return call(*arguments, **named)
            finally:
                taken = time.process_time() - start
                self.seconds[part] += taken - self._within.pop()
                if self._within:
                    self._within[-1] += taken

        return counted

    def watch(self, owner: Any, name: str, part: str) -> None:
        """Count the time of a function of a module or class."""
        setattr(owner, name, self.timed(part, getattr(owner, name)))


def main() -> None:
    """Print the share of each part."""
    import pydyf
    import weasyprint
    from weasyprint import document, draw, images
    from weasyprint import pdf as writer
    from weasyprint.draw import text

    day = date.fromisoformat(sys.argv[1] if len(sys.argv) > 1 else DAY)
    view = load_dataset(data_dir()).as_of(day)
    edition = build_edition(view, load_editorial(data_dir(), day))
    layout = plan_layout(edition)
    drawn = drawings.Studio().draw(drawings.for_print(edition, layout))
    charts = {name: svg.decode() for name, svg in drawn.items()}
    inside = attachments(edition, facts_file(edition), rows_used(view, edition))
    pdf.prepare()
    shares = Shares()
    for owner, name, part in (
        (pdf, "print_html", "our template"),
        (weasyprint.HTML, "__init__", "reading the HTML"),
        (document, "get_all_computed_styles", "style cascade"),
        (document, "build_formatting_structure", "boxes"),
        (images.SVGImage, "__init__", "reading the SVG"),
        (images.SVGImage, "draw", "drawing the SVG"),
        (draw, "draw_page", "drawing the pages"),
        (text, "draw_first_line", "drawing text"),
        (writer, "build_fonts_dictionary", "fonts"),
        (writer, "add_tags", "tags"),
        (pydyf.PDF, "write", "writing the file"),
        (pdf, "lay_out", "layout"),
    ):
        shares.watch(owner, name, part)
    whole = shares.timed("the rest", pdf.render_pdf)
    runs = []
    for _ in range(RUNS):
        shares.seconds.clear()
        whole(edition, charts, layout, inside)
        total = sum(shares.seconds.values())
        runs.append({part: taken / total for part, taken in shares.seconds.items()})
    found = {part: median(run.get(part, 0.0) for run in runs) for run in runs for part in run}
    print("| part of the PDF step | share |\n|---|---:|")  # noqa: T201
    for part, share in sorted(found.items(), key=lambda item: -item[1]):
        print(f"| {part} | {share:.0%} |")  # noqa: T201


if __name__ == "__main__":
    main()
