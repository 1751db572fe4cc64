"""The registry of facts: from a key and the view of a day to a number with all it rests on.

A sentence holds only the keys of its numbers. What a key stands for is a pure function of the view,
so that an edition, an editor's note, a trace and a comparison of editions mean the same by it:

    rare_earth_exports_t.latest                  the newest value of a series
    rare_earth_exports_t.2025-04                 the value of another period
    rare_earth_exports_t.change_on_month         the change of the newest value
    rare_earth_exports_t.2025-04.change_on_year  that of another period
    duties_us.latest, truce.days_left            how things stand
    tariffs.TU14.headline_rate_pct               a number that stands in a row
    statements.ST042.summary.1                   the first number in the words of a row
"""

from __future__ import annotations

from reports.briefings.facts.duties import duties_fact
from reports.briefings.facts.rows import row_fact
from reports.briefings.facts.series import series_fact, series_key
from reports.briefings.facts.state import state_fact
from reports.briefings.facts.told import told, told_fact
from reports.dataset import AsOfView
from reports.model import Fact

__all__ = ["find_fact", "series_key", "told"]


def find_fact(view: AsOfView, key: str) -> Fact | None:
    """Return the fact that a key names on the day of a view, or None where there is none."""
    for resolve in (series_fact, duties_fact, state_fact, row_fact, told_fact):
        if fact := resolve(view, key):
            return fact
    return None
