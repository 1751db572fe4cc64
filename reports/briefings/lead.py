"""The lead: what happened, why it matters, what is not known; the next evidence comes last."""

from __future__ import annotations

from collections.abc import Sequence

from reports.analysis import listing
from reports.briefings.book import Book
from reports.briefings.front import duties_phrase
from reports.briefings.news import leads, rate
from reports.briefings.numbers_news import Item
from reports.briefings.prose import cite, compose, day_range, near, upper_first, words
from reports.briefings.situation import Situation
from reports.briefings.statements import (
    SUBJECTS,
    accused_each_other,
    focus,
    newest,
    sentence,
    spoken,
)
from reports.briefings.watch import ahead
from reports.model import Text


def lead(now: Situation, items: Sequence[Item], book: Book) -> tuple[Text, ...]:
    """Return the lead in two or three paragraphs of marked sentences."""
    paragraphs = [
        _what_happened(now, items, book),
        _why_it_matters(now, items, book),
        _what_is_open(now, items, book),
    ]
    return tuple(compose(p) for p in paragraphs if p)


def _what_happened(now: Situation, items: Sequence[Item], book: Book) -> str:
    meeting = now.round
    if meeting and meeting.start <= now.today <= meeting.end:
        first = _opening(now)
        rest = _background(now, book)
    else:
        top = [item for item in items if item.headline and item.tag != "Same"][:3]
        first = " ".join(_as_sentence(item) for item in top[:2])
        rest = "" if len(top) > 1 else _standing(now, book)
        first = first or _standing(now, book)
    return f"{first} {rest}".strip()


def _opening(now: Situation) -> str:
    meeting = now.round
    if meeting is None:
        return ""
    subjects = focus(now.view)
    said = [s for s in spoken(now.view, 14) if s.topic in subjects][-2:]
    opening = "open" if meeting.start == now.today else "continue"
    when = (
        "today" if meeting.start == now.today else f"that began on {near(meeting.start, now.today)}"
    )
    first_sources = cite(meeting.source_id)
    text = (
        f"The United States and China {'resume' if now.last_round else opening} high-level trade talks "
        f"{where_in_city(now)}{when}.{first_sources}"
    )
    if subjects:
        names = listing([SUBJECTS[s] for s in subjects])
        text += f" {upper_first(names)} are the focus: most statements of the past fortnight turn on them.{cite(*(s.source_id for s in said))}"
    return text


def where_in_city(now: Situation) -> str:
    """Return "in London " or nothing."""
    return f"in {words(now.round.city)} " if now.round and now.round.city else ""


def _background(now: Situation, book: Book) -> str:
    call, last, meeting = now.last_call, now.last_round, now.round
    parts = []
    if call and meeting and call.start <= meeting.start:
        parts.append(
            f"They follow a phone call between {leads(now, call)} on {near(call.start, now.today)}, a sign "
            f"of de-escalation.{cite(call.outcome_source_id or call.source_id)}"
        )
    both = accused_each_other(now.view, last.end, last.city) if last and last.city else ()
    if both and last:
        us, cn = now.peak("US"), now.level("US")
        rolled = ""
        if us and cn and us.average_rate_pct > cn.average_rate_pct:
            rolled = (
                f", which cut duties on Chinese goods from {rate(book, 'US', us.average_rate_pct, us)} to "
                f"{rate(book, 'US', cn.average_rate_pct, cn)}"
            )
        parts.append(
            f"Each side had accused the other of departing from the {words(last.city or '')} deal of "
            f"{last.end:%B}{rolled}.{cite(*(s.source_id for s in both))}"
        )
    return " ".join(parts)


def _as_sentence(item: Item) -> str:
    if item.sentence:
        return item.sentence + _marks(item.now)
    if item.kind == "talks":
        return (
            f"{upper_first(item.subject)}: {item.now}"
            if not item.now.startswith(item.subject)
            else item.now
        )
    return item.now


def _marks(text: str) -> str:
    """Return the reference marks that end a marked string."""
    at = text.find("\ue000c")
    return text[at:] if at >= 0 else ""


def _standing(now: Situation, book: Book) -> str:
    duties = duties_phrase(now, book)
    meeting = now.last_round or now.round
    parts = []
    if duties:
        marks = cite(*(lv.source_id for s in ("US", "CN") if (lv := now.level(s))))
        parts.append(f"Additional duties stand at {duties}.{marks}")
    if meeting and meeting.end < now.today:
        parts.append(
            f"The newest round on record, {words(meeting.label)}, was on "
            f"{day_range(meeting.start, meeting.end)}.{cite(meeting.source_id)}"
        )
    return " ".join(parts)


def _why_it_matters(now: Situation, items: Sequence[Item], book: Book) -> str:
    """Return what each side wants in its own newest words, on the subject most spoken of."""
    recent = spoken(now.view, 10)
    subjects = (*focus(now.view), "rare_earths", "tariffs", "technology", "talks")
    parts: list[str] = []
    for side in ("US", "CN"):
        said = next(
            (s for topic in subjects if (s := _strongest(recent, side, topic))),
            newest(recent, side=side),
        )
        if said:
            parts.append(sentence(now.view, said, dated=True))
    return " ".join(parts)


def _strongest(recent, side: str, topic: str):  # type: ignore[no-untyped-def]
    """Return the newest firm statement on a topic, or the newest of any stance."""
    return newest(recent, side=side, topic=topic, stance="firm") or newest(
        recent, side=side, topic=topic
    )


def _what_is_open(now: Situation, items: Sequence[Item], book: Book) -> str:
    """Return the week's figures, what they leave open, and the next evidence."""
    figures = [i for i in items if i.sentence and i.weight >= 60][:1]
    figures = figures or [i for i in items if i.sentence][:1]
    parts = [i.sentence + _marks(i.now) for i in figures if i.sentence]
    covered = now.truce
    if covered:
        parts.append(_truce(now))
    evidence = _next_evidence(now, book)
    return " ".join([*parts, evidence] if evidence else parts)


def _truce(now: Situation) -> str:
    truce = now.truce
    if truce is None:
        return ""
    return f"Whether the truce will be prolonged beyond {near(truce.end, now.today)} is not known."


def _next_evidence(now: Situation, book: Book) -> str:
    coming = [a for a in ahead(now, book) if a.day > now.today]
    if not coming:
        return ""
    first = next((a for a in coming if not a.expected and not a.month_only), coming[0])
    soon = coming[0]
    if (first.day - now.today).days > 21 and soon.expected:
        first = soon
    about = "about " if first.expected else ""
    event = first.event[: first.event.find("\ue000c")] if "\ue000c" in first.event else first.event
    marks = _marks(first.event)
    when = f"{about}{near(first.day, now.today)}"
    return f"The next evidence comes {'' if first.expected else 'on '}{when}: {event.rstrip('.')}.{marks}"
