"""Notes beside the computed text: an editor's under a name, and those on the whole edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports.analysis import listing
from reports.briefings.book import Book
from reports.briefings.editorial import Voice
from reports.briefings.prose import compose, full_date
from reports.briefings.situation import EDITION_DAYS, Situation
from reports.model import Block, Prose, Section, Text


def with_notes(sections: Sequence[Section], voice: Voice) -> tuple[Section, ...]:
    """Return the sections with the editor's paragraphs and lists at their end."""
    return tuple(_with_note(section, voice.notes.get(section.key, ())) for section in sections)


def _with_note(section: Section, note: tuple[Block, ...]) -> Section:
    if not note:
        return section
    # A section of one line holds paragraphs only; one with a list is a whole section.
    one_line = section.one_line and all(isinstance(block, Prose) for block in note)
    return replace(section, blocks=(*section.blocks, *note), one_line=one_line)


def reader_notes(now: Situation, book: Book, overdue: Sequence[str]) -> tuple[Text, ...]:
    """Return plain notes: how old the data are when nothing is newer, and what is overdue."""
    notes = []
    age = (now.today - now.newest_day).days
    if age > EDITION_DAYS:
        notes.append(
            f"The newest row of the dataset is of {full_date(now.newest_day)}, "
            f"{book.fact('dataset.days_since_newest_row')} before this edition."
        )
    if age > EDITION_DAYS and overdue:
        notes.append(
            f"Releases that should be known by now are not in the data: {listing(list(overdue))}."
        )
    return tuple(compose(note) for note in notes)
