"""What is asked of providers and what comes back: frozen values, none of which shows a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from reports.dataset import Feed
from reports.model.periods import Period

PLACES = Decimal("1e-9")
"""The dataset holds at most nine decimal places; more of them are noise of a division."""


class FetchError(Exception):
    """What a provider did wrong, in words of ours: never its own text, which may repeat a key."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final
        """No other question to this provider would fare better."""


@dataclass(frozen=True)
class Secret:
    """A key, which neither its text nor its representation shows."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "[key]"


@dataclass(frozen=True)
class FetchRequest:
    """What is wanted of one provider."""

    provider: Provider
    feeds: tuple[Feed, ...]
    since: Period
    """The first month."""
    today: date
    """The day of fetching: the vintage where the provider keeps none."""
    address: str
    """The base address of its interface."""
    key: Secret | None = None

    @property
    def months(self) -> tuple[Period, ...]:
        """Return every month from the first one to that of today."""
        count = Period.of(self.today).index - self.since.index + 1
        return tuple(self.since.shift(number) for number in range(count))


@dataclass(frozen=True)
class Ask:
    """One question: some feeds of a provider and some months, answered together."""

    request: FetchRequest
    feeds: tuple[Feed, ...]
    months: tuple[Period, ...]


@dataclass(frozen=True)
class FetchedSource:
    """The page that fetched rows name, a row of the table of sources."""

    source_id: str
    publisher: str
    title: str
    url: str
    published: date


@dataclass(frozen=True)
class FetchedRow:
    """One value of a series for a period, a row of the table of observations."""

    series_id: str
    period: Period
    value: Decimal
    published: date
    source: FetchedSource
    status: str = "reported"
    note: str = ""
    derivation: str = ""


@dataclass(frozen=True)
class Fetched:
    """What a provider gave for some series."""

    provider: str
    series: tuple[str, ...]
    rows: tuple[FetchedRow, ...]


@dataclass(frozen=True)
class Failed:
    """Why a provider gave nothing for some series."""

    provider: str
    series: tuple[str, ...]
    reason: str


Outcome = Fetched | Failed


@dataclass(frozen=True)
class Call:
    """A request. What is secret in it goes out, and nowhere else."""

    url: str
    params: Mapping[str, str]
    accepts: tuple[str, ...]
    """The media types that are understood."""
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_params: Mapping[str, Secret] = field(default_factory=dict)
    secret_headers: Mapping[str, Secret] = field(default_factory=dict)


class Getter(Protocol):
    """Whatever answers calls with text."""

    def get(self, call: Call, /) -> str:
        """Return the text of an answer; raise FetchError."""


@dataclass(frozen=True)
class Provider:
    """A provider: how it is found, what it asks of us, how its questions are put and read."""

    name: str
    title: str
    address: str
    split: Callable[[FetchRequest], tuple[Ask, ...]]
    """The questions that a request takes; raise FetchError for a query that is none."""
    ask: Callable[[Getter, Ask], tuple[FetchedRow, ...]]
    """Put one question and read the answer; raise FetchError."""
    query: str
    """The form of a feed's query, a regular expression."""
    pause: float = 0.0
    """Seconds between two requests that its terms ask for."""
    key_variable: str | None = None
    key_required: bool = False
    keeps_vintages: bool = False
    """Whether a row has a day of its own; else a value counts from the day of fetching."""


def scaled(value: Decimal, factor: Decimal) -> Decimal:
    """Return a value in the unit of its series, without zeros at the end."""
    product = value * factor
    exponent = product.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -9:
        product = product.quantize(PLACES, ROUND_HALF_UP)
    return plain(product)


def plain(value: Decimal) -> Decimal:
    """Return a number that prints as plain digits: no exponent, no zeros after the point."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
