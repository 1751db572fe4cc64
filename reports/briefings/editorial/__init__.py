"""The editor's voice: what no rule can know, from `data/editorial/<date>.md`, under a name.

`load_editorial` reads a file and knows no data; `bind` ties it to the book of an edition, so that
each number in it is a fact and each premise is held against the day. Only what is bound is printed.
"""

from __future__ import annotations

from reports.briefings.editorial.binding import Voice, bind, editorial_faults
from reports.briefings.editorial.reading import editorial_path, load_editorial
from reports.briefings.editorial.values import Editorial

__all__ = [
    "Editorial",
    "Voice",
    "bind",
    "editorial_faults",
    "editorial_path",
    "load_editorial",
]
