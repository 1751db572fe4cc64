"""The talks: who meets, where and over what, how it came about, and where the sides stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports.analysis import listing
from reports.briefings.book import Book
from reports.briefings.facts import told
from reports.briefings.news import POSITION_DAYS, called, leads, none_since, parties, where_in
from reports.briefings.news_measures import CAPITALS, rate
from reports.briefings.prose import (
    cite,
    compose,
    day_range,
    fact_mark,
    han,
    lower_first,
    upper_first,
    words,
)
from reports.briefings.situation import Situation
from reports.briefings.statements import (
    accused_each_other,
    brief,
    in_turn,
    newest,
    spoken,
)
from reports.briefings.subjects import SUBJECTS, TOPICS, focus
from reports.briefings.timeline import timeline
from reports.dataset import Delegate as DelegateRow
from reports.dataset import Meeting, Statement
from reports.model import (
    Block,
    Cell,
    Column,
    Delegate,
    Delegation,
    Delegations,
    FactStrip,
    Prose,
    Section,
    TableBlock,
    TableSpec,
    Text,
)

RECENT_DAYS = 14
ISSUES = ("rare_earths", "technology", "tariffs", "students")
"""Rows of the table of positions; what is said of the talks and the economy stands in prose."""
WORDS_ONLY = ("talks", "technology", "students")
"""Topics whose statements make a short section where there is no news of a meeting."""
KICKER = "The talks"


def talks(now: Situation, book: Book, figure: int) -> Section:
    """Return the section on the talks; short or one line when the week brought little."""
    meeting = now.round
    if meeting is None:
        return _one_line(f"No round of talks is on record by {now.on(now.today)}.")
    if not _has_news(now, meeting):
        return _words_only(now, meeting) or _one_line(_standing(now, meeting))
    blocks: list[Block] = [
        Prose(tuple(compose(p) for p in _paragraphs(now, book, meeting) if p)),
        FactStrip(_strip(now, meeting)),
        Delegations(tuple(_delegation(now, meeting, side) for side in ("US", "CN"))),
    ]
    exhibit = timeline(now, book, figure)
    blocks += [exhibit] if exhibit else []
    positions = _positions(now, ISSUES)
    blocks += [TableBlock(positions)] if positions else []
    return Section("talks", KICKER, compose(_headline(now, meeting)), tuple(blocks))


def _words_only(now: Situation, meeting: Meeting) -> Section | None:
    """Return a short section for a week without a meeting in which the sides still spoke."""
    said = [s for s in spoken(now.view, 7) if s.side in CAPITALS and s.topic in WORDS_ONLY]
    if not said:
        return None
    who = listing([CAPITALS[side] for side in CAPITALS if any(s.side == side for s in said)])
    verb = "speak" if " and " in who else "speaks"
    last = now.last_round
    blamed = accused_each_other(now.view, now.since, last.city) if last and last.city else ()
    about = listing([TOPICS[t].lower() for t in WORDS_ONLY if any(s.topic == t for s in said)])
    text = (_standing(now, meeting), in_turn(now.view, said[-3:]))
    positions = _positions(now, tuple(t for t in WORDS_ONLY if any(s.topic == t for s in said)))
    blocks: list[Block] = [Prose(tuple(compose(p) for p in text))]
    blocks += [TableBlock(positions)] if positions else []
    headline = f"No new round is dated; {who} {verb} on {about}"
    if meeting.start > now.today:
        headline = _headline(now, meeting)
    elif blamed and last:
        headline = (
            f"Each side accuses the other of departing from the {words(last.city or '')} deal"
        )
    return Section("talks", KICKER, compose(headline), tuple(blocks))


def _one_line(text: str) -> Section:
    return Section("talks", KICKER, (), (Prose((compose(text),)),), one_line=True)


def _has_news(now: Situation, meeting: Meeting) -> bool:
    """Tell whether a meeting was set, opened or ended this week, or is days away."""
    moved = any(
        now.fresh(m.announced) or now.fresh(m.outcome_published) or now.fresh(m.start)
        for m in now.view.meetings
    )
    return moved or 0 <= (meeting.start - now.today).days <= 7


def _standing(now: Situation, meeting: Meeting) -> str:
    if meeting.start > now.today:
        verb = "are" if meeting.kind == "talks" else "is"
        return (
            f"No meeting is on record in the week to {now.on(now.today)}. "
            f"{upper_first(called(meeting))} {verb} set for "
            f"{now.span(meeting.start, meeting.end)}.{cite(meeting.source_id)}"
        )
    contact = now.last_contact or meeting
    result = ""
    if contact.outcome_label:
        verb = words(contact.outcome_verb or "discussed")
        result = f", where the two sides {verb} {told(contact, 'outcome_label')}"
    return (
        f"No meeting is on record in the week to {now.on(now.today)}, and no date of a further "
        "round is known. "
        f"The newest contact on record is {called(contact)} of "
        f"{now.span(contact.start, contact.end)}"
        f"{result}.{cite(contact.outcome_source_id or contact.source_id)}"
    )


def _headline(now: Situation, m: Meeting) -> str:
    label = upper_first(told(m, "label"))
    plural = m.kind == "talks"
    if m.start <= now.today and m.outcome_label and (m.end <= now.today):
        verb = words(m.outcome_verb or "discussed")
        label = parties(now, m)[0]
        return f"{label} {verb} {told(m, 'outcome_label')}"
    new = _newcomers(now, m)
    if new and m.end >= now.today:
        office = words(new[0].role)
        return f"{words(new[0].name)}, {office}, joins the {_side(new[0])} team"
    if m.start > now.today:
        return f"{label} {'are' if plural else 'is'} set for {day_range(m.start, m.end)}"
    if m.end >= now.today:
        return f"{label} {'are' if plural else 'is'} under way{where_in(m)}"
    return f"No round is set after {label}"


def _side(person: DelegateRow) -> str:
    return "American" if person.side == "US" else "Chinese"


def _newcomers(now: Situation, m: Meeting) -> list[DelegateRow]:
    last = now.last_round
    if last is None or m.kind != "talks":
        return []
    before = {d.name for d in now.view.delegates(last.meeting_id)}
    sides = {d.side for d in now.view.delegates(last.meeting_id)}
    people = now.view.delegates(m.meeting_id)
    new = [d for d in people if d.name not in before and d.side in sides]
    return sorted(new, key=lambda d: d.side != "US")


def _paragraphs(now: Situation, book: Book, m: Meeting) -> list[str]:
    return [_who(now, m), _how_it_came(now, book, m), _tone(now), _readings(now)]


def _who(now: Situation, m: Meeting) -> str:
    """Return who met, where and when, and what came of it."""
    people = now.view.delegates(m.meeting_id)
    over = bool(m.outcome) or m.end < now.today
    marks = cite(*(d.source_id for d in people))
    when = now.span(m.start, m.end)
    if m.kind == "talks":
        verb = "took place" if over else "open" if m.start == now.today else "take place"
        text = f"{upper_first(called(m))} {verb} on {when}{where_in(m)}. "
        parts = [p for side in ("US", "CN") if (p := _team(now, m, side, over=over))]
        text += f"{'; '.join(parts)}.{marks}" if parts else marks
    else:
        verb = "spoke by phone" if m.kind == "leaders_call" else "met" if over else "meet"
        text = f"{leads(now, m)} {verb} on {when}{where_in(m)}.{marks}"
    if m.outcome:
        text += (
            f" Outcome, as reported: {lower_first(told(m, 'outcome'))}{cite(m.outcome_source_id)}"
        )
    return text


def _team(now: Situation, m: Meeting, side: str, *, over: bool) -> str:
    """Return who leads for a side, and with whom."""
    people = [d for d in now.view.delegates(m.meeting_id) if d.side == side]
    head = next((d for d in people if d.lead), None)
    if head is None:
        return ""
    others = [words(d.name) for d in people if not d.lead]
    team = f" with {listing(others)}" if others else ""
    verb = "led" if over else "leads"
    local = f" ({han(head.name_local)})" if head.name_local != head.name else ""
    return f"{words(head.name)}{local}, {words(head.role)}, {verb} for {CAPITALS[side]}{team}"


def _how_it_came(now: Situation, book: Book, m: Meeting) -> str:
    call = now.last_call
    if call is None or call.start > m.start or call is m:
        return ""
    text = (
        f"{'The round' if m.kind == 'talks' else 'It'} follows a phone call between "
        f"{leads(now, call)} on {now.on(call.start)}"
    )
    blamed, marks = _blame(now, book)
    text += f", a sign of de-escalation after {blamed}" if blamed else ""
    return f"{text}.{cite(call.outcome_source_id or call.source_id, *marks)}"


def _blame(now: Situation, book: Book) -> tuple[str, tuple[str, ...]]:
    """Return how each side blamed the other since the last round, and the sources."""
    last = now.last_round
    if last is None or not last.city:
        return "", ()
    both = accused_each_other(now.view, last.end, last.city)
    if not both:
        return "", ()
    marks = tuple(s.source_id for s in both)
    deal = f"the agreement reached in {words(last.city)} in {last.end:%B}"
    return f"each side had accused the other of departing from {deal}{_rollback(now, book)}", marks


def _rollback(now: Situation, book: Book) -> str:
    peaks = [(side, now.peak(side), now.level(side)) for side in ("US", "CN")]
    cut = [
        rate(book, peak)
        for side, peak, level in peaks
        if peak and level and level.average_rate_pct < peak.average_rate_pct
    ]
    if len(cut) < 2:
        return ""
    climbed = f"{cut[0]} on Chinese and {cut[1]} on US goods"
    return f", which rolled back duties that had climbed to {climbed}"


def _tone(now: Situation) -> str:
    """Return the mildest newest word of Washington on the talks, and the newest of Beijing."""
    recent = spoken(now.view, RECENT_DAYS)
    said = [
        newest(recent, side="US", topic="talks", stance="conciliatory")
        or newest(recent, side="US", topic="talks"),
        newest(recent, side="CN", topic="talks"),
    ]
    return in_turn(now.view, [s for s in said if s])


def _readings(now: Situation) -> str:
    """Return how others read the talks this week."""
    week = spoken(now.view, 7)
    other = [s for s in week if s.side == "other" and s.topic in ("technology", "talks")]
    return in_turn(now.view, other[-1:])


def _strip(now: Situation, m: Meeting) -> tuple[tuple[str, Text], ...]:
    where = f"{words(m.city)}, " if m.city else "By telephone or video, "
    last = now.last_round
    items: list[tuple[str, str]] = [("Where and when", f"{where}{day_range(m.start, m.end)}")]
    if last and last is not m:
        items.append(("Round before", f"{told(last, 'label')}, {_month(last.end, now.today)}"))
    call = now.last_call
    if call and call is not m:
        items.append(("Leaders’ last call", now.on(call.start)))
    subjects = focus(now.view, m.announced)
    if subjects:
        named = [fact_mark(f"focus.{s}", SUBJECTS[s]) for s in subjects]
        items.append(("Most talked about", upper_first(listing(named))))
    state = (
        "Ahead"
        if m.start > now.today
        else "Held"
        if m.outcome or m.end < now.today
        else "Under way"
    )
    items.append(("State", state))
    return tuple((label, compose(text)) for label, text in items[:4])


def _month(day: date, today: date) -> str:
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"


def _delegation(now: Situation, m: Meeting, side: str) -> Delegation:
    people = [d for d in now.view.delegates(m.meeting_id) if d.side == side]
    new = {d.name for d in _newcomers(now, m)}
    members = tuple(
        Delegate(
            words(d.name),
            words(d.name_local) if d.name_local and d.name_local != d.name else "",
            compose(_role(d, new=d.name in new, formal=m.kind == "talks")),
        )
        for d in sorted(people, key=lambda d: not d.lead)
    )
    note = "" if members else "No names in these data."
    if m.kind == "talks" and m.start > now.today and len(members) == 1:
        note = "Further members are not yet named."
    return Delegation(
        "us" if side == "US" else "cn",
        "United States" if side == "US" else "China",
        members,
        compose(note),
    )


def _role(person: DelegateRow, *, new: bool, formal: bool) -> str:
    role = upper_first(words(person.role))
    head = " Heads the delegation." if person.lead and formal else ""
    fresh = " New since the last round." if new else ""
    return f"{role}.{head}{fresh}{cite(person.source_id)}"


def _positions(now: Situation, topics: Sequence[str]) -> TableSpec | None:
    """Return where both sides stand on each issue, each in its own newest words."""
    result = now.newest_result
    said = spoken(now.view, POSITION_DAYS)
    empty = f"{none_since(now)}."
    if result and (now.today - (result.outcome_published or now.today)).days < POSITION_DAYS:
        said = tuple(s for s in said if s.date >= (result.outcome_published or s.date))
        empty = f"Nothing said since {called(result)}."
    rows = []
    for topic in topics:
        cells = [_position(now, said, side, topic) for side in ("US", "CN")]
        if any(cells):
            filled = [cell or empty for cell in cells]
            rows.append((Cell((TOPICS[topic],)), *(Cell(compose(text)) for text in filled)))
    if not rows:
        return None
    return TableSpec(
        key="positions",
        title="Where the two sides stand",
        columns=(
            Column("Issue", 0.16, "head"),
            Column("Washington", 0.42),
            Column("Beijing", 0.42),
        ),
        rows=tuple(rows),
        note=compose(
            "The newest statement of each side on each issue since the last result of talks, as "
            "reported; a single source is one that cannot be looked up."
        ),
    )


def _position(now: Situation, said: Sequence[Statement], side: str, topic: str) -> str:
    last = newest(said, side=side, topic=topic)
    return brief(now.view, last) if last else ""
