"""Decimal rounding and the printed form of numbers: one rounding for a whole edition.

Everything here takes Decimal and rounds half up; binary floats, which round 24266.5 down, never
enter. A minus is U+2212, thousands are set off by commas from four digits on.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MINUS = "\N{MINUS SIGN}"
WHOLE_PERCENT_FROM = Decimal(10)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round to so many decimals, halves away from zero; a negative zero becomes zero."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def grouped(value: Decimal, decimals: int) -> str:
    """Return "24,827" or "−0.1": rounded, grouped by thousands, with a true minus."""
    rounded = round_half_up(value, decimals)
    return f"{rounded:,}".replace("-", MINUS)


def trimmed(value: Decimal) -> str:
    """Return a value as published, to one decimal at most: 5864.60 as "5,864.6", 2627 as "2,627".

    A second decimal of a tonne is no information, and its place is the data table.
    """
    whole = round_half_up(value, 1) == round_half_up(value, 0)
    return grouped(value, 0 if whole else 1)


def signed(value: Decimal, decimals: int) -> str:
    """Return "+0.3", "−0.6" or, for what rounds to zero, "0.0" without a sign."""
    rounded = round_half_up(value, decimals)
    return ("+" if rounded > 0 else "") + grouped(rounded, decimals)


def _percent_decimals(value: Decimal) -> int:
    return 0 if abs(round_half_up(value, 1)) >= WHOLE_PERCENT_FROM else 1


def percent(value: Decimal) -> str:
    """Return the size of a change: "23%" from ten on, "2.3%" below, without its sign."""
    return grouped(abs(value), _percent_decimals(value)) + "%"


def signed_percent(value: Decimal) -> str:
    """Return a change with its sign, for tables: "+23%", "−2.3%", "0.0%"."""
    return signed(value, _percent_decimals(value)) + "%"


def points(value: Decimal) -> str:
    """Return the size of a change in percentage points, without its sign: "0.3"."""
    return grouped(abs(value), 1)


def percent_change(now: Decimal, before: Decimal) -> Decimal:
    """Return the change from `before` to `now` in percent, unrounded; `before` must not be 0."""
    return (now / before - 1) * 100
