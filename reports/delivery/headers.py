"""The head of a message: nothing in it adds a line, or hides what a reader sees.

Words are encoded here and not by `email.policy`, which makes encoded words that are too long.
"""

from __future__ import annotations

import re
import unicodedata
from email.header import Header
from email.utils import formataddr

from reports.errors import DeliveryError

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABELS = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"(?:{_LABELS}\.)*{_LABELS}"
_ADDRESS = re.compile(f"{_LOCAL}@{_DOMAIN}")
_LABEL = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Unseen, but part of how some scripts spell names."""
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_LINE = 75
_LONGEST_LOCAL, _LONGEST_ADDRESS, _LONGEST_WORDS = 64, 254, 400


def address_of(text: str, whose: str) -> str:
    """Return an address fit for a header, its domain in ASCII; raise DeliveryError for any other.

    A quoted local part is refused too: nobody has one, and it can hold anything.
    """
    local, at, domain = text.rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode()}" if domain else text
    except UnicodeError:
        address = text
    fits = len(local) <= _LONGEST_LOCAL and len(address) <= _LONGEST_ADDRESS
    if not fits or not _ADDRESS.fullmatch(address):
        hint = "an address is of the form name@example.org, in Latin letters before the @"
        raise DeliveryError(f"{text!a} is no address that {whose} can have", hint)
    return address


def label_of(text: str, whose: str) -> str:
    """Return the name of a list, of the form of a domain; raise DeliveryError for any other."""
    if not _LABEL.fullmatch(text):
        hint = "it is of the form briefing.example.org"
        raise DeliveryError(f"{text!a} is no name that {whose} can have", hint)
    return text


def words_of(text: str, whose: str) -> str:
    """Return words fit for a header, such as a name; raise DeliveryError for any other."""
    for sign in text:
        if unicodedata.category(sign) in _UNSEEN and sign not in JOINERS:
            name = unicodedata.name(sign, "") or f"the control character U+{ord(sign):04X}"
            raise DeliveryError(
                f"{whose} {text!a} holds {name}", "remove it: readers cannot see it"
            )
    if len(text) > _LONGEST_WORDS:
        raise DeliveryError(f"{whose} {text[:40]!a}… is {len(text)} letters long", "shorten it")
    return " ".join(text.split())


def words_header(name: str, words: str, whose: str) -> bytes:
    """Return a header of words, such as a subject, with its line end."""
    return f"{name}: {_encoded(words_of(words, whose), name)}\r\n".encode()


def mailbox_header(name: str, words: str, address: str, whose: str) -> bytes:
    """Return a header of one address and the name before it, which may be empty."""
    called = words_of(words, f"{whose}'s name")
    sound = address_of(address, whose)
    if not called or _is_plain(called):
        return f"{name}: {formataddr((called, sound))}\r\n".encode()
    return f"{name}: {_encoded(called, name)}\r\n <{sound}>\r\n".encode()


def _encoded(words: str, name: str) -> str:
    charset = "us-ascii" if _is_plain(words) else "utf-8"
    return Header(words, charset, maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")


def _is_plain(words: str) -> bool:
    """Tell whether words may stand as they are: what looks encoded would be decoded."""
    return words.isascii() and "=?" not in words
