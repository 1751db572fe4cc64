"""News of measures: duties, the truce that holds them down, and export controls."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from reports.analysis import days_until, grouped
from reports.briefings.book import Book
from reports.briefings.facts import told
from reports.briefings.facts.duties import NAMES, duties_key
from reports.briefings.items import Item
from reports.briefings.prose import cite, day_month, fact_mark, full_date, upper_first
from reports.briefings.situation import SIDES, Situation
from reports.dataset import Control, Tariff, TariffLevel

CAPITALS = {"US": "Washington", "CN": "Beijing"}
TRUCE = "Tariff truce"
LARGE_STEP, STEP = 20, 10
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def level_items(now: Situation, book: Book) -> list[Item]:
    """Return an item for each side whose duties stand at another level than a week ago."""
    items = []
    for side in SIDES:
        was, level = now.level(side, now.last), now.level(side)
        if level is None or was is None or was.average_rate_pct == level.average_rate_pct:
            continue
        rise = level.average_rate_pct - was.average_rate_pct
        items.append(
            Item(
                91 if abs(rise) >= 20 else 84,
                level.date,
                "Tightened" if rise > 0 else "Eased",
                NAMES[side],
                f"{rate(book, was)}",
                f"{rate(book, level)} since {day_month(level.date)}.{cite(level.source_id)}",
                f"{NAMES[side]} {moves(book, level, 'rise' if rise > 0 else 'fall')} to "
                f"{rate(book, level)}",
                "tariffs",
                side,
                sentence=f"{NAMES[side]} {moves(book, level, 'rose' if rise > 0 else 'fell')} to "
                f"{rate(book, level)} on {day_month(level.date)}.",
                tag_key=duties_key(now.view, level),
            )
        )
    return items


def rate(book: Book, level: TariffLevel) -> str:
    """Return the mark of a headline duty level, "145%"."""
    return fact_mark(duties_key(book.view, level), grouped(level.average_rate_pct, 0) + "%")


def moves(book: Book, level: TariffLevel, verb: str) -> str:
    """Return the verb of a change of level as the mark of the level it leads to."""
    return fact_mark(duties_key(book.view, level), verb)


def tariff_label(t: Tariff) -> str:
    """Return the label of a measure with its own numbers filled in as facts."""
    text = told(t, "label")
    for field in ("headline_rate_pct", "rate_change_pct_points", "suspended_pct_points"):
        value = getattr(t, field)
        sign = "%" if f"{{{field}}}%" in text else ""
        if value is not None:
            mark = fact_mark(f"tariffs.{t.event_id}.{field}", grouped(abs(value), 0) + sign)
            text = text.replace(f"{{{field}}}{sign}", mark)
    return text


def tariff_items(now: Situation, book: Book) -> list[Item]:
    """Return items for measures announced, taking effect or ended since the last edition.

    What a level shows already and what was superseded within the week is left out.
    """
    items = []
    for t in now.view.tariffs:
        shown = t.effective <= now.today and t.rate_change_pct_points
        if now.fresh(t.status_changed) and t.status_kind in ("ended", "suspended"):
            items.append(_ended_item(now, t))
        elif t.status_kind == "superseded" or shown:
            continue
        elif now.fresh(t.announced):
            if t.rate_change_pct_points or not t.suspended_pct_points:
                items.append(_tariff_item(now, book, t))
        elif now.fresh(t.effective) and not t.suspended_pct_points:
            items.append(_effect_item(now, t))
    return items


def _tariff_item(now: Situation, book: Book, t: Tariff) -> Item:
    change = t.rate_change_pct_points or Decimal(0)
    ahead = t.effective > now.today
    weight = 92 if abs(change) >= LARGE_STEP else 85 if abs(change) >= STEP else 46
    label = tariff_label(t)
    when = f"from {now.on(t.effective)}" if ahead else f"in force since {now.on(t.effective)}"
    eased = change < 0 or "lifted" in t.measure or "lowered" in t.measure
    was = now.level(t.imposed_by, now.last) if change else None
    level = now.level(t.imposed_by) if change else None
    text = f"{label}, {when}.{cite(t.source_id)}"
    if was and level and ahead and was.average_rate_pct != level.average_rate_pct:
        text = f"{rate(book, level)} since {day_month(level.date)}; {text}"
    return Item(
        weight,
        t.announced,
        "Eased" if eased else "Tightened" if change > 0 else "New",
        _subject(t),
        f"{rate(book, was)} in force" if was else "Not announced",
        text,
        label,
        "tariffs",
        t.imposed_by if change else "",
        sentence=f"{with_article(label)}, {when}.",
        tag_key=f"tariffs.{t.event_id}.rate_change_pct_points" if change else "",
    )


def _ended_item(now: Situation, t: Tariff) -> Item:
    """Return the news that a measure was dropped, stayed or suspended."""
    label = tariff_label(t)
    status = dated(told(t, "status"))
    day = now.on(t.status_changed or t.announced)
    mark = cite(t.status_source_id or t.source_id)
    announced = "Not announced" if now.fresh(t.announced) else label
    return Item(
        78 if t.rate_change_pct_points else 56,
        t.status_changed or t.announced,
        "Ended" if t.status_kind == "ended" else "New" if t.scope == "ruling" else "Eased",
        "Court ruling on duties" if t.scope == "ruling" else _subject(t),
        announced,
        f"{label}: {status}, on {day}.{mark}",
        "",
        "tariffs",
        sentence=f"“{label}” has a new status since {day}: {status}.",
    )


def _effect_item(now: Situation, t: Tariff) -> Item:
    """Return the news that a measure announced before took effect this week."""
    label = tariff_label(t)
    return Item(
        45,
        t.effective,
        "New",
        _subject(t),
        f"Set for {now.on(t.effective)}",
        f"{label}, in force since {now.on(t.effective)}.{cite(t.source_id)}",
        label,
        "tariffs",
        sentence=f"{with_article(label)}, in force since {now.on(t.effective)}.",
    )


def headline_rate(t: Tariff, words: str = "{}") -> str:
    """Return the mark of the level that a measure would bring, "130%", in words around it."""
    shown = words.format(grouped(t.headline_rate_pct or Decimal(0), 0) + "%")
    return fact_mark(f"tariffs.{t.event_id}.headline_rate_pct", shown)


def dated(text: str) -> str:
    """Return a status with its days written out: "suspended until 10 November 2026"."""
    return _ISO_DAY.sub(lambda match: full_date(date.fromisoformat(match[0])), text)


def with_article(label: str) -> str:
    """Return a label as the start of a sentence: "The US …"."""
    return f"The {label}" if label.startswith("US ") else label


def _subject(t: Tariff) -> str:
    if t.rate_change_pct_points:
        return NAMES[t.imposed_by]
    return f"{CAPITALS[t.imposed_by]}’s trade measures"


def truce_items(now: Situation, book: Book) -> list[Item]:
    """Return an item for the truce: struck, extended, or the same as a week ago."""
    truce = now.truce
    if truce is None:
        return []
    left = truce_days(now, book)
    before = Situation(now.last).truce
    ends, mark = f"Ends on {now.on(truce.end)}", cite(truce.source)
    if before and before.end == truce.end:
        days = days_until(now.view, truce.end)
        weight = 72 if days <= 7 else 48 if days <= 21 else 12
        state = _agreed_extension(now) or "no extension announced"
        told = f"The tariff truce has {left} to run"
        text = f"{ends}, in {left}; {state}.{mark}"
        return [
            Item(weight, now.today, "Same", TRUCE, ends, text, told, "truce", sentence=f"{told}.")
        ]
    one_sided = ""
    weight, was, headline = 82, "No truce", f"Tariff truce runs to {day_month(truce.end)}"
    if before:
        weight, was = 86, f"Ends on {now.on(before.end)}"
        headline = f"Both sides extend tariff truce to {now.on(truce.end)}"
        if len({row.imposed_by for row in truce.rows}) < len(SIDES):
            headline = tariff_label(truce.rows[0])
            one_sided = "; the other side’s act is not on record yet"
    text = f"{ends}, in {left}{one_sided}.{mark}"
    told = f"The tariff truce now runs to {now.on(truce.end)}, {left} ahead{one_sided}."
    return [Item(weight, now.today, "New", TRUCE, was, text, headline, "truce", sentence=told)]


def truce_days(now: Situation, book: Book) -> str:
    """Return the mark of the number of days until the truce ends."""
    if now.truce is None:
        return ""
    return book.fact("truce.days_left")


def _agreed_extension(now: Situation) -> str:
    """Return that a meeting agreed to prolong the truce while no act has yet done so."""
    meeting = now.truce_promise
    return f"{told(meeting, 'label')} agreed to prolong it" if meeting else ""


def control_items(now: Situation) -> list[Item]:
    """Return items for export controls imposed, eased or suspended since the last edition."""
    items = []
    for c in now.view.controls:
        label = upper_first(told(c, "label"))
        if now.fresh(c.published):
            later = c.effective is not None and c.effective > now.today
            when = f", from {now.on(c.effective)}" if later and c.effective else ""
            items.append(
                Item(
                    _control_weight(c),
                    c.announced,
                    "Eased" if c.effect == "eases" else "Tightened",
                    _control_subject(c),
                    "Not announced",
                    f"{label}{when}.{cite(c.source_id)}",
                    label,
                    "controls",
                )
            )
        elif now.fresh(c.status_changed) and c.status:
            items.append(
                Item(
                    55,
                    c.status_changed or c.announced,
                    "Eased",
                    _control_subject(c),
                    label,
                    f"{upper_first(dated(told(c, 'status')))}."
                    f"{cite(c.status_source_id or c.source_id)}",
                    f"{_control_subject(c)} are eased",
                    "controls",
                    sentence=f"{CAPITALS[c.imposed_by]}’s step “{label}” has a new status since "
                    f"{now.on(c.status_changed or c.announced)}: {dated(told(c, 'status'))}.",
                )
            )
    return items


def _control_weight(c: Control) -> int:
    if c.topic == "rare_earths":
        return 83 if c.effect == "tightens" else 82 if c.announcement else 62
    return 60 if c.topic == "technology" else 44


def _control_subject(c: Control) -> str:
    side = "Chinese" if c.imposed_by == "CN" else "US"
    kind = {"rare_earths": "rare-earth controls", "technology": "technology controls"}
    return f"{side} {kind.get(c.topic, 'export controls')}"
