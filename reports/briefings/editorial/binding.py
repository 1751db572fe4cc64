"""An editor's file tied to the data of a day: facts looked up, premises held, limits kept."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches

from reports.analysis import round_half_up
from reports.analysis.rounding import MINUS
from reports.briefings.book import Book
from reports.briefings.editorial.layout import notes_of, titled
from reports.briefings.editorial.values import (
    NAKED,
    REFERENCE,
    SCENARIOS,
    VIEW,
    Editorial,
    Faults,
    Passage,
    Premise,
    Reference,
    Words,
)
from reports.briefings.facts import find_fact
from reports.briefings.facts.keys import keys_by_number, nearest_keys
from reports.briefings.facts.series import trimmed_exactly
from reports.briefings.prose import NBSP, cite, compose, fact_mark, full_date, han, strong, words
from reports.dataset import AsOfView
from reports.errors import DataError, Problem
from reports.model import Block, Fact, Text, plain

FORMS = {
    "signed": "with its sign, for a comparison: +23%",
    "size": "without its sign, where a verb tells the direction: fell 0.1%",
    "bare": "without its unit: 5,864.6",
}
"""The second argument of a reference, and what it prints."""
MOST_WORDS = 9
SENTENCES = 2
SOURCES_OF_A_FACT = 3
"""A rank rests on a year of sources; the mark leads to the first, the fact itself to all."""
MOST_HINTS = 2
MOST_SEARCHES = 20
_QUOTED = 300
_PRECISE = 4
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_NUMBER = re.compile(
    r"(?P<sign>[+−]?)(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<unit>%|\N{NO-BREAK SPACE}.*)?"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SENTENCE_END = re.compile(r"(?<!\bNo)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\b[A-Z])[.!?][”’)]*(?=\s|$)")


@dataclass(frozen=True)
class Voice:
    """What an editor says in one edition, ready to be printed; empty without a file."""

    headline: Text = ()
    standfirst: Text = ()
    watch: Mapping[str, Text] = field(default_factory=dict)
    """Texts for the third column of the dates ahead, by event, meeting or series."""
    notes: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    """What is added at the end of a section, by its key."""
    credit: tuple[Text, ...] = ()
    """Who wrote headline and standfirst, where they are an editor's."""


def bind(editorial: Editorial | None, book: Book) -> Voice:
    """Return what an editor says, every number in it a fact of the book.

    Raise DataError, with every fault of the file, for one that cannot be printed as it stands.
    """
    if editorial is None:
        return Voice()
    voice, problems = _bound(editorial, book)
    if problems:
        several = f"`reports check` lists all {len(problems)} faults of the file"
        hint = several if len(problems) > 1 else "mend the editor’s file or remove it"
        raise DataError(str(problems[0]), hint, problems)
    return voice


def editorial_faults(editorial: Editorial, view: AsOfView | None) -> tuple[Problem, ...]:
    """Return every fault of an editor's file; without a view, those that show without data."""
    return _bound(editorial, Book(view))[1] if view else editorial.problems


def _bound(editorial: Editorial, book: Book) -> tuple[Voice, tuple[Problem, ...]]:
    binder = _Binder(editorial, book)
    voice = binder.voice()
    found = dict.fromkeys((*editorial.problems, *binder.faults.found))
    problems = _hinted(tuple(found), book.view)
    return voice, tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _hinted(problems: Sequence[Problem], view: AsOfView) -> Iterator[Problem]:
    """Yield problems, the refusal of a number with the facts that print it, if there are any."""
    typed = any(problem.message == NAKED for problem in problems)
    by_number = keys_by_number(view, find_fact) if typed else {}
    for problem in problems:
        keys = by_number.get(problem.value, ()) if problem.message == NAKED else ()
        # Too many facts print a single digit for a guess to be worth reading.
        if keys and len(problem.value) > 1:
            names = " or ".join(REFERENCE.replace("key", key) for key in keys[:MOST_HINTS])
            problem = replace(problem, expected=f"{names} if that is meant, or {problem.expected}")
        yield problem


class _Binder:
    """Look up what one file refers to, noting what cannot be said on the day."""

    def __init__(self, editorial: Editorial, book: Book) -> None:
        self.editorial, self.book = editorial, book
        self.faults = Faults(editorial.file)
        self.unknown: set[str] = set()

    def voice(self) -> Voice:
        """Return the whole file, bound."""
        file = self.editorial
        headline = self._headline(file.headline) if file.headline else ()
        standfirst = self._standfirst(file.standfirst) if file.standfirst else ()
        if told := file.headline or file.standfirst:
            self._hold(file.premises, told)
        self._know(file.watch)
        watch = {key: compose(self._marked(text)) for key, text in file.watch.items()}
        author = words(file.author)
        notes = {key: self._note(key, author) for key in file.notes if key not in (SCENARIOS, VIEW)}
        lists = {key: self._texts(key) for key in (SCENARIOS, VIEW) if file.notes.get(key)}
        if lists:
            notes["watch"] = (*notes.get("watch", ()), *titled(lists, author))
        named = [
            name for name, text in (("headline", headline), ("standfirst", standfirst)) if text
        ]
        credit = f"{' and '.join(named).capitalize()} by {author}."
        return Voice(headline, standfirst, watch, notes, (compose(credit),) if named else ())

    def _note(self, key: str, author: str) -> tuple[Block, ...]:
        marked = [(p.item, self._held(p)) for p in self.editorial.notes[key]]
        return notes_of(marked, author)

    def _texts(self, key: str) -> tuple[Text, ...]:
        return tuple(compose(self._held(passage)) for passage in self.editorial.notes[key])

    def _headline(self, passage: Passage) -> Text:
        text = compose(self._marked(passage, cited=False))
        said = plain(text).replace(NBSP, " ")
        count = len(said.split())
        expected = f"at most {MOST_WORDS} words"
        if count > MOST_WORDS:
            self._fault(passage.line, "headline", f"has {count} words", expected)
        if said.endswith((".", "!")) or "?" in said:
            expected = "a finding without a question mark, an exclamation mark or a full stop"
            self._fault(passage.line, "headline", "is a question or ends like a sentence", expected)
        return text

    def _standfirst(self, passage: Passage) -> Text:
        text = compose(self._marked(passage))
        said = plain(text).replace(NBSP, " ").strip()
        ends = [match.end() for match in _SENTENCE_END.finditer(said)]
        expected = "two sentences that end with a full stop"
        if len(ends) != SENTENCES:
            told = f"has {len(ends) or 'no'} whole sentence{'s' if len(ends) > 1 else ''}"
            self._fault(passage.line, "standfirst", told, expected)
        elif ends[-1] != len(said):
            self._fault(passage.line, "standfirst", "does not end with a full stop", expected)
        return text

    def _know(self, watch: Mapping[str, Passage]) -> None:
        """Refuse a key that names nothing: what stands under it would be lost without a word."""
        view = self.book.view
        known = {
            *(event.event_id for event in view.calendar),
            *(meeting.meeting_id for meeting in view.meetings),
            *(info.series_id for info in view.catalogue),
        }
        for key in watch:
            if key not in known:
                near = get_close_matches(key, sorted(known), 3, 0.5)
                message = f"names no event, meeting or series known on {full_date(view.day)}"
                expected = _either(near) or "an event_id, a meeting_id or a series_id"
                self._fault(watch[key].line, f"watch.{key}", message, expected)

    def _held(self, passage: Passage) -> str:
        self._hold(passage.premises, passage)
        return self._marked(passage)

    def _marked(self, passage: Passage, *, cited: bool = True) -> str:
        """Return a passage as a marked string; a sentence with facts ends in their sources."""
        parts: list[str] = []
        sources: list[str] = []
        for piece in passage.pieces:
            if isinstance(piece, Words):
                for text, ends in _sentences(piece):
                    parts.append(text)
                    if ends and cited:
                        parts.append(cite(*sources))
                        sources.clear()
            elif fact := self._fact(piece.key, piece.line, ""):
                parts.append(fact_mark(piece.key, self._form(piece, fact)))
                sources += fact.sources[:SOURCES_OF_A_FACT]
        return "".join(parts).strip() + (cite(*sources) if cited else "")

    def _form(self, piece: Reference, fact: Fact) -> str:
        if not piece.form:
            return fact.shown
        if piece.form not in FORMS:
            message = f"no form of a fact is called {piece.form!r}"
            self._fault(piece.line, "", message, _either(FORMS))
            return fact.shown
        match = _NUMBER.search(fact.shown)
        if match is None:
            message = f"{piece.key} is printed in words and has no form {piece.form!r}"
            self._fault(piece.line, "", message, f'{{{{ fact("{piece.key}") }}}}', fact.shown)
            return fact.shown
        if piece.form == "bare":
            return fact.shown[: match.start("unit")] if match["unit"] else fact.shown
        sign = {1: "+", 0: "", -1: MINUS}[(fact.value > 0) - (fact.value < 0)]
        before, after = fact.shown[: match.start()], fact.shown[match.start("digits") :]
        return before + (sign if piece.form == "signed" else "") + after

    def _fact(self, key: str, line: int, column: str) -> Fact | None:
        try:
            return self.book.find(key)
        except KeyError:
            view = self.book.view
            self.unknown.add(key)
            # A search costs time; whoever errs so often has not mistyped a key.
            few = len(self.unknown) <= MOST_SEARCHES
            near = nearest_keys(view, key, find_fact) if few else ()
            message = f"no fact is called {key!r} on {full_date(view.day)}"
            self._fault(line, column, message, _either(near) or "a key such as cpi_yoy_pct.latest")
            return None

    def _hold(self, premises: Sequence[Premise], passage: Passage) -> None:
        """Refuse a passage whose premises do not hold, quoting it."""
        for premise in premises:
            left = self._fact(premise.key, premise.line, "expects")
            right: Fact | Decimal | None = (
                premise.right
                if isinstance(premise.right, Decimal)
                else self._fact(premise.right, premise.line, "expects")
            )
            if left is None or right is None or not self._alike(premise, left, right):
                continue
            against = right.value if isinstance(right, Fact) else right
            if _COMPARE[premise.operator](left.value, against):
                continue
            now = f"{left.key} is {_exactly(left)}"
            if isinstance(right, Fact):
                now += f", {right.key} is {_exactly(right)}"
            quoted = self._quoted(passage)
            message = f"the premise {premise.said} of {quoted} no longer holds: {now}"
            expected = "a sentence that is true on the day, or a premise that is"
            self._fault(premise.line, "expects", message, expected)

    def _alike(self, premise: Premise, left: Fact, right: Fact | Decimal) -> bool:
        """Tell whether two things can be compared, refusing the premise where they cannot."""
        unit = left.unit.partition(" ")[0]
        other = right.unit.partition(" ")[0] if isinstance(right, Fact) else "%"
        asked = isinstance(right, Fact) or premise.percent
        if asked and unit != other:
            message = f"compares {left.unit or 'a bare number'} with {other or 'a bare number'}"
            self._fault(premise.line, "expects", message, "two things of one unit", premise.said)
            return False
        return True

    def _quoted(self, passage: Passage) -> str:
        """Return a passage as the edition would print it, in quotation marks."""
        quiet = _Binder(self.editorial, self.book)
        said = plain(compose(quiet._marked(passage, cited=False))).replace(NBSP, " ")
        return f"“{said}”" if len(said) <= _QUOTED else f"“{said[:_QUOTED].rsplit(' ', 1)[0]} …”"

    def _fault(self, line: int, column: str, message: str, expected: str, value: str = "") -> None:
        self.faults.add(line, column, message.replace(NBSP, " "), expected, value)


def _exactly(fact: Fact) -> str:
    """Return a value as it is compared, and as it is printed where that tells more."""
    whole = trimmed_exactly(fact.value)
    if len(whole.partition(".")[2]) > _PRECISE:
        whole = trimmed_exactly(round_half_up(fact.value, _PRECISE))
    shown = fact.shown.replace(NBSP, " ")
    return whole if whole == shown else f"{whole} (“{shown}”)"


def _sentences(piece: Words) -> Iterator[tuple[str, bool]]:
    """Yield the marked words of a piece up to each end of a sentence, and whether they reach it."""
    at = 0
    ends = [] if piece.strong else [match.end() for match in _SENTENCE_END.finditer(piece.text)]
    for end in (*ends, len(piece.text)):
        if text := words(piece.text[at:end]):
            whole = _SENTENCE_END.search(text, max(0, len(text) - 3)) is not None
            yield strong(text) if piece.strong else _HAN.sub(_chinese, text), whole
        at = end


def _chinese(match: re.Match[str]) -> str:
    return han(match[0])


def _either(names: Mapping[str, str] | Sequence[str]) -> str:
    return " or ".join(repr(name) for name in names)
