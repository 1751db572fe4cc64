"""A full edition made by hand: the model of the rendering tests."""

from __future__ import annotations

from datetime import date
from functools import cache

from reports.model import (
    Cell,
    CiteSpan,
    Column,
    Edition,
    EditionId,
    FactSpan,
    KeyFigure,
    Masthead,
    StrongSpan,
    TableSpec,
    Text,
)
from tests.rendering import example_charts as charts
from tests.rendering import example_sections as sections
from tests.rendering.example_charts import CPI_12, MAGNETS_12, ORE_12
from tests.rendering.example_sources import example_facts, example_sources
from tests.rendering.example_tied import tied

F, C, S = FactSpan, CiteSpan, StrongSpan


@cache
def example_edition() -> Edition:
    """Return a full edition, made once: all sections, all kinds of blocks and charts."""
    edition = Edition(
        id=EditionId("us-china-trade", date(2025, 6, 9)),
        masthead=Masthead(
            name="US–China Trade Briefing",
            name_local="中美经贸周报",
            number=F("edition.number", "No. 23"),
            day="Monday 9 June 2025",
            coverage="covers 3–9 June",
            cut_off="Data as known at the end of 9 June 2025, UTC",
        ),
        headline=("London talks open with rare earths at the centre",),
        standfirst=(
            (
                "China shipped more rare earths in May than in any month for a year. But magnet"
                " exports had halved in April, and the tariff reprieve has nine weeks to run."
            ),
        ),
        key_figures=key_figures(),
        lead=lead(),
        changes=changes(),
        sections=sections.example_sections(),
        facts=example_facts(),
        sources=example_sources(),
        notes=(),
        names=(),
        description=(
            "What the London talks are about, where both sides stand, and what China’s exports of"
            " rare earths and magnets show, as known on 9 June 2025."
        ),
    )
    return tied(edition)


def key_figures() -> tuple[KeyFigure, ...]:
    """Return the four key figures, one of each kind of spark."""
    ore = charts.spark_bars("kpi-ore", "ore", ORE_12, "Columns: twelve months to May, highest now.")
    magnets = charts.spark_bars(
        "kpi-magnets", "ore", MAGNETS_12, "Columns: twelve months to April, lowest now."
    )
    cpi = charts.spark_line(
        "kpi-cpi", "cn", CPI_12, "Line: twelve months to May, just below zero.", True
    )
    return (
        KeyFigure(
            "China’s rare-earth exports, May",
            F("exports.may", "5,864.6"),
            "tonnes",
            ore,
            (S("+23%"), " on April; ", F("exports.high", "highest in a year"), C(("reuters-may",))),
        ),
        KeyFigure(
            "China’s magnet exports, April, change on month",
            F("magnets.change", "−50%"),
            "",
            magnets,
            ("May figures due ", S("20 June"), C(("smm",))),
        ),
        KeyFigure(
            "China’s consumer prices, May, change on year",
            F("cpi", "−0.1%"),
            "",
            cpi,
            ("Same as April", C(("nbs-prices",))),
        ),
        KeyFigure(
            "Until the US tariff reprieve ends",
            F("truce.days", "64"),
            "days",
            charts.spark_truce(),
            (S("12 August"), "; day 26 of 90", C(("truce-order",))),
        ),
    )


def lead() -> tuple[Text, ...]:
    """Return the lead: two paragraphs, about 150 words."""
    return (
        (
            (
                "Delegations from the United States and China resume trade talks in London today."
                " The agenda has narrowed to rare-earth minerals, the magnets made from them and"
                " the technology controls that Beijing wants eased."
            ),
            C(("bloomberg",)),
            (
                " Each side says the other has strayed from the deal struck in Geneva in May, which"
                " rolled back tariffs that had climbed above 100%."
            ),
            C(("geneva", "afp-cna")),
        ),
        (
            (
                "Washington’s test is plain. It expects rare earths and magnets to flow as they did"
                " before April, says Kevin Hassett of the National Economic Council."
            ),
            C(("fortune",)),
            (
                " Commerce Secretary Howard Lutnick joins the team; some read that as a sign that"
                " certain controls could be eased."
            ),
            C(("asiana",)),
        ),
        (
            "Beijing also has reasons to settle: prices are falling. Rare-earth shipments rose ",
            F("exports.on-month", "23%"),
            " in May to ",
            F("exports.may", "5,864.6 tonnes"),
            ", but that total includes products the April controls do not touch.",
            C(("reuters-may",)),
            (
                " Only detailed figures, due on 20 June, will show whether the controlled goods are"
                " moving again."
            ),
        ),
    )


def changes() -> TableSpec:
    """Return the table of what changed since last week, with every tag."""
    rows = (
        (
            "New",
            "Talks",
            "Each side accused the other of breaching the Geneva deal",
            "Leaders spoke on 5 June; a London round opens today",
            "world-tribune",
        ),
        (
            "Up",
            "Rare-earth exports",
            "4,785 tonnes in April",
            "5,864.6 tonnes in May, the most in a year",
            "reuters-may",
        ),
        (
            "Tightened",
            "Washington’s test",
            "Honour the Geneva terms",
            "Rare earths and magnets to flow as before April, with no new technical barriers",
            "fortune",
        ),
        (
            "Eased",
            "Student visas",
            "Chinese students unsure of their welcome",
            "Trump tells Xi they are welcome, then says so in public",
            "press-london",
        ),
        ("Down", "Producer prices", "−2.7% in April", "−3.3% in May", "nbs-prices"),
        (
            "Same",
            "Tariff reprieve",
            "Ends in August",
            "Ends in August; no extension on the table",
            "truce-order",
        ),
    )
    return TableSpec(
        "changes",
        "What changed since last week",
        (
            Column("Change", 0.085, "tag"),
            Column("Subject", 0.195, "head"),
            Column("As of 2 June", 0.305),
            Column("As of 9 June", 0.415),
        ),
        tuple(
            (
                Cell((tag,)),
                Cell((subject,)),
                Cell((before,), muted=True),
                Cell((now, C((source,)))),
            )
            for tag, subject, before, now, source in rows
        ),
    )
