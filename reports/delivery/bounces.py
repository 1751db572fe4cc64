"""Notices of a mailbox against the ledger: each is taken once, and marks the delivery it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.delivery.ledger import Delivery, Ledger, Status
from reports.delivery.mailbox import Place
from reports.delivery.notices import Notice, read_notice
from reports.digest import sha256

_KEPT = "mailbox"


@dataclass
class Taken:
    """What a run found in the mailbox."""

    counts: Counter[str] = field(default_factory=Counter)
    """Messages by what they were: hard, soft, delayed, foreign, other."""
    bounced: list[tuple[Delivery, Notice]] = field(default_factory=list)
    """The deliveries that failed."""


def place_in(ledger: Ledger, mailbox: str) -> Place:
    """Return how far a mailbox was read."""
    validity, _, uid = (ledger.kept(f"{_KEPT} {mailbox}") or " 0").partition(" ")
    return Place(validity, int(uid))


def take(messages: Iterable[tuple[Place, bytes]], ledger: Ledger, mailbox: str, at: str) -> Taken:
    """Mark what bounced; each message is done with before the next one is read."""
    taken = Taken()
    for place, content in messages:
        _take_one(content, ledger, at, taken)
        ledger.keep({f"{_KEPT} {mailbox}": f"{place.validity} {place.uid}"})
    return taken


def _take_one(content: bytes, ledger: Ledger, at: str, taken: Taken) -> None:
    notice = read_notice(content)
    if notice is None:
        taken.counts["other"] += 1
        return
    row = ledger.by_message(notice.message_id)
    if row is None:
        taken.counts["foreign"] += 1
        return
    status = _status(row, notice)
    if not ledger.notice(sha256(content), at, row, status, notice.reply, hard=notice.hard):
        taken.counts["known"] += 1
        return
    kind = "hard" if notice.hard else "soft" if notice.failed else "delayed"
    taken.counts[kind] += 1
    if notice.failed:
        taken.bounced.append((row, notice))


def _status(row: Delivery, notice: Notice) -> Status:
    """Return how a delivery stands after a notice: late is as it was, but no longer unknown."""
    if notice.failed:
        return "bounced"
    return "accepted" if row.status in ("claimed", "unknown") else row.status
