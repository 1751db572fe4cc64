"""Every chart in every slot: no label clips, covers another, is crossed by a line or too small."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reports.charts import SLOTS, height_range, layout_boxes
from reports.charts.draw import scene_of
from reports.charts.scene import Box, Label, Scene, Stroke
from reports.charts.steps import without_empty_future
from reports.model import Chart, ChartEvent, StepChart
from tests.charts import strategies
from tests.charts.examples import CROWDED, EDGES, MOVED_CHARTS, TIMELINE, USUAL

pytestmark = pytest.mark.slow

EXHIBIT_SLOTS = [name for name, slot in SLOTS.items() if not slot.is_spark]
SMALLEST = {"mm": 6.8, "px": 11.5}
"""Points on paper, pixels on screen."""

Placed = tuple[tuple[str, Box], ...]


def labels(scene: Scene) -> Placed:
    return tuple((mark.text, mark.box) for mark in scene.marks if isinstance(mark, Label))


def clipped(placed: Placed, scene: Scene) -> list[str]:
    return [
        text
        for text, box in placed
        if min(box.left, box.top) < -0.3
        or box.right > scene.width + 0.3
        or box.bottom > scene.height + 0.3
    ]


def overlapping(placed: Placed, tolerance: float) -> list[tuple[str, str]]:
    inner = [(text, box.grown(-tolerance)) for text, box in placed]
    return [(one, two) for (one, a), (two, b) in combinations(inner, 2) if a.meets(b)]


def crossed(scene: Scene) -> list[str]:
    """Return the labels that the stem or the dashed line of an event runs through."""
    stems = [
        Box(start[0], min(start[1], end[1]), end[0], max(start[1], end[1])).grown(0.1)
        for mark in scene.marks
        if isinstance(mark, Stroke) and (mark.colour == "rule" or mark.dash == (3, 2.2))
        for start, end in mark.lines
    ]
    return [text for text, box in labels(scene) if any(stem.meets(box) for stem in stems)]


def check(chart: Chart, slot: str, height: float | None = None) -> None:
    scene = scene_of(chart, SLOTS[slot], height)
    smallest = SMALLEST[SLOTS[slot].unit]
    assert not clipped(labels(scene), scene)
    assert not overlapping(labels(scene), 0.05)
    assert not crossed(scene)
    assert all(mark.size >= smallest for mark in scene.marks if isinstance(mark, Label))


@pytest.mark.parametrize("name", [*USUAL, *EDGES, *MOVED_CHARTS])
def test_labels_stand_free_in_every_slot(name: str) -> None:
    chart = {**USUAL, **EDGES, **MOVED_CHARTS}[name]
    for slot in EXHIBIT_SLOTS:
        check(chart, slot)


@pytest.mark.parametrize("slot", EXHIBIT_SLOTS)
def test_labels_stand_free_from_the_least_to_the_greatest_height(slot: str) -> None:
    for chart in (*USUAL.values(), *MOVED_CHARTS.values()):
        for height in height_range(chart, slot):
            check(chart, slot, height)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(strategies.charts, st.sampled_from(EXHIBIT_SLOTS))
def test_labels_stand_free_in_varied_charts(chart: Chart, slot: str) -> None:
    check(chart, slot)


@pytest.mark.slow
@settings(max_examples=600, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(strategies.charts)
def test_labels_stand_free_in_many_varied_charts(chart: Chart) -> None:
    for slot in EXHIBIT_SLOTS:
        check(chart, slot)


@pytest.mark.parametrize("slot", ["pdf_full", "pdf_half", "pdf_third", "web_narrow", "email"])
@pytest.mark.parametrize("name", list(USUAL))
def test_matplotlib_measures_no_clipped_or_overlapping_label(name: str, slot: str) -> None:
    # The layout reckons with advance widths; here the raster canvas measures what it draws.
    scene = scene_of(USUAL[name], SLOTS[slot])
    boxes = layout_boxes(USUAL[name], slot)
    assert [text for text, _ in boxes] == [text for text, _ in labels(scene)]
    assert not clipped(boxes, scene)
    assert not overlapping(boxes, 0.08 * SLOTS[slot].label)


def test_the_check_notices_what_it_is_for() -> None:
    scene = Scene(
        100.0,
        50.0,
        (
            Label(0.0, 20.0, "6,000 tonnes", "muted", 400, 7.2),
            Label(20.0, 22.0, "5,864.6", "ore", 600, 7.2),
            Label(90.0, 40.0, "May 2025", "muted", 400, 7.2),
            Stroke((((5.0, 0.0), (5.0, 50.0)),), "rule", 0.8),
        ),
    )
    assert clipped(labels(scene), scene) == ["May 2025"]
    assert overlapping(labels(scene), 0.05) == [("6,000 tonnes", "5,864.6")]
    assert crossed(scene) == ["6,000 tonnes"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("columns", ["6,000\u00a0tonnes", "5,864.6", "2024", "2025"]),
        ("line", ["1%", "0", "−1", "−0.1%", "May"]),
        ("steps", ["150%", "30%", "10%", "145%", "Today, 9 June", "2025"]),
        ("timeline", ["2 April", "4 April", "12 August"]),
        ("segments", ["24,266.5 t", "24,827 t", "2024", "2025"]),
        ("dumbbells", ["Change", "April", "March", "Germany", "−70%"]),
    ],
)
@pytest.mark.parametrize("slot", EXHIBIT_SLOTS)
def test_what_matters_is_labelled_in_every_slot(slot: str, name: str, words: list[str]) -> None:
    shown = [text for text, _ in labels(scene_of(USUAL[name], SLOTS[slot]))]
    assert set(words) <= set(shown)


@pytest.mark.parametrize("slot", ["pdf_full", "web_wide"])
def test_wide_slots_show_the_words_of_events_and_months_in_full(slot: str) -> None:
    columns = " ".join(text for text, _ in labels(scene_of(USUAL["columns"], SLOTS[slot])))
    assert "4 April: China requires export licences for seven rare earths" in columns
    steps = [text for text, _ in labels(scene_of(USUAL["steps"], SLOTS[slot]))]
    assert {"Jan", "Aug", "90-day truce", "54%?"} <= set(steps)
    assert "12 August: truce lapses" in " ".join(steps)


@pytest.mark.parametrize("slot", EXHIBIT_SLOTS)
def test_a_timeline_tells_every_event_whole(slot: str) -> None:
    for chart in (TIMELINE, CROWDED):
        shown = " ".join(text for text, _ in labels(scene_of(chart, SLOTS[slot])))
        for event in chart.events:
            assert event.date_label in shown
            assert event.label in shown


def test_a_height_outside_the_range_is_refused() -> None:
    _, high = height_range(USUAL["columns"], "pdf_half")
    with pytest.raises(ValueError, match="is not between"):
        scene_of(USUAL["columns"], SLOTS["pdf_half"], high + 1)


@pytest.mark.parametrize("slot", ["pdf_full", "pdf_half", "web_wide", "web_narrow"])
def test_plots_of_free_height_keep_to_the_range_of_the_house(slot: str) -> None:
    low, high = SLOTS[slot].height
    for name in ("columns", "line", "steps"):
        least, most = height_range(USUAL[name], slot)
        assert low <= least < most <= high


def test_an_axis_ends_soon_after_today_where_nothing_is_dated_ahead() -> None:
    quiet = StepChart(
        key="s",
        unit="%",
        start=date(2025, 1, 20),
        end=date(2025, 12, 31),
        today=date(2025, 4, 14),
        today_label="Today, 14 April",
        lines=(),
    )
    assert without_empty_future(quiet).end < date(2025, 6, 1)
    busy = replace(quiet, deadline=ChartEvent(date(2025, 8, 12), "12 August", "truce lapses"))
    assert without_empty_future(busy) == busy
