"""Send an edition to all who are to get it, each of them once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reports.archive.manifest import Manifest, Revision, manifest_bytes
from reports.archive.store import ArchiveStore
from reports.delivery.composing import Addressee, Message, compose, message_id_of
from reports.delivery.ledger import Claim, Delivery, Kind, Ledger
from reports.delivery.letters import Form, Letter, Sender, corrected, read_letter
from reports.delivery.recipients import Recipient, Roster
from reports.delivery.settings import Group
from reports.delivery.transport import Outcome, Transport
from reports.digest import sha256
from reports.errors import DeliveryError

BATCH = 50
"""Recipients that are claimed together: so many another run has to leave alone."""
LONGEST_WAIT = 3600
"""Seconds before a further attempt at most."""
MOST_NAMED = 100
"""Recipients whose trouble is told one by one; the ledger has them all."""


@dataclass(frozen=True, eq=False)
class Letters:
    """The letters of a revision, each read once."""

    store: ArchiveStore
    revision: Revision
    warnings: list[str] = field(default_factory=list)
    _read: dict[tuple[Form, int], Letter] = field(default_factory=dict)

    def of(self, form: Form, since: int = 0) -> Letter:
        """Return the letter of a form: as it is, or a correction of the revision of a number."""
        found = self._read.get((form, since))
        if found is None:
            found = (
                corrected(self.store, self.of(form), since) if since else self._from_archive(form)
            )
            self._read[form, since] = found
        return found

    def _from_archive(self, form: Form) -> Letter:
        try:
            return read_letter(self.store, self.revision, form)
        except DeliveryError as error:
            if form == "full":
                raise
            # Better the whole briefing than nothing for those who asked for less.
            self.warnings.append(f"{error.message}: its readers get the full one")
            return self.of("full")


@dataclass(frozen=True)
class Job:
    """What is sent, by whom, to which groups."""

    manifest: Manifest
    letters: Letters
    sender: Sender
    groups: Mapping[str, Group]
    only: str | None
    """The one group that gets it; None for all recipients."""
    today: date
    first_of_month: bool
    """It is the first edition of its month."""
    attempts: int
    retry_after: int
    suspend_after: int

    @property
    def revision(self) -> Revision:
        """Return the revision that is sent."""
        return self.manifest.revision


@dataclass
class Summary:
    """What a run did and found."""

    sent: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Recipients who got nothing, by the reason."""
    troubled: dict[str, Outcome] = field(default_factory=dict)
    """Who stands as deferred, refused or unknown at the end, with what was said; the first ones."""
    troubles: Counter[str] = field(default_factory=Counter)
    """How many of these there are, by status."""
    warnings: list[str] = field(default_factory=list)
    waiting: bool = False
    """Somebody who was deferred has an attempt left."""
    stopped: DeliveryError | None = None
    """Why the run ended early."""

    def trouble(self, address: str, outcome: Outcome) -> None:
        """Count a recipient who did not get it, and keep the first ones by name."""
        self.troubles[outcome.status] += 1
        if len(self.troubled) < MOST_NAMED:
            self.troubled[address] = outcome


@dataclass(frozen=True)
class Tools:
    """The clock and what tells of progress."""

    now: Callable[[], datetime]
    tell: Callable[[str], object]
    pause: Callable[[float], None] = time.sleep


def send(job: Job, roster: Roster, ledger: Ledger, transport: Transport, tools: Tools) -> Summary:
    """Send to everybody on the roster who is to get the revision and has not got it.

    The caller holds the lock of the ledger. What stops a run is in the summary: what was sent
    before stands.
    """
    run = _Run(job, ledger, transport, tools, Summary())
    _require_same(job, ledger, transport.via)
    ledger.keep({_name(job, transport.via): _seal(job)})
    ledger.recover(_stamp(tools))
    try:
        for batch in roster.batches(BATCH):
            run.first_attempt(batch)
        run.further_attempts(roster)
    except DeliveryError as error:
        run.summary.stopped = error
    finally:
        run.summary.warnings += job.letters.warnings
        transport.close()
        ledger.release(transport.via, job.revision, _stamp(tools))
    return run.summary


def plan(job: Job, roster: Roster, ledger: Ledger | None, via: str) -> Iterator[Planned]:
    """Yield for each recipient what a run would do, without doing it."""
    if ledger:
        _require_same(job, ledger, via)
    for batch in roster.batches(BATCH):
        yield from _planned(job, ledger, via, batch)


def _require_same(job: Job, ledger: Ledger, via: str) -> None:
    """Raise DeliveryError where another edition went out under the name of this one.

    Its readers stand as having got it, so without a word they would never get this one.
    """
    found = ledger.kept(_name(job, via))
    if found and found != _seal(job):
        hint = (
            "has the archive been made anew, or is it another one? Publish the day again with "
            "--reason, which makes a correction, or name a `state` for this archive in [send]"
        )
        raise DeliveryError(f"{job.revision} is not what was sent under that name before", hint)


def _name(job: Job, via: str) -> str:
    return f"{via} {job.revision}"


def _seal(job: Job) -> str:
    return sha256(manifest_bytes(job.manifest))


@dataclass(frozen=True)
class Planned:
    """What a recipient is to get, or why nothing."""

    recipient: Recipient
    since: int = 0
    """The revision that they have, which this one corrects; 0 where they have none."""
    skip: str = ""
    standing: Delivery | None = None
    """The row that keeps a message back."""
    tried: int = 0
    """Attempts before this one."""

    @property
    def kind(self) -> Kind:
        """Return what the ledger calls it."""
        return "correction" if self.since else "edition"


def _planned(
    job: Job, ledger: Ledger | None, via: str, batch: Sequence[Recipient]
) -> list[Planned]:
    keys = [recipient.key for recipient in batch]
    rows = ledger.of(via, job.revision.as_of, keys) if ledger else {}
    suspended = ledger.suspended(job.suspend_after, keys) if ledger and via == "smtp" else {}
    return [_decide(job, each, rows.get(each.key, []), suspended) for each in batch]


def _decide(
    job: Job, recipient: Recipient, rows: Sequence[Delivery], suspended: Collection[str]
) -> Planned:
    """Decide about a recipient; `rows` are what they were sent of the day, the newest first."""
    skip = _not_theirs(job, recipient)
    if skip:
        return Planned(recipient, skip=skip)
    since = tried = 0
    for row in rows:
        if row.revision == job.revision:
            tried = row.attempts
            reason = _standing(row, job.attempts)
            if reason:
                return Planned(recipient, skip=reason, standing=row)
        elif row.status == "accepted":
            since = row.revision.number
            break
        elif row.status in ("unknown", "refused", "bounced"):
            skip = f"r{row.revision.number} {_WORDS[row.status]}"
            return Planned(recipient, skip=skip, standing=row)
    if recipient.key in suspended:
        return Planned(recipient, skip="suspended after bounces")
    return Planned(recipient, since, tried=tried)


_WORDS = {
    "accepted": "sent already",
    "refused": "refused before",
    "bounced": "bounced",
    "unknown": "unknown: see --resolve",
}


def _standing(row: Delivery, attempts: int) -> str:
    """Return why a row of this very revision is not sent again; nothing where it is."""
    if row.status == "deferred" and row.attempts >= attempts:
        return f"deferred {row.attempts} times"
    return _WORDS.get(row.status, "")


def _not_theirs(job: Job, recipient: Recipient) -> str:
    """Return why a recipient is not to get this edition at all; nothing where they are."""
    if job.only is not None and job.only not in recipient.groups:
        return f"not in {job.only}"
    if recipient.since and job.today < recipient.since:
        return "not active yet"
    if recipient.until and job.today > recipient.until:
        return "no longer active"
    groups = [job.groups[name] for name in recipient.groups if name in job.groups]
    if groups and not any(_gets(job, group) for group in groups):
        return "not an edition of their groups"
    return ""


def _gets(job: Job, group: Group) -> bool:
    named = not group.briefings or job.manifest.briefing in group.briefings
    return named and (group.editions == "all" or job.first_of_month)


def message_for(
    job: Job,
    recipient: Recipient,
    since: int,
    at: datetime,
    size_limit: int | None,
    occasion: str = "",
) -> Message:
    """Compose the message of a recipient, who has the revision `since`, or none."""
    addressee = Addressee(recipient.address, recipient.name, recipient.language)
    letter = job.letters.of(recipient.form, since)
    return compose(letter, addressee, job.sender, at, size_limit, occasion=occasion)


def send_test(
    job: Job, address: str, transport: Transport, tools: Tools
) -> tuple[Message, Outcome]:
    """Send the revision to one address, on no list and in no ledger."""
    at = tools.now()
    try:
        limit = transport.size_limit()
        person = Recipient(address, address)
        # Of the same Message-ID as the true one, mail programs would show only one of them.
        since = job.revision.number - 1
        message = message_for(job, person, since, at, limit, f"test {at.isoformat()}")
        return message, transport.deliver(address, "test", message.content, lambda: None)
    finally:
        transport.close()


def _stamp(tools: Tools) -> str:
    return tools.now().strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class _Run:
    job: Job
    ledger: Ledger
    transport: Transport
    tools: Tools
    summary: Summary

    def first_attempt(self, batch: Sequence[Recipient]) -> None:
        """Send to those of a batch who are to get it; count the others by the reason."""
        planned = _planned(self.job, self.ledger, self.transport.via, batch)
        for each in planned:
            if not each.skip:
                continue
            self.summary.skipped[each.skip] += 1
            row = each.standing
            if row is not None and row.status in ("deferred", "refused", "unknown"):
                self.summary.trouble(row.address, Outcome(row.status, row.reply))
        self._deliver([each for each in planned if not each.skip])

    def further_attempts(self, roster: Roster) -> None:
        """Try again what was deferred, after waits that double, until an attempt is the last."""
        wait = self.job.retry_after
        for attempt in range(2, self.job.attempts + 1):
            if not self.summary.waiting:
                return
            self.summary.waiting = False
            self.tools.tell(f"Waiting {wait} s before attempt {attempt}")
            self.tools.pause(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            after = ""
            while keys := self._waiting(after):
                after = keys[-1]
                # Who left the list meanwhile is not written to any more.
                people = roster.find(keys)
                planned = _planned(self.job, self.ledger, self.transport.via, people)
                ready = [each for each in planned if not each.skip]
                self._deliver(ready)

    def _waiting(self, after: str) -> list[str]:
        return self.ledger.waiting(self.transport.via, self.job.revision, self.job.attempts, after)

    def _deliver(self, planned: Sequence[Planned]) -> None:
        """Claim the rows of some recipients, then send to one after the other."""
        if not planned:
            return
        via, revision = self.transport.via, self.job.revision
        self.ledger.claim(via, revision, list(map(self._claim, planned)), _stamp(self.tools))
        for each in planned:
            self._deliver_one(each)

    def _claim(self, planned: Planned) -> Claim:
        person = planned.recipient
        letter = self.job.letters.of(person.form)
        message_id = message_id_of(letter, person.address, self.job.sender)
        return Claim(person.key, person.address, planned.kind, message_id)

    def _deliver_one(self, planned: Planned) -> None:
        via, revision, person = self.transport.via, self.job.revision, planned.recipient
        limit = self.transport.size_limit()
        message = message_for(self.job, person, planned.since, self.tools.now(), limit)
        for warning in message.warnings:
            if warning not in self.summary.warnings:
                self.summary.warnings.append(warning)
        name = f"r{revision.number}"
        self.tools.tell(f"Sending, {self.summary.sent:,} sent")
        outcome = self.transport.deliver(
            person.address,
            name,
            message.content,
            lambda: self.ledger.begin(via, revision, person.key),
        )
        at = _stamp(self.tools)
        self.ledger.settle(
            via, revision, person.key, outcome.status, at, outcome.reply, hard=outcome.hard
        )
        if outcome.status == "accepted":
            self.summary.sent += 1
        elif outcome.status == "deferred" and planned.tried + 1 < self.job.attempts:
            self.summary.waiting = True
        else:
            self.summary.trouble(person.address, outcome)
