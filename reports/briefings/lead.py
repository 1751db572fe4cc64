"""The lead: what happened, why it matters, what is not known; the next evidence comes last."""

from __future__ import annotations

from collections.abc import Sequence

from reports.analysis import latest, listing
from reports.briefings.book import Book
from reports.briefings.facts import told
from reports.briefings.front import duties_phrase
from reports.briefings.items import Item
from reports.briefings.news import called, leads
from reports.briefings.news_measures import rate, with_article
from reports.briefings.prose import CITE, cite, compose, fact_mark, lower_first, upper_first, words
from reports.briefings.sentences import data_sentence
from reports.briefings.situation import Situation
from reports.briefings.statements import (
    accused_each_other,
    newest,
    sentence,
    spoken,
)
from reports.briefings.subjects import SUBJECTS, focus
from reports.briefings.watch import ahead
from reports.dataset import Statement
from reports.model import Text

SOON_DAYS = 21
HEAVY = 70
DEADLINE_IN_VIEW = 92


def lead(now: Situation, items: Sequence[Item], book: Book) -> tuple[Text, ...]:
    """Return the lead in two or three paragraphs of marked sentences."""
    words_lead = not _under_way(now) and any(i.kind == "words" for i in _top(items))
    paragraphs = [
        _what_happened(now, items, book),
        "" if words_lead else _why_it_matters(now),
        _what_is_open(now, items, book),
    ]
    return tuple(compose(p) for p in paragraphs if p)


def _what_happened(now: Situation, items: Sequence[Item], book: Book) -> str:
    meeting = now.round
    if meeting and _under_way(now):
        return f"{_opening(now)} {_background(now, book)}".strip()
    top = _top(items)
    first = " ".join(_as_sentence(now, item) for item in top)
    return first if len(top) > 1 else f"{first} {_standing(now, book)}".strip()


def _under_way(now: Situation) -> bool:
    """Tell whether a round is being held whose outcome is not known yet."""
    m = now.round
    return bool(m and m.kind == "talks" and m.start <= now.today <= m.end and not m.outcome)


def _top(items: Sequence[Item]) -> list[Item]:
    """Return the items that lead the text: the heaviest three, two of a kind at most."""
    chosen: list[Item] = []
    for item in items:
        leads_on = item.headline or (item.sentence and item.weight >= HEAVY)
        if not leads_on or item.tag == "Same" or (item.kind == "words" and chosen):
            continue
        if sum(other.kind == item.kind for other in chosen) < 2:
            chosen.append(item)
    return chosen[:3]


def _opening(now: Situation) -> str:
    meeting = now.round
    if meeting is None:
        return ""
    subjects = focus(now.view, meeting.announced)
    said = [s for s in spoken(now.view, 14) if s.topic in subjects][-2:]
    verb = "resume" if now.last_round else "open"
    when = "today" if meeting.start == now.today else f"that began on {now.on(meeting.start)}"
    where = f"in {words(meeting.city)} " if meeting.city else ""
    text = (
        f"The United States and China {verb} high-level trade talks {where}{when}."
        f"{cite(meeting.source_id)}"
    )
    if subjects:
        names = listing([SUBJECTS[s] for s in subjects])
        verb = "is" if subjects == ("technology",) else "are"
        count = "by the count of statements since the round was announced"
        most = fact_mark(f"focus.{subjects[0]}", "the focus")
        text += f" {upper_first(names)} {verb} {most}, {count}."
        text += cite(*(s.source_id for s in said))
    return text


def _background(now: Situation, book: Book) -> str:
    """Return the call before the round and how each side had blamed the other.

    A call is a sign of de-escalation only where both sides had blamed each other before it.
    """
    call, last, meeting = now.last_call, now.last_round, now.round
    both = accused_each_other(now.view, last.end, last.city) if last and last.city else ()
    parts = []
    if call and meeting and call.start <= meeting.start:
        sign = ", a sign of de-escalation" if both else ""
        parts.append(
            f"The talks follow a phone call between {leads(now, call)} on {now.on(call.start)}"
            f"{sign}.{cite(call.outcome_source_id or call.source_id)}"
        )
    if both and last:
        peak, level = now.peak("US"), now.level("US")
        rolled = ""
        if peak and level and peak.average_rate_pct > level.average_rate_pct:
            rolled = (
                f", which cut duties on Chinese goods from {rate(book, peak)} to "
                f"{rate(book, level)}"
            )
        parts.append(
            f"Each side had accused the other of departing from the {words(last.city or '')} deal "
            f"of {last.end:%B}{rolled}.{cite(*(s.source_id for s in both))}"
        )
    return " ".join(parts)


def _as_sentence(now: Situation, item: Item) -> str:
    if item.kind == "words":
        return item.sentence
    if item.sentence:
        return upper_first(item.sourced_sentence)
    if item.kind == "controls":
        return with_article(item.now)
    if item.kind == "talks" and not item.now.startswith(item.subject):
        return f"{upper_first(item.subject)}, {now.on(item.day)}. {item.now}"
    return item.now


def _standing(now: Situation, book: Book) -> str:
    duties = duties_phrase(now, book)
    contact = now.last_contact
    parts = []
    if duties:
        marks = cite(*(lv.source_id for s in ("US", "CN") if (lv := now.level(s))))
        parts.append(f"Additional duties stand at {duties}.{marks}")
    if contact and not now.fresh(contact.end):
        parts.append(
            f"The newest contact on record is {called(contact)} of "
            f"{now.span(contact.start, contact.end)}.{cite(contact.source_id)}"
        )
    return " ".join(parts)


def _why_it_matters(now: Situation) -> str:
    """Return what each side wants in its own newest words, on the subject most spoken of."""
    recent = spoken(now.view, 7)
    announced = now.round.announced if now.round else now.since
    subjects = (*focus(now.view, announced), "rare_earths", "tariffs", "technology", "talks")
    parts: list[str] = []
    for side in ("US", "CN"):
        said = next(
            (s for topic in subjects if (s := _strongest(recent, side, topic))),
            newest(recent, side=side),
        )
        if said:
            parts.append(sentence(now.view, said, dated=True))
    return " ".join(parts)


def _strongest(recent: Sequence[Statement], side: str, topic: str) -> Statement | None:
    """Return the newest firm statement on a topic, or the newest of any stance."""
    return newest(recent, side=side, topic=topic, stance="firm") or newest(
        recent, side=side, topic=topic
    )


def _what_is_open(now: Situation, items: Sequence[Item], book: Book) -> str:
    """Return the newest figures, what they leave open, and the next evidence."""
    told = () if _under_way(now) else tuple(_top(items))
    figures = [i for i in items if i.kind in ("exports", "economy") and i.sentence]
    fresh = [i for i in figures if i not in told]
    parts = [i.sourced_sentence for i in fresh[:1]]
    if not any(i.kind == "exports" for i in (*told, *fresh)):
        parts.append(_old_exports(now, book))
    parts += [_truce(now), _next_evidence(now, book)]
    return " ".join(part for part in parts if part)


def _old_exports(now: Situation, book: Book) -> str:
    row = latest(now.view, "rare_earth_exports_t")
    if row is None:
        return ""
    text = f"No rare-earth figures are new this week: {data_sentence(now, book, row)}."
    return text + cite(row.source_id)


def _truce(now: Situation) -> str:
    truce = now.truce
    if truce is None:
        return ""
    if meeting := now.truce_promise:
        return (
            f"{upper_first(called(meeting))} agreed {told(meeting, 'outcome_label')}; no act "
            f"that prolongs the present truce beyond {now.on(truce.end)} is on record yet."
            f"{cite(meeting.outcome_source_id)}"
        )
    if (truce.end - now.today).days > DEADLINE_IN_VIEW:
        return ""
    return f"Whether the truce will be prolonged beyond {now.on(truce.end)} is not known."


def _next_evidence(now: Situation, book: Book) -> str:
    """Return the next thing that will tell: an announced one within three weeks, or a release."""
    coming = [a for a in ahead(now, book) if a.telling]
    if not coming:
        return ""
    soon = [a for a in coming if not a.expected and (a.day - now.today).days <= SOON_DAYS]
    first = soon[0] if soon else coming[0]
    event, _, marks = first.event.partition(CITE)
    when = f"about {now.on(first.day)}" if first.expected else f"on {now.on(first.day)}"
    if first.month_only:
        when = f"in {first.day:%B %Y}"
    mark = f"{CITE}{marks}" if marks else ""
    text = f"{lower_first(event.rstrip('.'))}.{mark}"
    if first.expected or first.evidence:
        return f"The next evidence comes {when}: {text}"
    return f"The next date to watch comes {when}: {text}"
