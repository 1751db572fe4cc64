"""One finding sentence for a new value of a series, by rules on its kind."""

from __future__ import annotations

from reports.analysis import Measure
from reports.analysis.words import movement
from reports.briefings.book import Book
from reports.briefings.releases import aged
from reports.briefings.situation import Situation
from reports.dataset import Observation

GOODS = {
    "rare_earth_exports_t": "rare earths",
    "magnet_exports_t": "rare-earth magnets",
    "magnet_exports_us_t": "rare-earth magnets to the United States",
    "rare_earth_products_exports_t": "rare-earth products",
}
SUBJECTS = {
    "cpi_yoy_pct": "Consumer prices",
    "core_cpi_yoy_pct": "Core consumer prices",
    "ppi_yoy_pct": "Factory-gate prices",
    "exports_usd_yoy_pct": "China’s exports",
    "exports_to_us_yoy_pct": "China’s exports to the United States",
    "imports_usd_yoy_pct": "China’s imports",
    "retail_sales_yoy_pct": "Retail sales",
    "industrial_output_yoy_pct": "Industrial output",
    "gdp_yoy_pct": "China’s economy",
}


def data_sentence(now: Situation, book: Book, row: Observation, rank: str = "") -> str:
    """Return what a value says, without full stop and reference mark; an old one is called old."""
    return _said(now, book, row, rank) + aged(now.view, row)


def _said(now: Situation, book: Book, row: Observation, rank: str) -> str:
    if row.series_id in GOODS:
        return _volume(now, book, row, rank)
    if row.series_id in SUBJECTS:
        return f"{SUBJECTS[row.series_id]} {_rate_clause(book, row)} in {_period(now, row)}"
    title = now.view.series(row.series_id).short_title
    before = now.view.observation(row.series_id, row.period.previous())
    after = ""
    if before:
        same = before.value == row.value
        name = before.period.name
        change = book.change_at(row.series_id, "month", row.period)
        after = f", after {book.level(before)} in {name}"
        if same and change:
            word = book.change(row.series_id, "month", change, "unchanged")
            after = f", {word} from {name}"
    return f"{title} stood at {book.level(row)} in {_period(now, row)}{after}"


def _period(now: Situation, row: Observation) -> str:
    """Return the period, with its year where it is not the edition's."""
    name = row.period.name if row.period.year == now.today.year else row.period.label
    return f"the {name}" if row.period.length == 3 else name


def _rate_clause(book: Book, row: Observation) -> str:
    if row.value == 0:
        return book.word(row, "were level") + " with a year before"
    up, down = ("grew", "shrank") if row.series_id == "gdp_yoy_pct" else ("rose", "fell")
    return f"{book.word(row, up if row.value > 0 else down)} {book.size(row)} on the year"


def _volume(now: Situation, book: Book, row: Observation, rank: str) -> str:
    goods = GOODS[row.series_id]
    text = f"China exported {book.level(row)} of {goods} in {_period(now, row)}"
    month = book.change_at(row.series_id, "month", row.period)
    year = book.change_at(row.series_id, "year", row.period)
    if month:
        text += f", {against(book, row, month, 'month')}"
    elif year:
        text += f", {against(book, row, year, 'year')}"
    joint = " and" if month or year else ","
    return text + (f"{joint} {rank}" if rank else "")


def against(book: Book, row: Observation, change: Measure, basis: str) -> str:
    """Return "23% more than in April", "half of April’s", or what the source states."""
    base = row.period.previous() if basis == "month" else row.period.year_before()
    name = base.name if basis == "month" and base.year == row.period.year else base.label
    if change.stated:
        fall = "a fall" if change.value < 0 else "a rise"
        by = book.change(row.series_id, basis, change, f"{fall} of {{}}")
        return f"{by} from {name}, as the source states it"
    if movement(change) in ("same", "little"):
        return f"{book.change(row.series_id, basis, change, 'little different')} from {name}"
    more = "{} more" if change.value > 0 else "{} less"
    return f"{book.change(row.series_id, basis, change, more)} than in {name}"
