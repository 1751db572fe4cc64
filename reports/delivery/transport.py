"""How a message leaves: a small protocol, and the folder of files that meets it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from reports.delivery.recipients import key_of
from reports.digest import sha256
from reports.errors import DeliveryError

Ending = Literal["accepted", "deferred", "refused", "unknown"]

_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]")
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Outcome:
    """How handing over a message ended."""

    status: Ending
    reply: str
    """What the server said, in one line."""
    hard: bool = False
    """It was refused because there is no such address."""


class Transport(Protocol):
    """Hands messages over; raises DeliveryError for what is no recipient's fault."""

    @property
    def via(self) -> str:
        """Return what the ledger calls it."""

    def size_limit(self) -> int | None:
        """Return the most bytes that a message may have; None where there is no limit."""

    def deliver(
        self, address: str, name: str, content: bytes, begin: Callable[[], None]
    ) -> Outcome:
        """Hand over a message; `begin` is called before a byte of it leaves.

        `name` tells the messages of an address apart: `r1`, or `test`.
        """

    def close(self) -> None:
        """End the connection."""


@dataclass(frozen=True)
class OutboxTransport:
    """Writes each message as a file: `<folder>/r1-ann@example.org.eml`."""

    folder: Path
    via: str = "outbox"

    def size_limit(self) -> int | None:
        """Return None: a file may have any size."""
        return None

    def deliver(
        self, address: str, name: str, content: bytes, _begin: Callable[[], None]
    ) -> Outcome:
        """Write a message by one rename: there is no moment of which nobody knows."""
        place = self.folder / f"{name}-{_file_name(address)}.eml"
        beside = place.with_name(f".{place.name}.{os.getpid()}.part")
        try:
            # The names of the files are addresses, which are nobody else's business.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(handle, "wb") as file:  # noqa: PTH123
                file.write(content)
                file.flush()
                os.fsync(handle)
            beside.replace(place)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = "see that the folder can be written and has room"
            raise DeliveryError(f"{place} cannot be written: {reason}", hint) from error
        return Outcome("accepted", f"written to {place.name}")

    def close(self) -> None:
        """Do nothing: each file is complete."""


def _file_name(address: str) -> str:
    """Return a file name for an address that no other address has."""
    safe = _UNSAFE.sub("_", address)
    if safe == address == key_of(address) and len(safe) <= _LONGEST_NAME:
        return safe
    return f"{safe[:_LONGEST_NAME]}-{sha256(key_of(address).encode())[:8]}"
