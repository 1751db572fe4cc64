"""The flash: the week on one page, with the chart that its news speaks of, and the calendar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from reports.briefings.book import Book
from reports.briefings.editorial import Voice
from reports.briefings.export_charts import rare_earths_by_month
from reports.briefings.exports import KICKER as EXPORTS
from reports.briefings.items import Item
from reports.briefings.situation import Situation
from reports.briefings.talks import KICKER as TALKS
from reports.briefings.tariff_steps import steps_exhibit
from reports.briefings.tariffs import KICKER as TARIFFS
from reports.briefings.timeline import timeline
from reports.briefings.watch import watch
from reports.model import Exhibit, Section, TableBlock

_CHARTS: tuple[tuple[str, str, Callable[[Situation, Book, int], Exhibit | None]], ...] = (
    ("talks", TALKS, timeline),
    ("tariffs", TARIFFS, steps_exhibit),
    ("exports", EXPORTS, rare_earths_by_month),
)
"""Key and name of each section that has a chart across the page, and that chart."""
_SPEAKS_OF = {"talks": "talks", "words": "talks", "tariffs": "tariffs", "truce": "tariffs"}
"""The section of each kind of news; that of exports for any other."""


def flash_sections(
    now: Situation, book: Book, items: Sequence[Item], voice: Voice
) -> tuple[Section, ...]:
    """Return the chart of the heaviest news, or of the next that has one, and the dates ahead."""
    wanted = [_SPEAKS_OF.get(item.kind, "exports") for item in items if item.headline]
    places = {key: place for place, key in enumerate(dict.fromkeys([*wanted, "exports"]))}
    for key, kicker, chart in sorted(
        (found for found in _CHARTS if found[0] in places), key=lambda found: places[found[0]]
    ):
        if exhibit := chart(now, book, 1):
            return Section(key, kicker, (), (exhibit,)), _dates(now, book, voice)
    return (_dates(now, book, voice),)


def _dates(now: Situation, book: Book, voice: Voice) -> Section:
    """Return the dates ahead under their heading alone; the full edition explains its “about”."""
    section = watch(now, book, voice)
    tables = (block for block in section.blocks if isinstance(block, TableBlock))
    blocks = tuple(TableBlock(replace(block.table, title="", note=())) for block in tables)
    return replace(section, blocks=blocks)
