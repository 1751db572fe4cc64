"""The naked-number gate: nothing that can be read may hold a number no fact answers for.

A number in an edition is a fact, part of a date, part of a listed proper name, or one of the
document's own numberings. `findings` looks at the edition, `markup_findings` at a page made from
it, `text_findings` at plain words, `drawing_findings` at a chart, `check_templates` at templates.
"""

from reports.rendering.gate.edition import Saying, drawings, findings, sayings
from reports.rendering.gate.finding import Finding, names_of, refuse, text_findings
from reports.rendering.gate.marking import NUMBERING, WORKING, marked, marked_drawing, unmarked
from reports.rendering.gate.markup import Walk, drawing_findings, markup_findings, walk, walk_text
from reports.rendering.gate.templates import check_templates, quiet_style

__all__ = [
    "NUMBERING",
    "WORKING",
    "Finding",
    "Saying",
    "Walk",
    "check_templates",
    "drawing_findings",
    "drawings",
    "findings",
    "marked",
    "marked_drawing",
    "markup_findings",
    "names_of",
    "quiet_style",
    "refuse",
    "sayings",
    "text_findings",
    "unmarked",
    "walk",
    "walk_text",
]
