"""The charts and sparks of the example edition: every kind of chart, with made-up plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from reports.model import (
    Band,
    Bar,
    BarRole,
    ChartEvent,
    ColumnChart,
    DumbbellChart,
    DumbbellRow,
    Hue,
    LineChart,
    LinePoint,
    Period,
    Segment,
    SegmentChart,
    SegmentRow,
    SparkBars,
    SparkLine,
    SparkProgress,
    Step,
    StepChart,
    StepLine,
    TimelineChart,
    TimelineEvent,
)

TODAY = date(2025, 6, 9)
TRUCE = Band(date(2025, 5, 14), date(2025, 8, 12), "90-day truce")

RARE_EARTHS = (
    ("2024-01/2024-02", "8774", ""),
    ("2024-03", "4709.6", ""),
    ("2024-04", "4566", ""),
    ("2024-05", "6217", "6,217"),
    ("2024-06", "4828.5", ""),
    ("2024-07", "4937", ""),
    ("2024-08", "4723", ""),
    ("2024-09", "4180.9", ""),
    ("2024-10", "4753", ""),
    ("2024-11", "4416", ""),
    ("2024-12", "3326", ""),
    ("2025-01", "5294.3", ""),
    ("2025-02", "3217", ""),
    ("2025-03", "5666.3", ""),
    ("2025-04", "4784.8", "4,785"),
    ("2025-05", "5864.60", "5,864.6"),
)
MAGNETS = (
    ("2024-04", "4750", ""),
    ("2024-05", "5111", ""),
    ("2024-06", "5160", ""),
    ("2024-07", "5278", ""),
    ("2024-08", "5325", ""),
    ("2024-09", "4915", ""),
    ("2024-10", "4725", ""),
    ("2024-11", None, ""),
    ("2024-12", "5362", ""),
    ("2025-01", "4710", ""),
    ("2025-02", "4188", ""),
    ("2025-03", "5252", ""),
    ("2025-04", "2627", "2,627"),
)
CPI = "-0.8 0.7 0.1 0.3 0.3 0.2 0.5 0.6 0.4 0.3 0.2 0.1 0.5 -0.7 -0.1 -0.1 -0.1"
PPI = "-2.5 -2.7 -2.8 -2.5 -1.4 -0.8 -0.8 -1.8 -2.8 -2.9 -2.5 -2.3 -2.3 -2.2 -2.5 -2.7 -3.3"
JOBLESS = "5.2 5.3 5.2 5.0 5.0 5.0 5.2 5.3 5.1 5.0 5.0 5.1 5.2 5.4 5.2 5.1"
ORE_12 = "4829 4937 4723 4181 4753 4416 3326 5294 3217 5666 4785 5865"
MAGNETS_12 = "5111 5160 5278 5325 4915 4725 x 5362 4710 4188 5252 2627"
CPI_12 = "0.2 0.5 0.6 0.4 0.3 0.2 0.1 0.5 -0.7 -0.1 -0.1 -0.1"
PPI_12 = "-0.8 -0.8 -1.8 -2.8 -2.9 -2.5 -2.3 -2.3 -2.2 -2.5 -2.7 -3.3"
JOBLESS_12 = "5.0 5.2 5.3 5.1 5.0 5.0 5.1 5.2 5.4 5.2 5.1 x"


def spark_bars(key: str, hue: Hue, values: str, alt: str) -> SparkBars:
    """Return a spark of columns; values are split at blanks, `x` is a gap."""
    return SparkBars(key, hue, _values(values), alt)


def spark_line(key: str, hue: Hue, values: str, alt: str, zero_line: bool = False) -> SparkLine:
    """Return a spark line; values are split at blanks, `x` is a gap."""
    return SparkLine(key, hue, _values(values), alt, zero_line)


def spark_truce() -> SparkProgress:
    """Return the spark of the days of the truce that have passed."""
    alt = "Bar of time: day 26 of the 90 days of the truce."
    return SparkProgress("kpi-truce", "gold", TRUCE.start, TRUCE.end, TODAY, alt)


def timeline() -> TimelineChart:
    """Return a timeline with past, long and scheduled events of all hues."""
    events = (
        _event("2025-04-02", "us", "2 April", "US announces “reciprocal” tariffs"),
        _event("2025-04-04", "cn", "4 April", "China licenses exports of seven rare earths"),
        _event("2025-04-12", "ink", "10–12 April", "Duties peak: 145% and 125%"),
        TimelineEvent(
            date(2025, 5, 10),
            date(2025, 5, 11),
            "ink",
            "10–11 May",
            "Geneva talks; joint statement on 12 May",
        ),
        _event("2025-05-14", "gold", "14 May", "90-day truce starts"),
        _event("2025-06-05", "ink", "5 June", "Trump and Xi speak by phone"),
        _event("2025-06-09", "ink", "9 June", "London round opens"),
        _event("2025-06-20", "ore", "20 June", "Detailed Chinese customs data", True),
        _event("2025-08-12", "gold", "12 August", "Truce lapses unless extended", True),
    )
    return TimelineChart(
        "talks-timeline",
        date(2025, 3, 25),
        date(2025, 8, 20),
        TODAY,
        "Today, 9 June",
        events,
        (TRUCE,),
    )


def tariff_steps() -> StepChart:
    """Return both sides' duties by day of effect, with the deadline ahead."""
    us = StepLine(
        "us",
        "US duties on Chinese goods",
        (
            Step(date(2025, 1, 20), Decimal(0)),
            Step(date(2025, 2, 4), Decimal(10), "10%"),
            Step(date(2025, 3, 4), Decimal(20), "20%"),
            Step(date(2025, 4, 5), Decimal(30)),
            Step(date(2025, 4, 9), Decimal(104)),
            Step(date(2025, 4, 10), Decimal(145), "145%"),
            Step(date(2025, 5, 14), Decimal(30), "30%"),
        ),
        Decimal(54),
        "54%?",
    )
    cn = StepLine(
        "cn",
        "Chinese duties on US goods",
        (
            Step(date(2025, 1, 20), Decimal(0)),
            Step(date(2025, 4, 10), Decimal(84)),
            Step(date(2025, 4, 12), Decimal(125), "125%"),
            Step(date(2025, 5, 14), Decimal(10), "10%"),
        ),
    )
    return StepChart(
        "tariff-steps",
        "%",
        date(2025, 1, 1),
        date(2025, 9, 1),
        TODAY,
        "Today, 9 June",
        (us, cn),
        (TRUCE,),
        ChartEvent(date(2025, 8, 12), "12 August", "truce lapses"),
    )


def panel(key: str, values: str, label: str, period: str, zero_line: bool) -> LineChart:
    """Return one of the economy's small panels from January 2024 on."""
    first = Period(2024, 1)
    points = tuple(LinePoint(first.shift(n), value) for n, value in enumerate(_values(values)))
    return LineChart(key, "%", "cn", points, label, period, zero_line)


def rare_earth_columns() -> ColumnChart:
    """Return monthly rare-earth exports with a combined January and February."""
    event = ChartEvent(
        date(2025, 4, 4), "4 April", "China requires export licences for seven rare earths"
    )
    return ColumnChart("rare-earths-monthly", "tonnes", "ore", _bars(RARE_EARTHS), (event,))


def magnet_columns() -> ColumnChart:
    """Return monthly magnet exports with a gap."""
    return ColumnChart("magnets-monthly", "tonnes", "ore", _bars(MAGNETS))


def year_to_date() -> SegmentChart:
    """Return the year to May against the year before."""
    before = ("Jan–Feb", "8774"), ("Mar", "4709.6"), ("Apr", "4566"), ("May", "6217")
    now = ("Jan–Feb", "8511"), ("Mar", "5666.3"), ("Apr", "4784.8"), ("May", "5864.6")
    rows = (
        SegmentRow("2024", "before", _segments(before), "24,266.5 t"),
        SegmentRow("2025", "current", _segments(now, latest="May"), "24,827 t"),
    )
    return SegmentChart("year-to-date", "tonnes", "ore", rows)


def destinations() -> DumbbellChart:
    """Return magnets by destination, one of them with a gap."""
    rows = (
        ("Germany", "1083", "518", "−52%"),
        ("South Korea", "804", "240", "−70%"),
        ("United States", "583", "246", "−58%"),
        ("Vietnam", "435", "397", "−9%"),
        ("Japan", "401", "289", "−28%"),
        ("Poland", None, "157", "[x]"),
        ("Rest of world", "1611", "775", "−52%"),
    )
    return DumbbellChart(
        "magnets-destinations",
        "tonnes",
        "ore",
        "March",
        "April",
        tuple(
            DumbbellRow(name, _value(before), _value(now), change)
            for name, before, now, change in rows
        ),
    )


def _event(day: str, hue: Hue, date_label: str, label: str, ahead: bool = False) -> TimelineEvent:
    return TimelineEvent(date.fromisoformat(day), None, hue, date_label, label, ahead)


def _bars(rows: Sequence[tuple[str, str | None, str]]) -> tuple[Bar, ...]:
    last = rows[-1][0]

    def role(period: str) -> BarRole:
        if period == last:
            return "latest"
        return "current" if period[:4] == last[:4] else "before"

    return tuple(
        Bar(Period.parse(period), _value(value), role(period), label)
        for period, value, label in rows
    )


def _segments(rows: Sequence[tuple[str, str]], latest: str = "") -> tuple[Segment, ...]:
    return tuple(Segment(label, Decimal(value), label == latest) for label, value in rows)


def _values(text: str) -> tuple[Decimal | None, ...]:
    return tuple(_value(None if item == "x" else item) for item in text.split())


def _value(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
