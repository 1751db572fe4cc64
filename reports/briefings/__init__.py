"""From the view of one day to an edition: pure functions, a module a section."""

from __future__ import annotations

from collections.abc import Sequence

from reports.analysis import latest
from reports.briefings.about import about, overdue_series
from reports.briefings.book import Book
from reports.briefings.economy import economy
from reports.briefings.editorial import (
    Editorial,
    Voice,
    bind,
    editorial_faults,
    editorial_path,
    load_editorial,
)
from reports.briefings.exports import exports
from reports.briefings.facts import find_fact
from reports.briefings.flash import flash_sections
from reports.briefings.front import changes, headline, key_figures, masthead, standfirst
from reports.briefings.items import Item
from reports.briefings.lead import lead
from reports.briefings.names import names_in
from reports.briefings.news import news
from reports.briefings.notes import reader_notes, with_notes
from reports.briefings.numbers import SERIES, numbers
from reports.briefings.partner import partner_exports, partner_figures
from reports.briefings.prose import compose
from reports.briefings.situation import Situation
from reports.briefings.talks import talks
from reports.briefings.tariffs import tariffs
from reports.briefings.used import rows_used
from reports.briefings.watch import watch
from reports.dataset import AsOfView
from reports.errors import DataError
from reports.model import (
    Edition,
    EditionId,
    Exhibit,
    KeyFigure,
    Section,
    Text,
    fact_spans,
    plain,
)
from reports.variants import FLASH, FULL, Partner, partner_of

BRIEFING = "us-china-trade"

__all__ = [
    "Editorial",
    "build_edition",
    "editorial_faults",
    "editorial_path",
    "find_fact",
    "load_editorial",
    "rows_used",
]


def build_edition(
    view: AsOfView, editorial: Editorial | None = None, variant: str = FULL
) -> Edition:
    """Return all that the briefing says on the day of a view; the same view, the same edition.

    A `variant` is another choice of sections for other readers, on the same figures and words. The
    flash holds more than its page has room for: `fitted_to_page` of `rendering` chooses.

    Raise DataError for a day on which no followed figure is known, and for an editor's file that
    says what does not hold on that day.
    """
    _require_values(view)
    now, book = Situation(view), Book(view)
    voice = bind(editorial, book)
    items = news(now, book)
    front = _front(now, book, items, voice)
    figures = _figures(now, book, partner_of(variant))
    opening = lead(now, items, book)
    changed = changes(now, items)
    sections = _sections(now, book, items, voice, variant)
    head = masthead(now, book, variant)
    notes = (*reader_notes(now, book, overdue_series(now)), *voice.credit)
    parts = (front, figures, opening, changed, sections)
    facts = book.facts((head, notes, *parts))
    return Edition(
        id=EditionId(BRIEFING, view.day, variant),
        masthead=head,
        headline=front[0],
        standfirst=front[1],
        key_figures=figures,
        lead=opening,
        changes=changed,
        sections=sections,
        facts=facts,
        sources=book.sources(parts, facts),
        notes=notes,
        names=names_in(view, (head, notes, *parts)),
        description=plain(front[1]),
    )


def _require_values(view: AsOfView) -> None:
    if not any(latest(view, series_id) for series_id in SERIES):
        raise DataError(
            f"no edition can be built as of {view.day}: none of the series that the briefing "
            "follows has a value by that day",
            "choose a later day, or add their observations",
        )


def _front(now: Situation, book: Book, items: Sequence[Item], voice: Voice) -> tuple[Text, Text]:
    """Return headline and standfirst: the editor's, or those of the rules."""
    return (
        voice.headline or compose(headline(now, items, book)),
        voice.standfirst or compose(standfirst(now, items, book)),
    )


def _figures(now: Situation, book: Book, partner: Partner | None) -> tuple[KeyFigure, ...]:
    return partner_figures(now, book, partner) if partner else key_figures(now, book)


def _sections(
    now: Situation, book: Book, items: Sequence[Item], voice: Voice, variant: str
) -> tuple[Section, ...]:
    """Return the sections in the order of the house style, exhibits numbered through.

    For a partner country its exports come first; a flash has sections of its own.
    """
    if variant == FLASH:
        return flash_sections(now, book, items, voice)
    partner = partner_of(variant)
    done: list[Section] = []
    if partner:
        done.append(partner_exports(now, book, partner, 1))
    done.append(talks(now, book, _exhibits(done) + 1))
    done.append(tariffs(now, book, _exhibits(done) + 1))
    done.append(economy(now, book, _exhibits(done) + 1, items))
    if partner is None:
        done.append(exports(now, book, _exhibits(done) + 1))
    done = list(with_notes([*done, watch(now, book, voice), numbers(now, book)], voice))
    return (*done, about(now, book, {span.key.partition(".")[0] for span in fact_spans(done)}))


def _exhibits(sections: list[Section]) -> int:
    """Return how many exhibit numbers are used: 3a, 3b and 3c are one."""
    numbered = {
        block.number.rstrip("abc")
        for section in sections
        for block in section.blocks
        if isinstance(block, Exhibit)
    }
    return len(numbered)
