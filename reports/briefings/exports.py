"""Rare earths and magnets: how much moved, to whom, and against what base."""

from __future__ import annotations

from collections.abc import Sequence

from reports.analysis import Measure, highest_since, latest, listing, share, year_to_date_change
from reports.analysis.words import count_word, movement
from reports.briefings.book import Book
from reports.briefings.destinations import destinations
from reports.briefings.export_charts import (
    magnets_by_month,
    rare_earths_by_month,
    year_to_date,
)
from reports.briefings.facts import told
from reports.briefings.facts.rows import items_of
from reports.briefings.news_figures import is_new, rank_words, ranked
from reports.briefings.news_measures import CAPITALS
from reports.briefings.prose import NBSP, cite, compose, day_month, lower_first, upper_first, words
from reports.briefings.releases import aged, is_stale
from reports.briefings.sentences import against, data_sentence
from reports.briefings.situation import Situation
from reports.briefings.statements import sentence, spoken
from reports.dataset import Control, Impact, Observation
from reports.model import Block, Exhibit, Prose, Section

KICKER = "Rare earths and magnets"
SERIES = ("rare_earth_exports_t", "magnet_exports_t", "magnet_exports_us_t")
IMPACTS_SHOWN = 3
QUARTER_DAYS = 92
TOTALS = ("rare_earth_exports_ytd_t", "magnet_exports_ytd_t")
HIT = ("automotive", "semiconductors", "industry")
"""Sectors whose reported effects are those of the controls."""
COMMON = ("The", "Several", "Semiconductor", "Consultants", "Firms", "Detailed", "Magnet")


def exports(now: Situation, book: Book, figure: int) -> Section:
    """Return the section on exports; one line when the week brought nothing."""
    if not _has_news(now):
        return _one_line(now, book)
    first = rare_earths_by_month(now, book, figure)
    figure += first is not None
    total = year_to_date(now, book, figure)
    figure += total is not None
    magnets = magnets_by_month(now, book, figure)
    figure += magnets is not None
    by_country = destinations(book, figure)
    volumes, controls, effects = _paragraphs(now, book)
    blocks: list[Block] = [first] if first else []
    text = tuple(compose(p) for p in (volumes, controls) if p)
    rest = tuple(compose(p) for p in effects if p)
    blocks += _paired(total, Prose(text, "half"))
    halves: list[Exhibit] = [e for e in (magnets, by_country) if e]
    if len(halves) == 1:
        blocks += [halves[0], *([Prose(rest, "half")] if rest else [])]
    else:
        blocks += [*halves, *([Prose(rest)] if rest else [])]
    return Section("exports", KICKER, compose(_headline(now, book)), tuple(blocks))


def _paired(exhibit: Exhibit | None, text: Prose) -> list[Block]:
    if exhibit is None:
        return [Prose(text.paragraphs)]
    return [exhibit, text]


def _has_news(now: Situation) -> bool:
    rows = [row for s in (*SERIES, *TOTALS) if (row := latest(now.view, s))]
    said = any(s.topic == "rare_earths" for s in spoken(now.view, 7))
    controls = any(
        now.fresh(c.published) or now.fresh(c.status_changed)
        for c in now.view.controls
        if c.topic == "rare_earths"
    )
    return said or controls or bool(_effects(now)) or any(is_new(now, row) for row in rows)


def _one_line(now: Situation, book: Book) -> Section:
    parts, marks = [], []
    for series_id, goods in (
        ("rare_earth_exports_t", "rare earths"),
        ("magnet_exports_t", "magnets"),
    ):
        row = latest(now.view, series_id)
        if row:
            age = aged(now.view, row)
            parts.append(f"{book.level(row)} of {goods} in {row.period.label}{age}")
            marks.append(row.source_id)
    text = f"No news is on record in the week to {day_month(now.today)}"
    text += f": the newest figures remain {listing(parts)}.{cite(*marks)}" if parts else "."
    return Section("exports", KICKER, (), (Prose((compose(text),)),), one_line=True)


def _headline(now: Situation, book: Book) -> str:
    """Return the finding: new figures, else a new rule, a reported effect, or who spoke."""
    fresh = [row for s in SERIES[:2] if (row := latest(now.view, s)) and is_new(now, row)]
    if fresh:
        row = fresh[-1]
        goods = "Magnet exports" if row.series_id == "magnet_exports_t" else "Rare-earth exports"
        wait = _awaited(now) if row.series_id == "rare_earth_exports_t" else ""
        text = _claim(now, book, row, goods)
        return f"{text}; {wait}" if wait else text
    controls = [c for c in now.view.controls if c.topic == "rare_earths" and now.fresh(c.published)]
    if controls:
        return upper_first(told(controls[0], "label"))
    us = latest(now.view, "magnet_exports_us_t")
    if us and is_new(now, us):
        return f"Magnets to the United States came to {book.level(us)} in {us.period.name}"
    effects = [i for i in now.view.impacts if now.fresh(i.published) and i.sector in HIT]
    if effects:
        return told(effects[-1], "label")
    said = [s for s in spoken(now.view, 7) if s.topic == "rare_earths" and s.side in CAPITALS]
    who = listing([CAPITALS[side] for side in CAPITALS if any(s.side == side for s in said)])
    verb = "speak" if " and " in who else "speaks"
    return (
        f"{who} {verb} on rare earths; no export figures are new"
        if who
        else "What the figures show"
    )


def _claim(now: Situation, book: Book, row: Observation, goods: str) -> str:
    rank = rank_words(now, book, row)
    month = book.change_at(row.series_id, "month", row.period)
    name = row.period.name
    if rank:
        return f"{goods} in {name} were {rank}"
    if month:
        ways = {"up": "rose {}", "down": "fell {}", "halved": "halved", "doubled": "doubled"}
        way = ways.get(movement(month), "were little changed")
        return f"{goods} {book.change(row.series_id, 'month', month, way)} in {name}"
    return f"{goods} came to {book.level(row)} in {row.period.label}"


def _awaited(now: Situation) -> str:
    """Return what the total cannot show while detailed figures are still due."""
    event = next(
        (e for e in now.view.calendar if e.kind == "data_release" and e.date > now.today), None
    )
    if event is None or not _rules(now):
        return ""
    return f"detail follows on {now.on(event.date)}"


def _paragraphs(now: Situation, book: Book, *, us: bool = True) -> tuple[str, str, list[str]]:
    volumes = " ".join(part for part in (_total(now, book), _year_to_date(now, book)) if part)
    effects = [_magnets(now, book, us=us), _limits(now, book), _effects(now)]
    return volumes, _controls(now, book), effects


def _total(now: Situation, book: Book) -> str:
    """Return the newest month: its volume, the month before, and the high it reaches back to."""
    row = latest(now.view, "rare_earth_exports_t")
    if row is None:
        return ""
    month = book.change_at(row.series_id, "month", row.period)
    base = now.view.observation(row.series_id, row.period.previous())
    high = _high_before(now, row)
    if month is None or base is None or movement(month) in ("same", "little"):
        told_rank = rank_words(now, book, row)
        return f"{data_sentence(now, book, row, told_rank)}.{cite(row.source_id)}"
    more = "{} more" if month.value > 0 else "{} less"
    text = (
        f"China exported {book.level(row)} of rare earths in {row.period.label}, "
        f"{book.change(row.series_id, 'month', month, more)} than the {book.level(base)} of "
        f"{base.period.name}"
    )
    rank = rank_words(now, book, row)
    text += f" and {rank}" if rank else ""
    text += f", which had {book.level(high)}" if high else ""
    return f"{text}.{cite(row.source_id, base.source_id, high.source_id if high else None)}"


def _high_before(now: Situation, row: Observation) -> Observation | None:
    """Return the earlier month that a rank ends its sentence with, if it is a single month."""
    rank = highest_since(now.view, row.series_id, row.period)
    since = rank.since if rank else None
    named = since is not None and ranked(now, row).endswith(since.period.label)
    return since if named and since and since.period.length == 1 else None


def _year_to_date(now: Situation, book: Book) -> str:
    row = latest(now.view, "rare_earth_exports_ytd_t")
    change = year_to_date_change(now.view, "rare_earth_exports_ytd_t")
    if row is None or row.period.month < 3:
        return ""
    span = "January" if row.period.month == 1 else f"January to {row.period.name}"
    text = f"{span} {row.period.year} came to {book.level(row)}"
    before = now.view.observation(row.series_id, row.period.year_before())
    if change and before:
        ways = {"up": "a rise of {}", "down": "a fall of {}"}
        words = ways.get(movement(change), "little different")
        way = book.change("rare_earth_exports_ytd_t", "year", change, words)
        text += f", against {book.level(before)} a year earlier, {way}"
    return f"{text}.{cite(row.source_id, before.source_id if before else None)}"


def _controls(now: Situation, book: Book) -> str:
    """Return the licensing rule in force, by its elements, and the rules announced this week."""
    parts = []
    rule = next(
        (c for c in _rules(now) if c.state == "in force" and len(items_of(c.items)) > 2), None
    )
    if rule:
        items = items_of(rule.items)
        count = book.fact(f"controls.{rule.control_id}.items.count", count_word(len(items)))
        parts.append(
            f"Since {now.on(rule.effective or rule.announced)} Beijing’s "
            f"{words(rule.announcement or '')} requires licences for exports of "
            f"{count} rare earths "
            f"({listing(items)}), their compounds and certain magnets.{cite(rule.source_id)}"
        )
    new = [
        c
        for c in now.view.controls
        if c.topic == "rare_earths" and now.fresh(c.published) and c is not rule
    ]
    if new:
        listed = "; ".join(_announced(now, c) for c in new)
        parts.append(f"Announced this week: {listed}.{cite(*(c.source_id for c in new))}")
    return " ".join(parts)


def _announced(now: Situation, control: Control) -> str:
    """Return a new rule in words, with its number and its day of effect where that is ahead."""
    ahead = control.effective is not None and control.effective > now.today
    when = f", from {now.on(control.effective)}" if ahead and control.effective else ""
    number = f" ({words(control.announcement)})" if control.announcement else ""
    return f"{told(control, 'label')}{number}{when}"


def _rules(now: Situation) -> list[Control]:
    """Return China's licensing rules on rare earths that still stand, oldest first."""
    return [
        c
        for c in now.view.controls
        if c.topic == "rare_earths"
        and c.imposed_by == "CN"
        and c.announcement
        and c.effect == "tightens"
        and c.state in ("announced", "in force")
    ]


def _magnets(now: Situation, book: Book, *, us: bool) -> str:
    """Return the newest month of magnets, what the United States took of it, and a new total."""
    row = latest(now.view, "magnet_exports_t")
    if row is None:
        return ""
    change = book.change_at(row.series_id, "month", row.period)
    marks = [row.source_id]
    if change and change.stated:
        marks += [base.source_id for base in change.rows]
    told = _magnet_month(now, book, row, change)
    part = _magnets_to_us(book, row) if us else ""
    return f"{told}.{cite(*marks)}{part}{_magnet_total(now, book, row)}"


def _magnet_month(now: Situation, book: Book, row: Observation, change: Measure | None) -> str:
    if change is None or is_stale(now.view, row):
        text = f"The newest month known for magnets is {row.period.label}, with {book.level(row)}"
        return text + aged(now.view, row)
    if movement(change) != "halved":
        return data_sentence(now, book, row)
    halved = book.change(row.series_id, "month", change, "halved")
    fell = book.change(row.series_id, "month", change, "fell {}")
    stated = ", as the source states it" if change.stated else ""
    return (
        f"Magnet exports {halved} in {row.period.name}: they {fell} from "
        f"{row.period.previous().name}, to {book.level(row)}{stated}"
    )


def _magnets_to_us(book: Book, row: Observation) -> str:
    """Return what the United States took, if it is known for the same month."""
    us = latest(book.view, "magnet_exports_us_t")
    if us is None or us.period != row.period:
        return ""
    part = share(book.view, us, row)
    of_them = f"of them ({book.share(us.series_id, part)})" if part else "of them"
    change = book.change_at(us.series_id, "month", us.period)
    comparison = f", {against(book, us, change, 'month')}" if change else ""
    return f" The United States took {book.level(us)} {of_them}{comparison}.{cite(us.source_id)}"


def _magnet_total(now: Situation, book: Book, row: Observation) -> str:
    """Return a total since January that is new and reaches beyond the newest month."""
    total = latest(now.view, "magnet_exports_ytd_t")
    if total is None or not is_new(now, total) or total.period == row.period:
        return ""
    return f" January to {total.period.label} came to {book.level(total)}.{cite(total.source_id)}"


def _limits(now: Situation, book: Book) -> str:
    """Return what the total cannot show, and when detail is due."""
    row = latest(now.view, "rare_earth_exports_t")
    week = spoken(now.view, 7)
    said = [
        s
        for s in week
        if s.side == "other" and s.topic == "rare_earths" and "agnet" not in s.summary
    ]
    parts = [sentence(now.view, s) for s in said[:1]]
    rise = book.change_at("rare_earth_exports_t", "month", row.period) if row else None
    if said and row and rise and _rules(now):
        way = book.change(row.series_id, "month", rise, "rise" if rise.value > 0 else "fall")
        parts.append(
            f"The {way} in {row.period.name} therefore does not measure their effect."
            f"{cite(*(base.source_id for base in rise.rows))}"
        )
    event = next(
        (
            e
            for e in now.view.calendar
            if e.kind == "data_release" and e.date > now.today and not e.superseded
        ),
        None,
    )
    if event and not any(now.on(event.date) in part.replace(" ", NBSP) for part in parts):
        parts.append(
            f"{upper_first(told(event, 'label'))} follow on {now.on(event.date)}."
            f"{cite(event.source_id)}"
        )
    return " ".join(parts)


def context(now: Situation, book: Book, *, us: bool) -> tuple[str, ...]:
    """Return what holds for every destination: the total, the rules in force, the limits.

    What the United States took of the magnets is left out unless `us`.
    """
    volumes, controls, (magnets, limits, _) = _paragraphs(now, book, us=us)
    return volumes, controls, magnets, limits


def effects_in(now: Situation, places: Sequence[str]) -> str:
    """Return the effects on industry in some places that the past quarter reported."""
    known = [
        i
        for i in now.view.impacts
        if i.sector in HIT
        and i.where.partition(" (")[0] in places
        and (now.today - i.published).days <= QUARTER_DAYS
    ]
    return _told_effects(known)


def _effects(now: Situation) -> str:
    """Return the newest reported effects on industry, one of each place and trade first."""
    return _told_effects(
        [i for i in now.view.impacts if now.fresh(i.published) and i.sector in HIT]
    )


def _told_effects(fresh: Sequence[Impact]) -> str:
    chosen: list[str] = []
    seen: set[str] = set()
    for impact in sorted(fresh, key=lambda i: (-i.published.toordinal(), i.impact_id)):
        kind = f"{impact.where}/{impact.sector}"
        if kind not in seen and len(chosen) < IMPACTS_SHOWN:
            seen.add(kind)
            chosen.append(f"{_located(impact)}{cite(impact.source_id)}")
    return f"Reported effects: {lower_first(' '.join(chosen))}" if chosen else ""


def _located(impact: Impact) -> str:
    """Return an effect with its place in front: "In Europe, several plants …"."""
    where, what = words(impact.where), told(impact, "what")
    article = "the " if where.startswith(("United", "European")) else ""
    place = where if where == "Worldwide" else f"In {article}{where}"
    head = what.split(" ", 1)[0]
    return f"{place}, {what[0].lower() + what[1:] if head in COMMON else what}"
