"""The edition's charts as a matplotlib user draws them, from the plain values of the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = {"us": "#2f5d8a", "cn": "#b3392f", "ore": "#8a6a2f", "gold": "#b58900"}
COLOURS |= {"ctx": "#777777", "ink": "#222222"}
mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "font.size": 8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
    }
)


def draw(chart: dict[str, Any], size: tuple[float, float] = (6.5, 2.6)) -> Figure:
    """Draw a chart of any kind."""
    figure = Figure(figsize=size, layout="constrained")
    _KINDS[chart["type"]](figure.subplots(), chart)
    return figure


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _columns(axes: Axes, chart: dict[str, Any]) -> None:
    bars = [bar for bar in chart["bars"] if bar["value"] is not None]
    axes.bar(
        [_day(bar["period"]["start"]) for bar in bars],
        [bar["value"] / bar["period"]["months"] for bar in bars],
        width=[25 * bar["period"]["months"] for bar in bars],
        align="edge",
        color=[COLOURS[chart["hue"]] if bar["role"] != "before" else "#c9c2b4" for bar in bars],
    )
    for event in chart["events"]:
        axes.axvline(_day(event["day"]), color="#222222", linewidth=0.8)
        axes.annotate(event["label"], (_day(event["day"]), axes.get_ylim()[1]), fontsize=7)
    axes.set_ylabel(chart["unit"])
    axes.grid(axis="y", linewidth=0.4)
    _date_axis(axes)


def _line(axes: Axes, chart: dict[str, Any]) -> None:
    points = [point for point in chart["points"] if point["value"] is not None]
    days = [_day(point["period"]["start"]) for point in points]
    axes.plot(days, [point["value"] for point in points], color=COLOURS[chart["hue"]])
    axes.annotate(chart["label"], (days[-1], points[-1]["value"]))
    if chart["zero_line"]:
        axes.axhline(0, color="#222222", linewidth=0.8)
    axes.set_ylabel(chart["unit"])
    axes.grid(axis="y", linewidth=0.4)
    _date_axis(axes)


def _steps(axes: Axes, chart: dict[str, Any]) -> None:
    for line in chart["lines"]:
        days = [*(_day(step["day"]) for step in line["steps"]), _day(chart["today"])]
        values = [step["value"] for step in line["steps"]]
        colour = COLOURS[line["hue"]]
        axes.step(days, [*values, values[-1]], where="post", color=colour, label=line["name"])
        if line["outlook"] is not None:
            end, deadline = _day(chart["end"]), _day(chart["deadline"]["day"])
            axes.step(
                [days[-1], deadline, end],
                [values[-1], line["outlook"], line["outlook"]],
                where="post",
                color=colour,
                linestyle=":",
            )
        for step in line["steps"]:
            axes.annotate(step["label"], (_day(step["day"]), step["value"]), fontsize=7)
    _bands(axes, chart)
    axes.set_ylabel(chart["unit"])
    axes.legend(frameon=False)
    _date_axis(axes)


def _timeline(axes: Axes, chart: dict[str, Any]) -> None:
    axes.axhline(0, color="#222222", linewidth=0.8)
    for place, event in enumerate(chart["events"]):
        day, height = _day(event["day"]), (1 + place // 2 % 2) * (1 if place % 2 else -1)
        axes.vlines(day, 0, height, color="#999999", linewidth=0.6)
        fill = "white" if event["scheduled"] else COLOURS[event["hue"]]
        axes.plot(day, 0, "o", color=COLOURS[event["hue"]], markerfacecolor=fill)
        words = f"{event['date_label']}\n{event['label']}"
        axes.annotate(words, (day, height), fontsize=6, ha="center", va="center")
    _bands(axes, chart)
    axes.set_ylim(-3, 3)
    axes.set_yticks([])
    _date_axis(axes)


def _bands(axes: Axes, chart: dict[str, Any]) -> None:
    for band in chart["bands"]:
        axes.axvspan(_day(band["start"]), _day(band["end"]), color="#efe9dc", label=band["label"])
    axes.axvline(_day(chart["today"]), color="#222222", linewidth=0.8)


def _segments(axes: Axes, chart: dict[str, Any]) -> None:
    for place, row in enumerate(chart["rows"]):
        left = 0.0
        for segment in row["segments"]:
            dark = row["role"] == "current"
            colour = COLOURS[chart["hue"]] if dark else "#c9c2b4"
            axes.barh(place, segment["value"], left=left, color=colour, edgecolor="white")
            axes.annotate(segment["label"], (left + segment["value"] / 2, place), ha="center")
            left += segment["value"]
        axes.annotate(f" {row['total_label']}", (left, place), va="center")
    axes.set_yticks(range(len(chart["rows"])), [row["label"] for row in chart["rows"]])
    axes.set_xlabel(chart["unit"])


def _dumbbells(axes: Axes, chart: dict[str, Any]) -> None:
    for place, row in enumerate(chart["rows"]):
        ends = [value for value in (row["before"], row["now"]) if value is not None]
        axes.plot(ends, [place] * len(ends), color="#c9c2b4")
        if row["before"] is not None:
            axes.plot(row["before"], place, "o", color="#c9c2b4")
        if row["now"] is not None:
            axes.plot(row["now"], place, "o", color=COLOURS[chart["hue"]])
            axes.annotate(f" {row['change_label']}", (row["now"], place))
    axes.set_yticks(range(len(chart["rows"])), [row["label"] for row in chart["rows"]])
    axes.set_xlabel(chart["unit"])


def _date_axis(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(axes.xaxis.get_major_locator()))


_KINDS: dict[str, Callable[[Axes, dict[str, Any]], None]] = {
    "ColumnChart": _columns,
    "LineChart": _line,
    "StepChart": _steps,
    "TimelineChart": _timeline,
    "SegmentChart": _segments,
    "DumbbellChart": _dumbbells,
}
