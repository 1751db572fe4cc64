"""One chart of each kind as an edition has it, and charts at the edge of each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from reports.model import (
    MONTHS,
    Band,
    Bar,
    BarRole,
    Chart,
    ChartEvent,
    ColumnChart,
    DumbbellChart,
    DumbbellRow,
    Exhibit,
    LineChart,
    LinePoint,
    Period,
    Segment,
    SegmentChart,
    SegmentRow,
    Spark,
    SparkBars,
    SparkLine,
    SparkProgress,
    Step,
    StepChart,
    StepLine,
    TableSpec,
    TimelineChart,
    TimelineEvent,
)

TODAY = date(2025, 6, 9)
LICENCES = ChartEvent(
    date(2025, 4, 4), "4 April", "China requires export licences for seven rare earths"
)
TRUCE = Band(date(2025, 5, 14), date(2025, 8, 12), "90-day truce")


def column_chart(
    values: str, *, first: Period, unit: str = "tonnes", events: tuple[ChartEvent, ...] = ()
) -> ColumnChart:
    """Return a chart of columns from words: a number, `-` for a gap, `2*n` for two months, `n~`."""
    bars: list[Bar] = []
    words, index = values.split(), first.index
    for place, word in enumerate(words):
        length = 2 if word.startswith("2*") else 1
        number = word.removeprefix("2*").rstrip("~")
        value = None if number == "-" else Decimal(number)
        year = index // 12
        role: BarRole = "before" if year < 2025 else "current"
        role = "latest" if place == len(words) - 1 else role
        label = f"{value:,}".replace("-", "−") if role == "latest" and value is not None else ""
        period = Period(year, index % 12 + 1, length)
        bars.append(Bar(period, value, role, label, estimated=word.endswith("~")))
        index += length
    return ColumnChart("columns", unit, "ore", tuple(bars), events)


def line_chart(values: str, label: str, *, first: Period, zero_line: bool = False) -> LineChart:
    """Return a chart of a line from words: a number, or `-` for a gap."""
    points = tuple(
        LinePoint(first.shift(place * first.length), None if word == "-" else Decimal(word))
        for place, word in enumerate(values.split())
    )
    return LineChart("line", "%", "cn", points, label, "May", zero_line)


def step_line(name: str, steps: str, *, outlook: str = "") -> StepLine:
    """Return a step line from words such as `2025-04-10=145%`; `145` without % has no label."""
    found = []
    for word in steps.split():
        day, value = word.split("=")
        label = value if value.endswith("%") else ""
        found.append(Step(date.fromisoformat(day), Decimal(value.rstrip("%")), label))
    level = Decimal(outlook.rstrip("%?")) if outlook else None
    return StepLine("us" if name.startswith("US") else "cn", name, tuple(found), level, outlook)


US = step_line(
    "US duties on Chinese goods",
    "2025-01-20=0 2025-02-04=10% 2025-03-04=20% 2025-04-05=30 2025-04-09=104 2025-04-10=145% "
    "2025-05-14=30%",
    outlook="54%?",
)
CHINA = step_line(
    "Chinese duties on US goods",
    "2025-01-20=0 2025-04-10=84 2025-04-12=125% 2025-05-14=10%",
)
STEPS = StepChart(
    "steps",
    "%",
    date(2025, 1, 1),
    date(2025, 8, 31),
    TODAY,
    "Today, 9 June",
    (US, CHINA),
    (TRUCE,),
    ChartEvent(date(2025, 8, 12), "12 August", "truce lapses"),
)


def event(day: str, words: str, *, length: int = 0) -> TimelineEvent:
    """Return an event of a timeline on an ISO day."""
    start = date.fromisoformat(day)
    end = start + timedelta(length) if length else None
    label = f"{start.day} {MONTHS[start.month - 1]}"
    return TimelineEvent(start, end, "ink", label, words, scheduled=start > TODAY)


def timeline(*events: TimelineEvent) -> TimelineChart:
    """Return a timeline from the end of March to the end of August 2025."""
    return TimelineChart(
        "timeline", date(2025, 3, 28), date(2025, 8, 28), TODAY, "Today, 9 June", events, (TRUCE,)
    )


TIMELINE = timeline(
    event("2025-04-02", "US announces “reciprocal” tariffs"),
    event("2025-04-04", "China licenses exports of seven rare earths and magnets"),
    event("2025-04-10", "Duties peak: 145% on Chinese goods, 125% on US goods", length=2),
    event("2025-05-10", "Geneva talks; joint statement on 12 May", length=1),
    event("2025-05-14", "90-day truce starts"),
    event("2025-06-05", "Trump and Xi speak by phone"),
    event("2025-06-09", "London round opens"),
    event("2025-06-20", "Detailed Chinese customs data"),
    event("2025-08-12", "Truce lapses unless extended"),
)
CROWDED = timeline(
    *(
        event(f"2025-04-{day:02}", f"Measure {day} on goods of the other side")
        for day in range(2, 12)
    ),
    event("2025-04-04", "A second event on the same day, told at some length"),
    event("2025-08-27", "An event at the very end"),
)


def dumbbells(rows: str) -> DumbbellChart:
    """Return dumbbells from lines such as `Germany 1090 518 −52%`; `-` is not published."""
    found = []
    for line in rows.split("; "):
        *name, before, now, change = line.split()
        pair = [None if word == "-" else Decimal(word) for word in (before, now)]
        found.append(DumbbellRow(" ".join(name), pair[0], pair[1], change))
    return DumbbellChart("dumbbells", "tonnes", "ore", "March", "April", tuple(found))


def segment_row(label: str, parts: str, total: str) -> SegmentRow:
    """Return a year from words such as `Jan=5294`, the last of which is the newest month."""
    words = [word.split("=") for word in parts.split()]
    segments = tuple(
        Segment(name, Decimal(value), latest=place == len(words) - 1)
        for place, (name, value) in enumerate(words)
    )
    return SegmentRow(label, "current" if label == "2025" else "before", segments, total)


SEGMENTS = SegmentChart(
    "segments",
    "tonnes",
    "ore",
    (
        segment_row("2024", "Jan–Feb=8774 Mar=4709.6 Apr=4566 May=6217", "24,266.5 t"),
        segment_row("2025", "Jan–Feb=8511 Mar=5666.3 Apr=4784.8 May=5864.6", "24,827 t"),
    ),
)
RARE_EARTHS = column_chart(
    "2*8774 4709.6 4566 6217 4828.5 4937 4723 4180.9 4753 4416 3326 2*8511 5666.3 4784.8 5864.6",
    first=Period(2024, 1),
    events=(LICENCES,),
)
PRICES = line_chart(
    "-0.8 0.7 0.1 0.3 0.3 0.2 0.5 0.6 0.4 0.3 0.2 0.1 0.5 -0.7 -0.1 -0.1 -0.1",
    "−0.1%",
    first=Period(2024, 1),
    zero_line=True,
)
JOBLESS = line_chart("5.2 5.3 5.2 5.0 5.0 5.0 5.2 5.3 5.1 5.0 5.0 5.1 5.2 5.4 5.2 5.1", "5.1%",
                     first=Period(2024, 1))  # fmt: skip
AS_OF = "as of 2 June"
WAS = {"2024-04": "5600", "2024-07": "4100", "2025-01/2025-02": "7900", "2025-04": "4300"}
MOVED = replace(
    RARE_EARTHS,
    bars=tuple(
        replace(bar, before=Decimal(WAS[str(bar.period)])) if str(bar.period) in WAS else bar
        for bar in RARE_EARTHS.bars
    ),
    ghost_label=AS_OF,
)
MOVED_PRICES = replace(
    PRICES,
    ghost=tuple(
        LinePoint(PRICES.points[place].period, Decimal(was))
        for place, was in zip(
            (4, 5, 6, 7, 15, 16), ["0.3", "0.6", "0.7", "0.6", "-0.1", "-0.4"], strict=True
        )
    ),
    ghost_label=AS_OF,
)
DESTINATIONS = dumbbells(
    "Germany 1090 518 −52%; South Korea 806 240 −70%; United States 582 246 −58%; "
    "Vietnam 430 391 −9%; Japan 400 290 −28%; Poland 310 158 −49%; Rest of world 1620 770 −52%"
)
MOVED_CHARTS: dict[str, Chart] = {"moved columns": MOVED, "moved line": MOVED_PRICES}
USUAL: dict[str, Chart] = {
    "columns": RARE_EARTHS,
    "line": PRICES,
    "steps": STEPS,
    "timeline": TIMELINE,
    "segments": SEGMENTS,
    "dumbbells": DESTINATIONS,
}
EDGES: dict[str, Chart] = {
    "one column": column_chart("2626", first=Period(2025, 4)),
    "no value": column_chart("- - -", first=Period(2025, 4)),
    "only zeros": column_chart("0 0 0", first=Period(2025, 4)),
    "columns below zero": column_chart("30 -12 44 -38 5 -25", first=Period(2024, 11)),
    "gaps and estimates": column_chart("5100 - 4800~ 2*9000~ 2626", first=Period(2024, 9)),
    "three years": column_chart(" ".join(["4100", "6900", "5200"] * 12), first=Period(2022, 9)),
    "large numbers": column_chart("9876543210 1234567890", first=Period(2025, 4)),
    "low after high": column_chart("6500 6000 2626", first=Period(2025, 3), events=(LICENCES,)),
    "two events": column_chart(
        "5100 5200 5300 5000 4900 5100 2626",
        first=Period(2024, 11),
        events=(LICENCES, ChartEvent(date(2025, 3, 16), "16 March", "a second event in between")),
    ),
    "one point": line_chart("5.1", "5.1%", first=Period(2025, 5)),
    "no point": line_chart("- -", "", first=Period(2025, 5)),
    "equal values": line_chart("5 5 5 5", "5%", first=Period(2025, 2)),
    "line with gaps": line_chart(
        "-2 -1 - 0 - -1 1 2 -", "2%", first=Period(2025, 1), zero_line=True
    ),
    "quarters": line_chart("5.3 5.4 5.4 5.2", "5.2%", first=Period(2024, 1, 3)),
    "unemployment": JOBLESS,
    "same level": StepChart(
        "steps", "%", date(2025, 1, 1), date(2025, 12, 31), TODAY, "Today, 9 June",
        (step_line("US rate", "2025-02-01=10%"), step_line("Chinese rate", "2025-03-01=10%")),
    ),
    "no steps": StepChart(
        "steps", "%", date(2025, 1, 1), date(2025, 3, 1), TODAY, "Today, 9 June", ()
    ),
    "today at the edge": StepChart(
        "steps", "%", date(2025, 6, 9), date(2025, 8, 31), TODAY, "Today, 9 June", (US, CHINA),
        (TRUCE,), ChartEvent(date(2025, 6, 10), "10 June", "a deadline on the day after"),
    ),
    "crowded": CROWDED,
    "markup": timeline(event("2025-04-04", "<script>alert(1)</script> costs $x^2$ & more")),
    "no events": timeline(),
    "a day apart": timeline(event("2025-08-26", "One"), event("2025-08-27", "The other")),
    "one row": SegmentChart("segments", "tonnes", "ore", SEGMENTS.rows[1:]),
    "twelve months": SegmentChart(
        "segments", "tonnes", "ore",
        (segment_row("2025", " ".join(f"{name[:3]}=4100" for name in MONTHS), "49,200 t"),),
    ),
    "empty year": SegmentChart("segments", "tonnes", "ore", (segment_row("2025", "Jan=0", "0 t"),)),
    "one dumbbell": dumbbells("Germany 1090 518 −52%"),
    "unpublished": dumbbells("Germany - 518 [x]; Japan - - [x]; Korea 20 - [x]"),
    "unmoved": dumbbells("Germany 300 300 0%; Bosnia and Herzegovina 0 0 0%"),
    "eight": dumbbells("; ".join(f"Country {place} {place}00 90 −9%" for place in range(1, 9))),
}  # fmt: skip
SPARKS: dict[str, Spark] = {
    "bars": SparkBars("bars", "ore", (Decimal(4), None, Decimal(-2), Decimal(6)), "Columns"),
    "line": SparkLine("line", "cn", (Decimal(1), None, Decimal(-1), Decimal(2)), "Line", True),
    "progress": SparkProgress("progress", "gold", TRUCE.start, TRUCE.end, TODAY, "Day 26 of 90"),
    "no bars": SparkBars("bars", "ore", (None, None), "Columns"),
    "one point": SparkLine("line", "cn", (Decimal(5),), "Line"),
    "over": SparkProgress("progress", "gold", TRUCE.start, TRUCE.end, date(2026, 1, 1), "Over"),
}


def exhibit(chart: Chart, title: str = "May’s shipments were the largest in a year") -> Exhibit:
    """Return a chart with the words of an exhibit."""
    return Exhibit(
        chart.key,
        "4",
        (title,),
        "China’s exports of rare earths, all products, tonnes a month",
        "Columns: exports by month.",
        chart,
        ("Source: customs, preliminary for May 2025.",),
        TableSpec("data", "Data", (), ()),
    )
