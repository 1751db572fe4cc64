"""The two bodies of an e-mail, from templates: a page with its style inlined, and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from reports.charts import email_words
from reports.errors import RenderError
from reports.model import Edition, Exhibit, TableBlock, TableSpec, plain
from reports.rendering.context import shared
from reports.rendering.email.choice import charts_of, preheader
from reports.rendering.email.plain_text import set_lines
from reports.rendering.gate import (
    marked,
    markup_findings,
    names_of,
    quiet_style,
    refuse,
    sayings,
    walk_text,
)
from reports.rendering.gate.tracing import gated
from reports.rendering.tokens import Mode, colours, tokens
from reports.resources import proper_names

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from markupsafe import Markup

LARGEST_HTML = 60_000
"""Bytes; mail programs cut off what is longer than about 100,000."""
LARGEST_PICTURE = 80_000

_SELDOM = re.compile(r"<!--\[\[#(correction|linked)\]\]-->.*?<!--\[\[/\1\]\]-->", re.DOTALL)
_COMMENTED = re.compile(r"<!--(\[\[[#/]\w+\]\])-->")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
MARK = "[["
"""What a mark for sending begins with; no words of an edition may."""


@dataclass(frozen=True)
class Email:
    """The bodies of an e-mail and what to warn of."""

    html: str
    text: str
    warnings: tuple[str, ...]


def render_email(edition: Edition, pictures: Mapping[str, bytes]) -> Email:
    """Return the e-mail of an edition, with marks for what only sending knows.

    `pictures` holds a PNG by the key of each chart that `charts_of` names; the page looks for it
    beside itself. Raise RenderError for a number that nobody answers for.
    """
    _require_no_mark(edition)
    charts = charts_of(edition)
    _require_told(charts, edition)
    title, calendar = _watch(edition)
    context = {
        **vars(shared(edition)),
        "form": "email",
        "charts": charts,
        "watch": calendar,
        "watch_title": title,
        "preheader": preheader(edition),
        "style": _style_block(),
    }
    page = gated("email/body.html", context, edition)
    html = _hidden(_inliner().inline(page).replace(' data-css-inline="keep"', ""))
    text = set_lines(gated("email/body.txt", context, edition, is_text=True))
    return Email(html, text, tuple(_warnings(html, pictures)))


def _require_no_mark(edition: Edition) -> None:
    for saying in sayings(edition):
        if MARK in plain(saying.text):
            message = f"{saying.place} holds {MARK}, which marks a place in an e-mail"
            raise RenderError(message, "write it otherwise")


def _require_told(charts: tuple[Exhibit, ...], edition: Edition) -> None:
    """Raise RenderError where a picture, which no other gate can read, would print a number."""
    facts, names = {fact.key: fact for fact in edition.facts}, names_of(edition)
    for chart in charts:
        labels = "\n".join(marked(words, chart.drawn, names) for words in email_words(chart))
        for found in markup_findings(walk_text(labels), facts, names):
            refuse([replace(found, place=f"the e-mail's chart {chart.key}")])


def _hidden(html: str) -> str:
    """Return the page with what few messages say in a comment, marks and all, until it is said."""
    return _SELDOM.sub(lambda found: "<!--" + _COMMENTED.sub(r"\1", found[0]) + "-->", html)


def _watch(edition: Edition) -> tuple[str, TableSpec | None]:
    """Return the name and the table of the section that looks ahead."""
    for section in edition.sections:
        for block in section.blocks:
            if section.key == "watch" and isinstance(block, TableBlock):
                return section.kicker, block.table
    return "", None


def _warnings(html: str, pictures: Mapping[str, bytes]) -> Iterator[str]:
    size = len(html.encode())
    if size > LARGEST_HTML:
        yield f"the page of the e-mail has {size:,} bytes, over {LARGEST_HTML:,}"
    for key, picture in pictures.items():
        if len(picture) > LARGEST_PICTURE:
            name = f"the chart {key} of the e-mail"
            yield f"{name} has {len(picture):,} bytes, over {LARGEST_PICTURE:,}"


@cache
def _inliner() -> CSSInliner:
    # Imported here: only a build of an e-mail needs it.
    from css_inline import CSSInliner

    return CSSInliner(
        extra_css=_with_values("email.css", "print"),
        load_remote_stylesheets=False,
        apply_width_attributes=False,
    )


@cache
def _style_block() -> Markup:
    from markupsafe import Markup

    dark = _with_values("email-dark.css", "dark")
    style = (
        ":root{color-scheme:light dark;supported-color-schemes:light dark}",
        _with_values("email-small.css", "print"),
        f"@media (prefers-color-scheme:dark){{{dark}}}",
    )
    return Markup("\n".join(style))  # noqa: S704  our own files


def _with_values(name: str, mode: Mode) -> str:
    """Return a style sheet with values in place of its variables, which few programs know."""
    values = colours(mode)
    fonts = tokens()["font"]["email"]
    css = _COMMENT.sub("", quiet_style(name, proper_names()))
    css = css.replace("SANS", fonts["sans"]).replace("SERIF", fonts["serif"])
    return _VARIABLE.sub(lambda variable: values[variable[1]], css).strip()
