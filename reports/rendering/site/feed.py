"""The editions as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from reports.model.site import Card, Site
from reports.rendering.site.wording import day_of

MOST_ENTRIES = 60
"""More than a year of weekly editions; a reader's program has kept the earlier ones."""
_NEVER = "1970-01-01T00:00:00Z"


def feed(site: Site) -> bytes:
    """Return the feed: an entry for each edition, what was last published or corrected first.

    An entry keeps its id for ever; a correction moves its time and says what it corrects. Addresses
    are whole where the address of the archive is known, and otherwise relative to the feed.
    """
    cards = sorted(site.standing, key=lambda card: (card.updated, card.as_of), reverse=True)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">',
        f"<id>{_urn(site.origin)}</id>",
        f"<title>{escape(site.name)}</title>",
        f"<updated>{cards[0].updated if cards else _NEVER}</updated>",
        f"<author><name>{escape(site.name)}</name></author>",
        _link("self", "application/atom+xml", f"{site.url}feed.xml"),
        _link("alternate", "text/html", f"{site.url}index.html"),
        *(line for card in cards[:MOST_ENTRIES] for line in _entry(site, card)),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(site: Site, card: Card) -> Iterator[str]:
    place = f"{site.url}{card.as_of.isoformat()}/"
    title = f"Corrected: {card.headline}" if card.is_corrected else card.headline
    yield "<entry>"
    yield f"<id>{_urn(card.issues[0].manifest)}</id>"
    yield f"<title>{escape(title)}</title>"
    yield f"<published>{card.issues[0].at}</published>"
    yield f"<updated>{card.updated}</updated>"
    yield _link("alternate", "text/html", f"{place}index.html")
    for each in card.downloads:
        if each.what == "PDF":
            yield _link("enclosure", "application/pdf", place + each.path, length=str(each.size))
    if said := " ".join(_summary(card)):
        yield f"<summary>{escape(said)}</summary>"
    yield "</entry>"


def _summary(card: Card) -> Iterator[str]:
    for issue in card.issues[1:]:
        yield f"Corrected on {day_of(issue.at)}: {issue.reason.rstrip('.')}."
    if card.standfirst:
        yield card.standfirst
    for figure in card.figures:
        yield f"{figure.label}: {figure.value} {figure.unit}.".replace(" .", ".")


def _urn(seal: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'sha256:{seal}')}"


def _link(rel: str, kind: str, href: str, **more: str) -> str:
    values = {"rel": rel, "type": kind, "href": href, **more}
    return "<link" + "".join(f" {name}={quoteattr(value)}" for name, value in values.items()) + "/>"
