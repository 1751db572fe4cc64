"""The book of an edition: it marks the numbers of sentences and answers for every one of them.

Section modules ask the book for the mark of a value, a change or a count and put it into a
sentence. A mark holds a key and the printed words; what the key stands for is looked up once, for
the finished edition (`facts`), and so are the sources in the order in which they are cited.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from reports.analysis import (
    Measure,
    grouped,
    latest_change,
    percent,
    signed,
    signed_percent,
    trimmed,
)
from reports.analysis import change as change_of
from reports.briefings.facts import find_fact, series_key
from reports.briefings.facts.series import change_text, level_text, qualified, vintage_key
from reports.briefings.prose import NBSP, compose, fact_mark
from reports.charts import axis_numbers
from reports.dataset import AsOfView, Observation, Source, TariffLevel
from reports.model import (
    Chart,
    Fact,
    FactSpan,
    Input,
    Period,
    SourceEntry,
    citations,
    fact_spans,
)

LATER_PAGE = "Page of a later day"
"""In place of a title that a page younger than the edition might give away."""


class Book:
    """Mark the numbers of one edition; `view` is the only door to the data."""

    def __init__(self, view: AsOfView) -> None:
        self.view = view
        self._scales: dict[str, Fact] = {}

    def find(self, key: str) -> Fact:
        """Return the fact that a key names; raise KeyError where the data have none."""
        fact = self._scales.get(key) or find_fact(self.view, key)
        if fact is None:
            raise KeyError(key)
        return fact

    def fact(self, key: str, words: str = "") -> str:
        """Return the mark of a fact by its key, in its own printed form or in other words."""
        return fact_mark(key, words or self.find(key).shown)

    def level(self, row: Observation, *, bare: bool = False) -> str:
        """Return the mark of an observation as published; `bare` leaves out its unit."""
        info = self.view.series(row.series_id)
        shown = level_text(info, row)
        if bare:
            shown = shown.split(NBSP)[0]
        return fact_mark(self._key(row), shown)

    def once(self, row: Observation) -> str:
        """Return the mark of a value of an earlier edition, which may have been revised since."""
        now = self.view.observation(row.series_id, row.period)
        held = now is not None and now.value == row.value
        return self.level(row) if held else self.vintage(row, unit=True)

    def cell(self, row: Observation) -> str:
        """Return the mark of an observation as a table prints it: without unit, one precision."""
        return fact_mark(
            self._key(row), grouped(row.value, self.view.series(row.series_id).decimals)
        )

    def exact(self, row: Observation) -> str:
        """Return the mark of an observation as data tables print it: as published, no unit."""
        return fact_mark(self._key(row), trimmed(row.value))

    def vintage(self, row: Observation, *, unit: bool = False) -> str:
        """Return the mark of a value that does not hold: one that was revised or contradicted."""
        shown = level_text(self.view.series(row.series_id), row) if unit else trimmed(row.value)
        return fact_mark(vintage_key(row), shown)

    def size(self, row: Observation) -> str:
        """Return the mark of a rate without its sign, for "prices fell 0.1%"."""
        info = self.view.series(row.series_id)
        return fact_mark(self._key(row), grouped(abs(row.value), info.decimals) + "%")

    def word(self, row: Observation, words: str) -> str:
        """Return words that speak of a value, such as the direction of a rate, as its mark."""
        return fact_mark(self._key(row), words)

    def _key(self, row: Observation) -> str:
        return series_key(self.view, row.series_id, row.period)

    def change(self, series_id: str, basis: str, measure: Measure, words: str = "{}") -> str:
        """Return the mark of a change without its sign; `words` tell its direction: "{} more"."""
        key = series_key(self.view, series_id, measure.period, f"change_on_{basis}")
        return fact_mark(key, words.format(change_text(measure)))

    def signed_change(self, series_id: str, basis: str, measure: Measure) -> str:
        """Return the mark of a change in the signed form of tables: "+23%", "−0.6 pp"."""
        if measure.unit == "%":
            shown = signed_percent(measure.value)
        else:
            shown = signed(measure.value, 1) + (f"{NBSP}pp" if measure.unit == "pp" else "")
        return self.change(series_id, basis, measure, qualified(measure, shown))

    def share(self, series_id: str, measure: Measure) -> str:
        """Return the mark of a part in percent of its whole, "11%"."""
        key = series_key(self.view, series_id, measure.period, "share")
        return fact_mark(key, percent(measure.value))

    def measure(self, row: Observation, name: str, words: str) -> str:
        """Return words as the mark of a measure of an observation: its rank, its run."""
        return fact_mark(series_key(self.view, row.series_id, row.period, name), words)

    def latest_change(self, series_id: str, basis: str) -> Measure | None:
        """Return the newest change of a series on the month or the year before."""
        return latest_change(self.view, series_id, "month" if basis == "month" else "year")

    def change_at(self, series_id: str, basis: str, period: Period) -> Measure | None:
        """Return the change of one period of a series on the month or the year before."""
        return change_of(self.view, series_id, "month" if basis == "month" else "year", period)

    def scale(self, chart: Chart, drawn: Iterable[Observation | TariffLevel]) -> list[FactSpan]:
        """Return the numbers on the gridlines of a chart; `drawn` are the values that it shows.

        The lowest and the highest of them decide where gridlines lie.
        """
        rows = sorted(drawn, key=self._height)
        ends = dict.fromkeys((rows[0], rows[-1])) if rows else {}
        behind = tuple(row.ref.plain for row in ends)
        cited = tuple(dict.fromkeys(row.source_id for row in ends))
        spans = []
        for number in axis_numbers(chart):
            value = number.step * number.times
            key = f"axis.{chart.key}.{value.normalize():f}"
            self._scales[key] = Fact(
                key,
                "Gridline of a chart",
                value,
                number.words,
                getattr(chart, "unit", ""),
                "",
                "product",
                "a multiple of the round step that holds the lowest and the highest value drawn",
                f"{number.times} × {number.step.normalize():f}",
                (Input("Step", number.step), Input("Times", Decimal(number.times))),
                "derived",
                cited,
                behind,
            )
            spans.append(FactSpan(key, number.words))
        return spans

    def _height(self, row: Observation | TariffLevel) -> Decimal:
        """Return how high a value is drawn: a total of several months as their mean."""
        if not isinstance(row, Observation):
            return row.average_rate_pct
        level = self.view.series(row.series_id).measure == "level"
        return row.value / row.period.length if level else row.value

    def facts(self, parts: object) -> tuple[Fact, ...]:
        """Return the facts that the parts of an edition print, by key; raise KeyError for none."""
        return tuple(self.find(key) for key in sorted({span.key for span in fact_spans(parts)}))

    def sources(self, parts: object, facts: Iterable[Fact]) -> tuple[SourceEntry, ...]:
        """Number the sources: as the page cites them, then those of data tables, then of facts.

        What only a data table or a popover names is not printed; it follows, so that the numbers
        of the printed endnotes have no gaps.
        """
        cited = dict.fromkeys(citations(parts, printed=True))
        cited.update(dict.fromkeys(citations(parts, printed=False)))
        for fact in facts:
            cited.update(dict.fromkeys(fact.sources))
        return tuple(
            self._entry(number, self.view.source(source_id))
            for number, source_id in enumerate(cited, 1)
        )

    def _entry(self, number: int, source: Source) -> SourceEntry:
        """Return an endnote; the view shows neither title nor day of a page younger than it."""
        return SourceEntry(
            number,
            source.source_id,
            source.publisher,
            source.title or (LATER_PAGE if source.later else ""),
            source.url or "",
            source.published,
        )


def spans_of(*marked: str) -> tuple[FactSpan, ...]:
    """Return the facts that some marked strings hold, for a drawing that prints their words."""
    return tuple(span for text in marked for span in compose(text) if isinstance(span, FactSpan))
