"""The item of news: how things stood, how they stand, how a headline puts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.briefings.prose import CITE, fact_mark


@dataclass(frozen=True)
class Item:
    """One piece of news; its texts are marked strings (see prose.py)."""

    weight: int
    day: date
    tag: str
    """New, Up, Down, Eased, Tightened, Same, Ended, Revised, Corrected or Redefined."""
    subject: str
    before: str
    now: str
    headline: str
    """At most nine words, or empty where the item cannot lead an edition."""
    kind: str
    """talks, tariffs, truce, controls, exports, prices, economy, statements or revisions."""
    side: str = ""
    sentence: str = ""
    """The news as a sentence with its full stop; figures only."""
    tag_key: str = ""
    """The key of the fact that a tag such as Up or Eased speaks of, or empty."""

    @property
    def marked_tag(self) -> str:
        """Return the tag, marked as its fact if it compares."""
        return fact_mark(self.tag_key, self.tag) if self.tag_key else self.tag

    @property
    def sourced_sentence(self) -> str:
        """Return the sentence with the reference marks that end `now`."""
        return self.sentence + marks_of(self.now)


def marks_of(text: str) -> str:
    """Return the reference marks that end a marked string."""
    at = text.find(CITE)
    return text[at:] if at >= 0 else ""
