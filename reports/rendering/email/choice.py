"""What of an edition goes into its e-mail: which charts, and the words beside the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from reports.model import (
    CiteSpan,
    Edition,
    Exhibit,
    KeyFigure,
    Span,
    Text,
    TimelineChart,
    fact_spans,
    plain,
)

CHARTS = 2
SHORTEST, LONGEST = 80, 110
"""The letters of a preheader: mail programs show about as many after the subject."""

_STOP = re.compile(r"(?<=[.!?]) ")


def charts_of(edition: Edition) -> tuple[Exhibit, ...]:
    """Return the charts that an e-mail shows, two at most, the most telling one first.

    It is the one that draws what the front page says first, in headline, standfirst, lead and key
    figures; the other comes next in that order, from another section where there is one. A
    timeline is left out: it is all words, which a telephone would make too small to read.
    """
    front = (edition.headline, edition.standfirst, edition.lead)
    figures = tuple(figure.value for figure in edition.key_figures)
    said = [span.key for span in fact_spans((*front, figures))]
    found = [
        (section.key, block)
        for section in edition.sections
        for block in section.blocks
        if isinstance(block, Exhibit) and not isinstance(block.chart, TimelineChart)
    ]
    if not found:
        return ()
    # Sorting keeps the order of the page where the front page says nothing of a chart.
    first, *others = sorted(found, key=lambda item: _first_said(item[1], said))
    others.sort(key=lambda item: item[0] == first[0])
    return tuple(block for _, block in (first, *others)[:CHARTS])


def _first_said(exhibit: Exhibit, said: Sequence[str]) -> int:
    """Return the place of the first number among those said that a chart draws."""
    drawn = _keys((exhibit.drawn, exhibit.title))
    return next((place for place, key in enumerate(said) if key in drawn), len(said))


def preheader(edition: Edition) -> Text:
    """Return the words that stand beside the subject, which they add to.

    They are the first of these that has the length and no number of the headline: the standfirst,
    one of its sentences, one with a key figure after it, key figures that follow each other. Where
    none is so, the longest that is not too long.
    """
    offered = [text for text in _offered(edition) if len(plain(text)) <= LONGEST]
    headline = _keys(edition.headline)
    for text in offered:
        if len(plain(text)) >= SHORTEST and not headline & _keys(text):
            return text
    return max(offered, key=lambda text: len(plain(text)), default=())


def _keys(part: object) -> set[str]:
    return {span.key for span in fact_spans(part)}


def _offered(edition: Edition) -> Iterator[Text]:
    figures = edition.key_figures
    sentences = [*_sentences(edition.standfirst)]
    yield edition.standfirst
    yield from sentences
    for sentence in sentences:
        for figure in figures:
            if not _keys(sentence) & _keys((figure.value, figure.note)):
                yield (*sentence, " ", *_listed((figure,), noted=False), ".")
    for noted in (False, True):
        for first in range(len(figures)):
            for last in range(first + 1, len(figures) + 1):
                yield _listed(figures[first:last], noted=noted)


def _listed(figures: tuple[KeyFigure, ...], *, noted: bool) -> Text:
    listed: list[Span] = []
    for figure in figures:
        listed += ["; ", f"{figure.label}: ", figure.value]
        listed += [f" {figure.unit}"] if figure.unit else []
        listed += [" (", *figure.note, ")"] if noted and figure.note else []
    return tuple(listed[1:])


def _sentences(text: Text) -> Iterator[Text]:
    """Yield the sentences of a text, which end in its plain words and not inside a fact."""
    sentence: list[Span] = []
    said = (span for span in text if not isinstance(span, CiteSpan))
    for plain_words, group in groupby(said, key=lambda span: isinstance(span, str)):
        spans = list(group)
        first, *rest = _STOP.split(plain(tuple(spans))) if plain_words else ("",)
        sentence += [first] if plain_words else spans
        for part in rest:
            yield tuple(sentence)
            sentence = [part]
    yield tuple(sentence)
