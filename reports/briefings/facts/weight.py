"""How firm a fact is: the weakest thing it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from reports.dataset import AsOfView, Observation
from reports.model import Status


def status_of(
    view: AsOfView,
    sources: Iterable[str],
    *,
    observations: Iterable[Observation] = (),
    computed: bool = False,
) -> Status:
    """Return a conflict before a single source, that before an estimated date or a derivation."""
    rows = tuple(observations)
    if any(row.conflict for row in rows):
        return "in conflict"
    if any(is_single(view, source) for source in sources):
        return "single source"
    if any(row.status == "reported-date-estimated" for row in rows):
        return "estimated date"
    if computed or any(row.status == "derived" for row in rows):
        return "derived"
    return "reported"


def is_single(view: AsOfView, source_id: str) -> bool:
    """Tell whether a source is one article that cannot be looked up."""
    return not view.source(source_id).url
