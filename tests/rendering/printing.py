"""Print an edition for a test: with drawings of plain rectangles and words, so that it is quick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.charts import SLOTS
from reports.model import Edition
from reports.rendering import pdf
from reports.rendering.layout import Layout, plan_layout
from reports.rendering.measure import Measured
from reports.rendering.typesetting import LocalTypesetter


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


def print_edition(edition: Edition) -> Printed:
    """Print an edition in one pass, keeping what lies on the way."""
    plan = plan_layout(edition)
    typesetter = LocalTypesetter()
    found = typesetter.lay_out(pdf.print_html(edition, plan))
    return Printed(edition, plan, found, typesetter.write(placeholders(plan), ()))


def laid_out(body: str) -> Any:
    """Return the document that becomes of the body of a page in our style."""
    typesetter = LocalTypesetter()
    style = f"<style>{pdf.print_css()}</style>"
    typesetter.lay_out(f"<html><head><title>-</title>{style}</head><body>\f<div>{body}</div>\f")
    if typesetter._whole is None:
        raise AssertionError("it has not been kept")
    return typesetter._whole.document


def _placeholder(slot: str, height: float) -> str:
    width = SLOTS[slot].width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="M0 0H{width}V{height}H0z" fill="#E3E5E6"/>'
        '<text x="1" y="4" font-family="Archivo SemiCondensed" font-size="2.5">drawn</text></svg>'
    )
