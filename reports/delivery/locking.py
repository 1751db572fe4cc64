"""The one right to send: two runs at once would share neither a connection nor a rate limit."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reports.delivery.ledger import broken
from reports.errors import DeliveryError

LOCK = "sending.lock"

_TRIES = 5
_PAUSE = 0.02


@contextmanager
def sole_sender(folder: Path) -> Iterator[None]:
    """Hold the one right to send; raise DeliveryError where another run has it.

    The system gives it back when its holder dies, in whatever way.
    """
    import fcntl

    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise broken(path, error) from error
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_PAUSE)  # `is_sending` holds it for a moment too.
        else:
            holder = os.pread(handle, 20, 0).decode(errors="replace")
            message = f"another run is sending (process {holder or 'unknown'})"
            raise DeliveryError(message, "wait until it is done; it sends to all")
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def is_sending(folder: Path) -> bool:
    """Tell whether a run holds the right to send at this moment."""
    import fcntl

    try:
        handle = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
