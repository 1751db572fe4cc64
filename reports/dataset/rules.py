"""Rules that hold between the columns of a row: the order of its days, what goes with what."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from reports.dataset.contradictions import contradictions
from reports.dataset.findings import Finding, unknown
from reports.dataset.plausibility import oddities
from reports.dataset.rows import (
    CalendarEvent,
    Control,
    Definition,
    Delegate,
    Impact,
    Meeting,
    Observation,
    SeriesInfo,
    StatedChange,
    Tariff,
)
from reports.dataset.view import view_of
from reports.errors import Problem
from reports.model.numerals import numerals
from reports.model.periods import Period

Rows = Mapping[str, tuple[Any, ...]]
Found = tuple[str, str, str]
"""Column, message, what would be right."""

_LENGTHS = {"month": (1, 2), "quarter": (3,), "ytd": (1,)}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CHINESE = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff·]+")
_ENDS = ("superseded", "ended", "suspended", "extended")


def check_rules(rows: Rows, paths: Mapping[str, str]) -> list[Problem]:
    """Return every fault that takes more than one cell to see.

    `paths` names the file of each table that could be read.
    """
    problems: list[Problem] = []
    series = {row.series_id: row for row in rows["series"]}
    for name, rule in _RULES.items():
        for row in rows[name]:
            for column, message, expected in rule(row, series):
                shown = _shown(getattr(row, column, None))
                problems.append(
                    Problem(
                        row.ref.file or paths[name], row.ref.line, column, message, shown, expected
                    )
                )
    return problems + _corrections(rows["observations"], paths)


def _corrections(rows: Iterable[Observation], paths: Mapping[str, str]) -> list[Problem]:
    """Return a fault for each correction that corrects nothing, or nothing older."""
    known: dict[tuple[str, Period], list[Observation]] = defaultdict(list)
    for row in rows:
        known[row.series_id, row.period].append(row)
    return [
        Problem(
            row.ref.file or paths["observations"],
            row.ref.line,
            "correction",
            "corrects no older row of the same series and period",
            _shown(row.correction),
            "a row with an earlier day in published",
        )
        for together in known.values()
        for row in together
        if row.correction and not any(old.published < row.published for old in together)
    ]


def check_plausible(rows: Rows, paths: Mapping[str, str]) -> list[Problem]:
    """Return a warning for whatever is contradictory or odd in a dataset that has no fault.

    What an editor has looked at, and listed in `known_conflicts`, is left out.
    """
    view = view_of(rows, date.max)
    found = unknown((*contradictions(view), *oddities(view, rows)), rows)
    return [
        Problem(
            finding.row.ref.file or paths[finding.row.ref.table],
            finding.row.ref.line,
            finding.column,
            finding.message,
            _shown(getattr(finding.row, finding.column, None)),
            finding.expected,
            severity="warning",
        )
        for finding in (*found, *_called_off(rows))
    ]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)[:80]
    return "" if value is None else str(value)[:80]


def _order(row: Any, *columns: str) -> Iterable[Found]:
    """Check that the days of some columns do not run backwards, absent ones left out."""
    days = [(column, getattr(row, column)) for column in columns]
    known = [(column, day) for column, day in days if day is not None]
    for (first, before), (column, day) in pairwise(known):
        if day < before:
            yield column, f"lies before {first}, {before}", f"{before} or later"


def _together(row: Any, *columns: str) -> Iterable[Found]:
    """Check that some columns are all given or all empty."""
    empty = [column for column in columns if getattr(row, column) is None]
    if empty and len(empty) < len(columns):
        given = next(column for column in columns if column not in empty)
        for column in empty:
            yield column, f"is empty though {given} is given", "a value, or both of them empty"


def _no_number(row: Any, column: str) -> Iterable[Found]:
    """Check that a text holds no number: nothing in an edition could answer for it."""
    for number in numerals(getattr(row, column) or ""):
        yield column, f"holds the number {number.text!r}, which is printed", "words without numbers"


def _month_start(row: CalendarEvent) -> Iterable[Found]:
    if row.date_precision == "month" and row.date.day != 1:
        yield "date", "is a day though only the month is known", "the first of the month"


def _label(row: Tariff | Control) -> Iterable[Found]:
    for name in _PLACEHOLDER.findall(row.label):
        if not isinstance(getattr(row, name, None), Decimal):
            yield "label", f"names {{{name}}}, which has no number here", "a column with a number"
    if re.search(r"[{}]", _PLACEHOLDER.sub("", row.label)):
        yield "label", "holds a brace without its partner", "{column}"


def _series(row: SeriesInfo, series: Mapping[str, SeriesInfo]) -> Iterable[Found]:
    for other in row.comparable_with:
        if other not in series or other == row.series_id:
            yield "comparable_with", f"names {other!r}", "other series of this table"
        elif series[other].unit != row.unit:
            yield "comparable_with", f"names {other!r}, which has another unit", row.unit
    total = series.get(row.cross_check_series or "")
    if total and (total.frequency != "ytd" or total.unit != row.unit):
        yield "cross_check_series", "is no running total in the same unit", "a ytd series"


def _observation(row: Observation, series: Mapping[str, SeriesInfo]) -> Iterable[Found]:
    info = series.get(row.series_id)
    if info is None:
        return
    lengths = _LENGTHS.get(info.frequency, ())
    if row.period.length not in lengths or (row.period.length == 2 and row.period.month != 1):
        yield "period", f"does not fit a series by {info.frequency}", "a period of its frequency"
    earliest = _first_day(row.period, info)
    if row.published < earliest:
        yield "published", "lies before the period is over", f"{earliest} or later"
    if (row.status == "derived") != (row.derivation is not None):
        yield "derivation", "goes with status derived and no other", "both or neither"
    yield from _no_number(row, "correction")


def _first_day(period: Period, info: SeriesInfo) -> date:
    """Return the first day on which a figure can be out: surveys come out in their last month."""
    last = date(period.year, period.last_month, 1)
    if info.release_pattern.startswith("+0"):
        return last
    return last.replace(day=monthrange(last.year, last.month)[1])


def _stated(row: StatedChange, series: Mapping[str, SeriesInfo]) -> Iterable[Found]:
    if (row.change_pct is None) == (row.change_pp is None):
        yield "change_pct", "stands beside change_pp, or neither is given", "one of the two"
    info = series.get(row.series_id)
    if info and row.change_pct is not None and info.measure == "rate":
        yield "change_pct", "is a change in per cent of a rate", "change_pp"
    if info and row.change_pp is not None and info.measure == "level":
        yield "change_pp", "is a change in points of a level", "change_pct"


def _definition(row: Definition, series: Mapping[str, SeriesInfo]) -> Iterable[Found]:
    info = series.get(row.series_id)
    if info and row.from_period.length not in _LENGTHS.get(info.frequency, ()):
        expected = "a period of its frequency"
        yield "from_period", f"does not fit a series by {info.frequency}", expected
    yield from _no_number(row, "definition")


def _meeting(row: Meeting, _: object) -> Iterable[Found]:
    yield from _order(row, "announced", "dates_published", "start", "end", "outcome_published")
    # Of a meeting without an end, `end` is its start: its place may become known on a later day.
    over = () if row.status == "under way" else ("end",)
    yield from _order(row, "announced", "place_published", *over)
    yield from _together(
        row, "outcome", "outcome_published", "outcome_source_id", "outcome_verb", "outcome_label"
    )
    yield from _together(row, "place_published", "provisional_name", "provisional_label")
    yield from _together(row, "dates_published", "dates_source_id")


def _delegate(row: Delegate, _: object) -> Iterable[Found]:
    if row.name_local != row.name and not _CHINESE.fullmatch(row.name_local):
        expected = "the name again, or Chinese characters"
        yield "name_local", "is neither the name nor in Chinese characters", expected


def _tariff(row: Tariff, _: object) -> Iterable[Found]:
    yield from _order(row, "announced", "effective", "expires")
    yield from _order(row, "announced", "status_changed")
    yield from _together(row, "status_changed", "status_kind")
    yield from _label(row)


def _control(row: Control, _: object) -> Iterable[Found]:
    yield from _order(row, "announced", "effective")
    yield from _order(row, "announced", "published")
    yield from _order(row, "announced", "status_changed")
    yield from _together(row, "status_changed", "status_kind")
    yield from _label(row)


def _event(row: CalendarEvent, _: object) -> Iterable[Found]:
    yield from _month_start(row)
    last = row.date.replace(day=monthrange(row.date.year, row.date.month)[1])
    if row.announced > (row.date if row.date_precision == "day" else last):
        yield "announced", "lies after the event", f"{row.date} or earlier"
    yield from _order(row, "announced", "superseded_on")
    yield from _together(row, "superseded_on", "superseded_source_id")
    yield from _together(row, "series_id", "period")


def _impact(row: Impact, _: object) -> Iterable[Found]:
    if row.date_precision == "day":
        yield from _order(row, "date", "published")


_RULES: dict[str, Callable[[Any, Mapping[str, SeriesInfo]], Iterable[Found]]] = {
    "series": _series,
    "observations": _observation,
    "stated_changes": _stated,
    "definitions": _definition,
    "meetings": _meeting,
    "delegates": _delegate,
    "tariffs": _tariff,
    "controls": _control,
    "calendar": _event,
    "impacts": _impact,
}


def _called_off(rows: Rows) -> Iterable[Finding]:
    """Find events whose measure was ended, moved or suspended before its day came."""
    measures = {row.event_id: row for row in rows["tariffs"]}
    measures |= {row.control_id: row for row in rows["controls"]}
    for event in rows["calendar"]:
        for name in ("tariff_id", "control_id"):
            measure = measures.get(getattr(event, name))
            if measure is None or measure.status_kind not in _ENDS or event.superseded_on:
                continue
            if event.announced < measure.status_changed <= event.date:
                message = f"{getattr(event, name)} was {measure.status_kind} before the day came"
                expected = f"{measure.status_changed}, the day on which that was known"
                yield Finding(event, "superseded_on", message, expected)
