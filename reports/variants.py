"""The variants of an edition, by name: for everybody, on one page, for a partner country.

Only names, since every command reads them: what a variant says is made in `briefings`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FULL, FLASH, PARTNER = "full", "flash", "partner"
_PREFIX = f"{PARTNER}-"


@dataclass(frozen=True)
class Partner:
    """A trading partner of China that an edition can be made for."""

    code: str
    """As the dataset's series name it: ISO 3166 of two letters, and EU."""
    name: str
    """"Germany", "United States"."""
    article: str = ""
    """"the " where running text has an article before the name."""
    member: bool = False
    """A member of the European Union, whose figures hold some of its own."""

    @property
    def slug(self) -> str:
        """Return the name in file names and options: "germany", "south-korea"."""
        return _SLUGS.get(self.code) or self.name.lower().replace(" ", "-")

    @property
    def said(self) -> str:
        """Return the name in running text: "the United States"."""
        return self.article + self.name


_SLUGS = {"US": "us", "EU": "eu", "GB": "uk", "TR": "turkiye"}
_THE = "the "
PARTNERS = {
    partner.slug: partner
    for partner in (
        Partner("US", "United States", _THE),
        Partner("EU", "European Union", _THE),
        Partner("AU", "Australia"),
        Partner("BR", "Brazil"),
        Partner("CA", "Canada"),
        Partner("CZ", "Czechia", member=True),
        Partner("FR", "France", member=True),
        Partner("DE", "Germany", member=True),
        Partner("HU", "Hungary", member=True),
        Partner("IN", "India"),
        Partner("ID", "Indonesia"),
        Partner("IT", "Italy", member=True),
        Partner("JP", "Japan"),
        Partner("MY", "Malaysia"),
        Partner("MX", "Mexico"),
        Partner("NL", "Netherlands", _THE, member=True),
        Partner("PH", "Philippines", _THE),
        Partner("PL", "Poland", member=True),
        Partner("SG", "Singapore"),
        Partner("KR", "South Korea"),
        Partner("ES", "Spain", member=True),
        Partner("SE", "Sweden", member=True),
        Partner("TH", "Thailand"),
        Partner("TR", "Türkiye"),
        Partner("GB", "United Kingdom", _THE),
        Partner("VN", "Vietnam"),
    )
}
"""The partners by the name that options and files give them."""


def partner_of(variant: str) -> Partner | None:
    """Return the partner that a variant is made for, if it is made for one."""
    return PARTNERS.get(variant.removeprefix(_PREFIX)) if variant.startswith(_PREFIX) else None


def pdf_label(variant: str) -> str:
    """Return what readers are offered the PDF of a variant as: "One-page PDF", "PDF for India"."""
    partner = partner_of(variant)
    if partner:
        return f"PDF for {partner.said}"
    return {FULL: "PDF", FLASH: "One-page PDF"}.get(variant, f"PDF {variant}")


def expanded(names: Iterable[str], partners: Iterable[str]) -> tuple[str, ...]:
    """Return the variants that some names mean, each once; `partner` means one a partner.

    Raise ValueError, with what would be right, for a name that means none.
    """
    found: dict[str, None] = {}
    for name in names:
        if name == PARTNER:
            declared = [f"{_PREFIX}{slug}" for slug in partners]
            if not declared:
                raise ValueError("the variant 'partner' needs the list variants.partners")
            found |= dict.fromkeys(declared)
        elif name in (FULL, FLASH) or partner_of(name):
            found[name] = None
        else:
            raise ValueError(
                f"unknown variant {name!r}; choose from {FULL}, {FLASH}, {PARTNER}, or "
                f"{_PREFIX}… for one of {', '.join(PARTNERS)}"
            )
    return tuple(found)
