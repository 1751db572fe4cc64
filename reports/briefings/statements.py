"""Public statements as sentences: who said what, attributed, with their weight marked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from reports.briefings.facts import told
from reports.briefings.facts.weight import is_single
from reports.briefings.prose import cite, lower_first, near, upper_first, words
from reports.briefings.subjects import STATISTICS
from reports.dataset import AsOfView, Statement

REPEATED = 0.7


def spoken(view: AsOfView, days: int) -> tuple[Statement, ...]:
    """Return the statements of the last days that are no statistics, oldest first."""
    since = view.day - timedelta(days=days)
    return tuple(s for s in view.statements if s.date > since and s.role not in STATISTICS)


def newest(
    statements: Iterable[Statement],
    *,
    side: str,
    topic: str | None = None,
    stance: str | None = None,
) -> Statement | None:
    """Return the newest statement of a side, of one topic or stance where they are given.

    Of several on its newest day it is the first, which says what the others add to.
    """
    fitting = [
        s
        for s in statements
        if s.side == side and topic in (None, s.topic) and stance in (None, s.stance)
    ]
    return next((s for s in fitting if s.date == fitting[-1].date), None)


def speaker(statement: Statement, *, introduced: bool = False) -> str:
    """Return who speaks: with the office at first mention, the bare name after it."""
    name, role = words(statement.actor), words(statement.role)
    institution = role == name or "Commission" in name
    if institution:
        return f"China’s {name}" if statement.side == "CN" else name
    if introduced or "media" in name or "Agency" in name:
        return name
    office, _, body = role.partition(", ")
    if not body:
        return f"{_title(office)} {name}"
    if office == "Spokesperson":
        return f"{body} spokesperson {name}"
    return f"{name}, {office.lower()} of the {body},"


def _title(role: str) -> str:
    """Shorten an office to the title that stands before a name."""
    return "President" if role.startswith("President of") else role


def _adds(statement: Statement) -> bool:
    """Tell whether a quotation says more than the paraphrase already does."""
    quoted = set((statement.quote or "").lower().split())
    told = set(statement.summary.lower().rstrip(".").split())
    return bool(quoted) and len(quoted & told) < REPEATED * len(quoted)


def single_source(view: AsOfView, statement: Statement) -> bool:
    """Tell whether a statement rests on one article that cannot be looked up."""
    return is_single(view, statement.source_id)


def sentence(
    view: AsOfView, statement: Statement, *, introduced: bool = False, dated: bool = False
) -> str:
    """Return a statement as an attributed sentence with its quotation and reference mark."""
    body = told(statement, "summary").rstrip(".")
    when = f" on {near(statement.date, view.day)}" if dated else ""
    said = _attributed(statement, body, when, introduced=introduced)
    quote = f" (“{told(statement, 'quote')}”)" if _adds(statement) else ""
    weight = " (single source)" if single_source(view, statement) else ""
    return f"{said}{quote}{weight}.{cite(statement.source_id)}"


def _attributed(statement: Statement, body: str, when: str, *, introduced: bool) -> str:
    if "commentary " in body[:20]:
        name = words(statement.actor).split()[0]
        rest = body.split("commentary", 1)[1].strip()
        return f"The same commentary {rest}" if introduced else f"A {name} commentary {rest}"
    if statement.side == "other":
        source = words(statement.actor)
        source = lower_first(source) if source.startswith("Press") else source
        return f"{body}, according to {source}"
    who = speaker(statement, introduced=introduced)
    if body.startswith("Reported as having"):
        return f"{who} was {lower_first(body)}"
    verb, _, rest = body.partition(" ")
    if when and verb == "Said":
        joint = "" if rest.startswith(("that ", "in ")) else " that"
        return f"{who} said{when}{joint} {rest}"
    return (
        f"{upper_first(when.strip())} {who} {lower_first(body)}"
        if when
        else (f"{who} {lower_first(body)}")
    )


def in_turn(view: AsOfView, said: Iterable[Statement], *, dated: bool = True) -> str:
    """Return statements as sentences, each speaker introduced once."""
    seen: set[str] = set()
    parts = []
    for statement in said:
        parts.append(sentence(view, statement, introduced=statement.actor in seen, dated=dated))
        seen.add(statement.actor)
    return " ".join(parts)


def brief(view: AsOfView, statement: Statement) -> str:
    """Return a statement for a table cell: what, then who and when in brackets."""
    body = told(statement, "summary").rstrip(".")
    if body.startswith(("A commentary", "The same commentary")):
        body = "Commentary " + body.split("commentary", 1)[1].strip()
    quote = f": “{told(statement, 'quote')}”" if _adds(statement) else ""
    weight = ", single source" if single_source(view, statement) else ""
    who = words(statement.actor)
    when = near(statement.date, view.day)
    return f"{body}{quote} ({who}, {when}{weight}).{cite(statement.source_id)}"


def accused_each_other(view: AsOfView, since: date, place: str) -> tuple[Statement, ...]:
    """Return the newest firm statement of each side that names a deal since it was struck.

    Empty unless both sides have spoken so: only then may the text say that each blamed the other.
    """
    blaming = [
        s
        for s in view.statements
        if s.date > since and s.stance == "firm" and place and _blames(s.summary, place)
    ]
    both = (newest(blaming, side="US"), newest(blaming, side="CN"))
    return tuple(s for s in both if s) if all(both) else ()


def _blames(summary: str, place: str) -> bool:
    return place in summary and any(
        word in summary.lower() for word in ("break", "broke", "violat", "undermin", "depart")
    )
