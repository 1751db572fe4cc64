"""What is ahead as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256

from reports.model.site import Ahead, Card, Site
from reports.rendering.context import long_day

_LONGEST = 75
"""Octets of a line, its end not counted."""


def calendar(site: Site, newest: Card | None, ahead: Sequence[Ahead]) -> bytes:
    """Return the releases and deadlines that the newest edition names, each as a day or a month.

    The same bytes from the same edition: the stamp is the time at which it was published.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//trade-reports//{_text(site.briefing)}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(site.name)}",
        f"X-WR-CALNAME:{_text(site.name)}",
    ]
    if newest and newest.served:
        stamp = newest.served.at.replace("-", "").replace(":", "")
        for each in ahead:
            lines += _event(site, newest, each, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(site: Site, newest: Card, each: Ahead, stamp: str) -> Iterator[str]:
    # The same event of a later edition has the same name, so that a reader's calendar moves it.
    name = sha256(f"{site.briefing}\0{each.start.year}\0{each.event}".encode()).hexdigest()[:32]
    about = "About: " if each.is_expected else ""
    said = f"{each.mark}. From the edition of {long_day(newest.as_of)}."
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@{site.briefing}"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{_day(each.start)}"
    yield f"DTEND;VALUE=DATE:{_day(each.end)}"
    yield f"SUMMARY:{_text(about + each.event)}"
    yield f"DESCRIPTION:{_text(said)}"
    yield f"STATUS:{'TENTATIVE' if each.is_expected else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    if site.url:
        yield f"URL:{site.url}{newest.as_of.isoformat()}/index.html"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\n", "\\n").replace("\N{NO-BREAK SPACE}", " ")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, no letter cut in two."""
    piece, length = "", 0
    for letter in line:
        octets = len(letter.encode())
        if length + octets > _LONGEST:
            yield piece
            piece, length = " ", 1
        piece, length = piece + letter, length + octets
    yield piece
