"""Variants of the example edition that test a layout: thin weeks, long tables, few charts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from reports.model import (
    Block,
    CiteSpan,
    Delegations,
    Edition,
    Exhibit,
    FactStrip,
    Points,
    Prose,
    Section,
    SourceEntry,
    TableBlock,
)
from tests.rendering.example_edition import example_edition
from tests.rendering.example_tied import tied

QUIET = "No change in the week to 9 June; the next date that is set is 12 August 2025."


@cache
def variants() -> dict[str, Edition]:
    """Return every variant by its name, made once."""
    return {
        "full": example_edition(),
        "thin week": thin_week(),
        "text only": text_only(),
        "no tariff chart, no destinations": few_charts(),
        "many changes": many_changes(),
        "sixty sources": sixty_sources(),
        "long calendar": long_calendar(),
    }


def thin_week() -> Edition:
    """Return a week with news of exports only, and a note to the reader."""
    edition = example_edition()
    quiet = {"talks", "tariffs", "economy"}
    thin = replace(
        edition,
        sections=tuple(_quiet(s) if s.key in quiet else s for s in edition.sections),
        changes=None,
        notes=(("The newest row of the dataset is 14 days old; two releases are overdue.",),),
    )
    return tied(thin)


def text_only() -> Edition:
    """Return an edition without a single exhibit."""
    edition = example_edition()
    return replace(edition, sections=tuple(_without(s, (Exhibit,)) for s in edition.sections))


def few_charts() -> Edition:
    """Return an edition that lost its widest chart and one of a pair."""
    edition = example_edition()
    lost = {"tariff-steps", "magnets-destinations"}
    return replace(
        edition,
        sections=tuple(
            replace(
                section,
                blocks=tuple(
                    block
                    for block in section.blocks
                    if not (isinstance(block, Exhibit) and block.key in lost)
                ),
            )
            for section in edition.sections
        ),
    )


def many_changes() -> Edition:
    """Return an edition whose first page overflows with changes."""
    edition = example_edition()
    assert edition.changes is not None
    rows = edition.changes.rows[:5] * 2
    return replace(edition, changes=replace(edition.changes, rows=rows))


def sixty_sources() -> Edition:
    """Return an edition that cites sixty endnotes, some without a title, an address or a date."""
    edition = example_edition()
    first = len(edition.sources) + 1
    more = tuple(
        SourceEntry(
            number,
            f"more-{number}",
            f"Publisher {number}",
            "" if number % 7 == 0 else "A title of middling length that takes more than a line",
            "" if number % 5 == 0 else f"https://news.example/{number}",
            None if number % 7 == 0 else date(2025, 5, 1 + number % 28),
        )
        for number in range(first, 61)
    )
    *others, about = edition.sections
    ids = [source.id for source in more]
    cited = Points("More", tuple((QUIET, CiteSpan(tuple(ids[at::4]))) for at in range(4)))
    blocks = (*about.blocks, cited)
    return replace(
        edition,
        sections=(*others, replace(about, blocks=blocks)),
        sources=edition.sources + more,
    )


def long_calendar() -> Edition:
    """Return an edition whose tables are long and whose talks are over."""
    edition = example_edition()
    sections = []
    for section in edition.sections:
        if section.key in ("watch", "numbers"):
            blocks = tuple(
                replace(block, table=replace(block.table, rows=block.table.rows * 3))
                for block in section.blocks
                if isinstance(block, TableBlock)
            )
            sections.append(replace(section, blocks=blocks))
        else:
            sections.append(_without(section, (FactStrip, Delegations)))
    return replace(edition, sections=tuple(sections))


def _quiet(section: Section) -> Section:
    return replace(section, headline=(), blocks=(Prose(((QUIET,),)),), one_line=True)


def _without(section: Section, kinds: tuple[type[Block], ...]) -> Section:
    kept = tuple(block for block in section.blocks if not isinstance(block, kinds))
    return replace(section, blocks=kept)
