"""About the data: how fresh, how firm, how to read it, what was revised."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from reports.analysis import Difference, differences, latest, listing
from reports.analysis.differences import Kind
from reports.analysis.releases import next_release, overdue
from reports.briefings.book import Book
from reports.briefings.prose import cite, compose, day_month, words
from reports.briefings.situation import Situation
from reports.dataset import Observation, SeriesInfo
from reports.model import Cell, Column, Period, Points, Section, TableBlock, TableSpec, Terms

KICKER = "About the data"
FOLLOWED = (
    "rare_earth_exports_t",
    "magnet_exports_t",
    "cpi_yoy_pct",
    "ppi_yoy_pct",
    "unemployment_urban_pct",
)
"""Series whose next figure a reader waits for."""
LIMITS = (
    "Customs volumes are complete counts, not samples; the first release of a month has no detail.",
    "Tonnes add together light and heavy rare earths of very different value.",
    "Monthly changes are not adjusted for season; the Lunar New Year distorts early months.",
    "Percentages are computed from unrounded figures and may differ from those of rounded ones.",
)
RARE_EARTHS = """\
The lanthanide metals with scandium and yttrium, used in magnets, catalysts and electronics. \
Exports include ores, oxides and metals."""
MAGNETS = """\
Permanent magnets made from rare earths, counted apart from the minerals. “Rare-earth products” is \
another customs category and is not compared with either."""
DUTIES = """\
The sum of across-the-board rates that each side has imposed since January 2025, on top of older \
and sectoral duties. Levels of other definitions are not mixed in."""
TERMS = (("Rare earths", RARE_EARTHS), ("Magnets", MAGNETS), ("Additional duties", DUTIES))


def about(now: Situation, book: Book, used: Collection[str]) -> Section:
    """Return the freshness of the series that are used, the limits and revisions, and the terms."""
    return Section(
        "about",
        KICKER,
        (),
        (
            TableBlock(_freshness(now, used), "half"),
            Points(
                "Strengths and limits", tuple(compose(t) for t in (*LIMITS, *_firmness(now, book)))
            ),
            Terms("Terms", tuple((term, compose(text)) for term, text in TERMS)),
        ),
    )


def _freshness(now: Situation, used: Collection[str]) -> TableSpec:
    """Return for each series its newest period, its next release, and whether that is overdue.

    Destinations of one total that are known for the same period share a row.
    """
    rows: dict[tuple[str, Period], tuple[Cell, ...]] = {}
    for info in now.view.catalogue:
        row = latest(now.view, info.series_id)
        if row is None or info.series_id not in used:
            continue
        due = "[z]"
        if info.coverage == "complete":
            due = _day(now, next_release(now.view, info.series_id))
        title, group = info.short_title, info.series_id
        if info.parent_series:
            group = f"part of {info.parent_series}"
            if (group, row.period) in rows:
                title = f"{now.view.series(info.parent_series).short_title} by destination"
        rows[group, row.period] = (
            Cell((words(title),)),
            Cell((_short(row.period),)),
            Cell(compose(due)),
            Cell((_due(now, info) or _state(row),)),
        )
    return TableSpec(
        key="freshness",
        title="How fresh it is",
        columns=(
            Column("Series", 0.36, "head"),
            Column("Latest", 0.22),
            Column("Next about", 0.2),
            Column("Status", 0.22),
        ),
        rows=tuple(rows.values()),
        note=compose(
            "Due: its usual day has passed. Overdue: not in these data though its latest usual day "
            "has passed. [z] = no fixed release."
        ),
    )


def _due(now: Situation, info: SeriesInfo) -> str:
    if info.coverage != "complete":
        return ""
    if overdue(now.view, info.series_id):
        return "Overdue"
    return "Due" if next_release(now.view, info.series_id) < now.today else ""


def _short(period: Period) -> str:
    return f"{period.short} {period.year}"


def _day(now: Situation, day: date) -> str:
    """Return a day for a narrow column: "9 July", "20 Dec 2024"."""
    return day_month(day) if day.year == now.today.year else f"{day.day} {day:%b} {day.year}"


def _state(row: Observation) -> str:
    if row.conflict:
        return "In conflict"
    return {"derived": "Derived", "reported-date-estimated": "Day estimated"}.get(
        row.status, "As reported"
    )


def overdue_series(now: Situation) -> tuple[str, ...]:
    """Return the short titles of followed series whose next figure should be known by now."""
    return tuple(
        now.view.series(s).short_title
        for s in FOLLOWED
        if latest(now.view, s) and overdue(now.view, s)
    )


def _firmness(now: Situation, book: Book) -> list[str]:
    found = differences(now.last, now.view)
    texts = [_moved(book, found, "revised value"), _moved(book, found, "correction")]
    return [*filter(None, texts), *_conflicts(now, book)]


def _moved(book: Book, found: Iterable[Difference], kind: Kind) -> str:
    """Return what the provider revised, or what we corrected, since the last edition.

    Another precision is neither. That nothing was revised is said; of corrections only what is.
    """
    texts = []
    for each in found:
        if each.kind != kind or each.table != "observations":
            continue
        row, was = each.now, each.was
        name = words(book.view.series(row.series_id).short_title)
        reason = f" ({words(each.reason)})" if each.reason else ""
        texts.append(
            f"{name}, {row.period.label}: {book.vintage(was)} to {book.exact(row)}{reason}"
            f"{cite(row.source_id, was.source_id)}"
        )
    if kind == "correction":
        return f"Corrections of our own since last week: {'; '.join(texts)}." if texts else ""
    return f"Revisions since last week: {'; '.join(texts) or 'none'}."


def _conflicts(now: Situation, book: Book) -> list[str]:
    """Return the values whose sources contradict each other; they enter no computed sentence."""
    texts = []
    for info in now.view.catalogue:
        for row in now.view.observations(info.series_id):
            if not row.conflict:
                continue
            others = listing([book.vintage(other) for other in row.conflict])
            marks = cite(row.source_id, *(other.source_id for other in row.conflict))
            texts.append(
                f"Sources in conflict on {words(info.short_title).lower()} in {row.period.label}: "
                f"{book.level(row)} fits the published totals, {others} does not; "
                f"no change is computed from either.{marks}"
            )
    return texts
