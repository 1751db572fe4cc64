"""The sections of the example edition: all kinds of blocks, all kinds of charts."""

from __future__ import annotations

from reports.model import (
    Cell,
    Chart,
    CiteSpan,
    Column,
    Delegate,
    Delegation,
    Delegations,
    Exhibit,
    FactSpan,
    FactStrip,
    Prose,
    Section,
    StrongSpan,
    TableBlock,
    TableSpec,
    Text,
    Width,
)
from tests.rendering import example_charts as charts
from tests.rendering.example_reference import about, numbers, watch

F, C, S = FactSpan, CiteSpan, StrongSpan


def example_sections() -> tuple[Section, ...]:
    """Return the seven sections in order."""
    return (talks(), tariffs(), economy(), exports(), watch(), numbers(), about())


def talks() -> Section:
    """Return the talks: prose, fact strip, cards, timeline, positions."""
    strip = FactStrip(
        (
            ("Where and when", ("London, from 9 June 2025",)),
            ("Round", ("First since Geneva, May",)),
            ("Set up by", ("Trump–Xi call, 5 June",)),
            ("On the table", ("Rare earths, technology",)),
        )
    )
    timeline = exhibit(
        "1",
        "Nine weeks separate the London round from the end of the truce",
        "Events in the trade dispute, April to August 2025; hollow markers are scheduled",
        "Timeline, April to August 2025: the London round opens nine weeks before the truce ends.",
        charts.timeline(),
        "Sources: governments of the United States and China; customs office.",
    )
    prose = (
        (
            (
                "Three cabinet-rank officials speak for Washington; Vice Premier He Lifeng leads"
                " for Beijing."
            ),
            C(("quartz", "straits")),
            (
                " The newcomer is Mr Lutnick. His department runs the controls on technology that"
                " Beijing sees as a brake on its long-term growth."
            ),
            C(("asiana",)),
        ),
        (
            (
                "The meeting follows Thursday’s call between Presidents Trump and Xi, a sign of"
                " de-escalation."
            ),
            C(("xinhua-call", "world-tribune")),
            " Mr Trump said afterwards that he expected the London meeting to go very well.",
            C(("quartz",)),
        ),
    )
    return Section(
        "talks",
        "The talks",
        ("Commerce joins the American team, and with it the question of export controls",),
        (Prose(prose), strip, delegations(), timeline, TableBlock(positions())),
    )


def delegations() -> Delegations:
    """Return both delegations, one with names in Chinese script and a note."""
    us = Delegation(
        "us",
        "United States",
        (
            Delegate("Scott Bessent", "", ("Treasury Secretary. Heads the delegation.",)),
            Delegate("Howard Lutnick", "", ("Commerce Secretary. New at the table.",)),
            Delegate("Jamieson Greer", "", ("US Trade Representative", C(("quartz",)))),
        ),
    )
    cn = Delegation(
        "cn",
        "China",
        (Delegate("He Lifeng", "何立峰", ("Vice Premier. Heads the delegation.",)),),
        ("The rest of the team had not been announced by 9 June.", C(("straits",))),
    )
    return Delegations((us, cn))


def positions() -> TableSpec:
    """Return where the two sides stand, issue by issue."""
    rows = (
        (
            "Rare earths and magnets",
            "Flows should return to pre-April conditions without new technical barriers (Hassett).",
            "Some export applications approved; a green channel for eligible buyers.",
            "fortune",
        ),
        (
            "Technology controls",
            "Commerce at the table is seen by some as a sign that certain controls could ease.",
            "Sees the controls as impediments to long-term growth.",
            "asiana",
        ),
        (
            "Tariffs",
            "The reprieve ends in August; April’s rates, or higher, could return.",
            "Wants a durable settlement while prices fall and unemployment is a worry.",
            "bloomberg",
        ),
        (
            "Students",
            "Trump affirms that Chinese students are welcome.",
            "The Foreign Ministry made the assurance public first.",
            "press-london",
        ),
        (
            "Framing",
            "Expects the London meeting to go well (Trump).",
            (
                "Xinhua: seeing trade through a security lens is “the biggest obstacle to win-win"
                " cooperation”."
            ),
            "press-london",
        ),
    )
    return TableSpec(
        "positions",
        "Where the two sides stand",
        (Column("Issue", 0.19, "head"), Column("Washington", 0.405), Column("Beijing", 0.405)),
        tuple(
            (Cell((issue,)), Cell((us,)), Cell((cn, C((source,)))))
            for issue, us, cn, source in rows
        ),
        ("One news article alone carries the rows on students and framing.",),
    )


def tariffs() -> Section:
    """Return tariffs: a full step chart, then a third of prose beside a table."""
    steps = exhibit(
        "2",
        "Both sides cut duties sharply in May; the reprieve ends on 12 August",
        "Additional duties imposed in 2025 on the other side’s goods, %, by date of effect",
        "Step chart, January to August 2025: US duties fell from 145% to 30%, Chinese ones to 10%.",
        charts.tariff_steps(),
        "Excludes duties in force before 2025. Dotted: no change assumed. Source: official notices",
    )
    prose = (
        (
            (
                "The current reprieve on Chinese goods ends in August. President Trump could let"
                " April’s rates return or set duties above today’s 10% baseline."
            ),
            C(("press-london",)),
        ),
        ("That gives London its deadline: ", F("truce.days", "64 days"), " from today."),
    )
    cells = (
        ("Reprieve extended", "Talks make progress; both sides prolong the truce", "30%", "10%"),
        ("April’s rate returns", "No deal by 12 August; the rest comes back", "54%", "34%"),
        ("Escalation", "A rate above the 10% baseline is set", "Above 54%", "[x]"),
    )
    table = TableSpec(
        "outcomes",
        "What August could bring",
        (
            Column("Outcome", 0.29, "head"),
            Column("Trigger", 0.37),
            Column("On Chinese goods", 0.18, "number"),
            Column("On US goods", 0.16, "number"),
        ),
        tuple(tuple(Cell((text,)) for text in row) for row in cells),
        ("Rates: see Figure 2.",),
    )
    return Section(
        "tariffs",
        "Tariffs",
        ("Duties are far below April’s peak, but only until August",),
        (steps, Prose(prose, "third"), TableBlock(table, "two_thirds")),
    )


def economy() -> Section:
    """Return the economy: three panels in a row, then prose across the page."""
    panels = (
        exhibit(
            "3a",
            "Consumer prices have stalled",
            "12-month change, %",
            "Line, January 2024 to May 2025: consumer prices 0.1% lower than a year before.",
            charts.panel("cpi-panel", charts.CPI, "−0.1%", "May", True),
            "Source: NBS.",
            "third",
        ),
        exhibit(
            "3b",
            "Factory prices fall faster",
            "12-month change, %",
            "Line, January 2024 to May 2025: producer prices 3.3% lower than a year before.",
            charts.panel("ppi-panel", charts.PPI, "−3.3%", "May", True),
            "Source: NBS.",
            "third",
        ),
        exhibit(
            "3c",
            "Unemployment is below its peak",
            "Surveyed urban rate, %",
            "Line, January 2024 to April 2025: the rate is 5.1%, below February’s 5.4%.",
            charts.panel("jobless-panel", charts.JOBLESS, "5.1%", "April", False),
            "Axis starts at 4.8%. Source: NBS.",
            "third",
        ),
    )
    prose = (
        (
            "Consumer prices were 0.1% lower in May than a year before, the ",
            F("cpi.streak", "fourth"),
            " fall in a row; factory-gate prices fell ",
            F("ppi", "3.3%"),
            ".",
            C(("afp-bss", "nbs-prices")),
            " Reports speak of an uptick in unemployment; the surveyed rate peaked at ",
            F("jobless.peak", "5.4%"),
            " in February and was ",
            F("jobless", "5.1%"),
            " in April.",
            C(("tradingecon", "xinhua-q1")),
        ),
        (
            (
                "Xinhua’s line is firmer. A commentary said Washington’s habit of viewing trade"
                " through a security lens could become “the biggest obstacle to win-win"
                " cooperation”, while granting that the two economies share interests."
            ),
            C(("press-london",)),
        ),
    )
    return Section(
        "economy",
        "China’s economy",
        ("Falling prices give Beijing a reason to settle",),
        (*panels, Prose(prose)),
    )


def exports() -> Section:
    """Return exports: a full exhibit, a half beside prose, two halves."""
    monthly = exhibit(
        "4",
        "May’s shipments were the largest in a year, 23% above April",
        "China’s exports of rare earths, all products, tonnes a month",
        "Columns, January 2024 to May 2025: May’s 5,864.6 tonnes are the most in a year.",
        charts.rare_earth_columns(),
        "January and February 2024 as their mean. Source: customs office, preliminary.",
        "full",
    )
    ytd = exhibit(
        "5",
        "The year to May is 2.3% ahead of last year",
        "Exports of the 17 rare earths, January–May, tonnes",
        "Segmented bars: 24,827 tonnes in January to May 2025, 24,266.5 a year before.",
        charts.year_to_date(),
        "Source: customs office.",
        "half",
    )
    prose = (
        (
            "Total shipments for January to May came to ",
            F("exports.ytd", "24,827 tonnes"),
            ", against ",
            F("exports.ytd-before", "24,266.5 tonnes"),
            " a year earlier, a rise of ",
            F("exports.ytd-change", "2.3%"),
            ".",
            C(("reuters-may", "kitco")),
        ),
        (
            (
                "The total says little about scarcity. It counts all 17 elements, while the April"
                " measures cover seven, and the magnets made from them."
            ),
            C(("mofcom-18",)),
            (
                " Production lines in the car industry stopped, European parts makers closed for a"
                " time and chip firms warned of stocks running out within weeks."
            ),
            C(("suppliers", "timeslive", "dotdot")),
        ),
    )
    magnets = exhibit(
        "6",
        "Magnet exports halved in April",
        "China’s exports of permanent magnets, tonnes a month",
        "Columns, April 2024 to April 2025: magnets fell by half in April to 2,627 tonnes.",
        charts.magnet_columns(),
        ("November 2024 not found. Source: customs office.", C(("smm", "metalnomist"))),
        "half",
    )
    where = exhibit(
        "7",
        "South Korea and the US fell most, Vietnam least",
        "Magnet exports by destination, tonnes, 2025",
        "Dumbbells, March and April 2025: exports to South Korea fell most, to Vietnam least.",
        charts.destinations(),
        "Source: customs office.",
        "half",
    )
    return Section(
        "exports",
        "Rare earths and magnets",
        ("Exports reached a one-year high in May; whether controlled goods moved is not known",),
        (monthly, ytd, Prose(prose, "half"), magnets, where),
    )


def exhibit(
    number: str,
    title: str,
    subtitle: str,
    alt: str,
    chart: Chart,
    source: str | Text,
    width: Width = "full",
) -> Exhibit:
    """Return an exhibit with a short data table."""
    data = TableSpec(
        f"{chart.key}-data",
        "",
        (Column("Period", 0.5, "head"), Column("Value", 0.5, "number")),
        ((Cell(("May 2025",)), Cell(("5,864.6",))), (Cell(("April 2025",)), Cell(("4,784.8",)))),
    )
    line: Text = (source,) if isinstance(source, str) else source
    return Exhibit(chart.key, number, (title,), subtitle, alt, chart, line, data, width)
