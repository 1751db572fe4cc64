"""The folder that all peers start from: the edition's content, and our PDF step's job."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports import drawings
from reports.briefings import build_edition, load_editorial, rows_used
from reports.dataset import load_dataset
from reports.model import Edition
from reports.rendering.downloads import attachments
from reports.rendering.layout import plan_layout
from reports.rendering.ledger import facts_file
from reports.resources import data_dir
from tests.bench.peers.content import Content, content_of
from tests.bench.peers.dialects import DIALECTS, content_json


@dataclass(frozen=True)
class Prepared:
    """The edition's content, and the files that the commands read."""

    content: Content
    charts: int
    folder: Path

    def dialect(self, name: str) -> Path:
        """Return the content in the markup of a peer."""
        return self.folder / f"content-{name}.json"

    @property
    def job(self) -> Path:
        """Return what our PDF step is handed."""
        return self.folder / "job.pickle"


def prepare(day: date, folder: Path) -> Prepared:
    """Write the content of the edition of a day in each dialect, and our PDF step's job."""
    view = load_dataset(data_dir()).as_of(day)
    edition = build_edition(view, load_editorial(data_dir(), day))
    content = content_of(edition)
    prepared = Prepared(content, len(list(drawings.exhibits(edition))), folder)
    for name in DIALECTS:
        prepared.dialect(name).write_text(content_json(content, name), "utf-8")
    inside = attachments(edition, facts_file(edition), rows_used(view, edition))
    layout = plan_layout(edition)
    job = (edition, _print_charts(edition), layout, inside)
    prepared.job.write_bytes(pickle.dumps(job))
    return prepared


def _print_charts(edition: Edition) -> dict[str, str]:
    drawn = drawings.Studio().draw(drawings.for_print(edition, plan_layout(edition)))
    return {name: svg.decode() for name, svg in drawn.items()}
