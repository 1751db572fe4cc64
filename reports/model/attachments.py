"""Files that ride inside another, with what a reader of that other file is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Relationship = Literal["Source", "Data"]
"""What a PDF says a file is to it: what it was made from, or data that it shows."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF of an edition."""

    name: str
    """Plain ASCII without a slash: some tools save no file from inside a folder."""
    content: bytes
    media_type: str
    relationship: Relationship
    description: str
