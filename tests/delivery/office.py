"""An office that has published an edition and sends it: archive, settings, list of recipients."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reports.archive.manifest import Act, Origin, Revision
from reports.archive.publishing import Draft, freeze
from reports.archive.store import FolderStore
from reports.model import Block, Cell, Edition, TableBlock
from reports.model.codec import to_json
from tests.conftest import Said
from tests.delivery.letters import HTML, TEXT
from tests.rendering.example_edition import example_edition

DAY = date(2025, 6, 9)
READERS = ("ann@example.org", "bob@example.org", "cy@example.org")
ORIGIN = Origin(
    inputs=dict.fromkeys(("dataset", "templates", "fonts", "code"), "0" * 64),
    parts={},
    versions={"python": "3.11.2", "pango": "1.50.12", "harfbuzz": "6.0.0"},
    libraries={"jinja2": "3.1.6"},
)
PDF = b"%PDF-1.7 " + bytes(range(256)) * 20


@dataclass(frozen=True)
class Office:
    """A folder with an archive, `reports.toml` and `recipients.csv`, and its command line."""

    folder: Path
    run: Callable[..., Said]

    @property
    def store(self) -> FolderStore:
        """Return the archive."""
        return FolderStore(self.folder / "output" / "archive")

    def publish(
        self, day: date = DAY, *, reason: str = "", exports: str = "5,864 t", overdue: bool = False
    ) -> Revision:
        """Put an edition into the archive; one with other exports corrects the one before."""
        fact = {"key": "exports", "label": "Exports", "period": "May", "shown": exports}
        contents = {
            "edition.json": to_json(_edition(overdue)).encode(),
            "facts.json": json.dumps({"facts": [fact]}).encode(),
            f"us-china-trade-briefing-{day}.html": b"<p>The page</p>",
            f"us-china-trade-briefing-{day}.pdf": PDF,
            f"us-china-trade-briefing-flash-{day}.pdf": b"%PDF-1.7 one page",
            "email/body.html": HTML.encode(),
            "email/body.txt": TEXT.encode(),
            "email/exports.png": b"\x89PNG picture",
        }
        draft = Draft(day, "us-china-trade", f"The news of {day}", contents, ORIGIN)
        act = Act("2025-06-09T08:00:00Z", "The Desk", reason)
        return freeze(self.store, draft, act).manifest.revision

    def settings(self, port: int | None = None, **more: object) -> None:
        """Write `reports.toml`; with a port for the server that is there, unencrypted."""
        lines = ["[send]", 'from = "Trade Briefing <briefing@example.org>"']
        if port:
            lines += [f'server = "smtp://127.0.0.1:{port}"']
            more = {"encryption": "none", "timeout": 5, "retry_after": 0, **more}
        lines += [f"{name} = {json.dumps(value)}" for name, value in more.items()]
        lines += ["[send.groups.board]", "[send.groups.press]", 'editions = "monthly"']
        (self.folder / "reports.toml").write_text("\n".join(lines) + "\n", "utf-8")

    def recipients(self, *rows: str, name: str = "recipients.csv") -> None:
        """Write the list of recipients, of rows such as `ann@example.org,Ann,board`."""
        head = "address,name,group,form,language,since,until"
        lines = (row + "," * (6 - row.count(",")) for row in rows)
        (self.folder / name).write_text("\n".join((head, *lines)) + "\n", "utf-8")

    def statuses(self) -> dict[str, str]:
        """Return how the newest delivery of each address stands."""
        found = self.run("deliveries", "--json").json["deliveries"]
        return {row["address"]: row["status"] for row in found}


def _edition(overdue: bool) -> Edition:
    edition = example_edition()
    status = "Overdue" if overdue else "As reported"
    sections = tuple(
        replace(section, blocks=tuple(_marked(block, status) for block in section.blocks))
        for section in edition.sections
    )
    return replace(edition, sections=sections)


def _marked(block: Block, status: str) -> Block:
    if not isinstance(block, TableBlock) or block.table.key != "freshness":
        return block
    rows = tuple((*row[:-1], Cell((status,))) for row in block.table.rows)
    return replace(block, table=replace(block.table, rows=rows))


def many(count: int) -> Iterable[str]:
    """Return so many made-up addresses."""
    return (f"reader{number}@example.org" for number in range(count))
