"""News: what became known since the last weekly edition, weighed and worded.

Each item says how things stood, how they stand and how a headline would put it. The heaviest item
leads the edition; the items together are the table "What changed since last week".
"""

from __future__ import annotations

from datetime import timedelta

from reports.analysis import listing
from reports.briefings.book import Book
from reports.briefings.facts import told
from reports.briefings.items import Item
from reports.briefings.news_figures import data_items
from reports.briefings.news_measures import (
    CAPITALS,
    control_items,
    level_items,
    tariff_items,
    truce_items,
)
from reports.briefings.news_revisions import revision_items
from reports.briefings.prose import (
    cite,
    day_month,
    fact_mark,
    upper_first,
    words,
)
from reports.briefings.situation import SIDES, Situation
from reports.briefings.statements import (
    brief,
    in_turn,
    newest,
    spoken,
)
from reports.briefings.subjects import SUBJECTS, TOPICS, focus
from reports.dataset import Meeting

HEADLINE_WORDS = 9
POSITION_DAYS = 120


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
        *revision_items(now, book),
        *statement_items(now),
        *word_items(now),
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
    when = now.span(m.start, m.end)
    where = f" in {words(m.city)}" if m.city else ""
    label = told(m, "label")
    was = next((old for old in now.last.meetings if old.meeting_id == m.meeting_id), None)
    before = f"Set for {now.span(was.start, was.end)}" if was else "Not announced"
    mark = cite(m.outcome_source_id or m.source_id)
    if now.fresh(m.outcome_published) and m.outcome:
        return _held_item(now, m, before, mark)
    if m.start <= now.today <= m.end:
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
            f"{label} open{_centre(now, m)}",
            "talks",
        )
    if m.start > now.today and now.fresh(m.announced):
        weight = 75 if (m.start - now.today).days <= 14 else 58
        verb = "are" if m.kind == "talks" else "is"
        return Item(
            weight,
            m.announced,
            "New",
            label,
            before,
            f"Set for {when}{where}.{mark}",
            f"{label} set for {day_month(m.start)}",
            "talks",
            sentence=f"{called(m)} {verb} set for {when}{where_in(m)}.",
        )
    return None


def _centre(now: Situation, m: Meeting) -> str:
    """Return the subject that most statements since the announcement are about, if one leads."""
    subject = next(iter(focus(now.view, m.announced)), "")
    most = fact_mark(f"focus.{subject}", "at the centre")
    return f" with {SUBJECTS[subject]} {most}" if subject else ""


def called(m: Meeting) -> str:
    """Return how a sentence names a meeting: "the London talks", "the Trump–Xi call"."""
    label = told(m, "label")
    known = label.endswith(("talks", "call", "summit")) or "meeting" in label
    return f"the {label if known else told(m, 'name')}"


def where_in(m: Meeting) -> str:
    """Return " in London" unless the label of the meeting says it already."""
    return f" in {words(m.city)}" if m.city and m.city not in m.label else ""


def _held_item(now: Situation, m: Meeting, before: str, mark: str) -> Item:
    label = told(m, "label")
    who, alone = parties(now, m)
    verb = "agree" if (m.outcome_verb or "").startswith("agreed") else "discuss"
    verb += ("s" if verb == "agree" else "es") if alone else ""
    verb += " in principle" if "in principle" in (m.outcome_verb or "") else ""
    headline = fitted(f"{who} {verb} {told(m, 'outcome_label')}".strip())
    if not m.outcome_label:
        headline = f"{who} meet without a stated result"
    weight = {"talks": 88, "leaders_call": 80, "leaders_meeting": 95}[m.kind]
    said = (
        f"{words(m.outcome_verb or 'discussed')} {told(m, 'outcome_label') or 'no stated result'}"
    )
    when = now.span(m.start, m.end)
    sentence = f"{called(m)} of {when} {said}."
    if m.kind != "talks":
        spoke = "spoke by phone" if m.kind == "leaders_call" else f"met in {words(m.city or '')}"
        sentence = f"{leads(now, m)} {spoke} on {when} and {said}."
    return Item(
        weight,
        m.end,
        "New",
        label,
        before,
        f"{when}: {said}.{mark}",
        headline,
        "talks",
        sentence=upper_first(sentence),
    )


def parties(now: Situation, m: Meeting) -> tuple[str, bool]:
    """Return who met, for a headline, and whether it is one person: a round, or its heads."""
    if m.label.endswith("talks"):
        return told(m, "label"), False
    heads = [d for d in now.view.delegates(m.meeting_id) if d.lead]
    return (words(heads[0].name), True) if len(heads) == 1 else (_family_names(now, m), False)


def fitted(headline: str) -> str:
    """Cut a headline at its last joint so that it has at most nine words."""
    while len(headline.split()) > HEADLINE_WORDS:
        cut = max(
            headline.rfind(joint)
            for joint in (" and ", " to ", " on ", " of ", " at ", " in ", ", ")
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
                f"{told(last, 'label')}: {', '.join(sorted(words(n) for n in before))}",
                f"{text}.{cite(*(d.source_id for d in new))}",
                "",
                "talks",
            )
        )
    return items


def statement_items(now: Situation) -> list[Item]:
    """Return items for a side that has said something new on one of the subjects."""
    items = []
    for topic in ("rare_earths", "technology", "tariffs", "students"):
        for side in SIDES:
            said = newest(spoken(now.view, 7), side=side, topic=topic)
            if said is None:
                continue
            before = newest(spoken(now.last, POSITION_DAYS), side=side, topic=topic)
            was = brief(now.view, before) if before else none_since(now)
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


def none_since(now: Situation) -> str:
    """Return that a side has said nothing on a subject in the months that are looked at."""
    return f"Nothing said since {now.on(now.last.day - timedelta(days=POSITION_DAYS))}"


def word_items(now: Situation) -> list[Item]:
    """Return an item for a week in which the sides spoke on the talks, whoever met or not."""
    said = [
        s for s in (newest(spoken(now.view, 7), side=side, topic="talks") for side in SIDES) if s
    ]
    if not said:
        return []
    who = listing([CAPITALS[s.side] for s in said])
    before = newest(spoken(now.last, POSITION_DAYS), side=said[-1].side, topic="talks")
    return [
        Item(
            47 + len(said),
            said[-1].date,
            "New",
            "Words on the talks",
            brief(now.view, before) if before else none_since(now),
            " ".join(brief(now.view, s) for s in said[-1:]),
            f"{who} {'speak' if len(said) > 1 else 'speaks'} on the talks",
            "words",
            sentence=in_turn(now.view, said),
        )
    ]
