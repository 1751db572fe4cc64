"""`facts.json`: every fact of an edition with all it rests on, and the count of its numbers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reports.model import (
    CiteSpan,
    Edition,
    Exhibit,
    Fact,
    FactSpan,
    SourceEntry,
    census,
    fact_spans,
)
from reports.rendering.gate import names_of, sayings
from reports.variants import FULL

SCHEMA = "facts/1"
"""The version of the format; `reports/schemas/facts-1.json` describes it."""


def facts_file(edition: Edition) -> bytes:
    """Return the facts of an edition as canonical JSON."""
    printed = _printed_forms(edition)
    named = {"briefing": edition.id.briefing, "as_of": edition.id.as_of.isoformat()}
    if edition.id.variant != FULL:
        named["variant"] = edition.id.variant
    head = {
        "schema": SCHEMA,
        "edition": named,
        "numbers": counted(edition),
    }
    facts = [_described(fact, printed[fact.key]) for fact in edition.facts]
    parts = [f'"{name}":{_compact(value)}' for name, value in sorted(head.items())]
    parts += [_listed("facts", facts), _listed("sources", map(_source, edition.sources))]
    return ("{" + ",\n".join(sorted(parts)) + "}\n").encode()


def _listed(name: str, items: Iterable[object]) -> str:
    """Write a list with a line for each item, so that editions can be compared by lines."""
    return f'"{name}":[\n' + ",\n".join(map(_compact, items)) + "\n]"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def counted(edition: Edition) -> dict[str, int | float]:
    """Count the numbers that an edition prints by what answers for them; `share` is of 1."""
    names = names_of(edition)
    found = dict.fromkeys(("facts", "dates", "names", "numbering", "naked"), 0)
    for saying in sayings(edition):
        held = census(saying.held, names)
        found["naked"] += held.numbers
        found["dates"] += held.dates
        found["names"] += held.names
        found["facts"] += sum(isinstance(span, FactSpan) for span in saying.text)
        found["numbering"] += sum(
            len(span.sources) for span in saying.text if isinstance(span, CiteSpan)
        )
    blocks = [block for section in edition.sections for block in section.blocks]
    found["numbering"] += len(edition.sources) + sum(isinstance(b, Exhibit) for b in blocks)
    printed = sum(found.values())
    share = (printed - found["naked"]) / printed if printed else 1.0
    return {"printed": printed, **found, "share": round(share, 6)}


def _printed_forms(edition: Edition) -> Mapping[str, list[str]]:
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for span in fact_spans(edition):
        forms[span.key].add(span.text)
    return defaultdict(list, {key: sorted(texts) for key, texts in forms.items()})


def _described(fact: Fact, printed: list[str]) -> dict[str, Any]:
    return {
        "key": fact.key,
        "label": fact.label,
        "value": str(fact.value),
        "shown": fact.shown,
        "printed": printed,
        "unit": fact.unit,
        "period": fact.period,
        "method": fact.method,
        "formula": fact.formula,
        "expression": fact.expression,
        "inputs": [
            {"name": item.name, "value": _value(item.value), "key": item.key or None}
            for item in fact.inputs
        ],
        "status": fact.status,
        "rows": [
            {"table": row.table, "key": row.key, "vintage": row.vintage.isoformat()}
            for row in fact.rows
        ],
        "sources": list(fact.sources),
    }


def _source(entry: SourceEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "number": entry.number,
        "publisher": entry.publisher,
        "title": entry.title,
        "address": entry.url,
        "date": entry.published.isoformat() if entry.published else None,
    }


def _value(value: Decimal | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
