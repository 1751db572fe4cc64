"""What all readers of a letter get, put together once: headers, texts, pictures and the PDF."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.base64mime import body_encode as base64_lines
from email.message import EmailMessage
from email.policy import SMTP
from email.quoprimime import body_encode as quoted_lines
from html import escape
from urllib.parse import quote, urlsplit

from reports.delivery.headers import (
    address_of,
    label_of,
    mailbox_header,
    words_header,
)
from reports.delivery.letters import MOST_CHANGES, Letter, Sender
from reports.delivery.marks import Values, fill
from reports.errors import DeliveryError

_ROOM = 4096
"""Bytes that the headers of one reader and a signature may take."""
_WIDTH = 75
"""Letters in a line of a body, so that an equals sign can be added to any."""
_LINK = "\0"
"""Stands for the link to unsubscribe while texts are filled in."""


@dataclass(frozen=True)
class Frame:
    """A message without what is one reader's: those headers, and the links between the pieces."""

    head: bytes
    """Headers, each with its line end."""
    pieces: tuple[bytes, ...]
    links: tuple[str, ...]
    """What stands between two pieces: the link as plain text (`text`) or in HTML (`html`)."""
    warnings: tuple[str, ...]


def frame_of(letter: Letter, sender: Sender, size_limit: int | None) -> Frame:
    """Return the frame of a letter; raise DeliveryError for what cannot be sent."""
    require_sound(sender)
    whole = _frame(letter, sender, attached=True)
    size = _size(whole)
    if size_limit is None or size <= size_limit:
        return whole
    told = (
        f"the message of {letter.revision} takes {_mb(size)}, over the limit of {_mb(size_limit)}"
    )
    if not sender.archive_url:
        hint = "set `archive_url` in [send], so that a link can stand for the PDF"
        raise DeliveryError(told, hint)
    warning = f"{told}: a link stands for the PDF of {_mb(len(letter.pdf))}"
    linked = _frame(letter, sender, attached=False, warning=warning)
    if _size(linked) > size_limit:
        raise DeliveryError(f"{told}, even without its PDF", "see the limit of the server")
    return linked


def quoted(text: str) -> bytes:
    """Return a text in quoted-printable, in lines to which one more letter can be added."""
    latin = text.encode().decode("latin-1")
    lines = quoted_lines(latin, maxlinelen=_WIDTH, eol="\r\n").split("\r\n")
    # A mailbox in one file would put a sign before a line that begins so.
    safe = ("=46" + line[1:] if line.startswith("From ") else line for line in lines)
    return "\r\n".join(safe).encode()


def require_sound(sender: Sender) -> None:
    """Raise DeliveryError for settings of the sender that no header may hold."""
    address_of(sender.address, "the sender")
    address_of(sender.unsubscribe_mail, "the list, for those who unsubscribe,")
    label_of(sender.list_id, "the list")
    for name, address, schemes in (
        ("unsubscribing", sender.unsubscribe_url, ("https",)),
        ("the archive", sender.archive_url, ("https", "http")),
    ):
        if address and not _is_web(address, schemes):
            hint = f"an address here begins with {' or '.join(f'{each}://' for each in schemes)}"
            raise DeliveryError(f"{address!a} is no address for {name}", hint)


def _is_web(address: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = all("!" <= sign <= "~" and sign not in "<>\"'`\\" for sign in address)
    return plain and parts.scheme in schemes and bool(parts.netloc)


def _size(frame: Frame) -> int:
    return len(frame.head) + sum(map(len, frame.pieces)) + _ROOM


def _mb(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size >= 1_000_000 else f"{size / 1000:,.0f} KB"


def _frame(letter: Letter, sender: Sender, *, attached: bool, warning: str = "") -> Frame:
    mark = _boundary(letter)
    values = _values(letter, sender, attached=attached)
    text = fill(letter.text, values).split(_LINK)
    html = _with_images(fill(letter.html, values, escape), letter, sender).split(_LINK)
    pieces = [b"This message has parts in MIME, which a mail program shows.\r\n"]
    pieces[-1] += _opened(f"{mark}0", _alternative(mark)) + _opened(f"{mark}1", _type("plain"))
    _add(pieces, text)
    pieces[-1] += _opened(f"{mark}1", _related(mark)) + _opened(f"{mark}2", _type("html"))
    _add(pieces, html)
    for name, picture in letter.images.items():
        pieces[-1] += _opened(f"{mark}2", _picture(name, letter, sender)) + _base64(picture)
    pieces[-1] += _closed(f"{mark}2") + _closed(f"{mark}1")
    if attached:
        pieces[-1] += _opened(f"{mark}0", _attachment(letter.pdf_name)) + _base64(letter.pdf)
    pieces[-1] += _closed(f"{mark}0")
    links = ("text",) * (len(text) - 1) + ("html",) * (len(html) - 1)
    return Frame(_head(letter, sender, mark), tuple(pieces), links, (warning,) if warning else ())


def _values(letter: Letter, sender: Sender, *, attached: bool) -> Values:
    base = f"{sender.archive_url.rstrip('/')}/{letter.revision}/"
    correction = letter.correction
    changes = correction.changes if correction else ()
    return {
        "correction": correction is not None,
        "reason": " ".join(correction.reason.split()) if correction else "",
        "changes": [{"change": str(change)} for change in changes[:MOST_CHANGES]],
        "more": str(len(changes) - MOST_CHANGES) if changes[MOST_CHANGES:] else "",
        "no_number": bool(correction and correction.compared and not changes),
        "page": bool(sender.archive_url and letter.page_name),
        "page_url": base + quote(letter.page_name),
        "attached": attached,
        "linked": not attached,
        "pdf_url": base + quote(letter.pdf_name),
        "pdf_size": _mb(len(letter.pdf)),
        "unsubscribe": _LINK,
    }


def _with_images(html: str, letter: Letter, sender: Sender) -> str:
    """Return the HTML with the content IDs of its charts in place of their file names."""
    for name in letter.images:
        html = html.replace(f'src="{name}"', f'src="cid:{_content_id(name, letter, sender)}"')
    return html


def _content_id(name: str, letter: Letter, sender: Sender) -> str:
    domain = address_of(sender.address, "the sender").rpartition("@")[2]
    stem = quote(name.removesuffix(".png"), safe="")
    return f"{stem}.{letter.as_of.isoformat()}.r{letter.revision.number}@{domain}"


def _boundary(letter: Letter) -> str:
    """Return what no encoded body can hold: an equals sign before an underscore."""
    named = f"{letter.briefing} {letter.revision}".encode()
    return f"=_{hashlib.sha256(named).hexdigest()[:24]}_"


def _head(letter: Letter, sender: Sender, mark: str) -> bytes:
    first = mailbox_header("From", sender.name, sender.address, "the sender")
    head = EmailMessage(policy=SMTP)
    head["List-Id"] = f"<{sender.list_id}>"
    if sender.unsubscribe_url:
        head["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if sender.archive_url:
        head["List-Archive"] = f"<{sender.archive_url}>"
    head["Auto-Submitted"] = "auto-generated"
    head["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    head["Precedence"] = "list"
    head["Content-Language"] = "en-GB"
    head["MIME-Version"] = "1.0"
    head["Content-Type"] = f'multipart/mixed; boundary="{mark}0"'
    return first + words_header("Subject", letter.subject, "the headline") + _lines(head)


def _alternative(mark: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'multipart/alternative; boundary="{mark}1"'
    return _lines(part)


def _related(mark: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'multipart/related; type="text/html"; boundary="{mark}2"'
    return _lines(part)


def _type(kind: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    return _lines(part)


def _picture(name: str, letter: Letter, sender: Sender) -> bytes:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "image/png"
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-ID"] = f"<{_content_id(name, letter, sender)}>"
    part.add_header("Content-Disposition", "inline", filename=name)
    return _lines(part)


def _attachment(name: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "application/pdf"
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=name)
    return _lines(part)


def _lines(part: EmailMessage) -> bytes:
    """Return the headers of a part, folded, without the empty line that ends them."""
    return b"".join(SMTP.fold_binary(name, value) for name, value in part.items())


def _add(pieces: list[bytes], parts: list[str]) -> None:
    """Add a text that links divide; soft line ends join what is encoded by itself."""
    first, *rest = parts
    pieces[-1] += quoted(first) + (b"=\r\n" if rest else b"")
    for number, part in enumerate(rest, 1):
        pieces.append(quoted(part) + (b"=\r\n" if number < len(rest) else b""))


def _opened(mark: str, head: bytes) -> bytes:
    return f"\r\n--{mark}\r\n".encode() + head + b"\r\n"


def _closed(mark: str) -> bytes:
    return f"\r\n--{mark}--\r\n".encode()


def _base64(content: bytes) -> bytes:
    return base64_lines(content, eol="\r\n").encode()
