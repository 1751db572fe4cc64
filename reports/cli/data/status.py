"""`reports data status`: list how each series stands on a day."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    data_folder,
    data_option,
    json_option,
    print_json,
    say,
    settings_of,
    today,
)
from reports.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from reports.analysis.releases import Release
    from reports.analysis.status import Revisions, SeriesStatus
    from reports.dataset import Observation, SeriesInfo
    from reports.model import Period

NARROWEST = 80
NONE = "\N{EN DASH}"
HEAD = ("Latest", "Value", "Known", "Next", "Late", "Revised", "Gaps", "Conflict")
RIGHT = {1, 4, 6, 7}
"""Columns of numbers."""
SHORT = {" on year": " y/y", " tonnes": " t"}
"""Units as a narrow column has them."""


@click.command("status")
@click.argument("wanted", metavar="[SERIES]...", nargs=-1)
@click.option(
    "--as-of",
    type=Day(),
    metavar="DATE",
    help="The day whose knowledge counts, or `today`.  [default: today]",
)
@click.option("--overdue", "late", is_flag=True, help="List only the series that are overdue.")
@data_option
@json_option
def command(
    wanted: tuple[str, ...], as_of: date | None, late: bool, as_json: bool, **flags: Any
) -> None:
    """List how each SERIES stands: newest value, next release, revisions, gaps, conflicts.

    SERIES is an identifier such as cpi_yoy_pct; all are listed without one.
    """
    from reports.analysis.status import series_status
    from reports.dataset import load_dataset

    dataset = load_dataset(data_folder(settings_of(flags)))
    day = as_of or today()
    listed = _picked(series_status(dataset.as_of(day)), wanted)
    if late:
        listed = [each for each in listed if each.days_overdue]
    if as_json:
        series = [_described(each) for each in listed]
        known = dataset.newest_day
        print_json({"status": "listed", "as_of": day, "newest_day": known, "series": series})
        return
    for warning in dataset.warnings:
        click.echo(f"Warning: {warning}", err=True)
    width = max(shutil.get_terminal_size((100, 24)).columns, NARROWEST)
    say("\n".join((*_table(listed, width), _summary(listed, day))))


def _picked(found: Sequence[SeriesStatus], wanted: Sequence[str]) -> list[SeriesStatus]:
    """Return the series that are asked for, in reading order; raise UsageError for unknown ones."""
    known = [each.info.series_id for each in found]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        from difflib import get_close_matches

        near = get_close_matches(unknown[0], known, 3, 0.4) or known[:3]
        raise UsageError(f"there is no series {unknown[0]!r}", f"such as {', '.join(near)}")
    return [each for each in found if not wanted or each.info.series_id in wanted]


def _table(listed: Sequence[SeriesStatus], width: int) -> Iterator[str]:
    """Yield two lines a series: what it is and where its newest value stands, and its figures."""
    if not listed:
        return
    rows = [HEAD, *(_cells(each) for each in listed)]
    wide = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    yield "Series, identifier, source of its newest value"
    yield _line(HEAD, wide)
    for each, cells in zip(listed, rows[1:], strict=True):
        # The identifier is what the other commands ask for: a title gives way to it.
        title = _clipped(each.info.title, width - len(each.info.series_id) - 4)
        named = f"{title}  {each.info.series_id}"
        if source := each.source:
            named += "  " + " ".join(filter(None, (source.publisher, source.url)))
        yield _clipped(named, width)
        yield _line(cells, wide)


def _line(cells: Sequence[str], wide: Sequence[int]) -> str:
    placed = (
        cell.rjust(room) if column in RIGHT else cell.ljust(room)
        for column, (cell, room) in enumerate(zip(cells, wide, strict=True))
    )
    return ("  " + " ".join(placed)).rstrip()


def _clipped(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _cells(each: SeriesStatus) -> tuple[str, ...]:
    newest = each.latest
    return (
        _short(newest.period) if newest else NONE,
        _value(each.info, newest) if newest else NONE,
        newest.published.isoformat() if newest else NONE,
        _next(each.release),
        f"{each.days_overdue} d" if each.days_overdue else NONE,
        _revised(each.revisions),
        str(len(each.gaps) or NONE),
        str(len(each.conflicts) or NONE),
    )


def _value(info: SeriesInfo, row: Observation) -> str:
    from reports.analysis.differences.values import written

    text = written(info, row.value)
    for unit, short in SHORT.items():
        text = text.replace(unit, short)
    return text


def _short(period: Period) -> str:
    return f"{period.short} {period.year}"


def _next(release: Release | None) -> str:
    """Return the announced day, or about when the release is usually out."""
    if release is None:
        return NONE
    if release.announced:
        return f"{release.day:%Y-%m}" if release.month_only else f"{release.day}"
    return f"~{release.day}"


def _revised(revisions: Revisions) -> str:
    """Return how many revisions there are and the largest, and our own corrections: "2, −0.1%"."""
    from reports.analysis.rounding import signed

    parts = []
    if revisions.count:
        parts.append(str(revisions.count))
        if revisions.largest is not None:
            unit = "%" if revisions.unit == "%" else f" {revisions.unit}"
            parts[0] += f", {signed(revisions.largest, 1)}{unit}"
    if revisions.corrections:
        parts.append(f"{revisions.corrections} ours")
    return " + ".join(parts) or NONE


def _summary(listed: Sequence[SeriesStatus], day: date) -> str:
    late = sum(each.days_overdue > 0 for each in listed)
    counted = "1 series" if len(listed) == 1 else f"{len(listed)} series"
    return f"{counted} on {day}, {late} overdue; ~ is a usual day that nobody has announced."


def _described(each: SeriesStatus) -> dict[str, Any]:
    info, newest, release = each.info, each.latest, each.release
    return {
        "series_id": info.series_id,
        "title": info.title,
        "organisation": info.organisation,
        "unit": info.unit,
        "frequency": info.frequency,
        "coverage": info.coverage,
        "latest": newest
        and {
            "period": newest.period,
            "value": newest.value,
            "status": newest.status,
            "published": newest.published,
            "source": each.source and _plain(each.source, "source_id", "publisher", "title", "url"),
        },
        "next": release and _plain(release, "period", "day", "deadline", "announced", "month_only"),
        "overdue": each.days_overdue > 0,
        "days_overdue": each.days_overdue,
        "revisions": _plain(each.revisions, "count", "largest", "median", "unit"),
        "corrections": each.revisions.corrections,
        "gaps": each.gaps,
        "conflicts": each.conflicts,
    }


def _plain(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}
