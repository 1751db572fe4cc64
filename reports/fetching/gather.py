"""One round of fetching: from a dataset and a day to what the providers have that is new."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports.dataset import AsOfView, load_dataset
from reports.fetching.catalogue import PROVIDERS, requests
from reports.fetching.fetch import MakeClient, client_for, fetch
from reports.fetching.http import Limits
from reports.fetching.news import new_rows
from reports.fetching.values import Failed, Fetched, FetchedRow, Outcome, Secret
from reports.model.periods import Period


@dataclass(frozen=True)
class Gathered:
    """What a round of fetching brought."""

    outcomes: tuple[Outcome, ...]
    new: tuple[FetchedRow, ...]
    """The rows that the dataset does not know, of all providers."""

    @property
    def failures(self) -> tuple[Failed, ...]:
        """Return what failed, and why."""
        return tuple(each for each in self.outcomes if isinstance(each, Failed))

    def new_of(self, outcome: Fetched) -> tuple[FetchedRow, ...]:
        """Return the new rows among those of one provider."""
        held = set(outcome.rows)
        return tuple(row for row in self.new if row in held)


def gather(
    folder: Path,
    wanted: Collection[str],
    since: Period,
    today: date,
    *,
    places: Mapping[str, str],
    secrets: Mapping[str, Secret],
    limits: Limits | None = None,
    make_client: MakeClient = client_for,
) -> Gathered:
    """Ask the providers of some series, or of all that have a feed, for what is new.

    Raise DataError for a faulty dataset and UsageError for what cannot be asked.
    """
    view = load_dataset(folder).as_of(today)
    asked = requests(view, wanted, since, today, places, secrets)
    outcomes = fetch(asked, limits, make_client)
    return Gathered(outcomes, tuple(row for each in outcomes for row in _new(each, view)))


def _new(outcome: Outcome, view: AsOfView) -> tuple[FetchedRow, ...]:
    if isinstance(outcome, Failed):
        return ()
    with_vintages = PROVIDERS[outcome.provider].keeps_vintages
    return new_rows(outcome.rows, view, with_vintages=with_vintages)
