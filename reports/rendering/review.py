"""Two editions side by side as one self-contained page without script: the review sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from reports.model import Exhibit, plain
from reports.model.review import ExhibitPair, FactPair, Review
from reports.rendering.context import environment
from reports.rendering.web import content_policy, stylesheet

if TYPE_CHECKING:
    from markupsafe import Markup

SLOT = "web_half"
SIDES = ("before", "now")


def review_drawings(review: Review) -> Iterator[tuple[str, Exhibit, str]]:
    """Yield the name, the exhibit and the slot of every chart that the sheet looks up."""
    for section in review.sections:
        for pair in section.exhibits:
            for side in SIDES:
                exhibit: Exhibit | None = getattr(pair, side)
                if exhibit:
                    yield f"{side}:{exhibit.key}", exhibit, SLOT


def render_review(review: Review, warnings: tuple[str, ...], charts: Mapping[str, str]) -> str:
    """Return the sheet; `charts` holds an SVG in the web theme by name of `review_drawings`."""
    from markupsafe import Markup

    style = Markup(stylesheet("review.css"))  # noqa: S704  our own files
    groups = groupby(review.changes, key=lambda change: (change.kind, change.meaning))
    moved = [pair for pair in review.facts if pair.moved]
    return (
        environment()
        .get_template("review.html")
        .render(
            review=review,
            warnings=warnings,
            notes=[plain(note) for note in review.now.notes],
            changes=[(kind, meaning, list(found)) for (kind, meaning), found in groups],
            moved=moved,
            others=[pair for pair in review.facts if not pair.moved],
            style=style,
            policy=content_policy(style),
            days={side: getattr(review, side).id.as_of for side in SIDES},
            drawn=lambda pair, side: _drawn(pair, side, charts),
            shown=_shown,
        )
    )


def _drawn(pair: ExhibitPair, side: str, charts: Mapping[str, str]) -> Markup | None:
    """Return the drawing of one side of a pair, or None where it has none."""
    from markupsafe import Markup

    exhibit: Exhibit | None = getattr(pair, side)
    return Markup(charts[f"{side}:{exhibit.key}"]) if exhibit else None  # noqa: S704  our own


def _shown(pair: FactPair, side: str) -> str:
    """Return a fact as one edition has it: its value and the period it speaks of."""
    fact = getattr(pair, side)
    if fact is None:
        return ""
    return f"{fact.shown} ({fact.period})" if fact.period else str(fact.shown)
