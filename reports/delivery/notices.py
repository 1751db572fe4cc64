"""Delivery status notices (RFC 3464): which message of ours did not arrive, and whether for good.

A mailbox holds whatever the world sends to it. What is no such notice, or none that can be read,
is none of our business; nothing in it is believed but a status and a Message-ID of our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

from reports.delivery.wire import printable

LARGEST = 1 << 20
"""Bytes of a notice that are read: the original, with its attachment, comes at its end."""
MOST_PARTS = 50
MOST_HEADERS = 200_000

_STATUS = re.compile(r"([245])\.[0-9]{1,3}\.[0-9]{1,3}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_ENCLOSING = ("message/rfc822", "message/rfc822-headers", "message/global-headers")


@dataclass(frozen=True)
class Notice:
    """What a notice says of a message."""

    message_id: str
    failed: bool
    """False: it is only late, and still being tried."""
    hard: bool
    """It failed for good: a status of class 5."""
    reply: str
    """Its status and what the server said, in one line."""


def read_notice(content: bytes) -> Notice | None:
    """Return what a message says of one of ours; None where it is no notice of such a thing."""
    try:
        return _read(message_from_bytes(content[:LARGEST]))
    except (LookupError, RecursionError, TypeError, ValueError, AttributeError):
        return None  # What the parser of the standard library cannot bear is no notice.


def _read(message: Message) -> Notice | None:
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(_parts(message))
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    message_id = next(filter(None, map(_original_id, parts)), "")
    if status is None or not message_id:
        return None
    for block in _blocks(status):
        action = str(block.get("Action", "")).strip().lower()
        found = _STATUS.search(str(block.get("Status", "")))
        if action not in ("failed", "delayed") or found is None:
            continue
        said = str(block.get("Diagnostic-Code", "")).rpartition(";")[2]
        reply = printable(f"{action}: {found[0]} {said}")
        failed = action == "failed"
        return Notice(message_id, failed, failed and found[1] == "5", reply)
    return None


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a report, not those of what it encloses."""
    payload = message.get_payload()
    if isinstance(payload, list):
        for part in payload[:MOST_PARTS]:
            if isinstance(part, Message):
                yield part


def _blocks(status: Message) -> list[Message]:
    """Return what is said of each recipient; the first block is about the message."""
    payload = status.get_payload()
    blocks = payload[:MOST_PARTS] if isinstance(payload, list) else []
    return [block for block in blocks if isinstance(block, Message)]


def _original_id(part: Message) -> str:
    """Return the Message-ID of the message, or the headers, that a part encloses."""
    kind = part.get_content_type()
    payload = part.get_payload()
    if kind in _ENCLOSING and isinstance(payload, list) and payload:
        enclosed = payload[0]
        found = str(enclosed.get("Message-ID", "")) if isinstance(enclosed, Message) else ""
    elif kind == "text/rfc822-headers":
        content = part.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else str(payload).encode()
        found = str(BytesHeaderParser().parsebytes(raw[:MOST_HEADERS]).get("Message-ID", ""))
    else:
        return ""
    match = _MESSAGE_ID.search(found)
    return match[0] if match else ""
