"""Facts of series: values, changes, shares, ranks and runs, by their key."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.analysis import (
    Measure,
    change,
    grouped,
    highest_since,
    incomparable,
    latest,
    percent,
    points,
    share,
    streak_below_zero,
    trimmed,
)
from reports.analysis.words import ordinal_word, rank_phrase
from reports.briefings.facts.weight import status_of
from reports.briefings.prose import NBSP, plain_date
from reports.dataset import AsOfView, Observation, SeriesInfo, StatedChange
from reports.model import Fact, Input, Method, Period, Status

LATEST = "latest"
YEAR = 12
LEAST_OF_YEAR = 9
"""Months of a year that must be known before one of them is called its highest."""
_VINTAGE = re.compile(
    r"([a-z0-9_]+)\.([0-9]{4}[^.]*)\.as_published_on_([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_KEY = re.compile(r"([a-z0-9_]+)\.(?:(latest|[0-9]{4}[^.]*)(?:\.(?!latest)([a-z_]+))?|([a-z_]+))")
_BASES = {"change_on_month": "month", "change_on_year": "year"}
_FORMULAS: dict[str, tuple[Method, str]] = {
    "%": ("change_percent", "the value divided by that of the {} before, minus one"),
    "pp": ("difference", "the value minus that of the {} before"),
    "points": ("difference", "the value minus that of the {} before"),
}


def series_key(view: AsOfView, series_id: str, period: Period, measure: str = "") -> str:
    """Return the key of a value of a series, or of a measure of that value."""
    newest = latest(view, series_id)
    if newest is not None and newest.period == period:
        return f"{series_id}.{measure or LATEST}"
    return f"{series_id}.{period}" + (f".{measure}" if measure else "")


def vintage_key(row: Observation) -> str:
    """Return the key of one vintage of a value, whether it holds or not."""
    return f"{row.series_id}.{row.period}.as_published_on_{row.published.isoformat()}"


@dataclass(frozen=True)
class _Asked:
    """What a key asks for: a series, the value of one period, and the name of the key."""

    view: AsOfView
    key: str
    info: SeriesInfo
    row: Observation


def series_fact(view: AsOfView, key: str) -> Fact | None:
    """Return the fact of a series that a key names, or None."""
    if match := _VINTAGE.fullmatch(key):
        return _vintage(view, key, *match.groups())
    match = _KEY.fullmatch(key)
    if match is None or match[1] not in {info.series_id for info in view.catalogue}:
        return None
    row = _row(view, match[1], match[2] or LATEST)
    measure = match[3] or match[4] or ""
    make = _MEASURES.get(measure)
    if row is None or make is None:
        return None
    return make(_Asked(view, key, view.series(match[1]), row))


def _vintage(view: AsOfView, key: str, series_id: str, period: str, day: str) -> Fact | None:
    """Return one vintage of a value, whatever holds now."""
    try:
        known = view.vintages(series_id, Period.parse(period))
    except ValueError:
        return None
    row = next((row for row in known if row.published.isoformat() == day), None)
    if row is None:
        return None
    fact = _level(_Asked(view, key, view.series(series_id), row))
    return replace(fact, label=f"{fact.label}, as published on {plain_date(row.published)}")


def _row(view: AsOfView, series_id: str, period: str) -> Observation | None:
    if period == LATEST:
        return latest(view, series_id)
    try:
        return view.observation(series_id, Period.parse(period))
    except ValueError:
        return None


def level_text(info: SeriesInfo, row: Observation) -> str:
    """Return a value as running text prints it, with its unit."""
    number = trimmed(row.value) if info.measure == "level" else grouped(row.value, info.decimals)
    unit = {"%": "%", "% on year": "%", "index": ""}.get(info.unit, f"{NBSP}{info.unit}")
    return number + unit


def _input(view: AsOfView, row: Observation) -> Input:
    title = view.series(row.series_id).title
    key = series_key(view, row.series_id, row.period)
    return Input(f"{title}, {row.period.label}", row.value, key)


def _level(asked: _Asked) -> Fact:
    row, info = asked.row, asked.info
    others = tuple(other for other in row.conflict)
    derived = row.status == "derived"
    formula = "derived from published figures" if derived else "as reported"
    if others:
        formula += "; the value that fits the published totals"
    return Fact(
        asked.key,
        info.title,
        row.value,
        level_text(info, row),
        info.unit,
        row.period.label,
        "reported",
        formula,
        row.derivation or trimmed_exactly(row.value),
        (Input(f"{info.title}, {row.period.label}", row.value),),
        status_of(asked.view, [row.source_id], observations=[row]),
        _cited(row, *others),
        tuple(o.ref.plain for o in (row, *others)),
    )


def trimmed_exactly(value: Decimal) -> str:
    """Return a value with every digit it was given, in the house form."""
    exponent = value.as_tuple().exponent
    return grouped(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def _change(asked: _Asked) -> Fact | None:
    basis = _BASES[asked.key.rpartition(".")[2]]
    measure = change(
        asked.view, asked.info.series_id, "month" if basis == "month" else "year", asked.row.period
    )
    if measure is None:
        return None
    period = asked.row.period
    base = period.previous() if basis == "month" else period.year_before()
    method, formula = _FORMULAS[measure.unit]
    unit = "year" if basis == "year" else "quarter" if period.length == 3 else "month"
    if measure.stated:
        method, formula = "stated", "as stated by the source; the base is not in the data"
    return Fact(
        asked.key,
        f"{asked.info.title}, change on {unit}",
        measure.value,
        change_text(measure),
        measure.unit,
        f"{period.label} on {base.label}",
        method,
        formula.format(unit),
        measure.formula,
        _inputs(asked.view, measure),
        "reported" if measure.stated else _computed(asked.view, measure),
        _cited(*measure.rows),
        tuple(row.ref.plain for row in measure.rows),
    )


def _inputs(view: AsOfView, measure: Measure) -> tuple[Input, ...]:
    return tuple(
        Input("Change as the source states it", row.change)
        if isinstance(row, StatedChange)
        else _input(view, row)
        for row in measure.rows
    )


def _computed(view: AsOfView, measure: Measure) -> Status:
    return _resting_on(view, measure.rows)


def _resting_on(view: AsOfView, rows: Sequence[Observation | StatedChange]) -> Status:
    """Return the status of what is computed from some rows."""
    observed = [row for row in rows if isinstance(row, Observation)]
    return status_of(view, [row.source_id for row in rows], observations=observed, computed=True)


def change_text(measure: Measure) -> str:
    """Return a change without its sign: "23%", "0.3 percentage points", "about 50%"."""
    shown = percent(measure.value) if measure.unit == "%" else points(measure.value)
    if measure.unit == "pp":
        shown += f"{NBSP}percentage point" + ("" if shown == "1.0" else "s")
    elif measure.unit == "points":
        shown += f"{NBSP}points"
    return qualified(measure, shown)


def qualified(measure: Measure, shown: str) -> str:
    """Return a stated change with the word its source puts before it: "about 50%"."""
    row = measure.rows[0]
    qualifier = row.qualifier if isinstance(row, StatedChange) else None
    return f"{qualifier} {shown}" if qualifier else shown


def _share(asked: _Asked) -> Fact | None:
    parent = asked.info.parent_series
    whole = asked.view.observation(parent, asked.row.period) if parent else None
    measure = share(asked.view, asked.row, whole) if whole else None
    if measure is None:
        return None
    return Fact(
        asked.key,
        f"{asked.info.title}, share of all",
        measure.value,
        percent(measure.value),
        "%",
        measure.period.label,
        "share_percent",
        "the part divided by the whole",
        measure.formula,
        _inputs(asked.view, measure),
        _computed(asked.view, measure),
        _cited(*measure.rows),
        tuple(row.ref.plain for row in measure.rows),
    )


def _rank(asked: _Asked, *, lowest: bool) -> Fact | None:
    rank = highest_since(asked.view, asked.info.series_id, asked.row.period, lowest=lowest)
    if rank is None:
        return None
    counted = [row for row in rank.rows[1:] if row.period.length == 1 and not row.conflict]
    rows = [asked.row, *counted[: rank.beaten], *([rank.since] if rank.since else [])]
    side = "above" if lowest else "below"
    word = "lowest" if lowest else "highest"
    return Fact(
        asked.key,
        f"{asked.info.title}, months without a break that it is the {word} of",
        Decimal(rank.beaten),
        rank_phrase(rank, lowest=lowest) or f"{rank.beaten}",
        "months",
        asked.row.period.label,
        "months_undercut" if lowest else "months_exceeded",
        f"the known months before it, back to the last that was not {side} it, counted",
        f"{rank.beaten} of the months before lie {side} {trimmed(asked.row.value)}"
        + (
            f"; {rank.since.period.label}, {trimmed(rank.since.value)}, does not"
            if rank.since
            else ""
        ),
        tuple(_input(asked.view, row) for row in rows if row is not rank.since),
        _resting_on(asked.view, rows),
        _cited(*rows),
        tuple(row.ref.plain for row in rows),
    )


def _run(asked: _Asked, *, coming: bool) -> Fact | None:
    streak = streak_below_zero(asked.view, asked.info.series_id)
    if streak is None or streak.rows[0].period != asked.row.period:
        return None
    rows = streak.rows[: streak.months]
    count = streak.months + coming
    least = "at least " if streak.bounded else ""
    return Fact(
        asked.key,
        f"{asked.info.title}, months in a row below zero" + (", one more added" if coming else ""),
        Decimal(count),
        f"{least}the {ordinal_word(count)} month in a row",
        "months",
        f"{streak.first.label} to {asked.row.period.label}",
        "run_below_zero_next" if coming else "run_below_zero",
        "the months up to the newest without a break whose value is below zero, counted",
        f"{streak.months} months from {streak.first.label} on" + (", and one" if coming else ""),
        tuple(_input(asked.view, row) for row in rows),
        _resting_on(asked.view, rows),
        _cited(*rows),
        tuple(row.ref.plain for row in rows),
    )


def _months_covered(asked: _Asked) -> Fact | None:
    """Return the number of months that the rank of the past year looks at.

    None where one of them may not be compared with the newest, such as a combined figure, or where
    too many are not known.
    """
    first = asked.row.period.index - YEAR
    rows = [
        row
        for row in asked.view.observations(asked.info.series_id)
        if first < row.period.index <= asked.row.period.index
    ]
    mixed = any(r.period.length > 1 or incomparable(asked.view, asked.row, r) for r in rows)
    if mixed or len(rows) < LEAST_OF_YEAR:
        return None
    top = max(rows, key=lambda row: (row.value, row.period.index))
    others = sorted((row for row in rows if row is not top), key=lambda row: -row.period.index)
    exceeded = [row for row in others if row.value < top.value]
    joint = "" if len(exceeded) == len(others) else "joint "
    return Fact(
        asked.key,
        f"{asked.info.title}, highest of the past year",
        Decimal(len(exceeded)),
        f"the {joint}highest in the year to {asked.row.period.name}",
        "months",
        f"{top.period.label}, in the year to {asked.row.period.label}",
        "months_exceeded",
        "the months of the year to the newest that lie below their highest, counted",
        f"{len(exceeded)} of {len(others)} other months lie below {trimmed(top.value)}",
        tuple(_input(asked.view, row) for row in (top, *exceeded)),
        _resting_on(asked.view, rows),
        _cited(top, *others),
        tuple(row.ref.plain for row in (top, *others)),
    )


def _cited(*rows: Observation | StatedChange) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.source_id for row in rows))


_MEASURES: dict[str, Callable[[_Asked], Fact | None]] = {
    "": _level,
    LATEST: _level,
    "change_on_month": _change,
    "change_on_year": _change,
    "share": _share,
    "rank_high": lambda asked: _rank(asked, lowest=False),
    "rank_low": lambda asked: _rank(asked, lowest=True),
    "months_below_zero": lambda asked: _run(asked, coming=False),
    "months_below_zero_next": lambda asked: _run(asked, coming=True),
    "highest_of_year": _months_covered,
}
