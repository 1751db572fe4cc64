"""Print an edition for a test: with drawings of plain rectangles and words, so that it is quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.charts import SLOTS
from reports.model import Edition
from reports.rendering import pdf, typesetting
from reports.rendering.finish import write
from reports.rendering.layout import Layout, plan_layout
from reports.rendering.measure import Measured, measure


@dataclass(frozen=True)
class Printed:
    """A PDF with the plan it was made from and the measurement of its pages."""

    edition: Edition
    plan: Layout
    found: Measured
    data: bytes


def placeholders(plan: Layout) -> dict[str, str]:
    """Return an SVG of the planned size for every chart and spark."""
    return {key: _placeholder(slot, height) for key, (slot, height) in plan.charts.items()}


def lay_out(edition: Edition, plan: Layout, charts: Mapping[str, str] | None = None) -> Any:
    """Return the pages as WeasyPrint lays them out, before they are written."""
    laid = typesetting.lay_out(pdf.print_html(edition, plan))
    laid.set_charts(placeholders(plan) if charts is None else charts)
    return laid.document


def print_edition(edition: Edition) -> Printed:
    """Print an edition in one pass, keeping what lies on the way."""
    plan = plan_layout(edition)
    document = lay_out(edition, plan)
    return Printed(edition, plan, measure(document), write(document))


def _placeholder(slot: str, height: float) -> str:
    width = SLOTS[slot].width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="M0 0H{width}V{height}H0z" fill="#E3E5E6"/>'
        '<text x="1" y="4" font-family="Archivo SemiCondensed" font-size="2.5">drawn</text></svg>'
    )
