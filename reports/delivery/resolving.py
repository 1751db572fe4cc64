"""What a person says of deliveries that are unknown: they arrived, or are to be sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports.delivery.ledger import Delivery, Ledger
from reports.delivery.recipients import key_of
from reports.errors import UsageError

Answer = Literal["accepted", "again"]
ANSWERS: tuple[Answer, ...] = ("accepted", "again")


@dataclass(frozen=True)
class Resolution:
    """An answer for one address, or for all that are unknown."""

    answer: Answer
    address: str = ""


def read_resolution(text: str) -> Resolution:
    """Read `again`, `accepted` or `ann@example.org=again`; raise UsageError for anything else."""
    address, equals, answer = text.rpartition("=")
    for known in ANSWERS:
        if answer == known and bool(address) == bool(equals):
            return Resolution(known, address)
    hint = "give `accepted` or `again`, for one address `ann@example.org=again`"
    raise UsageError(f"--resolve cannot be {text!r}", hint)


def resolve(
    ledger: Ledger, day: date, resolutions: Sequence[Resolution], at: str, by: str
) -> list[tuple[Delivery, Answer]]:
    """Write the answers into the ledger; return the rows with their answers.

    The newest row of an address counts. All that are unknown are meant where no address is named;
    a named one may also be deferred, refused or bounced. Raise UsageError, and change nothing,
    where an address has no such row.
    """
    newest = {(row.via, row.key): row for row in ledger.listed(day)}
    chosen: dict[tuple[str, str], tuple[Delivery, Answer]] = {}
    for resolution in resolutions:
        rows = [row for row in newest.values() if _is_meant(row, resolution)]
        if resolution.address and not rows:
            message = f"nothing of {day} is unknown, deferred or refused for {resolution.address}"
            raise UsageError(message, f"`reports deliveries {day}` lists what is")
        chosen |= {(row.via, row.key): (row, resolution.answer) for row in rows}
    for row, answer in chosen.values():
        status: Literal["accepted", "deferred"] = "accepted" if answer == "accepted" else "deferred"
        ledger.resolve(row, status, at, f"resolved as {answer} by {by}")
    return list(chosen.values())


def _is_meant(row: Delivery, resolution: Resolution) -> bool:
    if resolution.address:
        wanted = row.key == key_of(resolution.address)
        return wanted and row.status in ("unknown", "deferred", "refused", "bounced")
    return row.status == "unknown"
