"""What a PDF is, by Poppler: its pages, tags, fonts and the standards that it claims."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("pdfinfo", "pdffonts", "pdftotext")


@dataclass(frozen=True)
class Looked:
    """What was found in a PDF."""

    pages: int
    tagged: bool
    """Marked so (`/MarkInfo`), with a structure tree (`/StructTreeRoot`) that is not empty."""
    fonts: int
    loose: tuple[str, ...]
    """The fonts that are not embedded."""
    claims: tuple[str, ...]
    """Such as PDF/A-3a and PDF/UA-1."""


def look(pdf: Path) -> Looked:
    """Look into a PDF."""
    info = _said("pdfinfo", pdf)
    marked = re.search(r"^Tagged: +yes", info, re.MULTILINE) is not None
    fonts = _said("pdffonts", pdf).splitlines()[2:]
    # From the right: embedded, subset, unicode, and the two numbers of the object.
    loose = tuple(line.split()[0] for line in fonts if line.split()[-5] != "yes")
    return Looked(
        pages=int(re.findall(r"^Pages: +(\d+)", info, re.MULTILINE)[0]),
        tagged=marked and bool(_said("pdfinfo", "-struct", pdf).strip()),
        fonts=len(fonts),
        loose=loose,
        claims=claims_of(_said("pdfinfo", "-meta", pdf)),
    )


def claims_of(metadata: str) -> tuple[str, ...]:
    """Return the standards that XMP metadata claim, whether as elements or as attributes."""

    def value(name: str) -> str:
        found = re.search(rf"{name}(?:>|=[\"'])\s*([^<\"']+)", metadata)
        return found[1].strip() if found else ""

    archive, access = value("pdfaid:part"), value("pdfuaid:part")
    claims = (
        f"PDF/A-{archive}{value('pdfaid:conformance').lower()}" if archive else "",
        f"PDF/UA-{access}" if access else "",
    )
    return tuple(filter(None, claims))


def _said(*command: str | Path) -> str:
    # A structure tree may hold strings of bytes that are no text.
    return subprocess.run(command, check=True, capture_output=True).stdout.decode(errors="replace")
