"""Varied charts: any length, sign, gap, label and neighbourhood that the model allows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from hypothesis import strategies as st

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
    Hue,
    LineChart,
    LinePoint,
    Period,
    Segment,
    SegmentChart,
    SegmentRow,
    Step,
    StepChart,
    StepLine,
    TimelineChart,
    TimelineEvent,
)

HUES: tuple[Hue, ...] = ("us", "cn", "ore", "gold", "ctx", "ink")
UNITS = ("tonnes", "%", "US$ billion", "index")
WORDS = (
    "China requires export licences for seven rare earths and for magnets made of them",
    "truce lapses",
    "Geneva",
    "Leaders speak by telephone for ninety minutes; teams are to meet again soon",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
)
words = st.sampled_from(WORDS)
hues = st.sampled_from(HUES)
units = st.sampled_from(UNITS)
values = st.one_of(
    st.decimals(0, 7000, places=1),
    st.decimals(-9, 9, places=1),
    st.sampled_from([Decimal(0), Decimal("1234567890"), Decimal("0.001"), Decimal("-250000")]),
)
known = st.one_of(values, values, values, st.none())
days = st.integers(0, 700).map(lambda count: date(2024, 3, 17) + timedelta(count))


def day_label(day: date) -> str:
    """Write a day as the briefing does."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def printed(value: Decimal | None) -> str:
    """Write a value as the briefing does."""
    return "" if value is None else f"{value:,}".replace("-", "−")


@st.composite
def periods(draw: st.DrawFn, most: int = 40) -> tuple[Period, ...]:
    """Draw months in a row, some January and February together."""
    first = draw(st.integers(2023 * 12, 2025 * 12))
    count = draw(st.integers(1, most))
    joined = draw(st.booleans())
    found, index = [], first
    while index < first + count:
        length = 2 if joined and index % 12 == 0 else 1
        found.append(Period(index // 12, index % 12 + 1, length))
        index += length
    return tuple(found)


@st.composite
def events(draw: st.DrawFn) -> ChartEvent:
    """Draw an event of a chart."""
    day = draw(days)
    return ChartEvent(day, day_label(day), draw(words))


@st.composite
def columns(draw: st.DrawFn) -> ColumnChart:
    """Draw a chart of columns."""
    months = draw(periods())
    bars = []
    for index, period in enumerate(months):
        value = draw(known)
        role: BarRole = draw(st.sampled_from(["before", "current"]))
        role = "latest" if index == len(months) - 1 else role
        label = printed(value) if draw(st.booleans()) or role == "latest" else ""
        before = None if value is None else draw(st.one_of(st.none(), st.none(), values))
        bars.append(Bar(period, value, role, label, draw(st.booleans()), before))
    marks = tuple(draw(st.lists(events(), max_size=4)))
    ghost = draw(st.sampled_from(("as of 2 June", "as of 29 December 2025", "")))
    return ColumnChart("columns", draw(units), draw(hues), tuple(bars), marks, ghost)


@st.composite
def lines(draw: st.DrawFn) -> LineChart:
    """Draw a chart of a line."""
    points = tuple(LinePoint(period, draw(known)) for period in draw(periods()))
    last = next((point for point in reversed(points) if point.value is not None), points[-1])
    label = printed(last.value) + draw(st.sampled_from(["%", " tonnes", ""]))
    ghost = tuple(
        LinePoint(point.period, draw(known)) for point in points if draw(st.integers(0, 3)) == 0
    )
    return LineChart(
        "line",
        draw(units),
        draw(hues),
        points,
        label,
        last.period.short,
        draw(st.booleans()),
        ghost,
        draw(st.sampled_from(("as of 2 June", "as of 29 December 2025", ""))),
    )


@st.composite
def step_lines(draw: st.DrawFn) -> StepLine:
    """Draw the levels one side has set."""
    levels = draw(st.lists(st.sampled_from(["0", "10", "20", "145", "54.5"]), max_size=6))
    starts = sorted(draw(st.lists(days, min_size=len(levels), max_size=len(levels))))
    steps = tuple(
        Step(day, Decimal(level), f"{level}%" if draw(st.booleans()) else "")
        for day, level in zip(starts, levels, strict=True)
    )
    outlook = draw(st.sampled_from([None, Decimal(54)]))
    return StepLine(draw(hues), draw(words), steps, outlook, "54%?" if outlook else "")


@st.composite
def bands(draw: st.DrawFn) -> Band:
    """Draw a stretch of scheduled time, which may lie outside the chart."""
    start, length = draw(days), draw(st.integers(0, 200))
    return Band(start, start + timedelta(length), draw(words))


@st.composite
def step_charts(draw: st.DrawFn) -> StepChart:
    """Draw a chart of step lines."""
    start, length = draw(days), draw(st.integers(20, 500))
    today = draw(days)
    return StepChart(
        "steps",
        "%",
        start,
        start + timedelta(length),
        today,
        f"Today, {day_label(today)}",
        tuple(draw(st.lists(step_lines(), max_size=2))),
        tuple(draw(st.lists(bands(), max_size=2))),
        draw(st.one_of(st.none(), events())),
    )


@st.composite
def timelines(draw: st.DrawFn) -> TimelineChart:
    """Draw up to twelve events, some on one day or a day apart."""
    start, length = draw(days), draw(st.integers(10, 400))
    today = start + timedelta(draw(st.integers(-30, length + 30)))
    found = []
    for offset in draw(st.lists(st.integers(0, length), max_size=12)):
        day = start + timedelta(offset)
        end = draw(st.sampled_from([None, day + timedelta(2)]))
        scheduled = day > today
        found.append(TimelineEvent(day, end, draw(hues), day_label(day), draw(words), scheduled))
    return TimelineChart(
        "timeline",
        start,
        start + timedelta(length),
        today,
        f"Today, {day_label(today)}",
        tuple(found),
        tuple(draw(st.lists(bands(), max_size=2))),
    )


@st.composite
def segment_charts(draw: st.DrawFn) -> SegmentChart:
    """Draw one to three years, cut into one to twelve months."""
    rows = []
    for year in range(draw(st.integers(1, 3))):
        months = draw(periods(12))
        parts = tuple(
            Segment(period.short, abs(draw(values)), index == len(months) - 1)
            for index, period in enumerate(months)
        )
        total = printed(sum((part.value for part in parts), Decimal(0)))
        role: Literal["before", "current"] = draw(st.sampled_from(["before", "current"]))
        rows.append(SegmentRow(str(2024 + year), role, parts, f"{total} t"))
    return SegmentChart("segments", draw(units), draw(hues), tuple(rows))


@st.composite
def dumbbell_charts(draw: st.DrawFn) -> DumbbellChart:
    """Draw one to eight categories."""
    names = st.sampled_from(["Germany", "United States", "Rest of world", "Bosnia and Herzegovina"])
    rows = tuple(
        DumbbellRow(draw(names), draw(known), draw(known), draw(st.sampled_from(["−52%", "[x]"])))
        for _ in range(draw(st.integers(1, 8)))
    )
    return DumbbellChart("dumbbells", draw(units), draw(hues), "March", "April", rows)


charts: st.SearchStrategy[Chart] = st.one_of(
    columns(), lines(), step_charts(), timelines(), segment_charts(), dumbbell_charts()
)
