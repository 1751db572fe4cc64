"""Compose the message of a reader from a letter: what all readers get is put together once."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from urllib.parse import quote, urlsplit

from reports.delivery.frames import Frame, frame_of, quoted
from reports.delivery.headers import address_of, mailbox_header
from reports.delivery.letters import Letter, Sender
from reports.delivery.signing import signature

_TOKEN = 24
"""Hexadecimal digits of a token: too many to be met by chance."""


@dataclass(frozen=True)
class Addressee:
    """Who gets a letter."""

    address: str
    name: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Message:
    """A message in RFC 5322, ready to be handed to a server."""

    message_id: str
    """With its angle brackets; the same for the same edition, revision, reader and occasion."""
    content: bytes
    size: int
    """In bytes."""
    warnings: tuple[str, ...] = ()


def compose(
    letter: Letter,
    addressee: Addressee,
    sender: Sender,
    date: datetime,
    size_limit: int | None = None,
    *,
    occasion: str = "",
) -> Message:
    """Return the message of one reader.

    `date` needs a time zone. `size_limit` is in bytes: where the message would be larger, a link
    stands for the PDF, of which the message warns. `occasion` sets a further copy apart, such as a
    test, which mail programs would else take for the same message. Raise DeliveryError for an
    address, a name or a setting that no header may hold, and for a message that stays too large.
    """
    frame = _frame(letter, sender, size_limit)
    token = reader_token(addressee.address, sender)
    message_id = message_id_of(letter, addressee.address, sender, occasion)
    links = _links(sender, token)
    head = b"".join((*_head(addressee, sender, token, message_id, date), frame.head))
    parts = [frame.pieces[0]]
    for kind, piece in zip(frame.links, frame.pieces[1:], strict=True):
        parts += (links[kind], b"=\r\n", piece)
    if sender.dkim:
        head = signature(head, b"".join(parts), sender.dkim, date) + head
    content = b"".join((head, b"\r\n", *parts))
    return Message(message_id, content, len(content), frame.warnings)


def reader_token(address: str, sender: Sender) -> str:
    """Return what stands for a reader in a Message-ID and in the links to unsubscribe.

    It discloses no address, and cannot be guessed from one where the sender has a secret.
    """
    named = f"{sender.list_id}\n{address.strip().lower()}".encode()
    return hmac.new(sender.secret, named, "sha256").hexdigest()[:_TOKEN]


def message_id_of(letter: Letter, address: str, sender: Sender, occasion: str = "") -> str:
    """Return the Message-ID that `compose` gives: bounces and second copies are known by it."""
    token = reader_token(f"{occasion}\n{address}" if occasion else address, sender)
    day, number = letter.as_of.isoformat(), letter.revision.number
    domain = address_of(sender.address, "the sender").rpartition("@")[2]
    return f"<{letter.briefing}.{day}.r{number}.{token}@{domain}>"


@lru_cache(maxsize=8)
def _frame(letter: Letter, sender: Sender, size_limit: int | None) -> Frame:
    return frame_of(letter, sender, size_limit)


def _head(
    addressee: Addressee, sender: Sender, token: str, message_id: str, date: datetime
) -> Iterator[bytes]:
    """Yield the headers that differ from reader to reader."""
    if date.tzinfo is None:
        raise ValueError("the date of a message needs a time zone")
    yield f"Date: {format_datetime(date)}\r\n".encode()
    yield f"Message-ID: {message_id}\r\n".encode()
    yield mailbox_header("To", addressee.name, addressee.address, "a reader")
    ways = ",\r\n ".join(f"<{way}>" for way in _ways(sender, token))
    yield f"List-Unsubscribe: {ways}\r\n".encode()


def _ways(sender: Sender, token: str) -> tuple[str, ...]:
    """Return the addresses at which a reader unsubscribes, the best one first."""
    subject = quote(f"unsubscribe {token}")
    mail = f"mailto:{address_of(sender.unsubscribe_mail, 'the list')}?subject={subject}"
    if not sender.unsubscribe_url:
        return (mail,)
    join = "&" if urlsplit(sender.unsubscribe_url).query else "?"
    return (f"{sender.unsubscribe_url}{join}token={token}", mail)


def _links(sender: Sender, token: str) -> dict[str, bytes]:
    """Return the link to unsubscribe as it stands in the plain text and in the HTML."""
    way = _ways(sender, token)[0]
    return {"text": quoted(way), "html": quoted(escape(way))}
