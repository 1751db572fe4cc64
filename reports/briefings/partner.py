"""Exports of rare earths and magnets from the view of one partner country.

Figures by country are sparse. What the data have of the partner is shown; what they have not is
said in a line of its own, so that nobody takes a gap for a zero.
"""

from __future__ import annotations

from reports.analysis import Measure, latest, listing, share
from reports.briefings.book import Book
from reports.briefings.destinations import destinations
from reports.briefings.export_charts import magnets_to
from reports.briefings.exports import context, effects_in
from reports.briefings.figures import mark
from reports.briefings.front import key_figures, volume_figure
from reports.briefings.prose import cite, compose, upper_first, words
from reports.briefings.releases import aged, is_stale
from reports.briefings.sentences import against
from reports.briefings.situation import Situation
from reports.dataset import Observation, SeriesInfo
from reports.model import (
    Block,
    Cell,
    Column,
    Exhibit,
    KeyFigure,
    Prose,
    Section,
    TableBlock,
    TableSpec,
)
from reports.variants import PARTNERS, Partner

MAGNETS = "magnet_exports_t"
GOODS = {"magnets": "magnets", "rare_earths": "rare earths"}
"""What a partner's edition looks for, by the topic of a series."""
_EUROPE = ("Europe", "European Union")
_EU = PARTNERS["eu"]


def partner_figures(now: Situation, book: Book, partner: Partner) -> tuple[KeyFigure, ...]:
    """Return the key figures, with the partner's magnets for those of all while they are fresh."""
    row = _magnets(now, partner)
    if row is None or is_stale(now.view, row):
        return key_figures(now, book)
    label = f"Magnets to {partner.said}"
    return key_figures(now, book, volume_figure(now, book, row.series_id, label))


def partner_exports(now: Situation, book: Book, partner: Partner, figure: int) -> Section:
    """Return the section on exports as the partner sees it."""
    row = _magnets(now, partner)
    monthly = magnets_to(now, book, row, partner.said, figure) if row else None
    by_country = destinations(book, figure + (monthly is not None), partner.name)
    halves: list[Exhibit] = [exhibit for exhibit in (monthly, by_country) if exhibit]
    told = [_newest(now, book, partner), _without(now, partner), effects_in(now, _places(partner))]
    own = tuple(compose(part) for part in told if part)
    # The United States' own edition has told its magnets already.
    others = context(now, book, us=partner != PARTNERS["us"])
    around = tuple(compose(part) for part in others if part)
    table = _known(now, book, partner)
    blocks: list[Block] = [TableBlock(table)] if table else []
    if len(halves) == 1:
        blocks += [halves[0], Prose(own, "half"), *([Prose(around)] if around else [])]
    else:
        blocks += [*halves, Prose((*own, *around))]
    kicker = f"Exports to {partner.said}"
    return Section("exports", kicker, compose(_headline(now, book, partner)), tuple(blocks))


def _series(now: Situation, partner: Partner) -> list[SeriesInfo]:
    """Return the series of exports to the partner that hold a value by this day."""
    return [
        info
        for info in now.view.catalogue
        if info.partner == partner.code
        and info.topic in (*GOODS, "trade")
        and latest(now.view, info.series_id)
    ]


def _magnets(now: Situation, partner: Partner) -> Observation | None:
    """Return the newest month of magnets to the partner."""
    found = [info for info in _series(now, partner) if info.parent_series == MAGNETS]
    return latest(now.view, found[0].series_id) if found else None


def _headline(now: Situation, book: Book, partner: Partner) -> str:
    row = _magnets(now, partner)
    name = upper_first(partner.said)
    if row is None:
        return f"{name} is not among the destinations with figures"
    if is_stale(now.view, row):
        return f"The newest magnet figure for {partner.said} is that of {row.period.label}"
    return f"{name} took {book.level(row)} of magnets in {_when(now, row)}"


def _when(now: Situation, row: Observation) -> str:
    return row.period.name if row.period.year == now.today.year else row.period.label


def _newest(now: Situation, book: Book, partner: Partner) -> str:
    """Return the partner's newest month of magnets: its volume, its changes, its part of all."""
    row = _magnets(now, partner)
    if row is None:
        return _of_the_union(now, book, partner)
    text = f"China exported {book.level(row)} of magnets to {partner.said} in {row.period.label}"
    marks = [row.source_id]
    compared = []
    for basis in ("month", "year"):
        change = book.change_at(row.series_id, basis, row.period)
        if change:
            compared.append(against(book, row, change, basis))
            marks += [each.source_id for each in change.rows]
    text += f", {listing(compared)}" if compared else ""
    part = _share(now, row)
    if part:
        text += f"; that is {book.share(row.series_id, part)} of what it exported to all"
        marks += [each.source_id for each in part.rows]
    total = latest(now.view, MAGNETS)
    text += aged(now.view, row)
    if total and total.period.index > row.period.index:
        text += f". Its figure for {total.period.label} is not in these data"
    union = _of_the_union(now, book, partner)
    return f"{text}.{cite(*marks)} {union}".strip()


def _of_the_union(now: Situation, book: Book, partner: Partner) -> str:
    """Return what the whole European Union took, for one of its members."""
    row = _magnets(now, _EU) if partner.member else None
    if row is None:
        return ""
    return (
        f"The European Union as a whole took {book.level(row)} in {row.period.label}"
        f"{aged(now.view, row)}.{cite(row.source_id)}"
    )


def _share(now: Situation, row: Observation) -> Measure | None:
    parent = now.view.series(row.series_id).parent_series
    whole = now.view.observation(parent, row.period) if parent else None
    return share(now.view, row, whole) if whole else None


def _without(now: Situation, partner: Partner) -> str:
    """Return what these data do not have of the partner."""
    held = {info.topic for info in _series(now, partner)}
    missing = [goods for topic, goods in GOODS.items() if topic not in held]
    if not missing:
        return ""
    return (
        f"These data hold no exports of {' or '.join(missing)} to {partner.said} by "
        f"{now.on(now.today)}; that is a gap in the data, not a zero."
    )


def _places(partner: Partner) -> tuple[str, ...]:
    """Return the places whose reported effects concern the partner."""
    return (partner.name, *(_EUROPE if partner.member or partner == _EU else ()))


def _known(now: Situation, book: Book, partner: Partner) -> TableSpec | None:
    """Return the newest value of every series of the partner, with its changes and its share."""
    rows = [
        (info, row)
        for info in _series(now, partner)
        if (row := latest(now.view, info.series_id)) is not None
    ]
    if not rows:
        return None
    return TableSpec(
        key="partner-series",
        title=f"What is known of exports to {partner.said}",
        columns=(
            Column("Series", 0.34, "head"),
            Column("Unit", 0.12),
            Column("Newest", 0.14),
            Column("Value", 0.1, "number"),
            Column("On month", 0.1, "number"),
            Column("On year", 0.1, "number"),
            Column("Of all", 0.1, "number"),
        ),
        rows=tuple(_row(now, book, info, row) for info, row in rows),
        note=compose(
            "[x] = not available or not computable from these data; c = sources in conflict; "
            "e = derived; r = revised. Of all: the part of exports to all destinations."
        ),
    )


def _row(now: Situation, book: Book, info: SeriesInfo, row: Observation) -> tuple[Cell, ...]:
    part = _share(now, row)
    return (
        Cell(compose(f"{words(info.short_title)}{cite(row.source_id)}")),
        Cell((info.unit,)),
        Cell((row.period.label,)),
        Cell(compose(book.cell(row)), mark=mark(row)),
        *(_change(book, row, basis) for basis in ("month", "year")),
        Cell(compose(book.share(info.series_id, part))) if part else Cell(("[x]",), muted=True),
    )


def _change(book: Book, row: Observation, basis: str) -> Cell:
    change = book.change_at(row.series_id, basis, row.period)
    if change is None:
        return Cell(("[x]",), muted=True)
    return Cell(compose(book.signed_change(row.series_id, basis, change)))
