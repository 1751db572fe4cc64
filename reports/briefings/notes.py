"""Notes beside the computed text: an editor's under a name, and those on the whole edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports.analysis import listing
from reports.briefings.book import Book
from reports.briefings.editorial import Editorial
from reports.briefings.prose import compose, full_date, strong, words
from reports.briefings.situation import EDITION_DAYS, Situation
from reports.model import Prose, Section, Text


def with_notes(sections: Sequence[Section], editorial: Editorial | None) -> tuple[Section, ...]:
    """Return the sections with the editor's paragraphs at their end, under the author's name."""
    if editorial is None:
        return tuple(sections)
    return tuple(_with_note(section, editorial) for section in sections)


def _with_note(section: Section, editorial: Editorial) -> Section:
    paragraphs = editorial.notes.get(section.key, ())
    if not paragraphs:
        return section
    author = f"Note by {words(editorial.author)}."
    note = Prose(tuple(compose(f"{strong(author)} {words(text)}") for text in paragraphs))
    return replace(section, blocks=(*section.blocks, note))


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
