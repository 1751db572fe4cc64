"""The pages of the archive: an index, years, editions, a feed, a calendar, and what they share."""

from reports.rendering.site.calendar import calendar
from reports.rendering.site.feed import feed
from reports.rendering.site.pages import Pages
from reports.rendering.site.search import cards_of, chunk, chunk_name, version_of

__all__ = ["Pages", "calendar", "cards_of", "chunk", "chunk_name", "feed", "version_of"]
