"""The book of an edition: every fact that is printed and every source that is cited.

Section modules ask the book for facts and put them into sentences; the book keeps each under a
stable key and numbers the sources in the order in which the finished edition cites them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reports.analysis import (
    Measure,
    grouped,
    latest_change,
    percent,
    points,
    signed,
    signed_percent,
    trimmed,
)
from reports.analysis import change as change_of
from reports.briefings.prose import NBSP, fact_mark
from reports.dataset import AsOfView, Observation, Source, StatedChange
from reports.model import Fact, Period, RowRef, SourceEntry, citations

Row = Observation | StatedChange
LATER_PAGE = "Page of a later day"
"""In place of a title that a page younger than the edition might give away."""


class Book:
    """Collect the facts of one edition; `view` is the only door to the data."""

    def __init__(self, view: AsOfView) -> None:
        self.view = view
        self._facts: dict[str, Fact] = {}

    def add(
        self,
        key: str,
        label: str,
        value: Decimal | date | str,
        shown: str,
        *,
        unit: str = "",
        period: str = "",
        formula: str = "as reported",
        status: str = "derived",
        sources: Iterable[str | None] = (),
        rows: Iterable[RowRef] = (),
    ) -> str:
        """Register a fact under its key and return its mark for a sentence."""
        cited = tuple(dict.fromkeys(source for source in sources if source))
        fact = Fact(key, label, value, shown, unit, period, formula, status, cited, tuple(rows))
        self._facts.setdefault(key, fact)
        return fact_mark(key, shown)

    def level(self, row: Observation, *, bare: bool = False) -> str:
        """Return the mark of an observation as published; `bare` leaves out its unit."""
        info = self.view.series(row.series_id)
        number = (
            trimmed(row.value) if info.measure == "level" else grouped(row.value, info.decimals)
        )
        unit = {"%": "%", "% on year": "%", "index": ""}.get(info.unit, f"{NBSP}{info.unit}")
        mark = self.add(
            f"{row.series_id}.{row.period}",
            info.title,
            row.value,
            number + unit,
            unit=info.unit,
            period=row.period.label,
            formula="derived from published figures" if row.status == "derived" else "as reported",
            status=_status(row),
            sources=[row.source_id],
            rows=[row.ref],
        )
        return fact_mark(f"{row.series_id}.{row.period}", number) if bare else mark

    def size(self, row: Observation) -> str:
        """Return the mark of a rate without its sign, for "prices fell 0.1%"."""
        info = self.view.series(row.series_id)
        self.level(row)
        return fact_mark(
            f"{row.series_id}.{row.period}", grouped(abs(row.value), info.decimals) + "%"
        )

    def change(self, series_id: str, basis: str, measure: Measure) -> str:
        """Return the mark of a change, without its sign: "23%", "0.3 percentage points"."""
        info = self.view.series(series_id)
        name = {"month": "on month", "year": "on year"}[basis]
        shown = percent(measure.value) if measure.unit == "%" else points(measure.value)
        if measure.unit == "pp":
            shown += f"{NBSP}percentage points" if shown != "1.0" else f"{NBSP}percentage point"
        elif measure.unit == "points":
            shown += f"{NBSP}points"
        shown = _qualified(measure, shown)
        return self.add(
            f"{series_id}.{measure.period}.change_on_{basis}",
            f"{info.title}, change {name}",
            measure.value,
            shown,
            unit=measure.unit,
            period=f"{measure.period.label} on {_base(measure.period, basis).label}",
            formula=measure.formula,
            status="reported" if measure.stated else "derived",
            sources=[row.source_id for row in measure.rows],
            rows=[row.ref for row in measure.rows],
        )

    def signed_change(self, series_id: str, basis: str, measure: Measure) -> str:
        """Return the mark of a change in the signed form of tables: "+23%", "−0.6 pp"."""
        self.change(series_id, basis, measure)
        if measure.unit == "%":
            shown = signed_percent(measure.value)
        else:
            shown = signed(measure.value, 1) + (f"{NBSP}pp" if measure.unit == "pp" else "")
        key = f"{series_id}.{measure.period}.change_on_{basis}"
        return fact_mark(key, _qualified(measure, shown))

    def share(self, series_id: str, measure: Measure) -> str:
        """Return the mark of a part in percent of its whole, "11%"."""
        info = self.view.series(series_id)
        return self.add(
            f"{series_id}.{measure.period}.share",
            f"{info.title}, share of all",
            measure.value,
            percent(measure.value),
            unit="%",
            period=measure.period.label,
            formula=measure.formula,
            sources=[row.source_id for row in measure.rows],
            rows=[row.ref for row in measure.rows],
        )

    def days(self, key: str, label: str, count: int, until: date, source: str, ref: RowRef) -> str:
        """Return the mark of a number of days from the edition's day to a date."""
        return self.add(
            key,
            label,
            Decimal(count),
            f"{count:,}{NBSP}{'day' if count == 1 else 'days'}",
            unit="days",
            period=f"to {until.isoformat()}",
            formula=f"{until.isoformat()} − {self.view.day.isoformat()}",
            sources=[source],
            rows=[ref],
        )

    def latest_change(self, series_id: str, basis: str) -> Measure | None:
        """Return the newest change of a series on the month or the year before."""
        return latest_change(self.view, series_id, "month" if basis == "month" else "year")

    def change_at(self, series_id: str, basis: str, period: Period) -> Measure | None:
        """Return the change of one period of a series on the month or the year before."""
        return change_of(self.view, series_id, "month" if basis == "month" else "year", period)

    def facts(self) -> tuple[Fact, ...]:
        """Return all facts by key."""
        return tuple(self._facts[key] for key in sorted(self._facts))

    def sources(self, parts: object) -> tuple[SourceEntry, ...]:
        """Number the sources: as the page cites them, then those of data tables, then of facts.

        What only a data table or a popover names is not printed; it follows, so that the numbers
        of the printed endnotes have no gaps.
        """
        cited = dict.fromkeys(citations(parts, printed=True))
        cited.update(dict.fromkeys(citations(parts, printed=False)))
        for fact in self.facts():
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


def _base(period: Period, basis: str) -> Period:
    return period.previous() if basis == "month" else period.year_before()


def _qualified(measure: Measure, shown: str) -> str:
    """Return a stated change with the word its source puts before it: "about 50%"."""
    row = measure.rows[0]
    qualifier = row.qualifier if isinstance(row, StatedChange) else None
    return f"{qualifier} {shown}" if qualifier else shown


def _status(row: Observation) -> str:
    if row.conflict:
        return "in conflict"
    return {"reported-date-estimated": "estimated date"}.get(row.status, row.status)
