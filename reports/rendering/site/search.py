"""The search index: a script for each year with its editions and every passage of them once.

A script because pages that are opened from a folder may load one, but no data. The index is also
the memory of the pages: what it holds of an edition need not be read from the edition again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from typing import Any

from reports.model.site import Card, Download, Figure, Issue, Moved, Removal

SCHEMA = "search/1"
_BEFORE, _AFTER = "archiveYear(", ");\n"
_SHORT = 12
"""Letters of a sha256 that tell one version of a file from another in an address."""


def chunk_name(year: int) -> str:
    """Return the name of the search index of a year."""
    return f"search/{year}.js"


def version_of(content: bytes) -> str:
    """Return what tells one version of a file from another in its address."""
    return sha256(content).hexdigest()[:_SHORT]


def chunk(year: int, cards: Iterable[Card], maker: str) -> bytes:
    """Return the search index of a year; `maker` names what the pages are made with."""
    passages: dict[str, int] = {}
    editions = []
    for card in cards:
        numbers = [passages.setdefault(text, len(passages)) for text in card.passages]
        members = {**asdict(replace(card, passages=())), "as_of": card.as_of.isoformat()}
        editions.append({**members, "passages": numbers})
    value = {
        "schema": SCHEMA,
        "year": year,
        "maker": maker,
        "passages": list(passages),
        "editions": editions,
    }
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{_BEFORE}{text}{_AFTER}".encode()


def cards_of(content: bytes) -> tuple[str, tuple[Card, ...]]:
    """Return the maker and the editions of a search index; raise ValueError for anything else."""
    text = content.decode()
    if not (text.startswith(_BEFORE) and text.endswith(_AFTER)):
        raise ValueError(f"is no {SCHEMA}")
    try:
        found = json.loads(text[len(_BEFORE) : -len(_AFTER)])
        if found["schema"] != SCHEMA:
            raise ValueError(f"is no {SCHEMA}")
        passages = found["passages"]
        return found["maker"], tuple(_card(each, passages) for each in found["editions"])
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"is no {SCHEMA}: {error}") from error


def _card(members: dict[str, Any], passages: list[str]) -> Card:
    return Card(
        **{
            **members,
            "as_of": date.fromisoformat(members["as_of"]),
            "issues": tuple(_issue(each) for each in members["issues"]),
            "figures": tuple(Figure(**each) for each in members["figures"]),
            "downloads": tuple(Download(**each) for each in members["downloads"]),
            "moved": tuple(Moved(**each) for each in members["moved"]),
            "passages": tuple(passages[number] for number in members["passages"]),
        }
    )


def _issue(members: dict[str, Any]) -> Issue:
    removal = members["removal"]
    return Issue(**{**members, "removal": Removal(**removal) if removal else None})
