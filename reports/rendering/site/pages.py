"""The HTML pages of the archive, from templates in `templates/archive`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from reports.model.site import Ahead, Card, DataPage, EditionPage, Site
from reports.rendering.context import environment
from reports.rendering.fonts import web_font_css
from reports.rendering.gate import quiet_style
from reports.rendering.site.search import version_of
from reports.rendering.site.wording import counted, day_of, ended, moment, short_day, size, when
from reports.rendering.tokens import colours, web_variables
from reports.resources import proper_names, templates_dir

STYLE, SCRIPT = "assets/site.css", "assets/site.js"
STYLES = ("web.css", "web-blocks.css", "site.css")
SCRIPTS = ("common.js", "site.js")
FACES = frozenset(
    (
        "NewsreaderDisplay-560",
        "NewsreaderTextScreen-400",
        "Archivo-400",
        "Archivo-600",
        "NotoSerifSC-600",
    )
)
"""The faces that the pages are set in, in one style sheet that all of them share."""
MOST_LISTED = 60
"""Editions up to which the index lists all of them; of more it lists the newest, and the years."""
LISTED = 26
MOST_CORRECTIONS = 6
SUMS, DIGEST = "SHA256SUMS", "sha256"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "font-src data:",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""Nothing comes from anywhere but the archive itself, and nothing acts but its own script."""


@dataclass(frozen=True)
class Pages:
    """Renders the pages of one archive."""

    site: Site

    def index(self, chunks: Mapping[str, str], ahead: tuple[Ahead, ...]) -> bytes:
        """Return the index; `chunks` holds the version of each part of the search index."""
        cards = self.site.cards
        listed = cards if len(cards) <= MOST_LISTED else cards[:LISTED]
        corrected = [card for card in cards if card.is_corrected]
        return self._page(
            "index.html",
            "",
            newest=next(iter(self.site.standing), None),
            listed=listed,
            all_listed=len(listed) == len(cards),
            corrected=corrected[:MOST_CORRECTIONS],
            corrected_count=len(corrected),
            chunks=[f"{name}?{version}" for name, version in chunks.items()],
            ahead=ahead,
        )

    def year(self, year: int) -> bytes:
        """Return the page of a year."""
        years = self.site.years
        at = years.index(year)
        return self._page(
            "year.html",
            "",
            year=year,
            listed=self.site.of_year(year),
            earlier=years[at + 1] if at + 1 < len(years) else None,
            later=years[at - 1] if at else None,
        )

    def edition(self, page: EditionPage) -> bytes:
        """Return the page of an edition."""
        names = {"name": page.name, "name_local": page.name_local}
        return self._page("edition.html", "../", page=page, card=page.card, **names)

    def data(self, page: DataPage | None) -> bytes:
        """Return the page that says how the data stand; None where no edition does."""
        return self._page("data.html", "", page=page)

    def latest(self, card: Card | None) -> bytes:
        """Return the page that leads to the newest edition; None where none stands."""
        return self._page("latest.html", "../", card=card)

    def _page(self, template: str, root: str, **values: object) -> bytes:
        versions = {name: version_of(content) for name, content in assets().items()}
        context = {
            "site": self.site,
            "name": self.site.name,
            "name_local": self.site.name_local,
            "root": root,
            "here": template,
            "policy": POLICY,
            "style": f"{root}{STYLE}?{versions[STYLE]}",
            "script": f"{root}{SCRIPT}?{versions[SCRIPT]}",
            "theme_colours": {mode: colours(mode)["paper"] for mode in ("light", "dark")},
            "sums": SUMS,
            "digest": DIGEST,
            "size": size,
            "moment": moment,
            "day_of": day_of,
            "short_day": short_day,
            "counted": counted,
            "ended": ended,
            "when": when,
            **values,
        }
        return environment().get_template(f"archive/{template}").render(context).encode()


@cache
def assets() -> Mapping[str, bytes]:
    """Return the style sheet and the script that all pages share, by name."""
    sheets = (quiet_style(name, proper_names()) for name in STYLES)
    style = "\n".join((web_font_css(FACES), web_variables(), *sheets))
    folder = templates_dir() / "js"
    script = "".join((folder / name).read_text("utf-8") for name in SCRIPTS)
    return {STYLE: style.encode(), SCRIPT: script.encode()}
