"""News: what became known since the last weekly edition, weighed and worded.

Each item says how things stood, how they stand and how a headline would put it. The heaviest item
leads the edition; the items together are the table "What changed since last week".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from reports.analysis import grouped
from reports.briefings.book import Book
from reports.briefings.numbers_news import Item, data_items
from reports.briefings.prose import (
    cite,
    day_month,
    day_range,
    lower_first,
    near,
    upper_first,
    words,
)
from reports.briefings.situation import SIDES, Situation
from reports.briefings.statements import SUBJECTS, TOPICS, brief, focus, newest, spoken
from reports.dataset import Control, Meeting, Tariff

NAMES = {"US": "US duties on Chinese goods", "CN": "Chinese duties on US goods"}
HEADLINE_WORDS = 9
LARGE_STEP, STEP = 20, 10
CAPITALS = {"US": "Washington", "CN": "Beijing"}


def news(now: Situation, book: Book) -> tuple[Item, ...]:
    """Return all news of the week, the heaviest first."""
    items = [
        *meeting_items(now),
        *delegation_items(now),
        *level_items(now, book),
        *tariff_items(now, book),
        *truce_items(now, book),
        *control_items(now),
        *data_items(now, book),
        *statement_items(now),
    ]
    return tuple(sorted(items, key=lambda item: (-item.weight, item.side == "CN")))


def leads(now: Situation, meeting: Meeting) -> str:
    """Return "Donald Trump and Xi Jinping", the heads of both sides, as far as they are known."""
    people = [d for d in now.view.delegates(meeting.meeting_id) if d.lead]
    ranked = sorted(people, key=lambda d: d.side != "US")
    return " and ".join(words(d.name) for d in ranked)


def _family_names(now: Situation, meeting: Meeting) -> str:
    people = sorted(
        (d for d in now.view.delegates(meeting.meeting_id) if d.lead), key=lambda d: d.side != "US"
    )
    names = [d.name.split()[0] if d.side == "CN" else d.name.split()[-1] for d in people]
    return " and ".join(words(name) for name in names)


def meeting_items(now: Situation) -> list[Item]:
    """Return items for meetings announced, opened or ended since the last edition."""
    return [item for m in now.view.meetings if (item := _meeting_item(now, m))]


def _meeting_item(now: Situation, m: Meeting) -> Item | None:
    when = day_range(m.start, m.end)
    where = f" in {words(m.city)}" if m.city else ""
    label = words(m.label)
    before = "Not announced" if now.fresh(m.announced) else f"Set for {when}"
    mark = cite(m.outcome_source_id or m.source_id)
    if now.fresh(m.outcome_published) and m.outcome:
        return _held_item(now, m, before, mark)
    if m.start <= now.today <= m.end:
        subject = focus(now.view)
        centre = f" with {SUBJECTS[subject[0]]} at the centre" if subject else ""
        opening = (
            "open today" if m.start == now.today else f"are under way since {day_month(m.start)}"
        )
        return Item(
            100,
            m.start,
            "New",
            label,
            before,
            f"{upper_first(label)} {opening}{where_in(m)}.{mark}",
            f"{label} open{centre}",
            "talks",
        )
    if m.start > now.today and now.fresh(m.announced):
        weight = 75 if (m.start - now.today).days <= 14 else 58
        return Item(
            weight,
            m.announced,
            "New",
            label,
            before,
            f"Set for {when}{where}.{mark}",
            f"{label} set for {day_month(m.start)}",
            "talks",
            sentence=f"{called(m)} are set for {when}{where_in(m)}.",
        )
    return None


def called(m: Meeting) -> str:
    """Return how a sentence names a meeting: "the London talks", "the Trump–Xi call"."""
    label = words(m.label)
    known = label.endswith(("talks", "call", "summit")) or "meeting" in label
    return f"the {label if known else lower_first(words(m.name))}"


def where_in(m: Meeting) -> str:
    """Return " in London" unless the label of the meeting says it already."""
    return f" in {words(m.city)}" if m.city and m.city not in m.label else ""


def _held_item(now: Situation, m: Meeting, before: str, mark: str) -> Item:
    label = words(m.label)
    outcome = words(m.outcome or "").rstrip(".")
    who, alone = _who(now, m)
    verb = "agree" if (m.outcome_verb or "").startswith("agreed") else "discuss"
    verb += ("s" if verb == "agree" else "es") if alone else ""
    headline = fitted(f"{who} {verb} {words(m.outcome_label or '')}".strip())
    if not m.outcome_label:
        headline = f"{who} meet without a stated result"
    weight = {"talks": 88, "leaders_call": 80, "leaders_meeting": 95}[m.kind]
    return Item(weight, m.end, "New", label, before, f"{outcome}.{mark}", headline, "talks")


def _who(now: Situation, m: Meeting) -> tuple[str, bool]:
    """Return who met, for a headline, and whether it is one person: a round, or its heads."""
    if m.label.endswith("talks"):
        return words(m.label), False
    heads = [d for d in now.view.delegates(m.meeting_id) if d.lead]
    return (words(heads[0].name), True) if len(heads) == 1 else (_family_names(now, m), False)


def fitted(headline: str) -> str:
    """Cut a headline at its last joint so that it has at most nine words."""
    while len(headline.split()) > HEADLINE_WORDS:
        cut = max(
            headline.rfind(joint) for joint in (" and ", " to ", " on ", " of ", " at ", ", ")
        )
        if cut <= 0:
            return headline
        headline = headline[:cut]
        first, comma, last = headline.rpartition(", ")
        headline = f"{first} and {last}" if comma else headline
    return headline


def delegation_items(now: Situation) -> list[Item]:
    """Return an item for people who are new at the table since the last round."""
    meeting, last = now.round, now.last_round
    if meeting is None or last is None or meeting.kind != "talks" or meeting.end < now.since:
        return []
    items = []
    for side in SIDES:
        before = {d.name for d in now.view.delegates(last.meeting_id) if d.side == side}
        people = [d for d in now.view.delegates(meeting.meeting_id) if d.side == side]
        new = [d for d in people if d.name not in before and now.fresh(d.published)]
        if not new or not before:
            continue
        names = " and ".join(words(d.name) for d in new)
        text = f"{names} ({words(new[0].role)}) joins" if len(new) == 1 else f"{names} join"
        items.append(
            Item(
                57,
                new[0].published,
                "New",
                f"{'US' if side == 'US' else 'Chinese'} delegation",
                f"{words(last.label)}: {', '.join(sorted(words(n) for n in before))}",
                f"{text}.{cite(*(d.source_id for d in new))}",
                "",
                "talks",
            )
        )
    return items


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
                f"{rate(book, side, was.average_rate_pct, was)}",
                f"{rate(book, side, level.average_rate_pct, level)} since "
                f"{day_month(level.date)}.{cite(level.source_id)}",
                f"{NAMES[side]} {'rise' if rise > 0 else 'fall'} to "
                f"{rate(book, side, level.average_rate_pct, level)}",
                "tariffs",
                side,
                sentence=f"{NAMES[side]} {'rose' if rise > 0 else 'fell'} to "
                f"{rate(book, side, level.average_rate_pct, level)} on {day_month(level.date)}.",
            )
        )
    return items


def rate(book: Book, side: str, value: Decimal, row: object) -> str:
    """Return the mark of a headline duty level, "145%"."""
    level_day = getattr(row, "date", None) or getattr(row, "effective", None)
    return book.add(
        f"duties_{side.lower()}.{level_day.isoformat() if level_day else 'now'}",
        f"{NAMES[side]}, sum of across-the-board additional rates",
        value,
        grouped(value, 0) + "%",
        unit="%",
        period=f"from {level_day.isoformat()}" if level_day else "",
        status="reported",
        sources=[getattr(row, "source_id", None)],
        rows=[getattr(row, "ref")],  # noqa: B009 - rows of two tables share the field
    )


def tariff_label(book: Book, t: Tariff) -> str:
    """Return the label of a measure with its own numbers filled in as facts."""
    text = words(t.label)
    for field in ("headline_rate_pct", "rate_change_pct_points", "suspended_pct_points"):
        value = getattr(t, field)
        hole = f"{{{field}}}%" if f"{{{field}}}%" in text else f"{{{field}}}"
        if hole in text and value is not None:
            mark = book.add(
                f"tariff_{t.event_id}.{field}",
                words(t.measure),
                value,
                grouped(abs(value), 0) + ("%" if hole.endswith("%") else ""),
                unit="%" if field == "headline_rate_pct" else "pp",
                period=f"from {t.effective.isoformat()}",
                status="reported",
                sources=[t.source_id],
                rows=[t.ref],
            )
            text = text.replace(hole, mark)
    return text


def tariff_items(now: Situation, book: Book) -> list[Item]:
    """Return items for measures announced since the last edition that no level shows yet."""
    return [
        _tariff_item(now, book, t)
        for t in now.view.tariffs
        if now.fresh(t.announced)
        and t.status_kind != "superseded"
        and not (t.suspended_pct_points and not t.rate_change_pct_points)
        and not (t.effective <= now.today and t.rate_change_pct_points)
    ]


def _tariff_item(now: Situation, book: Book, t: Tariff) -> Item:
    change = abs(t.rate_change_pct_points or Decimal(0))
    ahead = t.effective > now.today
    weight = 92 if change >= LARGE_STEP else 85 if change >= STEP else 46
    weight -= 0 if ahead or weight == 46 else 2
    label = tariff_label(book, t)
    when = f"{'from' if ahead else 'since'} {near(t.effective, now.today)}"
    eased = t.status_kind != "ended" and (
        (t.rate_change_pct_points or 0) < 0 or "lifted" in t.measure or "lowered" in t.measure
    )
    was = now.level(t.imposed_by, now.last) if change else None
    level = now.level(t.imposed_by) if change else None
    text = f"{label}, {when}.{cite(t.source_id)}"
    if was and level and ahead and was.average_rate_pct != level.average_rate_pct:
        in_force = rate(book, t.imposed_by, level.average_rate_pct, level)
        text = f"{in_force} since {day_month(level.date)}; {text}"
    return Item(
        weight,
        t.announced,
        "Eased" if eased else "New",
        _subject(t),
        f"{rate(book, t.imposed_by, was.average_rate_pct, was)} in force"
        if was
        else "Not announced",
        text,
        label,
        "tariffs",
        t.imposed_by if change else "",
        sentence=f"{with_article(label)}, {when}.",
    )


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
    left = book.days(
        "truce.days_left",
        "Days until the tariff truce ends",
        (truce.end - now.today).days,
        truce.end,
        truce.source,
        truce.rows[0].ref,
    )
    before = Situation(now.last).truce
    ends = f"Ends on {near(truce.end, now.today)}"
    mark = cite(truce.source)
    tag: Literal["New", "Same"] = "New"
    if before is None:
        weight, was, headline = 82, "No truce", f"Tariff truce runs to {day_month(truce.end)}"
    elif before.end != truce.end:
        weight, was = 86, f"Ends on {near(before.end, now.today)}"
        headline = f"Tariff truce extended to {near(truce.end, now.today)}"
    else:
        days = (truce.end - now.today).days
        weight = 72 if days <= 7 else 48 if days <= 21 else 12
        tag, was = "Same", ends
        headline = f"Tariff truce has {left} to run"
    now_text = (
        f"{ends}, in {left}; no extension announced" if tag == "Same" else f"{ends}, in {left}"
    )
    return [
        Item(weight, now.today, tag, "Tariff truce", was, f"{now_text}.{mark}", headline, "truce")
    ]


def control_items(now: Situation) -> list[Item]:
    """Return items for export controls imposed, eased or suspended since the last edition."""
    items = []
    for c in now.view.controls:
        label = upper_first(words(c.label))
        if now.fresh(c.published):
            later = c.effective is not None and c.effective > now.today
            when = f", from {near(c.effective, now.today)}" if later and c.effective else ""
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
                    f"{upper_first(words(c.status))}.{cite(c.status_source_id or c.source_id)}",
                    f"{_control_subject(c)} are eased",
                    "controls",
                    sentence=f"{with_article(label)}: this is now {words(c.status)}.",
                )
            )
    return items


def _control_weight(c: Control) -> int:
    if c.topic == "rare_earths":
        return 83 if c.effect == "tightens" else 62
    return 60 if c.topic == "technology" else 44


def _control_subject(c: Control) -> str:
    side = "Chinese" if c.imposed_by == "CN" else "US"
    kind = {"rare_earths": "rare-earth controls", "technology": "technology controls"}
    return f"{side} {kind.get(c.topic, 'export controls')}"


def statement_items(now: Situation) -> list[Item]:
    """Return items for a side that has said something new on one of the subjects."""
    items = []
    for topic in ("rare_earths", "technology", "tariffs", "students"):
        for side in SIDES:
            said = newest(spoken(now.view, 7), side=side, topic=topic)
            if said is None:
                continue
            before = newest(now.last.statements, side=side, topic=topic)
            was = brief(now.view, before) if before else "No statement on record"
            items.append(
                Item(
                    34 - 2 * list(TOPICS).index(topic) + (side == "US"),
                    said.date,
                    "New",
                    f"{CAPITALS[side]} on {SUBJECTS.get(topic, topic)}",
                    was,
                    brief(now.view, said),
                    "",
                    "statements",
                )
            )
    return items
