"""The subjects of public statements, and which of them is spoken of most."""

from __future__ import annotations

from datetime import date

from reports.dataset import AsOfView, Statement

STATISTICS = frozenset({"Customs statistics", "Official statistics"})
TOPICS = {
    "rare_earths": "Rare earths and magnets",
    "technology": "Technology controls",
    "tariffs": "Tariffs",
    "students": "Students",
    "talks": "The talks",
    "economy": "Economic ties",
}
SUBJECTS = {
    "rare_earths": "rare earths",
    "technology": "advanced technology",
    "tariffs": "tariffs",
}


def statements_on(view: AsOfView, since: date, topic: str) -> tuple[Statement, ...]:
    """Return the statements on a subject from a day on that are no statistics, oldest first."""
    return tuple(
        s
        for s in view.statements
        if s.date >= since and s.topic == topic and s.role not in STATISTICS
    )


def focus(view: AsOfView, since: date) -> tuple[str, ...]:
    """Return the one or two subjects that most statements from a day on are about.

    Three statements at least make the first subject, two the second: fewer prove no focus.
    """
    counts = {topic: len(statements_on(view, since, topic)) for topic in SUBJECTS}
    ranked = sorted(SUBJECTS, key=lambda topic: -counts[topic])
    return tuple(
        topic for topic, least in zip(ranked, (3, 2), strict=False) if counts[topic] >= least
    )
