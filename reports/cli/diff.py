"""`reports diff`: say what two days know otherwise and how their editions differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    Day,
    data_folder,
    data_option,
    json_option,
    print_json,
    progress,
    quieten_libraries,
    say,
    settings_of,
    short_path,
)

if TYPE_CHECKING:
    from datetime import date

    from reports.comparing import Comparison
    from reports.model import Fact
    from reports.model.review import Change, FactPair, Review

COLUMNS = 80
ARROW = "\N{RIGHTWARDS ARROW}"


@click.command("diff")
@click.argument("before", metavar="DATE", type=Day())
@click.argument("now", metavar="DATE", type=Day())
@data_option
@json_option
@click.option(
    "--html",
    "sheet",
    metavar="FILE",
    help="Write a review sheet of both editions side by side, and print its path.",
)
def command(before: date, now: date, as_json: bool, sheet: str | None, **flags: Any) -> None:
    """Say what changed between the editions of two days."""
    from pathlib import Path

    from reports.comparing import compare, write_sheet

    settings = settings_of(flags)
    folder = data_folder(settings)
    if sheet is None:
        compared = compare(folder, before, now)
    else:
        quieten_libraries()
        with progress(as_json) as tell:
            place = Path.cwd() / sheet
            compared = write_sheet(
                folder, before, now, place, processes=settings.parallel, tell=tell
            )
    if as_json:
        print_json(_described(compared, sheet))
        return
    for warning in compared.warnings:
        click.echo(f"Warning: {warning}", err=True)
    say(short_path(sheet) if sheet else "\n".join(_lines(compared.review)))


def _lines(review: Review) -> Iterator[str]:
    """Yield what a terminal shows: the data by kind, then the facts and sentences that moved."""
    yield f"What changed from {_day(review.before.id.as_of)} to {_day(review.now.id.as_of)}"
    for (kind, meaning), found in groupby(review.changes, key=lambda c: (c.kind, c.meaning)):
        yield ""
        yield from _wrapped(f"{kind.capitalize()}: {meaning}", "")
        for change in found:
            yield from _change(change)
    moved = [pair for pair in review.facts if pair.moved]
    if moved:
        yield from ("", "Facts with another value in the newer edition")
        for pair in moved:
            yield from _fact(pair)
    yield from _sentences(review)
    if not review.changes and not moved:
        yield "Nothing."


def _change(change: Change) -> Iterator[str]:
    yield from _wrapped(change.label, "  ")
    told = f"{change.old} {ARROW} {change.new}" if change.old else change.new
    reason = f" ({change.reason})" if change.reason else ""
    known = f"[{change.known}]"
    yield from _wrapped(" ".join(filter(None, (told + reason, known))), "    ")


def _fact(pair: FactPair) -> Iterator[str]:
    if pair.before and pair.now:
        yield from _wrapped(pair.key, "  ")
        yield from _wrapped(f"{_shown(pair.before)} {ARROW} {_shown(pair.now)}", "    ")


def _shown(fact: Fact) -> str:
    shown = fact.shown.replace("\N{NO-BREAK SPACE}", " ")
    if fact.value < 0 and "\N{MINUS SIGN}" not in shown and shown[:1].isdigit():
        shown = f"\N{MINUS SIGN}{shown}"
    return f"{shown} ({fact.period})" if fact.period else shown


def _sentences(review: Review) -> Iterator[str]:
    from reports.briefings.review import sentences

    for section in review.sections:
        gone, new = sentences(section)
        if gone or new:
            yield from ("", f"Sentences: {section.name}")
            for mark, texts in (("-", gone), ("+", new)):
                for text in texts:
                    yield from _wrapped(text, "    ", first=f"  {mark} ")


def _wrapped(text: str, indent: str, *, first: str = "") -> list[str]:
    """Return a text in lines of the width of a terminal."""
    plain = text.replace("\N{NO-BREAK SPACE}", " ")
    return textwrap.wrap(
        plain,
        COLUMNS,
        initial_indent=first or indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _described(compared: Comparison, sheet: str | None) -> dict[str, Any]:
    """Return what a program reads of a comparison."""
    from reports.briefings.review import sentences

    review = compared.review
    texts = [(section, *sentences(section)) for section in review.sections]
    return {
        "status": "compared",
        "before": review.before.id.as_of,
        "now": review.now.id.as_of,
        "changes": [
            {**vars(change), "rows": [vars(row) for row in change.rows]}
            for change in review.changes
        ],
        "facts": [
            {"key": pair.key, "old": _value(pair.before), "new": _value(pair.now)}
            for pair in review.facts
            if pair.moved
        ],
        "sentences": [
            {"section": section.key, "gone": gone, "new": new}
            for section, gone, new in texts
            if gone or new
        ],
        "warnings": compared.warnings,
        "sheet": sheet,
    }


def _value(fact: Fact | None) -> dict[str, str] | None:
    if fact is None:
        return None
    shown = fact.shown.replace("\N{NO-BREAK SPACE}", " ")
    return {"value": str(fact.value), "unit": fact.unit, "shown": shown, "period": fact.period}
