"""The places a chart is drawn for, and the two ways its colours are written.

All values come from `templates/tokens.json`; they are read on first use, so that importing this
package opens no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from reports.resources import style_json

MM = 72 / 25.4
"""Points in a millimetre."""
SHARE_LABEL_PX = 21.0
"""The tokens give the shared picture a size only; its labels are as large as 14 px on a page."""


@dataclass(frozen=True)
class Slot:
    """A place on a page: its width and the range of its height in `unit`, its label size.

    Labels are in points where the unit is mm and in pixels where it is px.
    """

    name: str
    unit: Literal["mm", "px"]
    width: float
    height: tuple[float, float]
    label: float

    @property
    def is_spark(self) -> bool:
        """Tell whether the place is word-sized."""
        return self.name.endswith("_spark")

    @property
    def scale(self) -> float:
        """Return the drawing units (points or pixels) in one unit of the slot."""
        return MM if self.unit == "mm" else 1.0

    @property
    def stroke(self) -> float:
        """Return the factor from the tokens' line widths in points to drawing units."""
        return 1.0 if self.unit == "mm" else self.label / 10.5


@dataclass(frozen=True)
class Theme:
    """How colours are written: literal values for paper, classes for a page with two modes."""

    name: Literal["print", "web"]


PRINT = Theme("print")
WEB = Theme("web")


@cache
def tokens() -> dict[str, Any]:
    """Return the values of the house style as they stand in the file."""
    read: dict[str, Any] = style_json("tokens.json")
    return read


@cache
def print_colours() -> dict[str, str]:
    """Return the colour of each role on paper."""
    return {role: values["print"] for role, values in tokens()["color"].items()}


@cache
def roles() -> tuple[str, ...]:
    """Return the names of all colour roles, in a fixed order."""
    return tuple(sorted(tokens()["color"]))


@cache
def _slots() -> dict[str, Slot]:
    return {name: _slot(name, raw) for name, raw in tokens()["chart"]["slots"].items()}


def _slot(name: str, raw: dict[str, Any]) -> Slot:
    unit: Literal["mm", "px"] = "mm" if "w_mm" in raw else "px"
    height = raw[f"h_{unit}"]
    low, high = height if isinstance(height, list) else (height, height)
    label = raw.get("label_pt") or raw.get("label_px") or SHARE_LABEL_PX
    return Slot(name, unit, float(raw[f"w_{unit}"]), (float(low), float(high)), float(label))


class _Slots(Mapping[str, Slot]):
    """The slots by name, read when first asked for."""

    def __getitem__(self, name: str) -> Slot:
        return _slots()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_slots())

    def __len__(self) -> int:
        return len(_slots())


SLOTS: Mapping[str, Slot] = _Slots()
