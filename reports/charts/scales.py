"""Round numbers for gridlines, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import count

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_NEAR = Decimal("0.3")
"""A range that comes this near to zero, as a share of its far end, is drawn from zero."""


def _steps(span: Decimal) -> Iterator[Decimal]:
    """Yield round steps from a tenth of the size of a span on, small ones first."""
    for exponent in count(span.adjusted() - 1):
        for step in _STEPS:
            yield step.scaleb(exponent)


def _range(low: Decimal, high: Decimal, step: Decimal) -> tuple[Decimal, ...]:
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_CEILING))
    return tuple(step * index for index in range(first, last + 1))


def level_ticks(values: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Return three to five round numbers from zero; the largest value may pass the last a little.

    Below zero the first number is at or under the smallest value.
    """
    high, low = max((*values, Decimal(0))), min((*values, Decimal(0)))
    if high == low:
        high = Decimal(2)
    return next(ticks for step in _steps(high - low) if len(ticks := _upward(low, high, step)) <= 4)


def _upward(low: Decimal, high: Decimal, step: Decimal) -> tuple[Decimal, ...]:
    """Return the multiples of a step, the last one up to half a step under the largest value."""
    whole, rest = divmod(high, step)
    top = whole * step if rest * 2 < step and whole else (whole + bool(rest)) * step
    return _range(low, top, step)


def rate_ticks(values: tuple[Decimal, ...], *, with_zero: bool) -> tuple[Decimal, ...]:
    """Return three to five round numbers around the values, from zero where it is near."""
    known = values or (Decimal(0),)
    low, high = min(known), max(known)
    if with_zero or 0 <= low < high * _NEAR:
        low = min(low, Decimal(0))
    if with_zero or 0 >= high > low * _NEAR:
        high = max(high, Decimal(0))
    if low == high:
        pad = max(abs(low) / 50, Decimal("0.1"))
        low, high = low - pad, high + pad
    ticks = next(t for step in _steps(high - low) if len(t := _range(low, high, step)) <= 4)
    step = ticks[1] - ticks[0]
    if len(ticks) < 4 and ticks[0] == min(known) > 0:
        # Room under the lowest point, so that the line does not lie on the axis.
        ticks = (ticks[0] - step, *ticks)
    return ticks if len(ticks) > 2 else (*ticks, ticks[-1] + step)


def tick_labels(ticks: tuple[Decimal, ...], unit: str) -> tuple[str, ...]:
    """Return the words of the gridlines, with one precision and the unit on the topmost."""
    decimals = max((_decimals(tick) for tick in ticks), default=0)
    words = [number(tick, 0 if not tick else decimals) for tick in ticks]
    words[-1] = with_unit(words[-1], unit)
    return tuple(words)


def with_unit(words: str, unit: str) -> str:
    """Join a number and its unit: "150%", "6,000 tonnes"."""
    return words + unit if unit.startswith("%") else f"{words}\u00a0{unit}".rstrip("\u00a0")


def number(value: Decimal, decimals: int) -> str:
    """Write an exact number with thousands separators and a true minus."""
    return f"{value:,.{decimals}f}".replace("-", "−")


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))
