"""`reports trace`: say where a number of an edition comes from."""

from __future__ import annotations

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
    short_path,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from reports.model import Fact, SourceEntry
    from reports.tracing import Earlier, Row, Trace

LABEL = 11


# Unknown options are taken for the text: "-0.1%" is a number, not an option.
@click.command("trace", context_settings={"ignore_unknown_options": True})
@click.argument("day", metavar="DATE", type=Day())
@click.argument("wanted", metavar="KEY|TEXT")
@click.option(
    "--weeks",
    type=click.IntRange(0, 520),
    default=8,
    show_default=True,
    metavar="N",
    help="How many earlier weekly editions to look at.",
)
@data_option
@json_option
def command(day: date, wanted: str, weeks: int, as_json: bool, **flags: Any) -> None:
    """Say where a number comes from.

    It is named by its KEY or as it is printed in the edition ("23%").
    """
    from reports.tracing import trace

    folder = data_folder(settings_of(flags))
    traces = trace(folder, day, wanted, weeks)
    if as_json:
        found = [_described(each, folder) for each in traces]
        print_json({"status": "found", "as_of": day, "facts": found})
    else:
        say("\n\n".join("\n".join(_lines(each, folder)) for each in traces))


def _lines(traced: Trace, folder: Path) -> list[str]:
    """Return what a terminal shows of a fact."""
    fact = traced.fact
    printed = "; ".join(traced.printed) or "not in this edition"
    lines = [fact.key, ", ".join(part for part in (fact.label, fact.period) if part), ""]
    lines += _entry("printed", printed)
    lines += _entry("value", f"{fact.value} {fact.unit}".strip())
    lines += _entry("computed", fact.formula, fact.expression)
    wide = max((len(str(item.value)) for item in fact.inputs), default=0)
    inputs = (f"{str(i.value).ljust(wide)}  {i.name}{_in(i.key)}" for i in fact.inputs)
    lines += _entry("inputs", *inputs)
    lines += _entry("status", fact.status)
    lines += _entry("rows", *(_row(row, folder) for row in traced.rows))
    lines += _entry("sources", *(line for source in traced.sources for line in _source(source)))
    return lines + _entry("earlier", *(_earlier(each) for each in traced.earlier))


def _entry(label: str, *texts: str) -> list[str]:
    """Return lines with a label before the first; none where there is nothing to say."""
    labels = [label.ljust(LABEL), *[" " * LABEL] * (len(texts) - 1)]
    return [f"  {head}{text}" for head, text in zip(labels, texts, strict=False)]


def _in(key: str) -> str:
    return f"  [{key}]" if key else ""


def _row(row: Row, folder: Path) -> str:
    place = row.ref.table
    if row.place:
        place = f"{short_path(str(folder / row.place.file))}:{row.place.line}"
    return f"{place}  {row.ref.key}, known since {row.ref.vintage}"


def _source(source: SourceEntry) -> list[str]:
    named = ", ".join(str(part) for part in (source.title, source.published) if part)
    first = f"{source.publisher}: {named}" if named else source.publisher
    return [f"[{source.id}] {first}", source.url or "no address: it cannot be looked up"]


def _earlier(each: Earlier) -> str:
    if each.fact is None:
        return f"{each.day}  not known or not followed"
    period = f"  ({each.fact.period})" if each.fact.period else ""
    return f"{each.day}  {signed(each.fact)}{period}"


def signed(fact: Fact) -> str:
    """Return the printed form of a fact, with the minus that running text puts into a word."""
    shown = fact.shown.replace("\N{NO-BREAK SPACE}", " ")
    if fact.value >= 0 or "\N{MINUS SIGN}" in shown:
        return shown
    return f"\N{MINUS SIGN}{shown}" if shown[0].isdigit() else f"{shown} (a fall)"


def _described(traced: Trace, folder: Path) -> dict[str, Any]:
    """Return what a program reads of a fact."""
    fact = traced.fact
    return {
        **_plain(fact),
        "printed": traced.printed,
        "rows": [
            {
                "table": row.ref.table,
                "key": row.ref.key,
                "vintage": row.ref.vintage,
                "file": str(folder / row.place.file) if row.place else None,
                "line": row.place.line if row.place else None,
            }
            for row in traced.rows
        ],
        "sources": [
            {
                "id": source.id,
                "publisher": source.publisher,
                "title": source.title,
                "url": source.url,
                "published": source.published,
            }
            for source in traced.sources
        ],
        "earlier": [
            {"as_of": each.day, "fact": _plain(each.fact) if each.fact else None}
            for each in traced.earlier
        ],
    }


def _plain(fact: Fact) -> dict[str, Any]:
    return {
        "key": fact.key,
        "label": fact.label,
        "value": str(fact.value),
        "shown": fact.shown.replace("\N{NO-BREAK SPACE}", " "),
        "unit": fact.unit,
        "period": fact.period,
        "method": fact.method,
        "formula": fact.formula,
        "expression": fact.expression,
        "inputs": [{"name": i.name, "value": str(i.value), "key": i.key} for i in fact.inputs],
        "status": fact.status,
    }
