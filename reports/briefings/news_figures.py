"""News in the figures: which series has a new value since the last edition, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from reports.analysis import (
    Measure,
    Rank,
    highest_since,
    latest,
    moved,
    rank_phrase,
    round_half_up,
)
from reports.analysis.words import movement
from reports.briefings.book import Book
from reports.briefings.facts import series_key
from reports.briefings.items import Item
from reports.briefings.prose import cite
from reports.briefings.sentences import data_sentence
from reports.briefings.situation import Situation
from reports.dataset import Observation


@dataclass(frozen=True)
class Followed:
    """A series whose new values are news, and how much they weigh."""

    series_id: str
    weight: int
    kind: str


FOLLOWED = (
    Followed("rare_earth_exports_t", 65, "exports"),
    Followed("magnet_exports_t", 66, "exports"),
    Followed("magnet_exports_us_t", 43, "exports"),
    Followed("exports_to_us_yoy_pct", 45, "economy"),
    Followed("cpi_yoy_pct", 42, "economy"),
    Followed("gdp_yoy_pct", 41, "economy"),
    Followed("ppi_yoy_pct", 40, "economy"),
    Followed("unemployment_urban_pct", 38, "economy"),
    Followed("exports_usd_yoy_pct", 36, "economy"),
    Followed("retail_sales_yoy_pct", 26, "economy"),
    Followed("industrial_output_yoy_pct", 25, "economy"),
    Followed("pmi_mfg", 24, "economy"),
    Followed("unemployment_16_24_pct", 23, "economy"),
)


def data_items(now: Situation, book: Book) -> list[Item]:
    """Return an item for each followed series whose newest period is news."""
    return [item for f in FOLLOWED if (item := _data_item(now, book, f))]


def is_new(now: Situation, row: Observation) -> bool:
    """Tell whether a period was not known at the last edition."""
    return now.last.observation(row.series_id, row.period) is None


def _data_item(now: Situation, book: Book, followed: Followed) -> Item | None:
    row = latest(now.view, followed.series_id)
    if row is None or not is_new(now, row):
        return None
    info = now.view.series(followed.series_id)
    was = latest(now.last, followed.series_id)
    before = f"{book.once(was)} in {_named(was)}" if was else "Not yet followed in these data"
    change = book.latest_change(followed.series_id, "month")
    text = f"{book.level(row)} in {_named(row)}{_detail(now, book, row, change)}"
    return Item(
        followed.weight,
        row.published,
        _tag(change),
        info.short_title,
        before,
        f"{text}.{cite(row.source_id)}",
        _headline(book, row, change),
        followed.kind,
        sentence=data_sentence(now, book, row, rank_words(now, book, row)) + ".",
        tag_key=_change_key(now, row) if change else "",
    )


def _named(row: Observation) -> str:
    return f"the {row.period.name}" if row.period.length == 3 else row.period.name


def _change_key(now: Situation, row: Observation) -> str:
    return series_key(now.view, row.series_id, row.period, "change_on_month")


def _tag(change: Measure | None) -> str:
    """Return the direction of a change; a value that may not be compared is only new."""
    if change is None:
        return "New"
    direction = round_half_up(change.value, 1)
    return "Same" if direction == 0 else "Up" if direction > 0 else "Down"


def _detail(now: Situation, book: Book, row: Observation, change: Measure | None) -> str:
    """Return what stands behind a value: its change, or its rank for a level."""
    if now.view.series(row.series_id).measure != "level":
        return ""
    parts = []
    if change:
        parts.append(f"{book.signed_change(row.series_id, 'month', change)} on month")
    rank = rank_words(now, book, row)
    if rank:
        parts.append(rank)
    return ", " + ", ".join(parts) if parts else ""


def ranked(now: Situation, row: Observation) -> str:
    """Return the phrase that the rank of a value allows, highest before lowest, or nothing."""
    top: Rank | None = highest_since(now.view, row.series_id, row.period)
    if phrase := rank_phrase(top):
        return phrase
    low = highest_since(now.view, row.series_id, row.period, lowest=True)
    return rank_phrase(low, lowest=True)


def rank_words(now: Situation, book: Book, row: Observation, phrase: str = "") -> str:
    """Return the phrase of a rank, or another wording of it, as the mark of the rank."""
    said = ranked(now, row)
    name = "rank_low" if "lowest" in said else "rank_high"
    return book.measure(row, name, phrase or said) if said else ""


def _headline(book: Book, row: Observation, change: Measure | None) -> str:
    """Return the finding of a new value in at most nine words."""
    info = book.view.series(row.series_id)
    month = _named(row)
    if info.measure == "level":
        if change is None:
            return f"{info.short_title} reach {book.level(row)} in {month}"
        verb = moved(change, "present")
        words = f"{verb} {{}}" if verb in ("rise", "fall") else verb
        return f"{info.short_title} {book.change(row.series_id, 'month', change, words)} in {month}"
    if info.unit == "% on year":
        verb = "rise" if row.value > 0 else "fall" if row.value < 0 else "stand still"
        if not info.short_title.split(" to ")[0].endswith("s"):
            verb = verb.replace("stand", "stands") if row.value == 0 else verb + "s"
        by = f" {book.size(row)}" if row.value else ""
        return f"{info.short_title} {book.word(row, verb)}{by} in {month}"
    ways = {"same": "stays at", "up": "rises to", "down": "falls to"}
    way = ways[movement(change)] if change else "stands at"
    if change:
        way = book.change(row.series_id, "month", change, way)
    return f"{info.short_title} {way} {book.level(row)} in {month}"
