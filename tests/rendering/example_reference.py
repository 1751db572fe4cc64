"""The sections of the example edition that readers look things up in: calendar, numbers, data."""

from __future__ import annotations

from reports.model import (
    Cell,
    CiteSpan,
    Column,
    Hue,
    LangSpan,
    Points,
    Section,
    StrongSpan,
    TableBlock,
    TableSpec,
    Terms,
)
from tests.rendering import example_charts as charts
from tests.rendering.example_charts import CPI_12, JOBLESS_12, MAGNETS_12, ORE_12, PPI_12

C, S = CiteSpan, StrongSpan
MONTHS_SHOWN = ("Dec", "Jan", "Feb", "Mar", "Apr", "May")


def watch() -> Section:
    """Return the calendar: a table without a title."""
    rows = (
        ("9 June", "Mon", "US–China talks, London", "A joint text on magnets, or only more talks"),
        ("13 June", "Fri", "He Lifeng’s visit to the UK ends", "An early departure"),
        ("20 June", "Fri", "China: exports by product, May", "Whether magnets recovered"),
        ("9 July", "Wed", "China: consumer and producer prices, June", "A fifth fall in a row"),
        ("12 August", "Tue", "Tariff reprieve ends", "Extension, return of April’s rates, or more"),
    )
    table = TableSpec(
        "calendar",
        "",
        (
            Column("Date", 0.126, "head"),
            Column("Event", 0.38),
            Column("What would change our view", 0.494),
        ),
        tuple(
            (Cell((S(day), f" {weekday}")), Cell((event, C(("reuters-may",)))), Cell((view,)))
            for day, weekday, event, view in rows
        ),
    )
    headline = ("The first clean reading on magnets comes on 20 June",)
    return Section("watch", "What to watch", headline, (TableBlock(table),))


def numbers() -> Section:
    """Return the numbers: six months of five series, marks and sparks."""
    head, unit = Column("Series", 0.185, "head"), Column("Unit", 0.105)
    months = tuple(Column(name, 0.072, "number") for name in MONTHS_SHOWN)
    tail = (
        Column("On month", 0.088, "number"),
        Column("On year", 0.088, "number"),
        Column("Trend", 0.102, "spark"),
    )
    rows = (
        ("Rare-earth exports", "tonnes", "3,326 5,294e 3,217 5,666 4,785 5,865p +23% −6%", ORE_12),
        ("Magnet exports", "tonnes", "5,362 4,710 4,188 5,252 2,627 [x] −50% −45%", MAGNETS_12),
        ("Consumer prices", "% on year", "0.1 0.5 −0.7 −0.1 −0.1 −0.1 0.0_pp −0.4_pp", CPI_12),
        ("Producer prices", "% on year", "−2.3 −2.3 −2.2 −2.5 −2.7 −3.3 −0.6_pp −1.9_pp", PPI_12),
        ("Urban unemployment", "%", "5.1 5.2 5.4 5.2 5.1 [x] −0.1_pp +0.1_pp", JOBLESS_12),
    )
    table = TableSpec(
        "numbers",
        "",
        (head, unit, *months, *tail),
        tuple(_number_row(name, unit, values, line) for name, unit, values, line in rows),
        (
            (
                "p = preliminary; e = estimate of this briefing; [x] = not available or not yet"
                " published; pp = percentage points. Sources: customs office; NBS."
            ),
            C(("nbs-prices",)),
        ),
        True,
    )
    return Section("numbers", "The numbers", (), (TableBlock(table),))


def _number_row(name: str, unit: str, values: str, line: str) -> tuple[Cell, ...]:
    cells = []
    for value in values.split():
        mark = value[-1] if value[-1] in "pe" and not value.endswith("pp") else ""
        shown = value.removesuffix(mark).replace("_", "\N{NO-BREAK SPACE}")
        cells.append(Cell((shown,), mark, muted=value == "[x]"))
    hue: Hue = "ore" if unit == "tonnes" else "cn"
    spark = charts.spark_line(f"numbers-{name}", hue, line, f"{name}, twelve months.")
    return (Cell((name,)), Cell((unit,), muted=True), *cells, Cell(spark=spark))


def about() -> Section:
    """Return the notes on the data: freshness beside limits, then terms."""
    rows = (
        ("Rare earths, total", "May", "9 July", "Preliminary"),
        ("Magnets", "April", "20 June", "Final"),
        ("Prices", "May", "9 July", "Final"),
        ("Unemployment", "April", "16 June", "Final"),
        ("Tariff schedule", "9 June", "Daily", "Checked"),
    )
    fresh = TableSpec(
        "freshness",
        "How fresh it is",
        (
            Column("Series", 0.37, "head"),
            Column("Latest", 0.19),
            Column("Next", 0.2),
            Column("Status", 0.24),
        ),
        tuple(tuple(Cell((text,)) for text in row) for row in rows),
    )
    limits = Points(
        "Strengths and limits",
        (
            (
                (
                    "Customs volumes are complete counts, not samples, but the first release has no"
                    " product or country detail."
                ),
                C(("reuters-may",)),
            ),
            ("Tonnes add together light and heavy rare earths of very different value.",),
            (
                (
                    "Monthly changes are not seasonally adjusted; Lunar New Year distorts January"
                    " and February."
                ),
            ),
            ("Percentages are computed from unrounded figures.",),
            ("Revisions: none to last week’s figures.",),
        ),
    )
    terms = Terms(
        "Terms",
        (
            (
                "Rare earths",
                (
                    (
                        "Seventeen metals used in magnets, catalysts and electronics."
                        " Exports include ores, oxides and metals."
                    ),
                ),
            ),
            (
                "Magnets",
                (
                    (
                        "Permanent magnets made from rare earths, counted separately from the"
                        " minerals and subject to the April controls. In Chinese: "
                    ),
                    LangSpan("稀土", "zh-Hans"),
                    ".",
                ),
            ),
            (
                "Reprieve",
                (
                    (
                        "The 90-day suspension of part of the duties agreed in Geneva, 14 May to"
                        " 12 August."
                    ),
                ),
            ),
        ),
    )
    return Section("about", "About the data", (), (TableBlock(fresh, "half"), limits, terms))
